"""Comments of every table, view and column, from `comments.toml`: applied last, since replacing a view drops them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.warehouse.store import Connection

LATEST = "_latest"


@cache
def comments() -> dict[str, Any]:
    """Return the file's tables: schema → table → column → comment, and the shared `columns`."""
    return tomllib.loads(resources.files("data.warehouse").joinpath("comments.toml").read_text(encoding="utf-8"))


def comment_on(schema: str, table: str, column: str | None = None) -> str | None:
    """Return the comment of a table, or of its column; a `_latest` view takes those of its table."""
    known = comments()
    if table.endswith(LATEST):
        whole = known[schema].get(table.removesuffix(LATEST), {})
        if column is None:
            return f"{whole['_']}: the newest finished run of each brief" if "_" in whole else None
    else:
        whole = known.get(schema, {}).get(table, {})
    found = whole.get(column or "_") or (known["columns"].get(column) if column else None)
    return str(found) if found else None


def apply_comments(connection: Connection) -> None:
    """Write the comments into an open database."""
    rows = connection.execute(
        "SELECT table_schema, table_name, table_type FROM information_schema.tables"
        " WHERE table_catalog = current_database()"
    ).fetchall()
    for schema, table, kind in rows:
        what = "VIEW" if kind == "VIEW" else "TABLE"
        if text := comment_on(schema, table):
            connection.execute(f'COMMENT ON {what} "{schema}"."{table}" IS {_literal(text)}')
        for column in _columns(connection, schema, table):
            if text := comment_on(schema, table, column):
                connection.execute(f'COMMENT ON COLUMN "{schema}"."{table}"."{column}" IS {_literal(text)}')


def _columns(connection: Connection, schema: str, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?", [schema, table]
    )
    return [row[0] for row in rows.fetchall()]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
