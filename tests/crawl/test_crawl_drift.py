"""Schema drift: a field that comes or goes is told, and stops nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.connector import Answer
from crawlers.drift import AT_FIRST, EVERY, Drift, endpoints
from crawlers.registry import connectors
from crawlers.report import Trouble, read_report
from crawlers.run import crawl

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HERE = "https://m.example"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def answer(purpose, body, status=200):
    return Answer(HERE, purpose, {}, status, {}, json.dumps(body).encode(), 0, NOW)


def whole(kind, purpose, **changes):
    [endpoint, *_] = endpoints()[kind, purpose]
    return dict.fromkeys(endpoint.known, "x") | changes


def test_the_known_fields_raise_no_alarm():
    assert Drift().troubles("hackernews", HERE, answer("item", whole("hackernews", "item"))) == []


def test_a_new_field_is_named():
    told = Drift().troubles("hackernews", HERE, answer("item", whole("hackernews", "item", mood="good", zeal=3)))
    assert told == [("new_field item", "mood, zeal")]


def test_a_field_that_went_is_named():
    body = whole("hackernews", "item")
    del body["type"]
    assert Drift().troubles("hackernews", HERE, answer("item", body)) == [("missing_field item", "type")]


def test_a_field_that_one_thing_of_a_list_lacks_is_not_missed():
    first, second = whole("wordpress", "comments"), whole("wordpress", "comments")
    del first["author_name"]
    assert Drift().troubles("wordpress", HERE, answer("comments", [first, second])) == []


def test_an_empty_list_and_a_refusal_tell_nothing():
    assert Drift().troubles("wordpress", HERE, answer("posts", [])) == []
    assert Drift().troubles("wordpress", HERE, answer("posts", {"code": "closed"}, 401)) == []


def test_only_some_answers_are_looked_at():
    watch, strange = Drift(), answer("item", whole("hackernews", "item", mood="good"))
    told = [bool(watch.troubles("hackernews", HERE, strange)) for _ in range(3 * EVERY)]
    assert sum(told) == AT_FIRST + 3
    assert watch.troubles("hackernews", "https://other.example", strange)


def test_names_from_outside_are_bounded_and_plain():
    strange = {f"<b>{n}</b>": 1 for n in range(50)} | {f"field{n}": 1 for n in range(50)}
    [(_, named)] = Drift().troubles("hackernews", HERE, answer("item", whole("hackernews", "item") | strange))
    assert "<" not in named
    assert len(named) < 200


@given(body=ANYTHING, key=st.sampled_from(sorted(endpoints())))
def test_whatever_is_sent_raises_nothing(body, key):
    for kind, detail in Drift().troubles(key[0], HERE, answer(key[1], body)):
        assert kind.split()[0] in {"new_field", "missing_field"}
        assert detail


def test_every_declared_endpoint_is_one_of_a_connector():
    assert {kind for kind, _ in endpoints()} <= set(connectors())


@pytest.mark.parametrize(("kind", "fr", "en"), [
    ("new_field posts", "champs nouveaux", "new fields"), ("missing_field posts", "champs disparus", "fields gone"),
])  # fmt: skip
def test_the_alarm_is_a_sentence_in_both_languages(kind, fr, en):
    told = Trouble(kind, "https://m.example", 2, "mood").sentence
    assert fr in told.fr
    assert en in told.en
    assert "mood" in told.fr


def test_a_crawl_reports_a_vanished_field_and_goes_on(mastodon, mastodon_job):
    for post in mastodon.posts:
        del post["visibility"]
        post["mood"] = "good"
    job = mastodon_job()
    crawl(job)
    [source] = read_report(job.path).sources
    alarms = {trouble.kind: trouble.detail for trouble in source.troubles}
    assert alarms["missing_field statuses"] == "visibility"
    assert alarms["new_field statuses"] == "mood"
    assert source.new_records > 100


def test_a_new_field_alone_degrades_nothing(mastodon, mastodon_job):
    for post in mastodon.posts:
        post["mood"] = "good"
    job = mastodon_job()
    crawl(job)
    [source] = read_report(job.path).sources
    assert [trouble.kind for trouble in source.troubles] == ["new_field statuses"]
    assert not source.degraded
