"""Engagement: the reactions that a post of a person draws, told by their posts and, while few, by their audience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.scores.reactions import Reactions, comparable, expected

if TYPE_CHECKING:
    from graph.columns import Floats, Ints, World

# Too few people with two posts to tell how posts of one person differ: as much as people do.
UNTOLD = 1.0


@dataclass(frozen=True, slots=True)
class Engagement:
    """`level` (n,) is the log of 1 + reactions that a post draws, NaN where the world shows none.

    `spread` (n,) is its standard error; `highest` is the level of the person who stands highest, organisations apart.
    """

    level: Floats
    spread: Floats
    highest: float

    @property
    def known(self) -> bool:
        """Tell whether anybody's reactions are known."""
        return bool(np.isfinite(self.level).any())

    @property
    def score(self) -> Floats:
        """Return 100 · level / highest (n,), between 0 and 100."""
        return scale(self.level, self.highest)


def engagement(world: World, reactions: Reactions | None = None) -> Engagement:
    """Return what a post of each person draws: what is usual, plus what the audience lets expect, plus their own.

    Their own is n · mean residual / (n + k), the best linear prediction of one-way random effects with k = variance
    within people / variance between them (Searle, Casella and McCulloch 1992, ch. 3; k by the method of moments): of
    who has hardly posted, the audience tells. Its error is √(within / (n + k)).
    """
    shown = reactions if reactions is not None else comparable(world)
    n = len(world.people)
    if not len(shown.owner):
        return Engagement(np.full(n, np.nan), np.full(n, np.nan), 0.0)
    counts = np.bincount(shown.owner, minlength=n)
    total = np.bincount(shown.owner, shown.value, n)
    mean = np.divide(total, counts, out=np.full(n, np.nan), where=counts > 0)
    usual = expected(mean, world.people.followers, world.people.source)
    within, between = variances(shown.value - usual[shown.owner], shown.owner, counts)
    k = within / between
    level = usual + (total - counts * usual) / (counts + k) + shown.usual
    someone = ~world.people.organisations
    return Engagement(level, np.sqrt(within / (counts + k)), float(np.max(level[someone], initial=0.0)))


def variances(value: Floats, owner: Ints, counts: Ints) -> tuple[float, float]:
    """Return the variance of values within their owners and between them, by the method of moments; both positive."""
    some = counts > 0
    people, n = int(some.sum()), len(value)
    mean = np.bincount(owner, value, len(counts)) / np.maximum(counts, 1)
    if people < 2 or n - people < people:
        return UNTOLD, UNTOLD
    within = float(((value - mean[owner]) ** 2).sum()) / (n - people)
    typical = (n - float((counts.astype(float) ** 2).sum()) / n) / (people - 1)
    apart = float((counts[some] * (mean[some] - value.mean()) ** 2).sum()) / (people - 1)
    if within <= 0:
        return UNTOLD, UNTOLD
    # Where people differ no more than their posts do, a hundred posts of one are still asked for.
    return within, max((apart - within) / typical, within / 100.0)


def scale(level: Floats, highest: float) -> Floats:
    """Return 100 · level / highest of levels of any shape, between 0 and 100; NaN stays NaN."""
    if highest <= 1e-9:
        return np.where(np.isfinite(level), 0.0, np.nan)
    return np.clip(100.0 * level / highest, 0.0, 100.0)
