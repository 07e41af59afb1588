"""What networkx asks of a backend: conversion both ways, what can run, and the algorithms under networkx's names."""

from __future__ import annotations

from typing import Any

import networkx as nx

from graph.backend.cores import core_number
from graph.backend.fast import FastGraph
from graph.backend.partitions import leiden_communities, louvain_communities
from graph.backend.paths import betweenness_centrality
from graph.backend.ties import overall_reciprocity, reciprocity
from graph.backend.walks import hits, pagerank

ALGORITHMS = {
    "betweenness_centrality": betweenness_centrality,
    "core_number": core_number,
    "hits": hits,
    "leiden_communities": leiden_communities,
    "louvain_communities": louvain_communities,
    "overall_reciprocity": overall_reciprocity,
    "pagerank": pagerank,
    "reciprocity": reciprocity,
}


class _Backend:
    """The object that networkx's dispatch talks to."""

    def __getattr__(self, name: str) -> Any:
        try:
            return ALGORITHMS[name]
        except KeyError:
            raise AttributeError(name) from None

    @staticmethod
    def convert_from_nx(graph: Any, edge_attrs: dict[str, Any] | None = None, **_: Any) -> FastGraph:
        """Return a networkx graph as a FastGraph, with the one edge attribute that the algorithm reads as weight."""
        weight, default = next(iter(edge_attrs.items())) if edge_attrs else (None, 1)
        names = list(graph)
        adjacency = _weights(graph, names, weight, 1 if default is None else default)
        return FastGraph(adjacency, directed=graph.is_directed(), names=names)

    @staticmethod
    def convert_to_nx(result: Any, **_: Any) -> Any:
        """Return a FastGraph as a networkx graph, and anything else as it is."""
        if not isinstance(result, FastGraph):
            return result
        kind = nx.DiGraph if result.directed else nx.Graph
        graph = nx.from_scipy_sparse_array(result.adjacency, create_using=kind)
        return graph if result.names is None else nx.relabel_nodes(graph, dict(enumerate(result.names)))

    @staticmethod
    def can_run(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Tell whether the call is one that is computed here; networkx runs the others itself."""
        graph = args[0] if args else kwargs.get("G")
        if name == "betweenness_centrality":
            return kwargs.get("weight") is None and not kwargs.get("endpoints", False)
        if name in {"louvain_communities", "leiden_communities"}:
            return graph is None or not graph.is_directed()
        return name in ALGORITHMS

    @staticmethod
    def should_run(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Tell that what can run here is worth running here, the conversion included."""
        return _Backend.can_run(name, args, kwargs)


def _weights(graph: Any, names: list[Any], weight: str | None, default: float) -> Any:
    if weight is not None and default != 1:
        graph = graph.copy()
        for _, _, data in graph.edges(data=True):
            data.setdefault(weight, default)
    return (
        nx.to_scipy_sparse_array(graph, nodelist=names, weight=weight, dtype=float, format="csr") if names else _none()
    )


def _none() -> Any:
    import scipy.sparse as sp

    return sp.csr_array((0, 0))


BackendInterface = _Backend()
