"""How much of what is given comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import networkx as nx
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import scipy.sparse as sp
    from numpy.typing import NDArray

    from graph.backend.fast import FastGraph, Node


def overall_reciprocity(G: FastGraph) -> float:  # noqa: N803 - networkx's own name
    """Return the share of ties that have their opposite. Raises NetworkXError on a graph without ties."""
    ties = _pattern(G)
    if ties.nnz == 0:
        raise nx.NetworkXError("Not defined for empty graphs")
    back = ties.multiply(ties.T)
    both = float(back.sum()) - float(back.diagonal().sum())
    return both / float(ties.nnz)


def reciprocity(G: FastGraph, nodes: Iterable[Node] | Node | None = None) -> float | dict[Node, float | None]:  # noqa: N803
    """Return twice a node's mutual ties over its ties of both directions, None for a node without ties.

    Without nodes, the reciprocity of the whole graph. A single node gives a single value.
    """
    if nodes is None:
        return overall_reciprocity(G)
    shares = mutual_shares(_pattern(G))
    if not isinstance(nodes, (list, tuple, set, frozenset, dict, range)) and nodes in G:
        value = shares[G.positions([cast("Node", nodes)])[0]]
        if np.isnan(value):
            raise nx.NetworkXError("Not defined for isolated nodes.")
        return float(value)
    wanted = list(nodes)  # type: ignore[arg-type]
    found = shares[G.positions(wanted)]
    return {node: None if np.isnan(value) else float(value) for node, value in zip(wanted, found, strict=True)}


def mutual_shares(ties: sp.csr_array) -> NDArray[np.float64]:
    """Return 2 · mutual / (in + out) per node (n,), NaN without ties; a self-loop counts as mutual, as in networkx."""
    mutual = np.asarray(ties.multiply(ties.T).sum(axis=1)).ravel()
    total = np.asarray(ties.sum(axis=0)).ravel() + np.asarray(ties.sum(axis=1)).ravel()
    return np.asarray(np.divide(2 * mutual, total, out=np.full(len(total), np.nan), where=total > 0))


def _pattern(graph: FastGraph) -> sp.csr_array:
    return graph.weights(None)
