"""Ties come out of the store added up per pair and kind, in order, whatever the order in which they stand there."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.warehouse.store import connect
from graph.columns import Coded
from pipelines.detection.map_columns import coded
from pipelines.detection.map_ties import groups, read_ties

AS_OF = datetime(2026, 6, 1, 7, 30, 0, 123457, tzinfo=UTC)
PEOPLE, SEGMENTS = 4, 2
# What grouping in SQL says: the plain definition of what is read.
GROUPED = """
SELECT f.person, t.person, k.kind, sum(k.weight),
       (epoch_us($as_of) - max(least(epoch_us(k.last_at), epoch_us($as_of)))) / 1e6 / 86400, bool_or(k.evidence_post IS NOT NULL)
FROM core.ties k JOIN map_rows f ON f.account_id = k.from_account JOIN map_rows t ON t.account_id = k.to_account
WHERE f.person <> t.person AND (k.first_at IS NULL OR k.first_at <= $as_of)
GROUP BY ALL ORDER BY ALL"""


@pytest.fixture(scope="module")
def store():
    """Four people, the first of whom has two accounts; a stranger's account is no person's."""
    connection = connect()
    connection.execute("CREATE SCHEMA core; CREATE TEMP TABLE map_hits (post_id VARCHAR, segment INT, relevance FLOAT)")
    connection.execute("CREATE TABLE core.posts (post_id VARCHAR, account_id VARCHAR, in_reply_to VARCHAR, repost_of VARCHAR, quote_of VARCHAR, published_at TIMESTAMPTZ)")  # fmt: skip
    connection.execute("CREATE TABLE core.ties (from_account VARCHAR, to_account VARCHAR, kind VARCHAR, weight DOUBLE, first_at TIMESTAMPTZ, last_at TIMESTAMPTZ, evidence_post VARCHAR)")  # fmt: skip
    connection.execute("CREATE TEMP TABLE map_rows AS SELECT * FROM (VALUES ('a', 0), ('a2', 0), ('b', 1), ('c', 2), ('d', 3)) t(account_id, person)")  # fmt: skip
    return connection


def read(store, rows):
    store.execute("DELETE FROM core.ties")
    for row in rows:
        store.execute("INSERT INTO core.ties VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return read_ties(store, PEOPLE, SEGMENTS, AS_OF)


def told(ties):
    words, place = ties.kinds
    names = [words[i] for i in place]
    evidenced = np.isfinite(ties.topical[:, 0])
    return list(zip(*(column.tolist() for column in (ties.source, ties.target)), names, ties.count.tolist(), ties.age_days.tolist(), evidenced.tolist(), strict=True))  # fmt: skip


ACCOUNTS = st.sampled_from(["a", "a2", "b", "c", "d", "stranger"])
MOMENTS = st.none() | st.integers(-40, 3).map(lambda days: AS_OF + timedelta(days=days, microseconds=days * 7))
ROWS = st.lists(
    st.tuples(
        ACCOUNTS, ACCOUNTS, st.sampled_from(["repost", "follow", "mention"]), st.integers(1, 5).map(float), MOMENTS,
        MOMENTS, st.sampled_from([None, "p1"]),
    ),
    max_size=20,
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_ties_are_those_that_grouping_in_sql_gives_and_in_its_order(store, rows):
    assert told(read(store, rows)) == store.execute(GROUPED, {"as_of": AS_OF}).fetchall()


def test_what_is_read_may_be_asked_for_in_sql(store):
    ties = read(store, [("b", "a2", "mention", 1.0, None, None, None), ("a", "b", "follow", 2.0, None, None, None)])
    rows = store.execute("SELECT tie, source, target, kind, count FROM map_ties ORDER BY tie").fetchall()
    assert rows == [(0, 0, 1, "follow", 2.0), (1, 1, 0, "mention", 1.0)]
    assert ties.of_kind("follow").tolist() == [True, False]


def test_a_tie_is_on_the_subject_as_far_as_the_post_behind_it(store):
    store.execute("INSERT INTO map_hits VALUES ('p1', 1, 0.75)")
    try:
        ties = read(store, [("a", "b", "mention", 1.0, None, None, "p1"), ("b", "c", "mention", 1.0, None, None, None)])
        np.testing.assert_array_equal(ties.topical, np.array([[0.0, 0.75], [np.nan, np.nan]], np.float32))
    finally:
        store.execute("DELETE FROM map_hits")


def test_a_tie_that_leads_into_the_future_is_of_today_and_one_that_begins_there_is_none(store):
    later = AS_OF + timedelta(days=1)
    ties = read(
        store,
        [("a", "b", "reply", 1.0, AS_OF, later, None), ("b", "c", "reply", 1.0, later, later, None)],
    )
    assert told(ties) == [(0, 1, "reply", 1.0, 0.0, False)]


@given(st.lists(st.integers(0, 6), max_size=15))
def test_groups_are_the_distinct_keys_in_order(keys):
    keys = np.array(keys, np.int64)
    order, first = groups(keys)
    assert keys[order].tolist() == sorted(keys.tolist())
    assert keys[order][first].tolist() == sorted(set(keys.tolist()))


@given(st.lists(st.sampled_from(["post", "quote", "reply", "été"])))
def test_coded_words_are_told_apart_in_their_order(words):
    found = coded(pa.chunked_array([pa.array(words[:3], pa.string()), pa.array(words[3:], pa.string())]))
    assert isinstance(found, Coded)
    assert found.words == sorted(set(words))
    assert [found.words[i] for i in found.place] == words
