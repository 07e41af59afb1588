"""Two hundred queries from vendors' guides: each matches what it must and nothing that it must not, or is refused."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from nlp.query import Document, Matcher, QueryError, parse, render

NOW = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
GROUPS = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=f"{group}: {case['q']}") for group, cases in GROUPS.items() for case in cases]


def document(given):
    if isinstance(given, str):
        return Document(text=given)
    return Document(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})


@pytest.mark.parametrize("case", CASES)
def test_a_query_from_a_guide_means_what_the_guide_says(case):
    if "refused" in case:
        with pytest.raises(QueryError) as refused:
            parse(case["q"])
        assert case["refused"] in refused.value.message.en
        return
    tree = parse(case["q"])
    matcher = Matcher(tree, now=NOW)
    assert [text for text in case["yes"] if not matcher.matches(document(text))] == []
    assert [text for text in case["no"] if matcher.matches(document(text))] == []
    assert parse(render(tree)) == tree


def test_there_are_two_hundred_cases():
    assert len(CASES) >= 200
    assert all("refused" in case.values[0] or (case.values[0]["yes"] and case.values[0]["no"]) for case in CASES)
