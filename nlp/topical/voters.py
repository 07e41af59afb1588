"""Three ways to judge texts from soft labels; they err differently, so that their sum errs less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix, diags

from nlp.topical.features import unit_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NEIGHBOURS = 30
_BLOCK = 500
_EXACT = 2_000
_STRIDE = 8
_COMPARED = 64
_LEAST_COSINE = 1e-3


def ridge(features: csr_matrix, targets: Floats, penalty: float, steps: int = 15) -> Floats:
    """Return the weights (features, segments) of a ridge regression on centred targets.

    Solved in its dual form by conjugate gradients, all segments at once (Golub and Van Loan, Matrix Computations).
    """
    residual = (targets - targets.mean(axis=0)).astype(np.float32)
    dual = np.zeros_like(residual)
    direction = residual.copy()
    energy = (residual**2).sum(axis=0)
    transposed = features.T.tocsr()
    for _ in range(steps):
        image = features @ (transposed @ direction) + np.float32(penalty) * direction
        step = energy / ((direction * image).sum(axis=0) + np.float32(1e-12))
        dual += step * direction
        residual = residual - step * image
        previous, energy = energy, (residual**2).sum(axis=0)
        direction = residual + energy / (previous + np.float32(1e-12)) * direction
    return np.asarray(transposed @ dual, dtype=np.float64)


def naive_bayes(features: csr_matrix, labels: Floats, strength: float = 100.0) -> Floats:
    """Return log-odds weights (features, segments) of the on-topic mass against the rest.

    Smoothed towards the features' overall shares, as if `strength` texts had said what all say (multinomial model with
    soft counts: Nigam et al., Machine Learning 39, 2000).
    """
    inside = np.asarray(features.T @ labels.astype(np.float32), dtype=np.float64)
    total = np.asarray(features.sum(axis=0)).ravel()[:, None]
    prior = strength * total / max(float(total.sum()), 1e-9) + 1e-12
    on_topic = (inside + prior) / (inside.sum(axis=0) + strength)
    off_topic = (np.maximum(total - inside, 0) + prior) / (np.maximum(total - inside, 0).sum(axis=0) + strength)
    return np.asarray(np.log(on_topic / off_topic))


def neighbours(features: csr_matrix, count: int = NEIGHBOURS) -> csr_matrix:
    """Return the symmetric graph of each text's nearest texts, weighted by squared cosine, degrees normalised.

    Above _EXACT texts the number of neighbours is about `count`, and only each text's heaviest features are compared.
    """
    n = features.shape[0]
    stride = 1 if n <= _EXACT else _STRIDE
    unit = unit_rows(features if n <= _EXACT else _heaviest(features, _COMPARED))
    transposed = unit.T.tocsr()
    wanted = max(1, round(min(count, n - 1) / stride))
    blocks = [_nearest(unit, transposed, start, wanted, stride) for start in range(0, n, _BLOCK)]
    rows, columns, weights = (np.concatenate(part) for part in zip(*blocks, strict=True))
    graph = csr_matrix((weights, (rows, columns)), shape=(n, n))
    graph = graph.maximum(graph.T)
    scale = diags(1 / np.sqrt(np.asarray(graph.sum(axis=1)).ravel() + 1e-9))
    return csr_matrix(scale @ graph @ scale)


def propagate(graph: csr_matrix, labels: Floats, keep: float = 0.85, steps: int = 20) -> Floats:
    """Return the log of each segment's share of the flow that reaches each text.

    Labels spread over the graph of neighbours (Zhou et al., Learning with local and global consistency, 2004).
    """
    start = labels / (labels.sum(axis=0) + 1e-9)
    flow = start.copy()
    for _ in range(steps):
        flow = keep * (graph @ flow) + (1 - keep) * start
    return np.asarray(np.log(flow / (flow.mean(axis=0) + 1e-12) + 0.02))


def _heaviest(features: csr_matrix, count: int) -> csr_matrix:
    """Return each text's `count` heaviest features."""
    sizes = np.diff(features.indptr)
    rows = np.repeat(np.arange(features.shape[0]), sizes)
    order = np.lexsort((-features.data, rows))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - np.repeat(features.indptr[:-1], sizes)
    kept = place < count
    return csr_matrix((features.data[kept], (rows[kept], features.indices[kept])), shape=features.shape)


def _nearest(
    unit: csr_matrix, transposed: csr_matrix, start: int, wanted: int, stride: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return the edges of one block of texts: those above the cosine that `wanted` of every stride-th text reach."""
    block = (unit[start : start + _BLOCK] @ transposed).toarray()
    rows = np.arange(len(block))
    block[rows, start + rows] = 0
    cuts = np.partition(block[:, ::stride], -wanted, axis=1)[:, -wanted]
    rows, columns = np.nonzero(block >= np.maximum(cuts, _LEAST_COSINE)[:, None])
    return rows + start, columns, block[rows, columns].astype(np.float64) ** 2
