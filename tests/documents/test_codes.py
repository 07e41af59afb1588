"""Codes are told in words of both languages, never shown raw."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.reasons import condition, reason, signal
from pipelines.documents import codes, say

RULES = [
    "magic_middle:attention>=90,focus>=25,resonance>=25",
    "macro:reach>=94.1",
    "micro:resonance>=50,reach<60",
    "magic_middle:3<=amplifiers<=60",
]


def test_a_tier_rule_reads_as_words() -> None:
    said = reason(RULES[0])
    assert said.fr == "Magic middle : attention des pairs ≥ 90, part du sujet ≥ 25, résonance ≥ 25"
    assert said.en == "Magic middle: attention from peers ≥ 90, focus on the subject ≥ 25, resonance ≥ 25"


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_code_is_left_in_a_rule(rule: str, lang: str) -> None:
    said = codes.tier_rule(rule, lang)
    assert not re.search(r"_|>=|<=", said)


def test_figures_are_written_as_the_language_does() -> None:
    assert reason("macro:reach>=94.1").fr.endswith("portée ≥ 94,1")
    assert reason("macro:reach>=94.1").en.endswith("reach ≥ 94.1")


def test_a_signal_carries_its_figure_in_words() -> None:
    assert signal("repeated_texts:58").fr == "textes répétés (58)"
    assert signal("repeated_texts:9/40").fr == "textes répétés (9 sur 40)"
    assert signal("repeated_texts:9/40").en == "repeated texts (9 of 40)"
    assert signal("declared_automated:1").en == "declares itself automated"
    assert signal("quick_ring:4").en == "ring that reacts to one another within minutes, with 4 others"
    assert signal("growth_jump:200").fr.startswith("audience en hausse de 200\u202f% en trente jours")
    assert signal("reactions_far_above_size:2.81").fr == "réactions\u00a0: 2,81 fois ce que la taille laisse attendre"


def test_a_missing_axis_is_named() -> None:
    assert reason("resonance").fr == "résonance inconnue"
    assert reason("resonance,relevance").fr == "résonance et pertinence inconnues"
    assert reason("reach,resonance").en == "reach and resonance unknown"
    assert reason("too_few_posts,reach").en == "reach unknown, too few posts"
    assert reason("off_subject").en == "too far from the subject"


def test_a_condition_of_a_role_reads_as_words() -> None:
    assert condition("on_topic_posts=3").fr == "publications sur le sujet\u00a0: 3"
    assert condition("kind=competitor").en == "kind of account: competitor"
    assert condition("declared=magazine; grain.example 4/6").en == "words of the profile: magazine; grain.example 4/6"
    assert condition("declared=magazine; grain.example 4/6").fr.startswith("mots du profil\u00a0: magazine")
    assert condition("reach=None").en.startswith("reach: ")


@pytest.mark.parametrize("group", ["missing", "signal", "measure", "tie", "tier"])
def test_every_known_code_has_its_own_words(group: str) -> None:
    for code in say.words(group, "fr"):
        assert "_" not in say.word(group, code, "fr")
        assert "_" not in say.word(group, code, "en")


@given(st.text(max_size=200))
def test_any_text_is_told_on_one_harmless_line(text: str) -> None:
    for told in (codes.tier_rule, codes.condition, codes.signal):
        said = told(text, "fr")
        assert "\n" not in said
        assert "\x1b" not in said
        assert len(said) <= 400


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ('"pour over" · "filter coffee" · v60', "pour over · filter coffee · v60"),
        ("espresso · espresso*", "espresso"),
        (None, ""),
    ],
)
def test_a_communitys_name_shows_no_query_marks(name: str | None, said: str) -> None:
    assert say.community(name) == said


def test_a_tone_carries_its_sign() -> None:
    assert say.signed(0.431, "fr") == "+0,43"
    assert say.signed(-0.92, "en") == "−0.92"
    assert say.signed(None, "en") == "–"
