"""Forecasts of a person's next posts: quantiles of reactions, calibrated on one-step-ahead errors.

Location: the median of the person's last posts on the scale log(1 + reactions), shrunk to the cohort's. Intervals:
conformalised quantiles (Romano, Patterson & Candès 2019) of the errors this rule made on earlier posts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LAST = 20
PRIOR = 3.0
MINIMUM = 30
EACH = 5
COVERAGE = 0.8


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was learned from the cohort: its location and spread, and the quantiles of scaled errors."""

    location: float
    spread: float
    low: float
    median: float
    high: float
    errors: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The interval in which reactions to the next post should lie in `COVERAGE` of cases; `posts` it rests on."""

    low: float
    median: float
    high: float
    posts: int


def calibrate(histories: Mapping[str, Sequence[float]]) -> Calibration | None:
    """Return the calibration from reactions per person in order of time; None with fewer than 30 errors."""
    logs = [np.log1p(np.asarray(history, np.float64)) for history in histories.values() if len(history) > 1]
    if not logs:
        return None
    everything = np.concatenate(logs)
    location = float(np.median(everything))
    spread = max(float(np.mean(np.abs(everything - location))), 0.1)
    pairs = [_ahead(log, location, spread) for log in logs]
    # Each person counts by their newest errors alone, or those who post most would set everybody's interval.
    errors, scales = (np.concatenate([one[-EACH:] for one in part]) for part in zip(*pairs, strict=True))
    if len(errors) < MINIMUM:
        return None
    scaled = errors / scales
    low, median, high = np.quantile(scaled, [(1 - COVERAGE) / 2, 0.5, (1 + COVERAGE) / 2])
    widen = np.quantile(np.maximum(low - scaled, scaled - high), min(COVERAGE * (1 + 1 / len(scaled)), 1.0))
    return Calibration(location, spread, float(low - widen), float(median), float(high + widen), len(errors))


def forecast(history: Sequence[float], known: Calibration) -> Forecast:
    """Return the forecast for the post after `history`; without history the cohort alone speaks."""
    log = np.log1p(np.asarray(history, np.float64))
    place = _location(log, known.location)
    errors, _ = _ahead(log, known.location, known.spread) if len(log) > 1 else (np.zeros(0), np.zeros(0))
    scale = _scale(errors, known.spread)
    low, median, high = (float(np.expm1(place + q * scale)) for q in (known.low, known.median, known.high))
    return Forecast(max(low, 0.0), max(median, 0.0), max(high, 0.0), len(log))


def covered(low: float, high: float, observed: float) -> bool:
    """Say whether what came lies in the interval, its ends included."""
    return low <= observed <= high


def _ahead(log: Floats, location: float, spread: float) -> tuple[Floats, Floats]:
    """Return the rule's error for each post from the second on, and the scale it would have had then."""
    errors = np.array([log[i] - _location(log[:i], location) for i in range(1, len(log))])
    scales = np.array([_scale(errors[:i], spread) for i in range(len(errors))])
    return errors, scales


def _location(log: Floats, location: float) -> float:
    recent = log[-LAST:]
    n = len(recent)
    return float((n * np.median(recent) + PRIOR * location) / (n + PRIOR)) if n else location


def _scale(errors: Floats, spread: float) -> float:
    recent = errors[-LAST:]
    n = len(recent)
    return float((n * np.mean(np.abs(recent)) + PRIOR * spread) / (n + PRIOR)) if n else spread
