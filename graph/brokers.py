"""Who stands between people that do not know one another: Burt's constraint, for as many as a bounded work allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graph.measures import constraint

if TYPE_CHECKING:
    from graph.columns import Floats, Ints
    from graph.ties import Pairs

# Steps from contact to contact's contact: a second's worth at most, whatever hubs a segment has.
MOST_STEPS = 20_000_000


def brokerage(pairs: Pairs, people: Ints, *, most: int = MOST_STEPS) -> Floats:
    """Return the constraint (m,) of the people given, in their order, until `most` steps are spent; NaN after.

    1 and more: all contacts are one circle; near 0: contacts who do not attend to one another meet in this person.
    NaN without contacts.
    """
    result = np.full(len(people), np.nan)
    if not len(people) or not len(pairs.source):
        return result
    graph = pairs.graph().undirected()
    degree = np.diff(graph.adjacency.indptr).astype(float)
    steps = np.asarray(graph.weights(None)[people] @ degree)
    some = int(np.searchsorted(np.cumsum(steps), most, side="right"))
    result[:some] = constraint(graph, people[:some])
    return result
