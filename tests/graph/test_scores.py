"""Reach, resonance, relevance and influence say what the method page says they do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from graph.cohorts import cohorts, medians_by, percentiles
from graph.scores.influence import PRESETS, influence, missing, ranks
from graph.scores.reach import reach
from graph.scores.relevance import EXPERT, relevance, scale, staying
from graph.scores.resonance import resonance

ONE = np.zeros(100, np.int64)


def alone(n):
    return np.zeros(n, np.int64)


def test_a_percentile_counts_half_of_equals():
    assert percentiles(np.array([1.0, 2, 2, 9]), alone(4), np.ones(4, bool)).tolist() == [12.5, 50, 50, 87.5]


@given(arrays(float, 20, elements=st.floats(0, 1e9) | st.just(np.nan)))
def test_percentiles_stay_between_0_and_100_and_unknown_stays_unknown(values):
    result = percentiles(values, alone(20), np.ones(20, bool))
    assert np.array_equal(np.isnan(result), np.isnan(values))
    assert np.all((result[~np.isnan(result)] >= 0) & (result[~np.isnan(result)] <= 100))


@given(
    arrays(float, 15, elements=st.floats(-100, 100) | st.just(np.nan)), arrays(np.int64, 15, elements=st.integers(0, 3))
)
def test_medians_by_group_are_those_of_numpy(values, group):
    for code, median in enumerate(medians_by(values, group, 4)):
        here = values[(group == code) & np.isfinite(values)]
        assert np.isnan(median) if len(here) == 0 else median == pytest.approx(np.median(here))


def test_a_language_with_few_people_is_compared_with_its_whole_network(make):
    source = make.words(["a"] * 40 + ["b"] * 5)
    language = make.words(["fr"] * 35 + ["eu"] * 5 + [None] * 5)
    found = cohorts(source, language, np.ones(45, bool))
    assert len({*found[:35]}) == 1
    assert found[35] != found[0]
    assert found[44] == 0


def test_reach_is_the_standing_of_the_audience(make):
    people = make.people(5, followers=[10.0, 100, 1000, 0, np.nan])
    found = reach(people, np.array([0.0, 0, 0, 0, 3]), alone(5))
    assert found.score[2] > found.score[1] > found.score[0] > found.score[3] == 0
    assert found.missing.tolist() == [None, None, None, None, "no_audience_figure"]
    assert found.score[4] == pytest.approx(90)


def test_nobodys_attention_is_a_reach_of_zero_not_the_middle(make):
    found = reach(make.people(4), np.array([0.0, 0, 0, 5]), alone(4))
    assert found.score[:3].tolist() == [0, 0, 0]
    assert found.score[3] > 80


def test_without_audience_and_attention_reach_is_unknown(make):
    found = reach(make.people(3), np.zeros(3), alone(3))
    assert np.isnan(found.score).all()
    assert (found.missing == "no_audience_no_attention").all(), "nothing stands in"


def test_the_true_expert_stands_at_50(make):
    posts = make.posts([0] * 26, np.ones(26), age_days=np.arange(26) * 14.0)
    found = relevance(make.world(make.people(1), posts), 0)
    assert found.score[0] == pytest.approx(50, abs=1e-6)
    assert scale(np.array([EXPERT]))[0] == pytest.approx(50)


def test_repeating_oneself_or_flooding_a_day_buys_little(make):
    spread = make.posts([0] * 30, np.ones(30), age_days=np.arange(30) * 1.0)
    flood = make.posts([0] * 30, np.ones(30), age_days=np.full(30, 1.0))
    copies = make.posts([0] * 30, np.ones(30), age_days=np.arange(30) * 1.0, copies=np.arange(1, 31))
    of = [relevance(make.world(make.people(1), posts), 0).score[0] for posts in (spread, flood, copies)]
    assert of[1] < of[0] / 3
    assert of[2] < of[0] / 3


def test_who_mentions_everything_is_less_relevant_than_who_speaks_of_the_subject(make):
    person = [0] * 200 + [1] * 20
    fit = [1.0] * 20 + [0.0] * 180 + [1.0] * 20
    posts = make.posts(person, fit, age_days=np.concatenate([np.arange(200.0), np.arange(20.0)]))
    found = relevance(make.world(make.people(2), posts), 0)
    assert found.score[1] > 2 * found.score[0] > 0


def test_recent_words_weigh_more_and_a_repost_is_not_ones_own(make):
    now, before = (make.posts([0], [1.0], age_days=[age]) for age in (0.0, 180.0))
    repost = make.posts([0], [1.0], age_days=[0.0], kind=["repost"])
    of = [relevance(make.world(make.people(1), p), 0) for p in (now, before, repost)]
    assert of[1].weight[0] == pytest.approx(of[0].weight[0] / 2)
    assert of[2].weight[0] < of[0].weight[0] / 2


def test_relevance_is_unknown_when_nothing_was_read_and_zero_when_all_was_beside_the_subject(make):
    posts = make.posts([0, 1], [np.nan, 0.0])
    found = relevance(make.world(make.people(3), posts), 0)
    assert np.isnan(found.score[[0, 2]]).all()
    assert found.score[1] == 0
    assert found.missing.tolist() == ["not_judged", None, "no_posts"]


def reacting(make, followers, medians, posts_each=12, seed=0):
    rng = np.random.default_rng(seed)
    n = len(followers)
    person = np.repeat(np.arange(n), posts_each)
    reactions = np.round(np.exp(np.log(medians)[person] + rng.normal(0, 0.1, len(person))))
    posts = make.posts(person, np.zeros(len(person)), age_days=np.full(len(person), 10.0), reactions=reactions)
    return make.world(make.people(n, followers=followers), posts)


def test_small_accounts_are_compared_with_small_ones(make):
    followers = np.repeat([100.0, 1_000_000.0], 60)
    medians = np.where(followers == 100, 300.0, 50_000.0)
    medians[0] = 900
    world = reacting(make, followers, medians)
    score = resonance(world, np.zeros(120, np.int64)).score
    assert score[0] > 95
    assert abs(np.median(score[1:60]) - np.median(score[60:])) < 35


def test_one_viral_post_does_not_make_resonance(make):
    world = reacting(make, np.full(40, 1000.0), np.full(40, 20.0))
    calm = resonance(world, np.zeros(40, np.int64)).score[0]
    world.posts.reactions[0] = 1e6
    assert abs(resonance(world, np.zeros(40, np.int64)).score[0] - calm) < 40


def test_resonance_says_why_it_is_missing(make):
    person = [0] * 3 + [1] * 8 + [2] * 8
    reactions = [5.0] * 3 + [np.nan] * 8 + [5.0] * 8
    posts = make.posts(person, np.zeros(19), age_days=np.full(19, 5.0), reactions=reactions)
    people = make.people(4, followers=[10.0, 10, 5, 10])
    found = resonance(make.world(people, posts, floors={"net": 8}), alone(4))
    assert found.missing.tolist() == ["too_few_posts", "no_reaction_figure", "below_follower_floor", "no_posts"]
    assert np.isnan(found.score).all()


def parts(**given):
    n = len(next(iter(given.values())))
    base = {name: np.full(n, 50.0) for preset in PRESETS.values() for name in preset}
    return {**base, **{k: np.array(v, float) for k, v in given.items()}}


def test_a_zero_on_one_axis_sinks_the_geometric_mean_but_not_the_weighted_one():
    low = {"reach": 0.0, "resonance": 90.0, "relevance": 90.0}
    low = parts(**{name: [value] for name, value in low.items()})
    alike = dict.fromkeys(PRESETS["weighted"], 1.0)
    assert influence(low, "geometric", alike)[0] < 30 < influence(low, "weighted")[0]


def test_what_nobody_hears_or_says_of_the_subject_sinks_influence():
    for name in PRESETS["geometric"]:
        assert influence(parts(**{name: [0.0]}))[0] < 30 < influence(parts(**{name: [90.0]}))[0]


def test_of_a_visitors_words_a_part_counts_of_a_residents_or_an_unknowns_all():
    kept = staying(np.array([0.0, 0.05, 0.25, 0.5, 1.0, np.nan]))
    assert kept[0] == 0
    assert 0.2 < kept[1] < kept[2] < kept[3] == kept[4] == kept[5] == 1


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_stays_between_0_and_100_and_needs_relevance(preset):
    score = influence(parts(relevance=[np.nan, 60, 100]), preset)
    assert np.isnan(score[0])
    assert np.all((score[1:] >= 0) & (score[1:] <= 100))


def test_influence_does_without_one_axis_but_not_without_both():
    found = influence(parts(reach=[np.nan, np.nan], resonance=[70, np.nan], relevance=[40, 40]))
    assert np.isfinite(found[0])
    assert np.isnan(found[1])
    reason = missing(np.array([np.nan, 1]), np.array([np.nan, 1]), np.array([3.0, 3]))
    assert reason.tolist() == ["reach,resonance", None]


def test_own_weights_replace_those_of_the_preset():
    one = parts(reach=[100.0], resonance=[10], relevance=[10], echo=[1])
    assert influence(one, "weighted", {"reach": 1})[0] == pytest.approx(100)
    assert influence(one, "weighted", {"reach": 1, "relevance": 1})[0] == pytest.approx(55)


@given(arrays(float, 12, elements=st.floats(0, 100) | st.just(np.nan)))
@settings(deadline=None)
def test_ranks_follow_the_score(score):
    found = ranks(score)
    known = np.isfinite(score)
    assert sorted(found[known]) == list(range(1, known.sum() + 1))
    assert np.isnan(found[~known]).all()
    order = np.argsort(found[known])
    assert np.all(np.diff(score[known][order]) <= 0)
