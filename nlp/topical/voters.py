"""Three ways to judge texts from soft labels; they err differently, so that their sum errs less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix, diags

from nlp.topical.features import unit_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nlp.topical.features import Features

    Floats = NDArray[np.floating]

NEIGHBOURS = 30
_BLOCK = 500
_EXACT = 2_000
_STRIDE = 8
_COMPARED = 32
_LEAST_COSINE = 1e-3


def ridge(
    features: Features, targets: Floats, penalty: float, steps: int = 15, start: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return the weights (features, segments) of a ridge regression on centred targets, and its dual (texts, segments).

    Solved in its dual form by conjugate gradients, all segments at once (Golub and Van Loan, Matrix Computations);
    `start` is the dual of a problem near this one.
    """
    wanted = (targets - targets.mean(axis=0)).astype(np.float32)
    dual = np.zeros_like(wanted) if start is None else start
    residual = wanted if start is None else wanted - _gram(features, dual, penalty)
    direction = residual
    energy = (residual**2).sum(axis=0)
    for _ in range(steps):
        image = _gram(features, direction, penalty)
        step = energy / ((direction * image).sum(axis=0) + np.float32(1e-12))
        dual = dual + step * direction
        residual = residual - step * image
        previous, energy = energy, (residual**2).sum(axis=0)
        direction = residual + energy / (previous + np.float32(1e-12)) * direction
    return np.asarray(features.back(dual)), dual


def _gram(features: Features, values: Floats, penalty: float) -> Floats:
    return np.asarray(features @ features.back(values) + np.float32(penalty) * values)


def naive_bayes(features: Features, labels: Floats, strength: float = 100.0) -> Floats:
    """Return log-odds weights (features, segments) of the on-topic mass against the rest.

    Smoothed towards the features' overall shares, as if `strength` texts had said what all say (multinomial model with
    soft counts: Nigam et al., Machine Learning 39, 2000).
    """
    inside = features.back(labels.astype(np.float32)).astype(np.float64)
    total = features.back(np.ones((features.shape[0], 1), np.float32)).astype(np.float64)
    prior = strength * total / max(float(total.sum()), 1e-9) + 1e-12
    on_topic = (inside + prior) / (inside.sum(axis=0) + strength)
    off_topic = (np.maximum(total - inside, 0) + prior) / (np.maximum(total - inside, 0).sum(axis=0) + strength)
    return np.asarray(np.log(on_topic / off_topic), dtype=np.float32)


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
    return csr_matrix(scale @ graph @ scale, dtype=np.float32)


def propagate(graph: csr_matrix, labels: Floats, keep: float = 0.85, steps: int = 12) -> Floats:
    """Return the log of each segment's share of the flow that reaches each text.

    Labels spread over the graph of neighbours (Zhou et al., Learning with local and global consistency, 2004).
    """
    start = (labels / (labels.sum(axis=0) + 1e-9)).astype(np.float32)
    flow = start.copy()
    for _ in range(steps):
        flow = np.float32(keep) * (graph @ flow) + np.float32(1 - keep) * start
    return np.asarray(np.log(flow / (flow.mean(axis=0) + 1e-12) + 0.02))


def _heaviest(features: csr_matrix, count: int) -> csr_matrix:
    """Return each text's `count` heaviest features (more where several weigh the same)."""
    kept = np.ones(features.nnz, bool)
    for start in range(0, features.shape[0], _BLOCK):
        ends = features.indptr[start : start + _BLOCK + 1]
        sizes = np.diff(ends)
        if sizes.max(initial=0) <= count:
            continue
        rows = np.repeat(np.arange(len(sizes)), sizes)
        data = features.data[ends[0] : ends[-1]]
        table = np.zeros((len(sizes), sizes.max()), np.float32)
        table[rows, np.arange(len(data)) - np.repeat(ends[:-1] - ends[0], sizes)] = data
        cuts = np.partition(table, -count, axis=1)[:, -count]
        kept[ends[0] : ends[-1]] = data >= cuts[rows]
    ends = np.concatenate([[0], np.cumsum(kept)])[features.indptr]
    return csr_matrix((features.data[kept], features.indices[kept], ends), shape=features.shape)


def _nearest(
    unit: csr_matrix, transposed: csr_matrix, start: int, wanted: int, stride: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return the edges of one block of texts: those above the cosine that `wanted` of every stride-th text reach."""
    block = (unit[start : start + _BLOCK] @ transposed).toarray()
    rows = np.arange(len(block))
    block[rows, start + rows] = 0
    cuts = np.partition(block[:, ::stride], -wanted, axis=1)[:, -wanted]
    rows, columns = np.nonzero(block >= np.maximum(cuts, _LEAST_COSINE)[:, None])
    return rows + start, columns, block[rows, columns] ** 2
