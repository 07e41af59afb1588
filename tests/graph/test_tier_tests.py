"""What each tier asks of one person: the same standings and cuts as the tiers themselves are read from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.tier_tests import COMPARED, tier_tests
from graph.tiers import Candidates, tiers


def people(n=60, seed=0, **changed):
    rng = np.random.default_rng(seed)
    followers = np.floor(np.exp(rng.normal(6, 1.5, n)))
    columns = {
        "audience": followers,
        "followers": followers,
        "heard": rng.gamma(1.0, 5.0, n),
        "amplifiers": rng.integers(0, 30, n),
        "resonance": rng.uniform(0, 100, n),
        "relevance": rng.uniform(0, 60, n),
        "focus": rng.uniform(0, 1, n),
        "belonging": rng.uniform(0, 100, n),
        "on_topic": rng.integers(0, 9, n),
        "growth": np.full(n, np.nan),
        "source": np.full(n, "net", object),
        "cohort": np.ones(n, np.int64),
        "person": np.ones(n, bool),
        "home": np.ones(n),
    }
    return Candidates(**{**columns, **changed})


def compared(found):
    return np.array([reason in COMPARED for reason in found.missing.tolist()], bool)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(12, 150))
def test_a_tier_is_held_exactly_when_its_conditions_are(seed, n):
    everybody = people(n, seed)
    found = tiers(everybody)
    eligible = compared(found)
    for row in range(0, n, 5):
        tests = tier_tests(everybody, eligible, row)
        if not eligible[row] or found.missing[row] == "cohort_too_small":
            continue
        held = {
            tier: all(test.holds is not False for test in tests if test.tier == tier)
            for tier in ("macro", "magic_middle", "micro")
        }
        first = next((tier for tier, holds in held.items() if holds), None)
        assert first == found.tier[row]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_gap_of_the_tightest_condition_is_the_stated_margin(seed):
    everybody = people(80, seed)
    found = tiers(everybody)
    for row in np.flatnonzero(compared(found)):
        if found.tier[row] is None:
            continue
        tests = tier_tests(everybody, compared(found), int(row))
        gaps = [test.gap for test in tests if test.tier == found.tier[row] and test.gap is not None]
        assert min(gaps) == pytest.approx(found.margin[row])


def test_the_figure_at_a_cut_is_one_that_reaches_it():
    everybody = people(200, 3)
    found = tiers(everybody)
    eligible = compared(found)
    row = int(np.flatnonzero(eligible)[0])
    macro = next(test for test in tier_tests(everybody, eligible, row) if test.tier == "macro")
    others = everybody.followers[eligible]
    assert macro.figure == everybody.followers[row]
    assert macro.figure_at_cut in others
    assert np.mean(others >= macro.figure_at_cut) <= 0.04


def test_who_is_not_at_home_is_told_what_being_at_home_asks():
    everybody = people(60, 1, belonging=np.r_[2.0, np.full(59, 60.0)], relevance=np.r_[4.0, np.full(59, 30.0)])
    found = tiers(everybody)
    assert found.missing[0] == "off_subject"
    tests = {test.measure: test for test in tier_tests(everybody, compared(found), 0)}
    assert set(tests) == {"on_topic_posts", "belonging", "home", "relevance"}
    assert tests["belonging"].gap == pytest.approx(2.0 - 25.0)
    assert tests["belonging"].holds is False
    assert tests["relevance"].cut == 50.0


def test_an_unknown_community_is_not_asked_about():
    everybody = people(
        60, 1, belonging=np.r_[2.0, np.full(59, 60.0)], relevance=np.full(60, 3.0), home=np.full(60, np.nan)
    )
    tests = tier_tests(everybody, compared(tiers(everybody)), 0)
    assert "home" not in {test.measure for test in tests}


def test_what_is_unknown_says_neither_yes_nor_no():
    everybody = people(60, 2, resonance=np.full(60, np.nan), audience=np.full(60, np.nan))
    found = tiers(everybody)
    row = int(np.flatnonzero(compared(found))[0])
    tests = {(test.tier, test.measure): test for test in tier_tests(everybody, compared(found), row)}
    for key in (("magic_middle", "resonance"), ("micro", "engagement"), ("macro", "audience")):
        assert tests[key].stands is None
        assert tests[key].gap is None
        assert tests[key].holds is None


def test_a_small_audience_must_stay_under_its_cut():
    everybody = people(60, 4)
    found = tiers(everybody)
    eligible = compared(found)
    largest = int(np.flatnonzero(eligible)[np.argmax(everybody.followers[eligible])])
    small = next(t for t in tier_tests(everybody, eligible, largest) if t.measure == "small_audience")
    assert small.most
    assert small.gap is not None
    assert small.gap < 0
    assert small.holds is False
