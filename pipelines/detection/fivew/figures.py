"""A figure of a sheet: a value or the reason why there is none, with the query and column that give it again."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
Figure = dict[str, Any]


def figure(
    row: Row | None, query: str, column: str, *, n: str = "", at_least: int = 1, missing: str = "no_posts"
) -> Figure:
    """Return `row[column]` as a figure resting on `row[n]` items; below `at_least` items it is unknown.

    The reason is `missing` when the query gave no row, `too_few_posts` under the floor, else `not_observed`.
    """
    rests_on = {"query": query, "column": column}
    if row is None:
        return {"value": None, "missing": missing, **rests_on}
    count = row[n] if n else None
    if count is not None and count < at_least:
        return {"value": None, "missing": "too_few_posts", "n": count, **rests_on}
    if row[column] is None:
        return {"value": None, "missing": "not_observed", **rests_on}
    return {"value": row[column], **({"n": count} if n else {}), **rests_on}


def table(rows: list[Row], query: str, *, missing: str = "none_seen") -> Figure:
    """Return rows as a figure of several lines; none at all carries the reason `missing`."""
    kept = [{name: value for name, value in row.items() if name != "person_id"} for row in rows]
    return {"rows": kept, "query": query} if kept else {"rows": [], "missing": missing, "query": query}


def unknowns(sections: dict[str, Row]) -> list[dict[str, str]]:
    """Return every figure of `sections` that is unknown: its section, field and reason."""
    return [
        {"section": section, "field": field, "reason": value["missing"]}
        for section, fields in sections.items()
        for field, value in fields.items()
        if isinstance(value, dict) and value.get("missing")
    ]
