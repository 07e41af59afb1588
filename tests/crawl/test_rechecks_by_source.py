"""What sources tell of posts held: gone leaves a dated marker, an edit replaces, a refusal or silence proves nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawlers.connector import Answer, Connector, Context
from crawlers.job import Held
from crawlers.recheck import MARKER
from crawlers.registry import connector, connectors
from crawlers.sources.nostr import _again as again

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MADE = "2026-11-20T10:00:00+00:00"


def held(post_id, native_id, by="web:someone", kind="post", **more):
    return Held(post_id, by, native_id, kind, MADE, **more)


def answer(ask, body, status=200):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html" if raw.lstrip().startswith(b"<") else "application/json"
    return Answer(ask.url, ask.purpose, ask.payload, status, {"content-type": kind}, raw, 0, NOW)


def asked(kind, options, posts, room=100):
    return connector(kind).recheck(posts, room, Context(options=options))


def markers(kind, options, ask, body, status=200):
    batch = connector(kind).parse(answer(ask, body, status), Context(options=options))
    return [record for record in batch.records if record.get("deleted_at")], batch.troubles


def gone(kind, options, ask, body, status=200):
    found, troubles = markers(kind, options, ask, body, status)
    assert not troubles
    return {record["post_id"] for record in found}


FORUM = {"sites": ["https://forum.example"]}
SE = {"sites": ["stackoverflow"]}
OWNER = {"account_id": 18, "user_id": 37, "display_name": "Léa", "user_type": "registered"}
QUESTION = {"question_id": 5, "creation_date": 1795000000, "owner": OWNER, "title": "t", "body": "<p>b</p>"}
ANSWER = {"answer_id": 6, "question_id": 5, "creation_date": 1795000000, "owner": OWNER, "body": "<p>b</p>"}
DEV = {"sites": ["https://dev.example"]}
ARTICLE = {"type_of": "article", "id": 7, "published_at": MADE, "title": "t", "body_html": "<p>b</p>",
           "user": {"user_id": 3, "username": "lea"}, "url": "https://dev.example/lea/t"}  # fmt: skip
MISSKEY = {"instances": ["https://mk.example"]}
NOTE = {
    "id": "n1",
    "createdAt": MADE,
    "text": "x",
    "visibility": "public",
    "user": {"id": "u1", "username": "lea", "host": None},
}
VIDEO_ITEM = {
    "id": "v1",
    "snippet": {"channelId": "UC" + "a" * 22, "publishedAt": MADE, "title": "t", "description": "d"},
}
CHANNEL = "yt:channel/UC" + "a" * 22
THING = {
    "kind": "t3",
    "data": {"name": "t3_a", "author_fullname": "t2_lea", "created_utc": 1795000000.0, "title": "t", "selftext": "x"},
}
SITE = {"sites": ["https://site.example/blog"], "verify": False}
PAGE = b"""<html lang="en"><head><link rel="canonical" href="https://site.example/blog/a"><meta property="og:type" content="article">
<meta name="author" content="Lea Moulin"><meta property="article:published_time" content="2026-11-20T10:00:00Z"></head>
<body><article><h1>Filter</h1><p>Filter coffee, long and clear, brewed on a Sunday with a kettle.</p></article></body></html>"""
REPOST = "at://did:plc:lea/app.bsky.feed.repost/r1"

CASES = [
    ("stackexchange", SE, held("se:stackoverflow/5", "stackoverflow/5", by="se:account/18"), {"items": [QUESTION]}, 200, {"items": []}, 200),
    ("stackexchange", SE, held("se:stackoverflow/6", "stackoverflow/6", by="se:account/18", kind="reply"), {"items": [ANSWER]}, 200, {"items": []}, 200),
    ("stackexchange", SE, held("se:stackoverflow/5", "stackoverflow/5", by="se:account/18"), {"items": [QUESTION]}, 200,
     {"items": [QUESTION | {"owner": {"user_type": "does_not_exist", "display_name": "user37"}}]}, 200),
    ("forem", DEV, held("forem:dev.example/article/7", "dev.example/article/7"), ARTICLE, 200, {"error": "not found", "status": 404}, 404),
    ("forem", DEV, held("forem:dev.example/comment/1k", "dev.example/comment/1k"), {"type_of": "comment"}, 200, {"error": "not found"}, 404),
    ("misskey", MISSKEY, held("ap:https://mk.example/notes/n1", "n1", by="ap:https://mk.example/users/u1"), NOTE, 200,
     {"error": {"code": "NO_SUCH_NOTE"}}, 400),
    ("misskey", MISSKEY, held("ap:https://mk.example/notes/n1", "n1", by="ap:https://mk.example/users/u1"), NOTE, 200,
     NOTE | {"visibility": "followers", "text": None}, 200),
    ("youtube", {}, held("yt:video/v1", "v1", by=CHANNEL), {"items": [VIDEO_ITEM]}, 200, {"items": []}, 200),
    ("reddit", {}, held("reddit:t3_a", "t3_a", by="reddit:t2_lea"), {"data": {"children": [THING]}}, 200, {"data": {"children": []}}, 200),
    ("reddit", {}, held("reddit:t3_a", "t3_a", by="reddit:t2_lea"), {"data": {"children": [THING]}}, 200,
     {"data": {"children": [{"data": THING["data"] | {"selftext": "[removed]"}}]}}, 200),
    ("web", SITE, held("web:https://site.example/blog/a", "https://site.example/blog/a", url="https://site.example/blog/a"), PAGE, 200, b"gone", 410),
    ("feeds", {}, held("web:https://blog.example/a", "guid-1", url="https://blog.example/a"), PAGE, 200, b"<html>not found</html>", 404),
    ("bluesky", {}, held("at:did:plc:lea/app.bsky.feed.repost/r1", REPOST, kind="repost"), {"uri": REPOST, "value": {}}, 200,
     {"error": "InvalidRequest", "message": f"Could not locate record: {REPOST}"}, 400),
    ("bluesky", {}, held("at:did:plc:lea/app.bsky.feed.repost/r1", REPOST, kind="repost"), {"uri": REPOST, "value": {}}, 200,
     {"error": "RecordNotFound", "message": "no"}, 400),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "post", "there", "status", "away", "away_status"), CASES)
def test_what_is_there_stays_and_what_is_not_leaves_a_marker(kind, options, post, there, status, away, away_status):
    [ask] = asked(kind, options, [post])
    assert gone(kind, options, ask, there, status) == set()
    assert gone(kind, options, ask, away, away_status) == {post.post_id}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_marker_holds_no_words(case):
    kind, options, post, *_, away, status = case
    [ask] = asked(kind, options, [post])
    [marker], _ = markers(kind, options, ask, away, status)
    assert set(marker) <= {"type", "source", "deleted_at", "extra", *MARKER}
    assert marker["deleted_at"].startswith("2026-11-22")


@pytest.mark.parametrize("status", [401, 403, 429, 451, 500, 503])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_refusal_or_a_failure_is_no_deletion(case, status):
    kind, options, post, *_ = case
    [ask] = asked(kind, options, [post])
    assert markers(kind, options, ask, {"error": "no"}, status)[0] == []


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"[]", b"{}", b"null", b"", b'{"items": 3}', b'{"data": []}'])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_an_answer_that_is_none_is_no_deletion(case, body):
    kind, options, post, *_ = case
    [ask] = asked(kind, options, [post])
    try:
        assert markers(kind, options, ask, body)[0] == []
    except ValueError:
        return


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_no_more_is_asked_than_there_is_room_for(case):
    kind, options, post, *_ = case
    assert asked(kind, options, [post] * 3, room=0) == []
    assert len(asked(kind, options, [post] * 3, room=1)) == 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_what_another_place_told_is_not_asked_for_here(case):
    kind, options, *_ = case
    elsewhere = held("other:1", "elsewhere.example/1")
    assert asked(kind, options, [elsewhere]) == []


# --- edits ----------------------------------------------------------------------------------------------------------

POST_5 = {"id": 5, "version": 2, "updated_at": "2026-11-21T10:00:00Z", "created_at": MADE, "user_id": 9, "username": "lea",
          "cooked": "<p>corrected</p>", "post_number": 1, "topic_id": 2}  # fmt: skip
EDITS = [
    ("stackexchange", SE, CASES[0][2], {"items": [QUESTION | {"body": "<p>corrected</p>", "last_edit_date": 1795000100}]}),
    ("forem", DEV, CASES[3][2], ARTICLE | {"body_html": "<p>corrected</p>", "edited_at": "2026-11-21T10:00:00Z"}),
    ("misskey", MISSKEY, CASES[5][2], NOTE | {"text": "corrected", "updatedAt": "2026-11-21T10:00:00Z"}),
    ("youtube", {}, CASES[7][2], {"items": [{**VIDEO_ITEM, "snippet": VIDEO_ITEM["snippet"] | {"description": "corrected"}}]}),
    ("reddit", {}, CASES[8][2], {"data": {"children": [{"data": THING["data"] | {"selftext": "corrected", "edited": 1795000100.0}}]}}),
    ("web", SITE, CASES[10][2], PAGE.replace(b"Filter coffee, long and clear", b"corrected")),
    ("discourse", FORUM, held("discourse:forum.example/post/5", "forum.example/post/5"), POST_5),
]  # fmt: skip


@pytest.mark.parametrize("case", EDITS, ids=lambda case: case[0])
def test_what_was_edited_is_taken_as_it_is_now_and_its_former_words_are_not_told(case):
    kind, options, post, body = case
    [ask] = asked(kind, options, [post])
    batch = connector(kind).parse(answer(ask, body), Context(options=options))
    [told] = [record for record in batch.records if record["type"] == "post"]
    assert told["post_id"] == post.post_id
    assert "corrected" in told["text"]
    assert not told.get("deleted_at")


def test_a_deletion_on_a_relay_counts_only_when_the_author_asked_for_it():
    mine, other = "a" * 64, "b" * 64
    post = held(f"nostr:{'1' * 64}", "1" * 64, by=f"nostr:{mine}")
    for by, markers in ((mine, [post.post_id]), (other, [])):
        told = [
            {
                "kind": 5,
                "id": "2" * 64,
                "pubkey": by,
                "created_at": 1795000000,
                "tags": [["e", "1" * 64]],
                "content": "",
            }
        ]
        [ask] = asked("nostr", {"relays": ["wss://relay.example"]}, [post])
        assert ask.payload["post"] == [{"kinds": [5], "#e": ["1" * 64], "limit": 500}]
        read = again(answer(ask, []), Context(options={}), told).records
        assert [record["post_id"] for record in read] == markers


def test_a_silent_relay_proves_nothing():
    post = held(f"nostr:{'1' * 64}", "1" * 64, by=f"nostr:{'a' * 64}")
    options = {"relays": ["wss://relay.example"]}
    [ask] = asked("nostr", options, [post])
    assert gone("nostr", options, ask, []) == set()


def test_every_source_that_keeps_peoples_words_asks_after_them_again():
    telling = {kind for kind, one in connectors().items() if type(one).recheck is not Connector.recheck}
    headlines_and_lists = {"gdelt", "wikidata", "podcastindex"}
    assert set(connectors()) - telling == headlines_and_lists
