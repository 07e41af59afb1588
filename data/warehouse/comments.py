"""Comments of every table, view and column, from `comments.toml`: applied last, since replacing a view drops them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from data.warehouse.sql import query

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
    """Write the comments that are not there yet into an open database, in one transaction of its own."""
    connection.begin()
    for schema, table, column, kind, said in connection.execute(query("comments_there")).fetchall():
        text = comment_on(schema, table, column)
        if text and text != said:
            name = f'"{schema}"."{table}"' + (f'."{column}"' if column else "")
            connection.execute(f"COMMENT ON {kind} {name} IS {_literal(text)}")
    connection.commit()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
