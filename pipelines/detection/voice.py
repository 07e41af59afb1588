"""Who speaks of the brand and of its competitors, how alive that is, and how much of everybody's attention it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from graph.scores.relevance import ON_TOPIC
from pipelines.detection.map_columns import SQL, register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.brief.model import Brief
    from data.warehouse.store import Connection
    from graph.columns import World
    from graph.ecosystem import Base, SegmentMap

# A tone so close to 0 takes no side.
NEUTRAL = 0.1


def voice(
    connection: Connection, brief: Brief, world: World, shared: Base, maps: Sequence[SegmentMap]
) -> dict[str, pa.Table]:
    """Return the rows of ecosystem.voice, .vitality and .speakers, brief and run_id aside.

    Reads the temporary tables that `relations` made. The posts of people who opted out are left out, and so are those
    of the organisations themselves.
    """
    organisations = _organisations(brief)
    register(
        connection,
        "voice_organisations",
        {
            "counterpart": pa.array([name for name, _ in organisations], pa.string()),
            "kind": pa.array([kind for _, kind in organisations], pa.string()),
        },
    )
    _register_people(connection, world, shared, maps)
    connection.execute(query("voice_posts", SQL))
    connection.execute(query("voice_segments", SQL), {"on_topic": ON_TOPIC})
    asked = {
        "ecosystem.voice": ("voice_shares", {"neutral": NEUTRAL}),
        "ecosystem.vitality": ("voice_vitality", {}),
        "ecosystem.speakers": ("voice_speakers", {"brands": len(organisations)}),
    }
    return {
        table: connection.sql(query(name, SQL), params=values).to_arrow_table()
        for table, (name, values) in asked.items()
    }


def _organisations(brief: Brief) -> list[tuple[str, str]]:
    if brief.brand is None:
        return []
    return [(brief.brand.name, "brand"), *((rival.name, "competitor") for rival in brief.brand.competitors)]


def _register_people(connection: Connection, world: World, shared: Base, maps: Sequence[SegmentMap]) -> None:
    """Make the temporary tables of each person's trust, and of their share of the attention in each segment."""
    n = len(world.people)
    trust = np.nan_to_num(shared.authenticity.score, nan=100.0) / 100.0
    register(connection, "voice_trust", {"person": np.arange(n), "trust": trust})
    mine = ~world.people.organisations[shared.pairs.source]
    whole = np.bincount(shared.pairs.target[mine], shared.pairs.weight[mine], n)
    parts = [(np.flatnonzero(whole > 0), whole[whole > 0], -1)]
    parts += [(found.rows, found.measures.attention, number) for number, found in enumerate(maps)]
    register(
        connection,
        "voice_attention",
        {
            "person": np.concatenate([rows for rows, _, _ in parts]).astype(np.int64),
            "number": np.concatenate([np.full(len(rows), number) for rows, _, number in parts]).astype(np.int32),
            "share": np.concatenate([_shares(values) for _, values, _ in parts]),
        },
    )
    listed = np.unique(np.concatenate([found.rows for found in maps])) if maps else np.zeros(0, np.int64)
    register(connection, "voice_participants", {"person": listed.astype(np.int64)})


def _shares(values: np.ndarray) -> np.ndarray:
    total = float(values.sum())
    return np.asarray(values / total if total > 0 else np.zeros(len(values)), np.float64)
