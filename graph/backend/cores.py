"""Core numbers by peeling whole layers at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    from graph.backend.fast import FastGraph, Node


def core_number(G: FastGraph) -> dict[Node, int]:  # noqa: N803 - networkx's own name
    """Return the largest k such that the node is in the k-core; in a directed graph the degree is in plus out.

    Raises NetworkXNotImplemented on self-loops, as networkx does.
    """
    if np.any(G.adjacency.diagonal()):
        raise nx.NetworkXNotImplemented("Input graph has self loops which is not permitted; remove them first.")
    ties = G.weights(None)
    return G.keyed(peel((ties + ties.T).tocsr() if G.directed else ties))


def peel(counts: sp.csr_array) -> NDArray[np.int64]:
    """Return the core number (n,) of a symmetric matrix of tie counts: 2 for a mutual pair of a directed graph."""
    start, neighbours, times = counts.indptr, counts.indices, counts.data
    degree = np.asarray(counts.sum(axis=1)).ravel().astype(np.int64)
    core, alive = np.zeros(len(degree), np.int64), np.ones(len(degree), bool)
    left, k = np.arange(len(degree)), 0
    while len(left):
        k = max(k, int(degree[left].min()))
        layer = left[degree[left] <= k]
        while len(layer):
            core[layer], alive[layer] = k, False
            spots = _ranges(start[layer], start[layer + 1])
            touched = neighbours[spots]
            np.subtract.at(degree, touched, times[spots].astype(np.int64))
            layer = np.unique(touched[alive[touched] & (degree[touched] <= k)])
        left = left[alive[left]]
    return core


def _ranges(low: NDArray[np.int32], high: NDArray[np.int32]) -> NDArray[np.int64]:
    length = (high - low).astype(np.int64)
    ends = np.cumsum(length)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(low - ends + length, length)
