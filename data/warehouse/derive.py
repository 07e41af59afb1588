"""Recomputes what follows from the records: ties from posts and from what sources state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.warehouse.sql import query

if TYPE_CHECKING:
    from data.warehouse.store import Connection


def derive_ties(connection: Connection) -> None:
    """Write core.ties anew from posts and stated ties."""
    for name in ("account_keys", "address_keys", "derive_ties"):
        connection.begin()
        for statement in connection.extract_statements(query(name)):
            connection.execute(statement)
        connection.commit()
