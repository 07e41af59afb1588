"""What an influence is made of: each component with its weight, and what the score would be were it 100."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log1p
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.scores.influence import MULTIPLIED, PRESETS, combined
from graph.scores.relevance import staying

if TYPE_CHECKING:
    from collections.abc import Mapping

# How far the score put together again may be from the one stored: rounding, no more.
TOLERANCE = 0.01
STORED = ("reach", "resonance", "relevance", "engagement", "belonging")


@dataclass(frozen=True, slots=True)
class Part:
    """One component (0–100), its share of the weights (0–1), and the influence were it 100."""

    name: str
    value: float
    weight: float
    if_full: float


def influence_parts(
    row: Mapping[str, Any], most_attention: float | None, preset: str = "geometric", weights: Mapping[str, float] = {}
) -> list[Part]:
    """Return the components of a row's influence, heaviest first; none where they do not give the score that is stored.

    `most_attention` is the highest attention of the segment. A run of another preset or other weights, or one that
    combines what is not stored, is not explained wrongly: it is not explained.
    """
    if row["influence"] is None:
        return []
    tried = [(dict(weights), preset)] if weights else []
    for chosen, name in [*tried, (PRESETS[preset], preset), (PRESETS["geometric"], "geometric")]:
        found = _parts(row, most_attention, chosen, multiplied=name in MULTIPLIED)
        if found:
            return found
    return []


def reach_stands_in(row: Mapping[str, Any]) -> bool:
    """Tell whether reach stands in for engagement: the brief shows no reaction at all, so nobody's own is known."""
    engagement, reach = row.get("engagement"), row.get("reach")
    return row["resonance_missing"] is not None and engagement is not None and engagement == reach


def _parts(
    row: Mapping[str, Any], most_attention: float | None, weights: Mapping[str, float], *, multiplied: bool
) -> list[Part]:
    values = {name: float(row[name]) for name in STORED if row.get(name) is not None}
    if "belonging" in values:
        home = np.array([np.nan if row.get("home") is None else row["home"]])
        values["share"] = values["belonging"] * float(staying(home)[0])
    if row["attention"] is not None and most_attention is not None:
        values["attention"] = 100.0 * log1p(row["attention"]) / log1p(most_attention) if most_attention > 0 else 0.0
    known = {name: weight for name, weight in weights.items() if weight > 0}
    if not set(known) <= {*STORED, "share", "attention"}:
        return []
    used = {name: weight for name, weight in known.items() if name in values}
    trust = (row["authenticity"] if row["authenticity"] is not None else 100.0) / 100.0

    def score(given: Mapping[str, float]) -> float:
        parts = {name: np.array([given[name]]) for name in used}
        return float(combined(parts, used, multiplied=multiplied)[0]) * trust if used else float("nan")

    whole = score(values)
    if not isfinite(whole) or abs(whole - row["influence"]) > TOLERANCE:
        return []
    total = sum(used.values())
    parts = [Part(name, values[name], used[name] / total, score({**values, name: 100.0})) for name in used]
    return sorted(parts, key=lambda part: (-part.weight, part.name))
