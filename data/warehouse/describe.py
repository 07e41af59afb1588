"""Writes docs/database.md from the schema and its comments: `python -m data.warehouse.describe > docs/database.md`."""

from __future__ import annotations

import sys

from data.warehouse.comments import comment_on
from data.warehouse.publish import ECOSYSTEM_VIEWS, LATEST_VIEWS
from data.warehouse.store import connect, migrate

HEAD = """# The database

Made from the schema (`python -m data.warehouse.describe > docs/database.md`); a test fails when it is not.

`vigie.duckdb` opens read-only in any DuckDB client of the same storage version (`vigie sql` is one). It is replaced
as a whole when a discovery ends: a client that has it open keeps what it sees; re-opening shows the new run. Times
are UTC. Unknown is NULL, never 0. The same comments are in the database itself:
`FROM duckdb_columns() SELECT table_name, column_name, comment`.

Every table of `detection` and `ecosystem` has a view with `_latest` behind its name: each brief's newest finished run.
"""


def has_view(schema: str, table: str) -> bool:
    """Tell whether a table has a view of the newest finished run."""
    return table in {"detection": LATEST_VIEWS, "ecosystem": ECOSYSTEM_VIEWS}.get(schema, ())


def describe() -> str:
    """Return the page."""
    connection = connect()
    migrate(connection)
    rows = connection.execute(
        "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema IN ('core', 'nlp', 'detection', 'ecosystem', 'relation', 'execution')"
        " ORDER BY list_position(['core', 'nlp', 'detection', 'ecosystem', 'relation', 'execution'], table_schema),"
        " table_name, ordinal_position"
    ).fetchall()
    connection.close()
    lines = [HEAD]
    seen = ""
    for schema, table, column, kind in rows:
        name = f"{schema}.{table}"
        if name != seen:
            seen = name
            latest = f" View: `{name}_latest`." if has_view(schema, table) else ""
            lines += [
                "",
                f"## {name}",
                "",
                f"{comment_on(schema, table)}.{latest}",
                "",
                "| column | type | meaning |",
                "| --- | --- | --- |",
            ]
        lines.append(f"| `{column}` | {kind} | {comment_on(schema, table, column)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(describe())
