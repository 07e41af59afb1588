"""Tiers mean what their words mean, on large samples and on tiny ones."""

import numpy as np
import pytest

from graph.tiers import Candidates, Scale, tiers


def candidates(n, **given):
    rng = np.random.default_rng(0)
    followers = np.round(10 ** rng.normal(2.5, 0.4, n))
    base = {
        "audience": followers,
        "followers": followers,
        "heard": rng.gamma(1, 1, n),
        "amplifiers": rng.integers(0, 5, n),
        "resonance": rng.uniform(0, 100, n),
        "relevance": np.full(n, 30.0),
        "focus": rng.uniform(0.2, 0.9, n),
        "belonging": np.full(n, 40.0),
        "on_topic": np.full(n, 8),
        "growth": np.full(n, np.nan),
        "source": np.full(n, "net", object),
        "cohort": np.zeros(n, np.int64),
        "person": np.ones(n, bool),
    }
    return Candidates(**{**base, **given})


def test_macro_is_being_known_far_beyond_ones_peers():
    people = candidates(300)
    people.audience[7] = people.followers[7] = 4_000_000
    found = tiers(people)
    assert found.tier[7] == "macro"
    assert found.rule[7].startswith("macro:reach>=")
    assert found.margin[7] >= 0
    assert np.sum(found.tier == "macro") < 15


def test_among_equals_nobody_is_macro():
    people = candidates(100, audience=np.full(100, 500.0))
    assert "macro" not in tiers(people).tier.tolist()


def test_magic_middle_is_attention_from_peers_below_the_macro_reach():
    heard = np.ones(200)
    heard[3] = 80
    found = tiers(candidates(200, heard=heard, focus=np.full(200, 0.5), resonance=np.full(200, 60.0)))
    assert found.tier[3] == "magic_middle"
    assert "attention>=90" in found.rule[3]


def test_attention_without_focus_is_no_magic_middle():
    heard, focus = np.ones(200), np.linspace(0.3, 0.9, 200)
    heard[3], focus[3] = 80, 0.12
    assert tiers(candidates(200, heard=heard, focus=focus)).tier[3] != "magic_middle"


def test_micro_is_small_and_highly_engaged_with_no_floor():
    resonance, followers = np.full(200, 20.0), np.linspace(100, 1000, 200)
    resonance[2] = 95
    people = candidates(200, resonance=resonance, audience=followers, followers=followers, heard=np.full(200, 1.0))
    found = tiers(people)
    assert found.tier[2] == "micro"
    assert found.tier[150] is None
    assert found.missing[150] == "below_cuts"
    assert found.margin[150] < 0


@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_a_tiny_cohort_has_no_tiers_and_says_so(n):
    found = tiers(candidates(n))
    assert found.tier.tolist() == [None] * n
    assert found.missing.tolist() == ["cohort_too_small"] * n


def test_off_the_subject_there_is_no_tier_however_famous():
    people = candidates(100, on_topic=np.zeros(100, int), relevance=np.zeros(100), focus=np.zeros(100))
    people.audience[0] = 1e9
    assert set(tiers(people).missing) == {"off_subject"}


def test_brands_and_automated_accounts_have_no_tier():
    person = np.ones(100, bool)
    person[4] = False
    assert tiers(candidates(100, person=person)).missing[4] == "not_a_person"


def test_unknown_relevance_gives_no_tier():
    relevance = np.full(50, 30.0)
    relevance[1] = np.nan
    assert tiers(candidates(50, relevance=relevance)).missing[1] == "relevance_unknown"


def test_where_nothing_was_read_the_network_itself_is_the_subject():
    heard = np.ones(100)
    heard[0], heard[1] = 90, 0
    unread = dict.fromkeys(("relevance", "focus", "resonance"), np.full(100, np.nan))
    found = tiers(candidates(100, heard=heard, on_topic=np.zeros(100, int), **unread), network_only=True)
    assert found.tier[0] == "magic_middle"
    assert found.missing[1] == "no_attention"


def test_absolute_cuts_are_those_of_the_brief():
    followers = np.array([50.0, 5_000, 500_000, np.nan])
    people = candidates(4, followers=followers, audience=followers)
    found = tiers(people, Scale("absolute", {"net": {"macro": 100_000, "micro": 1_000}}))
    assert found.tier.tolist() == ["micro", "magic_middle", "macro", None]
    assert found.rule[2] == "macro:followers>=cut"


def test_the_literal_rule_counts_linkers():
    people = candidates(4, amplifiers=np.array([3, 20, 1000, 1001]), resonance=np.full(4, 80.0))
    assert tiers(people, Scale("linkers")).tier.tolist() == ["micro", "magic_middle", "magic_middle", "macro"]


def test_emerging_is_growing_faster_than_nine_in_ten():
    growth = np.full(100, 0.01)
    growth[5], growth[6] = 0.5, np.nan
    found = tiers(candidates(100, growth=growth))
    assert found.emerging[5]
    assert not found.emerging[6]
    assert not tiers(candidates(100, growth=np.full(100, -0.1))).emerging.any()


def test_every_tier_has_a_rule_and_every_gap_a_reason():
    found = tiers(candidates(500))
    for tier, missing, rule in zip(found.tier, found.missing, found.rule, strict=True):
        assert (tier is None) == (missing is not None)
        assert (tier is None) == (rule is None)
