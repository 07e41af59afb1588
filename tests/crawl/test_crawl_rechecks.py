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


def held(post_id, native_id, account_id="web:someone", **more):
    return Held(post_id, account_id, native_id, "post", MADE, **more)


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


HOME = "https://m.example"


def of_one(count):
    return [
        held(f"ap:{HOME}/lea/p/{n}", str(n), account_id=f"ap:{HOME}/lea", seen_as=f"{HOME} {n}") for n in range(count)
    ]


def status(number, text="as it was"):
    who = {"id": "7", "acct": "lea", "uri": f"{HOME}/lea"}
    return {"id": str(number), "uri": f"{HOME}/lea/p/{number}", "account": who, "content": f"<p>{text}</p>",
            "created_at": "2026-03-01T00:00:00Z", "visibility": "public"}  # fmt: skip


def read(ask, body, code=200, notes=None):
    return connector("mastodon").parse(answer(ask, body, code), Context(options={}, notes=notes or {}))


def test_a_server_that_cannot_be_asked_for_many_posts_is_asked_for_its_peoples_lists_from_then_on():
    [ask] = asked("mastodon", {}, of_one(12))
    batch = read(ask, {"error": "not found"}, 404)
    assert [one.url for one in batch.asks] == [f"{HOME}/api/v1/accounts/lookup?acct=lea#again"]
    later = asked("mastodon", {}, of_one(12), batch.notes)
    assert [one.url for one in later] == [one.url for one in batch.asks]


def test_one_or_two_posts_of_a_person_are_asked_for_alone():
    asks = asked("mastodon", {}, of_one(2), {f"many {HOME}": "no"})
    assert [one.url for one in asks] == [f"{HOME}/api/v1/statuses/{n}" for n in range(2)]


@given(st.sets(st.integers(1, 30), max_size=8))
def test_what_a_list_no_longer_has_is_asked_for_alone_and_nothing_else(missing):
    [who] = asked("mastodon", {}, of_one(31), {f"many {HOME}": "no"})
    [page] = read(who, {"id": "7"}).asks
    assert page.url == f"{HOME}/api/v1/accounts/7/statuses?limit=40#again"
    batch = read(page, [status(n) for n in range(30, -1, -1) if n not in missing])
    assert {one.url for one in batch.asks} == {f"{HOME}/api/v1/statuses/{n}" for n in missing}
    assert [record for record in batch.records if record.get("deleted_at")] == []


def test_a_list_is_read_on_while_posts_held_are_older_than_what_it_told():
    [who] = asked("mastodon", {}, of_one(60), {f"many {HOME}": "no"})
    [page] = read(who, {"id": "7"}).asks
    batch = read(page, [status(n) for n in range(59, 19, -1)])
    assert [one.url for one in batch.asks] == [f"{HOME}/api/v1/accounts/7/statuses?limit=40&max_id=20#again"]
    assert {row["post_id"] for row in batch.asks[0].payload["held"]} == {f"ap:{HOME}/lea/p/{n}" for n in range(20)}


def test_a_list_that_repeats_itself_is_left_and_what_it_does_not_tell_is_asked_for_alone():
    [who] = asked("mastodon", {}, of_one(60), {f"many {HOME}": "no"})
    [page] = read(who, {"id": "7"}).asks
    rows = [status(n) for n in range(59, 19, -1)]
    [second] = read(page, rows).asks
    batch = read(second, rows)
    assert [one.url for one in batch.asks] == [f"{HOME}/api/v1/statuses/{n}" for n in range(20)]


def test_a_correction_is_read_in_the_list():
    [who] = asked("mastodon", {}, of_one(3), {f"many {HOME}": "no"})
    [page] = read(who, {"id": "7"}).asks
    batch = read(page, [status(2), status(1, "corrected"), status(0)])
    assert {r["native_id"]: r["text"] for r in batch.records if r["type"] == "post"}["1"] == "corrected"


@pytest.mark.parametrize("code", [401, 403])
def test_a_server_that_shows_no_single_post_by_its_api_is_asked_for_it_at_its_own_address(code):
    [first] = asked("mastodon", {}, of_one(1), {f"many {HOME}": "no"})
    batch = read(first, b"", code)
    assert batch.notes == {f"single {HOME}": "closed"}
    [ask] = batch.asks
    assert (ask.url, ask.accept) == (f"{HOME}/lea/p/0", "application/activity+json")
    [later] = asked("mastodon", {}, of_one(1), {f"many {HOME}": "no", **batch.notes})
    assert later.url == ask.url


NOTE = {"id": f"{HOME}/lea/p/0", "type": "Note", "content": "<p>better <a href='https://moulin.example/'>so</a></p>",
        "updated": "2099-01-01T00:00:00Z", "tag": [{"type": "Hashtag", "name": "#Moulin"}]}  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code", "told"),
    [
        (b"", 404, "gone"),
        (b"", 410, "gone"),
        ({"type": "Tombstone", "id": f"{HOME}/lea/p/0"}, 200, "gone"),
        (NOTE, 200, "corrected"),
        (NOTE | {"updated": None}, 200, "nothing"),
        (NOTE | {"id": "https://other.example/9"}, 200, "nothing"),
        (b"<html>a page for people</html>", 200, "nothing"),
        (b"", 401, "nothing"),
        ([], 200, "nothing"),
    ],
)
def test_what_a_posts_own_address_tells(body, code, told):
    [ask] = asked("mastodon", {}, of_one(1), {f"many {HOME}": "no", f"single {HOME}": "closed"})
    records = read(ask, body, code).records
    if told == "nothing":
        assert records == []
    elif told == "gone":
        assert [bool(record["deleted_at"]) for record in records] == [True]
    else:
        [record] = records
        assert (record["text"], record["links"], record["hashtags"]) == (
            "better so",
            ["https://moulin.example/"],
            ["moulin"],
        )


def test_the_address_of_a_post_is_asked_at_its_own_server_only():
    elsewhere = held("ap:https://b.example/p/1", "1", account_id="ap:https://b.example/x", seen_as=f"{HOME} 1")
    [ask] = asked("mastodon", {}, [elsewhere], {f"many {HOME}": "no"})
    batch = read(ask, b"", 401)
    assert batch.asks == []
    assert batch.troubles == [("closed_recheck", f"401 {HOME}")]


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
