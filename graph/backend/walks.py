"""Random walks on sparse matrices: PageRank and HITS, step for step as networkx defines them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graph.backend.fast import FastGraph, Node

Vector = "NDArray[np.float64]"


def pagerank(
    G: FastGraph,  # noqa: N803 - networkx's own name
    alpha: float = 0.85,
    personalization: dict[Node, float] | None = None,
    max_iter: int = 100,
    tol: float = 1.0e-6,
    nstart: dict[Node, float] | None = None,
    weight: str | None = "weight",
    dangling: dict[Node, float] | None = None,
) -> dict[Node, float]:
    """Return the PageRank of each node; sums to 1. Starts uniform, as networkx does.

    Raises ZeroDivisionError when the personalisation is all zero, PowerIterationFailedConvergence after max_iter steps.
    """
    if len(G) == 0:
        return {}
    return G.keyed(
        walk(
            G.weights(weight),
            restart=G.values(personalization),
            alpha=alpha,
            max_iter=max_iter,
            tol=tol,
            start=G.values(nstart),
            dangling=G.values(dangling),
        )
    )


def walk(
    adjacency: sp.csr_array,
    *,
    restart: NDArray[np.float64] | None = None,
    alpha: float = 0.85,
    max_iter: int = 100,
    tol: float = 1.0e-6,
    start: NDArray[np.float64] | None = None,
    dangling: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the stationary shares (n,) of a walk that restarts with probability 1 - alpha."""
    n = adjacency.shape[0]
    share = np.full(n, 1.0 / n)
    p = share if restart is None else _shares(restart)
    sink = p if dangling is None else _shares(dangling)
    strength = np.asarray(adjacency.sum(axis=1)).ravel()
    dead = strength == 0
    inverse = np.divide(1.0, strength, out=np.zeros(n), where=~dead)
    steps = sp.diags_array(inverse) @ adjacency
    backwards = steps.T.tocsr()
    x = share if start is None else _shares(start)
    for _ in range(max_iter):
        last = x
        x = alpha * (backwards @ x + x[dead].sum() * sink) + (1 - alpha) * p
        if np.abs(x - last).sum() < n * tol:
            return np.asarray(x)
    raise nx.PowerIterationFailedConvergence(max_iter)


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    total = values.sum()
    if total == 0:
        raise ZeroDivisionError
    return np.asarray(values / total)


def hits(
    G: FastGraph,  # noqa: N803 - networkx's own name
    max_iter: int = 100,
    tol: float = 1.0e-8,
    nstart: dict[Node, float] | None = None,
    normalized: bool = True,
) -> tuple[dict[Node, float], dict[Node, float]]:
    """Return hubs (who points to the good ones) and authorities (the good ones), each summing to 1 when normalised.

    Raises PowerIterationFailedConvergence. Never forms AᵀA, which is dense around celebrities.
    """
    if len(G) == 0:
        return {}, {}
    forward = G.weights("weight")
    backward = forward.T.tocsr()
    start = G.values(nstart)
    x: Any = np.full(len(G), 1.0 / len(G)) if start is None else start / start.sum()
    for _ in range(max_iter + 2):
        last = x
        x = backward @ (forward @ x)
        x = x / (x.max() or 1.0)
        if np.abs(x - last).sum() < tol:
            break
    else:
        raise nx.PowerIterationFailedConvergence(max_iter)
    hubs = forward @ x
    if normalized:
        hubs, x = hubs / (hubs.sum() or 1.0), x / (x.sum() or 1.0)
    return G.keyed(hubs), G.keyed(x)
