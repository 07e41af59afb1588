"""A person's tier in words: what each tier asks, where they stand, how far the cut is, how sure that is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from data.bilingual import Bilingual
from data.figures import number, percent
from data.warehouse.sql import query
from graph.tier_tests import COMPARED, TierTest, tier_tests
from graph.tiers import SMALLEST_COHORT

if TYPE_CHECKING:
    from data.warehouse.store import Connection

TIERS = {
    "macro": Bilingual("macro", "macro"),
    "magic_middle": Bilingual("magic middle", "magic middle"),
    "micro": Bilingual("micro", "micro"),
    "home": Bilingual("chez soi dans le sujet", "at home in the subject"),
    "": Bilingual("aucun niveau", "no tier"),
}
MEASURES = {
    "audience": Bilingual("audience", "audience"),
    "small_audience": Bilingual("audience", "audience"),
    "heard": Bilingual("attention reçue, faute d’audience", "attention received, for want of an audience"),
    "small_heard": Bilingual("attention reçue, faute d’audience", "attention received, for want of an audience"),
    "attention": Bilingual("attention des pairs", "attention from peers"),
    "focus": Bilingual("part du sujet", "focus on the subject"),
    "resonance": Bilingual("résonance", "resonance"),
    "engagement": Bilingual("engagement", "engagement"),
    "belonging": Bilingual("part de ses mots dans le sujet", "share of one's words on the subject"),
    "home": Bilingual("communauté qui parle du sujet", "community that speaks of the subject"),
    "relevance": Bilingual("ou une pertinence de", "or a relevance of"),
    "on_topic_posts": Bilingual("publications sur le sujet", "posts on the subject"),
}
# What stands as a percentile among comparable people; the others are figures of their own.
PERCENTILES = frozenset({"audience", "small_audience", "heard", "small_heard", "attention", "focus"})
SHARES = frozenset({"focus"})
# Unknown, they keep from a tier; unknown, the others keep from none.
NEEDED = frozenset({"audience", "heard", "engagement"})
# Of whom nobody read an audience, attention stands in for it.
STANDS_IN = {"audience": "heard", "small_audience": "small_heard"}


def read_tests(connection: Connection, row: dict[str, Any]) -> list[TierTest]:
    """Return what each tier asks of a row of detection.candidates; nothing where tiers are not relative."""
    from pipelines.detection.tier_columns import Read, candidates_of

    if row["tier_missing"] in ("not_a_person", "relevance_unknown", "no_attention") or _counted(row["tier_rule"]):
        return []
    values = {name: row[name] for name in ("brief", "run_id", "segment")}
    columns = Read(connection.sql(query("explain_tiers", "pipelines.sql"), params=values).to_arrow_table())
    if any(_counted(rule) for rule in columns["tier_rule"].tolist()):
        return []
    place = np.flatnonzero(columns["person_id"] == row["person_id"])
    if not len(place):
        return []
    eligible = np.array([reason in COMPARED for reason in columns["tier_missing"].tolist()], bool)
    found = tier_tests(candidates_of(columns), eligible, int(place[0]))
    return found if row["followers"] is not None else [for_want_of_audience(test) for test in found]


def for_want_of_audience(test: TierTest) -> TierTest:
    """Return a condition under the name of what was counted for somebody whose audience nobody read."""
    return replace(test, measure=STANDS_IN.get(test.measure, test.measure))


def _counted(rule: str | None) -> bool:
    """Tell whether a rule is of a scale of counts (absolute, linkers), whose cuts stand in the rule itself."""
    return rule is not None and any(word in rule for word in ("followers", "amplifiers"))


def changes(row: dict[str, Any], tests: list[TierTest]) -> list[Bilingual]:
    """Say what separates the person from each tier that is not theirs, how far the nearest cut is, how sure it is."""
    if row.get("tier_missing") == "cohort_too_small":
        return [_company()]
    found = [
        sentence
        for tier in ("home", "macro", "magic_middle", "micro")
        if tier != row["tier"] and (sentence := _lacking(tier, [test for test in tests if test.tier == tier]))
    ]
    if row["tier_margin"] is not None:
        found.append(_margin(row))
    if row.get("tier_chance") is not None:
        found.append(_chances(row))
    return found


def _company() -> Bilingual:
    """Say what keeps a whole cohort without tiers: nothing that one of its people could change."""
    return Bilingual(
        f"d'autres comptes : il n'y a de niveaux que parmi {SMALLEST_COHORT} comptes comparables ou plus, "
        "chez eux dans le sujet",
        f"more accounts: there are tiers only among {SMALLEST_COHORT} comparable accounts or more, "
        "at home in the subject",
    )


def _lacking(tier: str, tests: list[TierTest]) -> Bilingual | None:
    """Name the conditions of one tier that do not hold, each with the figure here and the one at the cut."""
    lacking = [told(test) for test in tests if test.holds is False or (test.stands is None and test.measure in NEEDED)]
    if not lacking:
        return None
    name = TIERS[tier]
    return Bilingual(
        f"pour « {name.fr} » : {' ; '.join(one.fr for one in lacking)}",
        f'for "{name.en}": {"; ".join(one.en for one in lacking)}',
    )


def told(test: TierTest) -> Bilingual:
    """Say one condition: the measure, where the person stands, the cut, and both in what was counted."""
    name = MEASURES[test.measure]
    (fr, cut_fr), (en, cut_en) = ([level(test, at, lang) for at in ("stands", "cut")] for lang in ("fr", "en"))
    where = ("au centile ", "at percentile ") if test.measure in PERCENTILES and test.stands is not None else ("", "")
    return Bilingual(f"{name.fr} {where[0]}{fr}, seuil {cut_fr}", f"{name.en} {where[1]}{en}, cut {cut_en}")


def level(test: TierTest, at: Literal["stands", "cut"], lang: str) -> str:
    """Return where the person stands, or the cut, with the figure that was counted behind it."""
    value, figure = (test.stands, test.figure) if at == "stands" else (test.cut, test.figure_at_cut)
    if value is None:
        return "inconnu" if lang == "fr" else "unknown"
    return number(value, lang, 0 if test.measure == "on_topic_posts" else 1) + _figure(test.measure, figure, lang)


def _figure(measure: str, figure: float | None, lang: str) -> str:
    if figure is None:
        return ""
    shown = percent(figure, lang) if measure in SHARES else number(figure, lang, 0 if "audience" in measure else 1)
    return f" ({shown})"


def _margin(row: dict[str, Any]) -> Bilingual:
    fr, en = (number(abs(row["tier_margin"]), lang, 1) for lang in ("fr", "en"))
    counted = _counted(row.get("tier_rule"))
    # In French only two and more are several.
    points = "point" if round(abs(row["tier_margin"]), 1) < 2 else "points"
    unit = ("\u202f% du seuil", "% of the cut") if counted else (f" {points} de centile", " percentile points")
    if row["tier"] is None:
        return Bilingual(
            f"il s'en faut de {fr}{unit[0]} pour le niveau le plus proche", f"the nearest tier is {en}{unit[1]} away"
        )
    return Bilingual(
        f"distance à la coupure la plus proche : {fr}{unit[0]}", f"distance to the nearest cut: {en}{unit[1]}"
    )


def _chances(row: dict[str, Any]) -> Bilingual:
    """Say how often the tier comes out when the person's standing is drawn again, and what comes out else."""
    here, other = (TIERS.get(row[name] or "", TIERS[""]) for name in ("tier", "tier_other"))
    chance, rest = row["tier_chance"], row["tier_other_chance"] or 0.0
    digits = 1 if 0.99 < chance < 1 or 0 < rest < 0.01 else 0
    (often_fr, else_fr), (often_en, else_en) = (
        [percent(share, lang, digits) for share in (chance, rest)] for lang in ("fr", "en")
    )
    return Bilingual(
        f"sûreté : « {here.fr} » dans {often_fr} des tirages, « {other.fr} » dans {else_fr}",
        f'how sure: "{here.en}" in {often_en} of draws, "{other.en}" in {else_en}',
    )
