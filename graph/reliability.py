"""How far a score misses what it measures: its parts are tests of one quality, and how little they agree tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graph.scores.influence import MULTIPLIED, PRESETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.columns import Floats

LEAST_RELIABLE = 0.05
STEPS = 100


def measurement_error(
    parts: Mapping[str, Floats],
    preset: str = "geometric",
    weights: Mapping[str, float] | None = None,
    apart: Mapping[str, Floats] | None = None,
) -> float:
    """Return the standard deviation by which scores (their logs, where parts are multiplied) miss what they measure.

    A score of spread s and reliability r is drawn again with s · √((1 - r) / r), after which ranks move as those of the
    quality itself do given its score (Kelley 1947). `apart` holds, by name, parts read without the evidence that
    another part reads too: what two parts saw in the same act is no agreement. Parts that do not agree say nothing of
    ranks: r is 0.05 at least.
    """
    chosen = {name: weight for name, weight in (weights or PRESETS[preset]).items() if weight > 0 and name in parts}
    multiplied = preset in MULTIPLIED
    tests = _tests({name: parts[name] for name in chosen}, chosen, multiplied=multiplied)
    if len(tests) < 2 or tests.shape[1] < 3:
        return 0.0
    spread = float(tests.sum(axis=0).std())
    alone = _tests({name: (apart or {}).get(name, parts[name]) for name in chosen}, chosen, multiplied=multiplied)
    if spread <= 0 or alone.shape[1] < 3:
        return 0.0
    r = float(np.clip(reliability(np.cov(alone, bias=True)), LEAST_RELIABLE, 1.0))
    return spread * float(np.sqrt((1.0 - r) / r))


def _tests(parts: Mapping[str, Floats], weights: Mapping[str, float], *, multiplied: bool) -> Floats:
    """Return the weighted parts (k, people of whom all are known), whose sum is the score or its log."""
    values = np.array([np.asarray(one, float) for one in parts.values()])
    values = np.log(np.maximum(values, 1.0)) if multiplied else values
    share = np.array([*weights.values()])[:, None] / sum(weights.values())
    return np.asarray(values[:, np.isfinite(values).all(axis=0)] * share) if len(values) else np.empty((0, 0))


def reliability(covariance: Floats) -> float:
    """Return the reliability of a sum of tests with this covariance (k, k), half way between two bounds from below.

    Guttman's lambda-2 (1945, doi:10.1007/BF02288892) understates it; the greatest lower bound (Jackson and Agunwamba
    1977, doi:10.1007/BF02295979) is the closest that holds, and overstates it in samples (Ten Berge and Sočan 2004,
    doi:10.1007/BF02289858). 0 for a sum that does not vary.
    """
    total = float(covariance.sum())
    if total <= 0:
        return 0.0
    between = covariance - np.diag(np.diag(covariance))
    k = len(covariance)
    guttman = float(np.sqrt(k / (k - 1) * (between**2).sum()))
    return (float(between.sum()) + (guttman + _least_trace(between)) / 2.0) / total


def _least_trace(between: Floats) -> float:
    """Return the least trace of a diagonal that makes `between` (k, k) positive semidefinite.

    Its dual is the most of -⟨between, U⟩ over correlation matrices U; U = V Vᵀ is climbed row by row.
    """
    scale = float(np.abs(between).max(initial=0.0))
    if scale <= 0:
        return 0.0
    k = len(between)
    rows = np.random.default_rng(0).standard_normal((k, k))
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    for _ in range(STEPS):
        for one in range(k):
            pull = -(between[one] @ rows)
            length = float(np.linalg.norm(pull))
            if length > 1e-12 * scale:
                rows[one] = pull / length
    return float(-(between * (rows @ rows.T)).sum())
