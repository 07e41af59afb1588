"""Mentions of the brand and its competitors: hashtags of their names, links to their sites, searches."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.connector import Answer, Context
from crawlers.job import SourceJob
from crawlers.mastodon_mentions import hashtag, hashtags, is_of, read_trends
from crawlers.registry import connector
from crawlers.results import read_records
from crawlers.run import crawl

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(("name", "tag"), [
    ("Brûlerie du Canal", "brulerieducanal"), ("Torréfaction-Nord", "torrefactionnord"), ("Café 21", "cafe21"), ("42", None), ("&", None),
])  # fmt: skip
def test_a_name_is_looked_for_as_people_tag_it(name, tag):
    assert hashtag(name) == tag


@given(st.text(max_size=40))
def test_any_name_gives_a_tag_that_can_stand_in_an_address_or_none(name):
    tag = hashtag(name)
    assert tag is None or (tag.isalnum() and hashtag(tag) in (tag, hashtag(tag)))


def test_the_briefs_own_hashtags_are_not_asked_for_twice():
    context = Context(options={}, seed_hashtags=("Café",), brand_names=("café", "Moulin Bleu"))
    assert [hashtag(tag) for tag in hashtags(context)] == ["cafe", "moulinbleu"]


@pytest.mark.parametrize(("url", "of"), [
    ("https://brulerie.example/x", True), ("https://www.brulerie.example/", True), ("http://shop.brulerie.example:8080/", True),
    ("https://notbrulerie.example/", False), ("https://brulerie.example.evil.example/", False), ("nonsense", False),
])  # fmt: skip
def test_a_link_is_of_a_domain_or_below_it(url, of):
    assert is_of(url, ("brulerie.example",)) is of


def test_only_links_to_the_brands_sites_are_followed():
    body = json.dumps([{"url": "https://brulerie.example/filtre"}, {"url": "https://other.example/"}, {"url": 3}, "x"])
    told = Answer(
        "https://m.example/api/v1/trends/links", "trends", {"base": "https://m.example"}, 200, {}, body.encode(), 0, NOW
    )
    [ask] = read_trends(told, Context(options={}, brand_domains=("brulerie.example",))).asks
    assert parse_qs(urlsplit(ask.url).query)["url"] == ["https://brulerie.example/filtre"]
    with pytest.raises(ValueError, match="links"):
        read_trends(Answer("u", "trends", {"base": "b"}, 200, {}, b"{}", 0, NOW), Context(options={}))


@pytest.mark.parametrize(("kind", "options"), [
    ("hackernews", {}), ("peertube", {"instances": ["https://pt.example"]}),
])  # fmt: skip
def test_searches_are_made_for_the_brands(kind, options):
    asks = connector(kind).seeds(Context(options=options, brand_names=("Moulin Bleu",))).asks
    assert any("Moulin" in ask.url for ask in asks)


def test_posts_that_share_a_link_to_the_brand_are_found_and_say_how(mastodon, mastodon_job):
    shared = mastodon.posts[40]
    shared["card"] = {"url": "https://brulerie.example/filtre"}
    plain = mastodon.answer

    def with_links(handler):
        path = urlsplit(handler.path).path
        if path == "/api/v1/trends/links":
            return 200, {}, [{"url": "https://brulerie.example/filtre"}]
        if path == "/api/v1/timelines/link":
            return 200, {}, [mastodon.shown(shared)]
        return plain(handler)

    mastodon.server.fallback = with_links
    source = SourceJob("mastodon", {"instances": [mastodon.server.base], "hops": 0})
    job = mastodon_job(
        sources=(source,),
        seed_accounts=(),
        seed_hashtags=(),
        brand_names=("Coffee",),
        brand_domains=("brulerie.example",),
    )
    crawl(job)
    found = {
        row["post_id"]: (record.via, row)
        for record in read_records(job.path)
        if (row := json.loads(record.line))["type"] == "post"
    }
    way, row = found[f"ap:{shared['uri']}"]
    assert way == "link: https://brulerie.example/filtre"
    assert "https://brulerie.example/filtre" in row["links"]
    assert {way for way, _ in found.values()} == {"link: https://brulerie.example/filtre", "timeline: #coffee"}
