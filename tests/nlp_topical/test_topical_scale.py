"""Bounds that hold whatever the size of the crawl."""

from __future__ import annotations

import numpy as np

from nlp.background import RAREST, frequencies, frequency
from nlp.query import parse
from nlp.tokens import MAX_CHARS, fold, words
from nlp.topical import TopicalModel, TopicalSegment, lexicon, sample


def drawn(count: int, seed: int = 1) -> list[str]:
    rng = np.random.default_rng(seed)
    names = [f"w{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(400)]
    return [" ".join(rng.choice(names, 8)) + (" espresso beans" if i % 20 == 0 else "") for i in range(count)]


def test_the_texts_that_teach_are_bounded_and_keep_every_hit() -> None:
    texts = drawn(sample.MAX_TEXTS + 3_000)
    rows, hits = sample.choose(texts, [TopicalSegment("coffee", parse("espresso"))], None)
    assert len(rows) == sample.DRAWN
    assert hits.sum() == len([text for text in texts if "espresso" in text])
    assert (np.diff(rows) > 0).all()


def test_the_choice_is_the_same_each_time() -> None:
    texts = drawn(sample.MAX_TEXTS + 500)
    segments = [TopicalSegment("coffee", parse("espresso"))]
    first, second = sample.choose(texts, segments, None), sample.choose(texts, segments, None)
    np.testing.assert_array_equal(first[0], second[0])


def test_a_crawl_larger_than_the_approximate_graph_still_learns_the_subject() -> None:
    texts = drawn(3_000)
    model = TopicalModel.fit(texts, ["en"] * 3_000, [TopicalSegment("coffee", parse("espresso"))])
    assert model.score(["beans"], ["en"])[0, 0] > model.score(["waa wba"], ["en"])[0, 0]


def test_the_lexicon_forgets_words_met_after_the_fit(monkeypatch) -> None:
    monkeypatch.setattr(lexicon, "MAX_WORDS", 600)
    model = TopicalModel.fit(drawn(200), ["en"] * 200, [TopicalSegment("coffee", parse("espresso"))])
    before = model.score(["espresso beans waa"], ["en"])
    for start in range(0, 5_000, 500):
        model.score([f"strange{i:05d}" for i in range(start, start + 500)], ["en"] * 500)
    assert len(model._lexicon._index) <= 600 + 500
    np.testing.assert_allclose(model.score(["espresso beans waa"], ["en"]), before, rtol=1e-6)


def test_words_are_folded_and_links_names_and_single_letters_left_out() -> None:
    assert words("L'Énergie @bob https://a.example/b #CaféFiltre à 93 °C cœur") == [
        "energie",
        "cafefiltre",
        "93",
        "coeur",
    ]


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert words("a" * 30 + " " + "x " * MAX_CHARS + "hidden") == ["a" * 30]
    assert len(fold("é" * (2 * MAX_CHARS))) <= MAX_CHARS


def test_background_frequencies_are_those_of_the_folded_words() -> None:
    assert frequency("etre", ["fr"]) > frequency("torrefaction", ["fr"]) >= RAREST
    assert frequency("the", ["fr", "en"]) > 0.01


def test_a_language_without_frequencies_has_none() -> None:
    assert dict(frequencies("xx")) == {}
    assert frequency("mot", []) == RAREST
