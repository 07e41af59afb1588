"""What an explanation says of a tier: how far the next cut is, how sure it is, what comes out else."""

import pytest

from graph.tier_tests import TierTest
from pipelines.tier_reasons import MEASURES, TIERS, changes, for_want_of_audience, told

MACRO = TierTest("macro", "audience", 88.8, 97.0, False, 403.0, 3646.0)
MIDDLE = (
    TierTest("magic_middle", "attention", 80.0, 90.0, False, 8.46, 16.2),
    TierTest("magic_middle", "focus", 60.0, 25.0, False, 0.71, 0.31),
    TierTest("magic_middle", "resonance", None, 75.0),
)
MICRO = (
    TierTest("micro", "engagement", 74.0, 50.0),
    TierTest("micro", "small_audience", 80.0, 95.0, True, 403.0, 2000.0),
)


def row(**changed):
    base = {
        "tier": "micro",
        "tier_rule": "micro:engagement>=50,reach<95",
        "tier_margin": 4.2,
        "tier_chance": 0.87,
        "tier_other": "magic_middle",
        "tier_other_chance": 0.09,
    }
    return {**base, **changed}


def said(lang, tests=(), **changed):
    return [getattr(sentence, lang) for sentence in changes(row(**changed), list(tests))]


def test_the_chance_of_the_tier_and_of_the_next_are_told():
    assert 'how sure: "micro" in 87% of draws, "magic middle" in 9%' in said("en")
    assert "sûreté : « micro » dans 87\u202f% des tirages, « magic middle » dans 9\u202f%" in said("fr")


def test_no_tier_is_an_outcome_like_the_others():
    assert any('"no tier" in 60%' in line and '"micro" in 40%' in line for line in said(
        "en", tier=None, tier_other="micro", tier_chance=0.6, tier_other_chance=0.4
    ))  # fmt: skip
    assert any("« aucun niveau » dans 9\u202f%" in line for line in said("fr", tier_other=None))


def test_a_chance_that_is_nearly_sure_is_not_rounded_to_certainty():
    found = said("en", tier_chance=0.995, tier_other_chance=0.005)
    assert any("in 99.5% of draws" in line and "in 0.5%" in line for line in found)
    assert any("in 100% of draws" in line for line in said("en", tier_chance=1.0, tier_other_chance=None))


def test_a_scale_of_counts_says_nothing_of_chances_and_measures_its_distance_by_the_cut():
    found = said("en", tier_chance=None, tier_rule="micro:followers<cut")
    assert found == ["distance to the nearest cut: 4.2% of the cut"]


def test_a_run_stored_before_chances_were_drawn_is_still_explained():
    before = {name: value for name, value in row().items() if not name.startswith(("tier_chance", "tier_other"))}
    assert [one.en for one in changes(before, [])] == ["distance to the nearest cut: 4.2 percentile points"]


@pytest.mark.parametrize("tier", ["macro", "magic_middle", "micro", "home", ""])
def test_every_tier_has_words_in_both_languages(tier):
    assert TIERS[tier].fr
    assert TIERS[tier].en


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_every_condition_is_told_in_both_languages(measure):
    one = told(TierTest("macro", measure, 12.5, 50.0))
    assert MEASURES[measure].fr in one.fr
    assert MEASURES[measure].en in one.en
    assert "12,5" in one.fr or "12" in one.fr


def test_what_separates_from_the_tiers_next_door_comes_first_with_the_figures_behind_it():
    found = said("en", (MACRO, *MIDDLE, *MICRO))
    assert found[0] == 'for "macro": audience at percentile 88.8 (403), cut 97.0 (3,646)'
    assert found[1] == 'for "magic middle": attention from peers at percentile 80.0 (8.5), cut 90.0 (16.2)'
    assert found[2] == "distance to the nearest cut: 4.2 percentile points"
    assert len(found) == 4


def test_figures_are_written_as_each_language_does():
    found = said("fr", (MACRO, *MIDDLE))
    assert found[0] == "pour « macro » : audience au centile 88,8 (403), seuil 97,0 (3\u202f646)"
    assert "au centile 80,0 (8,5), seuil 90,0 (16,2)" in found[1]


def test_a_condition_that_holds_or_hinders_nobody_is_not_named():
    assert not any("focus" in line or "resonance" in line for line in said("en", MIDDLE))
    assert not any('"micro"' in line and "for" in line for line in said("en", MICRO, tier_chance=None))


def test_what_is_unknown_is_named_where_it_keeps_from_a_tier():
    unknown = (TierTest("micro", "engagement", None, 50.0), TierTest("macro", "audience", None, 97.0))
    found = said("en", unknown, tier=None, tier_chance=None)
    assert 'for "macro": audience unknown, cut 97.0' in found
    assert 'for "micro": engagement unknown, cut 50.0' in found
    assert "pour « micro » : engagement inconnu, seuil 50,0" in said("fr", unknown, tier=None, tier_chance=None)


def test_who_has_no_tier_is_told_how_far_the_nearest_one_is():
    assert "the nearest tier is 0.6 percentile points away" in said("en", tier=None, tier_margin=-0.62)
    assert "il s'en faut de 0,6 point de centile pour le niveau le plus proche" in said(
        "fr", tier=None, tier_margin=-0.62
    )


@pytest.mark.parametrize(
    ("margin", "unit"), [(-0.62, "0,6 point de"), (-1.94, "1,9 point de"), (-1.96, "2,0 points de")]
)
def test_points_are_several_from_two_on_in_french(margin, unit):
    assert any(f"il s'en faut de {unit} centile" in line for line in said("fr", tier=None, tier_margin=margin))


def test_a_cohort_too_small_for_tiers_is_not_told_that_its_people_could_change_that():
    small = {"tier": None, "tier_missing": "cohort_too_small", "tier_margin": None, "tier_chance": None}
    tests = (MACRO, *MIDDLE, *MICRO)
    assert said("en", tests, **small) == [
        "more accounts: there are tiers only among 10 comparable accounts or more, at home in the subject"
    ]
    assert len(said("fr", tests, **small)) == 1


def test_who_is_away_from_the_subject_is_told_what_would_make_it_home():
    tests = (TierTest("home", "belonging", 5.6, 14.7), TierTest("home", "relevance", 1.0, 50.0))
    found = said("en", tests, tier=None, tier_margin=None, tier_chance=None)
    assert found == [
        'for "at home in the subject": share of one\'s words on the subject 5.6, cut 14.7; or a relevance of 1.0, cut 50.0'
    ]


@pytest.mark.parametrize(("measure", "most"), [("audience", False), ("small_audience", True)])
def test_attention_that_stands_in_for_an_audience_is_not_shown_as_followers(measure, most):
    test = for_want_of_audience(TierTest("macro", measure, 58.3, 99.0, most=most, figure=1.7, figure_at_cut=12.0))
    assert told(test).fr == "attention reçue, faute d’audience au centile 58,3 (1,7), seuil 99,0 (12,0)"
    assert told(test).en == "attention received, for want of an audience at percentile 58.3 (1.7), cut 99.0 (12.0)"


def test_other_conditions_keep_their_names_for_want_of_an_audience():
    test = TierTest("micro", "engagement", 40.0, 50.0)
    assert for_want_of_audience(test) == test
