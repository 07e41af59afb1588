"""Sources that open with the user's own key: shut without it, and the key is shown to nobody else."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.connector import Answer, Context
from crawlers.job import SourceJob
from crawlers.own_key import shown_to, tied, two_parts
from crawlers.ratelimits import read_limit
from crawlers.registry import check_credential, connector
from crawlers.results import read_records
from crawlers.run import crawl
from data.errors import UserError, VigieError

FIXTURES = Path(__file__).parent / "fixtures"
AT = datetime(2026, 11, 22, tzinfo=UTC)
KEYED = ("podcastindex", "reddit", "youtube")
SECRET = "first-half:second-half"
OPTIONS = {
    "youtube": {"api": "https://yt.example/v3"},
    "podcastindex": {"api": "https://pi.example/api/1.0"},
    "reddit": {"api": "https://rd.example"},
}


def told(kind, name, *, hop=0, since=None, most=200, **options):
    it = json.loads((FIXTURES / kind / f"{name}.json").read_text(encoding="utf-8"))
    body = json.dumps(it["body"]).encode()
    answer = Answer(it["url"], it["purpose"], it["payload"], it["status"], it["headers"], body, hop, AT)
    context = Context(options=OPTIONS[kind] | options, since=since, posts_per_account=most)
    return connector(kind).parse(answer, context)


# --- Keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KEYED)
def test_a_source_is_shut_without_the_users_own_key(kind):
    with pytest.raises(UserError, match=f"VIGIE_{kind.upper()}"):
        check_credential(kind, {})
    check_credential(kind, {kind: "k"})


@pytest.mark.parametrize("kind", KEYED)
def test_no_crawl_begins_without_the_key(kind, job):
    with pytest.raises(UserError, match="own key"):
        crawl(job(SourceJob(kind, {"queries": ["x"]})))


def test_a_key_is_shown_to_its_own_host_only():
    key = tied("secret", "https://api.example/v3")
    assert shown_to(key, "https://api.example/v3/videos") == "secret"
    for other in (
        "https://evil.example/v3",
        "http://api.example/v3",
        "https://api.example:8443/",
        "https://api.example.evil/",
    ):
        assert shown_to(key, other) is None


@pytest.mark.parametrize("secret", ["", "half", ":second", "first:"])
def test_half_a_key_is_refused_without_repeating_it(secret):
    with pytest.raises(UserError) as error:
        two_parts(secret, "reddit", "ID:SECRET")
    assert not secret.strip(":") or secret not in str(error.value.message.en)


@pytest.mark.parametrize("kind", KEYED)
def test_a_brief_handed_round_cannot_send_the_key_to_a_stranger(kind, job):
    source = SourceJob(kind, {"queries": ["x"], "api": "https://collector.example"})
    with pytest.raises(UserError, match=r"collector\.example"):
        crawl(job(source, credentials={kind: SECRET}, contact="me@example.org"))


def test_the_key_of_the_podcast_index_is_proved_by_the_hour():
    used = connector("podcastindex")
    key = used.signed_in(SECRET, "vigie", OPTIONS["podcastindex"])
    headers = used.signature("https://pi.example/api/1.0/search", key, 1_767_261_600.7)
    assert headers["X-Auth-Key"] == "first-half"
    assert headers["Authorization"] == hashlib.sha1(b"first-halfsecond-half1767261600").hexdigest()
    assert used.signature("https://elsewhere.example/", key, 0.0) == {}


def test_google_tells_a_spent_quota_among_its_reasons():
    body = b'{"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}]}}'
    assert read_limit(403, {"content-type": "application/json"}, body, AT).exceeded
    other = b'{"error": {"code": 403, "errors": [{"reason": "commentsDisabled"}]}}'
    assert not read_limit(403, {"content-type": "application/json"}, other, AT).exceeded


# --- YouTube ------------------------------------------------------------------------------------------------------


def test_a_channel_is_read_with_numbers_given_as_digits():
    lea, nina = told("youtube", "channels").records
    assert (lea["account_id"], lea["handle"]) == ("yt:channel/UC" + "a" * 22, "@leacuisine")
    assert (lea["followers"], lea["posts"], lea["location"]) == (45200, 310, "FR")
    assert nina["followers"] is None


def test_a_channel_leads_to_its_uploads_and_they_to_videos_fifty_at_a_time():
    assert {ask.purpose for ask in told("youtube", "channels").asks} == {"uploads"}
    videos, more = told("youtube", "uploads").asks
    assert parse_qs(urlsplit(videos.url).query)["id"] == ["v1,v2"]
    assert parse_qs(urlsplit(more.url).query)["pageToken"] == ["TOK"]


def test_uploads_before_the_window_or_past_the_budget_are_not_asked():
    [videos] = told("youtube", "uploads", since=datetime(2026, 2, 15, tzinfo=UTC)).asks
    assert parse_qs(urlsplit(videos.url).query)["id"] == ["v1"]
    [videos] = told("youtube", "uploads", most=1).asks
    assert parse_qs(urlsplit(videos.url).query)["id"] == ["v1"]


def test_a_video_is_a_post_with_its_words_and_what_it_discloses():
    [video] = told("youtube", "videos").records
    assert (video["likes"], video["replies"], video["views"]) == (45, 3, 1200)
    assert (video["hashtags"], video["links"]) == (["café", "filtre"], ["https://lea.example/v60"])
    assert video["extra"]["paid_placement"] is True


def test_comments_are_asked_only_when_wanted_and_keep_no_words():
    assert told("youtube", "videos").asks == []
    assert [ask.purpose for ask in told("youtube", "videos", comments=True).asks] == ["comments"]
    [comment] = told("youtube", "comments").records
    assert (comment["in_reply_to"], comment["likes"]) == ("yt:video/v1", 2)
    assert "text" not in comment


def test_closed_comments_are_no_trouble():
    assert told("youtube", "comments_disabled").troubles == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("UC" + "a" * 22, {"id": ["UC" + "a" * 22]}),
        ("https://www.youtube.com/channel/UC" + "a" * 22, {"id": ["UC" + "a" * 22]}),
        ("yt:channel/UC" + "a" * 22, {"id": ["UC" + "a" * 22]}),
        ("@leacuisine", {"forHandle": ["@leacuisine"]}),
        ("https://www.youtube.com/@leacuisine", {"forHandle": ["@leacuisine"]}),
    ],
)
def test_a_channel_may_be_named_as_people_name_it(name, asked):
    [ask] = connector("youtube").seeds(Context(options=OPTIONS["youtube"] | {"channels": [name]})).asks
    query = parse_qs(urlsplit(ask.url).query)
    assert {key: query[key] for key in asked} == asked


def test_accounts_of_other_networks_are_left_to_them():
    context = Context(options=OPTIONS["youtube"] | {"queries": ["v60"]}, seed_accounts=("@lea@social.example", "u/lea"))
    assert [ask.purpose for ask in connector("youtube").seeds(context).asks] == ["search"]


# --- Podcast Index ------------------------------------------------------------------------------------------------


def test_a_podcast_that_ended_or_opted_out_is_asked_no_further():
    batch = told("podcastindex", "byterm")
    assert [(one["status"], one["consent"]) for one in batch.records] == [
        (None, "allow"),
        ("gone", "allow"),
        (None, "deny"),
    ]
    assert [ask.account for ask in batch.asks] == ["podcast:9b024349-ccf0-5f69-a609-6b82873eab3c"]


def test_people_named_in_episodes_lead_to_their_podcasts_once():
    [ask] = told("podcastindex", "byperson").asks
    assert parse_qs(urlsplit(ask.url).query)["id"] == ["75075"]


def test_an_episode_says_who_speaks_and_where_it_is_talked_about():
    [episode] = told("podcastindex", "episodes").records
    assert episode["post_id"] == "podcast:9b02/e-9"
    assert episode["published_at"] == "2026-01-01T10:00:00+00:00"
    assert episode["links"] == ["https://lea.example/", "https://nina.example/"]
    assert episode["extra"]["persons"] == [{"name": "Nina", "role": "guest", "url": "https://nina.example/"}]
    assert episode["extra"]["talk"] == ["https://social.example/@lea/1"]


# --- Reddit -------------------------------------------------------------------------------------------------------


def test_a_community_gives_people_to_ask_and_no_words():
    batch = told("reddit", "subreddit")
    assert batch.records == []
    person, more = batch.asks
    assert (person.purpose, person.payload["name"]) == ("person", "lea_cuisine")
    assert parse_qs(urlsplit(more.url).query)["after"] == ["t3_2"]


def test_a_persons_posts_are_read_and_what_was_taken_back_leaves_a_marker():
    whole, gone, crossed = told("reddit", "submitted").records
    assert (whole["post_id"], whole["score"], whole["replies"]) == ("reddit:t3_1abcd", 42, 7)
    assert whole["links"] == ["https://blog.example/blender", "https://a.example/"]
    assert gone["deleted_at"]
    assert not {"text", "title", "links"} & set(gone)
    assert crossed["repost_of"] == "reddit:t3_zz"


def test_a_score_is_never_taken_for_likes():
    assert "likes" not in told("reddit", "submitted").records[0]


def test_who_opted_out_on_reddit_is_not_read():
    batch = told("reddit", "about_opted_out")
    assert (batch.records[0]["consent"], batch.asks) == ("deny", [])


def test_a_refused_client_ends_in_one_sentence(server):
    server.fallback = lambda _: (401, {}, {"message": "Unauthorized"})
    with pytest.raises(VigieError, match="access refused") as error:
        connector("reddit").signed_in(SECRET, "vigie", {"login": server.base})
    assert "second-half" not in str(error.value.message.en)


# --- Over HTTP ----------------------------------------------------------------------------------------------------


def test_a_keyed_crawl_signs_every_request_and_writes_the_key_nowhere(server, other_server, job):
    """Reddit's exchange, a listing and a person; a redirect to another host is followed without the token."""
    about = json.loads((FIXTURES / "reddit" / "about.json").read_text())["body"]
    listing = json.loads((FIXTURES / "reddit" / "submitted.json").read_text())["body"]
    seen = []

    def answer(handler):
        path = urlsplit(handler.path).path
        seen.append((path, handler.headers.get("Authorization"), handler.headers.get("User-Agent")))
        if path == "/api/v1/access_token":
            return 200, {}, {"access_token": "tok-123", "expires_in": 86400}
        if path == "/user/lea_cuisine/about":
            return 200, {}, about
        if path == "/user/lea_cuisine/submitted":
            return 200, {}, listing
        if path == "/r/france/new":
            return 302, {"Location": f"{other_server.base}/elsewhere"}, b""
        return 404, {}, {}

    server.fallback = answer
    other_server.fallback = lambda handler: (200, {}, listing) if handler.path == "/elsewhere" else (404, {}, b"")
    source = SourceJob("reddit", {"subreddits": ["france"], "api": server.base, "login": server.base})
    server.http.RequestHandlerClass.do_POST = posted
    made = job(source, credentials={"reddit": SECRET}, seed_accounts=("u/lea_cuisine",))
    report = crawl(made)
    assert report.finished
    signed = {auth for path, auth, _ in seen if path.startswith(("/user", "/r/"))}
    assert signed == {"Bearer tok-123"}
    assert all("authorization" not in headers for _, headers in other_server.log)
    kept = [json.loads(record.line) for record in read_records(made.path)]
    assert {record["post_id"] for record in kept if record["type"] == "post"} >= {"reddit:t3_1abcd"}
    whole = b"".join(path.read_bytes() for path in Path(made.path).parent.iterdir())
    assert b"tok-123" not in whole
    assert b"second-half" not in whole
    assert sqlite3.connect(made.path).execute("SELECT count(*) FROM ledger").fetchone()[0] >= 3


def posted(handler):
    handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
    handler.do_GET()
