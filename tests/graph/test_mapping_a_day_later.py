"""The next day's run on a store that was edited in between: who and what is gone is gone, and everything says whence it is."""

from datetime import UTC, datetime, timedelta

import pytest

from data.brief.model import Brief, Segment
from data.warehouse.store import connect, migrate
from pipelines.detection.detection import detect
from pipelines.detection.mapping import map_ecosystem

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
PEOPLE, POSTS = 900, 6
BRIEF = Brief(name="cafe", segments=(Segment("filtre", "café"),))
FILL = (
    """INSERT INTO core.accounts (account_id, source, native_id, handle, language, consent)
       SELECT 'a' || i, 'net', 'a' || i, 'h' || i, 'fr', 'allow' FROM range(getvariable('n')) t(i)""",
    "INSERT INTO core.person_accounts SELECT 'person:' || i, 'a' || i, NULL, NULL FROM range(getvariable('n')) t(i)",
    "INSERT INTO core.brief_accounts SELECT 'cafe', 'a' || i, NULL FROM range(getvariable('n')) t(i)",
    """INSERT INTO core.account_observations (account_id, observed_at, followers)
       SELECT 'a' || i, TIMESTAMPTZ '2026-05-01', 100 + hash(i) % 9000 FROM range(getvariable('n')) t(i)""",
    """INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text)
       SELECT 'p' || i, 'a' || (i % getvariable('n')), 'net', 'p' || i, 'post',
              TIMESTAMPTZ '2026-05-31' - to_days((hash(i) % 200)::INT), 'texte ' || i
       FROM range(getvariable('posts')) t(i)""",
    """INSERT INTO core.post_observations (post_id, observed_at, likes)
       SELECT post_id, TIMESTAMPTZ '2026-05-31 12:00:00', hash(post_id) % 40 FROM core.posts""",
    "INSERT INTO core.brief_posts SELECT 'cafe', post_id, NULL FROM core.posts",
    "INSERT INTO nlp.judged SELECT 'cafe', post_id, 0, 'q' FROM core.posts",
    """INSERT INTO core.ties
       SELECT DISTINCT ON (f, t) 'a' || f, 'a' || t, 'repost', 1, TIMESTAMPTZ '2026-01-01', TIMESTAMPTZ '2026-05-01', NULL
       FROM (SELECT i % getvariable('n') AS f, (hash(i) % 40 * 3 + (i % 2) * 120) AS t FROM range(getvariable('n') * 8) s(i))
       WHERE f <> t""",
)
HITS = """INSERT INTO detection.hits
          SELECT 'cafe', $run_id, post_id, 'filtre', 0.5 + (hash(post_id) % 50) / 100, true, ['café'], []
          FROM core.posts WHERE account_id[2:]::INT % 3 = 0"""


def run(store, run_id, as_of):
    """Map and detect, and write what came out, as a discovery does."""
    store.execute(
        "INSERT INTO detection.runs VALUES (?, 'cafe', ?, NULL, 'running', ?, '1', 'h', NULL)", [run_id, as_of, as_of]
    )
    store.execute(HITS, {"run_id": run_id})
    for work in (map_ecosystem, lambda *given: detect(*given, {})):
        for name, rows in work(store, BRIEF, run_id, as_of).items():
            store.register("rows", rows)
            store.execute(f"INSERT INTO {name} BY NAME SELECT * FROM rows")
            store.unregister("rows")
    store.execute("UPDATE detection.runs SET state = 'finished', finished_at = as_of WHERE run_id = ?", [run_id])


@pytest.fixture(scope="module")
def store():
    """Two runs a day apart; in between somebody opted out, a post was deleted, another's time was over, one is new."""
    connection = connect()
    migrate(connection)
    connection.execute(f"SET VARIABLE n = {PEOPLE}")
    connection.execute(f"SET VARIABLE posts = {PEOPLE * POSTS}")
    for statement in FILL:
        connection.execute(statement)
    run(connection, "r1", AS_OF)
    connection.execute("UPDATE core.accounts SET consent = 'deny' WHERE account_id = 'a0'")
    connection.execute("UPDATE core.posts SET deleted_at = TIMESTAMPTZ '2026-06-01' WHERE post_id = 'p3'")
    connection.execute("DELETE FROM core.brief_posts WHERE post_id = 'p6'")
    connection.execute("DELETE FROM core.posts WHERE post_id = 'p6'")
    connection.execute(
        """INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text)
           VALUES ('new', 'a9', 'net', 'new', 'post', TIMESTAMPTZ '2026-06-01 12:00:00', 'nouveau')"""
    )
    connection.execute("INSERT INTO core.brief_posts VALUES ('cafe', 'new', NULL)")
    connection.execute("INSERT INTO nlp.judged VALUES ('cafe', 'new', 0, 'q')")
    run(connection, "r2", AS_OF + timedelta(days=1))
    return connection


