"""Runs the queries of the sheets for many persons at once, and writes one of them out for a reader to run again."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from data.warehouse.sql import query

if TYPE_CHECKING:
    from data.warehouse.store import Connection
    from pipelines.detection.fivew.figures import Row

SQL = "pipelines.detection.fivew.sql"
SHARED = "posts_of_persons"
READINGS = "readings"
PARAMETER = re.compile(r"\$(\w+)")


def query_names() -> list[str]:
    """Return the names of the queries of a sheet."""
    files = (item.name for item in resources.files(SQL).iterdir())
    return sorted(name[:-4] for name in files if name.endswith(".sql") and name != f"{SHARED}.sql")


def statement(name: str) -> str:
    """Return the whole SQL of query `name`, its parameters still open."""
    return query(SHARED, SQL) + query(name, SQL)


def rows_by_person(con: Connection, name: str, params: dict[str, Any]) -> dict[str, list[Row]]:
    """Run query `name` for `params["person_ids"]`; return person_id → rows as dicts, in the query's order."""
    sql = statement(name)
    used = {key: params[key] for key in PARAMETER.findall(sql)}
    cursor = con.execute(sql, used)
    columns = [column[0] for column in cursor.description]
    found: dict[str, list[Row]] = defaultdict(list)
    for values in cursor.fetchall():
        row = dict(zip(columns, values, strict=True))
        found[row["person_id"]].append(row)
    return found


def written_out(name: str, params: dict[str, Any]) -> str:
    """Return query `name` with its parameters as literals, ready for `vigie sql`."""
    return _written(statement(name), params)


def written_in_parts(names: list[str], params: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Return what every query begins with, and query name → the part that follows it."""
    return _written(query(SHARED, SQL), params), {name: _written(query(name, SQL), params) for name in names}


def _written(sql: str, params: dict[str, Any]) -> str:
    return PARAMETER.sub(lambda match: _literal(params[match[1]]), sql).strip()


def _literal(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    if isinstance(value, datetime):
        return f"TIMESTAMPTZ '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"
