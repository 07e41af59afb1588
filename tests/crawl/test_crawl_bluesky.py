"""Bluesky: what its views mean, and a whole crawl of a small AppView on loopback."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.bluesky import Reader, labels_in_force, whole_text
from crawlers.connector import Context
from crawlers.job import SourceJob
from crawlers.registry import connector
from crawlers.results import read_records
from crawlers.run import crawl
from crawlers.sources.bluesky import actor_of
from data.errors import UserError

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HIDDEN = "!no-unauthenticated"


def label(value, when="2026-01-01T00:00:00Z", **more):
    return {"src": "did:plc:lea", "val": value, "cts": when, **more}


@pytest.mark.parametrize(
    ("written", "actor"),
    [
        ("lea.bsky.social", "lea.bsky.social"),
        ("@Lea.Example", "lea.example"),
        ("did:plc:abc", "did:plc:abc"),
        ("at:did:plc:abc", "did:plc:abc"),
        ("bluesky:@lea.example", "lea.example"),
        ("https://bsky.app/profile/lea.example", "lea.example"),
        ("https://bsky.app/profile/did:plc:abc/", "did:plc:abc"),
        ("@lea@social.example", None),
        ("https://blog.example/feed.xml", None),
        ("lea", None),
        ("stackexchange:1837", None),
    ],
)
def test_accounts_are_known_as_people_write_them(written, actor):
    assert actor_of(written) == actor


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_a_link_cut_short_is_written_whole_whatever_stands_around_it(before, after):
    shown, whole = "blog.example/un-...", "https://blog.example/un-long-chemin"
    raw = before.encode("utf-8", "ignore")
    index = {"byteStart": len(raw), "byteEnd": len(raw) + len(shown)}
    record = {"text": raw.decode() + shown + after, "facets": [{"index": index, "features": [{"uri": whole}]}]}
    assert whole in (whole_text(record) or "")


@given(start=st.integers(-5, 400), stop=st.integers(-5, 400))
def test_a_facet_beyond_the_text_leaves_the_text_alone(start, stop):
    facet = {"index": {"byteStart": start, "byteEnd": stop}, "features": [{"uri": "https://blog.example/"}]}
    assert whole_text({"text": "café ☕ sans lien", "facets": [facet]}) == "café ☕ sans lien"


def test_a_withdrawn_or_expired_label_is_not_in_force():
    withdrawn = [label(HIDDEN), label(HIDDEN, "2026-02-01T00:00:00Z", neg=True)]
    assert labels_in_force({"labels": withdrawn}, NOW) == set()
    assert labels_in_force({"labels": withdrawn[::-1]}, NOW) == set()
    assert labels_in_force({"labels": [label(HIDDEN, exp="2026-03-01T00:00:00Z")]}, NOW) == set()
    assert labels_in_force({"labels": [label(HIDDEN, exp="2027-03-01T00:00:00Z")]}, NOW) == {HIDDEN}


def test_a_label_set_again_after_it_was_withdrawn_is_in_force():
    told = [label(HIDDEN, "2026-02-01T00:00:00Z", neg=True), label(HIDDEN, "2026-03-01T00:00:00Z")]
    assert labels_in_force({"labels": told}, NOW) == {HIDDEN}


def test_a_wish_told_in_the_bio_stands_where_the_bio_is_not_shown():
    reader = Reader(NOW, {"wish did:plc:lea": "deny #nobot"})
    told = reader.account({"did": "did:plc:lea", "handle": "lea.example"})
    assert (told["consent"], told["consent_signals"]) == ("deny", ["#nobot"])
    assert reader.account({"did": "did:plc:lea", "handle": "lea.example"}, whole=True)["consent"] == "allow"


def test_who_hides_from_recommendations_keeps_their_words():
    view = {"did": "did:plc:lea", "hideFromAlgorithmicRecommendations": True}
    assert Reader(NOW, {}).account(view, whole=True)["consent"] == "restricted"


def test_the_earlier_of_the_two_times_of_a_post_is_its_time():
    view = {"uri": "at://did:plc:lea/app.bsky.feed.post/k", "author": {"did": "did:plc:lea"},
            "record": {"text": "x", "createdAt": "2031-01-01T00:00:00Z"}, "indexedAt": "2026-01-01T00:00:00Z"}  # fmt: skip
    assert Reader(NOW, {}).post(view)[1]["published_at"] == "2026-01-01T00:00:00+00:00"


def test_a_post_in_anothers_name_is_not_believed():
    view = {"uri": "at://did:plc:nina/app.bsky.feed.post/k", "author": {"did": "did:plc:lea"},
            "record": {"text": "x", "createdAt": "2026-01-01T00:00:00Z"}}  # fmt: skip
    assert Reader(NOW, {}).post(view) == []


def test_nothing_to_start_from_is_said():
    with pytest.raises(UserError, match="seeds"):
        connector("bluesky").seeds(Context(options={}))


def test_lists_and_packs_are_taken_by_both_their_addresses():
    lists = [
        "https://bsky.app/profile/did:plc:lea/lists/l1",
        "at://did:plc:lea/app.bsky.graph.list/l2",
        "https://bsky.app/starter-pack/lea.example/s1",
        "at://did:plc:lea/app.bsky.graph.starterpack/s2",
    ]
    asks = connector("bluesky").seeds(Context(options={"lists": lists})).asks
    assert [ask.purpose for ask in asks] == ["list", "list", "resolve", "pack"]
    with pytest.raises(UserError, match="lists"):
        connector("bluesky").seeds(Context(options={"lists": ["https://bsky.app/about"]}))


class AppView:
    """A small AppView: pages of three, sometimes fewer, with a cursor as long as there is more."""

    def __init__(self, server):
        self.server, self.people, self.posts, self.gone = server, {}, [], {}
        server.fallback = self.answer

    def person(self, name, **fields):
        did = f"did:plc:{name}"
        self.people[did] = {"did": did, "handle": f"{name}.example", "displayName": name, "labels": []} | fields
        return did

    def post(self, did, text, **fields):
        number = len(self.posts)
        when = f"2026-06-{1 + number // 24:02d}T{number % 24:02d}:00:00.000Z"
        self.posts.append({"did": did, "key": f"k{number:04d}", "when": when, "text": text} | fields)

    def view(self, post):
        facets = [
            {"index": {"byteStart": 0, "byteEnd": 1}, "features": [{"did": who}]} for who in post.get("mentions", [])
        ]
        record = {"text": post["text"], "createdAt": post["when"], "langs": ["fr"], "facets": facets}
        author = {name: self.people[post["did"]][name] for name in ("did", "handle", "displayName", "labels")}
        return {"uri": f"at://{post['did']}/app.bsky.feed.post/{post['key']}", "cid": "c", "author": author,
                "record": record, "likeCount": 1, "indexedAt": post["when"]}  # fmt: skip

    def answer(self, handler):
        parts = urlsplit(handler.path)
        told = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/robots.txt":
            return 404, {}, b""
        actor = next((did for did, one in self.people.items() if told.get("actor") in (did, one["handle"])), None)
        if actor in self.gone:
            return 400, {}, {"error": self.gone[actor], "message": "gone"}
        if actor is None:
            return 400, {}, {"error": "InvalidRequest", "message": "Profile not found"}
        if parts.path.endswith("getProfile"):
            return 200, {}, self.people[actor]
        own = [post for post in self.posts[::-1] if post["did"] == actor]
        start = int(told.get("cursor", 0))
        page = own[start : start + 3] if start % 2 == 0 else own[start : start + 1]
        following = {"cursor": str(start + len(page))} if start + len(page) < len(own) else {}
        return 200, {}, {"feed": [{"post": self.view(post)} for post in page], **following}


@pytest.fixture
def appview(server):
    world = AppView(server)
    lea, nina, shy = world.person("lea"), world.person("nina"), world.person("shy", labels=[label(HIDDEN)])
    loud = world.person("bio", description="je ne veux pas #nobot")
    for turn in range(20):
        world.post(lea, f"café {turn}", mentions=[nina] if turn == 3 else [loud, shy] if turn == 4 else [])
    world.post(nina, "bonjour")
    world.post(shy, "secret")
    world.post(loud, "secret aussi")
    return world


def run(job, appview, **values):
    told = job(SourceJob("bluesky", {"service": appview.server.base}), seed_accounts=("lea.example",), **values)
    report = crawl(told)
    return report, [json.loads(one.line) for one in read_records(told.path)]


def posts_of(found, did):
    return [one for one in found if one["type"] == "post" and one["account_id"] == f"at:{did}"]


def test_every_post_of_every_person_in_reach_is_found_once(job, appview):
    _, found = run(job, appview)
    assert len(posts_of(found, "did:plc:lea")) == 20
    assert len(posts_of(found, "did:plc:nina")) == 1


def test_who_asked_to_be_left_out_leaves_no_words(job, appview):
    _, found = run(job, appview)
    assert "secret" not in json.dumps(found)
    shy = next(one for one in found if one.get("account_id") == "at:did:plc:shy")
    assert shy["consent"] == "deny"
    assert "handle" not in shy
    feeds = [path for path in appview.server.paths() if "getAuthorFeed" in path]
    assert not [path for path in feeds if "shy" in path or "bio" in path]


def test_a_second_crawl_reads_the_first_page_and_what_is_new(job, appview):
    run(job, appview)
    appview.server.log.clear()
    appview.post("did:plc:lea", "tout frais")
    _, found = run(job, appview)
    assert "tout frais" in json.dumps(found)
    assert len([path for path in appview.server.paths() if "getAuthorFeed?actor=did%3Aplc%3Alea" in path]) <= 2


def test_an_account_that_was_deactivated_is_told_as_such(job, appview):
    run(job, appview)
    appview.gone["did:plc:nina"] = "AccountDeactivated"
    _, found = run(job, appview)
    nina = [one for one in found if one["type"] == "account" and one["account_id"] == "at:did:plc:nina"]
    assert nina[-1]["consent"] == "deny"
