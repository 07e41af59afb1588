"""Suite `influence`: of two people, whom do judges find more influential? A fixed formula, nothing fitted on PATH."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import UserError
from graph.scores.pairwise import FEATURES, standing_score
from pipelines.evaluate.auc import auc, auc_figure
from pipelines.evaluate.folder import read_columns
from pipelines.evaluate.result import Figure, SuiteResult

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def evaluate(path: Path) -> SuiteResult:
    """Return how well the shipped score tells the more influential of each pair of `pairs.csv`; baseline: followers."""
    table = read_columns(path / "pairs.csv", ["Choice", *(f"{side}_{name}" for side in "AB" for name in FEATURES)])
    choice = _numbers(table, "Choice") > 0.5
    people = {name: np.concatenate([_numbers(table, f"{side}_{name}") for side in "AB"]) for name in FEATURES}
    started = time.perf_counter()
    score = standing_score(people)
    n = len(choice)
    margin = score[:n] - score[n:]
    seconds = time.perf_counter() - started
    followers = np.log1p(people["follower_count"])
    figures: dict[str, Figure] = {"auc": auc_figure(margin, choice)}
    baseline: dict[str, float | str | None] = {
        "name": "log of the follower count",
        "auc": auc(followers[:n] - followers[n:], choice),
    }
    return SuiteResult("influence", n, seconds, figures, baseline=baseline)


def _numbers(table: dict[str, list[str]], name: str) -> NDArray[np.float64]:
    values: list[Any] = [value if value.strip() else "nan" for value in table[name]]
    try:
        return np.array(values, np.float64)
    except ValueError as error:
        raise UserError(f"pairs.csv, colonne {name} : {error}", f"pairs.csv, column {name}: {error}") from None
