"""What networkx reads of this backend while it is itself still being imported: names, and nothing heavy."""

from __future__ import annotations

from typing import Any

FUNCTIONS = (
    "betweenness_centrality",
    "core_number",
    "hits",
    "leiden_communities",
    "louvain_communities",
    "overall_reciprocity",
    "pagerank",
    "reciprocity",
)


def get_info() -> dict[str, Any]:
    """Return what networkx shows of this backend in its documentation and configuration."""
    return {
        "backend_name": "vigie",
        "project": "vigie",
        "package": "graph.backend",
        "short_summary": "Sparse matrices and networkit behind networkx's own calls.",
        "functions": {name: {} for name in FUNCTIONS},
    }
