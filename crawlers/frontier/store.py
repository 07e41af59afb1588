"""Opens a brief's crawl file and reads the statements beside it."""

from __future__ import annotations

import sqlite3
from functools import cache
from importlib import resources
from pathlib import Path

from data.errors import VigieError

ADDED = (
    ("requests", "who", "TEXT"),
    ("requests", "gain", "REAL"),
    ("seen", "request_id", "INTEGER"),
    ("validators", "fresh_until", "REAL"),
    ("requests", "relevant", "INTEGER"),
    ("hosts", "sent", "INTEGER NOT NULL DEFAULT 0"),
    ("hosts", "tdm", "TEXT"),
    ("hosts", "tdm_at", "REAL"),
    ("consents", "source", "TEXT"),
    ("consents", "note", "TEXT"),
    ("consents", "told_by", "TEXT"),
    ("hosts", "tdm_pending", "INTEGER NOT NULL DEFAULT 0"),
)


@cache
def statement(name: str) -> str:
    """Return the SQL of `name.sql` of this folder."""
    return resources.files("crawlers.frontier").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def open_file(path: str | Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a crawl file in write-ahead mode, made when missing; raises VigieError when it is no such file."""
    place = Path(path)
    try:
        if read_only:
            _bring_up_to_date(place)
            connection = sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(place, isolation_level=None, timeout=30)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA cache_size = -32000")  # KiB: ids are found in trees of text, all over the file
            connection.execute("PRAGMA wal_autocheckpoint = 4000")
            _upgrade(connection)
            connection.executescript(statement("schema"))
    except (sqlite3.DatabaseError, OSError) as error:
        raise VigieError(
            f"{place} : fichier de collecte illisible ({error})", f"{place}: unreadable crawl file ({error})"
        ) from None
    connection.row_factory = sqlite3.Row
    return connection


def _bring_up_to_date(place: Path) -> None:
    """Upgrade the file of an earlier version once, so that whoever only reads finds every column."""
    connection = sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        behind = any(_lacks(connection, table, column) for table, column, _ in ADDED)
    finally:
        connection.close()
    if behind:
        open_file(place).close()


def _lacks(connection: sqlite3.Connection, table: str, column: str) -> bool:
    columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    return bool(columns) and column not in columns


def _upgrade(connection: sqlite3.Connection) -> None:
    """Give the tables of an older crawl file the columns they lack."""
    for table, column, kind in ADDED:
        if _lacks(connection, table, column):
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
            connection.execute("DROP VIEW IF EXISTS ledger")
