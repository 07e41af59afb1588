"""The people of a brief and everything that passed between them and the brand, from the crawl and from the team."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from data.errors import UserError
from data.relations.store import Row, open_relations, rows
from data.warehouse.sql import query
from data.warehouse.store import connect
from pipelines.accounts import resolve
from pipelines.relation.funnel_rules import FunnelRules, funnel_rules
from pipelines.relation.points import Points, read_points
from pipelines.relation.proximity import Proximity, Touches, proximity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from data.brief.model import Brief
    from data.warehouse.store import Connection
    from data.workspace import Workspace

SQL = "pipelines.relation.sql"
MONTHS = 24
STORED = (
    "account_id", "action", "happened_at", "channel", "quality", "origin", "programme", "department", "theme", "note",
    "NULL AS post_id", "NULL AS url", "tone", "recorded_by",
)  # fmt: skip
"""The columns of a stored touchpoint, in the order of the fields of `Touch` after the person."""


class Touch(NamedTuple):
    """One touchpoint, typed: what, when, and where it is known from (`post_id` for the crawl).

    A tuple, because a brief may have a million of them.
    """

    person_id: str
    account_id: str
    action: str
    at: datetime
    channel: str | None = None
    quality: float = 1.0
    origin: str = "hand"
    programme: str | None = None
    department: str | None = None
    theme: str | None = None
    note: str | None = None
    post_id: str | None = None
    url: str | None = None
    tone: str | None = None
    by: str | None = None


@dataclass
class Circle:
    """A brief's people, their touchpoints, the points file, and the moment everything counts from."""

    brief: str
    as_of: datetime
    started: datetime
    people: dict[str, Row]
    touches: list[Touch]
    points: Points
    consents: dict[str, list[Row]] = field(default_factory=dict)
    selections: list[Row] = field(default_factory=list)
    person_of: dict[str, str] = field(default_factory=dict)
    funnel: FunnelRules = field(default_factory=FunnelRules)
    ours: tuple[str, ...] = ()

    def person(self, account_id: str) -> str:
        """Return the person behind an account."""
        return self.person_of.get(account_id, f"person:{account_id}")

    def name(self, account_id: str) -> str:
        """Return what the person behind an account is called."""
        row = self.people.get(self.person(account_id))
        return name_of(row) if row else account_id

    @cached_property
    def proximity(self) -> Proximity:
        """Score and stage at every month's end of two years, and at the moment itself."""
        return proximity(self.columns, self.points, month_ends(self.as_of))

    @cached_property
    def index(self) -> dict[str, int]:
        """Where each person stands in the arrays."""
        return {person: place for place, person in enumerate(self.people)}

    @cached_property
    def columns(self) -> Touches:
        """The touchpoints as arrays; actions that the points file no longer has are left out."""
        actions = tuple(self.points.actions)
        place = {key: number for number, key in enumerate(actions)}
        known = [one for one in self.touches if one.action in place and one.person_id in self.index]
        factor = self.points.channels
        return Touches(
            len(self.people),
            actions,
            np.array([self.index[one.person_id] for one in known], np.int64),
            np.array([place[one.action] for one in known], np.int64),
            np.array([int(one.at.timestamp()) for one in known], np.int64),
            np.array([one.quality * factor.get(one.channel or "", 1.0) for one in known], np.float64),
            np.array([self._consented(one) for one in known], bool),
        )

    @cached_property
    def _by_person(self) -> dict[str, list[Touch]]:
        found: dict[str, list[Touch]] = {}
        for one in sorted(self.touches, key=lambda touch: touch.at, reverse=True):
            found.setdefault(one.person_id, []).append(one)
        return found

    def of(self, person_id: str) -> list[Touch]:
        """Return the touchpoints of one person, newest first."""
        return self._by_person.get(person_id, [])

    def verdicts(self) -> dict[str, Row]:
        """Return the standing verdict per person."""
        return {row["person_id"]: row for row in self.selections}

    def stopped(self, person_id: str) -> bool:
        """Say whether the person asked not to be contacted."""
        place = self.index.get(person_id)
        return place is not None and bool(self.proximity.stopped_at[place] <= int(self.as_of.timestamp()))

    def _consented(self, touch: Touch) -> bool:
        purpose = self.points.actions[touch.action].consent
        return bool(purpose) and any(
            row["purpose"] == purpose
            and moment(row["given_at"]) <= touch.at
            and (row["withdrawn_at"] is None or touch.at < moment(row["withdrawn_at"]))
            for row in self.consents.get(touch.person_id, ())
        )


