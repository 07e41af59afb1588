"""Queries that vendors' public guides give as examples: each means what its page says, or is refused with a reason."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from nlp.query import Document, Matcher, QueryError, parse, render
from nlp.query.vendors import from_brandwatch, from_meltwater

NOW = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
GUIDES = tomllib.loads((Path(__file__).parent / "guides.toml").read_text(encoding="utf-8"))["guide"]
READERS = {"ours": lambda text: (parse(text), []), "brandwatch": from_brandwatch, "meltwater": from_meltwater}
CASES = [
    pytest.param(guide["read"], case, id=f"{guide['title'].split(':')[0]}: {case['q']}")
    for guide in GUIDES
    for case in guide["cases"]
]


def document(given):
    if isinstance(given, str):
        return Document(text=given)
    return Document(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})


@pytest.mark.parametrize(("reader", "case"), CASES)
def test_an_example_of_a_guide_means_what_the_guide_says(reader, case):
    if "refused" in case:
        with pytest.raises(QueryError) as refused:
            READERS[reader](case["q"])
        assert case["refused"] in refused.value.message.en
        return
    tree, left_out = READERS[reader](case["q"])
    matcher = Matcher(tree, now=NOW)
    assert [text for text in case["yes"] if not matcher.matches(document(text))] == []
    assert [text for text in case["no"] if matcher.matches(document(text))] == []
    assert len(left_out) == case.get("left_out", 0)
    assert parse(render(tree)) == tree


def test_every_guide_names_the_page_it_is_on():
    assert all(urlsplit(guide["address"]).scheme == "https" and guide["title"] for guide in GUIDES)
    assert len({guide["address"] for guide in GUIDES}) == len(GUIDES) >= 15


def test_more_than_a_hundred_examples_are_traced_to_their_guide():
    assert len({case.values[1]["q"] for case in CASES}) >= 100


@pytest.mark.parametrize(
    ("text", "hint"),
    [("{BT}", 'raw:"BT"'), ("rent /3 car", "NEAR/3"), ("(a AND b)~5", "NEAR/5"), ("++Nike", "raw:")],
)
def test_another_tools_spelling_is_refused_with_ours(text, hint):
    with pytest.raises(QueryError) as refused:
        parse(text)
    assert hint in refused.value.message.en
    assert hint in refused.value.message.fr


def test_braces_inside_a_phrase_are_not_an_operator():
    tree, left_out = from_brandwatch('"a {b} c" OR {NASA}')
    assert Matcher(tree, now=NOW).matches(Document(text="a b c"))
    assert not Matcher(tree, now=NOW).matches(Document(text="nasa"))
    assert left_out == []


@pytest.mark.parametrize(
    "site", ["bild.de", "www.bild.de", "https://bild.de", "http://www.bild.de/sport?x=1", "BILD.de"]
)
def test_a_site_may_be_written_as_an_address(site):
    matcher = Matcher(parse(f'site:"{site}"'), now=NOW)
    assert matcher.matches(Document(text="x", url="https://www.bild.de/politik"))
    assert not matcher.matches(Document(text="x", url="https://wildbild.de/"))
    assert not matcher.matches(Document(text="bild.de"))
