"""A Bluesky account is one, whether a table, a saved answer or the crawl brought it; older workspaces are put right."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.consent import Gate
from data.people import fingerprint, forms
from data.warehouse.sql import query
from data.warehouse.store import connect, migrate, migrations

DID = "did:plc:lea"
CRAWLED = {"type": "account", "account_id": f"at:{DID}", "source": "bluesky", "native_id": DID, "handle": "lea.example"}


def test_an_account_of_a_table_is_the_one_that_the_crawl_found(bring, store):
    bring("csv", "a.csv", f"source,native_id,display_name,followers\nbluesky,{DID},Léa,12\n")
    bring("jsonl", "a.jsonl", json.dumps(CRAWLED))
    assert store.sql("SELECT account_id, handle, display_name FROM core.accounts").fetchall() == [
        (f"at:{DID}", "lea.example", "Léa")
    ]
    assert store.sql("SELECT account_id, followers FROM core.account_observations").fetchall() == [(f"at:{DID}", 12)]


def test_posts_and_ties_of_a_table_lie_under_the_same_ids(bring, store):
    uri = f"at://{DID}/app.bsky.feed.post/k1"
    bring("csv", "p.csv", "source,native_id,account,published_at,text,in_reply_to,mentions\n"
          f"bluesky,{uri},{DID},2026-01-01T00:00:00Z,bonjour,at://did:plc:nina/app.bsky.feed.post/k2,did:plc:oto\n")  # fmt: skip
    bring("csv", "t.csv", f"source,from_account,to_account,kind\nbluesky,{DID},did:plc:nina,follow\n")
    assert store.sql("SELECT post_id, account_id, in_reply_to, mentions FROM core.posts").fetchall() == [
        (f"at:{uri[5:]}", f"at:{DID}", "at:did:plc:nina/app.bsky.feed.post/k2", ["at:did:plc:oto"])
    ]
    assert store.sql("SELECT from_account, to_account FROM core.stated_ties").fetchall() == [
        (f"at:{DID}", "at:did:plc:nina")
    ]


def test_an_export_of_an_older_version_comes_in_under_the_new_ids(bring, store):
    old = CRAWLED | {"account_id": f"bluesky:{DID}"}
    bring("jsonl", "old.jsonl", json.dumps(old))
    assert store.sql("SELECT account_id FROM core.accounts").fetchall() == [(f"at:{DID}",)]


@settings(deadline=None, max_examples=30)
@given(name=st.text(max_size=20).filter(lambda t: not t.startswith(("did:", "at://did:"))))
def test_other_ids_stay_as_they_are(name):
    with connect() as fresh:
        fresh.execute(query("macros"))
        assert fresh.execute("SELECT one_identity(?)", [f"bluesky:{name}"]).fetchone() == (f"bluesky:{name}",)
        assert fresh.execute("SELECT one_identity(?)", [f"mastodon:did:{name}"]).fetchone() == (f"mastodon:did:{name}",)


@pytest.fixture
def older():
    """A store as it was before, in which a table and a crawl brought the same person under two ids."""
    known = migrations()
    with connect() as store:
        store.execute("CREATE SCHEMA warehouse")
        store.execute("CREATE TABLE warehouse.migrations (version INTEGER PRIMARY KEY, applied_at TIMESTAMPTZ)")
        for version in sorted(known):
            if version < 8:
                store.execute(known[version])
                store.execute("INSERT INTO warehouse.migrations VALUES (?, now())", [version])
        for account in (f"bluesky:{DID}", f"at:{DID}", "bluesky:did:plc:nina", "mastodon:1"):
            store.execute(
                "INSERT INTO core.accounts (account_id, source, native_id) VALUES (?, 'bluesky', 'x')", [account]
            )
            store.execute(
                "INSERT INTO core.account_observations (account_id, observed_at) VALUES (?, '2026-01-01')", [account]
            )
            store.execute("INSERT INTO core.brief_accounts VALUES ('b', ?, 'import')", [account])
        post = "INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, mentions) VALUES (?, ?, 'bluesky', 'x', 'post', '2026-01-01', ?)"
        store.execute(post, [f"bluesky:at://{DID}/p/1", f"bluesky:{DID}", ["bluesky:did:plc:nina"]])
        store.execute(post, ["bluesky:3k", "bluesky:did:plc:nina", []])
        store.execute(
            "INSERT INTO core.stated_ties (from_account, to_account, kind, tied_at) VALUES (?, 'bluesky:did:plc:nina', 'follow', '2026-01-01')",
            [f"bluesky:{DID}"],
        )
        migrate(store)
        yield store


def test_an_older_workspace_is_put_right(older):
    assert {a for a, in older.sql("SELECT account_id FROM core.accounts").fetchall()} == {
        f"at:{DID}", "at:did:plc:nina", "mastodon:1"
    }  # fmt: skip
    assert older.sql("SELECT post_id, account_id, mentions FROM core.posts ORDER BY ALL").fetchall() == [
        (f"at:{DID}/p/1", f"at:{DID}", ["at:did:plc:nina"]), ("bluesky:3k", "at:did:plc:nina", []),
    ]  # fmt: skip
    assert older.sql("SELECT from_account, to_account FROM core.stated_ties").fetchall() == [
        (f"at:{DID}", "at:did:plc:nina")
    ]
    assert len(older.sql("FROM core.account_observations").fetchall()) == 3
    assert len(older.sql("FROM core.brief_accounts").fetchall()) == 3


def test_who_objected_under_the_old_id_stays_out_under_the_new_one():
    key = b"secret"
    gate = Gate(key, frozenset({fingerprint(key, f"bluesky:{DID}")}))
    assert gate.kept_out(f"at:{DID}")
    assert not gate.kept_out("at:did:plc:nina")
    assert forms(f"at:{DID}") == (f"at:{DID}", f"bluesky:{DID}")
    assert forms("mastodon:1") == ("mastodon:1",)