def read_circle(workspace: Workspace, brief: Brief) -> Circle:
    """Return the circle of `brief` as published and recorded; raises UserError when nothing was discovered yet."""
    points = read_points(workspace)
    rules = funnel_rules(points, brief.funnel)
    with open_relations(workspace.people) as people:
        stored, recorded = _stored(people, brief.name), rows(people, "selections", brief=brief.name)
        consents = rows(people, "consents")
    connection = connect(workspace.published, read_only=True)
    try:
        as_of, started = connection.execute(query("moment", SQL), {"brief": brief.name}).fetchall()[0]
        if as_of is None:
            raise UserError(
                f"« {brief.name} » n'a pas encore été découvert : vigie discover {brief.name}",
                f'"{brief.name}" was not discovered yet: vigie discover {brief.name}',
            )
        person_of = dict(connection.execute(query("person_accounts", SQL)).fetchall())
        accounts = sorted({row[0] for row in stored} | {row["account_id"] for row in recorded})
        found = dictionaries(connection, query("circle", SQL), {"brief": brief.name, "accounts": accounts})
        who = _Persons(person_of)
        touches = _typed(stored, who)
        as_of = max([as_of, *(one.at for one in touches)])
        ours = _accounts(connection, brief.brand.accounts if brief.brand else ())
        rivals = [account for one in (brief.brand.competitors if brief.brand else ()) for account in one.accounts]
        brands = {*ours, *_accounts(connection, rivals)}
        signals = dictionaries(connection, query("signals", SQL), _towards(brief, ours, as_of))
    finally:
        connection.close()
    touches += [_signal(row, who) for row in signals]
    consents_by: dict[str, list[Row]] = {}
    for row in consents:
        consents_by.setdefault(who(row["account_id"]), []).append(row)
    selections = [row | {"person_id": who(row["account_id"])} for row in recorded]
    people_of = {row["person_id"]: row for row in found if row["account_id"] not in brands}
    kept = [one for one in touches if one.person_id in people_of]
    return Circle(
        brief.name, as_of, started, people_of, kept, points, consents_by, selections, person_of, rules, tuple(ours)
    )


def month_ends(as_of: datetime, months: int = MONTHS) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the last second of the months before `as_of`, and `as_of` itself, ascending."""
    this = np.datetime64(as_of.astimezone(UTC).replace(tzinfo=None), "M")
    starts = np.arange(this - np.timedelta64(months - 1, "M"), this + np.timedelta64(1, "M"))
    ends = starts.astype("datetime64[s]").astype(np.int64) - 1
    return np.append(ends, int(as_of.timestamp()))


def moment(text: str) -> datetime:
    """Return a stored time; without a zone it is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def dictionaries(connection: Connection, sql: str, values: dict[str, Any]) -> list[Row]:
    """Return the rows of a query as dictionaries."""
    found = connection.execute(sql, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def name_of(person: Row) -> str:
    """Return what a person is called where a line has room for one name."""
    return str(person.get("handle") or person.get("display_name") or person["account_id"])


class _Persons:
    """Which person an account belongs to; an account alone is a person of its own."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known

    def __call__(self, account_id: str) -> str:
        return self._known.get(account_id) or f"person:{account_id}"


def _accounts(connection: Connection, references: Iterable[str]) -> list[str]:
    """Return the accounts of an organisation; one that was not crawled cannot have been seen."""
    found = []
    for reference in references:
        with suppress(UserError):
            found.append(resolve(connection, reference).account_id)
    return found


def _towards(brief: Brief, accounts: list[str], as_of: datetime) -> dict[str, Any]:
    domains = [
        re.escape(domain.lower().removeprefix("www.")) for domain in (brief.brand.domains if brief.brand else ())
    ]
    pattern = rf"^https?://([^/]+\.)?({'|'.join(domains)})([/:?#]|$)" if domains else "$^"
    return {"brief": brief.name, "accounts": accounts, "domains": pattern, "as_of": as_of}


def _stored(people: sqlite3.Connection, brief: str) -> list[tuple[Any, ...]]:
    """Return a brief's stored touchpoints as the columns of `STORED`."""
    sql = f"SELECT {', '.join(STORED)} FROM touchpoints WHERE brief = ? ORDER BY id"
    return people.execute(sql, (brief,)).fetchall()


def _typed(stored: Iterable[tuple[Any, ...]], who: _Persons) -> list[Touch]:
    """Return stored touchpoints as typed ones; a moment told many times is read once."""
    read = cache(moment)
    return [Touch._make((who(row[0]), row[0], row[1], read(row[2]), *row[3:])) for row in stored]


def recorded_touch(row: Row, person_id: str) -> Touch:
    """Return a stored touchpoint as a typed one."""
    same = ("account_id", "action", "channel", "quality", "origin", "programme", "department", "theme", "note", "tone")
    return Touch(
        person_id=person_id,
        at=moment(row["happened_at"]),
        by=row["recorded_by"],
        **{name: row[name] for name in same},
    )


def _signal(row: Row, who: _Persons) -> Touch:
    same = ("account_id", "action", "channel", "post_id", "url", "tone")
    return Touch(
        person_id=who(row["account_id"]), at=row["happened_at"], origin="crawl", **{name: row[name] for name in same}
    )
