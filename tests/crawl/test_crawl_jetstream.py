"""Jetstream: a real WebSocket server on loopback that speaks its messages; there is none to run from packages."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import serve

from crawlers.connector import Answer, Context
from crawlers.jetstream import MOST, made_at, read_stream, speaks, stream_asks
from crawlers.job import SourceJob
from crawlers.results import read_records
from crawlers.run import crawl

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
POST = "app.bsky.feed.post"
HERE = "wss://jetstream.example"


def micro(when):
    return int(when.timestamp() * 1_000_000)


def event(did, kind="commit", at=None, **told):
    return {"did": did, "time_us": micro(at or NOW), "kind": kind, **told}


def commit(did, key, text="", operation="create", collection=POST, at=None, **record):
    made = {"rev": "r", "operation": operation, "collection": collection, "rkey": key}
    if operation != "delete":
        made |= {
            "record": {"$type": collection, "text": text, "createdAt": "2026-11-22T11:59:00Z"} | record,
            "cid": "c",
        }
    return event(did, at=at, commit=made)


def heard(events, *, context=None, cursor=None, turn=1):
    payload = {
        "stream": HERE,
        "base": "https://api.example",
        "cursor": cursor,
        "people": [],
        "turn": turn,
        "began": None,
    }
    body = json.dumps(events).encode()
    told = Answer(f"{HERE}/subscribe", "stream", payload, 200, {}, body, 0, NOW)
    return read_stream(told, context or Context(options={}, seed_hashtags=("café",)))


def asked_for(batch):
    return [uri for ask in batch.asks if ask.purpose == "streamed" for uri in parse_qs(urlsplit(ask.url).query)["uris"]]


# --- what is heard ---------------------------------------------------------------------------------------------------


def test_a_post_that_speaks_of_the_subject_is_asked_for_and_not_taken_from_the_stream():
    batch = heard(
        [
            commit("did:plc:lea", "k1", "un CAFE filtre"),
            commit("did:plc:oto", "k2", "un thé"),
            commit("did:plc:oto", "k3", "décaféiné"),
        ]
    )
    assert asked_for(batch) == [f"at://did:plc:lea/{POST}/k1"]
    assert batch.records == []


@pytest.mark.parametrize(("record", "spoken"), [
    ({"text": "vive le Moulin Bleu !"}, True),
    ({"text": "x", "tags": ["café"]}, True),
    ({"text": "x", "embed": {"external": {"uri": "https://shop.brulerie.example/a"}}}, True),
    ({"text": "x", "facets": [{"features": [{"uri": "https://brulerie.example/"}]}]}, True),
    ({"text": "x", "facets": [{"features": [{"uri": "https://brulerie.example.evil.example/"}]}]}, False),
    ({"text": "moulin"}, False), ({"text": None, "facets": "x", "tags": 3}, False), ({}, False),
])  # fmt: skip
def test_names_tags_and_links_of_the_brands_are_mentions(record, spoken):
    context = Context(
        options={}, seed_hashtags=("#café",), brand_names=("Moulin Bleu",), brand_domains=("brulerie.example",)
    )
    assert speaks(record, context) is spoken


def test_delivered_twice_is_asked_for_once():
    one = commit("did:plc:lea", "k1", "café")
    assert len(asked_for(heard([one, one]))) == 1


def test_a_deletion_leaves_a_marker_of_what_was_known_and_nothing_of_what_was_not():
    context = Context(options={}, seen={("post", f"at:did:plc:lea/{POST}/3jzfcijpj2z2a")})
    batch = heard(
        [commit("did:plc:lea", "3jzfcijpj2z2a", operation="delete"), commit("did:plc:oto", "k", operation="delete")],
        context=context,
    )
    [marker] = batch.records
    assert marker["post_id"] == f"at:did:plc:lea/{POST}/3jzfcijpj2z2a"
    assert marker["deleted_at"] == NOW.isoformat()
    assert marker["published_at"] < marker["deleted_at"]
    assert "text" not in marker


@pytest.mark.parametrize("status", ["deleted", "deactivated", "suspended", "takendown"])
def test_an_account_that_left_is_told_when_it_was_known(status):
    left = {"account": {"active": False, "did": "did:plc:lea", "status": status}}
    events = [event("did:plc:lea", "account", **left), event("did:plc:oto", "account", **left)]
    batch = heard(events, context=Context(options={}, seen={("account", "at:did:plc:lea")}))
    assert [(row["account_id"], row["consent"], row["status"]) for row in batch.records] == [
        ("at:did:plc:lea", "deny", status)
    ]


def test_a_new_handle_of_someone_known_is_asked_for():
    renamed = event("did:plc:lea", "identity", identity={"did": "did:plc:lea", "handle": "new.example"})
    batch = heard([renamed], context=Context(options={}, seen={("account", "at:did:plc:lea")}))
    assert [ask.purpose for ask in batch.asks] == ["profile"]
    assert heard([renamed]).asks == []


# --- the cursor ------------------------------------------------------------------------------------------------------


def test_the_cursor_is_that_of_the_newest_event_and_the_next_turn_starts_there():
    old = NOW - timedelta(hours=2)
    batch = heard([commit("did:plc:a", "1", at=old), commit("did:plc:a", "2", at=old + timedelta(seconds=9))])
    assert batch.marks == {f"jetstream {HERE}": str(micro(old + timedelta(seconds=9)))}
    [more] = [ask for ask in batch.asks if ask.purpose == "stream"]
    assert parse_qs(urlsplit(more.url).query)["cursor"] == [str(micro(old + timedelta(seconds=9)))]


def test_listening_ends_when_the_present_is_reached():
    assert [ask for ask in heard([commit("did:plc:a", "1")]).asks if ask.purpose == "stream"] == []


def test_a_cursor_that_does_not_move_ends_the_listening():
    old = NOW - timedelta(hours=2)
    batch = heard([commit("did:plc:a", "1", at=old)], cursor=str(micro(old)), turn=2)
    assert [ask for ask in batch.asks if ask.purpose == "stream"] == []


def test_a_cursor_never_goes_back():
    later = str(micro(NOW))
    assert heard([commit("did:plc:a", "1", at=NOW - timedelta(days=1))], cursor=later).marks == {
        f"jetstream {HERE}": later
    }


def test_a_server_that_starts_later_than_asked_is_told():
    batch = heard([commit("did:plc:a", "1")], cursor=str(micro(NOW - timedelta(hours=40))))
    assert [kind for kind, _ in batch.troubles] == ["stream_gap"]


def test_only_seeds_are_listened_to_when_the_brief_says_so():
    options = {"jetstream": HERE, "stream_people": True}
    [ask] = stream_asks(
        options, Context(options=options, seed_accounts=("did:plc:lea", "nina.example")), "https://api.example"
    )
    told = parse_qs(urlsplit(ask.url).query)
    assert told == {"wantedCollections": [POST], "wantedDids": ["did:plc:lea"]}
    assert ask.payload["post"]["most"] == MOST
    assert stream_asks({}, Context(options={}), "https://api.example") == []


@given(key=st.text(max_size=14))
def test_a_record_key_tells_a_time_or_nothing(key):
    when = made_at(key)
    assert when is None or len(key) == 13


def test_a_record_key_tells_when_it_was_made():
    assert made_at("3jzfcijpj2z2a").year == 2023


@given(st.recursive(st.none() | st.integers() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["did", "kind", "commit", "time_us", "account", "record", "collection", "rkey", "x"]), inner, max_size=6), max_leaves=25))  # fmt: skip
def test_whatever_the_stream_tells_is_survived(told):
    if isinstance(told, list):
        heard([*told, {"did": "did:plc:a", "time_us": 5, "kind": "commit", "commit": told}])
    else:
        with pytest.raises(ValueError, match="events"):
            heard(told)


# --- a whole crawl ---------------------------------------------------------------------------------------------------


class Stream:
    """A Jetstream: replays what came after the cursor, then stays open in silence."""

    def __init__(self):
        self.events, self.asked, self.ready = [], [], threading.Event()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=lambda: self.loop.run_until_complete(self.serve()), daemon=True).start()
        assert self.ready.wait(5)

    async def serve(self):
        async with serve(self.meet, "127.0.0.1", 0, process_request=self.only_subscribe) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self.stop = asyncio.Event()
            self.ready.set()
            await self.stop.wait()

    def only_subscribe(self, connection, request):
        return None if request.path.startswith("/subscribe") else connection.respond(404, "not found\n")

    async def meet(self, socket):
        told = parse_qs(urlsplit(socket.request.path).query)
        self.asked.append(told)
        start = int(told.get("cursor", ["0"])[0])
        for one in self.events:
            if one["time_us"] >= start and (
                one["kind"] != "commit" or one["commit"]["collection"] in told["wantedCollections"]
            ):
                await socket.send(json.dumps(one))
        await socket.wait_closed()

    def close(self):
        self.loop.call_soon_threadsafe(self.stop.set)


@pytest.fixture
def stream():
    made = Stream()
    yield made
    made.close()


def test_mentions_are_heard_deletions_obeyed_and_the_next_crawl_goes_on_from_there(job, server, stream):
    people = {"did:plc:lea": "du café", "did:plc:wary": "#nobot"}
    texts = {f"at://{did}/{POST}/k1": f"un café de {did}" for did in people}

    def appview(handler):
        parts = urlsplit(handler.path)
        told = parse_qs(parts.query)

        def author(did):
            return {"did": did, "handle": f"{did[8:]}.example", "labels": []}

        if parts.path.endswith("getPosts"):
            return 200, {}, {"posts": [
                {"uri": uri, "author": author(uri.split("/")[2]), "indexedAt": "2026-11-22T11:00:00Z",
                 "record": {"text": texts[uri], "createdAt": "2026-11-22T11:00:00Z"}} for uri in told["uris"] if uri in texts]}  # fmt: skip
        if parts.path.endswith("getProfile"):
            did = told["actor"][0]
            return 200, {}, author(did) | {"description": people[did]}
        return (200, {}, {"feed": []}) if parts.path.endswith("getAuthorFeed") else (404, {}, b"")

    server.fallback = appview
    now = datetime.now(UTC)
    stream.events = [
        commit("did:plc:lea", "k1", "un café", at=now - timedelta(minutes=3)),
        commit("did:plc:lea", "k1", "un café", at=now - timedelta(minutes=3)),
        commit("did:plc:wary", "k1", "un café", at=now - timedelta(minutes=2)),
        commit("did:plc:oto", "k9", "un thé", at=now + timedelta(minutes=1)),
    ]
    source = SourceJob("bluesky", {"service": server.base, "jetstream": stream.url, "hops": 0})
    told = job(source, seed_hashtags=("café",), brand_names=())
    start = time.monotonic()
    # Without a cursor a stream is heard for its seconds; with one it ends at the present. Begin from one.
    from crawlers.frontier import open_file
    from crawlers.jetstream import _mark

    with open_file(told.path) as file:
        file.execute("INSERT INTO marks VALUES (?, ?)", (_mark(stream.url), str(micro(now - timedelta(hours=1)))))
    crawl(told)
    assert time.monotonic() - start < 15
    kept = [(one.via, json.loads(one.line)) for one in read_records(told.path)]
    posts = {row["post_id"]: (via, row) for via, row in kept if row["type"] == "post"}
    assert list(posts) == [f"at:did:plc:lea/{POST}/k1"]
    assert posts[f"at:did:plc:lea/{POST}/k1"][0] == "stream"
    stream.events = [commit("did:plc:lea", "k1", operation="delete", at=now + timedelta(minutes=2))]
    crawl(told)
    assert int(stream.asked[-1]["cursor"][0]) == micro(now + timedelta(minutes=1))
    [row] = [
        json.loads(one.line) for one in read_records(told.path) if f"{POST}/k1" in one.line and "deleted_at" in one.line
    ]
    assert "text" not in row
