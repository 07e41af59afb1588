"""Step 2, mapping: the ecosystem of a brief, its communities, and who is tied to which organisation."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from graph.ecosystem import Options, base, segment_map
from graph.roles import ordered
from pipelines.detection import map_rows
from pipelines.detection.declared import declarations
from pipelines.detection.habits import habits
from pipelines.detection.map_read import prepare, previous_communities, read_details, read_past, read_world
from pipelines.detection.map_words import community_names
from pipelines.detection.method_key import method_key
from pipelines.detection.relations import relations
from pipelines.detection.together import read_together, together_rows
from pipelines.detection.voice import voice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import pyarrow as pa

    from data.brief.model import Brief
    from data.overrides import Override
    from data.warehouse.store import Connection


def map_ecosystem(
    connection: Connection,
    brief: Brief,
    run_id: str,
    as_of: datetime,
    given: Mapping[str, list[Override]] = MappingProxyType({}),
) -> dict[str, pa.Table]:
    """Return the rows of detection.ecosystem, .communities and .relations, and of schema ecosystem, for one run.

    Reads core.*, nlp.* and detection.hits up to `as_of`; writes nothing but temporary tables. People who opted out have
    no row; the attention they gave stays counted, without their name. `given` (person_id → overrides) are roles that an
    analyst gave or refused.
    """
    prepare(connection, brief, run_id, as_of)
    company, named = read_together(connection, as_of)
    world = replace(read_world(connection, brief, as_of), company=company)
    options = Options(brief.score.preset, brief.score.weights)
    previous = previous_communities(connection, brief, run_id, as_of, len(world.people))
    shared = base(world, previous, past=read_past(connection, brief, run_id, as_of, len(world.people)))
    details = read_details(connection, world, run_id)
    maps = [segment_map(world, shared, number, options) for number in range(len(world.segments))]
    names = community_names(connection, shared, maps, world)
    said = declarations(connection, brief, len(world.people))
    tied = relations(connection, brief, maps, as_of, said)
    around = voice(connection, brief, world, shared, maps)
    around["ecosystem.habits"] = habits(connection, world)
    asked = map_rows.asked_of(world, ordered(brief.roles), said, tied, given)
    return {
        "detection.ecosystem": map_rows.ecosystem(brief.name, run_id, world, shared, maps, details, asked),
        "detection.communities": map_rows.communities(brief.name, run_id, shared, names),
        "detection.relations": map_rows.stamped(brief.name, run_id, tied),
        "ecosystem.carried": map_rows.carried(brief.name, run_id, shared, maps),
        "ecosystem.methods": map_rows.methods(brief.name, run_id, method_key(), maps),
        "ecosystem.together": map_rows.stamped(brief.name, run_id, together_rows(world, named)),
        "ecosystem.overlaps": map_rows.overlaps(brief.name, run_id, world, maps),
        **{name: map_rows.stamped(brief.name, run_id, rows) for name, rows in around.items()},
    }
