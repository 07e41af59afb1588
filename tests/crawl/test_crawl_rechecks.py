"""Posts already held are asked after again: what is gone is marked, what another copy says proves nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.connector import Answer, Context
from crawlers.job import Held, SourceJob
from crawlers.recheck import MARKER, rechecks
from crawlers.registry import connector
from crawlers.results import handed_over, read_records
from crawlers.run import crawl

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MADE = "2026-11-20T10:00:00+00:00"


def held(post_id, native_id, **more):
    return Held(post_id, "web:someone", native_id, "post", MADE, **more)


def answer(ask, body, status=200):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(ask.url, ask.purpose, ask.payload, status, {"content-type": "application/json"}, raw, 0, NOW)


def asked(kind, options, posts, notes=None, room=100):
    return connector(kind).recheck(posts, room, Context(options=options, notes=notes or {}))


def gone(kind, options, ask, body, status=200, notes=None):
    batch = connector(kind).parse(answer(ask, body, status), Context(options=options, notes=notes or {}))
    assert not batch.troubles
    return {record["post_id"] for record in batch.records if record.get("deleted_at")}


# --- one case per kind of server -----------------------------------------------------------------------------------

WP = {"sites": ["https://blog.example"]}
LEMMY = {"instances": ["https://lem.example"]}
PEERTUBE = {"instances": ["https://pt.example"]}
FORUM = {"sites": ["https://forum.example"]}
URI = "at://did:plc:lea/app.bsky.feed.post/k1"
PERSON = {"id": 1, "name": "lea", "actor_id": "https://lem.example/u/lea"}
LEMMY_POST = {"id": 7, "name": "t", "ap_id": "https://lem.example/post/7", "published": "2026-11-20T10:00:00Z"}
LEMMY_VIEW = {"post_view": {"post": LEMMY_POST, "creator": PERSON, "counts": {}}}
VIDEO = {"uuid": "6f", "url": "https://pt.example/videos/watch/6f", "publishedAt": "2026-11-20T10:00:00Z", "name": "v",
         "account": {"name": "lea", "url": "https://pt.example/accounts/lea"}}  # fmt: skip
BSKY = {"uri": URI, "author": {"did": "did:plc:lea"}, "record": {"text": "x", "createdAt": "2026-11-20T10:00:00Z"}}

CASES = [
    ("bluesky", {}, held("at:did:plc:lea/app.bsky.feed.post/k1", URI), {"posts": [BSKY]}, 200, {"posts": []}, 200),
    ("wordpress", WP, held("web:https://blog.example/a/", "blog.example/post/7"), [{"id": 7}], 200, [], 200),
    ("wordpress", WP, held("web:https://blog.example/a/#comment-3", "blog.example/comment/3"), [{"id": 3}], 200, [], 200),
    ("hackernews", {}, held("hn:item/9", "9"), {"id": 9, "by": "lea", "time": 1795000000, "text": "x"}, 200, None, 200),
    ("hackernews", {}, held("hn:item/9", "9"), {"id": 9, "by": "lea", "time": 1795000000}, 200, {"id": 9, "deleted": True}, 200),
    ("hackernews", {}, held("hn:item/9", "9"), {"id": 9, "by": "lea", "time": 1795000000}, 200, {"id": 9, "dead": True}, 200),
    ("lemmy", LEMMY, held("ap:https://lem.example/post/7", "7", url="https://lem.example/post/7"), LEMMY_VIEW, 200,
     {"error": "couldnt_find_post"}, 400),
    ("lemmy", LEMMY, held("ap:https://lem.example/post/7", "7", url="https://lem.example/post/7"), LEMMY_VIEW, 200,
     {"post_view": {"post": LEMMY_POST | {"deleted": True}, "creator": PERSON}}, 200),
    ("peertube", PEERTUBE, held("ap:https://pt.example/videos/watch/6f", "6f", url="https://pt.example/videos/watch/6f"),
     VIDEO, 200, {"type": "about:blank"}, 404),
    ("discourse", FORUM, held("discourse:forum.example/post/5", "forum.example/post/5"), {"id": 5}, 200, {}, 404),
    ("discourse", FORUM, held("discourse:forum.example/post/5", "forum.example/post/5"), {"id": 5}, 200, {"id": 5, "user_deleted": True}, 200),
    ("mastodon", {}, held("ap:https://m.example/users/lea/statuses/1", "1", seen_as="https://m.example 1"),
     {"id": "1", "uri": "https://m.example/users/lea/statuses/1"}, 200, {"error": "Record not found"}, 404),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "post", "there", "there_status", "away", "away_status"), CASES)
def test_what_is_still_there_stays_and_what_is_not_leaves_a_dated_marker(
    kind, options, post, there, there_status, away, away_status
):
    notes = {"many https://m.example": "no"}
    [ask] = asked(kind, options, [post], notes)
    assert gone(kind, options, ask, there, there_status, notes) == set()
    assert gone(kind, options, ask, away, away_status, notes) == {post.post_id}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_marker_says_nothing_but_that_it_was(case):
    kind, options, post, *_, away, status = case
    notes = {"many https://m.example": "no"}
    [ask] = asked(kind, options, [post], notes)
    batch = connector(kind).parse(answer(ask, away, status), Context(options=options, notes=notes))
    [marker] = [record for record in batch.records if record.get("deleted_at")]
    assert set(marker) <= {"type", "source", "deleted_at", "extra", *MARKER}
    assert marker["deleted_at"].startswith("2026-11-22")


@pytest.mark.parametrize("status", [401, 403, 422, 451])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_refusal_is_no_deletion(case, status):
    kind, options, post, *_ = case
    [ask] = asked(kind, options, [post], {"many https://m.example": "no"})
    batch = connector(kind).parse(answer(ask, {"error": "no"}, status), Context(options=options))
    assert [record for record in batch.records if record.get("deleted_at")] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_an_answer_that_is_none_is_no_deletion(case):
    kind, options, post, *_ = case
    [ask] = asked(kind, options, [post], {"many https://m.example": "no"})
    try:
        batch = connector(kind).parse(answer(ask, b"<html>busy</html>"), Context(options=options))
    except ValueError:
        return
    assert [record for record in batch.records if record.get("deleted_at")] == []


# --- what is asked -------------------------------------------------------------------------------------------------


@given(count=st.integers(0, 120), room=st.integers(0, 10))
def test_many_posts_are_asked_after_at_once_and_never_more_often_than_there_is_room_for(count, room):
    posts = [
        held(f"at:did:plc:lea/app.bsky.feed.post/k{n}", f"at://did:plc:lea/app.bsky.feed.post/k{n}")
        for n in range(count)
    ]
    asks = asked("bluesky", {}, posts, room=room)
    assert len(asks) == min(room, -(-count // 25))
    named = [uri for ask in asks for uri in parse_qs(urlsplit(ask.url).query)["uris"]]
    assert len(named) == len(set(named)) == min(count, room * 25)


def test_rechecks_take_no_more_than_their_share_of_the_budget(job):
    posts = tuple(held(f"hn:item/{n}", str(n)) for n in range(500))
    made = job(SourceJob("hackernews", {}), held={"hackernews": posts}, requests=100)
    assert len(rechecks(connector("hackernews"), made, Context(options={})).asks) == 20
    assert rechecks(connector("hackernews"), job(SourceJob("hackernews", {})), Context(options={})).asks == []


@pytest.mark.parametrize(("last", "asked_after"), [(None, 200), (400, 100), (100, 25), (3, 20)])
def test_a_small_crawl_is_followed_by_few_rechecks(job, last, asked_after):
    posts = tuple(held(f"hn:item/{n}", str(n)) for n in range(500))
    made = job(SourceJob("hackernews", {}), held={"hackernews": posts}, requests=1000)
    assert len(rechecks(connector("hackernews"), made, Context(options={}), last).asks) == asked_after


def test_posts_of_other_places_are_not_asked_for_here():
    elsewhere = [held("web:x", "other.example/post/1", url="https://other.example/1")]
    for kind, options in (
        ("wordpress", WP),
        ("discourse", FORUM),
        ("lemmy", LEMMY),
        ("peertube", PEERTUBE),
        ("bluesky", {}),
    ):
        assert asked(kind, options, elsewhere) == []


def test_a_copy_on_another_server_is_no_proof():
    remote = held("ap:https://b.example/users/x/statuses/1", "9", seen_as="https://m.example 9", home=False)
    assert asked("mastodon", {}, [remote]) == []


def test_a_server_that_knows_no_list_of_posts_is_asked_one_by_one_from_then_on():
    posts = [held(f"ap:https://m.example/s/{n}", str(n), seen_as=f"https://m.example {n}") for n in range(12)]
    [ask] = asked("mastodon", {}, posts)
    batch = connector("mastodon").parse(answer(ask, {"error": "not found"}, 404), Context(options={}))
    assert [one.url for one in batch.asks] == ["https://m.example/api/v1/statuses/0"]
    later = asked("mastodon", {}, posts, batch.notes)
    assert [one.url for one in later] == [f"https://m.example/api/v1/statuses/{n}" for n in range(12)]


def test_a_list_of_none_of_the_posts_asked_for_is_doubted():
    posts = [held(f"ap:https://m.example/s/{n}", str(n), seen_as=f"https://m.example {n}") for n in range(3)]
    [ask] = asked("mastodon", {}, posts)
    batch = connector("mastodon").parse(answer(ask, []), Context(options={}))
    assert batch.records == []
    assert len(batch.asks) == 3


# --- whole crawls --------------------------------------------------------------------------------------------------


def as_held(post):
    return Held(post["post_id"], post["account_id"], post["native_id"], post["kind"], post["published_at"], post.get("url"),
                post["extra"].get("seen_as"), post["extra"].get("view_scope") == "home")  # fmt: skip


def lines(job, kind="post"):
    return {row["post_id"]: row for one in read_records(job.path) if (row := json.loads(one.line))["type"] == kind}


@pytest.mark.parametrize("batched", [True, False])
def test_a_post_taken_back_and_one_edited_are_told_by_the_next_crawl(mastodon, mastodon_job, batched):
    first = mastodon_job()
    crawl(first)
    known = lines(first)
    handed_over(first.path)
    taken, edited = mastodon.posts[2], mastodon.posts[1]
    mastodon.posts.remove(taken)
    edited |= {"content": "<p>corrected</p>", "edited_at": "2026-07-01T00:00:00.000Z"}
    plain = mastodon.answer

    def with_lookups(handler):
        parts = urlsplit(handler.path)
        by_id = {post["id"]: mastodon.shown(post) for post in mastodon.posts}
        if batched and parts.path == "/api/v1/statuses":
            return 200, {}, [by_id[one] for one in parse_qs(parts.query)["id[]"] if one in by_id]
        if parts.path.startswith("/api/v1/statuses/"):
            found = by_id.get(parts.path.rsplit("/", 1)[1])
            return (200, {}, found) if found else (404, {}, {"error": "Record not found"})
        return plain(handler)

    mastodon.server.fallback = with_lookups
    again = mastodon_job(held={"mastodon": tuple(as_held(known[f"ap:{post['uri']}"]) for post in (taken, edited))})
    crawl(again)
    told = lines(again)
    marker = told[f"ap:{taken['uri']}"]
    assert marker["deleted_at"]
    assert "text" not in marker
    assert told[f"ap:{edited['uri']}"]["text"] == "corrected"
    assert [row for row in told.values() if row.get("deleted_at")] == [marker]
