"""What to change: differences between each person's own posts with and without something, and how sure they are.

Each person is compared with themselves on the scale log(1 + reactions), so that who posts does not pass for how. The
interval is a bootstrap-t over people (Efron & Tibshirani 1993, ch. 12), 4,000 resamples, widened for the number of
comparisons (Bonferroni), so that all of them hold together in 95 % of cases. An association, not a cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.relations.store import Row

    Floats = NDArray[np.float64]

LEVERS = ("link", "hashtags", "mention", "question", "long", "weekend", "evening", "disclosed")
RESAMPLES, SEED, TOGETHER = 4000, 20, 0.95
LEAST_PEOPLE, LEAST_POSTS, MOST_PEOPLE = 12, 30, 5000
Advice = Literal["more", "less", "open", "too_few"]


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that can be done or left: reactions with it over without it, its interval, what it rests on."""

    key: str
    ratio: float | None
    low: float | None
    high: float | None
    people: int
    posts_with: int
    posts_without: int

    @property
    def advice(self) -> Advice:
        """Return more or less when the interval leaves out 1, open when it does not, too_few without an interval."""
        if self.low is None or self.high is None:
            return "too_few"
        return "more" if self.low > 1 else "less" if self.high < 1 else "open"

    def as_json(self) -> Row:
        """Return the lever as JSON-able values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {"advice": self.advice}


def levers(posts: Sequence[Row], keys: Sequence[str] = LEVERS) -> list[Lever]:
    """Return every lever, those that make a difference first; `posts` have person_id, reactions and a truth per key."""
    by_person: dict[str, list[Row]] = {}
    for post in posts:
        by_person.setdefault(post["person_id"], []).append(post)
    kept = sorted(by_person.values(), key=len, reverse=True)[:MOST_PEOPLE]
    contrasts = {key: _contrasts(kept, key) for key in keys}
    enough = [key for key in keys if _enough(contrasts[key])]
    found = [_lever(key, contrasts[key], comparisons=len(enough)) for key in keys]
    return sorted(found, key=lambda one: (one.low is None, -abs(np.log(one.ratio)) if one.ratio else 0.0, one.key))


def _contrasts(people: Sequence[Sequence[Row]], key: str) -> Floats:
    """Return per person who posted both ways: difference of mean logs, posts with, posts without."""
    out = []
    for posts in people:
        logs = np.log1p([float(post["reactions"]) for post in posts])
        having = np.array([bool(post[key]) for post in posts])
        if having.any() and not having.all():
            out.append((logs[having].mean() - logs[~having].mean(), having.sum(), (~having).sum()))
    return np.array(out, np.float64).reshape(-1, 3)


def _enough(contrasts: Floats) -> bool:
    return len(contrasts) >= LEAST_PEOPLE and min(contrasts[:, 1].sum(), contrasts[:, 2].sum()) >= LEAST_POSTS


def _lever(key: str, contrasts: Floats, *, comparisons: int) -> Lever:
    counts = [int(contrasts[:, at].sum()) for at in (1, 2)]
    if not _enough(contrasts):
        return Lever(key, None, None, None, len(contrasts), *counts)
    # A person's difference is worth the more the more posts stand on both of its sides (inverse of its variance).
    weight = contrasts[:, 1] * contrasts[:, 2] / (contrasts[:, 1] + contrasts[:, 2])
    value = float(np.average(contrasts[:, 0], weights=weight))
    tail = (1 - TOGETHER) / comparisons / 2
    swing = _swing(contrasts[:, 0], weight, [1 - tail, tail])
    low, high = value - swing[0], value - swing[1]
    return Lever(key, float(np.exp(value)), float(np.exp(low)), float(np.exp(high)), len(contrasts), *counts)


def _swing(differences: Floats, weight: Floats, at: list[float]) -> Floats:
    """Return quantiles of the error of the weighted mean: those of t over resamples of people, times its own error."""
    rng, n = np.random.default_rng(SEED), len(differences)
    mean, error = _mean(np.ones((1, n)), differences, weight)
    block, parts = max(1, min(RESAMPLES, 2_000_000 // n)), []
    for start in range(0, RESAMPLES, block):
        drawn = rng.multinomial(n, np.full(n, 1 / n), size=min(block, RESAMPLES - start)).astype(np.float64)
        means, errors = _mean(drawn, differences, weight)
        parts.append((means - mean) / np.maximum(errors, 1e-12))
    return np.quantile(np.concatenate(parts), at) * error


def _mean(drawn: Floats, differences: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return the weighted mean of each draw (rows of counts) and its standard error, clustered by person."""
    weights = drawn * weight
    sums = weights.sum(axis=1)
    means = weights @ differences / sums
    twice = drawn * weight**2  # a person drawn twice is two people
    squares = twice @ differences**2 - 2 * means * (twice @ differences) + means**2 * twice.sum(axis=1)
    return means, np.sqrt(np.maximum(squares, 0.0)) / sums
