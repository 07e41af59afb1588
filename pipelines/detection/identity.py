"""Which accounts are one person: on reciprocal proof or a human's word, never on a likeness of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from data.warehouse.sql import query

if TYPE_CHECKING:
    from data.warehouse.store import Connection

SQL = "pipelines.detection.sql"


def update_persons(connection: Connection) -> None:
    """Give every account its person: proven pairs are joined, what people decided stays."""
    connection.execute(query("address_keys"))
    pairs = connection.execute(query("identity_pairs", SQL)).fetchall()
    groups = _components([(a, b) for a, b, _ in pairs])
    evidence = {account: why for a, b, why in pairs for account in (a, b)}
    joined = pa.table(
        {
            "account_id": pa.array(list(groups), pa.string()),
            "person_id": pa.array([f"person:{head}" for head in groups.values()], pa.string()),
            "evidence": pa.array([evidence[account] for account in groups], pa.string()),
        }
    )
    connection.register("joined_accounts", joined)
    connection.begin()
    for statement in connection.extract_statements(query("identity_write", SQL)):
        connection.execute(statement)
    connection.commit()
    connection.unregister("joined_accounts")


def _components(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return account → smallest account of its connected component."""
    parent: dict[str, str] = {}

    def find(account: str) -> str:
        parent.setdefault(account, account)
        while parent[account] != account:
            parent[account] = parent[parent[account]]
            account = parent[account]
        return account

    for a, b in sorted(pairs):
        first, second = sorted((find(a), find(b)))
        parent[second] = first
    return {account: find(account) for account in parent}
