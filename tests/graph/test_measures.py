"""Ties, measures, communities and signals on small graphs where the answer is plain."""

import networkx as nx
import numpy as np
import pytest

from graph.authenticity import authenticity
from graph.backend import FastGraph
from graph.communities import Communities, distinguishing, find, keep_names, overlaps
from graph.measures import (
    amplifiers,
    attention,
    audience_overlap,
    authority,
    constraint,
    cores,
    participation,
    sampled_betweenness,
    topical_lift,
    topical_pagerank,
)
from graph.ties import Pairs, generosity, pairs, saturate, strengths, unasked


def linked(make, source, target, n, **columns):
    ties = make.ties(source, target, **columns)
    return pairs(ties, strengths(ties, np.ones(n)), n)


def test_a_hundred_mentions_by_one_person_count_little_more_than_one():
    assert saturate(np.array([1.0, 100.0])).tolist() == pytest.approx([1.0, 1.98], abs=0.01)


def test_attention_from_many_beats_insistence_of_one(make):
    insist = linked(make, [0], [9], 10, count=[100.0])
    many = linked(make, [0, 1, 2, 3], [9] * 4, 10)
    assert attention(many)[9] > attention(insist)[9]
    assert amplifiers(many)[9] == 4
    assert amplifiers(insist)[9] == 1


def test_old_ties_fade_and_undated_ones_do_not(make):
    ties = make.ties([0, 1, 2], [3, 3, 3], age_days=[0.0, 180.0, np.nan])
    assert strengths(ties, np.ones(4)).tolist() == pytest.approx([1.0, 0.5, 1.0])


def test_automated_and_mass_mentioning_accounts_give_little(make):
    ties = make.ties([0, *[1] * 3000, 2], [5, *range(10, 3010), 5])
    people = make.people(3010, automated=np.arange(3010) == 0)
    given = generosity(people, ties)
    assert given[0] == pytest.approx(0.1)
    assert given[1] < 0.4
    assert given[2] == 1


def test_answers_to_somebody_who_never_stops_writing_count_little(make):
    ties = make.ties(
        [0, 1, 2, 3, 4, 4], [1, 0, 3, 2, 5, 6], count=[1000.0, 2, 3, 3, 1, 1], kind=["mention"] * 5 + ["follow"]
    )
    assert unasked(ties, 7).tolist() == pytest.approx([1, 4 / 1002, 1, 1, 1, 1])


def test_answers_are_attention_but_no_amplification_and_nobody_amplifies_themselves(make):
    found = linked(make, [0, 1, 9], [9, 9, 9], 10, kind=["reply", "repost", "mention"])
    assert amplifiers(found)[9] == 1
    assert len(found.source) == 2


def test_kinds_of_one_pair_add_up_before_they_saturate(make):
    found = linked(make, [0, 0], [1, 1], 2, kind=["repost", "reply"])
    assert found.weight.tolist() == pytest.approx([2 * 3 / 4])


def test_pagerank_follows_the_subject():
    graph = FastGraph.from_arrays([0, 1, 2, 3], [4, 4, 5, 5], n=6)
    ranked = topical_pagerank(graph, np.array([1.0, 1, 0, 0, 0, 0]))
    assert ranked[4] > 3 * ranked[5]
    even = topical_pagerank(graph, np.zeros(6))
    assert even[4] == pytest.approx(even[5])


def test_authority_is_standing_out_among_those_who_attend_to_you():
    star = [(i, 0) for i in range(1, 30)] + [(0, 30)]
    source, target = np.array(star).T
    found = authority(FastGraph.from_arrays(source, target, n=31))
    assert found.argmax() == 0
    assert found[30] < found[0]


def test_one_answer_from_somebody_famous_is_the_attention_of_one(make):
    fans = np.arange(100, 200)
    source = np.concatenate([np.random.default_rng(0).integers(5, 200, 600), fans, [0]])
    target = np.concatenate([np.random.default_rng(1).integers(5, 200, 600), np.zeros(100, int), [1]])
    found = linked(make, source, target, 200)
    plain = np.array(list(nx.pagerank(found.graph()).values()))
    assert (plain > plain[1]).sum() == 1
    assert (attention(found) > attention(found)[1]).sum() > 100


def test_whoever_joins_two_groups_has_betweenness_and_low_constraint():
    one, two = nx.complete_graph(8), nx.complete_graph(range(9, 17))
    graph = nx.compose(one, two)
    graph.add_edges_from([(0, 8), (8, 9)])
    source, target = np.array(graph.edges).T
    fast = FastGraph.from_arrays(source, target, n=17, directed=False)
    assert sampled_betweenness(fast).argmax() in {0, 8, 9}
    found = constraint(fast, np.array([8, 3]))
    assert found[0] == pytest.approx(nx.constraint(graph, [8])[8])
    assert found[1] == pytest.approx(nx.constraint(graph, [3])[3])


def test_participation_is_high_across_groups_and_low_inside_one():
    graph = FastGraph.from_arrays([0, 0, 4, 4], [1, 2, 1, 3], n=6)
    found = participation(graph, np.array([0, 0, 0, 1, 0, -1]))
    assert found[0] == pytest.approx(0)
    assert found[4] == pytest.approx(0.5)
    assert np.isnan(found[5])


def test_cores_are_those_of_the_graph_without_direction():
    found = cores(FastGraph.from_arrays([0, 1, 2, 3], [1, 2, 0, 0], n=5))
    assert found.tolist() == [2, 2, 2, 1, 0]


def test_lift_tells_the_expert_from_the_merely_famous():
    lift = topical_lift(np.array([40.0, 40.0, 0.0]), np.array([500.0, 5_000_000.0, np.nan]))
    assert lift[0] > 10
    assert lift[1] < 1
    assert np.isnan(lift[2])


