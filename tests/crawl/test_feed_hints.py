"""A feed says how often it wishes to be asked, where its news are pushed and under which name; both are heeded."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.connector import Answer, Context
from crawlers.feed_hints import rest_of
from crawlers.job import SourceJob
from crawlers.registry import connector

NOON = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)  # a Monday
HOUR, DAY = 3600.0, 86_400.0


def feed(head="", items=1):
    rows = "".join(
        f"<item><title>V60 {n}</title><guid isPermaLink='false'>{n}</guid><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>"
        for n in range(items)
    )
    return f"<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>Blog</title><link>https://blog.example/</link>{head}{rows}</channel></rss>"


@pytest.mark.parametrize(("head", "rest"), [
    ("", 0), ("<ttl>60</ttl>", HOUR), ("<ttl> 90 </ttl>", 1.5 * HOUR), ("<ttl>999999</ttl>", DAY), ("<ttl>soon</ttl>", 0), ("<ttl>-5</ttl>", 0),
    ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", HOUR / 2),
    ("<sy:updatePeriod>\n\tdaily\t</sy:updatePeriod>", DAY), ("<sy:updatePeriod>weekly</sy:updatePeriod><sy:updateFrequency>14</sy:updateFrequency>", 12 * HOUR),
    ("<sy:updatePeriod>never</sy:updatePeriod>", 0), ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", HOUR),
    ("<skipHours><hour>12</hour><hour>13</hour></skipHours>", 1.5 * HOUR), ("<skipHours><hour>3</hour></skipHours>", 0),
    ("<ttl>60</ttl><skipHours><hour>13</hour></skipHours>", 1.5 * HOUR), ("<skipDays><day>Monday</day></skipDays>", 11.5 * HOUR),
    ("<skipDays>" + "".join(f"<day>{day}</day>" for day in ("Monday", "Tuesday")) + "</skipDays>", DAY),
    ("<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(25)) + "</skipHours>", DAY),
])  # fmt: skip
def test_a_feed_is_left_alone_as_long_as_it_asks_a_day_at_most(head, rest):
    assert rest_of(feed(head).encode(), NOON) == rest


def test_what_an_entry_says_is_not_the_feeds_wish():
    assert rest_of(feed().replace("<pubDate>", "<ttl>60</ttl><pubDate>").encode(), NOON) == 0


@given(st.binary(max_size=300), st.datetimes(timezones=st.just(UTC), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_any_body_asks_for_nothing_to_a_day(body, now):
    assert 0 <= rest_of(body, now) <= DAY


def test_midnight_may_be_written_as_24():
    late = NOON.replace(hour=23, minute=59) + timedelta(minutes=2)
    assert rest_of(feed("<skipHours><hour>24</hour></skipHours>").encode(), late) == pytest.approx(59 * 60)


# --- in a crawl -----------------------------------------------------------------------------------------------------

ADDRESS = "https://blog.example/feed.xml"


def crawled(job, world, pages, later):
    """Return what two crawls ask of a feed, the second `later` seconds after the first."""
    made = job(SourceJob("feeds", {"urls": [ADDRESS], "pages": False}))
    world.pages = pages
    world.crawl(made).frontier.close()
    first, world.now = len(world.log), world.now + later
    world.crawl(made).frontier.close()
    return [url for _, url in world.log[:first]].count(ADDRESS), [url for _, url in world.log[first:]].count(ADDRESS)


@pytest.mark.parametrize(
    ("head", "later", "again"),
    [("", 600, 1), ("<ttl>60</ttl>", 600, 0), ("<ttl>60</ttl>", 4000, 1), ("<ttl>60</ttl>", 90_000, 1)],
)
def test_a_crawl_asks_again_when_the_feed_has_rested(job, world, head, later, again):
    page = (200, {"Content-Type": "application/rss+xml"}, feed(head))
    assert crawled(job, world, {ADDRESS: page}, later) == (1, again)


def test_a_feed_is_asked_conditionally(job, world):
    served = []

    def answer():
        served.append(1)
        return (
            200,
            {"Content-Type": "application/rss+xml", "ETag": '"1"', "Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT"},
            feed(),
        )

    assert crawled(job, world, {ADDRESS: answer}, 600) == (1, 1)
    assert len(served) == 2


@pytest.mark.parametrize("status", [404, 410, 500])
def test_a_feed_that_fails_is_named_and_nobody_is_told_to_be_gone(job, world, status):
    """YouTube's feeds answered 404 for days while every channel was there."""
    told = connector("feeds").parse(Answer(ADDRESS, "feed", {}, status, {}, b"", 0, NOON), Context(options={}))
    assert [kind for kind, _ in told.troubles] == [f"http_{status}"]
    assert told.records == []
    assert crawled(job, world, {ADDRESS: (status, {}, "")}, 90_000)[1] >= 1


# --- WebSub ---------------------------------------------------------------------------------------------------------

HUB, SELF = "https://hub.example/", "https://blog.example/canonical.xml"
LINKS = f'<atom:link rel="hub" href="{HUB}"/><atom:link rel="self" href="{SELF}"/>'
ATOM = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><link rel="hub" href="{HUB}"/><link rel="self" href="{SELF}"/><entry><id>1</id><title>V60</title><updated>2026-11-20T10:00:00Z</updated></entry></feed>'
JSON = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Blog", "feed_url": SELF, "hubs": [{"type": "WebSub", "url": HUB}],
                   "items": [{"id": "1", "content_text": "V60", "date_published": "2026-11-20T10:00:00Z"}]})  # fmt: skip


@pytest.mark.parametrize(("body", "headers", "topic"), [
    (feed(LINKS), {}, SELF), (ATOM, {}, SELF), (JSON, {"content-type": "application/feed+json"}, SELF),
    (feed(), {"link": f'<{HUB}>; rel="hub", <{SELF}>; rel="self"'}, SELF), (feed(f'<atom:link rel="hub" href="{HUB}"/>'), {}, ADDRESS),
])  # fmt: skip
def test_the_hub_and_the_topic_are_kept_with_the_account(body, headers, topic):
    told = Answer(ADDRESS, "feed", {}, 200, {"content-type": "application/xml"} | headers, body.encode(), 0, NOON)
    records = connector("feeds").parse(told, Context(options={"pages": False})).records
    extra = next(record["extra"] for record in records if record["type"] == "account")
    assert (extra["hub"], extra["topic"]) == (HUB, topic)


def test_a_topic_without_a_hub_means_nothing():
    body = feed(f'<atom:link rel="self" href="{SELF}"/>').encode()
    told = Answer(ADDRESS, "feed", {}, 200, {"content-type": "application/xml"}, body, 0, NOON)
    records = connector("feeds").parse(told, Context(options={"pages": False})).records
    assert all("topic" not in record.get("extra", {}) for record in records)