def counts(store, run_id, person):
    return store.execute(
        "SELECT posts_seen, relevance_n FROM detection.ecosystem WHERE run_id = ? AND person_id = ?", [run_id, person]
    ).fetchone()


def test_the_second_run_takes_over_and_says_so(store):
    rows = store.execute("SELECT part, from_run, changed, drift FROM ecosystem.carried WHERE run_id = 'r2'").fetchall()
    parts = {part: (from_run, changed, drift) for part, from_run, changed, drift in rows}
    assert "betweenness, constraint, intervals, tier chances" in parts
    assert {row[0] for row in parts.values()} == {"r1"}
    assert all(0 < changed <= 0.1 and 0 <= drift <= 0.05 for _, changed, drift in parts.values())


@pytest.mark.parametrize("table", ["detection.ecosystem", "detection.candidates", "ecosystem.habits"])
def test_who_opted_out_in_between_has_no_row_any_more(store, table):
    rows = store.execute(
        f"SELECT run_id, count(*) FROM {table} WHERE person_id = 'person:0' GROUP BY run_id"
    ).fetchall()
    assert "r2" not in dict(rows)


def test_deleted_and_expired_posts_no_longer_count_and_new_ones_do(store):
    assert counts(store, "r1", "person:3") == (POSTS, POSTS)
    assert counts(store, "r2", "person:3") == (POSTS - 1, POSTS - 1)
    assert counts(store, "r2", "person:6") == (POSTS - 1, POSTS - 1)
    assert counts(store, "r2", "person:9") == (POSTS + 1, POSTS + 1)
    assert counts(store, "r2", "person:12") == (POSTS, POSTS)


def test_every_bound_and_chance_is_there_and_holds_its_score(store):
    for axis in ("influence", "reach", "resonance", "relevance"):
        bad = store.execute(
            f"""SELECT count(*) FROM detection.ecosystem
                WHERE run_id = 'r2' AND {axis} IS NOT NULL AND NOT coalesce({axis} BETWEEN {axis}_low AND {axis}_high, false)"""
        ).fetchone()
        assert bad == (0,), axis
    told = store.execute(
        "SELECT count(*) FILTER (tier IS NOT NULL AND tier_chance IS NULL), count(tier) FROM detection.candidates WHERE run_id = 'r2'"
    ).fetchone()
    assert told[0] == 0
    assert told[1] > 0


def test_tiers_are_those_of_a_run_that_takes_nothing_over_and_their_chances_near(store):
    try:
        store.execute("UPDATE ecosystem.methods SET method = 'another' WHERE run_id IN ('r1', 'r2')")
        run(store, "full", AS_OF + timedelta(days=1))
        assert store.execute("SELECT count(*) FROM ecosystem.carried WHERE run_id = 'full'").fetchone() == (0,)
        rows = store.execute(
            """SELECT c.tier, f.tier, c.tier_chance, f.tier_chance, c.influence, f.influence
               FROM detection.candidates c JOIN detection.candidates f USING (person_id, segment)
               WHERE c.run_id = 'r2' AND f.run_id = 'full'"""
        ).fetchall()
        assert len(rows) > 50
        assert [row[0] for row in rows] == [row[1] for row in rows]
        assert [row[4] for row in rows] == pytest.approx([row[5] for row in rows])
        both = [(mine, full) for _, _, mine, full, *_ in rows if mine is not None and full is not None]
        assert sum(abs(mine - full) for mine, full in both) / len(both) < 0.05
    finally:
        store.execute("DELETE FROM detection.runs WHERE run_id = 'full'")


def test_each_segment_says_by_what_it_was_computed(store):
    rows = store.execute(
        "SELECT DISTINCT segment, error >= 0 FROM ecosystem.methods WHERE run_id IN ('r1', 'r2')"
    ).fetchall()
    assert rows == [("filtre", True)]


def test_chances_of_who_has_nothing_new_are_those_of_the_first_run(store):
    same, both = store.execute(
        """SELECT count(*) FILTER (a.tier_chance = b.tier_chance AND a.tier_other_chance = b.tier_other_chance), count(*)
           FROM detection.candidates a JOIN detection.candidates b USING (person_id, segment)
           WHERE a.run_id = 'r1' AND b.run_id = 'r2' AND a.tier_chance IS NOT NULL AND b.tier_chance IS NOT NULL"""
    ).fetchone()
    assert both > 20
    assert same > 0.8 * both