def test_overlap_counts_shared_givers_once(make):
    found = audience_overlap(linked(make, [0, 1, 2, 1, 2, 3], [8, 8, 8, 9, 9, 9], 10), np.array([8, 9, 7]))
    assert found[0, 1] == pytest.approx(2 / 4)
    assert found[0, 0] == 1
    assert found[2, 2] == 0


def ring_graph(k=4, size=30, seed=0):
    plain = nx.planted_partition_graph(k, size, 0.4, 0.005, seed=seed)
    source, target = np.array(plain.edges).T
    return Pairs(source, target, np.ones(len(source)), np.ones(len(source), bool), k * size)


def test_planted_communities_are_found_and_firm():
    found = find(ring_graph())
    assert found.sizes.tolist() == [30, 30, 30, 30]
    assert (found.firmness > 0.8).all()


def test_chance_communities_are_not_firm():
    noise = nx.gnm_random_graph(150, 300, seed=2)
    source, target = np.array(noise.edges).T
    found = find(Pairs(source, target, np.ones(300), np.ones(300, bool), 150))
    assert np.average(found.firmness, weights=found.sizes) < 0.5


def test_a_community_keeps_its_name_when_most_of_it_stays():
    found = find(ring_graph())
    before = [f"c{9 - m}" if i % 10 else None for i, m in enumerate(found.member)]
    kept = keep_names(found, before)
    for number, name in enumerate(kept.ids):
        assert name == f"c{9 - number}"


def test_a_new_community_takes_a_name_nobody_had():
    found = Communities(np.array([0, 0, 0, 1, 1, 1]), ("c1", "c2"), np.ones(2))
    kept = keep_names(found, ["c7", "c7", "c7", None, None, None])
    assert kept.ids == ("c7", "c8")


def test_overlap_of_memberships_is_jaccard():
    table = overlaps(np.array([0, 0, 1, -1]), np.array([0, 1, 1, 1]))
    assert table.tolist() == [[1 / 2, 1 / 4], [0, 1 / 3]]


def test_distinguishing_words_are_those_that_others_do_not_use():
    counts = np.array([[50.0, 30, 1], [50, 1, 28]])
    assert distinguishing(counts) == [[1], [2]]


def signals(make, posts=None, followers=None, ring=None, n=60, **people):
    world = make.world(make.people(n, **people), posts)
    source, target = ring or ([], [])
    found = pairs(make.ties(source, target), np.ones(len(source)), n)
    shrunk = np.zeros(n) if followers is None else followers
    return authenticity(world, found, shrunk)


def test_repeated_texts_show_with_their_count_and_lower_gently(make):
    posts = make.posts([0] * 10 + [1] * 10, np.zeros(20), copies=[*range(1, 11), *[1] * 10])
    found = signals(make, posts)
    assert found.reasons[0] == ["repeated_texts:9/10"]
    assert 80 <= found.score[0] < 100
    assert found.score[1] == 100
    assert np.isnan(found.score[2])


def test_a_closed_ring_shows_and_an_open_circle_of_friends_does_not(make):
    ring = [(a, b) for a in range(6) for b in range(6) if a != b]
    friends = [(a, b) for a in range(10, 16) for b in range(10, 16) if a != b] + [(c, 10) for c in range(20, 40)]
    found = signals(make, ring=tuple(np.array(ring + friends).T))
    assert found.reasons[0][0].startswith("reciprocal_ring:5")
    assert found.reasons[10] == []


def test_a_clock_and_a_flood_show(make):
    clock = make.posts([0] * 30, np.zeros(30), age_days=np.arange(30) * 1.0)
    flood = make.posts([0] * 400, np.zeros(400), age_days=np.sort(np.random.default_rng(0).uniform(0, 2, 400)))
    assert signals(make, clock).reasons[0] == ["clockwork:30"]
    assert signals(make, flood).reasons[0][0].startswith("posts_per_day")


def test_growth_far_from_everybodys_shows(make):
    growth = np.random.default_rng(0).normal(0.02, 0.01, 60)
    growth[3] = 2.0
    assert signals(make, growth=growth).reasons[3] == ["growth_jump:200"]


def test_growth_that_came_steadily_is_no_jump(make):
    growth, leap = np.random.default_rng(0).normal(0.02, 0.01, 60), np.ones(60)
    growth[[3, 4, 5]], leap[[3, 4]] = 2.0, [0.6, np.nan]
    found = signals(make, growth=growth, leap=leap).reasons
    assert (found[3], found[4]) == ([], []), "half in half of the time, or nobody knows"
    assert found[5] == ["growth_jump:200"]


def test_all_signals_together_never_take_more_than_half(make):
    flood = np.sort(np.random.default_rng(0).uniform(0, 2, 400))
    growth = np.random.default_rng(0).normal(0.02, 0.01, 60)
    growth[0] = 2.0
    ring = [(a, b) for a in range(5) for b in range(5) if a != b]
    posts = make.posts(
        [0] * 400, np.zeros(400), age_days=flood, copies=np.full(400, 2), others=np.full(400, 3),
        kind=["reply"] * 400, generic=np.ones(400, bool),
    )  # fmt: skip
    people = make.people(60, growth=growth, automated=np.arange(60) == 0)
    ties = make.ties(*(np.array(side) for side in zip(*ring, strict=True)))
    found = authenticity(
        make.world(people, posts, ties), pairs(ties, np.ones(len(ties)), 60), np.where(np.arange(60) == 0, 99.0, growth)
    )
    assert len(found.reasons[0]) >= 7
    assert found.score[0] == 50
