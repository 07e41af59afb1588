"""Communities by networkit's Louvain and Leiden: seeded, on one thread, so that equal graphs get equal answers."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graph.backend.fast import FastGraph, Node


def louvain_communities(
    G: FastGraph,  # noqa: N803 - networkx's own name
    weight: str | None = "weight",
    resolution: float = 1,
    threshold: float = 1e-7,  # noqa: ARG001 - networkit stops by itself
    max_level: int | None = None,
    seed: Random | int | None = None,
) -> list[set[Node]]:
    """Return a partition of the nodes by the Louvain method (undirected)."""
    import networkit as nk

    def run(graph: Any) -> Any:
        limit = {} if max_level is None else {"maxIter": max_level}
        return nk.community.PLM(graph, refine=True, gamma=resolution, par="none", **limit)

    return _sets(G, partition(G, weight, run, seed))


def leiden_communities(
    G: FastGraph,  # noqa: N803 - networkx's own name
    weight: str | None = "weight",
    resolution: float = 1,
    max_level: int | None = None,
    seed: Random | int | None = None,
) -> list[set[Node]]:
    """Return a partition of the nodes into well-connected communities by the Leiden method (undirected)."""
    import networkit as nk

    def run(graph: Any) -> Any:
        return nk.community.ParallelLeiden(graph, iterations=max_level or 3, randomize=True, gamma=resolution)

    return _sets(G, partition(G, weight, run, seed))


def partition(G: FastGraph, weight: str | None, method: Any, seed: Random | int | None) -> NDArray[np.int64]:  # noqa: N803
    """Return the community number (n,) of each node."""
    import networkit as nk

    if len(G) == 0:
        return np.zeros(0, np.int64)
    number = seed.randrange(2**31) if isinstance(seed, Random) else int(seed or 0)
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)
    nk.setSeed(number, False)
    try:
        upper = sp.triu(G.weights(weight)).tocoo()
        columns = (upper.data, (upper.row.astype(np.uint64), upper.col.astype(np.uint64)))
        graph = nk.GraphFromCoo(columns, n=len(G), weighted=True, directed=False)
        found = method(graph).run().getPartition().getVector()
    finally:
        nk.setNumberOfThreads(threads)
    return np.asarray(found, np.int64)


def _sets(graph: FastGraph, labels: NDArray[np.int64]) -> list[set[Node]]:
    groups: dict[int, set[Node]] = {}
    for node, label in zip(graph, labels.tolist(), strict=True):
        groups.setdefault(label, set()).add(node)
    return list(groups.values())
