"""An explanation in the terminal: scores with intervals, the rule, the posts, the relays."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from app.session import Session
from app.tables import print_table
from app.terminal import plain, say
from app.views.reasons import condition, reason, signal
from app.views.surroundings import print_surroundings
from data.bilingual import Bilingual
from data.figures import interval
from pipelines.documents import say as words
from pipelines.documents.codes import measure
from pipelines.explain import AXES, Explanation, SegmentExplanation
from pipelines.influence_parts import reach_stands_in
from pipelines.tier_reasons import MEASURES, TIERS, level

if TYPE_CHECKING:
    from graph.tier_tests import TierTest
    from pipelines.influence_parts import Part

COMPONENTS = (
    "followers", "posts_seen", "on_topic_posts", "focus", "keyword_diversity", "engagement_rate", "growth", "attention",
    "amplifiers", "heard_by_macros", "pagerank", "topical_lift", "k_core", "hub", "betweenness", "burt_constraint",
    "participation", "reciprocity", "engagement", "belonging", "home", "authenticity", "community_id", "community_rank",
    "role", "labels", "brand_mentions", "brand_tone",
)  # fmt: skip
COLON = Bilingual("\u00a0: ", ": ")
NAME = 50
TEXT = 80  # with its weight and date, a line of a hundred columns
SHARES = frozenset(("focus", "keyword_diversity", "engagement_rate", "growth", "participation", "reciprocity", "home"))
SMALL_SHARES = frozenset(("betweenness", "hub"))
PER = {"engagement_rate": 100}  # kept for so many; other shares for one
FIRM, LOOSE = 0.75, 0.5
WHOLE = Bilingual(
    "l’influence ne se décompose pas ici : elle combine des mesures qui ne sont pas gardées par personne, "
    "ou le brief a changé depuis",
    "the influence cannot be taken apart here: it combines measures that are not kept for each person, "
    "or the brief has changed since",
)
HEADERS = {
    "axes": Bilingual("axe|valeur|intervalle à 95\u202f%|n|remarque", "axis|value|95% interval|n|note"),
    "parts": Bilingual(
        "l’influence vient de|valeur|poids|si c’était 100", "influence comes from|value|weight|were it 100"
    ),
    "tests": Bilingual("niveau|demande|ici|seuil|écart", "tier|asks for|here|cut|gap"),
    "components": Bilingual("composante|valeur|ce que cela dit", "component|value|what it says"),
}


def print_explanation(session: Session, explanation: Explanation) -> None:
    """Print one person's explanation, segment by segment."""
    account = explanation.account
    name = plain(account.display_name or account.handle or account.account_id, NAME if sys.stdout.isatty() else 500)
    say(f"{name} · {plain(account.account_id)}")
    for segment in explanation.segments:
        say()
        _print_segment(session, segment)
    print_surroundings(session, explanation.around)


def _print_segment(session: Session, segment: SegmentExplanation) -> None:
    row = segment.row
    rank = Bilingual("rang", "rank").to(session.lang)
    tier = words.word("tier", row["tier"] or "none", session.lang)
    place, span = (
        words.number(row["rank"], session.lang),
        interval(row["rank_low"], row["rank_high"], session.lang, 0, "–"),
    )
    say(f"[{plain(row['segment'])}] {rank} {place}{f' [{span}]' if span else ''} · {tier}")
    rule = row["tier_rule"] or row["tier_missing"]
    if rule:
        say(f"  {plain(session.say(reason(str(rule))))}")
    for sentence in segment.sure:
        say(f"  {session.say(sentence)}")
    _print_table(session, "axes", [_axis(session, row, axis) for axis in AXES], (1, 3))
    _print_table(session, "parts", [_part(session, row, part) for part in segment.parts], (1, 2, 3))
    if not segment.parts and row["influence"] is not None:
        say(f"  {session.say(WHOLE)}")
    _print_table(session, "tests", [_test(session, test) for test in segment.tests], (2, 3, 4))
    parts = [_component(session, row, key) for key in COMPONENTS if row.get(key) not in (None, [])]
    _print_table(session, "components", parts, ())
    if row["community_id"] and row.get("community_size"):
        say(f"  {session.say(community_told(row))}")
    _print_evidence(session, segment)


def _print_table(session: Session, name: str, rows: list[list[object]], right: tuple[int, ...]) -> None:
    if rows:
        print_table(session.say(HEADERS[name]).split("|"), rows, lang=session.lang, right=right)


def _part(session: Session, row: dict[str, Any], part: Part) -> list[object]:
    """Return one component of the influence: its value, its share of the weights, the score were it 100."""
    axis = part.name in words.words("axis", session.lang)
    name = words.word("axis", part.name, session.lang) if axis else _named(session, row, part.name)
    figures = [words.number(value, session.lang, 1) for value in (part.value, part.if_full)]
    return [name, figures[0], words.percent(part.weight, session.lang), figures[1]]


def _test(session: Session, test: TierTest) -> list[object]:
    """Return one condition of a tier: who holds it is told by the sign of the gap."""
    name, asks = (session.say(group[key]) for group, key in ((TIERS, test.tier), (MEASURES, test.measure)))
    sign = "<" if test.most else "≥"
    here, cut = (level(test, at, session.lang) for at in ("stands", "cut"))
    return [name, asks, here, f"{sign} {cut}", words.signed(test.gap, session.lang, 1)]


