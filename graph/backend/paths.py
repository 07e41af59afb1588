"""Betweenness by Brandes' algorithm, many sources at a time on sparse-by-dense products."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    from graph.backend.fast import FastGraph, Node

# One block holds about this many floats per work array: 64 MB each.
BLOCK = 8_000_000


def betweenness_centrality(
    G: FastGraph,  # noqa: N803 - networkx's own name
    k: int | None = None,
    normalized: bool = True,
    weight: None = None,  # noqa: ARG001 - `can_run` lets only None through
    endpoints: bool = False,  # noqa: ARG001 - `can_run` lets only False through
    seed: Random | int | None = None,
) -> dict[Node, float]:
    """Return the share of shortest paths through each node, from k sampled sources or from all.

    Unweighted paths. The same seed samples the same sources as networkx.
    Sources: Brandes 2001, doi:10.1080/0022250X.2001.9990249; Brandes and Pich 2007, doi:10.1142/S0218127407018403.
    """
    n = len(G)
    if k is None or k == n:
        return G.keyed(brandes(G, np.arange(n)) * _scale(G, n, n if n < 2 else n - 1, normalized))
    random = seed if isinstance(seed, Random) else Random(seed)
    sources = G.positions(random.sample(list(G), k))
    totals = brandes(G, sources)
    scale = np.full(n, _scale(G, n, k, normalized))
    scale[sources] = _scale(G, n, k - 1, normalized) if k > 1 else np.nan
    return G.keyed(totals * scale)


def _scale(graph: FastGraph, n: int, sources: int, normalized: bool) -> float:
    if n < 3:
        return 1.0
    if normalized:
        return 1.0 / (sources * (n - 2))
    return (n - 1) / (sources * (1 if graph.directed else 2))


def brandes(graph: FastGraph, sources: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the summed dependencies (n,) of the sources on each node, unscaled."""
    forward = graph.weights(None)
    backward = forward.T.tocsr() if graph.directed else forward
    width = max(1, BLOCK // max(len(graph), 1))
    totals = np.zeros(len(graph))
    for first in range(0, len(sources), width):
        totals += _dependencies(forward, backward, sources[first : first + width])
    return totals


def _dependencies(forward: sp.csr_array, backward: sp.csr_array, sources: NDArray[np.intp]) -> Any:
    n, block = forward.shape[0], np.arange(len(sources))
    paths = np.zeros((n, len(sources)))
    paths[sources, block] = 1.0
    depth = np.full(paths.shape, -1, np.int16)
    depth[sources, block] = 0
    layers, front = [np.unique(sources)], paths[np.unique(sources)]
    while True:
        arrived = forward[layers[-1]].T @ front
        new = arrived > 0
        new &= depth < 0
        rows = np.flatnonzero(new.any(axis=1))
        if not len(rows):
            break
        reached = new[rows]
        front = np.where(reached, arrived[rows], 0.0)
        depth[rows] = np.where(reached, np.int16(len(layers)), depth[rows])
        paths[rows] += front
        layers.append(rows)
    share = np.zeros_like(paths)
    for step in range(len(layers) - 1, 1, -1):
        rows, above = layers[step], layers[step - 1]
        owed = np.divide(
            1.0 + share[rows], paths[rows], out=np.zeros((len(rows), len(block))), where=depth[rows] == step
        )
        passed = (backward[rows].T @ owed)[above]
        share[above] += np.where(depth[above] == step - 1, paths[above] * passed, 0.0)
    return share.sum(axis=1)
