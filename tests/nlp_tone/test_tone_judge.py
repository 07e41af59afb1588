import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.tone import supported, tone
from nlp.tone.judge import around


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("J'adore ce café, un vrai régal !", "fr", "positive"),
        ("Bravo pour cette magnifique réussite, merci !", "fr", "positive"),
        ("Ce café est nul, quelle déception", "fr", "negative"),
        ("C'est une honte, un scandale", "fr", "negative"),
        ("Ce n'est pas bon du tout", "fr", "negative"),
        ("I love this coffee, it is amazing", "en", "positive"),
        ("So happy and excited, thank you!", "en", "positive"),
        ("This coffee is awful, I hate it", "en", "negative"),
        ("This coffee is not good at all", "en", "negative"),
        ("😍😍😍", "fr", "positive"),
        ("😡🤬", "en", "negative"),
    ],
)
def test_plain_feelings_are_read(text: str, language: str, label: str) -> None:
    labels, scores = tone([text], [language])
    assert labels == [label]
    assert (scores[0] > 0) == (label == "positive")


def test_negation_lowers_the_score() -> None:
    _, scores = tone(["C'est bon", "Ce n'est pas bon", "it is good", "it is not good"], ["fr", "fr", "en", "en"])
    assert scores[1] < scores[0]
    assert scores[3] < scores[2]


def test_an_unsupported_language_and_an_empty_text_have_no_tone() -> None:
    texts = ["Ich liebe Kaffee", "I love it", "", "   ", "https://x.example @lea", "123 ..."]
    labels, scores = tone(texts, ["de", None, "fr", "fr", "fr", "en"])
    assert labels == [None] * 6
    assert all(math.isnan(score) for score in scores)


def test_an_empty_list_is_answered() -> None:
    labels, scores = tone([], [])
    assert labels == []
    assert scores.shape == (0,)


def test_languages_with_weights_are_named() -> None:
    assert supported() == ("en", "fr")


def test_the_tone_is_of_what_is_spoken_of() -> None:
    text = "Le service de la Brûlerie est nul mais j'adore Torréfaction Nord"
    first, second = text.index("Brûlerie"), text.index("Torréfaction")
    labels, scores = tone([text] * 2, ["fr"] * 2, [[(first, first + 8)], [(second, second + 17)]])
    assert labels == ["negative", "positive"]
    assert scores[0] < 0 < scores[1]


def test_a_target_far_into_a_long_text_is_judged_where_it_stands() -> None:
    text = "J'adore, merci, bravo ! " * 400 + "La Brûlerie est nulle, une honte. " + "J'adore, merci, bravo ! " * 400
    start = text.index("Brûlerie")
    labels, _ = tone([text], ["fr"], [[(start, start + 8)]])
    assert labels == ["negative"]


def test_no_target_means_the_whole_text() -> None:
    text = "What a wonderful day"
    assert tone([text], ["en"], [None])[1] == tone([text], ["en"])[1] == tone([text], ["en"], [[]])[1]


def test_a_clause_too_short_falls_back_to_its_sentence() -> None:
    text = "Nul, mais Nord. Autre phrase."
    assert around(text, [(10, 14)]) == "Nul, mais Nord."


def test_texts_are_judged_alike_alone_and_in_bulk() -> None:
    texts = [f"J'adore le numéro {i} du journal" for i in range(30)]
    together = tone(texts, ["fr"] * 30)[1]
    alone = [tone([text], ["fr"])[1][0] for text in texts]
    assert np.allclose(together, alone, atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=200), st.sampled_from(["fr", "en"]), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)))
)
def test_any_text_has_a_score_between_bounds_or_none(text: str, language: str, spans: list[tuple[int, int]]) -> None:
    labels, scores = tone([text], [language], [spans])
    if labels[0] is None:
        assert math.isnan(scores[0])
    else:
        assert -1 <= scores[0] <= 1


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        " " * 1_000_000,
        "\u0301" * 1_000_000,
        "! " * 500_000,
        "\u202e" * 1_000_000,
        "\ud800x" * 300_000,
        ":" * 10**6,
    ],
)
def test_a_hostile_text_costs_bounded_time(text: str) -> None:
    tone(["warm"], ["en"])
    started = time.process_time()
    tone([text, text], ["fr", "en"], [[(999_990, 999_999)], None])
    assert time.process_time() - started < 3
