"""What is new on our side that a person may want to hear of: dates that concern them, what we said on their subject."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from data.bilingual import Bilingual
from data.relations.store import open_relations, rows
from pipelines.documents.safe import one_line
from pipelines.relation.circle import moment
from pipelines.relation.desk import read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from data.relations.store import Row
    from data.workspace import Workspace
    from pipelines.relation.circle import Circle

NEWS_DAYS, AHEAD_DAYS = 14, 14
Reason = tuple[float, Bilingual]


def our_news(workspace: Workspace, circle: Circle) -> dict[str, list[Reason]]:
    """Return per person of the circle the reasons to write that come from us, each with its weight.

    A date of a campaign within 14 days that concerns them; a campaign that starts within 14 days and for which they
    were accepted; what the brand published in the last 14 days on the segment they are ranked in.
    """
    with open_relations(workspace.people) as people:
        campaigns = rows(people, "campaigns", brief=circle.brief)
        named = [row["name"] for row in campaigns] or [""]
        milestones, deliverables = (rows(people, name, campaign=named) for name in ("milestones", "deliverables"))
    out: dict[str, list[Reason]] = {}
    for person, reason in [
        *_dates(circle, milestones, deliverables),
        *_starting(circle, campaigns),
        *_published(workspace, circle),
    ]:
        out.setdefault(person, []).append(reason)
    return out


def _dates(circle: Circle, milestones: Sequence[Row], deliverables: Sequence[Row]) -> list[tuple[str, Reason]]:
    partners: dict[str, set[str]] = {}
    for row in deliverables:
        partners.setdefault(row["campaign"], set()).add(circle.person(row["account_id"]))
    found = []
    for row in milestones:
        if not _soon(circle.as_of, row["due"]):
            continue
        whom = {circle.person(row["account_id"])} if row["account_id"] else partners.get(row["campaign"], set())
        what, day = one_line(row["what"], 80), row["due"][:10]
        text = Bilingual(f"notre date du {day} : {what}", f"our date of {day}: {what}")
        found += [(person, (1.5, text)) for person in sorted(whom)]
    return found


def _starting(circle: Circle, campaigns: Sequence[Row]) -> list[tuple[str, Reason]]:
    accepted = [person for person, row in circle.verdicts().items() if row["verdict"] == "accept"]
    found = []
    for row in campaigns:
        if _soon(circle.as_of, row["starts"]):
            day = row["starts"][:10]
            text = Bilingual(f"« {row['name']} » commence le {day}", f'"{row["name"]}" starts on {day}')
            found += [(person, (1.0, text)) for person in accepted]
    return found


def _published(workspace: Workspace, circle: Circle) -> list[tuple[str, Reason]]:
    values = {"brief": circle.brief, "accounts": list(circle.ours), "as_of": circle.as_of}
    since = {"since": circle.as_of - timedelta(days=NEWS_DAYS)}
    by_segment = {row["segment"]: row["posts"] for row in read_rows(workspace, "brand_news", values | since)}
    found = []
    for person, row in circle.people.items():
        if posts := by_segment.get(row["segment"]):
            text = Bilingual(
                f"nous avons publié sur « {row['segment']} », son sujet ({posts})",
                f'we published on "{row["segment"]}", their subject ({posts})',
            )
            found.append((person, (0.5, text)))
    return found


def _soon(as_of: datetime, due: str) -> bool:
    return timedelta(0) <= moment(due) - as_of <= timedelta(days=AHEAD_DAYS)
