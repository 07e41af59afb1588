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
    from collections.abc import Mapping
    from datetime import datetime

    from data.brief.model import Brief
    from data.overrides import Override
    from data.warehouse.store import Connection


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
    n = rows.num_rows
    alone = unread(columns)
    people = candidates_of(columns)
    given = tiers(people, scale, network_only=alone)
    chances = tier_chances(people, scale, network_only=alone, held=held, given=given)
    columns |= {"tier": given.tier, "tier_missing": given.missing, "tier_rule": given.rule, "tier_margin": given.margin}
    columns |= {
        "tier_chance": chances.chance,
        "tier_other": chances.other,
        "tier_other_chance": chances.other_chance,
    }
    columns["status"] = np.full(n, "discovered", object)
    if decisions:
        columns["status"][:] = [decisions.get(person, "discovered") for person in columns["person_id"].tolist()]
    none: list[str] = []
    every = [none] * n
    for row in np.flatnonzero(given.emerging).tolist():
        every[row] = ["emerging"]
    columns["labels"] = _lists(every)
    if brief.rules:
        named = labels(columns, n, brief.rules)
        every = [[*own, *(label for label in more if label not in own)] for own, more in zip(every, named, strict=True)]
    if given_words:
        every = override_labels(every, columns["person_id"], given_words)
    added = {
        "tier": pa.array(given.tier.tolist(), pa.string()),
        "tier_missing": pa.array(given.missing.tolist(), pa.string()),
        "tier_rule": pa.array(given.rule.tolist(), pa.string()),
        "tier_margin": pa.array(given.margin, mask=~np.isfinite(given.margin)),
        "tier_chance": pa.array(chances.chance, mask=np.isnan(chances.chance)),
        "tier_other": pa.array(chances.other.tolist(), pa.string()),
        "tier_other_chance": pa.array(chances.other_chance, mask=np.isnan(chances.other_chance)),
        "status": pa.array(columns["status"].tolist(), pa.string()),
        "labels": pa.array(every, pa.list_(pa.string())),
    }
    for name, values in added.items():
        rows = rows.append_column(name, values)
    return rows


def _lists(values: list[list[str]]) -> Any:
    result = np.empty(len(values), object)
    result[:] = values
    return result