def community_told(row: dict[str, Any]) -> Bilingual:
    """Say who leads the person's community, how many people it has, and how firm it is."""
    names = ", ".join(plain(name, NAME) for name in row.get("community_leaders") or ())
    firmness = row.get("community_firmness")
    firm = _firmness(firmness)
    size_fr, size_en = (words.number(row["community_size"], lang) for lang in ("fr", "en"))
    firm_fr, firm_en = (words.number(firmness, lang, 2) for lang in ("fr", "en"))
    return Bilingual(
        f"communauté de {size_fr} personnes{f', menée par {names}' if names else ''} ; {firm.fr} ({firm_fr})",
        f"community of {size_en} people{f', led by {names}' if names else ''}; {firm.en} ({firm_en})",
    )


def _firmness(value: float | None) -> Bilingual:
    if value is None or round(value, 2) < LOOSE:
        return Bilingual("contours peut-être dus au hasard", "its bounds may be chance")
    if round(value, 2) < FIRM:
        return Bilingual("contours flous", "blurred bounds")
    return Bilingual("contours fermes", "firm bounds")


def _print_evidence(session: Session, segment: SegmentExplanation) -> None:
    if segment.posts:
        say(session.say(Bilingual("Publications qui pèsent le plus :", "Posts that weigh most:")))
        for post in segment.posts:
            weight = words.number(post["relevance"], session.lang, 2)
            say(f"  {weight}  {post['published_at']:%Y-%m-%d}  {plain(post['text'], TEXT)}")
            say(f"        {plain(post['url'] or post['post_id'], 200)}")
    if segment.relays:
        heading = Bilingual("Qui relaie, cite ou répond, tous sujets :", "Who relays, names or answers, any subject:")
        say(session.say(heading))
        for relay in segment.relays:
            who = plain(relay["handle"] or relay["display_name"] or relay["account_id"], 60)
            kinds = ", ".join(
                f"{words.word('tie', one['kind'], session.lang)} × {words.number(one['acts'], session.lang)}"
                for one in relay["of_each"]
            )
            told = f" ({words.word('label', relay['organisation'], session.lang)})" if relay["organisation"] else ""
            say(f"  {who}{told} · {plain(kinds)}")
            if relay["url"]:
                say(f"        {plain(relay['url'], 200)}")
    for code in segment.row.get("authenticity_reasons") or ():
        check = session.say(Bilingual("signal à vérifier", "signal to check"))
        say(f"  {check}{session.say(COLON)}{plain(session.say(signal(code)))}")
    if segment.changes:
        say(session.say(Bilingual("Ce qui changerait le niveau :", "What would change the tier:")))
        for change in segment.changes:
            say(f"  {session.say(change)}")


def _axis(session: Session, row: dict[str, Any], axis: str) -> list[object]:
    value, low, high = (row[f"{axis}{part}"] for part in ("", "_low", "_high"))
    shown = words.number(value, session.lang, 1)
    why = row[f"{axis}_missing"]
    note = session.say(reason(why)) if why else ""
    return [words.word("axis", axis, session.lang), shown, interval(low, high, session.lang), row[f"{axis}_n"], note]


def _named(session: Session, row: dict[str, Any], key: str) -> str:
    """Return a measure's name; where reach stands in for reactions that nobody read, it is called by its own."""
    if key == "engagement" and reach_stands_in(row):
        return session.say(Bilingual("portée, faute de réactions relevées", "reach, as no reactions were read"))
    return measure(key, session.lang)


def _component(session: Session, row: dict[str, Any], key: str) -> list[object]:
    """Return one component's name, value and what it says; a role carries the conditions that gave it."""
    shown = component(row, key, session.lang)
    if key == "role" and row.get("role_reasons"):
        known = [text for text in row["role_reasons"] if not text.endswith("=None")]
        shown += f" ({', '.join(session.say(condition(text)) for text in known)})"
    told = "" if key == "engagement" and reach_stands_in(row) else words.words("gloss", session.lang).get(key, "")
    return [_named(session, row, key), shown, told]


def component(row: dict[str, Any], key: str, lang: str) -> str:
    """Return the value of one component as people read it, in the terminal and in the atlas."""
    value = row[key]
    if key == "community_id":
        return community_name(row, lang)
    if key in SHARES or key in SMALL_SHARES:
        return words.percent(value / PER.get(key, 1), lang, 2 if key in SMALL_SHARES else None)
    if key == "brand_tone":
        return words.signed(value, lang)
    if key in ("role", "labels"):
        return ", ".join(words.word("label", code, lang) for code in ([value] if key == "role" else value))
    if isinstance(value, str):
        return value
    return words.number(value, lang, 2 if isinstance(value, float) and not value.is_integer() else 0)


def community_name(row: dict[str, Any], lang: str) -> str:
    """Return what the person's community is called; one without a name is told by its number."""
    named = plain(words.community(row.get("community_name")))
    number = str(row["community_id"]).removeprefix("c")
    return named or words.word("map", "group", lang).format(n=int(number) + 1 if number.isdigit() else number)
