"""For every source there is something that surely is not there, and it is asked for as one of its own."""

from __future__ import annotations

import pytest

from crawlers.connector import Context
from crawlers.registry import connector, connectors
from crawlers.report import Trouble
from crawlers.seeds import knows
from data.bilingual import Bilingual
from pipelines.detection.absent import PLACES, SEEDS, absent
from pipelines.detection.canaries import _is_found

OPTIONS = {
    "mastodon": {"instances": ["https://m.example"], "tag_pages": 2}, "misskey": {"instances": ["mk.example"]},
    "lemmy": {"instances": ["https://lem.example"], "communities": ["coffee"]}, "peertube": {"instances": ["pt.example"]},
    "discourse": {"sites": ["https://forum.example"]}, "forem": {"sites": ["https://dev.example"], "tags": ["coffee"]},
    "stackexchange": {"sites": ["coffee"], "tags": ["v60"]}, "nostr": {"relays": ["wss://r.example"]},
    "feeds": {"urls": ["https://blog.example/feed.xml"]}, "web": {"sites": ["https://blog.example"]}, "wordpress": {"sites": ["blog.example"]},
}  # fmt: skip


def test_every_connector_has_one():
    assert set(SEEDS) | set(PLACES) == set(connectors())
    assert not set(SEEDS) & set(PLACES)


@pytest.mark.parametrize("kind", sorted(SEEDS))
def test_an_invented_account_is_one_that_the_source_would_know(kind):
    options = OPTIONS.get(kind, {})
    told = absent(kind, options, None)
    assert told
    assert knows(connector(kind), options, told.seed)
    assert absent(kind, options, None) != told


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_an_invented_place_is_asked_for_and_nothing_else(kind):
    told = absent(kind, OPTIONS.get(kind, {}), None)
    urls = [ask.url for ask in connector(kind).seeds(Context(options=told.options)).asks]
    assert urls
    assert all("vigie" in url for url in urls)


@pytest.mark.parametrize("kind", ["feeds", "web", "wordpress", "misskey", "discourse"])
def test_where_no_place_is_named_nothing_is_invented(kind):
    assert absent(kind, {}, None) is None


@pytest.mark.parametrize(("kind", "like", "end"), [
    ("mastodon", "@lea@far.example", "@far.example"), ("bluesky", "lea.example.org", ".example.org"), ("bluesky", "did:plc:x", ".bsky.social"),
])  # fmt: skip
def test_it_lives_where_the_account_lives_that_is_there(kind, like, end):
    assert absent(kind, {}, like).seed.endswith(end)


def test_lists_are_left_out_when_somebody_is_asked_for():
    assert "communities" not in absent("lemmy", OPTIONS["lemmy"], None).options


UNKNOWN = Trouble("unknown_account", "x", 1, "")
ACCOUNT = {"type": "account", "account_id": "nostr:ab", "handle": "lea"}


@pytest.mark.parametrize(("told", "troubles", "found"), [
    ([ACCOUNT], [], True), ([ACCOUNT], [UNKNOWN], False), ([ACCOUNT | {"handle": "npub1x"}], [UNKNOWN], True), ([], [], False), ([{"type": "post"}], [], False),
])  # fmt: skip
def test_who_was_asked_for_alone_is_who_was_told_unless_said_to_be_unknown(told, troubles, found):
    assert _is_found("npub1x", told, troubles) is found


def test_what_is_unknown_is_said_in_both_languages():
    assert isinstance(UNKNOWN.sentence, Bilingual)
