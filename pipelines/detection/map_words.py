"""What communities are called: by the words that set them apart, and by those who lead them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.warehouse.sql import query
from graph.communities import distinguishing
from pipelines.detection.map_columns import SQL, register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.warehouse.store import Connection
    from graph.columns import World
    from graph.ecosystem import Base, SegmentMap

NAMED_BY = 3
LEADERS = 5
# A word as people write it: what belongs to the query language (stars, quotes, fields, distances) names nothing.
PLAIN = re.compile(r"[^\W_][\w'’. -]*$")


@dataclass(frozen=True, slots=True)
class CommunityName:
    """A community's name, its words and its leaders' person_ids."""

    name: str | None
    terms: list[str]
    leaders: list[str]


def community_names(
    connection: Connection, shared: Base, maps: Sequence[SegmentMap], world: World
) -> list[CommunityName]:
    """Return one name per community: its three most distinguishing words, else its leader's name, never an id."""
    member = shared.communities.member
    terms = _terms(connection, member, len(shared.communities.ids))
    leaders = _leaders(member, maps, len(shared.communities.ids), world)
    shown = dict(
        connection.execute(query("map_display", SQL), {"people": [heads[0] for heads in leaders if heads]}).fetchall()
    )
    names = [
        " · ".join(words[:NAMED_BY]) or shown.get(next(iter(heads), ""))
        for words, heads in zip(terms, leaders, strict=True)
    ]
    return [CommunityName(*row) for row in zip(names, terms, leaders, strict=True)]


def _terms(connection: Connection, member: np.ndarray, k: int) -> list[list[str]]:
    inside = np.flatnonzero(member >= 0)
    register(connection, "map_communities", {"person": inside, "community": member[inside]})
    rows = connection.execute(query("map_words", SQL)).fetchall()
    rows = [row for row in rows if PLAIN.match(row[1])]
    words = sorted({word for _, word, _ in rows})
    if not words or not k:
        return [[] for _ in range(k)]
    column = {word: i for i, word in enumerate(words)}
    counts = np.zeros((k, len(words)))
    for community, word, people in rows:
        counts[community, column[word]] = people
    return [[words[i] for i in best] for best in distinguishing(counts)]


def _leaders(member: np.ndarray, maps: Sequence[SegmentMap], k: int, world: World) -> list[list[str]]:
    best: list[dict[int, float]] = [{} for _ in range(k)]
    for found in maps:
        leading = found.rows[(found.community_rank > 0) & (found.community_rank <= LEADERS * 4)]
        score = dict(zip(found.rows.tolist(), found.measures.pagerank.tolist(), strict=True))
        for person in leading.tolist():
            standing = best[member[person]]
            standing[person] = standing.get(person, 0.0) + score[person]
    return [
        [str(world.people.person_id[p]) for p in sorted(standing, key=lambda p: (-standing[p], p))[:LEADERS]]
        for standing in best
    ]
