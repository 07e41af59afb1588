"""Every answer recorded from real servers is read: nothing of what is public in it is lost, nothing in it breaks a connector."""

from __future__ import annotations

import json
import lzma
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from crawlers.connector import Answer, Batch, Context
from crawlers.registry import connector
from data.records import FIELDS

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
SERVERS, RECORDINGS = SHARED / "servers", SHARED / "recordings"
AT = datetime(2026, 11, 22, tzinfo=UTC)
SUFFIXES = (".json", ".xml", ".html", ".txt")
pytestmark = pytest.mark.shared


def needs(folder: Path) -> Path:
    if not folder.is_dir():
        pytest.skip(f"no recorded answers here: {folder}")
    return folder


def told(name: str) -> tuple[str, int, dict[str, str], bytes]:
    """Return address, status, headers and body of one recorded answer."""
    path = needs(SERVERS) / name
    body = next(path.with_name(path.name + end) for end in SUFFIXES if path.with_name(path.name + end).exists())
    first, second, *lines = path.with_name(f"{path.name}.headers.txt").read_text("utf-8").splitlines()
    headers = {key.lower(): value for key, _, value in (line.partition(": ") for line in lines)}
    return first.split(" ", 1)[1], int(second.split()[1]), headers, body.read_bytes()


def read(kind: str, answered: str, purpose: str, options: dict[str, Any] | None = None, /, **payload: Any) -> Batch:
    """Have a connector read a recorded answer; what it gives must be what the data model allows."""
    url, status, headers, body = told(answered)
    parts = urlsplit(url)
    base = {"base": f"{parts.scheme}://{parts.netloc}"}
    answer = Answer(url, purpose, base | payload, status, headers, body, 0, AT)
    batch = connector(kind).parse(answer, Context(options=options or {}, posts_per_account=500))
    check(batch)
    return batch


def check(batch: Batch) -> None:
    for record in batch.records:
        assert set(record) <= {"type", *FIELDS[record["type"]]}
        if record["type"] == "post":
            assert datetime.fromisoformat(record["published_at"]).tzinfo is not None
    json.dumps([batch.records, [ask.payload for ask in batch.asks]])


def posts(batch: Batch) -> list[dict[str, Any]]:
    return [record for record in batch.records if record["type"] == "post"]


def kept(name: str) -> Any:
    return json.loads(told(name)[3])


# --- Mastodon and its kin ----------------------------------------------------------------------------------------

LISTS = ["mastodon/statuses_p1", "mastodon/statuses_p2", "snac2/statuses_p1", "snac2/statuses_p2"]
TAGS = ["mastodon/tag", "snac2/tag"]


@pytest.mark.parametrize("name", [*LISTS, *TAGS])
def test_every_public_status_of_a_list_is_read_with_what_it_boosts(name: str) -> None:
    purpose = "tag" if name in TAGS else "statuses"
    batch = read("mastodon", name, purpose, domain="m.example", id="1", uid="ap:x", tag="sourdough")
    shown = [one for one in kept(name) if one["visibility"] in {"public", "unlisted"}]
    expected = {f"ap:{one['uri']}" for one in shown} | {f"ap:{one['reblog']['uri']}" for one in shown if one["reblog"]}
    assert {post["post_id"] for post in posts(batch)} == expected
    assert {post["native_id"]: post["repost_of"] for post in posts(batch) if post["kind"] == "repost"} == {
        one["id"]: f"ap:{one['reblog']['uri']}" for one in shown if one["reblog"]
    }


@pytest.mark.parametrize("name", LISTS)
def test_a_full_list_is_read_on_whether_the_server_links_to_what_follows_or_not(name: str) -> None:
    chained = [
        ask for ask in read("mastodon", name, "statuses", domain="m.example", id="1", uid="ap:x").asks if ask.chain
    ]
    url = told(name)[0]
    assert len(chained) == 1
    assert urlsplit(chained[0].url).netloc == urlsplit(url).netloc
    assert parse_qs(urlsplit(chained[0].url).query)["max_id"] == [
        min((one["id"] for one in kept(name)), key=lambda i: (len(i), i))
    ]


