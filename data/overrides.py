"""Roles and labels that an analyst gave or refused: they stand over every rule until they are withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import sqlite3

Kind = Literal["role", "label"]
State = Literal["given", "refused", "withdrawn"]


class Override(NamedTuple):
    """One standing word of an analyst about an account in a brief."""

    account_id: str
    kind: Kind
    word: str
    state: State
    why: str
    decided_by: str
    decided_at: str


def override(
    people: sqlite3.Connection, brief: str, account_id: str, kind: Kind, word: str, state: State, *, why: str, who: str
) -> None:
    """Record that a word is given, refused or withdrawn; earlier ones stay as history."""
    people.execute(
        "INSERT INTO overrides (brief, account_id, kind, word, state, why, decided_by, decided_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (brief, account_id, kind, word, state, why, who, datetime.now(UTC).isoformat(timespec="seconds")),
    )


def overrides(people: sqlite3.Connection, brief: str) -> list[Override]:
    """Return what stands: the last word about each account's role, and about each of its labels."""
    rows = people.execute(
        "SELECT account_id, kind, word, state, why, decided_by, decided_at FROM overrides WHERE brief = ? ORDER BY id",
        (brief,),
    )
    last: dict[tuple[str, str, str], Override] = {}
    for row in rows:
        one = Override(*row)
        last[one.account_id, one.kind, one.word if one.kind == "label" else ""] = one
    return [one for one in last.values() if one.state != "withdrawn"]
