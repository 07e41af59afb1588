"""People's own records: decisions and objections, in a SQLite write-ahead store."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from data.identities import one_identity, rename_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Status = Literal["in", "out", "undecided"]


class Decision(NamedTuple):
    """The standing decision about one account in one brief."""

    brief: str
    account_id: str
    status: Status
    why: str
    decided_by: str
    decided_at: str


@contextmanager
def open_people(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the store at `path`, making it when it is not there; commits on a clean exit, rolls back on an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(resources.files("data").joinpath("people.sql").read_text(encoding="utf-8"))
        with connection:
            rename_once(connection)
            yield connection
    finally:
        connection.close()


def decide(people: sqlite3.Connection, brief: str, account_id: str, status: Status, *, why: str, who: str) -> None:
    """Record a decision; earlier ones stay as history."""
    people.execute(
        "INSERT INTO decisions (brief, account_id, status, why, decided_by, decided_at) VALUES (?, ?, ?, ?, ?, ?)",
        (brief, account_id, status, why, who, _now()),
    )


def keep_decision(people: sqlite3.Connection, decision: Decision) -> bool:
    """Take in a decision made elsewhere, with its own date, unless a later or the same one stands here."""
    if decision.status not in get_args(Status) or not decision.account_id or not decision.decided_at:
        return False
    decision = decision._replace(account_id=one_identity(decision.account_id))
    standing = decisions(people, decision.brief).get(decision.account_id)
    if standing is not None and standing.decided_at >= decision.decided_at:
        return False
    people.execute(
        "INSERT INTO decisions (brief, account_id, status, why, decided_by, decided_at) VALUES (?, ?, ?, ?, ?, ?)",
        tuple(decision),
    )
    return True


def decisions(people: sqlite3.Connection, brief: str) -> dict[str, Decision]:
    """Return the standing decision per account_id."""
    rows = people.execute(
        "SELECT brief, account_id, status, why, decided_by, decided_at FROM standing_decisions WHERE brief = ?",
        (brief,),
    )
    return {row[1]: Decision(*row) for row in rows}


def suppression_key(people: sqlite3.Connection) -> bytes:
    """Return the workspace's secret key for fingerprints of people who objected, making it at first use."""
    people.execute("INSERT OR IGNORE INTO secrets (name, value) VALUES ('suppression', ?)", (secrets.token_hex(32),))
    value = people.execute("SELECT value FROM secrets WHERE name = 'suppression'").fetchone()[0]
    return bytes.fromhex(value)


def fingerprint(key: bytes, identifier: str) -> str:
    """Return the keyed hash that keeps an identifier out; the identifier itself is not stored."""
    return hmac.new(key, identifier.strip().casefold().encode(), hashlib.sha256).hexdigest()


def forms(identifier: str) -> tuple[str, ...]:
    """Return the forms under which an identifier may have been kept out: older workspaces put the source first."""
    did = identifier.startswith("at:did:")
    return (identifier, f"bluesky:{identifier[3:]}") if did else (identifier,)


def suppress(people: sqlite3.Connection, identifiers: list[str], *, why: str) -> None:
    """Keep the person known under `identifiers` (account_id, handle, address) out for good."""
    key = suppression_key(people)
    people.executemany(
        "INSERT OR IGNORE INTO suppressed (fingerprint, why, at) VALUES (?, ?, ?)",
        [(fingerprint(key, identifier), why, _now()) for identifier in identifiers if identifier],
    )


def suppressed(people: sqlite3.Connection) -> frozenset[str]:
    """Return the fingerprints that are kept out."""
    return frozenset(row[0] for row in people.execute("SELECT fingerprint FROM suppressed"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
