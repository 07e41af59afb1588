"""Runs compared as a person would; maps written so that other tools read them back."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.export import MapGraph, _cell, edge_csv, gexf, graphml, graphology, node_csv
from graph.history import diff


def row(person, rank, tier=None, low=None, high=None):
    return {
        "person_id": person,
        "segment": "s",
        "rank": rank,
        "tier": tier,
        "rank_low": rank - 1 if low is None else low,
        "rank_high": rank + 1 if high is None else high,
    }


def test_a_diff_names_entrants_leavers_risers_fallers_and_tier_changes():
    found = diff(
        [row("a", 1, "macro"), row("b", 20, "micro"), row("c", 3)],
        [row("b", 2, "magic_middle"), row("a", 9, "macro"), row("d", 1)],
    )
    assert [m.person_id for m in found.entrants] == ["d"]
    assert [m.person_id for m in found.leavers] == ["c"]
    assert [(m.person_id, m.places, m.sure) for m in found.risers] == [("b", 18, True)]
    assert [(m.person_id, m.places) for m in found.fallers] == [("a", -8)]
    assert [(m.tier_before, m.tier_after) for m in found.tier_changes] == [("micro", "magic_middle")]


def test_a_move_within_the_intervals_is_not_sure_and_comes_last():
    before = [row("a", 10, low=1, high=60), row("b", 9)]
    after = [row("a", 50, low=5, high=90), row("b", 30)]
    assert [(m.person_id, m.sure) for m in diff(before, after).fallers] == [("b", True), ("a", False)]


def test_the_same_run_twice_moves_nobody():
    rows = [row(f"p{i}", i) for i in range(1, 9)]
    found = diff(rows, rows)
    assert not any([found.entrants, found.leavers, found.risers, found.fallers, found.tier_changes])


NASTY = 'Zoé \x00\x0b\x1b[31m<script>alert("&")</script>'


def sample(ids=("a", "b", "c"), **columns):
    base = {
        "label": [NASTY, "=HYPERLINK(1)", None],
        "tier": ["macro", "magic_middle", None],
        "influence": [99.5, 10, np.nan],
        "community": ["c1", None, "c2"],
        "amplifiers": [np.int64(3), 4, None],
        "labels": [["emerging", "ambassador"], [], None],
        "mixed": [1, "two", 3.5],
    }
    ties = np.array([0, 1]), np.array([1, 2]), np.array([1.5, 2.0])
    return MapGraph(list(ids), {**base, **columns}, *ties, kind=["mention", "repost"])


def test_gexf_is_read_back_with_colour_size_tier_and_community():
    text = gexf(sample())
    back = nx.read_gexf(io.BytesIO(text.encode()))
    assert set(back.nodes) == {"a", "b", "c"}
    assert back.nodes["a"]["tier"] == "macro"
    assert back.nodes["a"]["community"] == "c1"
    assert back.nodes["a"]["viz"]["color"] == {"r": 230, "g": 159, "b": 0, "a": 1.0}
    assert back.nodes["a"]["viz"]["size"] > back.nodes["b"]["viz"]["size"]
    assert back.nodes["a"]["amplifiers"] == 3
    assert "tier" not in back.nodes["c"]
    assert back.number_of_edges() == 2


def test_graphml_is_read_back_with_types():
    back = nx.parse_graphml(graphml(sample()))
    assert back.nodes["a"]["color"] == "#e69f00"
    assert back.nodes["b"]["influence"] == 10.0
    assert isinstance(back.nodes["b"]["amplifiers"], int)
    assert back.nodes["a"]["labels"] == "emerging | ambassador"
    assert [d["kind"] for _, _, d in back.edges(data=True)] == ["mention", "repost"]


def test_igraph_reads_the_graphml(tmp_path):
    igraph = pytest.importorskip("igraph")
    path = tmp_path / "map.graphml"
    path.write_text(graphml(sample()), encoding="utf-8")
    back = igraph.Graph.Read_GraphML(str(path))
    assert back.vcount() == 3
    assert back.vs["tier"][0] == "macro"
    assert back.es["weight"] == [1.5, 2.0]


def test_what_came_from_outside_stays_text_and_no_control_character_passes():
    for text in (gexf(sample()), graphml(sample())):
        ET.fromstring(text)
        assert "<script>" not in text
        assert "\x1b" not in text
    names = [r["Label"] for r in csv.DictReader(io.StringIO(node_csv(sample())))]
    assert names[1] == "'=HYPERLINK(1)"
    assert "\x00" not in names[0]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@lea", "\t=1", " =1", "\u00a0=1", "＝1", "＋1", "－1", "＠lea"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(text):
    assert _cell(text).startswith("'")
    assert _cell(f"a{text}") == f"a{text}"


def test_edges_are_those_of_gephis_table():
    rows = list(csv.DictReader(io.StringIO(edge_csv(sample()))))
    assert rows[0] == {"Source": "a", "Target": "b", "Type": "Directed", "Weight": "1.5", "Kind": "mention"}


def test_graphology_is_json_that_its_import_takes():
    back = json.loads(json.dumps(graphology(sample()), allow_nan=False))
    assert back["nodes"][0]["key"] == "a"
    assert back["nodes"][1]["attributes"]["color"] == "#0072b2"
    assert back["edges"][1]["attributes"] == {"weight": 2.0, "kind": "repost"}


def test_ids_that_look_alike_once_cleaned_stay_apart():
    back = nx.parse_graphml(graphml(sample(ids=("a\x00", "a", "c"))))
    assert len(back) == 3


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="one value per node"):
        sample(short=[1])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), min_size=3, max_size=3))
def test_any_column_is_written_so_that_networkx_reads_it_back(values):
    graph = sample(anything=values)
    assert len(nx.read_gexf(io.BytesIO(gexf(graph).encode()))) == 3
    assert len(nx.parse_graphml(graphml(graph))) == 3
    json.dumps(graphology(graph), allow_nan=False)
