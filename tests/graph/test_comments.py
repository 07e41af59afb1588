"""Signals in answers: the same words again, and comments that say nothing; counts of how many, never a verdict."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.authenticity import FEWEST_COMMENTS, LEAST, SHARES, authenticity
from graph.columns import Acts, World
from graph.ties import pairs
from pipelines.documents import say


def judged(make, posts, acts=None, shrunk=None, n=30, **people):
    ties = make.no_ties()
    world = make.world(make.people(n, **people), posts, ties)
    world = World(world.people, posts, ties, world.segments, {}, acts)
    return authenticity(world, pairs(ties, np.zeros(0), n), np.full(n, np.nan) if shrunk is None else shrunk)


def under(make, hollow, kind="reply", copies=None):
    """Return one post of person 0, then answers to it by others, of which `hollow` tells the empty ones."""
    k = len(hollow)
    posts = make.posts(
        [0, *(1 + i % 20 for i in range(k))], np.zeros(k + 1), kind=["post", *[kind] * k],
        generic=np.array([False, *hollow]), copies=[1, *(copies or [1] * k)],
    )  # fmt: skip
    giver = posts.person[1:]
    acts = Acts(giver, np.zeros(k, np.int64), np.zeros(k, np.int64), np.arange(k) * 60.0, np.arange(k) * 60.0 + 30,
                np.arange(1, k + 1))  # fmt: skip
    return posts, acts


def reasons(found, person, name):
    return [one for one in found.reasons[person] if one.startswith(name)]


def test_answers_that_repeat_show_of_how_many(make):
    posts = make.posts([0] * 6 + [1] * 6, np.zeros(12), kind=["reply"] * 12, copies=[1, 1, 1, 2, 3, 4, *[1] * 6])
    found = judged(make, posts)
    assert reasons(found, 0, "repeated_answers") == ["repeated_answers:3/6"]
    assert found.reasons[1] == []


def test_answers_lost_among_many_posts_still_show(make):
    posts = make.posts([0] * 56, np.zeros(56), kind=["post"] * 50 + ["reply"] * 6, copies=[1] * 50 + [1, 1, 2, 3, 4, 5],
                       age_days=np.sort(np.random.default_rng(1).uniform(0, 200, 56)))  # fmt: skip
    found = judged(make, posts)
    assert [one.partition(":")[0] for one in found.reasons[0]] == ["repeated_answers"]
    assert found.score[0] == pytest.approx(100 * (1 - SHARES["repeated_answers"]))


def test_a_few_answers_tell_nothing(make):
    posts = make.posts([0] * 4, np.zeros(4), kind=["reply"] * 4, copies=[1, 2, 3, 4])
    assert reasons(judged(make, posts), 0, "repeated_answers") == []


def test_comments_that_say_nothing_show_at_who_receives_them(make):
    posts, acts = under(make, [True] * 12 + [False] * 8)
    found = judged(make, posts, acts)
    assert reasons(found, 0, "hollow_comments") == ["hollow_comments:12/20"]
    assert found.score[0] == pytest.approx(100 * (1 - SHARES["hollow_comments"]))


def test_comments_that_repeat_their_own_author_are_hollow_too(make):
    posts, acts = under(make, [False] * 20, copies=[1] * 8 + [2] * 12)
    assert reasons(judged(make, posts, acts), 0, "hollow_comments") == ["hollow_comments:12/20"]


def test_three_in_twenty_are_nothing_and_fewer_than_twenty_are_too_few(make):
    for hollow in ([True] * 3 + [False] * 17, [True] * (FEWEST_COMMENTS - 1)):
        posts, acts = under(make, hollow)
        assert reasons(judged(make, posts, acts), 0, "hollow_comments") == []


def test_quotes_and_reposts_are_no_comments(make):
    posts, acts = under(make, [True] * 20, kind="quote")
    assert reasons(judged(make, posts, acts), 0, "hollow_comments") == []


def test_reactions_far_from_the_size_say_how_many_times(make):
    usual = -2.0  # whatever it is: one is compared with the others
    shrunk = usual + np.concatenate([[np.log(8), -np.log(8)], np.linspace(-0.2, 0.2, 29)])
    posts = make.posts(list(range(31)), np.zeros(31))
    found = judged(make, posts, shrunk=shrunk, n=31, followers=np.full(31, 500.0))
    assert found.reasons[0] == ["reactions_far_above_size:8"]
    assert found.reasons[1] == ["reactions_far_below_size:0.125"]


def test_where_no_audience_is_known_no_reaction_is_far_from_the_size(make):
    shrunk = np.random.default_rng(0).normal(0, 0.1, 30)
    shrunk[0] = np.log(8)
    found = judged(make, make.posts(list(range(30)), np.zeros(30)), shrunk=shrunk)
    assert found.reasons[0] == []
    assert found.score[0] == 100


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(st.booleans(), st.integers(1, 4)), min_size=1, max_size=60))
def test_counts_are_of_what_was_received_and_weight_never_falls_under_half(make, rows):
    posts, acts = under(make, [hollow for hollow, _ in rows], copies=[copies for _, copies in rows])
    found = judged(make, posts, acts)
    empty = sum(hollow or copies > 1 for hollow, copies in rows)
    shown = reasons(found, 0, "hollow_comments")
    assert bool(shown) == (len(rows) >= FEWEST_COMMENTS and 2 * empty >= len(rows))
    if shown:
        assert shown == [f"hollow_comments:{empty}/{len(rows)}"]
    assert np.nanmin(found.score) >= LEAST


@pytest.mark.parametrize("name", sorted(SHARES))
def test_every_signal_has_words_in_both_languages_and_a_gentle_share(name):
    assert {name} <= set(say.words("signal", "fr"))
    assert {name} <= set(say.words("signal", "en"))
    assert 0 < SHARES[name] <= 0.15
