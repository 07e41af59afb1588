"""An account is found however people write it; what may mean several is an error that lists them."""

from __future__ import annotations

import pytest

from data.errors import UserError
from pipelines.accounts import resolve
from pipelines.detection.identity import update_persons


@pytest.fixture
def accounts(store, put):
    """A Mastodon account with a namesake elsewhere, a Bluesky account, a blog, and an account of an import."""
    put(
        {"type": "account", "account_id": "ap:https://social.example/users/lea", "source": "mastodon", "native_id": "17", "instance": "social.example",
         "handle": "@lea@social.example", "url": "https://social.example/@lea", "display_name": "Léa"},
        {"type": "account", "account_id": "ap:https://autre.example/users/lea", "source": "mastodon", "native_id": "99", "instance": "autre.example",
         "handle": "@lea@autre.example", "url": "https://autre.example/@lea"},
        {"type": "account", "account_id": "at:did:plc:abc123", "source": "bluesky", "native_id": "did:plc:abc123", "handle": "nina.bsky.social",
         "url": "https://bsky.app/profile/nina.bsky.social"},
        {"type": "account", "account_id": "feed:https://blog.example/feed.xml", "source": "feeds", "native_id": "https://blog.example/feed.xml",
         "url": "https://blog.example/feed.xml", "display_name": "Le blog"},
        {"type": "account", "account_id": "stackexchange:1837", "source": "stackexchange", "native_id": "1837", "handle": "Craig Gidney",
         "url": "https://quantumcomputing.stackexchange.com/users/1837/craig-gidney"},
        {"type": "account", "account_id": "forum:twin1", "source": "forum", "native_id": "twin1", "handle": "twin"},
        {"type": "account", "account_id": "hackernews:dang", "source": "hackernews", "native_id": "dang"},
        {"type": "account", "account_id": "tchat:twin2", "source": "tchat", "native_id": "twin2", "handle": "Twin"},
    )  # fmt: skip
    update_persons(store)
    return store


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ap:https://social.example/users/lea", "ap:https://social.example/users/lea"),
        ("@lea@social.example", "ap:https://social.example/users/lea"),
        ("lea@social.example", "ap:https://social.example/users/lea"),
        ("  @LEA@Social.Example ", "ap:https://social.example/users/lea"),
        ("https://social.example/@lea", "ap:https://social.example/users/lea"),
        ("http://www.social.example/@lea/", "ap:https://social.example/users/lea"),
        ("https://social.example/users/lea", "ap:https://social.example/users/lea"),
        ("mastodon:17", "ap:https://social.example/users/lea"),
        ("mastodon:@lea@autre.example", "ap:https://autre.example/users/lea"),
        ("nina.bsky.social", "at:did:plc:abc123"),
        ("@nina.bsky.social", "at:did:plc:abc123"),
        ("did:plc:abc123", "at:did:plc:abc123"),
        ("https://bsky.app/profile/nina.bsky.social", "at:did:plc:abc123"),
        ("https://bsky.app/profile/did:plc:abc123", "at:did:plc:abc123"),
        ("https://blog.example/feed.xml", "feed:https://blog.example/feed.xml"),
        ("feeds:https://blog.example/feed.xml", "feed:https://blog.example/feed.xml"),
        ("stackexchange:1837", "stackexchange:1837"),
        ("Craig Gidney", "stackexchange:1837"),
        ("stackexchange:@craig gidney", "stackexchange:1837"),
        ("forum:@twin", "forum:twin1"),
        ("dang", "hackernews:dang"),
        ("@Dang", "hackernews:dang"),
    ],
)
def test_an_account_is_found_as_people_write_it(accounts, written, meant):
    assert resolve(accounts, written).account_id == meant


def test_the_account_comes_with_its_person_and_names(accounts):
    found = resolve(accounts, "@lea@social.example")
    assert (found.person_id, found.source, found.display_name) == (
        "person:ap:https://social.example/users/lea",
        "mastodon",
        "Léa",
    )


@pytest.mark.parametrize("written", ["twin", "@TWIN"])
def test_a_handle_that_two_have_lists_both(accounts, written):
    with pytest.raises(UserError) as caught:
        resolve(accounts, written)
    assert caught.value.exit_status == 2
    assert "forum:twin1, tchat:twin2" in caught.value.message.en


@pytest.mark.parametrize(
    "written",
    [
        "nobody",
        "",
        "   ",
        "@",
        "@@",
        ":@",
        "did:plc:other",
        "https://elsewhere.example/@lea",
        "%",
        "_",
        "' OR 1=1 --",
        "http://[",
        "http://a:b/@x",
        "\x00",
    ],
)
def test_what_means_nobody_is_told(accounts, written):
    with pytest.raises(UserError):
        resolve(accounts, written)


def test_a_slip_in_a_name_that_only_an_id_tells_is_met_with_that_id(accounts):
    with pytest.raises(UserError, match="did you mean dang"):
        resolve(accounts, "dangg")
