"""One person as a colleague needs them before acting: who, what was recorded, what they published, what to mind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.relations.store import Row, open_relations, rows
from data.warehouse.sql import query
from data.warehouse.store import connect
from pipelines.accounts import resolve
from pipelines.relation.circle import SQL, Circle, Touch, dictionaries, moment, name_of, read_circle, recorded_touch
from pipelines.relation.coherence import Caution, Situation, cautions
from pipelines.relation.nextbest import NEWS_DAYS, State, states

if TYPE_CHECKING:
    import sqlite3

    from data.brief.model import Brief
    from data.workspace import Workspace
    from pipelines.relation.points import Points

PERSONAL = (
    "touchpoints",
    "flags",
    "owners",
    "members",
    "benefits",
    "payments",
    "agreements",
    "reminders",
    "deliverables",
    "consents",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything about one person in one brief."""

    brief: Brief
    circle: Circle
    person: Row
    state: State
    touches: list[Touch]
    posts: list[Row]
    records: dict[str, list[Row]]

    def cautions(self, *, programme: str | None, theme: str | None, who: str) -> list[Caution]:
        """Return what to mind before a contact by `who` for `programme`."""
        return weigh(self.records, self.circle.points, programme=programme, theme=theme, who=who, at=self.circle.as_of)


@dataclass(frozen=True, slots=True)
class Found:
    """The account a reference means, and every account of the same person."""

    account_id: str
    person_id: str
    accounts: tuple[str, ...]
    handle: str | None = None
    display_name: str | None = None


def find(workspace: Workspace, reference: str) -> Found:
    """Return the person meant by `reference` in the published database; raises UserError when none or several are."""
    connection = connect(workspace.published, read_only=True)
    try:
        account = resolve(connection, reference)
        person = account.person_id or f"person:{account.account_id}"
        same = connection.execute(
            "SELECT account_id FROM core.person_accounts WHERE person_id = ?", [person]
        ).fetchall()
    finally:
        connection.close()
    accounts = tuple(sorted({account.account_id, *(row[0] for row in same)}))
    return Found(account.account_id, person, accounts, account.handle, account.display_name)


def read_desk(workspace: Workspace, brief: Brief, reference: str, *, posts: int = 5) -> Desk:
    """Return the desk of the person meant; raises UserError when they are not in the brief's circle."""
    found = find(workspace, reference)
    circle = read_circle(workspace, brief)
    if found.person_id not in circle.people:
        raise UserError(
            f"« {reference} » n'est ni candidat ni en relation pour {brief.name}",
            f'"{reference}" is neither a candidate nor in touch for {brief.name}',
        )
    with open_relations(workspace.people) as people:
        records = personal_records(people, found.accounts)
    values = {"brief": brief.name, "person": found.person_id, "as_of": circle.as_of, "limit": posts}
    return Desk(
        brief=brief,
        circle=circle,
        person=circle.people[found.person_id],
        state=states(circle)[found.person_id],
        touches=circle.of(found.person_id),
        posts=read_rows(workspace, "subject_posts", values),
        records=records,
    )


def personal_records(people: sqlite3.Connection, accounts: tuple[str, ...]) -> dict[str, list[Row]]:
    """Return every team's records of one person in all briefs, and the programmes and guidelines there are."""
    found = {name: rows(people, name, account_id=accounts) for name in PERSONAL}
    return found | {name: rows(people, name) for name in ("programmes", "guidelines")}


def weigh(
    records: dict[str, list[Row]], points: Points, *, programme: str | None, theme: str | None, who: str, at: datetime,
    department: str | None = None,
) -> list[Caution]:  # fmt: skip
    """Return what to mind before a contact, from one person's records of all teams."""
    programmes = {row["name"]: row for row in records["programmes"]}
    return cautions(
        Situation(
            at=at,
            touches=[recorded_touch(row, "") for row in records["touchpoints"]],
            points=points,
            programme=programmes.get(programme or ""),
            department=department,
            owner=records["owners"][0] if records["owners"] else None,
            flags=records["flags"],
            guidelines=records["guidelines"],
            theme=theme,
            who=who,
        )
    )


def read_rows(workspace: Workspace, name: str, values: dict[str, Any]) -> list[Row]:
    """Return the rows of the query `name` on the published database."""
    connection = connect(workspace.published, read_only=True)
    try:
        return dictionaries(connection, query(name, SQL), values)
    finally:
        connection.close()


def recent_news(workspace: Workspace, circle: Circle) -> dict[str, int]:
    """Return how many posts on the subject each person published in the last fortnight."""
    since = circle.as_of - timedelta(days=NEWS_DAYS)
    connection = connect(workspace.published, read_only=True)
    try:
        values = {"brief": circle.brief, "since": since, "as_of": circle.as_of}
        return dict(connection.execute(query("news", SQL), values).fetchall())
    finally:
        connection.close()


def person_map(workspace: Workspace) -> dict[str, str]:
    """Return which person each account belongs to, as published."""
    if not workspace.published.exists():
        return {}
    connection = connect(workspace.published, read_only=True)
    try:
        return dict(connection.execute(query("person_accounts", SQL)).fetchall())
    finally:
        connection.close()


def due(reminders: list[Row], as_of: datetime) -> list[Row]:
    """Return the reminders that are due and not done, oldest first."""
    waiting = [row for row in reminders if row["done_at"] is None and moment(row["due"]) <= as_of]
    return sorted(waiting, key=lambda row: str(row["due"]))


def name_map(workspace: Workspace) -> dict[str, str]:
    """Return what each account, and each person by one of their accounts, is called, as published."""
    if not workspace.published.exists():
        return {}
    named = read_rows(workspace, "names", {})
    return {row[key]: name_of(row) for row in named for key in ("person_id", "account_id") if row[key]}
