"""Three ways to judge texts from soft labels; they err differently, so that their sum errs less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.preprocessing import normalize

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NEIGHBOURS = 30
_BLOCK = 500


def ridge(features: csr_matrix, targets: Floats, penalty: float, steps: int = 25) -> Floats:
    """Return the weights (features, segments) of a ridge regression on centred targets.

    Solved in its dual form by conjugate gradients, all segments at once (Golub and Van Loan, Matrix Computations, §11.3).
    """
    residual = targets - targets.mean(axis=0)
    dual = np.zeros_like(residual)
    direction = residual.copy()
    energy = (residual**2).sum(axis=0)
    for _ in range(steps):
        image = features @ (features.T @ direction) + penalty * direction
        step = energy / ((direction * image).sum(axis=0) + 1e-12)
        dual += step * direction
        residual = residual - step * image
        previous, energy = energy, (residual**2).sum(axis=0)
        direction = residual + energy / (previous + 1e-12) * direction
    return np.asarray(features.T @ dual)


def naive_bayes(features: csr_matrix, labels: Floats, strength: float = 25.0) -> Floats:
    """Return log-odds weights (features, segments) of the on-topic mass against the rest.

    Smoothed towards the features' overall shares, as if `strength` texts had said what all say (multinomial model with
    soft counts: Nigam et al., Machine Learning 39, 2000).
    """
    inside = np.asarray(features.T @ labels)
    total = np.asarray(features.sum(axis=0)).ravel()[:, None]
    prior = strength * total / max(float(total.sum()), 1e-9) + 1e-12
    on_topic = (inside + prior) / (inside.sum(axis=0) + strength)
    off_topic = (np.maximum(total - inside, 0) + prior) / (np.maximum(total - inside, 0).sum(axis=0) + strength)
    return np.asarray(np.log(on_topic / off_topic))


def neighbours(features: csr_matrix, count: int = NEIGHBOURS) -> csr_matrix:
    """Return the symmetric graph of each text's nearest texts, weighted by squared cosine, degrees normalised."""
    unit = normalize(features)
    n = unit.shape[0]
    count = min(count, n - 1)
    transposed = unit.T.tocsr()
    blocks = [_nearest(unit, transposed, start, count) for start in range(0, n, _BLOCK)]
    columns, weights = (np.concatenate(part) for part in zip(*blocks, strict=True))
    graph = csr_matrix((weights.ravel(), columns.ravel(), np.arange(0, n * count + 1, count)), shape=(n, n))
    graph = graph.maximum(graph.T)
    scale = diags(1 / np.sqrt(np.asarray(graph.sum(axis=1)).ravel() + 1e-9))
    return (scale @ graph @ scale).tocsr()


def propagate(graph: csr_matrix, labels: Floats, keep: float = 0.85, steps: int = 20) -> Floats:
    """Return the log of each segment's share of the flow that reaches each text.

    Labels spread over the graph of neighbours (Zhou et al., Learning with local and global consistency, 2004).
    """
    start = labels / (labels.sum(axis=0) + 1e-9)
    flow = start.copy()
    for _ in range(steps):
        flow = keep * (graph @ flow) + (1 - keep) * start
    return np.asarray(np.log(flow / (flow.mean(axis=0) + 1e-12) + 0.02))


def _nearest(
    unit: csr_matrix, transposed: csr_matrix, start: int, count: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    block = (unit[start : start + _BLOCK] @ transposed).toarray()
    rows = np.arange(len(block))
    block[rows, start + rows] = 0
    columns = np.argpartition(-block, count - 1, axis=1)[:, :count]
    return columns, np.take_along_axis(block, columns, axis=1).astype(np.float64) ** 2
