"""Moves records into the warehouse by their id: idempotent, in one transaction, bad rows counted with their reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from data.records import FIELDS
from data.warehouse.sql import query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from data.warehouse.store import Connection

TABLES = {
    "account": "core.accounts",
    "post": "core.posts",
    "tie": "core.stated_ties",
    "observation": "core.account_observations",
    "person": "core.persons",
}


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was not loaded: its line, its kind, why, and the row as JSON."""

    line: int
    kind: str
    reason: str
    row: str


@dataclass(slots=True)
class Loaded:
    """What a load did: rows read, good and new per record type, the rejects, and per source what became of posts."""

    read: dict[str, int] = field(default_factory=dict)
    good: dict[str, int] = field(default_factory=dict)
    new: dict[str, int] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    posts: dict[str, dict[str, int]] = field(default_factory=dict)


class Staging:
    """Rows on their way in: every cell is text until the load's SQL has judged it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.decisions: list[dict[str, Any]] = []
        connection.execute(query("macros"))
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE staged_rejects (line BIGINT, kind VARCHAR, reason VARCHAR, row_json VARCHAR)"
        )
        for kind, names in FIELDS.items():
            columns = ", ".join(f'"{name}" VARCHAR' for name in names)
            connection.execute(f"CREATE OR REPLACE TEMP TABLE staged_{kind} (line BIGINT, {columns})")

    def add_columns(self, kind: str, columns: dict[str, list[str | None]], lines: list[int]) -> None:
        """Stage rows given by columns (field name → cells as text); fields that are not named are unknown."""
        table = pa.table(
            {"line": pa.array(lines, pa.int64())}
            | {name: pa.array(cells, pa.string()) for name, cells in columns.items()}
        )
        self._insert(kind, table)

    def add_relation(self, kind: str, relation: Any, names: Iterable[str]) -> None:
        """Stage a DuckDB relation that has a `line` column and text columns called as the fields in `names`."""
        listed = ", ".join(f'"{name}"' for name in ("line", *names))
        relation.create_view("incoming_relation", replace=True)
        self.connection.execute(f"INSERT INTO staged_{kind} ({listed}) SELECT {listed} FROM incoming_relation")
        self.connection.execute("DROP VIEW incoming_relation")

    def add_json_lines(self, lines: list[str], first: int = 1) -> None:
        """Stage records written as the project's own JSON lines; `first` is the number of the first line."""
        table = pa.table(
            {"line": pa.array(range(first, first + len(lines)), pa.int64()), "j": pa.array(lines, pa.string())}
        )
        self.connection.register("incoming", table)
        self.connection.execute(query("stage_json"))
        for kind, names in FIELDS.items():
            structure = "{" + ", ".join(f'"{name}": "VARCHAR"' for name in names) + "}"
            known = "{" + ", ".join(f'"{name}": null' for name in ("type", *names)) + "}"
            listed = ", ".join(f'"{name}"' for name in names)
            extra = "together(as_object(r.extra), rest)"
            values = ", ".join(extra if name == "extra" else f'r."{name}"' for name in names)
            self.connection.execute(
                f"INSERT INTO staged_{kind} (line, {listed}) "
                f"SELECT line, {values} FROM (SELECT line, json_transform(j, ?) AS r, "
                "nullif(json_merge_patch(j, ?)::VARCHAR, '{}') AS rest FROM incoming_valid WHERE kind = ?)",
                [structure, known, kind],
            )
        self.connection.unregister("incoming")

    def take_decision(self, raw: bytes) -> bool:
        """Set a `decision` record aside for the people store; False when the line is another thing."""
        try:
            record = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return False
        if not isinstance(record, dict) or record.get("type") != "decision":
            return False
        self.decisions.append(record)
        return True

    def reject(self, line: int, kind: str, reason: str, row: str = "") -> None:
        """Count a row that could not even be staged."""
        self.connection.execute("INSERT INTO staged_rejects VALUES (?, ?, ?, ?)", [line, kind, reason, row[:2000]])

    def _insert(self, kind: str, table: pa.Table) -> None:
        listed = ", ".join(f'"{name}"' for name in table.column_names)
        self.connection.register("incoming", table)
        self.connection.execute(f"INSERT INTO staged_{kind} ({listed}) SELECT {listed} FROM incoming")
        self.connection.unregister("incoming")


