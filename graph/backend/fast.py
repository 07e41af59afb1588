"""The graph that the backend computes on: one sparse matrix, and node names where it came from networkx."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Node = Hashable


class FastGraph:
    """A graph over CSR arrays; nodes are 0 … n-1 unless `names` says otherwise.

    `adjacency[u, v]` is the weight of the tie from u to v; an undirected graph holds both directions; parallel
    ties add up.
    """

    __networkx_backend__ = "vigie"

    def __init__(self, adjacency: sp.csr_array, *, directed: bool, names: Sequence[Node] | None = None) -> None:
        self.adjacency = adjacency
        self.directed = directed
        self.names = names

    @classmethod
    def from_arrays(
        cls, source: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None, *, n: int, directed: bool = True
    ) -> FastGraph:
        """Return the graph of the ties source[i] → target[i] over n nodes.

        Integer indices, float weights (default 1); parallel ties add up.
        """
        rows, columns = np.asarray(source, np.int32), np.asarray(target, np.int32)
        data = np.ones(len(rows)) if weight is None else np.asarray(weight, np.float64)
        if not directed:
            loop = rows == columns
            rows, columns = np.concatenate([rows, columns[~loop]]), np.concatenate([columns, rows[~loop]])
            data = np.concatenate([data, data[~loop]])
        return cls(sp.coo_array((data, (rows, columns)), shape=(n, n)).tocsr(), directed=directed)

    def undirected(self) -> FastGraph:
        """Return the same ties without direction; the weights of the two directions add up."""
        if not self.directed:
            return self
        both = self.adjacency + self.adjacency.T
        if (loops := self.adjacency.diagonal()).any():
            both.setdiag(loops)
        both.eliminate_zeros()
        return FastGraph(both.tocsr(), directed=False, names=self.names)

    def weights(self, weight: str | None) -> sp.csr_array:
        """Return the matrix to compute with: the ties' weights, or ones when `weight` is None."""
        if weight is not None:
            return self.adjacency
        pattern = self.adjacency.copy()
        pattern.data = np.ones_like(pattern.data)
        return pattern

    def keyed(self, values: NDArray[Any]) -> dict[Node, Any]:
        """Return one value per node as networkx does: a dict in node order."""
        return dict(zip(self, values.tolist(), strict=True))

    def values(self, mapping: dict[Node, float] | None) -> NDArray[np.float64] | None:
        """Return a dict by node as an array in node order, absent nodes as 0; None stays None."""
        if mapping is None:
            return None
        if self.names is None and set(map(type, mapping)) <= {int}:
            rows = np.fromiter(mapping, np.intp, len(mapping))
            inside = (rows >= 0) & (rows < len(self))
            result = np.zeros(len(self))
            result[rows[inside]] = np.fromiter(mapping.values(), np.float64, len(mapping))[inside]
            return result
        return np.fromiter((mapping.get(node, 0.0) for node in self), np.float64, len(self))

    def positions(self, nodes: Iterable[Node]) -> NDArray[np.intp]:
        """Return the row of each node."""
        if self.names is None:
            return np.fromiter(nodes, np.intp)
        index = {name: row for row, name in enumerate(self.names)}
        return np.fromiter((index[node] for node in nodes), np.intp)

    @property
    def nodes(self) -> Sequence[Node]:
        """Return the nodes in row order."""
        return range(len(self)) if self.names is None else self.names

    def is_directed(self) -> bool:
        """Tell whether ties have a direction."""
        return self.directed

    def is_multigraph(self) -> bool:
        """Tell that parallel ties were added up."""
        return False

    def number_of_nodes(self) -> int:
        """Return n."""
        return len(self)

    def number_of_edges(self) -> int:
        """Return the number of ties, each undirected one counted once."""
        if self.directed:
            return int(self.adjacency.nnz)
        return int((self.adjacency.nnz + np.count_nonzero(self.adjacency.diagonal())) // 2)

    def __len__(self) -> int:
        return int(self.adjacency.shape[0])

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __contains__(self, node: object) -> bool:
        return node in self.nodes