def test_counts_of_a_server_that_does_not_count_are_unknown() -> None:
    url, status, headers, body = told("snac2/lookup")
    base = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    answer = Answer(url, "lookup", {"base": base, "name": "x", "domain": "x"}, status, headers, body, 0, AT)
    batch = connector("mastodon").parse(answer, Context(options={}, notes={f"software {base}": "snac"}))
    assert [record["posts"] for record in batch.records] == [None]


def test_an_own_person_named_with_the_domain_is_at_home() -> None:
    name = kept("snac2/lookup")["acct"]
    batch = read("mastodon", "snac2/lookup", "lookup", name="x", domain=name.partition("@")[2])
    assert [(one["handle"], one["extra"]["view_scope"]) for one in batch.records] == [(f"@{name}", "home")]


@pytest.mark.parametrize(
    ("name", "purpose", "trouble"),
    [
        ("mastodon/missing_account", "lookup", "unknown_account"),
        ("mastodon-strict/timelines_tag_sourdough", "tag", "closed_timeline"),
        ("snac2/locked_statuses", "statuses", None),
        ("mastodon/suspended_statuses", "statuses", None),
        ("mastodon/rate_429", "statuses", None),
    ],
)
def test_a_refusal_says_what_it_is_and_leaves_no_post(name: str, purpose: str, trouble: str | None) -> None:
    batch = read("mastodon", name, purpose, name="x", domain="x", id="1", uid="ap:x", tag="t")
    assert posts(batch) == []
    assert trouble is None or trouble in [kind for kind, _ in batch.troubles]


def test_who_asked_to_be_left_out_is_not_asked_after() -> None:
    batch = read("mastodon", "mastodon/optout_account", "lookup", name="x", domain="x")
    assert [record["consent"] for record in batch.records] != ["allow"]
    assert batch.records[0]["consent"] != "deny" or batch.asks == []


def test_closed_timelines_are_known_beforehand() -> None:
    url, status, headers, body = told("mastodon-strict/instance_v2")
    answer = Answer(url, "instance", {"base": "https://m.example", "v": 2}, status, headers, body, 0, AT)
    batch = connector("mastodon").parse(answer, Context(options={}, seed_hashtags=("sourdough",)))
    assert "closed_timeline" in [kind for kind, _ in batch.troubles]
    assert [ask for ask in batch.asks if ask.purpose == "tag"] == []


# --- Bluesky -----------------------------------------------------------------------------------------------------

FEEDS = ["getAuthorFeed_p1", "getAuthorFeed_p2", "quote_feed", "image_and_feed"]


@pytest.mark.parametrize("name", FEEDS)
def test_every_post_of_a_feed_is_read_once(name: str) -> None:
    did = kept(f"bluesky/{name}")["feed"][0]["post"]["author"]["did"]
    batch = read("bluesky", f"bluesky/{name}", "feed", actor=did, did=did)
    told_of = {item["post"]["uri"] for item in kept(f"bluesky/{name}")["feed"]}
    found = [post["native_id"] for post in posts(batch)]
    assert len(found) == len(set(found))
    assert told_of <= set(found) | {
        post.get("repost_of", "").replace("at:", "at://") for post in posts(batch) if post.get("repost_of")
    }


def test_who_wants_to_be_seen_by_those_who_signed_in_only_is_left_out_though_the_server_tells_everybody() -> None:
    feed = kept("bluesky/optout_feed")["feed"]
    people = [item["reason"]["by"] if "reason" in item else item["post"]["author"] for item in feed]
    shut = {one["did"] for one in people if "!no-unauthenticated" in {label["val"] for label in one.get("labels", [])}}
    assert shut
    batch = read("bluesky", "bluesky/optout_feed", "feed", actor="x", did=min(shut))
    assert [post for post in posts(batch) if post["account_id"].removeprefix("at:") in shut and post.get("text")] == []
    told_of = [record for record in batch.records if record["type"] == "account" and record["native_id"] in shut]
    assert {record["consent"] for record in told_of} == {"deny"}  # by which nothing of theirs is stored


# --- WordPress, blogs, Ghost ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["wordpress/posts_p1", "wordpress/posts_p2", "wordpress/posts_after", "wordpress7/posts_p1"]
)
def test_every_post_of_a_page_is_read(name: str) -> None:
    url = told(name)[0]
    site = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    batch = read(
        "wordpress",
        name,
        "posts",
        {"sites": [site]},
        site=site,
        home=site,
        page=1,
    )
    pages = {ask.url for ask in batch.asks if ask.purpose == "page"}  # who wrote it is told by its page alone
    assert {post["url"] for post in posts(batch)} | pages == {one["link"] for one in kept(name)}


