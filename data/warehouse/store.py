"""Opens the working store and brings its schema up to date, step by numbered step."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING

import duckdb

from data.errors import VigieError
from data.warehouse.sql import query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Connection = duckdb.DuckDBPyConnection


@contextmanager
def open_store(path: Path) -> Iterator[Connection]:
    """Open the working store at `path` for writing, made or migrated first; a newer store raises VigieError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = connect(path)
    try:
        migrate(connection, path)
        connection.execute(query("macros"))
        yield connection
    finally:
        connection.close()


def connect(path: Path | None = None, *, read_only: bool = False) -> Connection:
    """Open a DuckDB file (or an in-memory database) whose times are UTC and which reads no file by itself."""
    connection = duckdb.connect(str(path) if path else ":memory:", read_only=read_only)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    return connection


def migrate(connection: Connection, path: Path | None = None) -> list[int]:
    """Apply the migrations that are missing, each in its own transaction, after a backup of a store that has data."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS warehouse")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS warehouse.migrations (version INTEGER PRIMARY KEY, applied_at TIMESTAMPTZ)"
    )
    applied = {row[0] for row in connection.execute("SELECT version FROM warehouse.migrations").fetchall()}
    known = migrations()
    if newer := applied - set(known):
        raise VigieError(
            f"cette base vient d'une version plus récente de vigie (étape {max(newer)}) : mettez vigie à jour",
            f"this store was made by a newer vigie (step {max(newer)}): upgrade vigie",
        )
    missing = [version for version in known if version not in applied]
    if applied and missing and path is not None:
        connection.execute("CHECKPOINT")
        shutil.copy2(path, path.with_suffix(f".before-{missing[0]:04d}.duckdb"))
    for version in missing:
        connection.begin()
        connection.execute(known[version])
        connection.execute("INSERT INTO warehouse.migrations VALUES (?, ?)", [version, datetime.now(UTC)])
        connection.commit()
    return missing


def migrations() -> dict[int, str]:
    """Return the numbered migrations in order: version → SQL."""
    found: dict[int, str] = {}
    for item in resources.files("data.warehouse.migrations").iterdir():
        if match := re.fullmatch(r"(\d{4})_\w+\.sql", item.name):
            found[int(match[1])] = item.read_text(encoding="utf-8")
    return dict(sorted(found.items()))
