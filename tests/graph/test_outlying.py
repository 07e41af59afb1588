"""Who stands out: told by the spread of the side on which they stand, not by how alike most people are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.authenticity import FEWEST_KNOWN, OUTLIER, TAIL, outlying
from graph.ecosystem import base

FIGURES = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=FEWEST_KNOWN, max_size=80).map(np.array)


def test_a_normal_figure_is_told_in_standard_deviations():
    values = np.random.default_rng(0).normal(3, 2, 20_000)
    assert outlying(values) == pytest.approx((values - 3) / 2, abs=0.15)


@pytest.mark.parametrize("silent", [0.5, 0.7, 0.85])
def test_where_most_are_never_answered_those_who_are_do_not_stand_out(silent):
    """Nine in ten of the posts of most people draw nothing: the few that are heard are what is usual among the heard."""
    rng = np.random.default_rng(1)
    values = np.where(rng.random(2000) < silent, rng.normal(0, 1e-3, 2000), rng.normal(1.5, 0.5, 2000))
    assert (outlying(values) > OUTLIER).mean() < 0.002


def test_who_is_far_beyond_the_heard_stands_out_all_the_same():
    rng = np.random.default_rng(1)
    values = np.where(rng.random(2000) < 0.8, 0.0, rng.normal(1.5, 0.5, 2000))
    values[:5] = 9.0
    assert np.flatnonzero(outlying(values) > OUTLIER).tolist() == [0, 1, 2, 3, 4]


def test_each_side_has_its_own_scale():
    rng = np.random.default_rng(2)
    values = np.exp(rng.normal(0, 1, 5000))  # a long tail upwards, a short one downwards
    values[:3] = -5.0
    found = outlying(values)
    assert (found[:3] < -OUTLIER).all()
    assert (found > OUTLIER).mean() < 0.02


@pytest.mark.parametrize("count", [0, 1, FEWEST_KNOWN - 1])
def test_among_few_nobody_stands_out(count):
    values = np.full(50, np.nan)
    values[:count] = np.arange(count) ** 5
    assert not outlying(values).any()


def test_where_all_are_alike_nobody_stands_out():
    assert not outlying(np.full(30, 4.0)).any()
    assert not outlying(np.array([4.0] * 100 + [9.0])).any(), "one alone gives no scale to measure it by"


@given(FIGURES)
@settings(deadline=None)
def test_at_most_a_tenth_stands_out_on_either_side(values):
    """The outer tenth sets the scale of its side: no more can be beyond it than it holds."""
    found = outlying(values)
    assert (found > OUTLIER).sum() <= TAIL * len(values) + 1
    assert (found < -OUTLIER).sum() <= TAIL * len(values) + 1


@given(FIGURES, st.floats(0.01, 100), st.floats(-1e3, 1e3))
@settings(deadline=None)
def test_units_and_origin_do_not_matter_and_turning_round_turns_the_sign(values, unit, origin):
    plain = outlying(values)
    if np.abs(plain).max() > 1e6:  # a spread at the limit of what a float tells
        return
    assert outlying(values * unit + origin) == pytest.approx(plain, rel=1e-3, abs=1e-3)
    assert outlying(-values) == pytest.approx(-plain, rel=1e-6, abs=1e-6)


@given(FIGURES)
@settings(deadline=None)
def test_who_is_higher_never_stands_out_less(values):
    order = np.argsort(values, kind="stable")
    assert (np.diff(outlying(values)[order]) >= 0).all()


def world_of_reactions(make, counts, level, followers=500.0, seed=3):
    """Return a world where person i wrote `counts[i]` posts that draw exp(level[i]) reactions each, more or less."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(counts)), counts)
    drawn = rng.poisson(np.exp(np.asarray(level)[owner]) * rng.gamma(4, 1 / 4, len(owner)))
    posts = make.posts(
        owner, np.zeros(len(owner)), reactions=drawn.astype(float), age_days=rng.uniform(0, 300, len(owner))
    )
    return make.world(make.people(len(counts), followers=np.full(len(counts), followers)), posts)


def far(world):
    found = base(world).authenticity.reasons
    return {person: one for person, reasons in enumerate(found) for one in reasons if one.startswith("reactions_far")}


def test_who_writes_much_is_not_told_apart_for_being_better_known_than_those_who_write_little(make):
    """Few posts are drawn towards what is usual; many are not, and what they draw is no further from it for that."""
    rng = np.random.default_rng(4)
    level = rng.normal(2.5, 0.5, 200)
    level[0] = 3.9
    counts = np.full(200, 6)
    counts[0] = 150
    assert far(world_of_reactions(make, counts, level)) == {}


def test_bought_reactions_are_told_by_how_many_times_what_is_usual(make):
    rng = np.random.default_rng(4)
    level = rng.normal(2.5, 0.3, 200)
    level[0] = 2.5 + np.log(50)
    found = far(world_of_reactions(make, np.full(200, 12), level))
    assert list(found) == [0]
    assert float(found[0].removeprefix("reactions_far_above_size:")) == pytest.approx(50, rel=0.4)
