"""The tables that a mapping prepares: whose accounts are the brief's, and who uses which words of its queries."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from data.brief.model import Brief, Segment
from data.warehouse.sql import query
from data.warehouse.store import connect, migrate
from pipelines.detection.map_columns import SQL, register
from pipelines.detection.map_read import prepare, previous_communities, read_details, read_world

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BRIEF = Brief(name="cafe", segments=(Segment("filtre", "v60"), Segment("espresso", "espresso")))
# account → its posts; `listed` is of the brief by name, `writes` by a post of its own, `elsewhere` only in another brief.
POSTS = {"listed": ["p1", "p2"], "writes": ["p3"], "elsewhere": ["p4"]}
HITS = [
    ("p1", "filtre", 0.9, ["V60", "mouture"]), ("p2", "filtre", 0.5, ["V60"]), ("p2", "espresso", 0.0, ["crema"]),
    ("p3", "filtre", 0.7, []), ("p4", "filtre", 0.7, ["papier"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def store():
    """Two people of the brief, one of another, each with their posts; hits of an older run are left behind."""
    connection = connect()
    migrate(connection)
    for account, posts in POSTS.items():
        connection.execute(
            "INSERT INTO core.accounts (account_id, source, native_id, consent) VALUES ($a, 'net', $a, 'allow')",
            {"a": account},
        )
        for post in posts:
            connection.execute(
                """INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, hashtags)
                   VALUES ($p, $a, 'net', $p, 'post', TIMESTAMPTZ '2026-05-01', ['Latte'])""",
                {"p": post, "a": account},
            )
            brief = "tea" if account == "elsewhere" else "cafe"
            connection.execute("INSERT INTO core.brief_posts VALUES (?, ?, NULL)", [brief, post])
    connection.execute("INSERT INTO core.brief_accounts VALUES ('cafe', 'listed', NULL), ('tea', 'elsewhere', NULL)")
    for post, segment, fit, terms in HITS:
        connection.execute(
            "INSERT INTO detection.hits VALUES ('cafe', 'r1', ?, ?, ?, true, ?, [])", [post, segment, fit, terms]
        )
    connection.execute("INSERT INTO detection.hits VALUES ('cafe', 'r0', 'p3', 'filtre', 0.9, true, ['old'], [])")
    prepare(connection, BRIEF, "r1", AS_OF)
    return connection


def test_accounts_are_those_listed_and_the_authors_of_the_briefs_posts(store):
    rows = store.execute("SELECT account_id FROM map_accounts ORDER BY 1").fetchall()
    assert rows == [("listed",), ("writes",)]


def test_terms_count_for_who_wrote_them_whatever_the_relevance_and_only_those_of_the_run(store):
    world = read_world(store, BRIEF, AS_OF)
    people = world.people.person_id.tolist()
    listed, writes = people.index("person:listed"), people.index("person:writes")
    found = read_details(store, world, "r1").keyword_diversity
    assert found[listed].tolist() == [pytest.approx(2 / 3), 1.0], "two of the three terms that anybody used"
    assert np.isnan(found[writes]).all()


def test_a_post_with_nothing_on_the_subject_is_no_hit(store):
    rows = store.execute("SELECT post_id, segment, relevance FROM map_hits ORDER BY post_id").fetchall()
    assert [(post, segment) for post, segment, _ in rows] == [("p1", 0), ("p2", 0), ("p3", 0)]


def test_words_of_a_community_are_those_that_two_people_use(store):
    members = {"person": pa.array([0, 1]), "community": pa.array([0, 0])}
    register(store, "map_communities", members)
    assert store.execute(query("map_words", SQL)).fetchall() == [(0, "latte", 2)]


def test_nobody_had_a_community_before_the_first_run(store):
    assert previous_communities(store, BRIEF, "r1", AS_OF, 2) is None


def test_the_communities_of_the_last_finished_run_come_back_person_by_person(store):
    store.execute("INSERT INTO detection.runs VALUES ('r0', 'cafe', $1, $1, 'finished', $1, '1', 'h', NULL)", [AS_OF])
    for person, community in (("person:writes", "c7"), ("person:gone", "c1"), ("person:listed", None)):
        store.execute(
            """INSERT INTO detection.ecosystem (brief, run_id, person_id, segment, account_id, source, community_id)
               VALUES ('cafe', 'r0', ?, 'filtre', 'x', 'net', ?)""",
            [person, community],
        )
    assert previous_communities(store, BRIEF, "r1", AS_OF, 2).tolist() == [None, "c7"]
