"""Steps 2 and 3 on a warehouse: what is stored comes out as people, ranked, with tiers, relations and reasons."""

from datetime import UTC, datetime, timedelta

import pytest

from data.brief.model import Brand, Brief, Competitor, Rule, Segment
from data.errors import UserError
from data.warehouse.store import connect, migrate
from pipelines.detection import map_read, mapping
from pipelines.detection.detection import detect
from pipelines.detection.mapping import map_ecosystem

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BRIEF = Brief(
    name="cafe",
    segments=(Segment("filtre", "v60"), Segment("espresso", "espresso")),
    brand=Brand(
        "Brûlerie",
        accounts=("@brulerie@net.example",),
        domains=("brulerie.example",),
        competitors=(Competitor("Nord", terms=('"torréfaction nord"',)),),
    ),
    rules=(Rule("ambassador", "brand_mentions >= 3 AND brand_tone >= 0"),),
)


def fill(con, n=60):
    """Sixty people; p0 to p5 write of the subject and are relayed; p7 opted out; p8 owns two accounts; p9 has no followers."""
    accounts, posts, ties, hits = [], [], [], []
    for i in range(n):
        followers = None if i == 9 else 100 + i
        accounts.append((f"a{i}", "net", f"p{i}@net.example", "opt_out" if i == 7 else "allow", followers))
    accounts += [("brand", "net", "brulerie@net.example", "allow", 900), ("b8", "blog", "p8", "allow", 5)]
    for i in [*range(n), "x"]:
        for k in range(12):
            author = "b8" if i == "x" else f"a{i}"
            at = AS_OF - timedelta(days=3 * k + 1)
            text = f"V60 et mouture {i} {k}" if i in range(6) else f"rien {i} {k}"
            if i == 3 and k < 4:
                text += " chez BRULERIE, quel café"
            if i == 4 and k == 0:
                text += " la torrefaction nord aussi"
            posts.append((f"{author}-{k}", author, at, text, 5 + 3 * (i in range(6))))
            if i in range(6):
                hits.append((f"{author}-{k}", "filtre", 0.9))
    for i in range(10, n):
        ties += [(f"a{i}", f"a{j}", "repost", 2.0, f"a{j}-0") for j in range(6) if (i + j) % 3]
    ties += [
        ("a5", "brand", "mention", 3.0, "a5-1"),
        ("a5", "brand", "follow", 1.0, None),
        ("brand", "a20", "reply", 9.0, "a20-0"),
    ]
    write(con, accounts, posts, ties, hits)


def write(con, accounts, posts, ties, hits):
    for account, source, handle, consent, followers in accounts:
        con.execute(
            "INSERT INTO core.accounts (account_id, source, native_id, handle, display_name, language, consent)"
            " VALUES (?, ?, ?, ?, ?, 'fr', ?)",
            [account, source, account, handle, handle, consent],
        )
        con.execute(
            "INSERT INTO core.person_accounts VALUES (?, ?, NULL, NULL)",
            [f"person:{account[-1] if account == 'b8' else account.removeprefix('a')}", account],
        )
        con.execute("INSERT INTO core.brief_accounts VALUES ('cafe', ?, NULL)", [account])
        if followers is not None:
            con.execute(
                "INSERT INTO core.account_observations (account_id, observed_at, followers) VALUES (?, ?, ?)",
                [account, AS_OF, followers],
            )
    con.executemany(
        "INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text) VALUES (?, ?, 'net', ?, 'post', ?, ?)",
        [(p, a, p, at, text) for p, a, at, text, _ in posts],
    )
    con.executemany(
        "INSERT INTO core.post_observations (post_id, observed_at, likes) VALUES (?, ?, ?)",
        [(p, AS_OF, likes) for p, _, _, _, likes in posts],
    )
    con.execute("INSERT INTO core.brief_posts SELECT 'cafe', post_id, NULL FROM core.posts")
    con.execute("INSERT INTO nlp.judged SELECT 'cafe', post_id, 0, 'q' FROM core.posts")
    con.execute(
        "INSERT INTO nlp.post_features (post_id, text_hash, model_version, tone_score) SELECT post_id, 0, '1', 0.5 FROM core.posts"
    )
    con.executemany("INSERT INTO detection.hits VALUES ('cafe', 'r1', ?, ?, ?, true, ['v60'], [])", hits)
    con.executemany(
        "INSERT INTO core.ties VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(f, t, kind, w, AS_OF - timedelta(days=9), AS_OF - timedelta(days=2), post) for f, t, kind, w, post in ties],
    )


def store(con, tables):
    for name, rows in tables.items():
        con.register("result_rows", rows)
        con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM result_rows")
        con.unregister("result_rows")


@pytest.fixture(scope="module")
def con():
    connection = connect()
    migrate(connection)
    fill(connection)
    store(connection, map_ecosystem(connection, BRIEF, "r1", AS_OF))
    store(connection, detect(connection, BRIEF, "r1", AS_OF, {"person:2": "in"}))
    return connection


