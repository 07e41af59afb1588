"""A map that was written is read back whole: by networkx, by igraph, from Gephi's tables and from graphology's JSON."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.export import COLOURS, LARGEST, SMALLEST, MapGraph, edge_csv, gexf, graphml, graphology, node_csv

TIERS = ["macro", "magic_middle", "micro", None]
KINDS = ["mention", "repost", "follow"]
WORDS = st.text(max_size=12) | st.sampled_from(
    ["=1+1", '<a href="x">', "Zoé & Cie", "\x1b[31m", "\ud800", "a\nb", "0.5", "12", "true"]
)


@st.composite
def maps(draw):
    n = draw(st.integers(1, 6))
    edges = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=10))
    some = st.none()
    return MapGraph(
        ids=[f"net:{i}" for i in range(n)],
        columns={
            "label": draw(st.lists(WORDS, min_size=n, max_size=n)),
            "tier": draw(st.lists(st.sampled_from(TIERS), min_size=n, max_size=n)),
            "community": draw(st.lists(some | st.sampled_from(["c1", "c2"]), min_size=n, max_size=n)),
            "influence": draw(st.lists(some | st.floats(0, 100), min_size=n, max_size=n)),
            "amplifiers": draw(st.lists(some | st.integers(0, 10**6), min_size=n, max_size=n)),
            "emerging": draw(st.lists(some | st.booleans(), min_size=n, max_size=n)),
        },
        source=np.array([s for s, _ in edges], np.int64),
        target=np.array([t for _, t in edges], np.int64),
        weight=np.array(draw(st.lists(st.floats(0.01, 2), min_size=len(edges), max_size=len(edges)))),
        kind=draw(st.lists(st.sampled_from(KINDS), min_size=len(edges), max_size=len(edges))),
    )  # fmt: skip


def ties_of(graph):
    rows = zip(graph.source, graph.target, graph.weight, graph.kind, strict=True)
    return sorted((graph.ids[s], graph.ids[t], round(float(w), 9), k) for s, t, w, k in rows)


def ties_back(edges):
    return sorted((s, t, round(float(d["weight"]), 9), d.get("kind")) for s, t, d in edges)


def told(graph, i, name):
    value = graph.columns[name][i]
    return None if value is None or (isinstance(value, float) and not np.isfinite(value)) else value


def check_nodes(graph, read):
    for i, node in enumerate(graph.ids):
        back = read(node)
        for name in ("tier", "community", "influence", "amplifiers", "emerging"):
            wanted = told(graph, i, name)
            if wanted is None:
                assert back.get(name) is None, (node, name)
            else:
                assert back[name] == pytest.approx(wanted), (node, name)
                assert isinstance(back[name], bool) == isinstance(wanted, bool)


def hexed(tier):
    return "#{:02x}{:02x}{:02x}".format(*COLOURS[tier])


usual = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@usual
@given(maps())
def test_networkx_reads_graphml_back_whole(graph):
    back = nx.parse_graphml(graphml(graph), force_multigraph=True)
    assert set(back) == set(graph.ids)
    check_nodes(graph, lambda node: back.nodes[node])
    assert ties_back(back.edges(data=True)) == ties_of(graph)
    for i, node in enumerate(graph.ids):
        assert back.nodes[node]["color"] == hexed(graph.columns["tier"][i])
        assert SMALLEST <= back.nodes[node]["size"] <= LARGEST


@usual
@given(maps())
def test_networkx_reads_gexf_back_whole(graph):
    back = nx.read_gexf(io.BytesIO(gexf(graph).encode()))
    assert set(back) == set(graph.ids)
    check_nodes(graph, lambda node: back.nodes[node])
    assert ties_back(back.edges(data=True)) == ties_of(graph)
    for i, node in enumerate(graph.ids):
        colour = back.nodes[node]["viz"]["color"]
        assert (colour["r"], colour["g"], colour["b"]) == COLOURS[graph.columns["tier"][i]]
        assert SMALLEST <= back.nodes[node]["viz"]["size"] <= LARGEST


@usual
@given(maps())
def test_igraph_reads_graphml_back_whole(tmp_path_factory, graph):
    igraph = pytest.importorskip("igraph", reason="igraph is in the group `bench` only: uv sync --group bench")
    path = tmp_path_factory.mktemp("igraph") / "map.graphml"
    path.write_text(graphml(graph), encoding="utf-8")
    back = igraph.Graph.Read_GraphML(str(path))
    place = {name: i for i, name in enumerate(back.vs["id"])}
    assert set(place) == set(graph.ids)
    assert back.ecount() == len(graph.source)
    for i, node in enumerate(graph.ids):
        vertex = back.vs[place[node]]
        if "tier" in back.vs.attributes():
            assert (vertex["tier"] or None) == graph.columns["tier"][i]
        assert vertex["color"] == hexed(graph.columns["tier"][i])
        wanted = told(graph, i, "influence")
        if wanted is not None:
            assert vertex["influence"] == pytest.approx(wanted)
    names = back.vs["id"]
    edges = [(names[e.source], names[e.target], {"weight": e["weight"], "kind": e["kind"]}) for e in back.es]
    assert ties_back(edges) == ties_of(graph)


@usual
@given(maps())
def test_gephis_tables_fit_one_another_and_run_nothing(graph):
    nodes = list(csv.DictReader(io.StringIO(node_csv(graph), newline="")))
    edges = list(csv.DictReader(io.StringIO(edge_csv(graph), newline="")))
    assert [row["Id"] for row in nodes] == graph.ids
    for i, row in enumerate(nodes):
        for name in ("tier", "community", "influence", "amplifiers"):
            wanted = told(graph, i, name)
            if wanted is None:
                assert row[name] == ""
            elif isinstance(wanted, str):
                assert row[name] == wanted
            else:
                assert float(row[name]) == pytest.approx(float(wanted))
        assert not re.match(r"[=+\-@\t\r]", row["Label"])
    known = {row["Id"] for row in nodes}
    assert all(row["Source"] in known and row["Target"] in known for row in edges)
    back = [(r["Source"], r["Target"], {"weight": r["Weight"], "kind": r["Kind"]}) for r in edges]
    assert ties_back(back) == ties_of(graph)


@usual
@given(maps())
def test_graphologys_json_holds_the_whole_map(graph):
    back = json.loads(json.dumps(graphology(graph), allow_nan=False))
    assert back["options"] == {"type": "directed", "multi": True, "allowSelfLoops": True}
    nodes = {node["key"]: node["attributes"] for node in back["nodes"]}
    check_nodes(graph, lambda node: nodes[node])
    assert {nodes[node]["color"] for node in graph.ids} <= {hexed(tier) for tier in TIERS}
    assert ties_back((e["source"], e["target"], e["attributes"]) for e in back["edges"]) == ties_of(graph)


def test_a_second_writing_of_what_was_read_is_the_same():
    graph = MapGraph(
        ["a", "b"], {"label": ["A", "B"], "tier": ["macro", None], "influence": [3.5, None], "amplifiers": [1, 2]},
        np.array([0, 0]), np.array([1, 1]), np.array([1.0, 0.5]), ["mention", "repost"],
    )  # fmt: skip
    first = nx.parse_graphml(graphml(graph), force_multigraph=True)
    again = nx.parse_graphml("\n".join(nx.generate_graphml(first)), force_multigraph=True)
    assert nx.utils.graphs_equal(first, again)


def test_networkx_own_writer_fails_where_this_one_does_not():
    """Why there is a writer of our own: control characters, and columns of mixed types."""
    graph = MapGraph(["a", "b"], {"x": [1, "two"]}, np.array([0]), np.array([1]), np.ones(1))
    plain = nx.DiGraph()
    plain.add_node("a", x=1, label="\x00")
    with pytest.raises(ET.ParseError):
        nx.parse_graphml("".join(nx.generate_graphml(plain)))
    assert nx.parse_graphml(graphml(graph)).nodes["a"]["x"] == "1"
