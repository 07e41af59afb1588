"""Why a person stands where they stand: every component, the rule that fired, the posts and relays that weigh most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.bilingual import Bilingual
from data.errors import UserError
from data.figures import number, percent
from data.warehouse.sql import query
from pipelines.ranking import check_published
from pipelines.voices import surroundings

if TYPE_CHECKING:
    from data.warehouse.store import Connection
    from pipelines.accounts import FoundAccount

AXES = ("influence", "reach", "resonance", "relevance")
POSTS = 5
TIERS = {
    "macro": Bilingual("macro", "macro"),
    "magic_middle": Bilingual("magic middle", "magic middle"),
    "micro": Bilingual("micro", "micro"),
    "": Bilingual("aucun niveau", "no tier"),
}


@dataclass(frozen=True, slots=True)
class SegmentExplanation:
    """One segment: the candidate's row, the posts that weigh most, who relays, what would change the tier."""

    row: dict[str, Any]
    posts: list[dict[str, Any]]
    relays: list[dict[str, Any]]
    changes: list[Bilingual]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is known of why a person is ranked so."""

    brief: str
    account: FoundAccount
    segments: list[SegmentExplanation]
    around: dict[str, Any]

    def as_json(self, lang: str) -> dict[str, Any]:
        """Return the explanation as JSON-able values, its sentences in `lang`."""
        return {
            "brief": self.brief,
            "account_id": self.account.account_id,
            "person_id": self.account.person_id,
            "segments": [
                s.row | {"posts": s.posts, "relays": s.relays, "what_would_change": [c.to(lang) for c in s.changes]}
                for s in self.segments
            ],
            **self.around,
        }


def explain(connection: Connection, brief: str, account: FoundAccount) -> Explanation:
    """Return the explanation of one account's person in the newest run; raises UserError when unranked."""
    check_published(connection, brief)
    rows = _rows(connection, "explain_scores", {"brief": brief, "person_id": account.person_id})
    if not rows:
        raise UserError(
            f"{account.account_id} n'est pas dans le classement de « {brief} » : "
            "rien sur le sujet dans la fenêtre, ou mis à l'écart",
            f'{account.account_id} is not ranked in "{brief}": nothing on the subject inside the window, or set aside',
        )
    segments = [_segment(connection, brief, row) for row in rows]
    return Explanation(brief, account, segments, surroundings(connection, brief, str(rows[0]["person_id"])))


def _segment(connection: Connection, brief: str, row: dict[str, Any]) -> SegmentExplanation:
    names = {"brief": brief, "person_id": row["person_id"], "segment": row["segment"], "top": POSTS}
    posts = _rows(connection, "explain_posts", names)
    relays = _rows(connection, "explain_relays", names)
    cuts = _rows(connection, "explain_cuts", {"brief": brief, "segment": row["segment"], "source": row["source"]})
    return SegmentExplanation(row, posts, relays, _changes(row, cuts[0] if cuts else {}))


def _changes(row: dict[str, Any], cuts: dict[str, Any]) -> list[Bilingual]:
    """Say, from the cohort's own figures, what separates the person from the tiers next door."""
    found = []
    macro, middle, relays = cuts.get("macro_followers"), cuts.get("middle_amplifiers"), row["amplifiers"] or 0
    if row["tier"] != "macro" and macro is not None and row["followers"] is not None and row["followers"] < macro:
        (start_fr, here_fr), (start_en, here_en) = _each(macro, row["followers"])
        found.append(
            Bilingual(
                f"macro commence ici vers {start_fr} abonnés ; elle ou il en a {here_fr}",
                f"macro starts here at about {start_en} followers; this person has {here_en}",
            )
        )
    if row["tier"] != "magic_middle" and middle is not None and relays < middle:
        (least_fr, here_fr), (least_en, here_en) = _each(middle, relays)
        found.append(
            Bilingual(
                f"le magic middle relayé par le moins de pairs en a {least_fr} ; ici {here_fr}",
                f"the least relayed of the magic middle has {least_en} peers; here {here_en}",
            )
        )
    if row["tier_margin"] is not None:
        (margin_fr,), (margin_en,) = _each(row["tier_margin"], digits=1)
        found.append(
            Bilingual(
                f"distance à la coupure la plus proche : {margin_fr} points de centile",
                f"distance to the nearest cut: {margin_en} percentile points",
            )
        )
    if row.get("tier_chance") is not None:
        found.append(_chances(row))
    return found


def _each(*values: float, digits: int = 0) -> tuple[list[str], list[str]]:
    """Return figures as French writes them, then as English does."""
    return [number(value, "fr", digits) for value in values], [number(value, "en", digits) for value in values]


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


def _rows(connection: Connection, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    result = connection.sql(query(name, "pipelines.sql"), params=values)
    return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]