def one(con, sql):
    return con.execute(sql).fetchall()


def test_those_who_write_of_the_subject_and_are_relayed_lead(con):
    top = one(con, "SELECT person_id FROM detection.candidates WHERE segment = 'filtre' ORDER BY rank LIMIT 6")
    assert {row[0] for row in top} == {f"person:{i}" for i in range(6)}


def test_every_row_has_scores_on_the_scale_with_bounds_around_them(con):
    for axis in ("reach", "resonance", "relevance", "influence"):
        bad = one(
            con,
            f"SELECT count(*) FROM detection.ecosystem WHERE NOT ({axis} BETWEEN 0 AND 100"
            f" AND {axis}_low <= {axis} AND {axis} <= {axis}_high)",
        )
        assert bad == [(0,)]
    assert one(con, "SELECT count(*) FROM detection.candidates WHERE rank NOT BETWEEN rank_low AND rank_high") == [(0,)]


def test_unknown_audience_is_stood_in_for_and_marked(con):
    rows = one(con, "SELECT followers, reach_missing FROM detection.ecosystem WHERE person_id = 'person:9'")
    assert all(row == (None, "no_audience_figure") for row in rows)


def test_who_opted_out_appears_nowhere(con):
    for table in ("ecosystem", "candidates", "relations"):
        assert one(con, f"SELECT count(*) FROM detection.{table} WHERE person_id = 'person:7'") == [(0,)]
    leaders = one(con, "SELECT count(*) FROM detection.communities WHERE list_contains(leaders, 'person:7')")
    assert leaders == [(0,)]


def test_two_accounts_of_a_person_make_one_row_per_segment(con):
    counts = one(con, "SELECT max(n) FROM (SELECT count(*) n FROM detection.ecosystem GROUP BY person_id, segment)")
    assert counts == [(1,)]


def test_relations_count_words_links_and_acts_but_not_follows(con):
    rows = dict(one(con, "SELECT person_id, ties FROM detection.relations WHERE counterpart_kind = 'brand'"))
    assert rows["person:3"] == 4
    assert rows["person:5"] == 3
    assert "person:1" not in rows
    rival = one(
        con, "SELECT person_id, counterpart, tone FROM detection.relations WHERE counterpart_kind = 'competitor'"
    )
    assert rival == [("person:4", "Nord", 0.5)]


def test_the_briefs_rule_labels_who_speaks_of_the_brand(con):
    rows = one(con, "SELECT DISTINCT person_id FROM detection.candidates WHERE list_contains(labels, 'ambassador')")
    assert {row[0] for row in rows} == {"person:3", "person:5"}


def test_the_answers_of_a_brand_are_no_attention_of_peers(con):
    rows = one(con, "SELECT max(attention) FROM detection.ecosystem WHERE person_id = 'person:20'")
    assert rows[0][0] in (None, 0)


def test_a_decision_is_the_status_and_all_others_are_discovered(con):
    rows = dict(
        one(con, "SELECT DISTINCT status, bool_and(person_id = 'person:2') FROM detection.candidates GROUP BY ALL")
    )
    assert rows == {"in": True, "discovered": False}


def test_tiers_come_with_a_rule_or_a_reason(con):
    bad = one(con, "SELECT count(*) FROM detection.candidates WHERE (tier IS NULL) = (tier_missing IS NULL)")
    assert bad == [(0,)]
    assert one(con, "SELECT count(*) FROM detection.candidates WHERE tier IS NOT NULL AND tier_rule IS NULL") == [(0,)]


def test_communities_are_never_called_by_an_id_nor_by_query_syntax(con):
    names = [name for (name,) in con.execute("SELECT name FROM detection.communities").fetchall() if name]
    assert names
    assert not any(":" in name or "*" in name or '"' in name for name in names)


def test_communities_have_sizes_names_and_leaders(con):
    rows = one(con, "SELECT size, name, leaders FROM detection.communities")
    assert rows
    assert all(size >= 3 and name for size, name, _ in rows)


def test_the_same_run_gives_the_same_rows_twice(con):
    again = map_ecosystem(con, BRIEF, "r1", AS_OF)["detection.ecosystem"]
    twice = map_ecosystem(con, BRIEF, "r1", AS_OF)["detection.ecosystem"]
    assert again.equals(twice)


def test_an_earlier_moment_sees_only_what_was_there(con):
    earlier = map_ecosystem(con, BRIEF, "r1", AS_OF - timedelta(days=20))["detection.ecosystem"].to_pylist()
    seen = next(row for row in earlier if row["person_id"] == "person:0")
    now = one(con, "SELECT posts_seen FROM detection.ecosystem WHERE person_id = 'person:0' LIMIT 1")[0][0]
    assert 0 < seen["posts_seen"] < now
    assert seen["last_post_at"] <= AS_OF - timedelta(days=20)


