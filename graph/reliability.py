"""How far a score misses what it measures: its parts are tests of one quality, and how little they agree tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graph.intervals import poisson
from graph.scores.influence import MULTIPLIED, PRESETS, combined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.columns import Floats

LEAST_RELIABLE = 0.05
# The parts' agreement is itself read off a sample of people: its lower quartile is believed.
DRAWS, BELIEVED = 100, 0.25
STEPS = 60


def measurement_error(
    parts: Mapping[str, Floats],
    preset: str = "geometric",
    weights: Mapping[str, float] | None = None,
    apart: Mapping[str, Floats] | None = None,
) -> float:
    """Return the standard deviation (0–100) by which scores miss what they measure.

    Scores of spread s and reliability r are drawn again with s · √((1 - r) / r), after which ranks move as those of the
    quality itself do given its score (Kelley 1947). `apart` holds, by name, parts read without the evidence that
    another part reads too: what two parts saw in the same act is no agreement. Parts that do not agree say nothing of
    ranks: r is 0.05 at least.
    """
    chosen = {name: weight for name, weight in (weights or PRESETS[preset]).items() if weight > 0 and name in parts}
    tests = np.array([np.asarray((apart or {}).get(name, parts[name]), float) * chosen[name] for name in chosen])
    known = np.isfinite(tests).all(axis=0) if len(tests) else np.zeros(0, bool)
    if len(tests) < 2 or np.count_nonzero(known) < 3:
        return 0.0
    whole = {name: np.asarray(parts[name], float)[known] for name in chosen}
    spread = float(np.nanstd(combined(whole, chosen, multiplied=preset in MULTIPLIED)))
    drawn = reliability(_covariances(tests[:, known]))
    r = float(np.clip(np.quantile(drawn, BELIEVED), LEAST_RELIABLE, 1.0))
    return spread * float(np.sqrt((1.0 - r) / r))


def _covariances(tests: Floats) -> Floats:
    """Return the covariances (DRAWS, k, k) of the tests (k, people), people drawn again with Poisson(1) counts."""
    k, people = tests.shape
    counts = poisson(np.random.default_rng(0), (people, DRAWS))
    share = counts / np.maximum(counts.sum(axis=0), 1.0)
    centred = tests - tests.mean(axis=1, keepdims=True)
    mean = centred @ share
    found = np.empty((DRAWS, k, k))
    for one in range(k):
        for other in range(one + 1):
            both = (centred[one] * centred[other]) @ share - mean[one] * mean[other]
            found[:, one, other] = found[:, other, one] = both
    return found


def reliability(covariances: Floats) -> Floats:
    """Return the reliability of sums of tests with these covariances (draws, k, k), by the greatest lower bound.

    No part of the variance of a sum can be error that the covariances rule out (Jackson and Agunwamba 1977,
    doi:10.1007/BF02295979). 0 for a sum that does not vary.
    """
    total = covariances.sum(axis=(1, 2))
    between = covariances * ~np.eye(covariances.shape[1], dtype=bool)
    shared = between.sum(axis=(1, 2)) + _least_trace(between)
    return np.asarray(np.divide(shared, total, out=np.zeros(len(total)), where=total > 0))


def _least_trace(between: Floats) -> Floats:
    """Return the least traces of diagonals that make `between` (draws, k, k) positive semidefinite.

    The dual is the most of -⟨between, U⟩ over correlation matrices U; U = V Vᵀ is climbed row by row.
    """
    k = between.shape[1]
    rows = np.random.default_rng(0).standard_normal((k, k))
    rows = np.repeat((rows / np.linalg.norm(rows, axis=1)[:, None])[None], len(between), axis=0)
    least = 1e-12 * np.abs(between).max(axis=(1, 2), initial=0.0)[:, None]
    for _ in range(STEPS):
        for one in range(k):
            pull = -np.einsum("dj,dji->di", between[:, one], rows)
            length = np.linalg.norm(pull, axis=1, keepdims=True)
            rows[:, one] = np.where(length > least, pull / np.maximum(length, 1e-300), rows[:, one])
    return np.asarray(-np.einsum("dij,dil,djl->d", between, rows, rows, optimize=True))
