"""Every connector understands its own people however they are written: address, handle, id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.connector import Context
from crawlers.registry import connector, connectors
from crawlers.seeds import as_written, knows, people_only
from data.errors import UserError

KEY = "3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d"
NPUB = "npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6"
UC = "UC" + "a" * 22
GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"

SEEDS: dict[str, tuple[dict, list[tuple[str, str]]]] = {
    "mastodon": ({}, [
        ("@lea@m.example", "m.example/api/v1/accounts/lookup?acct=lea"), ("lea@m.example", "acct=lea"), ("acct:lea@m.example", "acct=lea"),
        ("https://m.example/@lea", "acct=lea"), ("https://m.example/users/lea", "acct=lea"), ("ap:https://m.example/users/lea", "acct=lea"),
        ("mastodon:@lea@m.example", "acct=lea"),
    ]),
    "misskey": ({"instances": ["https://mk.example"]}, [
        ("@lea@mk.example", "username=lea"), ("https://mk.example/@lea", "username=lea"), ("ap:https://mk.example/users/9Abc", "userId=9Abc"),
        ("misskey:@lea@mk.example", "username=lea"),
    ]),
    "peertube": ({"instances": ["https://pt.example"]}, [
        ("@lea@pt.example", "accounts/lea"), ("https://pt.example/a/lea", "accounts/lea"), ("https://pt.example/c/chaine/videos", "video-channels/chaine"),
        ("ap:https://pt.example/video-channels/chaine", "video-channels/chaine"), ("ap:https://pt.example/accounts/lea", "accounts/lea"),
    ]),
    "bluesky": ({}, [
        ("lea.bsky.social", "actor=lea.bsky.social"), ("@lea.bsky.social", "actor=lea.bsky.social"), ("did:plc:abc", "actor=did%3Aplc%3Aabc"),
        ("at:did:plc:abc", "actor=did%3Aplc%3Aabc"), ("https://bsky.app/profile/lea.bsky.social", "actor=lea.bsky.social"),
        ("bluesky:did:plc:abc", "actor=did%3Aplc%3Aabc"), ("bluesky:@lea.bsky.social", "actor=lea.bsky.social"),
    ]),
    "hackernews": ({}, [
        ("hn:user/pg", "user/pg.json"), ("https://news.ycombinator.com/user?id=pg", "user/pg.json"), ("hackernews:pg", "user/pg.json"),
        ("hackernews:@pg", "user/pg.json"),
    ]),
    "discourse": ({"sites": ["https://forum.example"]}, [
        ("https://forum.example/u/lea", "/u/lea.json"), ("https://forum.example/u/lea/summary", "/u/lea.json"), ("@lea@forum.example", "/u/lea.json"),
        ("discourse:@lea@forum.example", "/u/lea.json"),
    ]),
    "forem": ({"sites": ["https://dev.example"]}, [
        ("https://dev.example/lea", "username=lea"), ("@lea", "username=lea"), ("@lea@dev.example", "username=lea"), ("forem:@lea", "username=lea"),
        ("forem:dev.example/user/37", "/api/users/37"),
    ]),
    "stackexchange": ({}, [
        ("https://stackoverflow.com/users/37/lea", "users/37?site=stackoverflow"), ("https://stackoverflow.com/users/37", "site=stackoverflow"),
        ("https://coffee.stackexchange.com/users/37/lea?tab=profile", "users/37?site=coffee"), ("https://fr.stackoverflow.com/users/37", "site=fr.stackoverflow"),
        ("https://stackexchange.com/users/18/lea", "users/18/associated"), ("se:account/18", "users/18/associated"), ("stackexchange:18", "users/18/associated"),
    ]),
    "nostr": ({"relays": ["wss://r.example"]}, [(NPUB, KEY), (KEY, KEY), (f"nostr:{NPUB}", KEY), (f"nostr:{KEY}", KEY)]),
    "reddit": ({}, [
        ("u/lea", "/user/lea/about"), ("/u/lea", "/user/lea/about"), ("https://www.reddit.com/user/lea/", "/user/lea/about"),
        ("https://reddit.com/u/lea", "/user/lea/about"), ("reddit:@u/lea", "/user/lea/about"), ("reddit:t2_abc", "ids=t2_abc"),
    ]),
    "youtube": ({}, [
        (UC, f"id={UC}"), ("@lea", "forHandle=%40lea"), (f"https://www.youtube.com/channel/{UC}", f"id={UC}"), ("https://www.youtube.com/@lea", "forHandle=%40lea"),
        (f"yt:channel/{UC}", f"id={UC}"), ("youtube:@lea", "forHandle=%40lea"),
    ]),
    "wikidata": ({}, [
        ("wikidata:Q42", "ids=Q42"), ("https://www.wikidata.org/wiki/Q42", "ids=Q42"), ("@lea@m.example", "P4033"), ("lea.bsky.social", "P12361"),
    ]),
    "podcastindex": ({}, [(f"podcast:{GUID}", f"guid={GUID}")]),
    "feeds": ({}, [
        ("https://blog.example/feed.xml", "https://blog.example/feed.xml"), ("feed:https://blog.example/feed.xml", "https://blog.example/feed.xml"),
        ("web:https://blog.example/", "https://blog.example/"),
    ]),
}  # fmt: skip
CASES = [(kind, options, seed, asked) for kind, (options, seeds) in SEEDS.items() for seed, asked in seeds]
BY_SITE = {"gdelt", "web", "wordpress"}  # these start from sites or words: nobody is asked for by name
LATER = {"lemmy"}  # asks who a server is first


def first(kind, options, seed):
    told = as_written(seed, kind)
    return [ask.url for ask in connector(kind).seeds(Context(options=options, seed_accounts=(told,))).asks]


def test_every_connector_is_in_the_table():
    assert set(SEEDS) | BY_SITE | LATER == set(connectors())


@pytest.mark.parametrize(
    ("kind", "options", "seed", "asked"), CASES, ids=[f"{kind} {seed}" for kind, _, seed, _ in CASES]
)
def test_a_seed_is_asked_for(kind, options, seed, asked):
    assert any(asked in url for url in first(kind, options, seed))
    assert knows(connector(kind), options, seed)


@pytest.mark.parametrize("kind", sorted(set(connectors()) - BY_SITE))
@pytest.mark.parametrize("seed", ["", "just words", "?", "lea's", "#coffee"])
def test_what_is_no_account_is_not_taken_for_one(kind, seed):
    options = SEEDS.get(kind, ({"instances": ["https://lem.example"]}, []))[0]
    assert not knows(connector(kind), options, seed)


@pytest.mark.parametrize("seed", ["@lea@lem.example", "https://lem.example/u/lea", "ap:https://lem.example/u/lea"])
def test_lemmy_knows_the_people_of_its_servers(seed):
    assert knows(connector("lemmy"), {"instances": ["https://lem.example"]}, seed)
    assert not knows(connector("lemmy"), {"instances": ["https://other.example"]}, seed)


@pytest.mark.parametrize("kind", sorted(BY_SITE))
def test_a_source_of_sites_asks_for_nobody(kind):
    assert not knows(connector(kind), {}, "@lea@m.example")


@given(st.text(max_size=60), st.sampled_from(sorted(connectors())))
def test_any_text_is_understood_or_left(seed, kind):
    options = SEEDS.get(kind, ({}, []))[0]
    assert knows(connector(kind), options, seed) in (True, False)
    assert (
        as_written(as_written(seed, kind), kind) == as_written(seed, kind) or seed.count(f"{kind}:") > 1 or ":" in seed
    )


def test_a_source_is_asked_for_people_alone_without_its_lists():
    assert people_only({"instances": ["m"], "tags": ["x"], "search": "https://s.example", "queries": []}) == {
        "instances": ["m"], "search": "https://s.example",
    }  # fmt: skip


def test_a_member_known_by_number_is_asked_for_by_name_from_then_on():
    with pytest.raises(UserError):
        connector("forem").seeds(Context(options={}, seed_accounts=("nobody at all",)))
