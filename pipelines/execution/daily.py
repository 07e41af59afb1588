"""What is done every day for a brief: proximity, campaigns, reminders, and the digest of what matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.relations.publish import refresh
from data.relations.store import Row, open_relations, rows
from pipelines.documents.safe import file_name
from pipelines.execution.monitor import monitor
from pipelines.relation.circle import read_circle
from pipelines.relation.desk import due, read_rows
from pipelines.relation.digest import digest
from pipelines.relation.papers.write import write_paper
from pipelines.relation.record import keep_proximity

if TYPE_CHECKING:
    from pathlib import Path

    from data.brief.model import Brief
    from data.workspace import Workspace
    from pipelines.relation.circle import Circle
    from pipelines.relation.papers.model import Paper

FORMATS = (".md", ".html")
WHO = "vigie"


@dataclass(frozen=True, slots=True)
class Day:
    """What a day's work gave: rows of proximity kept, what each campaign gave, reminders due, the digest's files."""

    proximity: int
    campaigns: dict[str, Row]
    reminders: int
    paper: Paper
    files: list[Path]

    def as_json(self) -> Row:
        """Return the counts and files as JSON-able values."""
        told = {name: getattr(self, name) for name in ("proximity", "campaigns", "reminders")}
        return told | {"files": [str(path) for path in self.files]}


def daily(workspace: Workspace, brief: Brief, lang: str) -> Day:
    """Do a brief's daily work; what was computed is published before it returns."""
    circle = read_circle(workspace, brief)
    kept = keep_proximity(workspace, circle, who=WHO)
    campaigns = monitor(workspace, circle, who=WHO, lang=lang)
    refresh(workspace)
    paper, waiting = brief_digest(workspace, circle, lang)
    return Day(kept, campaigns, waiting, paper, write_digest(workspace, circle, paper))


def brief_digest(workspace: Workspace, circle: Circle, lang: str) -> tuple[Paper, int]:
    """Return the digest of the circle's brief, and how many reminders about its people are due."""
    with open_relations(workspace.people) as people:
        named = [row["name"] for row in rows(people, "campaigns", brief=circle.brief)]
        deliverables = rows(people, "deliverables", campaign=named or [""])
        waiting = due(rows(people, "reminders"), circle.as_of)
    moves = read_rows(workspace, "moves", {"brief": circle.brief})
    mine = [row for row in waiting if circle.person(row["account_id"]) in circle.people]
    return digest(circle, lang, moves=moves, reminders=mine, deliverables=deliverables), len(mine)


def write_digest(workspace: Workspace, circle: Circle, paper: Paper) -> list[Path]:
    """Write the digest into the workspace's `relation` folder as Markdown and HTML, one pair of files per day."""
    folder = workspace.root / "relation" / "digest" / file_name(circle.brief, circle.brief)
    return [write_paper(paper, folder / f"{circle.as_of:%Y-%m-%d}{suffix}") for suffix in FORMATS]
