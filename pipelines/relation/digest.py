"""What matters since the last run, for a team that has five minutes: each line says what, and what to do about it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.documents import say
from pipelines.documents.safe import one_line
from pipelines.relation.circle import Circle, moment, name_of
from pipelines.relation.nextbest import states
from pipelines.relation.papers.model import Paper, Section
from pipelines.relation.words import pair, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.relations.store import Row

LINE = 20
WEEKS_BEFORE = 8
BURST = 3.0
COOLED = -5.0
SHOWN = 12


def digest(
    circle: Circle, lang: str, *, moves: Sequence[Row], reminders: Sequence[Row], deliverables: Sequence[Row]
) -> Paper:
    """Return the digest of a brief; a part with nothing to say is left out.

    `moves` are each person's rank and tier in the last two runs, `reminders` those due, `deliverables` those of the
    brief's campaigns.
    """
    tell = words("digest", lang)
    parts = {
        "entrants": _entrants(circle, moves, lang),
        "tiers": _tier_changes(circle, moves, lang),
        "burst": _burst(circle, lang),
        "cooling": _cooling(circle, lang),
        "reminders": [
            tell["reminder"].format(
                day=say.day(moment(row["due"]), lang),
                who=circle.name(row["account_id"]),
                what=one_line(row["what"], 160),
            )
            for row in reminders
        ],
        "disclosures": _disclosures(deliverables, circle, lang),
    }
    sections = tuple(Section(tell[key], items=tuple(items[:SHOWN])) for key, items in parts.items() if items)
    return Paper(
        title=f"{tell['title']} {circle.brief}",
        lang=lang,
        subtitle=say.day(circle.as_of, lang),
        sections=sections or (Section(tell["quiet"]),),
        foot=tell["foot"],
    )


def burst(circle: Circle) -> tuple[int, float] | None:
    """Return this week's posts about the brand and the weekly mean of the eight before, when it is three times that.

    Fewer than three posts are no burst whatever the mean.
    """
    week = timedelta(days=7)
    ages = [
        (circle.as_of - one.at) // week for one in circle.touches if one.origin == "crawl" and one.action != "follow"
    ]
    per_week = Counter(ages)
    usual = sum(per_week[age] for age in range(1, WEEKS_BEFORE + 1)) / WEEKS_BEFORE
    return (per_week[0], usual) if per_week[0] >= 3 and per_week[0] >= BURST * usual else None


def _entrants(circle: Circle, moves: Sequence[Row], lang: str) -> list[str]:
    tell = words("digest", lang)
    above = [row for row in moves if row["rank"] is not None and row["rank"] <= LINE]
    new = [row for row in above if row["is_new"] or row["rank_before"] is None or row["rank_before"] > LINE]
    return [tell["entrant"].format(who=_who(circle, row), rank=row["rank"]) for row in new if _known(circle, row)]


def _tier_changes(circle: Circle, moves: Sequence[Row], lang: str) -> list[str]:
    changed = [row for row in moves if not row["is_new"] and row["tier"] != row["tier_before"] and _known(circle, row)]
    return [
        pair(
            _who(circle, row),
            f"{say.word('tier', row['tier_before'] or 'none', lang)} → {say.word('tier', row['tier'] or 'none', lang)}",
            lang,
        )
        for row in changed
    ]


def _burst(circle: Circle, lang: str) -> list[str]:
    found = burst(circle)
    if found is None:
        return []
    negative = sum(
        one.tone == "negative" and circle.as_of - one.at < timedelta(days=7) for one in circle.touches if one.post_id
    )
    told = words("digest", lang)["burst_line"]
    return [told.format(now=found[0], usual=say.number(found[1], lang, 1), negative=negative)]


def _cooling(circle: Circle, lang: str) -> list[str]:
    tell, known = words("digest", lang), states(circle)
    out = []
    for person, state in known.items():
        if state.trend is not None and (state.trend < COOLED or state.lapsed):
            days = "–" if state.days_silent is None else state.days_silent
            trend = say.number(state.trend, lang, 1)
            out.append((state.trend, tell["cool"].format(who=name_of(circle.people[person]), trend=trend, days=days)))
    return [line for _, line in sorted(out)]


def _disclosures(deliverables: Sequence[Row], circle: Circle, lang: str) -> list[str]:
    tell = words("digest", lang)
    unclear = [row for row in deliverables if row["post_id"] and row["disclosure"] != "clear"]
    late = [row for row in deliverables if not row["post_id"] and moment(row["due"]) < circle.as_of]
    said = [tell["unclear"].format(who=circle.name(row["account_id"]), campaign=row["campaign"]) for row in unclear]
    return said + [tell["late"].format(who=circle.name(row["account_id"]), campaign=row["campaign"]) for row in late]


def _known(circle: Circle, row: Row) -> bool:
    return row["person_id"] in circle.people


def _who(circle: Circle, row: Row) -> str:
    return name_of(circle.people[row["person_id"]])
