"""By how many macros of a segment each of its people is heard: who attends to whom is read off the ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from graph.tiers import Scale, macros
from pipelines.detection.map_columns import SQL
from pipelines.detection.tier_columns import Read, candidates_of, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from data.warehouse.store import Connection


def heard_by_macros(
    connection: Connection, segments: Mapping[str, pa.Table], scale: Scale, as_of: datetime
) -> dict[str, pa.Table]:
    """Return the rows of each segment with `heard_by_macros`: how many of its macros attend to a person, as of then."""
    given = pa.concat_tables([_macros(name, rows, scale) for name, rows in segments.items()])
    connection.register("given_macros", given)
    found = connection.sql(query("candidates_macros", SQL), params={"as_of": as_of}).to_arrow_table()
    connection.unregister("given_macros")
    return {name: _counted(rows, found, name) for name, rows in segments.items()}


def _macros(segment: str, rows: pa.Table, scale: Scale) -> pa.Table:
    columns = Read(rows)
    macro = macros(candidates_of(columns), scale, network_only=unread(columns))
    people = rows["person_id"].filter(pa.array(macro))
    return pa.table({"segment": pa.array([segment] * len(people), pa.string()), "person_id": people})


def _counted(rows: pa.Table, found: pa.Table, segment: str) -> pa.Table:
    here = found.filter(pa.compute.equal(found["segment"], segment))
    place = pa.compute.index_in(rows["person_id"], here["person_id"].combine_chunks())
    counts = here["macros"].to_numpy() if here.num_rows else np.zeros(1, np.int32)
    at = place.fill_null(-1).to_numpy()
    return rows.append_column("heard_by_macros", pa.array(np.where(at >= 0, counts[at], 0), pa.int32()))
