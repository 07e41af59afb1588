"""Folding and the stream of words hold for any text, and never lose the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.query import Document, Matcher, parse
from nlp.query.fold import key, words
from nlp.query.stream import Stream

any_text = st.text(st.characters(exclude_categories=[]), max_size=60)


@settings(deadline=None)
@given(st.lists(any_text, min_size=1, max_size=4))
def test_the_stream_holds_the_words_of_each_text(texts):
    lines = Stream(texts).text.split("\n")[1:-1]
    assert [line.split(" ")[1:-1] if line.strip(" ") else [] for line in lines] == [words(text) for text in texts]


@settings(deadline=None)
@given(any_text, any_text)
def test_a_word_between_blanks_is_found_and_shown_whatever_surrounds_it(before, after):
    doc = Document(text=f"{before} Été {after}")
    matcher = Matcher(parse("ete"))
    assert matcher.matches(doc)
    shown = {doc.text[span.start : span.end] for span in matcher.spans(doc)}
    assert any("Été" in one for one in shown)
    assert {key(one) for one in shown} == {"ete"}


@settings(deadline=None)
@given(any_text)
def test_folding_twice_changes_nothing(text):
    assert words(key(text)) == words(text)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Cœur d’Œuvre", "coeur d oeuvre"),
        ("STRASSE straße", "strasse strasse"),
        ("İstanbul ılık", "istanbul ilik"),
        ("ｆｕｌｌ ﬁn", "full fin"),
        ("e\u0301te\u0301", "ete"),
        ("ca\u00adfé \u202ecafé", "cafe cafe"),
        ("κόσμος", "κοσμοσ"),
        ("Ёлка", "елка"),
        ("snake_case R2-D2", "snake_case r2 d2"),
        ("咖啡☕ok", "咖 啡 ☕ ok"),
        ("がか", "が か"),
        ("हिंदी", "हिंदी"),
        ("", ""),
    ],
)
def test_letters_fold_as_people_search_them(written, folded):
    assert key(written) == folded
