"""The world as Bluesky tells it: its AppView answers as the public one does, and a crawl of it misses nobody and nothing."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from crawlers.bluesky import URI, did_of
from crawlers.consent import profile_consent
from crawlers.jetstream import made_at
from crawlers.job import CrawlJob, SourceJob, Speed
from crawlers.results import read_records
from crawlers.run import crawl
from data.sandbox import World, generate
from data.sandbox.server import Running, bluesky_place, start
from data.sandbox.server.bluesky import HIDDEN, Network
from data.sandbox.server.markup import Places
from data.sandbox.server.store import KIND, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUICK = Speed(retry=0.05, backoff=0.05, patience=2.0, timeout=5.0, tries=2)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return generate(tmp_path_factory.mktemp("sky"), accounts=60, posts=1200, days=60, seed=5)


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Running]:
    with start(world.folder, 0) as running:
        yield running


@pytest.fixture(scope="module")
def network(world: World, server: Running) -> Network:
    store = Store(world.folder)
    return Network(store, Places(store.port, server.port, store.instances + 1))


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server.bluesky}/xrpc", timeout=20) as one:
        yield one


def ask(client: httpx.Client, method: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/{method}", params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def walk(client: httpx.Client, method: str, name: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(200):
        told = ask(client, method, **asked, **({"cursor": cursor} if cursor else {}))
        found += told[name]
        if (cursor := told.get("cursor")) is None:
            return found
    raise AssertionError("a list that never ends")


def there(network: Network) -> list[int]:
    return [row for row in network.row_of_did.values() if not network.left(row)]


def busiest(network: Network) -> int:
    return max(there(network), key=lambda row: len(network.store.posts_of.of(row)))


# --- identities -----------------------------------------------------------------------------------------------------


def test_everybody_has_one_identity_and_one_handle(network: Network) -> None:
    assert len(set(network.dids)) == len(network.dids)
    assert len(network.row_of_handle) == len(network.row_of_did)
    assert all(did_of(did) == did for did in network.dids)


def test_a_handle_leads_to_the_identity_and_both_to_the_profile(client: httpx.Client, network: Network) -> None:
    row = busiest(network)
    handle, did = network.handle(row), network.dids[row]
    assert ask(client, "com.atproto.identity.resolveHandle", handle=handle) == {"did": did}
    assert ask(client, "app.bsky.actor.getProfile", actor=handle) == ask(client, "app.bsky.actor.getProfile", actor=did)


def test_a_record_key_tells_its_time(network: Network) -> None:
    for row in map(int, network.store.posts_of.of(busiest(network))):
        told = made_at(network.key(row))
        assert told
        assert abs((told - network.store.post(row)["published_at"]).total_seconds()) < 1.1
        assert network.row_of(network.uri(row)) == row
        assert URI.match(network.uri(row))


def test_keys_sort_as_time_does(network: Network) -> None:
    own = [int(row) for row in network.store.posts_of.of(busiest(network))]
    assert [network.key(row) for row in own] == sorted(network.key(row) for row in own)


# --- lists ----------------------------------------------------------------------------------------------------------


def test_counts_are_those_of_the_lists(client: httpx.Client, network: Network) -> None:
    row = busiest(network)
    profile = ask(client, "app.bsky.actor.getProfile", actor=network.dids[row])
    for name, method in (("followers", "getFollowers"), ("follows", "getFollows")):
        people = walk(client, f"app.bsky.graph.{method}", name, actor=network.dids[row], limit=7)
        assert len({one["did"] for one in people}) == len(people) == profile[f"{name}Count"]
    items = walk(client, "app.bsky.feed.getAuthorFeed", "feed", actor=network.dids[row], limit=7)
    assert sum("reason" not in item for item in items) == profile["postsCount"]


def test_a_feed_without_replies_holds_none(client: httpx.Client, network: Network) -> None:
    did = network.dids[busiest(network)]
    whole = walk(client, "app.bsky.feed.getAuthorFeed", "feed", actor=did)
    own = walk(client, "app.bsky.feed.getAuthorFeed", "feed", actor=did, filter="posts_no_replies")
    assert [item for item in own if "reply" in item["post"]["record"] and "reason" not in item] == []
    assert len(own) <= len(whole)


def test_a_facet_covers_what_it_names_byte_by_byte(network: Network) -> None:
    seen: Counter[str] = Counter()
    for row in (int(r) for author in there(network) for r in network.store.posts_of.of(author)):
        record = network.record(row)
        for facet in record["facets"]:
            index, [feature] = facet["index"], facet["features"]
            shown = record["text"].encode()[index["byteStart"] : index["byteEnd"]].decode()
            kind = feature["$type"].rpartition("#")[2]
            seen[kind] += 1
            assert shown.startswith({"link": "http", "tag": "#", "mention": "@"}[kind])
            assert kind != "tag" or shown == f"#{feature['tag']}"
    assert seen["tag"]
    assert seen["mention"]


def test_posts_are_given_by_address_and_what_is_not_there_is_left_out(client: httpx.Client, network: Network) -> None:
    own = [
        int(row) for row in network.store.posts_of.of(busiest(network)) if network.store.kind[row] != KIND["repost"]
    ][:3]
    uris = [network.uri(row) for row in own]
    told = ask(
        client, "app.bsky.feed.getPosts", uris=[*uris, uris[0][:-1] + "x", "at://did:plc:nobody/app.bsky.feed.post/3k"]
    )
    assert [post["uri"] for post in told["posts"]] == uris


def test_a_repost_is_a_record_of_its_own(client: httpx.Client, network: Network) -> None:
    row = next(
        int(r)
        for a in there(network)
        for r in network.store.posts_of.of(a)
        if network.store.kind[r] == KIND["repost"] and network.shown(int(r))
    )
    did, kind, key = network.uri(row).removeprefix("at://").split("/")
    told = ask(client, "com.atproto.repo.getRecord", repo=did, collection=kind, rkey=key)
    assert told["uri"] == network.uri(row)
    assert told["value"]["subject"]["uri"] == network.uri(int(network.store.target[row]))
    gone = client.get("/com.atproto.repo.getRecord", params={"repo": did, "collection": kind, "rkey": "3" * 13})
    assert (gone.status_code, gone.json()["error"]) == (400, "RecordNotFound")


def test_people_are_found_by_what_their_bio_says(client: httpx.Client, network: Network) -> None:
    row = next(row for row in there(network) if network.store.accounts[row]["summary"])
    word = network.store.accounts[row]["summary"].split()[0]
    assert network.dids[row] in {one["did"] for one in walk(client, "app.bsky.actor.searchActors", "actors", q=word)}
    assert walk(client, "app.bsky.actor.searchActors", "actors", q="") == []


@pytest.mark.parametrize(("method", "asked", "status", "error"), [
    ("app.bsky.actor.getProfile", {"actor": "nobody.example"}, 400, "InvalidRequest"),
    ("app.bsky.feed.getAuthorFeed", {"actor": "nobody.example"}, 400, "InvalidRequest"),
    ("app.bsky.feed.getPosts", {"uris": [f"at://x/y/{n}" for n in range(26)]}, 400, "InvalidRequest"),
    ("app.bsky.feed.getPosts", {}, 400, "InvalidRequest"),
    ("app.bsky.actor.searchActors", {"q": "x", "limit": 101}, 400, "InvalidRequest"),
    ("com.atproto.identity.resolveHandle", {"handle": "nobody.example"}, 400, "InvalidRequest"),
    ("app.bsky.nothing.getNothing", {}, 501, "MethodNotImplemented"),
])  # fmt: skip
def test_what_cannot_be_answered_is_said_as_the_network_says_it(
    client: httpx.Client, method: str, asked: dict[str, Any], status: int, error: str
) -> None:
    answer = client.get(f"/{method}", params=asked)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_searching_posts_is_shut_to_visitors(client: httpx.Client) -> None:
    answer = client.get("/app.bsky.feed.searchPosts", params={"q": "x"})
    assert answer.status_code == 403
    assert "html" in answer.headers["content-type"]


# --- a whole crawl --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crawled(
    server: Running, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, Any]]]:
    """What a crawl from one person brings, going where follows lead."""
    job = CrawlJob(
        str(tmp_path_factory.mktemp("crawl") / "sky.sqlite"), "sky", (SourceJob("bluesky", {"service": server.bluesky, "follows": True, "followers": True, "hops": 9}),),
        seed_accounts=(network.handle(busiest(network)),), requests=3000, accounts=1000, posts_per_account=10_000, stop_after=0,
        allow_private_hosts=("127.0.0.1",), speed=QUICK,
    )  # fmt: skip
    report = crawl(job)
    assert report.finished
    found: dict[str, list[dict[str, Any]]] = {}
    for record in read_records(job.path):
        row = json.loads(record.line)
        found.setdefault(row["type"], []).append(row)
    return found


def wishes(network: Network, row: int) -> bool:
    """Whether somebody asked to be left out, by a label or in their bio."""
    view = network.profile(row)
    return bool(view["labels"]) or profile_consent(bio=view["description"]).decision == "deny"


def in_reach(network: Network) -> set[int]:
    """Everybody to whom follows lead, in either direction, past those who asked to be left out of it."""
    waiting, seen = [busiest(network)], set()
    while waiting:
        row = waiting.pop()
        if row in seen or network.left(row):
            continue
        seen.add(row)
        if wishes(network, row):
            continue
        store = network.store
        waiting += network.people(store.followed, store.ties_from.of(row)) + network.people(
            store.follower, store.ties_to.of(row)
        )
    return seen


def test_every_public_post_of_everybody_in_reach_is_found_once_and_counts_are_the_servers_own(
    crawled: dict[str, list[dict[str, Any]]], network: Network, client: httpx.Client
) -> None:
    told = Counter(post["post_id"] for post in crawled["post"] if "text" in post or post["kind"] == "repost")
    assert set(told.values()) == {1}
    by = Counter(post["account_id"] for post in crawled["post"] if post.get("text") is not None)
    for row in in_reach(network):
        profile = ask(client, "app.bsky.actor.getProfile", actor=network.dids[row])
        if wishes(network, row):
            continue
        own = {f"at:{network.uri(int(r))[5:]}" for r in network.store.posts_of.of(row) if network.shown(int(r))}
        assert own <= set(told)
        assert by[f"at:{network.dids[row]}"] == profile["postsCount"]
    assert len(in_reach(network)) > 20


def test_who_asked_to_be_left_out_leaves_no_words(crawled: dict[str, list[dict[str, Any]]], network: Network) -> None:
    hidden = {f"at:{network.dids[row]}" for row in there(network) if wishes(network, row)}
    assert hidden
    assert [post for post in crawled["post"] if post["account_id"] in hidden and post.get("text")] == []
    signs = [account["consent_signals"] for account in crawled["account"] if account["account_id"] in hidden]
    assert signs
    assert all(signs)
    labelled = [row for row in there(network) if network.basic(row)["labels"]]
    assert all(network.basic(row)["labels"][0]["val"] == HIDDEN for row in labelled)


def test_a_suspended_account_is_not_shown(world: World, client: httpx.Client, network: Network, tmp_path: Path) -> None:
    gone = [row for row in network.row_of_did.values() if network.left(row)]
    for row in gone:
        answer = client.get("/app.bsky.actor.getProfile", params={"actor": network.dids[row]})
        assert (answer.status_code, answer.json()["error"]) == (400, "AccountTakedown")
    network.store.accounts[there(network)[0]]["status"] = "suspended"
    row = next(row for row in network.row_of_did.values() if network.left(row))
    assert not any(network.shown(int(post)) for post in network.store.posts_of.of(row))


def test_it_answers_at_the_last_port(world: World, server: Running) -> None:
    assert server.bluesky == f"http://127.0.0.1:{server.port + bluesky_place(world.folder)}"
    assert server.bluesky not in (*server.instances, server.blogs)
