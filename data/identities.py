"""One id per account in people's own records: older workspaces put a source before ids that are the same everywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

RENAMED = 1  # `user_version` of a store whose records carry the ids of today
_OLDER = re.compile(r"^bluesky:(?:at://)?(?=did:)")


def one_identity(identifier: str) -> str:
    """Return the id under which an account is known today: `bluesky:did:plc:x` is `at:did:plc:x`."""
    return _OLDER.sub("at:", identifier)


def rename_once(people: sqlite3.Connection) -> int:
    """Give every record its account's id of today, once per store; returns how many were changed.

    Decisions and overrides are histories: those under both ids are read as one, the latest stands. A record of a kind
    that an account has once only stays where it is when the id of today already has one: nothing is lost.
    """
    if people.execute("PRAGMA user_version").fetchone()[0] >= RENAMED:
        return 0
    changed = 0
    for table in _with_accounts(people):
        told = people.execute(f"SELECT DISTINCT account_id FROM \"{table}\" WHERE account_id LIKE 'bluesky:%did:%'")
        for (older,) in told.fetchall():
            newer = one_identity(older)
            rows = people.execute(f'UPDATE OR IGNORE "{table}" SET account_id = ? WHERE account_id = ?', (newer, older))
            changed += rows.rowcount if newer != older else 0
    people.execute(f"PRAGMA user_version = {RENAMED}")
    return changed


def _with_accounts(people: sqlite3.Connection) -> list[str]:
    told = people.execute(
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'account_id'"
        " WHERE m.type = 'table' ORDER BY m.name"
    )
    return [row[0] for row in told.fetchall()]
