"""Counting words and sharing parts: what holds for any text, and that the quick ways equal the obvious ones."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.query import parse
from nlp.tokens import folded_word, words, written
from nlp.topical import TopicalSegment, sample
from nlp.topical.features import PART_WEIGHT, WordIndex, count_words, learn, unit_rows
from nlp.topical.parts import BUCKETS_LOG2, part_matrix, word_parts

TEXTS = [
    "espresso beans with a thick crema",
    "two espressos, and espresso again",
    "bicycle wheels on the climb",
    "the bicyclist climbs",
    "crème brûlée et café crème",
]
ANY_TEXT = st.text(st.sampled_from("aeèéœßﬁＥ1_-@#/. \n\u0301\u200bж日"), max_size=40) | st.text(max_size=40)


def parts_one_by_one(word: str) -> list[str]:
    edged = f" {word} "
    return [edged[i : i + size] for size in (3, 4, 5) for i in range(len(edged) - size + 1)] if len(word) > 3 else []


@given(st.lists(ANY_TEXT, max_size=6))
def test_counts_are_one_plus_the_log_of_how_often_each_word_stands(texts: list[str]) -> None:
    index = WordIndex()
    counts = count_words(texts, index).toarray()
    assert counts.shape == (len(texts), len(index.numbers))
    for row, text in zip(counts, texts, strict=True):
        told = {word: row[number] for word, number in index.numbers.items() if row[number]}
        assert told == pytest.approx({word: 1 + np.log(n) for word, n in Counter(words(text)).items()})


@given(ANY_TEXT)
def test_the_words_of_a_text_are_its_written_words_folded(text: str) -> None:
    assert words(text) == [folded for word in written(text) if (folded := folded_word(word)) is not None]


@given(ANY_TEXT)
def test_folding_a_folded_word_changes_nothing(text: str) -> None:
    for word in words(text):
        assert folded_word(word) == word


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_text_gives_the_same_words_beside_an_accent(text: str) -> None:
    assert words(text + " é") == words(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ｅspresso", ["espresso"]),
        ("e\u0301nergie", ["energie"]),
        ("snake_case", ["snake", "case"]),
        ("mail me a.b@c.example now", ["mail", "me", "example", "now"]),
        ("HTTPS://A.EXAMPLE/beans seen", ["seen"]),
        ("WWW.A.EXAMPLE", ["www", "example"]),
        ("日本", ["日本"]),
        ("x y 7", ["7"]),
        ("co\u200boperation", ["co", "operation"]),
    ],
)
def test_what_counts_as_a_word(text: str, told: list[str]) -> None:
    assert words(text) == told


@given(st.lists(st.text(min_size=1, max_size=12).filter(lambda word: " " not in word), max_size=8))
def test_parts_found_together_are_those_found_one_by_one(given_words: list[str]) -> None:
    owner, bucket = word_parts(given_words)
    assert Counter(owner.tolist()) == Counter(
        {i: len(parts) for i, word in enumerate(given_words) if (parts := parts_one_by_one(word))}
    )
    for i, word in enumerate(given_words):
        alone = word_parts([word])[1]
        assert sorted(bucket[owner == i]) == sorted(alone)


def test_kin_share_parts_and_strangers_do_not() -> None:
    def buckets(word: str) -> set[int]:
        return set(word_parts([word])[1].tolist())

    assert len(buckets("torrefacteur") & buckets("torrefaction")) >= 10
    assert not buckets("torrefacteur") & buckets("bicycle")


def test_unknown_parts_are_left_out() -> None:
    nothing = np.full(1 << BUCKETS_LOG2, -1, np.int32)
    assert part_matrix(["espresso"], nothing, np.zeros(0, np.float32)).nnz == 0


def test_products_with_the_features_are_those_with_the_whole_matrix() -> None:
    _, features = learn(TEXTS, ("en",), lessons=1)
    whole = features.whole().toarray()
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(features.shape[1], 3)).astype(np.float32)
    values = rng.normal(size=(features.shape[0], 3)).astype(np.float32)
    np.testing.assert_allclose(features @ weights, whole @ weights, atol=1e-5)
    np.testing.assert_allclose(features.back(values), whole.T @ values, atol=1e-5)


def test_words_seen_once_teach_only_when_a_lesson_holds_them() -> None:
    without, _ = learn(TEXTS, ("en",))
    taught, _ = learn(TEXTS, ("en",), lessons=1)
    assert not without.known[without.numbers["brulee"]]
    assert taught.known[taught.numbers["brulee"]]
    assert without.known[without.numbers["espresso"]]


def test_rows_have_length_one_or_nothing() -> None:
    vocabulary, features = learn([*TEXTS, "!"], ("fr", "en"))
    lengths = np.sqrt(vocabulary.parts.multiply(vocabulary.parts).sum(axis=1))
    assert all(length == pytest.approx(1, abs=1e-5) or length == 0 for length in np.asarray(lengths).ravel())
    assert features.whole()[len(TEXTS)].nnz == 0
    assert PART_WEIGHT > 0


def test_a_common_word_is_less_rare_than_a_rare_one_even_in_a_small_crawl() -> None:
    vocabulary, _ = learn(TEXTS, ("en",))
    rarity = dict(zip(vocabulary.numbers, vocabulary.rarity, strict=True))
    assert rarity["the"] < rarity["crema"]
    the, crema = vocabulary.rarity_of(["of", "portafilter"])
    assert the < crema


@given(st.lists(st.lists(st.floats(0, 9), min_size=3, max_size=3), min_size=1, max_size=5))
@settings(deadline=None)
def test_scaling_rows_keeps_their_direction(rows: list[list[float]]) -> None:
    from scipy.sparse import csr_matrix

    matrix = csr_matrix(np.array(rows, np.float32))
    scaled = unit_rows(matrix).toarray()
    for row, unit in zip(matrix.toarray(), scaled, strict=True):
        length = np.linalg.norm(row)
        if length > 1e-6:
            np.testing.assert_allclose(unit * length, row, rtol=1e-3, atol=1e-5)


def test_a_large_crawl_is_searched_until_there_are_hits_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "MAX_TEXTS", 300)
    monkeypatch.setattr(sample, "DRAWN", 200)
    monkeypatch.setattr(sample, "SEARCHED", 100)
    monkeypatch.setattr(sample, "ENOUGH_HITS", 3)
    texts = ["espresso" if i % 20 == 0 else "moka" if i == 777 else "tea" for i in range(1_000)]
    often = sample.choose(texts, [TopicalSegment("s", parse("espresso"))], None)
    seldom = sample.choose(texts, [TopicalSegment("s", parse("moka"))], None)
    assert often[1].sum() >= 3
    assert len(often[0]) <= 200
    assert 777 in seldom[0].tolist()
    assert seldom[1].sum() == 1
