"""How sure a tier is: close to a cut the tier next door comes out often, far from it never."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.tier_chances import NAMES, tier_chances
from graph.tiers import Candidates, Scale, tiers


def people(n=300, seed=0, **changed):
    rng = np.random.default_rng(seed)
    followers = np.round(10 ** rng.normal(2.5, 0.4, n))
    base = {
        "audience": followers,
        "followers": followers,
        "heard": rng.gamma(1, 4, n),
        "amplifiers": rng.integers(0, 5, n),
        "resonance": rng.uniform(0, 100, n),
        "relevance": np.full(n, 30.0),
        "focus": rng.uniform(0.2, 0.9, n),
        "belonging": np.full(n, 60.0),
        "on_topic": np.full(n, 8),
        "growth": np.full(n, np.nan),
        "source": np.full(n, "net", object),
        "cohort": np.zeros(n, np.int64),
        "person": np.ones(n, bool),
        "judged": np.full(n, 40),
        "resonance_sd": np.full(n, 6.0),
    }
    return Candidates(**{**base, **changed})


def test_the_tier_given_is_the_likeliest_for_nearly_everybody():
    crowd = people()
    found = tier_chances(crowd)
    asked = np.isfinite(found.chance)
    assert asked.all()
    assert np.mean(found.chance[asked] >= found.other_chance[asked]) > 0.85


def test_the_other_tier_is_never_the_one_given():
    crowd = people()
    found, given_ = tier_chances(crowd), tiers(crowd)
    assert all(a != b for a, b in zip(found.other, given_.tier, strict=True))
    assert set(found.other.tolist()) <= set(NAMES)


def test_the_nearer_the_cut_the_likelier_the_tier_next_door():
    crowd = people(1000)
    found, given_ = tier_chances(crowd), tiers(crowd)
    micro = given_.tier == "micro"
    near, far = micro & (given_.margin < 3), micro & (given_.margin > 12)
    assert found.chance[near].mean() < 0.75 < 0.9 < found.chance[far].mean()
    below = (given_.missing == "below_cuts") & (given_.margin > -3)
    assert found.other_chance[below].mean() > 0.2


def test_a_celebrity_among_equals_is_macro_in_every_draw():
    crowd = people()
    crowd.audience[7] = crowd.followers[7] = 4_000_000
    found = tier_chances(crowd)
    assert tiers(crowd).tier[7] == "macro"
    assert found.chance[7] > 0.9


def test_more_posts_read_make_the_home_surer():
    belonging = np.full(300, 28.0)
    few = tier_chances(people(belonging=belonging, judged=np.full(300, 3)))
    many = tier_chances(people(belonging=belonging, judged=np.full(300, 2000)))
    tiered = np.array([tier is not None for tier in tiers(people(belonging=belonging)).tier])
    assert many.chance[tiered].mean() > few.chance[tiered].mean() + 0.05


def test_somebody_nearly_at_home_may_have_a_tier_and_a_visitor_may_not():
    belonging, home = np.full(300, 60.0), np.full(300, 0.9)
    belonging[3], belonging[4], home[4] = 23.0, 23.0, 0.1
    resonance = np.full(300, 50.0)
    resonance[[3, 4]] = 99.0
    found = tier_chances(people(belonging=belonging, home=home, resonance=resonance, judged=np.full(300, 5)))
    assert found.other[3] is not None
    assert 0 < found.other_chance[3] < 1
    assert np.isnan(found.chance[4])


def test_without_a_word_of_the_error_only_attention_and_audience_move():
    crowd = people(judged=None, resonance_sd=None, heard=np.full(300, 5.0))
    found = tier_chances(crowd)
    assert np.isfinite(found.chance).all()


@pytest.mark.parametrize("method", ["absolute", "linkers"])
def test_a_scale_of_counts_has_no_chances(method):
    found = tier_chances(people(), Scale(method, {"net": {"macro": 1000, "micro": 100}}))
    assert np.isnan(found.chance).all()
    assert not any(found.other)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_a_tiny_cohort_has_no_tiers_and_no_chances(n):
    found = tier_chances(people(n))
    assert np.isnan(found.chance).all()


def test_where_nothing_was_read_everybody_is_at_home():
    unread = dict.fromkeys(("relevance", "focus", "resonance"), np.full(300, np.nan))
    crowd = people(on_topic=np.zeros(300, int), belonging=np.zeros(300), **unread)
    found = tier_chances(crowd, network_only=True)
    middle = tiers(crowd, network_only=True).tier == "magic_middle"
    assert middle.any()
    assert np.all(found.chance[middle] > 0.2)


@given(st.integers(0, 1000), st.integers(20, 120))
@settings(deadline=None, max_examples=15)
def test_chances_are_chances(seed, n):
    found = tier_chances(people(n, seed), draws=40)
    known = np.isfinite(found.chance)
    assert np.all((found.chance[known] >= 0) & (found.chance[known] <= 1))
    assert np.all(found.chance[known] + found.other_chance[known] <= 1 + 1e-9)


def test_the_same_seed_gives_the_same_chances():
    first, again, other = (tier_chances(people(), seed=s) for s in (1, 1, 2))
    assert np.array_equal(first.chance, again.chance)
    assert not np.array_equal(first.chance, other.chance)


def test_two_hundred_draws_over_twenty_thousand_people_take_seconds():
    crowd = people(20_000)
    started = time.process_time()
    tier_chances(crowd)
    assert time.process_time() - started < 10
