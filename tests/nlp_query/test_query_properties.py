"""What holds for every query and every text."""

from __future__ import annotations

import time

import reference_evaluator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from query_strategies import text_queries, texts, trees

from nlp.query import Capability, Document, Matcher, MatcherSet, QueryError, lint, outline, parse, render, terms, weaken

relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(trees)
def test_a_tree_written_and_read_again_is_the_same_tree(tree):
    assert parse(render(tree)) == tree


@settings(relaxed, max_examples=300)
@given(text_queries, st.lists(texts, min_size=1, max_size=4))
def test_bulk_matching_agrees_with_the_obvious_evaluator(tree, some):
    assert Matcher(tree).match_texts(some) == [reference_evaluator.holds(tree, text) is True for text in some]


@relaxed
@given(text_queries, texts)
def test_single_bulk_and_shared_matching_agree(tree, text):
    alone = Matcher(tree).matches(Document(text=text))
    assert Matcher(tree).match_texts([text, "", text])[::2] == [alone, alone]
    assert MatcherSet({"a": tree, "b": parse("café")}).match_texts([text])["a"] == [alone]


@relaxed
@given(text_queries, texts)
def test_spans_lie_in_the_original_and_only_when_it_matches(tree, text):
    doc = Document(text=text)
    spans = Matcher(tree).spans(doc)
    assert Matcher(tree).matches(doc) or not spans
    for span in spans:
        shown = reference_evaluator.fold(text[span.start : span.end])
        assert shown == shown.strip()
        assert shown


@relaxed
@given(text_queries, st.lists(texts, min_size=1, max_size=3), st.sampled_from(["keywords", "phrases", "boolean"]))
def test_a_complete_weaker_query_finds_every_match(tree, some, style):
    weaker = weaken(tree, Capability(style))
    assert weaker.residual == tree
    if not weaker.complete:
        return
    exact, loose = Matcher(tree).match_texts(some), Matcher(weaker.relaxed).match_texts(some)
    assert all(wide or not narrow for narrow, wide in zip(exact, loose, strict=True))


@relaxed
@given(trees)
def test_every_tree_can_be_explained(tree):
    assert all(line.strip() for lang in ("fr", "en") for line in outline(tree, lang))
    assert all(warning.fr and warning.en for warning in lint(tree))
    assert all(term.weight > 0 for term in terms(tree))


@settings(relaxed, max_examples=400)
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    "AND",
                    "OR",
                    "NOT",
                    "NEAR/3",
                    "ONEAR",
                    "(",
                    ")",
                    '"',
                    "-",
                    "*",
                    "?",
                    "a",
                    "caf*",
                    "lang:",
                    "date:",
                    "raw:",
                    "!",
                    "^2",
                    "~3",
                    "author_has:(",
                    "atleast/2(",
                    ">= 3",
                    "<<<",
                    ">>>",
                    "#",
                    "@",
                    "#x",
                    "@y",
                    ":",
                    "..",
                    "title:",
                    "hashtag:strict",
                    "\n",
                    "\\",
                ]
            ),
            max_size=30,
        ).map(" ".join),
    )
)
def test_any_text_is_read_or_refused_quickly_with_a_place(text):
    start = time.process_time()
    tree = error = None
    try:
        tree = parse(text)
    except QueryError as refused:
        error = refused
    if error:
        assert 0 <= error.position <= max(len(text), 1)
        assert error.message.fr
        assert "\n" not in error.message.en
    else:
        assert parse(render(tree)) == tree
        Matcher(tree).match_texts([text])
    assert time.process_time() - start < 2
