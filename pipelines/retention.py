"""Retention: what was collected is erased when its time is over, counted from its first collection."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.relations.store import erase as erase_records
from data.relations.store import open_relations
from data.warehouse.derive import derive_ties
from data.warehouse.publish import publish
from data.warehouse.sql import query
from data.warehouse.store import connect, open_store
from pipelines.forget import erase_accounts, rewrite

if TYPE_CHECKING:
    from pathlib import Path

    from data.settings import RetentionSettings
    from data.warehouse.store import Connection
    from data.workspace import Workspace

PACKAGE = "pipelines.sql"


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is past its time: posts whose words go, by source, and accounts that go whole."""

    texts: dict[str, int]
    accounts: int

    @property
    def nothing(self) -> bool:
        """Whether everything is within its time."""
        return not self.accounts and not any(self.texts.values())

    def as_json(self) -> dict[str, Any]:
        """Return the counts as JSON-able values."""
        return asdict(self)


def overdue(workspace: Workspace, now: datetime | None = None) -> Overdue:
    """Count what is past its time, and erase nothing."""
    if not workspace.store.exists():
        return Overdue({}, 0)
    connection = connect(workspace.store, read_only=True)
    try:
        return _find(connection, workspace, now or datetime.now(UTC))
    finally:
        connection.close()


def purge(workspace: Workspace, now: datetime | None = None) -> Overdue:
    """Erase what is past its time, write the store anew so that no block keeps it, and publish; returns what went.

    The caller holds the workspace's lock. Words go after `texts_months` or sooner where a source's terms say so,
    people after `persons_months` without any contact since.
    """
    moment = now or datetime.now(UTC)
    if not workspace.store.exists():
        return Overdue({}, 0)
    with open_store(workspace.store) as connection:
        found = _find(connection, workspace, moment)
        if found.nothing:
            return found
        ids = [row[0] for row in connection.execute("SELECT account_id FROM late_accounts").fetchall()]
        values = {"now": moment, "months": workspace.settings.retention.texts_months}
        connection.begin()
        for statement in connection.extract_statements(query("retention_erase", PACKAGE)):
            used = {name: value for name, value in values.items() if f"${name}" in statement.query}
            connection.execute(statement, used)
        connection.commit()
        if ids:
            erase_accounts(connection, ids, [])
            derive_ties(connection)
    if ids:
        erase_records(workspace.people, ids, "$^")
    rewrite(workspace.store)
    if workspace.published.exists():
        publish(workspace)
    return found


def _find(connection: Connection, workspace: Workspace, now: datetime) -> Overdue:
    """Make the tables of what is late, and count them."""
    kept: RetentionSettings = workspace.settings.retention
    _register(connection, "kept_for", {"source": "VARCHAR", "months": "INTEGER"}, _terms())
    touched = _in_touch(workspace.people, now, kept.persons_months)
    _register(connection, "in_touch", {"account_id": "VARCHAR"}, [(account,) for account in touched])
    connection.execute(query("retention_posts", PACKAGE), {"now": now, "months": kept.texts_months})
    connection.execute(query("retention_accounts", PACKAGE), {"now": now, "months": kept.persons_months})
    texts = connection.execute("SELECT source, count(*) FROM late_posts GROUP BY source ORDER BY source").fetchall()
    accounts = connection.execute("SELECT count(*) FROM late_accounts").fetchall()[0][0]
    return Overdue(dict(texts), int(accounts))


def _register(connection: Connection, name: str, columns: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
    typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({typed})")
    if rows:
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)


def _terms() -> list[tuple[str, int]]:
    """Return, for each source whose terms are stricter than the workspace may be, the months that they leave."""
    from crawlers.registry import connectors

    return [(kind, months) for kind, one in connectors().items() if (months := one.policy.retention_months) is not None]


def _in_touch(people: Path, now: datetime, months: int) -> list[str]:
    """Return the accounts with whom something was exchanged within the time that people are kept."""
    if not people.exists():
        return []
    since = now.timestamp() - months * 30.44 * 86_400
    limit = datetime.fromtimestamp(max(since, 0), UTC).isoformat()
    with open_relations(people) as records:
        rows = records.execute("SELECT DISTINCT account_id FROM touchpoints WHERE happened_at >= ?", (limit,))
        return [row[0] for row in rows.fetchall()]
