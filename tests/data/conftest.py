from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from data.imports.registry import import_file
from data.warehouse.store import Connection, connect, migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from data.warehouse.load import Loaded

TABLES = (
    "core.accounts",
    "core.account_observations",
    "core.posts",
    "core.post_observations",
    "core.stated_ties",
    "core.brief_posts",
    "core.brief_accounts",
    "core.persons",
    "core.person_accounts",
)


@pytest.fixture
def contents() -> Callable[[Connection], dict[str, list[tuple[Any, ...]]]]:
    """Every row of every record table, in one order."""
    return lambda store: {table: sorted(store.sql(f"FROM {table}").fetchall(), key=repr) for table in TABLES}


@pytest.fixture
def store() -> Iterator[Connection]:
    connection = connect()
    migrate(connection)
    yield connection
    connection.close()


@pytest.fixture
def bring(store: Connection, tmp_path: Path) -> Callable[..., Loaded]:
    """Write a file and import it."""

    def run(kind: str, name: str, body: str | bytes, **options: Any) -> Loaded:
        path = tmp_path / name
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        return import_file(store, kind, path, brief=options.pop("brief", "b"), **options)

    return run
