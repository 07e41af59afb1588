"""Rings within minutes, reactions side by side, texts of others, answers of hardly a word: counts, and gentle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.authenticity import LEAST, SHARES, authenticity
from graph.coaction import TOGETHER_POSTS, quick_ring, side_by_side
from graph.columns import Acts
from graph.ties import pairs


def acts(*rows):
    """Rows of (giver, receiver, post, at, minutes after the post)."""
    table = np.array(rows, float).reshape(-1, 5)
    whole = table[:, :3].astype(np.int64)
    return Acts(whole[:, 0], whole[:, 1], whole[:, 2], table[:, 3], table[:, 4])


def ring(people, times=3, minutes=2.0):
    rows, post = [], 0
    for _ in range(times):
        for receiver in people:
            post += 1
            rows += [(giver, receiver, post, post * 1000 + minutes, minutes) for giver in people if giver != receiver]
    return rows


def test_three_who_answer_one_another_within_minutes_are_a_ring():
    shows, partners = quick_ring(acts(*ring([0, 1, 2])), 5)
    assert shows.tolist() == [True, True, True, False, False]
    assert partners[:3].tolist() == [2, 2, 2]


def test_two_friends_who_answer_fast_are_no_ring():
    assert not quick_ring(acts(*ring([0, 1], times=20)), 3)[0].any()


def test_who_reacts_hours_later_is_in_no_ring():
    assert not quick_ring(acts(*ring([0, 1, 2], minutes=120.0)), 3)[0].any()


def test_a_celebritys_fans_are_no_ring_for_they_are_not_answered():
    rows = [(fan, 0, post, post * 1000 + 1, 1.0) for fan in range(1, 30) for post in range(10)]
    assert not quick_ring(acts(*rows), 30)[0].any()


def test_once_is_not_a_habit():
    assert not quick_ring(acts(*ring([0, 1, 2], times=1)), 3)[0].any()


def test_friends_who_mostly_react_to_others_are_no_ring():
    elsewhere = [(who, 7, 500 + post, post * 1000 + 90, 90.0) for who in (0, 1, 2) for post in range(30)]
    rows = ring([0, 1, 2])
    assert quick_ring(acts(*rows), 8)[0].any()
    assert not quick_ring(acts(*rows, *elsewhere), 8)[0].any()


def test_a_ring_need_not_answer_everybody_every_time():
    pairs_of = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 0), (0, 2)]
    rows = [(giver, receiver, post, post * 1000 + 1, 1.0) for post, (giver, receiver) in enumerate(pairs_of)]
    rows += [(giver, receiver, 50 + post, 1.0, 1.0) for post in range(4) for giver, receiver in pairs_of[::2]]
    assert quick_ring(acts(*rows), 3)[0].all()


def together(posts, gap=1.0, others=0):
    rows = [(who, 9, p, p * 1000 + 60 + who * gap, 60.0) for p in range(posts) for who in (0, 1)]
    rows += [(0, 9, 500 + p, p, 5.0) for p in range(others)] + [(1, 9, 900 + p, p, 5.0) for p in range(others)]
    return acts(*rows)


def test_two_who_react_to_the_same_posts_at_the_same_moments_show_with_their_partners():
    shows, partners = side_by_side(together(TOGETHER_POSTS), 10)
    assert np.flatnonzero(shows).tolist() == [0, 1]
    assert partners[:2].tolist() == [1, 1]


@pytest.mark.parametrize(
    "found", [together(TOGETHER_POSTS - 1), together(TOGETHER_POSTS, gap=30.0), together(TOGETHER_POSTS, others=90)],
    ids=["too seldom", "not at once", "a small part of what they do"],
)  # fmt: skip
def test_chance_meetings_under_a_post_show_nothing(found):
    assert not side_by_side(found, 10)[0].any()


def test_nobody_acting_shows_nothing():
    assert not quick_ring(acts(), 4)[0].any()
    assert not side_by_side(acts(), 4)[0].any()


ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 4), st.integers(0, 30), st.integers(-5, 30)),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_the_order_of_the_rows_changes_nothing_about_rings(rows):
    for one, two in zip(quick_ring(acts(*rows), 7), quick_ring(acts(*reversed(rows)), 7), strict=True):
        np.testing.assert_array_equal(one, two)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_who_is_side_by_side_has_a_partner_and_everybody_is_counted_within_bounds(rows):
    shows, partners = side_by_side(acts(*rows), 7)
    np.testing.assert_array_equal(shows, partners > 0)
    assert np.all(partners <= 6)


def judged(make, posts, people=None, found=None, n=30):
    ties = make.no_ties()
    world = make.world(people or make.people(n), posts, ties)
    if found is not None:
        world = type(world)(world.people, posts, ties, world.segments, {}, found)
    return authenticity(world, pairs(ties, np.zeros(0), n), np.full(n, np.nan))


def test_texts_that_others_publish_too_show_with_their_count(make):
    posts = make.posts([0] * 10 + [1] * 10, np.zeros(20), others=np.array([4] * 5 + [0] * 5 + [3] + [0] * 9))
    found = judged(make, posts)
    assert found.reasons[0] == ["texts_of_others:5/10"]
    assert found.score[0] == pytest.approx(100 * (1 - SHARES["texts_of_others"]))
    assert found.reasons[1] == [], "one shared text in ten is a quotation"


def test_answers_of_hardly_a_word_show_when_they_are_most_of_many(make):
    kind = ["reply"] * 12 + ["reply"] * 4
    posts = make.posts([0] * 12 + [1] * 4, np.zeros(16), kind=kind, generic=np.ones(16, bool))
    found = judged(make, posts)
    assert found.reasons[0] == ["generic_answers:12/12"]
    assert found.reasons[1] == [], "four answers are too few to say"


def test_a_ring_is_a_reason_with_its_partners_and_lowers_gently(make):
    posts = make.posts([0, 1, 2, 3], np.zeros(4))
    found = judged(make, posts, found=acts(*ring([0, 1, 2])))
    assert found.reasons[0] == ["quick_ring:2"]
    assert found.score[0] >= 90
    assert found.reasons[3] == []


def test_a_jump_that_a_widely_seen_post_explains_is_no_signal(make):
    growth = np.random.default_rng(0).normal(0.02, 0.01, 60)
    growth[[3, 4]] = 2.0
    reactions = np.full(200, 2.0)
    reactions[7] = 5000.0
    owner = np.arange(200) % 60
    owner[7] = 3
    posts = make.posts(owner, np.zeros(200), reactions=reactions, age_days=np.linspace(1, 80, 200))
    found = judged(make, posts, make.people(60, growth=growth), n=60)
    assert not any(reason.startswith("growth_jump") for reason in found.reasons[3])
    assert found.reasons[4] == ["growth_jump:200"]


def test_no_signal_takes_more_than_a_sixth_and_half_always_stays():
    assert max(SHARES.values()) <= 1 / 6
    assert LEAST == 50


def test_what_was_not_looked_at_is_no_signal(make):
    posts = make.posts([0] * 20, np.zeros(20), age_days=np.sort(np.random.default_rng(1).uniform(0, 300, 20)))
    assert posts.others is None
    assert judged(make, posts).reasons[0] == []
