"""The ecosystem as the files other graph tools read, written by `graph.export`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from graph.export import MapGraph, edge_csv, gexf, graphml, graphology, node_csv
from pipelines.documents.safe import link, one_line

if TYPE_CHECKING:
    from pipelines.documents.map.ecosystem import Ecosystem
    from pipelines.documents.map.layout import Points

SCORES = ("influence", "reach", "resonance", "relevance", "rank", "tier")


def map_files(ecosystem: Ecosystem, points: Points, form: str) -> dict[str, bytes]:
    """Return file name suffix → content for `form`: gexf, graphml, json (graphology) or csv (nodes and edges)."""
    graph = _map_graph(ecosystem, points)
    match form:
        case "gexf":
            return {".gexf": _utf8(gexf(graph))}
        case "graphml":
            return {".graphml": _utf8(graphml(graph))}
        case "json":
            return {".json": orjson.dumps(graphology(graph))}
        case _:
            return {".nodes.csv": _utf8(node_csv(graph)), ".edges.csv": _utf8(edge_csv(graph))}


def _map_graph(ecosystem: Ecosystem, points: Points) -> MapGraph:
    """Return the typed columns `graph.export` writes: the scores are those of each person's best segment."""
    best = [_best(person) for person in ecosystem.people]
    names = {item["community_id"]: one_line(item["name"] or "", 80) or None for item in ecosystem.communities}
    people = ecosystem.people
    columns: dict[str, list[Any]] = {
        "label": [one_line(p["name"] or p["handle"] or p["person_id"], 120) for p in people],
        "handle": [p["handle"] and one_line(p["handle"], 120) for p in people],
        "url": [link(p["url"]) for p in people],
        "source": [p["source"] for p in people],
        "language": [p["language"] for p in people],
        "segment": [item.get("segment") for item in best],
        **{name: [item.get(name) for item in best] for name in SCORES},
        "community": [p["community_id"] for p in people],
        "community_name": [names.get(p["community_id"]) for p in people],
        "role": [p["role"] for p in people],
        "pagerank": [p["pagerank"] for p in people],
        "followers": [p["followers"] for p in people],
        "x": points[:, 0].round(5).tolist(),
        "y": points[:, 1].round(5).tolist(),
    }
    return MapGraph(
        ids=[person["person_id"] for person in people],
        columns=columns,
        source=ecosystem.source,
        target=ecosystem.target,
        weight=ecosystem.weight,
        kind=["; ".join(kinds) for kinds in ecosystem.kinds],
    )


def _best(person: dict[str, Any]) -> dict[str, Any]:
    """Return the person's scores on the segment where influence is highest."""
    known = [item for item in person["segments"] if item["influence"] is not None]
    return dict(max(known, key=lambda item: item["influence"])) if known else dict(person["segments"][0])


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
