"""Weighted draws by the million: inside groups, and along each one's own row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from data.sandbox.people import Floats, Ints


class GroupedDraw:
    """Draws items in proportion to their weight, each draw inside a group of its own choice."""

    def __init__(self, groups: Ints, weights: Floats) -> None:
        self._order = np.argsort(groups, kind="stable")
        size = int(groups.max(initial=0)) + 2
        counts = np.bincount(groups, minlength=size - 1)
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self._cumulative = np.concatenate([[0.0], np.cumsum(weights[self._order], dtype=np.float64)])

    def draw(self, groups: Ints, rng: np.random.Generator) -> Ints:
        """Return one item per asked group, -1 where the group is empty, unknown or weighs nothing."""
        known = (groups >= 0) & (groups < len(self._starts) - 1)
        group = np.where(known, groups, 0)
        low, high = self._cumulative[self._starts[group]], self._cumulative[self._starts[group + 1]]
        found = np.searchsorted(self._cumulative, low + rng.random(len(group)) * (high - low), side="right") - 1
        found = np.clip(found, self._starts[group], np.maximum(self._starts[group + 1] - 1, 0))
        return np.where(known & (high > low), self._order[np.minimum(found, len(self._order) - 1)], -1)


def choose_rows(cumulative: Floats, rng: np.random.Generator) -> Ints:
    """Return one column index per row, given each row's cumulative probabilities (last one 1)."""
    chosen: Ints = (rng.random(len(cumulative))[:, None] > cumulative[:, :-1]).sum(axis=1)
    return chosen
