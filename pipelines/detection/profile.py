"""Step 4, the profile: one 5W sheet per person, every figure with the query and the posts it rests on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from pipelines.detection.fivew import sections
from pipelines.detection.fivew.figures import unknowns
from pipelines.detection.fivew.read import READINGS, query_names, rows_by_person
from pipelines.detection.fivew.recorded import QUERIES, recorded_fields, recorded_rows
from pipelines.detection.fivew.texts import add_facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from data.brief.model import Brief
    from data.warehouse.store import Connection

SECTIONS = ("what", "when", "where", "who", "how", "why")
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("brief", "run_id", "person_id")]
    + [(f"{name}_json", pa.string()) for name in SECTIONS]
    + [("evidence", pa.string())]
)


def profile(con: Connection, brief: Brief, run_id: str, as_of: datetime, person_ids: Sequence[str]) -> pa.Table:
    """Return the rows of detection.sheets of `person_ids`, in that order, from the posts of the brief's window."""
    ids = list(dict.fromkeys(person_ids))
    params: dict[str, Any] = {
        "brief": brief.name,
        "run_id": run_id,
        "as_of": as_of,
        "since": as_of - timedelta(days=brief.budget.days),
        "person_ids": ids,
    }
    computed = [name for name in query_names() if name not in (READINGS, *QUERIES)]
    found = {name: rows_by_person(con, name, params) for name in computed} | recorded_rows(con, params)
    rows = [
        _sheet(brief, params, person, {name: by_person.get(person, []) for name, by_person in found.items()})
        for person in ids
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _sheet(brief: Brief, params: dict[str, Any], person: str, rows: sections.Rows) -> dict[str, str]:
    """Return one row of detection.sheets."""
    parts: dict[str, dict[str, Any]] = {
        "what": sections.what(rows),
        "when": sections.when(rows),
        "where": sections.where(rows),
        "who": sections.who(rows),
        "how": sections.how(rows),
        "why": sections.why(rows, brief),
    }
    for section, fields in recorded_fields(rows).items():
        parts[section] |= fields
    readings = add_facts(parts, rows)
    evidence = {
        "params": {key: value for key, value in params.items() if key != "person_ids"} | {READINGS: readings},
        "queries": query_names(),
        "counter": sections.counter_evidence(rows),
        "counter_posts": [{k: v for k, v in row.items() if k != "person_id"} for row in rows["counter_posts"]],
        "unknown": unknowns(parts),
    }
    return {
        "brief": brief.name,
        "run_id": params["run_id"],
        "person_id": person,
        **{f"{name}_json": _json(part) for name, part in parts.items()},
        "evidence": _json(evidence),
    }


def _json(value: object) -> str:
    """Return JSON with times in UTC; what JSON has no word for is written as text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z).decode()
