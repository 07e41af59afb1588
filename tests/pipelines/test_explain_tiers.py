"""What an explanation says of a tier: how far the next cut is, how sure it is, what comes out else."""

import pytest

from pipelines.explain import TIERS, _changes


def row(**changed):
    base = {
        "tier": "micro",
        "tier_margin": 4.2,
        "tier_chance": 0.87,
        "tier_other": "magic_middle",
        "tier_other_chance": 0.09,
        "followers": 100,
        "amplifiers": 3,
    }
    return {**base, **changed}


def said(lang, **changed):
    return [getattr(sentence, lang) for sentence in _changes(row(**changed), {})]


def test_the_chance_of_the_tier_and_of_the_next_are_told():
    assert 'how sure: "micro" in 87% of draws, "magic middle" in 9%' in said("en")
    assert "sûreté : « micro » dans 87\u202f% des tirages, « magic middle » dans 9\u202f%" in said("fr")


def test_no_tier_is_an_outcome_like_the_others():
    assert any('"no tier" in 60%' in line and '"micro" in 40%' in line for line in said(
        "en", tier=None, tier_other="micro", tier_chance=0.6, tier_other_chance=0.4
    ))  # fmt: skip
    assert any("« aucun niveau » dans 9\u202f%" in line for line in said("fr", tier_other=None))


def test_a_chance_that_is_nearly_sure_is_not_rounded_to_certainty():
    told = said("en", tier_chance=0.995, tier_other_chance=0.005)
    assert any("in 99.5% of draws" in line and "in 0.5%" in line for line in told)
    assert any("in 100% of draws" in line for line in said("en", tier_chance=1.0, tier_other_chance=None))


def test_a_scale_of_counts_says_nothing_of_chances():
    assert not any("draws" in line for line in said("en", tier_chance=None))


def test_a_run_stored_before_chances_were_drawn_is_still_explained():
    before = {name: value for name, value in row().items() if not name.startswith(("tier_chance", "tier_other"))}
    assert [sentence.en for sentence in _changes(before, {})] == ["distance to the nearest cut: 4.2 percentile points"]


@pytest.mark.parametrize("tier", ["macro", "magic_middle", "micro", None])
def test_every_tier_has_words_in_both_languages(tier):
    words = TIERS[tier or ""]
    assert words.fr
    assert words.en


def test_what_separates_from_the_tiers_next_door_comes_first():
    found = [s.en for s in _changes(row(), {"macro_followers": 5000, "middle_amplifiers": 12})]
    assert found[0].startswith("macro starts here at about 5,000 followers")
    assert found[1].startswith("the least relayed of the magic middle has 12 peers")
    assert len(found) == 4


def test_figures_are_written_as_each_language_does():
    cuts = {"macro_followers": 51234.0, "middle_amplifiers": 1200}
    french = [s.fr for s in _changes(row(followers=1869, tier_margin=-0.62), cuts)]
    english = [s.en for s in _changes(row(followers=1869, tier_margin=-0.62), cuts)]
    assert "vers 51\u202f234 abonnés ; elle ou il en a 1\u202f869" in french[0]
    assert "about 51,234 followers; this person has 1,869" in english[0]
    assert "en a 1\u202f200 ; ici 3" in french[1]
    assert french[2].endswith(": -0,6 points de centile")
    assert english[2].endswith(": -0.6 percentile points")
