"""What an evaluation suite answers: figures with intervals, groups, a plain baseline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value with its 95 % interval, or None with the reason why there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    missing: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the figure as the contract's JSON: value, low, high, and the reason when there is no value."""
        if self.value is None:
            return {"value": None, "low": None, "high": None, "missing": self.missing}
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """The answer of one suite; `n` counts judged labels, `seconds` is the judging alone."""

    suite: str
    n: int
    seconds: float
    figures: dict[str, Figure]
    groups: dict[str, dict[str, Figure]] = field(default_factory=dict)
    baseline: dict[str, float | str | None] | None = None

    def as_json(self, version: str) -> dict[str, Any]:
        """Return the contract's JSON object (section 6)."""
        answer: dict[str, Any] = {
            "suite": self.suite,
            "version": version,
            "n": self.n,
            "seconds": round(self.seconds, 3),
            "figures": {name: figure.as_json() for name, figure in self.figures.items()},
        }
        if self.groups:
            answer["groups"] = {
                group: {name: figure.as_json() for name, figure in figures.items()}
                for group, figures in self.groups.items()
            }
        if self.baseline is not None:
            answer["baseline"] = self.baseline
        return answer


def bootstrap(statistic: Callable[[NDArray[np.intp]], float], n: int, *, draws: int = 200, seed: int = 0) -> Figure:
    """Return `statistic` on all n rows with its 95 % percentile interval over resampled row indices."""
    rng = np.random.default_rng(seed)
    values = np.array([statistic(rng.integers(0, n, n)) for _ in range(draws)])
    low, high = np.nanquantile(values, [0.025, 0.975])
    return Figure(float(statistic(np.arange(n))), float(low), float(high))


def mean_with_interval(values: NDArray[np.float64], *, draws: int = 1000, seed: int = 0) -> Figure:
    """Return the mean of per-group values with its 95 % bootstrap interval over groups."""
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (draws, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Figure(float(values.mean()), float(low), float(high))
