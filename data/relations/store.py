"""Records and their history: add, change, read, erase. Nothing is overwritten without a trace."""

from __future__ import annotations

import re
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.people import fingerprint, open_people, suppressed, suppression_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

Row = dict[str, Any]
EXECUTION = frozenset(
    ("campaigns", "sections", "milestones", "notices", "deliverables", "codes", "kpi_values", "forecasts")
)
"""Tables of schema `execution`; all others belong to `relation`."""
KEPT_WITHOUT_PERSON = frozenset(("kpi_values", "milestones"))
"""Tables whose rows stay, no longer theirs, when a person is erased: sums and dates of a campaign are not one's own."""
FREE_TEXT = frozenset(
    "note why what text wording before after mission parties benefit evidence value title content link file".split()  # noqa: SIM905
)
TEXT_LIMIT = 20_000


@cache
def tables() -> dict[str, tuple[str, ...]]:
    """Return the tables of the store, and the columns of each."""
    blank = sqlite3.connect(":memory:")
    try:
        blank.executescript(_schema())
        names = [row[0] for row in blank.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")]
        return {name: tuple(row[1] for row in blank.execute(f"PRAGMA table_info({name})")) for name in names}
    finally:
        blank.close()


@contextmanager
def open_relations(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the store at `path` in one transaction: what was written stands, durably, once the block ends."""
    with open_people(path) as people:
        there = {row[0] for row in people.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not there.issuperset(tables()):  # new, or made before a table was added
            people.executescript(_schema())
        _add_columns(people)
        people.execute("PRAGMA secure_delete = ON")
        yield people


def _add_columns(people: sqlite3.Connection) -> None:
    """Give a store that was made before a column was added that column, empty."""
    there = {row[0] for row in people.execute("SELECT name FROM pragma_table_info('notes')")}
    for name in tables()["notes"]:
        if name not in there:
            people.execute(f"ALTER TABLE notes ADD COLUMN {name} TEXT")


def add(people: sqlite3.Connection, table: str, values: Row, *, who: str) -> int:
    """Add a record and return its id; a second one under the same name or key raises UserError."""
    _begin(people)
    known = _kept(table, values) | {"recorded_by": who, "recorded_at": now()}
    _refuse_objectors(people, [values.get("account_id")])
    names = ", ".join(known)
    marks = ", ".join("?" for _ in known)
    try:
        row = people.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(known.values()))
    except sqlite3.IntegrityError as error:
        raise UserError(
            f"{table} : déjà enregistré, ou valeur refusée ({error})", f"{table}: already there, or refused ({error})"
        ) from None
    return int(row.lastrowid or 0)


def add_many(people: sqlite3.Connection, table: str, rows: Sequence[Row], *, who: str) -> int:
    """Add records, leaving out those whose `key` is already there; return how many are new."""
    if not rows:
        return 0
    _refuse_objectors(people, {row.get("account_id") for row in rows})
    columns = [name for name in tables()[table] if name not in ("id", "recorded_by", "recorded_at")]
    names = ", ".join([*columns, "recorded_by", "recorded_at"])
    marks = ", ".join("?" for _ in range(len(columns) + 2))
    at, before = now(), people.total_changes
    people.executemany(
        f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT (key) DO NOTHING",
        [(*(row.get(name) for name in columns), who, at) for row in rows],
    )
    return people.total_changes - before


def change(people: sqlite3.Connection, table: str, row_id: int, changes: Row, *, who: str, why: str) -> list[str]:
    """Change fields of one record, keep what they were in history, and return the fields that changed."""
    _begin(people)
    found = rows(people, table, id=row_id)
    if not found:
        raise UserError(f"{table} n° {row_id} n'existe pas", f"{table} no. {row_id} does not exist")
    before, at = found[0], now()
    moved = {name: value for name, value in _kept(table, changes).items() if before[name] != value}
    for name, value in moved.items():
        try:
            people.execute(f"UPDATE {table} SET {name} = ? WHERE id = ?", (value, row_id))
        except sqlite3.IntegrityError as error:
            raise UserError(
                f"{table}.{name} : valeur refusée ({error})", f"{table}.{name}: refused ({error})"
            ) from None
        told = (table, row_id, before.get("account_id"), name, _text(before[name]), _text(value), why, who, at)
        people.execute(
            "INSERT INTO history (record, record_id, account_id, field, before, after, why, changed_by, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            told,
        )
    return list(moved)


def keep(people: sqlite3.Connection, table: str, key: Row, values: Row, *, who: str, why: str = "") -> int:
    """Add the record named by `key`, or change the one that is there, with history; return its id."""
    _begin(people)
    found = rows(people, table, **key)
    if not found:
        return add(people, table, key | values, who=who)
    given = {name: value for name, value in values.items() if value is not None}
    change(people, table, found[0]["id"], given, who=who, why=why or "vigie")
    return int(found[0]["id"])


def rows(people: sqlite3.Connection, table: str, **where: Any) -> list[Row]:
    """Return the records whose columns equal `where`, oldest first; a list of values means any of them."""
    parts, values = [], []
    for name, value in where.items():
        if name not in tables()[table]:
            raise KeyError(name)
        many = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
        parts.append(f"{name} IN ({', '.join('?' for _ in many)})")
        values += many
    clause = f" WHERE {' AND '.join(parts)}" if parts else ""
    found = people.execute(f"SELECT * FROM {table}{clause} ORDER BY id", values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def erase(path: Path, account_ids: Iterable[str], pattern: str) -> int:
    """Erase people from every record, masking what matches `pattern` in other people's; return the records erased."""
    if not path.exists():
        return 0
    mask, ids, count = re.compile(pattern), [(one,) for one in sorted(set(account_ids))], 0
    with open_relations(path) as people:
        people.create_function("mask", 1, lambda text: mask.sub("…", text), deterministic=True)
        for table, columns in tables().items():
            if table in KEPT_WITHOUT_PERSON:
                count += people.executemany(f"UPDATE {table} SET account_id = NULL WHERE account_id = ?", ids).rowcount
            elif "account_id" in columns:
                count += people.executemany(f"DELETE FROM {table} WHERE account_id = ?", ids).rowcount
            for column in FREE_TEXT & set(columns):
                people.execute(
                    f"UPDATE OR REPLACE {table} SET {column} = mask({column}) WHERE typeof({column}) = 'text'"
                )
    _shrink(path)
    return count


def now() -> str:
    """Return the moment as the store writes it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _refuse_objectors(people: sqlite3.Connection, account_ids: Iterable[str | None]) -> None:
    """Refuse to record anything about someone who objected: a record would bring them back."""
    kept_out = suppressed(people)
    if not kept_out:
        return
    key = suppression_key(people)
    if any(one and fingerprint(key, one) in kept_out for one in account_ids):
        raise UserError(
            "cette personne s'est opposée : rien ne s'enregistre sur elle", "this person objected: nothing is recorded"
        )


def _kept(table: str, values: Row) -> Row:
    unknown = set(values) - set(tables()[table])
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return {name: value[:TEXT_LIMIT] if isinstance(value, str) else value for name, value in values.items()}


def _begin(people: sqlite3.Connection) -> None:
    """Take the write lock before reading what is about to change, so that two writers cannot cross."""
    if not people.in_transaction:
        people.execute("BEGIN IMMEDIATE")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _schema() -> str:
    return resources.files("data.relations").joinpath("schema.sql").read_text(encoding="utf-8")


def _shrink(path: Path) -> None:
    """Leave no freed page with the person's words, in the file or in its log."""
    connection = sqlite3.connect(path, timeout=30)
    try:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
