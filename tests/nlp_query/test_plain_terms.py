"""What sheets and maps show of a match: plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from query_strategies import text_queries, texts

from nlp.query import Document, Matcher, parse, plain_term


def shown(query: str, doc: Document) -> list[str]:
    return sorted({plain_term(span, doc) for span in Matcher(parse(query)).spans(doc)})


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ('"café filtre"', "un Cafe Filtre", ["café filtre"]),
        ('"café filtre"', "vive le #CaféFiltre", ["café filtre"]),
        ("torréf*", "la Torréfaction et le torréfacteur", ["torréfacteur", "torréfaction"]),
        ("organi?ation", "an Organization", ["organization"]),
        ("V60", "mon v60", ["v60"]),
        ("#SlowCoffee", "du #slowcoffee", ["slowcoffee"]),
        ("@lea", "avec @Lea", ["lea"]),
        ('"grains frais"~2', "des grains très frais", ["grains frais"]),
        ("raw:C++", "du C++ moderne", ["C++"]),
        ('raw:"dit \\"non\\""', 'il dit "non" !', ['dit "non"']),
        ('"dinosaure*"', "les dinosaures dorment", ["dinosaures"]),
        ("café^3", "un café", ["café"]),
    ],
)
def test_a_match_shows_as_plain_words(query: str, text: str, words: list[str]) -> None:
    assert shown(query, Document(text=text)) == words


def test_a_pattern_shows_what_it_met_in_any_field() -> None:
    doc = Document(text="bonjour", title="Torréfier chez soi", hashtags=("#café", "torréfacteurs"))
    assert shown("torréf*", doc) == ["torréfacteurs", "torréfier"]


@given(text_queries, texts)
def test_nothing_that_is_shown_holds_signs_of_the_language(query, text) -> None:
    doc = Document(text=text)
    for span in Matcher(query).spans(doc):
        if not span.term.startswith("raw:"):
            assert not set('"*~#@') & set(plain_term(span, doc))
