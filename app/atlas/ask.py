"""Asks the database, and keeps the exact words of the question for whoever wants to ask again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from data.warehouse.sql import query

if TYPE_CHECKING:
    from data.warehouse.store import Connection

SQL = "app.atlas.sql"
PARAMETER = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query, and its text with the parameters written in, ready for `vigie sql`."""

    name: str
    rows: list[dict[str, Any]]
    sql: str


def ask(con: Connection, name: str, package: str = SQL, **params: Any) -> Answer:
    """Run the query file `name` of `package` with those of `params` that it names."""
    text = query(name, package)
    used = {key: params[key] for key in PARAMETER.findall(text)}
    cursor = con.execute(text, used) if used else con.execute(text)
    columns = [column[0] for column in cursor.description]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return Answer(name, rows, written_out(text, used))


def written_out(text: str, params: dict[str, Any]) -> str:
    """Return the query with its parameters as literals."""
    return PARAMETER.sub(lambda match: literal(params[match[1]]), text).strip()


def literal(value: object) -> str:
    """Return a value as SQL writes it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, datetime):
        return f"TIMESTAMPTZ '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"
