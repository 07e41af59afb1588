"""What holds for any records, in any order and any batches: the same tables; and wishes and deletions are obeyed for good."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.imports.registry import import_file
from data.warehouse.sql import query
from data.warehouse.store import connect, migrate

DAYS = [f"2026-01-{day:02d}T00:00:00Z" for day in range(1, 29)]
# What a source says of one account or post does not contradict itself here: each field has one value per record id.
ACCOUNT_WORDS = {
    "handle": "lea",
    "display_name": "Léa",
    "summary": "café",
    "url": "https://a.example/@lea",
    "language": "fr",
}
POST_WORDS = {
    "text": "bonjour",
    "title": "t",
    "url": "https://a.example/1",
    "hashtags": ["v60"],
    "links": ["https://b.example"],
    "in_reply_to": "x:p0",
}


def parts(words):
    return st.sets(st.sampled_from(sorted(words))).map(lambda keys: {key: words[key] for key in sorted(keys)})


names = st.sampled_from(["1", "2", "3"])
accounts = st.builds(
    lambda n, said: {"type": "account", "account_id": f"x:{n}", "source": "x", "native_id": n} | said,
    names,
    parts(ACCOUNT_WORDS),
)
posts = st.builds(
    lambda n, a, said: (
        {
            "type": "post",
            "post_id": f"x:p{n}",
            "account_id": f"x:{n}",
            "source": "x",
            "native_id": f"p{n}",
            "published_at": "2026-01-01T00:00:00Z",
        }
        | said
    ),
    names,
    names,
    parts(POST_WORDS),
)
ties = st.builds(
    lambda a, b, day: {"type": "tie", "from_account": f"x:{a}", "to_account": f"x:{b}", "kind": "follow", "at": day},
    names,
    names,
    st.sampled_from(DAYS),
)
counts = st.builds(
    lambda n, day: {
        "type": "observation",
        "account_id": f"x:{n}",
        "observed_at": DAYS[day],
        "followers": day + 10,
        "following": day,
    },
    names,
    st.integers(0, len(DAYS) - 1),
)
records = st.lists(accounts | posts | ties | counts, min_size=1, max_size=12)


@pytest.fixture(scope="module")
def emptied():
    """Return a store in which nothing is kept, the same one each time: making one takes longer than the rule."""
    store = connect()
    migrate(store)

    def empty():
        for (table,) in store.sql("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'").fetchall():
            store.execute(f"DELETE FROM core.{table}")
        return store

    yield empty
    store.close()


@pytest.fixture
def fill(tmp_path, contents, emptied):
    """Load batches of records into an empty store and return every row, times of this load aside."""

    def run(batches):
        store = emptied()
        for batch in batches:
            path = tmp_path / "batch.jsonl"
            path.write_text("\n".join(json.dumps(record) for record in batch), "utf-8")
            assert import_file(store, "jsonl", path, brief="b").rejects == []
        for table in ("accounts", "posts"):
            store.execute(f"UPDATE core.{table} SET first_seen = NULL, last_seen = NULL")
        store.execute("UPDATE core.stated_ties SET seen_at = NULL")
        return contents(store)

    return run


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records, st.randoms(use_true_random=False), st.integers(3, 6))
def test_records_in_any_order_and_any_batches_give_the_same_tables(fill, given_records, random, size):
    shuffled = list(given_records)
    random.shuffle(shuffled)
    batches = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
    assert fill(batches) == fill([given_records])


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records)
def test_records_that_come_twice_in_one_file_or_in_two_change_nothing(fill, given_records):
    once = fill([given_records])
    assert fill([given_records * 2]) == once
    assert fill([given_records, given_records]) == once


LEA = {"type": "account", "account_id": "x:1", "source": "x", "native_id": "1"}
POST = {
    "type": "post",
    "post_id": "x:p1",
    "account_id": "x:1",
    "source": "x",
    "native_id": "p1",
    "published_at": "2026-01-02T00:00:00Z",
    "text": "bonjour",
    "title": "titre",
    "likes": 4,
    "observed_at": "2026-01-03T00:00:00Z",
}
REMOVED = POST | {"deleted_at": "2026-02-01T00:00:00Z", "text": None, "title": None, "likes": None}


@pytest.fixture
def load(bring):
    return lambda *rows: bring("jsonl", "r.jsonl", "\n".join(json.dumps(row) for row in rows))


def ask(store, question):
    return store.sql(question).fetchall()


@pytest.mark.parametrize("order", [(POST, REMOVED), (REMOVED, POST), (POST, REMOVED, POST)])
@pytest.mark.parametrize("together", [True, False])
def test_words_that_were_deleted_at_the_source_never_come_back(load, store, order, together):
    if together:
        load(*order)
    else:
        for record in order:
            load(record)
    assert ask(store, "SELECT text, title, deleted_at IS NOT NULL FROM core.posts") == [(None, None, True)]


EDITS = [POST | {"text": f"edit {n}", "edited_at": f"2026-01-0{n}T00:00:00Z"} for n in (3, 4, 5)]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("together", [True, False])
def test_the_words_of_the_last_edit_stand_however_the_edits_arrive(load, store, order, together):
    chosen = [EDITS[n] for n in order]
    if together:
        load(*chosen)
    else:
        for record in chosen:
            load(record)
    load(POST)
    assert ask(store, "SELECT text, edited_at::DATE::VARCHAR FROM core.posts") == [("edit 5", "2026-01-05")]


@pytest.mark.parametrize("sign", [{"summary": "ici #nobot"}, {"noindex": True}, {"consent": "deny"}])
def test_who_opts_out_later_loses_what_was_kept_before(load, store, sign):
    load(LEA | {"summary": "café"}, POST)
    load(LEA | sign)
    assert ask(store, "SELECT consent, summary FROM core.accounts") == [("deny", None)]
    for table in ("posts", "post_observations", "brief_posts"):
        assert ask(store, f"FROM core.{table}") == [], table


def test_who_declines_indexing_later_keeps_counts_and_loses_words(load, store):
    load(LEA, POST)
    load(LEA | {"indexable": False})
    query = "SELECT text, title, likes FROM core.posts JOIN core.post_observations USING (post_id)"
    assert ask(store, query) == [(None, None, 4)]


def test_a_record_that_says_nothing_of_a_wish_does_not_lift_it(load, store):
    load(LEA | {"summary": "ici #nobot"})
    load(LEA | {"summary": "café", "handle": "lea"}, POST)
    assert ask(store, "SELECT consent, summary, handle FROM core.accounts") == [("deny", None, "lea")]
    assert ask(store, "FROM core.posts") == []


def test_others_keep_their_words_when_one_opts_out(load, store):
    other = POST | {"post_id": "x:p2", "native_id": "p2", "account_id": "x:2"}
    load(POST, other)
    load(LEA | {"consent": "deny"})
    assert ask(store, "SELECT post_id, text FROM core.posts") == [("x:p2", "bonjour")]


def test_every_count_of_a_post_in_one_file_is_kept_with_its_date(load, store):
    days = ["2026-01-03", "2026-01-04", "2026-01-05"]
    load(*(POST | {"likes": n, "observed_at": day} for n, day in enumerate(days)))
    query = "SELECT observed_at::DATE::VARCHAR, likes FROM core.post_observations ORDER BY 1"
    assert ask(store, query) == [(day, n) for n, day in enumerate(days)]


def test_every_count_of_an_account_is_kept_with_its_date(load, store):
    load(LEA | {"followers": 5, "observed_at": "2026-01-03"}, LEA | {"followers": 6, "observed_at": "2026-01-04"})
    load(LEA | {"followers": 7, "observed_at": "2026-01-02"})
    query = "SELECT followers FROM core.account_observations ORDER BY observed_at"
    assert ask(store, query) == [(7,), (5,), (6,)]


def test_counts_of_one_moment_add_up_over_records(load, store):
    seen = {"observed_at": "2026-01-03"}
    load(LEA | seen | {"followers": 5})
    load(LEA | seen | {"following": 6})
    assert ask(store, "SELECT followers, following FROM core.account_observations") == [(5, 6)]


def test_first_sight_never_moves_forward_and_last_sight_never_back(load, store):
    for first, last in (("2026-01-05", "2026-01-06"), ("2026-01-02", "2026-01-03"), ("2026-01-07", "2026-01-09")):
        load(LEA | {"first_seen": first, "last_seen": last})
    query = "SELECT first_seen::DATE::VARCHAR, last_seen::DATE::VARCHAR FROM core.accounts"
    assert ask(store, query) == [("2026-01-02", "2026-01-09")]


def test_a_brief_sees_what_came_for_it_and_not_what_came_for_another(bring, store):
    bring("jsonl", "one.jsonl", json.dumps(POST), brief="one")
    bring("jsonl", "two.jsonl", json.dumps(POST | {"post_id": "x:p2", "native_id": "p2"}), brief="two")
    assert ask(store, "SELECT brief, post_id FROM core.brief_posts ORDER BY 1") == [("one", "x:p1"), ("two", "x:p2")]


def test_a_load_that_fails_writes_nothing(bring, store, contents, monkeypatch):
    before = contents(store)
    broken = {"load_ties": "SELECT error('disk full')"}
    monkeypatch.setattr("data.warehouse.load.query", lambda name: broken.get(name) or query(name))
    with pytest.raises(Exception, match="disk full"):
        bring("jsonl", "r.jsonl", json.dumps(POST))
    assert contents(store) == before
