"""Influence: how the axes combine, by the field's published presets or the brief's own weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.columns import Floats, Texts

Preset = Literal["geometric", "weighted", "mean_of_ranks", "digimind", "favikon", "air"]
AXES = ("reach", "resonance", "relevance")

# What each preset combines; every component is 0–100. Sources: each maker's own page, named in docs/method.md.
# The default is the attention that a person moves on the subject: the reactions that a post draws and the distinct
# peers who were seen to attend, both on a log scale, times the share of their words that goes there.
PRESETS: dict[str, dict[str, float]] = {
    "geometric": {"engagement": 1.0, "attention": 1.0, "share": 1.0},
    "weighted": {"reach": 1.0, "resonance": 1.0, "relevance": 1.0},
    "mean_of_ranks": {"audience": 1.0, "interactions": 1.0, "interactions_per_post": 1.0},
    "digimind": {"audience": 1.0, "mentions": 1.0},
    "favikon": {"audience": 9.23, "activity": 4.61, "resonance": 43.08, "interactions": 28.72, "growth": 14.36},
    "air": {"exposure": 1.0, "share_of_voice": 1.0, "echo": 1.0},
}
MULTIPLIED = frozenset({"geometric", "digimind", "air"})


def influence(
    components: Mapping[str, Floats], preset: str = "geometric", weights: Mapping[str, float | Floats] | None = None
) -> Floats:
    """Return 0–100 from components that broadcast to one shape, as weights do; `weights` replace the preset's whole.

    geometric, air, digimind: Π max(x, 1)^(w / Σw); the others: Σ w x / Σ w, over the components that are known.
    NaN where relevance is unknown, or where both reach and resonance are.
    """
    score = combined(components, weights or PRESETS[preset], multiplied=preset in MULTIPLIED)
    some = np.isfinite(components["reach"]) | np.isfinite(components["resonance"])
    return np.where(np.isfinite(components["relevance"]) & some, score, np.nan)


def combined(
    components: Mapping[str, Floats], weights: Mapping[str, float | Floats], *, multiplied: bool = True
) -> Floats:
    """Return the weighted mean of the components that are known, geometric when `multiplied`; all broadcast together.

    Multiplied, no component counts for less than 1: nothing known to be absent makes the rest vanish.
    """
    chosen = {name: weight for name, weight in weights.items() if np.any(weight > 0) and name in components}
    shape = np.broadcast_shapes(*(np.shape(values) for values in components.values()))
    total, mass = np.zeros(shape), np.zeros(shape)
    for name, weight in chosen.items():
        value = np.broadcast_to(components[name], shape)
        known = np.isfinite(value)
        term = np.log(np.maximum(value, 1.0)) if multiplied else value
        total = np.where(known, total + weight * term, total)
        mass = mass + weight * known
    score = np.divide(total, mass, out=np.full(shape, np.nan), where=mass > 0)
    return np.asarray(np.exp(score) if multiplied else score)


def missing(reach: Floats, resonance: Floats, relevance: Floats) -> Texts:
    """Return per person (n,) the axes that influence had to do without, joined by commas, None when it had all."""
    unknown = [np.isnan(axis) for axis in (reach, resonance, relevance)]
    words = np.full(8, None, object)
    for code in range(1, 8):
        words[code] = ",".join(name for i, name in enumerate(AXES) if code >> i & 1)
    return np.asarray(words[sum(gap.astype(np.int64) << i for i, gap in enumerate(unknown))])


def ranks(score: Floats) -> Floats:
    """Return the rank 1 … n (best first, ties in row order) along the first axis; NaN scores rank NaN."""
    order = np.argsort(np.where(np.isnan(score), np.inf, -score), axis=0, kind="stable")
    result = np.empty(score.shape)
    np.put_along_axis(result, order, np.arange(1.0, len(score) + 1).reshape((-1,) + (1,) * (score.ndim - 1)), axis=0)
    result[np.isnan(score)] = np.nan
    return result
