"""How little the parts of a score agree is how far it may miss."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.columns import Acts
from graph.ecosystem import Options, base, segment_map
from graph.reliability import LEAST_RELIABLE, measurement_error, reliability
from graph.scores.engagement import engagement
from graph.scores.reactions import comparable, unseen

WEIGHTS = {"reach": 1.0, "resonance": 1.0, "relevance": 1.0}


def parts(shared, n=4000, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 1, n)
    return {name: 50 + 10 * (shared * truth + rng.normal(0, 1, n)) for name in WEIGHTS}


def test_parts_that_agree_leave_little_error_and_parts_that_do_not_leave_no_ranking():
    firm, loose, none = (
        measurement_error(parts(s), "weighted", WEIGHTS) / np.std(sum(parts(s).values()) / 3) for s in (5.0, 1.0, 0.0)
    )
    assert firm < 0.2 < loose < 1 < 3 < none


def test_the_error_of_parallel_tests_is_the_classical_one():
    # Three tests, each truth + noise of equal variance: reliability 3/4; error = s * sqrt((1 - r) / r).
    given_ = parts(1.0, n=200_000)
    spread = np.std(sum(given_.values()) / 3)
    assert measurement_error(given_, "weighted", WEIGHTS) == pytest.approx(spread * np.sqrt(1 / 3), rel=0.03)


def test_identical_scores_have_no_error_to_measure():
    assert measurement_error({name: np.full(9, 5.0) for name in WEIGHTS}, "weighted", WEIGHTS) == 0


@pytest.mark.parametrize("people", [0, 1, 2])
def test_too_few_people_have_no_error_to_measure(people):
    assert measurement_error({name: np.arange(float(people)) for name in WEIGHTS}, "weighted", WEIGHTS) == 0


def test_one_part_alone_has_nothing_to_agree_with():
    assert measurement_error(parts(1.0), "weighted", {"reach": 1.0}) == 0


def test_people_of_whom_a_part_is_unknown_are_left_out():
    known, more = parts(1.0), parts(1.0)
    more = {name: np.append(values, 1e6 if name == "reach" else np.nan) for name, values in more.items()}
    assert measurement_error(more, "weighted", WEIGHTS) == pytest.approx(measurement_error(known, "weighted", WEIGHTS))


def test_what_two_parts_saw_in_the_same_act_is_no_agreement():
    rng = np.random.default_rng(1)
    own = {name: rng.normal(0, 10, 4000) for name in WEIGHTS}
    same = rng.normal(0, 10, 4000)
    seen_twice = {**own, "reach": own["reach"] + same, "resonance": own["resonance"] + same}
    fooled = measurement_error(seen_twice, "weighted", WEIGHTS)
    told = measurement_error(seen_twice, "weighted", WEIGHTS, {"resonance": own["resonance"]})
    spread = np.std(sum(seen_twice.values()) / 3)
    assert fooled < 1.5 * spread
    assert told > 2.5 * spread


def found(covariance):
    return float(reliability(np.asarray(covariance, float)[None])[0])


def test_a_sum_that_does_not_vary_is_not_reliable():
    assert found(np.zeros((3, 3))) == 0


def test_the_reliability_is_the_greatest_lower_bound():
    # With covariances c, c and 0, the least trace of Jackson and Agunwamba is 4c: twice c for the first, c for each.
    between = np.array([[0, 0.3, 0.3], [0.3, 0, 0], [0.3, 0, 0]])
    assert found(np.eye(3) + between) == pytest.approx((1.2 + 4 * 0.3) / (1.2 + 3.0))


loadings = st.lists(st.floats(0.2, 2.0), min_size=3, max_size=6)


@given(loadings, st.lists(st.floats(0.2, 2.0), min_size=6, max_size=6))
def test_of_tests_of_one_quality_no_more_is_said_than_is_true(loads, errors):
    own = np.diag(errors[: len(loads)])
    covariance = np.outer(loads, loads) + own
    true = 1 - np.trace(own) / covariance.sum()
    guttman = _lambda_2(covariance)
    assert guttman - 1e-3 <= found(covariance) <= true + 1e-6


def _lambda_2(covariance):
    """Guttman's bound (1945), which the greatest one is never under."""
    between = covariance - np.diag(np.diag(covariance))
    k = len(covariance)
    return (between.sum() + np.sqrt(k / (k - 1) * (between**2).sum())) / covariance.sum()


