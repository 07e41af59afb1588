"""Whose audiences are the same people: the sets of those who give attention to each candidate, compared at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from graph.columns import Floats, Ints
    from graph.ties import Pairs

CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Overlap:
    """Pairs of people (each once): `first` and `second` are rows of the world, `sizes` their audiences' (p, 2)."""

    first: Ints
    second: Ints
    sizes: Ints
    shared: Ints

    @property
    def jaccard(self) -> Floats:
        """Return shared / either, 0…1."""
        return np.asarray(self.shared / np.maximum(self.sizes.sum(axis=1) - self.shared, 1))

    @property
    def containment(self) -> Floats:
        """Return shared / the smaller audience, 0…1: 1 where one audience lies wholly inside the other."""
        return np.asarray(self.shared / np.maximum(self.sizes.min(axis=1), 1))


def overlap(pairs: Pairs, people: Ints) -> Overlap:
    """Return every two of the given people who share somebody's attention."""
    k = len(people)
    position = np.full(pairs.n, -1)
    position[people] = np.arange(k)
    rows = np.flatnonzero(position[pairs.target] >= 0)
    shape = (k, pairs.n)
    given = (np.ones(len(rows), np.int64), (position[pairs.target[rows]], pairs.source[rows]))
    audience = sp.csr_array(sp.coo_array(given, shape))
    common = sp.coo_array(sp.triu((audience @ audience.T), 1))
    sizes = np.asarray(audience.sum(axis=1)).ravel()
    some = common.data > 0
    a, b = common.coords[0][some], common.coords[1][some]
    return Overlap(people[a], people[b], np.stack([sizes[a], sizes[b]], axis=1), common.data[some])
