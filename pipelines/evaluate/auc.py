"""The area under the ROC curve, with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.evaluate.result import Figure, bootstrap

if TYPE_CHECKING:
    from numpy.typing import NDArray


def auc(score: NDArray[Any], truth: NDArray[np.bool_]) -> float:
    """Return the chance that a positive scores above a negative, ties counting half; NaN with one class only.

    An unknown score (NaN) counts as the lowest.
    """
    from scipy.stats import rankdata

    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(np.nan_to_num(score, nan=-np.inf, posinf=np.inf, neginf=-np.inf))
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def auc_figure(score: NDArray[Any], truth: NDArray[np.bool_]) -> Figure:
    """Return the AUC with its 95 % bootstrap interval; null with a reason when only one class is there."""
    if truth.all() or not truth.any():
        return Figure(None, missing="one_class_only")
    return bootstrap(lambda rows: auc(score[rows], truth[rows]), len(truth))