def test_a_brief_that_saw_nothing_maps_to_nothing():
    connection = connect()
    migrate(connection)
    tables = map_ecosystem(connection, BRIEF, "r1", AS_OF)
    voices = tables.pop("ecosystem.voice").to_pylist()
    assert {row["posts"] for row in voices} == {0}
    assert {row["share_posts"] for row in voices} == {None}
    assert {table.num_rows for table in tables.values()} == {0}
    assert detect(connection, BRIEF, "r1", AS_OF, {})["detection.candidates"].num_rows == 0


def test_a_wrong_rule_is_the_users_error(con):
    from dataclasses import replace

    wrong = replace(BRIEF, rules=(Rule("x", "brand_mention > 1"),))
    with pytest.raises(UserError, match="brand_mentions"):
        detect(con, wrong, "r1", AS_OF, {})


def test_rules_know_every_column_of_the_candidates(con):
    from graph.roles import COLUMNS

    described = one(
        con,
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'detection' AND table_name = 'candidates'",
    )
    assert set(COLUMNS) | {"brief", "run_id", "last_post_at"} == {row[0] for row in described}


def test_a_community_keeps_its_id_in_the_next_run(con):
    con.execute(
        "INSERT INTO detection.runs (run_id, brief, started_at, finished_at, state, as_of) VALUES ('r1', 'cafe', now(), now(), 'finished', ?)",
        [AS_OF],
    )
    con.execute(
        "UPDATE detection.ecosystem SET community_id = 'c77' WHERE community_id = (SELECT community_id FROM detection.ecosystem WHERE person_id = 'person:0' LIMIT 1)"
    )
    con.execute("UPDATE detection.hits SET run_id = 'r2'")
    names = map_ecosystem(con, BRIEF, "r2", AS_OF)["detection.communities"]["community_id"].to_pylist()
    assert "c77" in names


@pytest.fixture(scope="module")
def twice():
    """The same world mapped, finished, and mapped again under other circumstances."""
    connection = connect()
    migrate(connection)
    fill(connection)
    begin(connection, "r1", AS_OF)
    store(connection, map_ecosystem(connection, BRIEF, "r1", AS_OF))
    connection.execute("UPDATE detection.runs SET state = 'finished', finished_at = as_of WHERE run_id = 'r1'")
    return connection


def begin(con, run_id, as_of, brief_hash="h"):
    con.execute("DELETE FROM detection.runs WHERE run_id = ?", [run_id])
    con.execute(
        "INSERT INTO detection.runs VALUES (?, 'cafe', ?, NULL, 'running', ?, '1', ?, NULL)",
        [run_id, as_of, as_of, brief_hash],
    )
    con.execute("UPDATE detection.hits SET run_id = ?", [run_id])


def test_a_run_of_the_next_day_says_what_it_took_over_and_from_where(twice):
    begin(twice, "r2", AS_OF + timedelta(days=1))
    tables = map_ecosystem(twice, BRIEF, "r2", AS_OF + timedelta(days=1))
    carried = {(row["segment"], row["part"]): row for row in tables["ecosystem.carried"].to_pylist()}
    assert ("filtre", "betweenness, constraint, intervals, tier chances") in carried
    assert {row["from_run"] for row in carried.values()} == {"r1"}
    assert all(0 <= row["changed"] <= 0.1 and 0 <= row["drift"] <= 0.05 for row in carried.values())


@pytest.mark.parametrize(
    ("days", "brief_hash"), [(8, "h"), (-1, "h"), (1, "another brief")], ids=["old", "from the future", "other brief"]
)
def test_a_run_that_cannot_be_trusted_leaves_nothing(twice, days, brief_hash):
    begin(twice, "r3", AS_OF + timedelta(days=days), brief_hash)
    tables = map_ecosystem(twice, BRIEF, "r3", AS_OF + timedelta(days=days))
    assert tables["ecosystem.carried"].num_rows == 0


def test_another_code_leaves_nothing(twice, monkeypatch):
    begin(twice, "r3", AS_OF + timedelta(days=1))
    for module in (mapping, map_read):
        monkeypatch.setattr(module, "method_key", lambda: "another code")
    tables = map_ecosystem(twice, BRIEF, "r3", AS_OF + timedelta(days=1))
    assert tables["ecosystem.carried"].num_rows == 0
    assert tables["ecosystem.methods"]["method"].to_pylist() == ["another code"]


def test_what_was_taken_over_is_never_taken_over_from_a_run_that_did_so_itself(twice):
    begin(twice, "r4", AS_OF + timedelta(days=2))
    store(twice, map_ecosystem(twice, BRIEF, "r4", AS_OF + timedelta(days=2)))
    twice.execute("UPDATE detection.runs SET state = 'finished', finished_at = as_of WHERE run_id = 'r4'")
    begin(twice, "r5", AS_OF + timedelta(days=3))
    rows = map_ecosystem(twice, BRIEF, "r5", AS_OF + timedelta(days=3))["ecosystem.carried"].to_pylist()
    assert {row["from_run"] for row in rows} == {"r1"}