FEED_FILES = ["wordpress/feed", "wordpress/feed_atom", "wordpress/author_feed", "wordpress7/feed", "ghost/rss",
              "ghost/author_rss", "ghost/tag_rss", "static/hugo_rss", "static/hugo_jsonfeed", "static/pelican_atom",
              "static/pelican_rss", "mastodon/rss", "snac2/rss"]  # fmt: skip


def entries(body: bytes) -> int:
    """Count the entries of a feed without a parser of feeds."""
    if body.lstrip().startswith(b"{"):
        return len(json.loads(body)["items"])
    return body.count(b"<item>") or body.count(b"<entry>") + body.count(b"<entry ")


@pytest.mark.parametrize("name", FEED_FILES)
def test_every_entry_of_a_feed_is_read(name: str) -> None:
    batch = read("feeds", name, "feed")
    pages = [ask for ask in batch.asks if ask.purpose == "page"]  # an entry whose page says more is read there
    assert len(posts(batch)) + len(pages) == entries(told(name)[3]) > 0


# --- whatever it is, nothing breaks ----------------------------------------------------------------------------------

PURPOSES = {
    "mastodon": ("lookup", "statuses", "tag", "instance", "trends", "following"),
    "feeds": ("feed",),
    "bluesky": ("feed", "profile"),
    "wordpress": ("posts", "root", "users", "comments"),
}


@pytest.mark.parametrize("kind", sorted(PURPOSES))
def test_no_recorded_answer_breaks_a_connector_whatever_was_asked(kind: str) -> None:
    """A wrong answer is a ValueError, which the crawl records as one; anything else would be a fault of ours."""
    folder = needs(SERVERS)
    names = sorted(str(path.relative_to(folder)).removesuffix(".headers.txt") for path in folder.rglob("*.headers.txt"))
    payload = {"name": "x", "domain": "x", "id": "1", "uid": "ap:x", "tag": "t", "v": 2, "did": "did:plc:x", "actor": "x",
               "site": "https://w.example", "home": "https://w.example", "page": 1}  # fmt: skip
    seen = 0
    for name in names:
        for purpose in PURPOSES[kind]:
            try:
                read(kind, name, purpose, **payload)
            except ValueError:
                continue
            seen += 1
    assert seen > len(names) / 3


def members(archive: str) -> Iterator[tuple[str, bytes]]:
    path = needs(RECORDINGS) / f"{archive}.tar.xz"
    with lzma.open(path) as raw, tarfile.open(fileobj=raw) as told_of:
        for member in told_of:
            file = told_of.extractfile(member) if member.isfile() else None
            if file is not None:
                yield member.name, file.read(2_000_000)


def survives(kind: str, purpose: str, body: bytes, **payload: Any) -> bool:
    """Whether a connector took an answer for what was asked; a ValueError is how it says that it is not."""
    answer = Answer("https://m.example/feed", purpose, payload, 200, {}, body, 0, AT)
    try:
        check(connector(kind).parse(answer, Context(options={})))
    except ValueError:
        return False
    return True


@pytest.mark.servers
def test_no_feed_of_the_archive_breaks_the_reader() -> None:
    """Feeds that other projects test their parsers with, many broken on purpose."""
    assert sum(survives("feeds", "feed", body) for _, body in members("feeds")) > 100


@pytest.mark.servers
def test_no_answer_of_a_mastodon_server_in_the_archive_breaks_the_reader() -> None:
    payload = {"base": "https://m.example", "name": "x", "domain": "x", "id": "1", "uid": "ap:x"}
    taken = 0
    for name, body in members("mastodon"):
        told_of = yaml.load(body, yaml.CSafeLoader) if name.endswith((".yaml", ".yml")) else None
        for exchange in (told_of or {}).get("interactions") or (told_of or {}).get("http_interactions") or ():
            said = exchange["response"]["body"].get("string") or b""
            raw = said.encode() if isinstance(said, str) else said
            taken += any(
                survives("mastodon", purpose, raw, **payload) for purpose in ("statuses", "lookup", "following")
            )
    assert taken > 50