def load(
    staging: Staging,
    *,
    brief: str | None,
    found_via: str,
    kept_out: Callable[[list[str]], list[str]] | None = None,
    now: datetime | None = None,
) -> Loaded:
    """Move the staged rows into the warehouse and into what `brief` sees.

    `kept_out` gives, of a list of account ids and handles, those who objected: they are dropped.
    Nothing is written when anything fails.
    """
    connection = staging.connection
    values = {"now": now or datetime.now(UTC)}
    for kind in FIELDS:
        connection.execute(
            f"UPDATE staged_{kind} SET extra = as_object(extra) WHERE extra IS DISTINCT FROM as_object(extra)"
        )
    before = _counts(connection)
    for name in ("reject_accounts", "reject_posts", "reject_ties", "reject_observations"):
        connection.execute(query(name))
    connection.execute(query("typed_accounts"))
    for name in ("typed_posts", "typed_counts", "merge_posts"):
        _each(connection, query(name), values)
    if kept_out is not None:
        _drop(connection, kept_out)
    connection.begin()
    try:
        for name in (
            "load_accounts",
            "load_authors",
            "load_account_observations",
            "load_changes",
        ):
            _each(connection, query(name), values)
        outcome = _outcome(connection)
        for name in ("load_posts", "load_post_observations"):
            _each(connection, query(name), values)
        for name in (
            "load_refusals",
            "load_reservations",
            "load_deletions",
            "load_expired",
            "load_last_seen",
            "load_ties",
            "load_persons",
        ):
            _each(connection, query(name), values)
        if _count(connection, "changed_posts") + _count(connection, "refused_posts"):
            connection.execute(query("drop_sheets"))
        if brief is not None:
            _each(connection, query("load_brief"), {"brief": brief, "found_via": found_via})
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    report = _report(connection, before)
    report.posts = outcome
    return report


def _outcome(connection: Connection) -> dict[str, dict[str, int]]:
    rows = connection.execute(query("load_outcome")).fetchall()
    return {source: dict(zip(("new", "changed", "unchanged", "gone"), counts, strict=True)) for source, *counts in rows}


def _each(connection: Connection, statements: str, values: dict[str, Any]) -> None:
    """Run the statements of one file; each binds only the values that it names."""
    for statement in connection.extract_statements(statements):
        connection.execute(statement, _used(statement.query, values))


def _used(statement: str, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f"${name}" in statement}


def _counts(connection: Connection) -> dict[str, int]:
    return {kind: _count(connection, table) for kind, table in TABLES.items()}


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _drop(connection: Connection, kept_out: Callable[[list[str]], list[str]]) -> None:
    rows = connection.execute(query("identifiers")).fetchall()
    names = kept_out([name for row in rows for name in row if name])
    if not names:
        return
    connection.register("unwanted", pa.table({"name": pa.array(names, pa.string())}))
    for statement in connection.extract_statements(query("drop_unwanted")):
        connection.execute(statement)
    connection.unregister("unwanted")


def _report(connection: Connection, before: dict[str, int]) -> Loaded:
    report = Loaded()
    after = _counts(connection)
    rows = connection.execute(
        "SELECT line, kind, any_value(reason), any_value(row_json) FROM staged_rejects GROUP BY 1, 2 ORDER BY 1"
    )
    report.rejects = [Reject(*row) for row in rows.fetchall()]
    for kind in FIELDS:
        read = _count(connection, f"staged_{kind}")
        bad = sum(1 for reject in report.rejects if reject.kind == kind)
        if read:
            report.read[kind], report.good[kind], report.new[kind] = read, read - bad, after[kind] - before[kind]
    return report