@given(st.floats(0.1, 5.0), st.floats(0.1, 5.0), st.integers(2, 6))
def test_of_parallel_tests_the_truth_is_said(shared, noise, k):
    covariance = np.full((k, k), shared) + noise * np.eye(k)
    assert found(covariance) == pytest.approx(1 - k * noise / covariance.sum(), rel=1e-4)


@given(loadings, st.floats(0.01, 100.0))
def test_units_do_not_matter(loads, unit):
    covariance = np.outer(loads, loads) + np.eye(len(loads))
    assert found(covariance * unit) == pytest.approx(found(covariance), rel=1e-4)


def test_many_are_told_at_once_as_one_by_one():
    rng = np.random.default_rng(2)
    several = np.array([np.cov(rng.normal(size=(3, 40))) for _ in range(20)])
    np.testing.assert_allclose(reliability(several), [found(one) for one in several], atol=1e-9)


def test_agreement_among_few_people_is_believed_less():
    told = []
    for n in (60, 6000):
        errors = [
            measurement_error(parts(1.0, n=n, seed=seed), "weighted", WEIGHTS)
            / np.std(sum(parts(1.0, n=n, seed=seed).values()) / 3)
            for seed in range(20)
        ]
        told.append(np.mean(errors))
    assert told[0] > 1.05 * told[1]


def test_the_error_is_told_on_the_scale_of_the_scores():
    rng = np.random.default_rng(3)
    truth = rng.uniform(20, 80, 5000)
    noisy = {name: np.clip(truth + rng.normal(0, 5, 5000), 1, 100) for name in ("engagement", "attention", "share")}
    score = np.exp(np.mean([np.log(one) for one in noisy.values()], axis=0))
    missed = np.std(score - truth)
    assert missed < measurement_error(noisy) < 1.5 * missed


def test_parts_that_say_nothing_of_one_another_leave_the_largest_error():
    bits = (np.arange(400)[:, None] >> np.arange(3)) & 1
    apart = {name: 10.0 + 80.0 * bits[:, i] for i, name in enumerate(WEIGHTS)}
    largest = np.std(sum(apart.values()) / 3) * np.sqrt((1 - LEAST_RELIABLE) / LEAST_RELIABLE)
    assert measurement_error(apart, "weighted", WEIGHTS) == pytest.approx(largest)


def with_acts(world, seed=0):
    rng = np.random.default_rng(seed)
    post = rng.integers(0, len(world.posts), 3000)
    giver, when = rng.integers(0, len(world.people), 3000), np.arange(3000.0)
    return replace(world, acts=Acts(giver, world.posts.person[post], post, when, when))


def test_reactions_seen_to_be_given_are_taken_off_and_no_more(make):
    world = with_acts(make.planted())
    world.posts.reactions[::7] = np.nan
    left, seen = unseen(world).posts.reactions, np.bincount(world.acts.post, minlength=len(world.posts))
    known = np.isfinite(world.posts.reactions)
    assert np.array_equal(left[known], np.maximum(world.posts.reactions - seen, 0)[known])
    assert np.isnan(left[~known]).all()


def test_where_nobody_was_seen_to_react_nothing_is_taken_off(make):
    world = make.planted()
    assert unseen(world) is world


def test_a_map_reads_engagement_apart_from_who_was_seen_to_attend(make):
    world = with_acts(make.planted())
    shared = base(world)
    assert np.array_equal(shared.unseen, engagement(world, comparable(unseen(world))).score, equal_nan=True)
    assert not np.array_equal(shared.unseen, shared.engagement.score)
    assert segment_map(world, shared, 0, Options(draws=20)).error > 0
