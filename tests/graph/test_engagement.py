"""Engagement: what a post draws, told by posts and, while these are few, by the audience."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.scores.engagement import engagement, scale, variances
from graph.scores.reactions import comparable, counting, expected


def world_of(make, posts_each, levels, followers=None, noise=0.4, seed=0, **columns):
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(len(levels)), posts_each)
    reactions = np.expm1(np.maximum(np.asarray(levels)[person] + rng.normal(0, noise, len(person)), 0))
    posts = make.posts(
        person, np.zeros(len(person)), age_days=np.full(len(person), 9.0), reactions=reactions, **columns
    )
    people = make.people(len(levels), followers=followers if followers is not None else np.full(len(levels), np.nan))
    return make.world(people, posts)


def test_who_draws_more_stands_higher_and_the_first_at_100(make):
    found = engagement(world_of(make, 30, [1.0, 2.0, 3.0, 4.0]))
    assert (np.diff(found.score) > 0).all()
    assert found.score[-1] == pytest.approx(100)


def test_levels_are_logs_of_the_reactions_a_post_draws(make):
    found = engagement(world_of(make, 200, [1.0, 2.0, 3.0, 4.0], noise=0.2))
    assert np.abs(found.level - [1.0, 2.0, 3.0, 4.0]).max() < 0.1


def test_of_who_has_hardly_posted_the_audience_tells(make):
    rng = np.random.default_rng(3)
    followers = np.exp(rng.uniform(3, 12, 120))
    levels = 0.5 * np.log(followers) + rng.normal(0, 0.5, 120)
    followers = np.append(followers, [np.exp(4.0), np.exp(11.0)])
    world = world_of(make, np.append(np.full(120, 12), [0, 0]), np.append(levels, [0, 0]), followers)
    found = engagement(world)
    assert found.level[120] == pytest.approx(2.0, abs=0.7)
    assert found.level[121] == pytest.approx(5.5, abs=0.7)
    assert found.spread[120] > 2 * found.spread[0]


def test_one_lucky_post_of_a_stranger_moves_less_than_ten(make):
    levels = np.append(np.full(40, 2.0), [6.0, 6.0])
    levels[:40] += np.linspace(-0.5, 0.5, 40)
    found = engagement(world_of(make, np.append(np.full(40, 10), [1, 10]), levels, noise=0.8))
    assert 2.0 < found.level[40] < found.level[41] < 6.3


def test_more_posts_make_it_surer(make):
    found = engagement(world_of(make, np.array([2, 4, 8, 16, 32]), np.linspace(1, 3, 5)))
    assert (np.diff(found.spread) < 0).all()


def test_a_small_network_is_not_held_against_its_people(make):
    levels = np.concatenate([np.linspace(5, 7, 20), np.linspace(1, 3, 20)])
    world = world_of(make, 20, levels)
    world.people.source[20:] = "small"
    score = engagement(world).score
    assert np.corrcoef(score[:20], score[20:])[0, 1] > 0.9
    assert abs(score[:20].mean() - score[20:].mean()) < 10


def test_reposts_old_posts_and_unknown_reactions_say_nothing(make):
    kinds = np.array(["post", "repost", "post", "post"], object)
    posts = make.posts(
        np.zeros(4, int),
        np.zeros(4),
        kind=kinds,
        age_days=np.array([5.0, 5.0, 400.0, 5.0]),
        reactions=np.array([3.0, 900.0, 900.0, np.nan]),
    )
    assert counting(posts).tolist() == [True, False, False, False]


def test_where_no_reaction_is_shown_engagement_is_unknown(make):
    posts = make.posts([0, 1], [0.5, 0.5], reactions=np.array([np.nan, np.nan]))
    found = engagement(make.world(make.people(2), posts))
    assert not found.known
    assert np.isnan(found.score).all()


def test_where_nothing_draws_any_reaction_everybody_stands_at_zero(make):
    posts = make.posts([0, 0, 1, 1], np.zeros(4), reactions=np.zeros(4))
    found = engagement(make.world(make.people(2), posts))
    assert found.known
    assert found.score.tolist() == [0.0, 0.0]


def test_an_organisation_does_not_set_the_measure(make):
    world = world_of(make, 20, [1.0, 2.0, 6.0])
    world.people.kind[2] = "brand"
    found = engagement(world)
    assert found.score[1] == pytest.approx(100)
    assert found.score[2] == pytest.approx(100)


def test_variances_are_those_that_made_the_values():
    rng = np.random.default_rng(1)
    owner = np.repeat(np.arange(600), 8)
    value = rng.normal(0, 0.5, 600)[owner] + rng.normal(0, 1.5, len(owner))
    within, between = variances(value, owner, np.bincount(owner))
    assert within == pytest.approx(2.25, rel=0.1)
    assert between == pytest.approx(0.25, rel=0.35)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 6), st.floats(-50, 50)), min_size=1, max_size=40))
def test_variances_are_positive_whatever_is_given(rows):
    owner, value = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    within, between = variances(value, owner, np.bincount(owner, minlength=7))
    assert 0 < within < np.inf
    assert 0 < between < np.inf


@given(st.lists(st.floats(-5, 20) | st.just(np.nan), min_size=1, max_size=20), st.floats(0, 10))
def test_the_scale_stays_between_0_and_100_and_unknown_stays_unknown(levels, highest):
    found = scale(np.array(levels), highest)
    known = np.isfinite(levels)
    assert ((found[known] >= 0) & (found[known] <= 100)).all()
    assert np.isnan(found[~known]).all()


def test_what_an_audience_lets_expect_grows_between_slices_and_is_zero_where_nothing_tells():
    followers = np.append(np.geomspace(10, 1e6, 60), np.nan)
    own = np.append(np.log(np.geomspace(10, 1e6, 60)), np.nan)
    found = expected(own, followers, np.full(61, "net", object))
    assert (np.diff(found[:60]) >= 0).all()
    assert found[60] == 0
    few = expected(own[:10], followers[:10], np.full(10, "net", object))
    assert not few.any()


def test_the_middle_of_each_kind_on_each_network_is_zero(make):
    world = world_of(make, 9, np.linspace(1, 3, 8), kind=np.array(["post", "reply", "quote"] * 24, object))
    shown = comparable(world)
    kinds = world.posts.kind
    assert all(np.median(shown.value[kinds == kind]) == pytest.approx(0) for kind in ("post", "reply", "quote"))
