"""A query's terms become the hashtags that people write, and the words that a search is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.query import parse
from nlp.query.tags import LONGEST, hashtags, searched, tag_forms


def tags(query, languages=("fr", "en")):
    return [forms[0] for forms in hashtags(parse(query), languages)]


def test_a_phrase_is_written_together_with_and_without_its_accents():
    assert tag_forms("café de spécialité") == ("cafedespecialite", "cafédespécialité")
    assert tag_forms("slow coffee") == ("slowcoffee",)


@pytest.mark.parametrize(("text", "forms"), [
    ("pour-over", ("pourover",)), ("V60", ("v60",)), ("l'espresso", ("espresso",)), ("d’arabica", ("arabica",)), ("42", ()), ("x", ()),
    ("&", ()), ("Œuvre", ("oeuvre", "œuvre")), ("咖啡", ("咖啡",)), ("हिन्दी", ("हिन्दी",)), ("a" * 41, ()),
])  # fmt: skip
def test_a_term_is_written_as_people_tag_it(text, forms):
    assert tag_forms(text) == forms


def test_only_what_the_query_wants_is_tagged_the_most_particular_first():
    query = '("café filtre" OR V60 OR chemex OR #slowcoffee) AND NOT capsule'
    assert tags(query) == ["slowcoffee", "cafefiltre", "v60", "chemex"]


def test_a_weightier_term_comes_before_the_others():
    assert tags('"café filtre" OR chemex^3') == ["chemex", "cafefiltre"]


@pytest.mark.parametrize("word", ["le", "la", "des", "the", "with", "pour", "avec", "and", '"et le"'])
def test_a_stop_word_is_never_a_hashtag(word):
    assert tags(f"{word} OR espresso") == ["espresso"]
    assert tags(f"{word} OR espresso", ()) == ["espresso"]


def test_a_stop_word_inside_a_phrase_stays():
    assert tags('"café de spécialité"') == ["cafedespecialite"]


@pytest.mark.parametrize(
    "term", ["torréf*", "@lea", "author:lea", "bio:barista", '"https://example.org"', '"un deux trois quatre cinq six"']
)
def test_what_no_one_would_tag_makes_none(term):
    assert tags(f"{term} OR espresso") == ["espresso"]


def test_a_search_is_asked_for_words_as_they_were_written():
    assert searched(parse('("café  filtre" OR V60) AND NOT capsule'), ("fr",)) == ["café filtre", "V60"]


@given(st.text(max_size=60))
def test_any_text_gives_tags_that_are_words_or_none(text):
    for form in tag_forms(text):
        assert not any(mark.isspace() or mark in "#@_-'’" for mark in form)
        assert form == form.lower() or len(form) <= 2 * LONGEST


@given(st.text(alphabet="abcdé ", min_size=2, max_size=30))
def test_a_tag_is_the_same_however_it_is_spaced_and_capitalised(text):
    assert tag_forms(text)[:1] == tag_forms(text.upper().replace(" ", "  "))[:1]
