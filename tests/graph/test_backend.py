"""The backend answers as networkx does, on any graph."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.backend import FastGraph

edges = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=60)
loopless = edges.map(lambda pairs: [(u, v) for u, v in pairs if u != v])
quick = settings(max_examples=60, deadline=None)


def both(pairs, *, directed=True, n=12):
    """The same ties as a graph of networkx and as a FastGraph."""
    plain = (nx.DiGraph if directed else nx.Graph)()
    plain.add_nodes_from(range(n))
    unique = sorted(set(pairs) if directed else {tuple(sorted(pair)) for pair in pairs})
    plain.add_edges_from(unique)
    source, target = (np.array([pair[i] for pair in unique], np.int32) for i in (0, 1))
    return plain, FastGraph.from_arrays(source, target, n=n, directed=directed)


def same(ours, theirs, tolerance=1e-9):
    assert list(ours) == list(theirs)
    np.testing.assert_allclose(list(ours.values()), list(theirs.values()), atol=tolerance)


@quick
@given(edges, st.booleans())
def test_pagerank_is_that_of_networkx(pairs, directed):
    plain, fast = both(pairs, directed=directed)
    same(nx.pagerank(fast), nx.pagerank(plain))


@quick
@given(edges, st.lists(st.floats(0, 10), min_size=12, max_size=12).filter(lambda p: sum(p) > 1e-6))
def test_personalised_pagerank_is_that_of_networkx(pairs, restart):
    plain, fast = both(pairs)
    wanted = dict(enumerate(restart))
    same(nx.pagerank(fast, personalization=wanted), nx.pagerank(plain, personalization=wanted))


def test_weights_steer_the_walk_as_in_networkx():
    plain = nx.DiGraph()
    plain.add_weighted_edges_from([(0, 1, 5.0), (0, 2, 1.0), (1, 0, 2.0), (2, 1, 0.5)])
    fast = FastGraph.from_arrays([0, 0, 1, 2], [1, 2, 0, 1], [5.0, 1.0, 2.0, 0.5], n=3)
    same(nx.pagerank(fast), nx.pagerank(plain))
    assert nx.pagerank(fast)[1] > nx.pagerank(fast, weight=None)[1]


@quick
@given(loopless, st.booleans())
def test_core_numbers_are_those_of_networkx(pairs, directed):
    plain, fast = both(pairs, directed=directed)
    assert nx.core_number(fast) == nx.core_number(plain)


def test_core_numbers_refuse_self_loops_as_networkx_does():
    with pytest.raises(nx.NetworkXNotImplemented):
        nx.core_number(FastGraph.from_arrays([0], [0], n=2))


@quick
@given(edges, st.booleans(), st.booleans())
def test_betweenness_is_that_of_networkx(pairs, directed, normalized):
    plain, fast = both(pairs, directed=directed)
    same(
        nx.betweenness_centrality(fast, normalized=normalized), nx.betweenness_centrality(plain, normalized=normalized)
    )


@quick
@given(edges, st.integers(2, 11), st.integers(0, 99), st.booleans())
def test_sampled_betweenness_samples_what_networkx_samples(pairs, k, seed, directed):
    plain, fast = both(pairs, directed=directed)
    same(nx.betweenness_centrality(fast, k=k, seed=seed), nx.betweenness_centrality(plain, k=k, seed=seed))


def test_hits_are_those_of_networkx():
    plain = nx.gnp_random_graph(40, 0.2, seed=3, directed=True)
    source, target = np.array(plain.edges).T
    hubs, authorities = nx.hits(FastGraph.from_arrays(source, target, n=40))
    their_hubs, their_authorities = nx.hits(plain)
    same(hubs, their_hubs, 1e-6)
    same(authorities, their_authorities, 1e-6)


@quick
@given(edges.filter(bool))
def test_reciprocity_is_that_of_networkx(pairs):
    plain, fast = both(pairs)
    assert nx.overall_reciprocity(fast) == pytest.approx(nx.overall_reciprocity(plain))
    assert nx.reciprocity(fast, list(range(12))) == pytest.approx(nx.reciprocity(plain, list(range(12))))


@pytest.mark.parametrize("method", [nx.community.louvain_communities, nx.community.leiden_communities])
def test_communities_find_planted_groups_twice_alike(method):
    plain = nx.planted_partition_graph(5, 40, 0.3, 0.005, seed=1)
    source, target = np.array(plain.edges).T
    fast = FastGraph.from_arrays(source, target, n=200, directed=False)
    found = method(fast, seed=7)
    assert sorted(map(sorted, found)) == sorted(map(sorted, method(fast, seed=7)))
    assert set().union(*found) == set(range(200))
    assert nx.community.modularity(plain, found) > 0.95 * nx.community.modularity(
        plain, [range(40 * i, 40 * i + 40) for i in range(5)]
    )


def test_a_graph_of_networkx_runs_here_when_asked_by_name():
    plain = nx.les_miserables_graph()
    same(nx.pagerank(plain, backend="vigie"), nx.pagerank(plain))
    same(nx.betweenness_centrality(plain, backend="vigie"), nx.betweenness_centrality(plain))
    assert nx.core_number(plain, backend="vigie") == nx.core_number(plain)


def test_missing_weights_count_as_one():
    plain = nx.DiGraph([(0, 1), (1, 2)])
    plain.add_edge(0, 2, weight=3.0)
    same(nx.pagerank(plain, backend="vigie"), nx.pagerank(plain))


def test_parallel_ties_add_up_and_an_empty_graph_is_fine():
    fast = FastGraph.from_arrays([0, 0], [1, 1], [1.0, 2.0], n=2)
    assert fast.number_of_edges() == 1
    assert fast.adjacency[0, 1] == 3
    empty = FastGraph.from_arrays([], [], n=0)
    assert nx.pagerank(empty) == {}
    assert nx.core_number(empty) == {}


def test_a_fast_graph_becomes_one_of_networkx_when_networkx_must_compute():
    fast = FastGraph.from_arrays([0, 1], [1, 2], n=3)
    back = nx.utils.backends._registered_backends if hasattr(nx.utils.backends, "_registered_backends") else None
    assert back is None or "vigie" in nx.config.backends
    from graph.backend import BackendInterface

    plain = BackendInterface.convert_to_nx(fast)
    assert isinstance(plain, nx.DiGraph)
    assert set(plain.edges) == {(0, 1), (1, 2)}


def test_undirecting_adds_the_two_directions_up():
    fast = FastGraph.from_arrays([0, 1, 1], [1, 0, 2], [1.0, 2.0, 4.0], n=3).undirected()
    assert fast.adjacency[0, 1] == fast.adjacency[1, 0] == 3
    assert fast.adjacency[2, 1] == 4
    assert fast.number_of_edges() == 2
