"""Burt's constraint: low for who joins people that do not know one another, and bounded in work."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.brokers import brokerage
from graph.measures import constraint
from graph.roles import COLUMNS, ROLE_COLUMNS, label_condition
from graph.ties import Pairs


def pairs_of(edges, n):
    source, target = (np.array(side, np.int32) for side in zip(*edges, strict=True)) if edges else ([], [])
    source, target = np.asarray(source, np.int32), np.asarray(target, np.int32)
    return Pairs(source, target, np.ones(len(source)), np.ones(len(source), bool), n)


def test_who_joins_strangers_is_less_constrained_than_who_stays_in_a_circle():
    star = [(0, i) for i in range(1, 5)]
    circle = [(a, b) for a in range(5, 9) for b in range(5, 9) if a != b]
    found = brokerage(pairs_of([*star, *circle], 9), np.array([0, 5]))
    assert found[0] == pytest.approx(0.25)
    assert found[1] > 0.9


def test_nobody_alone_has_a_figure():
    found = brokerage(pairs_of([(0, 1)], 3), np.array([2, 0]))
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(1.0)


def test_a_segment_without_people_or_ties_says_nothing():
    assert len(brokerage(pairs_of([(0, 1)], 2), np.zeros(0, np.int64))) == 0
    assert np.isnan(brokerage(pairs_of([], 3), np.arange(3))).all()


def test_work_is_bounded_and_spent_on_the_first():
    pairs = pairs_of([(0, i) for i in range(1, 50)], 50)
    for bound in ({"steps": 100}, {"contacts": 10}):
        found = brokerage(pairs, np.array([1, 2, 0]), **bound)
        assert np.isfinite(found[:2]).all()
        assert np.isnan(found[2])
    assert np.isnan(brokerage(pairs, np.array([0, 1]), contacts=10)).all()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda e: e[0] != e[1]), min_size=1, unique=True)
)
def test_it_is_that_of_networkx_on_any_graph(edges):
    graph = nx.Graph()
    for a, b in edges:
        weight = graph.get_edge_data(a, b, {"weight": 0})["weight"] + 1
        graph.add_edge(a, b, weight=weight)
    people = np.array(sorted(graph.nodes))
    wanted = nx.constraint(graph, weight="weight")
    found = brokerage(pairs_of(edges, 10), people)
    np.testing.assert_allclose(found, [wanted[p] for p in people.tolist()])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)).filter(lambda e: e[0] != e[1]), min_size=1, unique=True)
)
def test_of_some_people_it_is_what_it_is_of_all(edges):
    pairs = pairs_of(edges, 15)
    whole = brokerage(pairs, np.arange(15))
    np.testing.assert_allclose(brokerage(pairs, np.array([3, 0])), whole[[3, 0]])
    np.testing.assert_allclose(whole, constraint(pairs.graph(), np.arange(15)))


def test_a_rule_may_read_it():
    assert COLUMNS["burt_constraint"] == ROLE_COLUMNS["burt_constraint"] == "number"
    assert label_condition("burt_constraint < 0.2 AND participation > 0.5").columns == {
        "burt_constraint",
        "participation",
    }
