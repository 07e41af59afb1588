"""Relevance-weighted authority: votes on the subject, carried on by the ties of those who attend."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.backend import FastGraph
from graph.columns import Acts, Posts
from graph.measures import approval, topical_pagerank

UNKNOWN = float("nan")


def approved(make, person, fit, n=3, **columns):
    relevance = np.asarray(fit, np.float32)[:, None]
    return approval(make.posts(np.array(person), relevance, **columns), 0, n)


def test_votes_count_as_far_as_the_post_is_on_the_subject(make):
    votes = approved(make, [0, 1, 2], [1.0, 0.5, 0.0], reactions=np.array([9.0, 9.0, 900.0]))
    assert votes.tolist() == pytest.approx([np.log(10), np.log(10) / 2, 0])


def test_a_second_vote_adds_less_than_the_first_and_posts_add_less_than_their_number(make):
    once = approved(make, [0, 1], [1.0, 1.0], 2, reactions=np.array([1.0, 2.0]))
    assert once[1] < 4 * once[0]
    twice = approved(make, [0, 0, 1], [1.0, 1.0, 1.0], 2, reactions=np.array([1.0, 1.0, 1.0]))
    assert twice[0] == pytest.approx(2**0.75 * twice[1])


def test_a_thousand_posts_that_hardly_anybody_votes_for_are_not_three_that_many_do(make):
    ordinary, loud, heard = np.repeat(np.arange(2, 52), 10), np.zeros(1000, int), np.ones(3, int)
    person = np.concatenate([loud, heard, ordinary])
    reactions = np.concatenate([np.arange(1000) % 25 == 0, np.full(3, 40.0), np.full(500, 2.0)]).astype(float)
    total = np.bincount(person, np.log1p(reactions))
    assert total[0] > 2 * total[1]
    votes = approved(make, person, np.ones(len(person)), 52, reactions=reactions)
    assert votes[0] < votes[2] < votes[1]


def test_who_is_voted_for_more_than_usual_may_write_as_much_as_they_like(make):
    person = np.concatenate([np.zeros(40, int), np.ones(4, int), np.arange(2, 42)])
    reactions = np.concatenate([np.full(44, 9.0), np.zeros(40)])
    votes = approved(make, person, np.ones(84), 42, reactions=reactions)
    assert votes[0] == pytest.approx(10**0.75 * votes[1])


def test_posts_beside_the_subject_take_nothing_away(make):
    beside = approved(make, [0, 0, 1], [1.0, 0.0, 1.0], 2, reactions=np.array([5.0, 0.0, 5.0]))
    assert beside[0] == pytest.approx(beside[1])


def test_what_one_reposts_was_voted_for_as_somebody_else_s(make):
    kinds = np.array(["post", "repost"], object)
    votes = approved(make, [0, 1], [1.0, 1.0], 2, reactions=np.array([3.0, 3000.0]), kind=kinds)
    assert votes[1] == 0


def test_a_network_that_shows_no_reactions_is_neither_praised_nor_punished(make):
    votes = approved(make, [0, 1, 2], [1.0, 1.0, 1.0], reactions=np.array([1.0, 7.0, UNKNOWN]))
    assert votes[0] < votes[2] < votes[1]
    assert votes[2] == pytest.approx((np.log(2) + np.log(8)) / 2)


def test_where_no_reaction_is_known_nobody_has_any_votes(make):
    assert not approved(make, [0, 1], [1.0, 1.0], 2, reactions=np.array([UNKNOWN, UNKNOWN])).any()


def test_a_post_that_was_not_judged_brings_no_votes(make):
    assert not approved(make, [0], [UNKNOWN], 1, reactions=np.array([50.0])).any()


@given(
    st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1, width=32), st.integers(0, 10**6)), min_size=1, max_size=30)
)
def test_votes_for_oneself_never_lower_oneself(rows):
    person, fit, reactions = (np.array(column) for column in zip(*rows, strict=True))

    def votes(counts):
        n = len(person)
        posts = Posts(
            person=person,
            age_days=np.zeros(n),
            kind=np.full(n, "post", object),
            reactions=counts.astype(float),
            relevance=fit.astype(np.float32)[:, None],
            copies=np.ones(n, int),
        )
        return approval(posts, 0, 5)

    before = votes(reactions)
    assert (before >= 0).all()
    for one in range(5):
        after = votes(reactions + (person == one))
        assert after[one] >= before[one] - 1e-9


def answering(own, post):
    acts = np.zeros(len(own), int)
    return Acts(acts, acts, np.array(post), acts.astype(float), acts.astype(float), np.array(own))


def test_an_answer_is_on_the_subject_as_far_as_what_it_answers(make):
    posts = make.posts(np.array([0, 1]), np.array([[0.8], [0.0]]), reactions=np.array([0.0, 5.0]))
    assert approval(posts, 0, 2)[1] == 0
    assert approval(posts, 0, 2, answering([1], [0]))[1] == pytest.approx(0.8 * np.log(6), rel=1e-6)


def test_an_answer_s_own_words_count_where_they_say_more(make):
    posts = make.posts(np.array([0, 1]), np.array([[0.1], [0.9]]), reactions=np.array([0.0, 5.0]))
    assert approval(posts, 0, 2, answering([1], [0]))[1] == pytest.approx(0.9 * np.log(6), rel=1e-6)


def test_relaying_what_is_on_the_subject_still_brings_no_votes(make):
    kinds = np.array(["post", "repost"], object)
    posts = make.posts(np.array([0, 1]), np.array([[0.8], [0.0]]), reactions=np.array([0.0, 5.0]), kind=kinds)
    assert approval(posts, 0, 2, answering([1], [0]))[1] == 0


def test_reactions_whose_own_post_is_not_known_change_nothing(make):
    posts = make.posts(np.array([0, 1]), np.array([[0.8], [0.0]]), reactions=np.array([2.0, 5.0]))
    found = replace(answering([1], [0]), own=None)
    assert approval(posts, 0, 2, found).tolist() == approval(posts, 0, 2).tolist()


def test_a_vote_for_those_who_attend_is_passed_on_to_whom_they_attend():
    graph = FastGraph.from_arrays([0, 1, 2], [3, 3, 4], n=6)
    even = topical_pagerank(graph, np.array([1.0, 1, 1, 0, 0, 0]))
    voted = topical_pagerank(graph, np.array([1.0, 1, 8, 0, 0, 0]))
    assert voted[4] > even[4]
    assert voted[3] < even[3]


def test_somebody_voted_for_whom_nobody_ties_to_ranks_above_an_unvoted_stranger():
    graph = FastGraph.from_arrays([0, 1], [2, 2], n=5)
    ranked = topical_pagerank(graph, np.array([1.0, 1, 1, 5, 0]))
    assert ranked[3] > ranked[4]
    assert ranked.sum() == pytest.approx(1.0)
