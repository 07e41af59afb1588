"""Reads the ties between a brief's people: one row per pair and kind, in order, and how far each is on the subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from graph.columns import Coded, Ties
from pipelines.detection.map_columns import SQL, array, arrays, coded

if TYPE_CHECKING:
    from datetime import datetime

    from data.warehouse.store import Connection
    from graph.columns import Bools, Floats, Ints


def read_ties(connection: Connection, people: int, segments: int, as_of: datetime) -> Ties:
    """Return the ties of the prepared people, and show them to SQL as `map_ties`.

    What a person does from several accounts is added up. Sorted as plain numbers: grouping in SQL takes thrice as long.
    """
    given = connection.sql(query("map_ties", SQL), params={"as_of": as_of}).to_arrow_table()
    kind, source, target = coded(given["kind"]), given["source"].to_numpy(), given["target"].to_numpy()
    order, first = groups((source.astype(np.int64) * people + target) * max(len(kind.words), 1) + kind.place)
    one = order[first]
    source, target, kind = source[one], target[one], Coded(kind.words, kind.place[one])
    count, age, evidenced = (
        whole.reduceat(array(given[name])[order], first) if len(first) else array(given[name])
        for name, whole in (("weight", np.add), ("age_us", np.fmin), ("evidenced", np.logical_or))
    )
    _show(connection, source, target, kind, count)
    topical = _topical(connection, evidenced, segments, as_of)
    return Ties(source, target, kind, count, age / 1e6 / 86400, topical)


def groups(key: Ints) -> tuple[Ints, Ints]:
    """Return an order in which the keys ascend, and where in it each distinct one begins."""
    order = np.argsort(key) if np.any(key[1:] < key[:-1]) else np.arange(len(key))
    ordered = key[order]
    return order, np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(key)])


def _show(connection: Connection, source: Ints, target: Ints, kind: Coded, count: Floats) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array(kind.place), pa.array(kind.words, pa.string()))
    columns = {"tie": np.arange(len(source), dtype=np.int32), "source": source, "target": target}
    connection.register("map_ties", pa.table({**columns, "kind": words, "count": count}))


def _topical(connection: Connection, evidenced: Bools, segments: int, as_of: datetime) -> Floats:
    # Segments are read one by one: each is one stretch of memory.
    topical = np.full((len(evidenced), segments), np.nan, np.float32, order="F")
    topical[evidenced] = 0.0
    fit = arrays(connection.sql(query("map_topical", SQL), params={"as_of": as_of}).to_arrow_table())
    topical[fit["tie"].astype(np.int64), fit["segment"].astype(np.int64)] = fit["topical"]
    return topical
