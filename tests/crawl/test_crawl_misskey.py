"""Misskey: every question a POST, nobody's words before their profile."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawlers.connector import Answer, Context
from crawlers.job import SourceJob
from crawlers.registry import connector
from crawlers.results import read_records
from crawlers.run import crawl
from crawlers.shapes import posting

FIXTURES = Path(__file__).parent / "fixtures" / "misskey"
AT = datetime(2026, 11, 22, tzinfo=UTC)
LEA, NINA = "ap:https://mi.example/users/9abc", "ap:https://far.example/users/nina"


def told(name: str, *, hop: int = 0, since: datetime | None = None, change: Any = None, **options: Any):
    it = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    body = it["body"] if change is None else change(it["body"])
    answer = Answer(
        it["url"], it["purpose"], it["payload"], it["status"], it["headers"], json.dumps(body).encode(), hop, AT
    )
    return connector("misskey").parse(answer, Context(options=options, since=since, posts_per_account=200))


def posts(batch):
    return {record["post_id"].rsplit("/", 1)[1]: record for record in batch.records if record["type"] == "post"}


def test_a_profile_is_read_with_its_fields_and_counts():
    [lea] = told("users_show").records
    assert (lea["account_id"], lea["handle"]) == (LEA, "@lea@mi.example")
    assert (lea["followers"], lea["posts"], lea["location"], lea["language"]) == (310, 128, "Lyon", "fr")
    assert lea["links"] == lea["verified_links"] == ["https://lea.example/"]


def test_a_person_from_elsewhere_keeps_the_key_of_their_home():
    [nina] = told("users_show_elsewhere").records
    assert (nina["account_id"], nina["handle"], nina["extra"]["view_scope"]) == (
        NINA,
        "@nina@far.example",
        "remote_view",
    )


def test_who_asked_crawlers_to_stay_away_is_not_asked_further():
    batch = told("users_show_opted_out")
    assert batch.records[0]["consent"] == "deny"
    assert batch.asks == []


@pytest.mark.parametrize("words", ["Hello #nobot", "#NoIndex please"])
def test_a_hashtag_of_the_bio_is_a_wish(words):
    assert told("users_show", change=lambda body: body | {"description": words}).records[0]["consent"] == "deny"


def test_posts_kept_for_members_leave_no_words():
    assert told("users_show_members_only").records[0]["consent"] == "restricted"


def test_a_list_gives_people_to_ask_and_no_words():
    batch = told("notes_by_tag")
    assert batch.records == []
    assert [ask.payload["post"] for ask in batch.asks] == [{"userId": "9abc"}, {"userId": "9rem"}]
    assert batch.asks[0].texts[0].startswith("Hello du blender")


def test_a_note_is_read_with_its_tags_links_people_and_reactions():
    note = posts(told("users_notes"))["a1b2c3d4e5"]
    assert note["post_id"] == "ap:https://mi.example/notes/a1b2c3d4e5"
    assert (note["likes"], note["reposts"], note["replies"]) == (4, 2, 1)
    assert (note["hashtags"], note["links"]) == (["pub"], ["https://lea.example/blender"])
    assert note["mentions"] == ["mastodon:@nina@far.example", "misskey:@bob@mi.example"]


def test_an_empty_renote_is_a_repost_and_one_with_words_a_quote():
    found = posts(told("users_notes"))
    assert found["a1b2c3d4e6"]["repost_of"] == "ap:https://mi.example/notes/b1"
    assert (found["a1b2c3d4e7"]["kind"], found["a1b2c3d4e7"]["quote_of"]) == ("quote", "ap:https://far.example/notes/1")


def test_of_what_is_handed_on_only_the_fact_is_kept_until_its_author_was_read():
    bob = posts(told("users_notes"))["b1"]
    assert bob["account_id"] == "ap:https://mi.example/users/9bob"
    assert not {"text", "links", "hashtags", "mentions"} & set(bob)


def test_what_is_not_public_is_left_alone():
    assert "a1b2c3d4e8" not in posts(told("users_notes"))


def test_older_notes_than_the_window_are_left_and_end_the_list():
    batch = told("users_notes", since=datetime(2026, 6, 1, tzinfo=UTC))
    assert batch.records == []
    assert [ask.purpose for ask in batch.asks] == ["users/show", "users/show"]


def test_a_full_page_asks_for_the_next_from_its_last_note():
    def many(body):
        return [body[2] | {"id": f"a{number:03d}"} for number in range(100, 0, -1)]

    more = [ask for ask in told("users_notes", change=many).asks if ask.purpose == "users/notes"]
    assert [ask.payload["post"]["untilId"] for ask in more] == ["a001"]
    assert more[0].chain


def test_a_page_that_comes_again_ends_the_list():
    batch = told("users_notes", change=lambda body: [body[2] | {"id": "a001"}] * 100)
    again = Answer("u", "users/notes", batch.asks[-1].payload, 200, {}, json.dumps(
        [{"id": "a001", "createdAt": "2026-01-01T10:00:00.000Z"}] * 100).encode(), 0, AT)  # fmt: skip
    assert connector("misskey").parse(again, Context(options={})).asks == []


def test_a_closed_search_degrades_the_source_and_a_hidden_list_does_not():
    assert told("notes_search_closed").troubles == [("search_closed", "notes/search")]
    assert told("followers_closed").troubles == []


def test_a_user_that_visitors_may_not_see_is_no_deletion():
    assert told("users_show_unknown", hop=1).records == []
    assert told("users_show_unknown", hop=1).troubles == []


def test_who_follows_whom_is_asked_only_when_wanted():
    assert [ask.purpose for ask in told("users_show").asks] == ["users/notes"]
    assert len(told("users_show", follows=True).asks) == 3
    [tie] = [record for record in told("following").records if record["type"] == "tie"]
    assert (tie["from_account"], tie["to_account"]) == (LEA, NINA)


def test_two_questions_to_one_address_are_two_requests():
    first, second = posting("https://x.example/api", {"a": 1}), posting("https://x.example/api", {"a": 2, "b": None})
    assert first[0] != second[0]
    assert second[1] == {"post": {"a": 2}}


def test_a_small_misskey_is_crawled_whole(server, job):
    """Three people over real HTTP: each named once, the one who opted out without a word."""
    people = {f"u{n}": {"id": f"u{n}", "username": f"p{n}", "host": None, "name": f"P{n}", "description": "" if n < 2 else "#nobot"}
              for n in range(3)}  # fmt: skip
    notes = [{"id": f"n{n:03d}", "createdAt": "2026-06-01T10:00:00.000Z", "user": people[f"u{n % 3}"], "userId": f"u{n % 3}",
              "text": f"coffee {n}", "visibility": "public", "tags": ["coffee"]} for n in range(120, 0, -1)]  # fmt: skip

    def answer(handler):
        asked, path = handler.sent, urlsplit(handler.path).path
        if path == "/api/users/show":
            found = next(
                (
                    p
                    for p in people.values()
                    if asked.get("userId") == p["id"] or asked.get("username") == p["username"]
                ),
                None,
            )
            return (200, {}, found) if found else (400, {}, {"error": {"code": "NO_SUCH_USER"}})
        if path in {"/api/users/notes", "/api/notes/search-by-tag"}:
            mine = [
                n
                for n in notes
                if n["userId"] == asked.get("userId", n["userId"]) and n["id"] < asked.get("untilId", "z")
            ]
            return 200, {}, mine[: asked["limit"]]
        return 404, {}, {}

    server.fallback = lambda handler: answer(handler) if hasattr(handler, "sent") else (404, {}, b"")
    source = SourceJob("misskey", {"instances": [server.base]})
    made = job(source, seed_accounts=(f"@p0@{server.host}",), seed_hashtags=("coffee",))
    report = crawl(made)
    records = [json.loads(record.line) for record in read_records(made.path)]
    assert report.finished
    kept = [record["post_id"] for record in records if record["type"] == "post"]
    assert sorted(kept) == sorted(f"ap:{server.base}/notes/n{n:03d}" for n in range(1, 121) if n % 3 < 2)
    shy = next(record for record in records if record["type"] == "account" and record["account_id"].endswith("/u2"))
    assert shy["consent"] == "deny"
