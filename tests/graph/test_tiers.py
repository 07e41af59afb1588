"""Tiers mean what their words mean, on large samples and on tiny ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.tiers import (
    EXPERT_RESONANCE,
    MACRO_LEAST,
    MACRO_MOST,
    TRUE_EXPERT,
    Candidates,
    Scale,
    macro_cut,
    pooled,
    tiers,
)


def candidates(n, **changed):
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
    return Candidates(**{**base, **changed})


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
    found = tiers(candidates(200, heard=heard, focus=np.full(200, 0.5), resonance=np.full(200, 80.0)))
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


def test_attention_without_expert_engagement_is_no_magic_middle():
    heard, resonance = np.ones(200), np.full(200, 80.0)
    heard[3], resonance[3] = 80, EXPERT_RESONANCE - 1
    found = tiers(candidates(200, heard=heard, focus=np.full(200, 0.5), resonance=resonance))
    assert found.tier[3] != "magic_middle"


def test_reactions_and_attention_together_make_a_micro():
    followers, heard, resonance = np.linspace(100, 1000, 200), np.linspace(0.1, 5, 200), np.full(200, 40.0)
    people = candidates(200, heard=heard, resonance=resonance, audience=followers[::-1].copy(), focus=np.full(200, 0.5))
    found = tiers(people)
    assert found.tier[150] == "micro"  # a little short of reactions, heard by more than most
    assert found.tier[20] is None  # neither
    assert "engagement>=50" in found.rule[150]


def test_somebody_whose_community_lives_elsewhere_is_a_visitor():
    home = np.full(100, 0.9)
    home[[3, 4, 5]] = 0.2, np.nan, 0.2
    relevance = np.full(100, 30.0)
    relevance[5] = TRUE_EXPERT
    found = tiers(candidates(100, home=home, relevance=relevance))
    assert found.missing[3] == "off_subject"
    assert found.missing[4] != "off_subject"  # in no community: their own words decide
    assert found.missing[5] != "off_subject"  # a true expert is at home wherever they live


def test_cohorts_too_small_for_a_tail_are_put_together():
    people = candidates(150, cohort=np.repeat([0, 1, 2], [110, 30, 10]))
    together = pooled(people, np.ones(150, bool))
    assert len(np.unique(together)) == 1  # forty left over are too few as well
    people = candidates(300, cohort=np.repeat([0, 1, 2], [150, 70, 80]))
    together = pooled(people, np.ones(300, bool))
    assert len(np.unique(together)) == 2
    assert len(np.unique(together[150:])) == 1


def test_large_cohorts_are_left_apart():
    people = candidates(400, cohort=np.repeat([0, 1], 200))
    assert len(np.unique(pooled(people, np.ones(400, bool)))) == 2


def test_media_are_compared_with_media():
    media = np.zeros(200, bool)
    media[:40] = True
    audience = np.where(media, 1e6, 500.0) * np.linspace(1, 1.2, 200)
    assert np.sum(tiers(candidates(200, audience=audience, followers=audience)).tier[media] == "macro") > 1
    audience[0] = 1e9
    found = tiers(candidates(200, media=media, audience=audience, followers=audience))
    assert found.tier[0] == "macro"
    assert np.sum(found.tier[media] == "macro") <= 1
    audience[:5], media[5:] = 1e6, False
    few = tiers(candidates(200, media=media, audience=audience, followers=audience))
    assert set(few.missing[:5]) == {"cohort_too_small"}


@given(st.integers(1, 400), st.integers(0, 10_000))
@settings(deadline=None, max_examples=40)
def test_the_cut_of_macro_leaves_one_to_three_in_a_hundred(n, seed):
    size = np.random.default_rng(seed).normal(2.5, 0.5, n)
    cut, rule = macro_cut(size, np.zeros(n, int), np.ones(n, bool))
    assert np.all((cut >= MACRO_LEAST) & (cut <= MACRO_MOST))
    assert all(word.startswith("macro:reach>=") for word in rule)


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
    assert found.rule.tolist() == [
        "micro:followers<1000", "magic_middle:followers>=1000,followers<100000", "macro:followers>=100000", None
    ]  # fmt: skip
    assert found.missing[3] == "followers_unknown", "nobody is under a cut whose audience nobody read"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.integers(0, 10**7), st.none()), min_size=1, max_size=20), st.integers(1, 999))
def test_an_absolute_scale_places_whoever_has_an_audience_by_the_rule_it_names(followers, micro):
    figures = np.array([np.nan if value is None else value for value in followers])
    found = tiers(
        candidates(len(figures), followers=figures, audience=figures),
        Scale("absolute", {"net": {"macro": 1000.0, "micro": float(micro)}}),
    )
    names = {"followers>=1000": figures >= 1000, "followers<1000": figures < 1000}
    names |= {f"followers>={micro}": figures >= micro, f"followers<{micro}": figures < micro}
    for row, (rule, missing) in enumerate(zip(found.rule.tolist(), found.missing.tolist(), strict=True)):
        assert (rule is None) == np.isnan(figures[row]) == (missing == "followers_unknown")
        assert rule is None or all(names[part][row] for part in rule.split(":")[1].split(","))


def test_a_source_without_cuts_is_said_to_have_none():
    figures = np.array([50.0, np.nan])
    found = tiers(
        candidates(2, followers=figures, audience=figures), Scale("absolute", {"web": {"macro": 9, "micro": 1}})
    )
    assert found.tier.tolist() == [None, None]
    assert found.missing.tolist() == ["no_cut_for_source"] * 2


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
