"""What a load does with records: merges, forgets, refuses, and changes nothing the second time."""

from __future__ import annotations

import json

import pytest

LEA = {"type": "account", "account_id": "ap:https://a.example/u/lea", "source": "mastodon", "native_id": "1"}
POST = {
    "type": "post",
    "post_id": "ap:https://a.example/1",
    "account_id": LEA["account_id"],
    "source": "mastodon",
    "native_id": "10",
    "published_at": "2026-01-02T00:00:00Z",
    "text": "bonjour",
}


@pytest.fixture
def load(bring):
    def run(*records, **options):
        body = b"\n".join(r if isinstance(r, bytes) else json.dumps(r).encode() for r in records)
        return bring("jsonl", "r.jsonl", body, **options)

    return run


def row(store, sql):
    return store.sql(sql).fetchall()[0]


def test_a_second_time_changes_nothing(load, store, contents):
    records = (
        LEA | {"followers": 3},
        POST | {"likes": 1},
        {"type": "tie", "from_account": "x:1", "to_account": "x:2", "kind": "follow"},
    )
    load(*records)
    once = contents(store)
    assert load(*records).new == {"account": 0, "post": 0, "tie": 0}
    assert contents(store) == once


def test_partial_records_of_one_account_add_up(load, store):
    load(LEA | {"handle": "lea", "summary": "café"})
    load(LEA | {"display_name": "Léa"})
    assert row(store, "SELECT handle, display_name, summary FROM core.accounts") == ("lea", "Léa", "café")


def test_the_same_id_twice_in_a_file_is_one_post_with_the_newest_words(load, store):
    load(POST, POST | {"text": "edited", "edited_at": "2026-01-03T00:00:00Z"})
    assert store.sql("SELECT text FROM core.posts").fetchall() == [("edited",)]


def test_a_repost_is_never_its_authors_own_words(load, store):
    load(POST | {"repost_of": "ap:https://b.example/2"})
    assert row(store, "SELECT kind FROM core.posts") == ("repost",)


@pytest.mark.parametrize("sign", [{"summary": "Cuisine #NoBot"}, {"noindex": True}, {"consent": "deny"}])
def test_who_opted_out_leaves_no_text(load, store, sign):
    load(LEA | sign, POST)
    assert store.sql("FROM core.posts").fetchall() == []
    assert row(store, "SELECT consent, summary FROM core.accounts") == ("deny", None)


def test_who_declined_indexing_keeps_counts_and_no_words(load, store):
    load(LEA | {"indexable": False}, POST | {"likes": 4})
    assert row(store, "SELECT text, likes FROM core.posts JOIN core.post_observations USING (post_id)") == (None, 4)


def test_a_post_deleted_at_the_source_loses_its_words(load, store):
    load(POST)
    load(POST | {"deleted_at": "2026-02-01T00:00:00Z", "text": None})
    assert row(store, "SELECT text, deleted_at IS NOT NULL FROM core.posts") == (None, True)


def test_who_objected_never_comes_in_by_any_door(load, store):
    gone = LEA["account_id"]
    records = (
        LEA,
        POST,
        {"type": "tie", "from_account": "x:1", "to_account": gone, "kind": "follow"},
        {"type": "observation", "account_id": gone, "observed_at": "2026-01-01", "followers": 3},
        {"type": "person", "person_id": "p", "account_id": gone},
    )
    load(*records, kept_out=lambda names: [name for name in names if name == gone])
    for table in ("accounts", "posts", "stated_ties", "account_observations", "person_accounts"):
        assert store.sql(f"FROM core.{table}").fetchall() == [], table


def test_what_is_known_of_a_tie_stays_when_it_is_told_again_without(load, store):
    tie = {"type": "tie", "source": "x", "from_account": "1", "to_account": "2", "kind": "follow"}
    load(tie | {"mood": "joie"})
    load(tie)
    assert row(store, "SELECT extra->>'mood', count(*) OVER () FROM core.stated_ties") == ("joie", 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[1]", "no known type"),
        (b'{"type": "ship"}', "no known type"),
        (b'{"type": "post", "text": "caf\xe9"}', "not UTF-8"),
        (b'{"type": "post", "text": "' + b"x" * 8_000_001 + b'"}', "longer than 8 MB"),
    ],
)
def test_a_bad_line_is_told_and_the_rest_is_loaded(load, line, reason):
    loaded = load(line, POST)
    assert [(r.line, r.reason) for r in loaded.rejects] == [(1, reason)]
    assert loaded.good == {"post": 1}


def test_control_characters_do_not_reach_the_store(load, store):
    load(POST | {"text": "a\x00b\x1b[31mc"})
    assert row(store, "SELECT text FROM core.posts") == ("ab[31mc",)


def test_lists_keep_their_order_from_load_to_load(load, store):
    load(POST | {"links": ["https://b.example", "https://a.example"]})
    first = row(store, "SELECT links FROM core.posts")
    load(POST | {"links": first[0]})
    assert row(store, "SELECT links FROM core.posts") == first
