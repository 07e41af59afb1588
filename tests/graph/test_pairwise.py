"""Two people compared by their counts alone: what raises the standing, what must not, and what is left out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from graph.scores.influence import AXES, PRESETS, combined, influence
from graph.scores.pairwise import FEATURES, WEIGHTS, components, standing_score

RECEIVED = [name for name in FEATURES if name != "posts"]
COUNTS = arrays(float, (len(FEATURES), 9), elements=st.integers(0, 10_000).map(float))


def crowd(n=50, seed=1):
    rng = np.random.default_rng(seed)
    return {name: rng.integers(1, 1000, n).astype(float) for name in FEATURES}


def table(counts):
    return dict(zip(FEATURES, counts, strict=True))


@pytest.mark.parametrize("name", RECEIVED)
def test_more_of_anything_but_posts_raises_the_standing(name):
    people = crowd()
    before = standing_score(people)[7]
    people[name][7] += 5000
    assert standing_score(people)[7] > before


def test_the_same_reactions_to_more_posts_are_worth_less():
    people = crowd()
    before = standing_score(people)[7]
    people["posts"][7] += 5000
    assert standing_score(people)[7] < before


@given(COUNTS)
@settings(deadline=None, max_examples=60)
def test_the_standing_lies_between_0_and_100(counts):
    found = standing_score(table(counts))
    assert np.isfinite(found).all()
    assert (found >= 1.0 - 1e-9).all()
    assert (found <= 100.0 + 1e-9).all()


@given(COUNTS, st.integers(2, 1000))
@settings(deadline=None, max_examples=60)
def test_the_unit_of_a_count_does_not_matter(counts, unit):
    people = table(counts)
    other = dict(people, follower_count=people["follower_count"] * unit, listed_count=people["listed_count"] * unit)
    assert np.allclose(standing_score(people), standing_score(other))


@given(COUNTS, st.permutations(range(9)))
@settings(deadline=None, max_examples=60)
def test_the_order_of_the_file_does_not_matter(counts, order):
    assert np.allclose(standing_score(table(counts))[order], standing_score(table(counts[:, order])))


def test_equal_people_stand_equally():
    people = {name: np.full(6, 10.0) for name in FEATURES}
    assert np.ptp(standing_score(people)) == pytest.approx(0.0)


def test_an_unknown_count_is_left_out_of_the_standing():
    people = crowd()
    people["listed_count"][:] = np.nan
    assert np.isfinite(standing_score(people)).all()


def test_somebody_of_whom_nothing_is_known_has_no_standing():
    people = {name: np.array([1.0, 5, np.nan]) for name in FEATURES}
    found = standing_score(people)
    assert found[1] > found[0]
    assert np.isnan(found[2])


def test_with_few_posts_one_is_presumed_to_set_off_what_others_do():
    people = crowd(5)
    people["posts"][:] = [1, 100, 100, 100, 1]
    for name in ("mentions_received", "retweets_received"):
        people[name][:] = [3, 100, 100, 100, 0]
    reaction = components(people)["resonance"]
    per_post = 200 / 100
    assert reaction[0] == pytest.approx((6 + 10 * per_post) / 11)
    assert reaction[0] < 6  # not the six per post that were seen
    assert reaction[4] > per_post / 2  # nor nothing, after one post without reaction


def test_nobody_ever_posted_and_reactions_still_compare():
    people = crowd(5)
    people["posts"][:] = 0
    assert np.isfinite(standing_score(people)).all()


def test_a_place_in_a_list_weighs_more_than_a_follow():
    assert WEIGHTS["listed"] > WEIGHTS["audience"]
    assert set(components(crowd())) == set(WEIGHTS)


def test_pairs_and_the_product_combine_by_the_same_code():
    rng = np.random.default_rng(0)
    parts = {name: rng.uniform(0, 100, 40) for name in (*PRESETS["geometric"], *AXES)}
    assert np.allclose(combined(parts, PRESETS["geometric"]), influence(parts))


def test_one_zero_sinks_a_product_but_not_to_nothing():
    parts = {"a": np.array([0.0, 50.0]), "b": np.array([100.0, 50.0])}
    together = combined(parts, {"a": 1.0, "b": 1.0})
    assert 0 < together[0] < together[1]
    assert combined(parts, {"a": 1.0, "b": 1.0}, multiplied=False)[0] == pytest.approx(50.0)


def test_a_weight_of_zero_leaves_a_component_out():
    parts = {"a": np.array([10.0]), "b": np.array([90.0])}
    assert combined(parts, {"a": 1.0, "b": 0.0})[0] == pytest.approx(10.0)
    assert np.isnan(combined(parts, {"c": 1.0})[0])
