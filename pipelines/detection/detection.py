"""Step 3, detection: ranks, tiers, labels and status of everyone who has a place in a segment."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from graph.carried import Before, change
from graph.roles import labels
from graph.tier_chances import Chances, Held, tier_chances
from graph.tiers import Scale, tiers
from pipelines.detection.heard import heard_by_macros
from pipelines.detection.map_columns import SQL
from pipelines.detection.overridden import override_labels
from pipelines.detection.tier_columns import Read, candidates_of, unread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from data.brief.model import Brief, Rule
    from data.overrides import Override
    from data.warehouse.store import Connection

# What is told of each person here, beside labels.
TOLD = (
    "tier", "tier_missing", "tier_rule", "tier_margin", "tier_chance", "tier_other", "tier_other_chance", "status",
)  # fmt: skip


def detect(
    connection: Connection,
    brief: Brief,
    run_id: str,
    as_of: datetime,
    decisions: Mapping[str, str],
    given: Mapping[str, list[Override]] = MappingProxyType({}),
) -> dict[str, pa.Table]:
    """Return the rows of detection.candidates of one run, from its detection.ecosystem and detection.relations.

    `decisions` maps a person_id to in, out or undecided; who is not named there is `discovered`. `given`
    (person_id → overrides) are labels that an analyst gave or refused.
    """
    found = {}
    for segment in brief.segments:
        rows = connection.sql(query("candidates", SQL), params={"run_id": run_id, "segment": segment.name})
        if (table := rows.to_arrow_table()).num_rows:
            found[segment.name] = table
    if not found:
        empty = connection.sql("SELECT * FROM detection.candidates LIMIT 0").to_arrow_table()
        return {"detection.candidates": empty}
    carried = dict(connection.execute(query("candidates_carried", SQL), {"run_id": run_id}).fetchall())
    scale, tables = Scale(brief.scale.method, brief.scale.cuts), []
    for name, table in heard_by_macros(connection, found, scale, as_of).items():
        asked = {"run_id": run_id, "segment": name, "from_run": carried.get(name)}
        held = _held(connection, asked, table) if name in carried else None
        tables.append(_candidates(table, brief, scale, decisions, given, held))
    return {"detection.candidates": pa.concat_tables(tables)}


def _held(connection: Connection, asked: dict[str, str | None], rows: pa.Table) -> Held:
    """Return what the run told of these people from which this segment's draws were taken over."""
    before = Read(connection.sql(query("candidates_before", SQL), params=asked).to_arrow_table())
    moved = change(Before(str(asked["from_run"]), before), np.arange(rows.num_rows), Read(rows))
    chances = Chances(before["tier_chance"], before["tier_other"], before["tier_other_chance"])
    heard = (np.nan_to_num(before["heard_by_macros"]) > 0) == (np.asarray(rows["heard_by_macros"]) > 0)
    return Held(~moved.who & heard, before["tier"], before["tier_missing"], before["tier_margin"], chances)


def _candidates(
    rows: pa.Table,
    brief: Brief,
    scale: Scale,
    decisions: Mapping[str, str],
    given_words: Mapping[str, list[Override]],
    held: Held | None = None,
) -> pa.Table:
    columns = Read(rows)
    alone, people = unread(columns), candidates_of(columns)
    given = tiers(people, scale, network_only=alone)
    chances = tier_chances(people, scale, network_only=alone, held=held, given=given)
    columns |= {
        "tier": given.tier,
        "tier_missing": given.missing,
        "tier_rule": given.rule,
        "tier_margin": given.margin,
        "tier_chance": chances.chance,
        "tier_other": chances.other,
        "tier_other_chance": chances.other_chance,
        "status": _statuses(columns["person_id"], decisions),
    }
    added = {name: _arrow(columns[name]) for name in TOLD}
    every = _labels(columns, given.emerging, brief.rules, given_words)
    for name, values in {**added, "labels": pa.array(every, pa.list_(pa.string()))}.items():
        rows = rows.append_column(name, values)
    return rows


def _statuses(people: Any, decisions: Mapping[str, str]) -> Any:
    if not decisions:
        return np.full(len(people), "discovered", object)
    return np.array([decisions.get(person, "discovered") for person in people.tolist()], object)


def _labels(
    columns: Read, emerging: Any, rules: Sequence[Rule], given_words: Mapping[str, list[Override]]
) -> list[list[str]]:
    """Return everybody's labels: emerging, those of the brief's rules, and what an analyst gave or refused."""
    none: list[str] = []
    every = [none] * len(emerging)
    for row in np.flatnonzero(emerging).tolist():
        every[row] = ["emerging"]
    columns["labels"] = _lists(every)
    if rules:
        named = labels(columns, len(emerging), rules)
        every = [[*own, *(label for label in more if label not in own)] for own, more in zip(every, named, strict=True)]
    return override_labels(every, columns["person_id"], given_words) if given_words else every


def _arrow(values: Any) -> pa.Array:
    if values.dtype == object:
        return pa.array(values.tolist(), pa.string())
    return pa.array(values, mask=~np.isfinite(values))


def _lists(values: list[list[str]]) -> Any:
    result = np.empty(len(values), object)
    result[:] = values
    return result
