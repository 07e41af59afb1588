"""Share of voice, vitality, habits and shared audiences, counted from posts and shown to people."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.brief.model import Brand, Brief, Competitor, Segment
from data.errors import UserError
from data.warehouse.publish import make_views
from data.warehouse.store import connect, migrate
from graph.overlap import overlap
from graph.ties import Pairs
from pipelines.detection.detection import detect
from pipelines.detection.habits import answers_read, wilson
from pipelines.detection.mapping import map_ecosystem
from pipelines.voices import share_of_voice, shared_audiences, surroundings

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BRIEF = Brief(
    name="cafe",
    segments=(Segment("filtre", "v60"), Segment("espresso", "espresso")),
    brand=Brand("Canal", accounts=("@canal@net.example",), competitors=(Competitor("Nord"), Competitor("Sud"))),
)
PEOPLE = ("lea", "max", "zoe", "ines", "shop", "canal", "gone")
# post, author, days ago, text, reply to, mentions, likes, on the subject, disclosure
POSTS = [
    ("l1", "lea", 40, "Le V60 de Canal est bon", None, [], 99, True, "none"),
    ("l2", "lea", 10, "Canal ou Nord pour mon V60 ?", None, [], 9, True, "none"),
    ("l3", "lea", 5, "Rien à voir avec Canal", None, [], 0, False, "none"),
    ("m1", "max", 20, "Nord, encore Nord", None, [], None, False, "none"),
    ("m2", "max", 4, "@canal bonjour", None, ["canal"], 4, False, "none"),
    ("g1", "gone", 3, "Canal Canal Canal", None, [], 50, True, "none"),
    ("c1", "canal", 3, "Canal vous salue", None, [], 50, True, "clear"),
    *((f"s{k}", "shop", 9 + k, f"Merci à la maison {k}", None, [], 1, True, "clear" if k < 3 else "none") for k in range(8)),
    ("s-old", "shop", 200, "Merci", None, [], 1, True, "clear"),
    ("z1", "zoe", 9, "Une question ?", "l1", [], 1, False, "none"),
    ("z2", "zoe", 8, "Et une autre ?", "l2", [], 1, False, "none"),
    ("i1", "ines", 8, "De la part d'une abonnée", "l1", [], 1, False, "none"),
    ("a1", "lea", 8.5, "Voici", "z1", [], 1, True, "none"),
]  # fmt: skip

LINKS = {
    "l1": ["https://www.lemonde.fr/a", "https://www.lemonde.fr/b"], "l3": ["https://abonnes.lemonde.fr/c"],
    "m1": ["http://www.bbc.co.uk/news", "https://blog.example/"], "z1": ["https://www.lemonde.fr/x"], "g1": ["https://www.lemonde.fr/a"],
}  # fmt: skip


def insert(con, table, **columns):
    con.register("given", pa.table(columns))
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")
    con.unregister("given")


@pytest.fixture(scope="module")
def con():
    con = connect()
    migrate(con)
    names = list(PEOPLE)
    insert(
        con, "core.accounts", account_id=names, source=["net"] * 7, native_id=names,
        handle=[f"{n}@net.example" for n in names], display_name=names,
        url=["https://www.lemonde.fr/" if n == "zoe" else f"https://net.example/@{n}" for n in names],
        consent=["opt_out" if n == "gone" else "allow" for n in names],
    )  # fmt: skip
    insert(con, "core.person_accounts", person_id=[f"person:{n}" for n in names], account_id=names)
    insert(con, "core.brief_accounts", brief=["cafe"] * 7, account_id=names)
    insert(con, "core.account_observations", account_id=["lea", "max"], observed_at=[AS_OF] * 2, followers=[999, 99])
    ids = [p[0] for p in POSTS]
    insert(
        con, "core.posts", post_id=ids, account_id=[p[1] for p in POSTS], source=["net"] * len(ids), native_id=ids,
        kind=["reply" if p[4] else "post" for p in POSTS], published_at=[AS_OF - timedelta(days=p[2]) for p in POSTS],
        text=[p[3] for p in POSTS], in_reply_to=pa.array([p[4] for p in POSTS], pa.string()),
        mentions=pa.array([p[5] for p in POSTS], pa.list_(pa.string())),
        links=pa.array([LINKS.get(p[0], []) for p in POSTS], pa.list_(pa.string())),
    )  # fmt: skip
    insert(
        con, "core.post_observations", post_id=ids, observed_at=[AS_OF] * len(ids),
        likes=pa.array([p[6] for p in POSTS], pa.int64()), views=pa.array([9999 if i == "m2" else None for i in ids]),
    )  # fmt: skip
    insert(con, "core.brief_posts", brief=["cafe"] * len(ids), post_id=ids)
    insert(
        con, "nlp.judged", brief=["cafe"] * len(ids), post_id=ids, text_hash=pa.array([0] * len(ids), pa.uint64()),
        query_hash=["q"] * len(ids),
    )  # fmt: skip
    insert(
        con, "nlp.post_features", post_id=ids, text_hash=pa.array([0] * len(ids), pa.uint64()),
        model_version=["1"] * len(ids), disclosure=[p[8] for p in POSTS],
    )  # fmt: skip
    on = [p[0] for p in POSTS if p[7]]
    insert(
        con, "detection.hits", brief=["cafe"] * len(on), run_id=["r1"] * len(on), post_id=on,
        segment=["filtre"] * len(on), relevance=[0.9] * len(on), matched=[True] * len(on),
        matched_terms=pa.array([["v60"]] * len(on), pa.list_(pa.string())),
    )  # fmt: skip
    ties = [("zoe", "lea", "reply", "z1"), ("zoe", "lea", "reply", "z2"), ("ines", "lea", "reply", "i1"),
            ("lea", "ines", "follow", None), ("max", "canal", "mention", "m2"),
            ("zoe", "shop", "mention", "s1"), ("ines", "shop", "mention", "s1"), ("max", "shop", "mention", "s2")]  # fmt: skip
    insert(
        con, "core.ties", from_account=[t[0] for t in ties], to_account=[t[1] for t in ties], kind=[t[2] for t in ties],
        weight=[1.0] * len(ties), first_at=[AS_OF - timedelta(days=8)] * len(ties),
        last_at=[AS_OF - timedelta(days=8)] * len(ties), evidence_post=pa.array([t[3] for t in ties], pa.string()),
    )  # fmt: skip
    for tables in (lambda: map_ecosystem(con, BRIEF, "r1", AS_OF), lambda: detect(con, BRIEF, "r1", AS_OF, {})):
        for name, rows in tables().items():
            con.register("result_rows", rows)
            con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM result_rows")
            con.unregister("result_rows")
    con.execute(
        "INSERT INTO detection.runs (run_id, brief, started_at, finished_at, state, as_of)"
        " VALUES ('r1', 'cafe', now(), now(), 'finished', ?)",
        [AS_OF],
    )
    make_views(con)
    return con


def shares(con, segment=None):
    return {row["counterpart"]: row for row in share_of_voice(con, "cafe", segment).shares}


def test_share_of_voice_is_over_the_whole_set_of_brands_and_names_those_nobody_speaks_of(con):
    found = shares(con)
    assert {name: row["posts"] for name, row in found.items()} == {"Canal": 4, "Nord": 2, "Sud": 0}
    assert found["Canal"]["share_posts"] == pytest.approx(4 / 6)
    assert found["Sud"]["share_posts"] == 0
    assert found["Sud"]["tone"] is None
    assert found["Canal"]["authors"] == 2


def test_what_the_brand_says_of_itself_and_what_opted_out_people_say_is_not_counted(con):
    posts = {row[0] for row in con.execute("SELECT post_id FROM ecosystem.vitality").fetchall()}
    assert posts == {"l1", "l2", "l3", "m1", "m2"}


def test_a_segment_counts_only_what_is_on_it(con):
    found = shares(con, "filtre")
    assert {name: row["posts"] for name, row in found.items()} == {"Canal": 2, "Nord": 1, "Sud": 0}
    assert shares(con, "espresso")["Canal"]["share_posts"] is None


def test_vitality_is_visibility_times_impact_times_trust(con):
    rows = {
        (post, name): values
        for post, name, *values in con.execute(
            "SELECT post_id, counterpart, effective_reach, visibility, impact, trust, vitality FROM ecosystem.vitality"
        ).fetchall()
    }
    trust = (
        con.execute("SELECT authenticity FROM detection.ecosystem WHERE person_id = 'person:lea'").fetchone()[0] / 100
    )
    reach, visibility, impact, share, vitality = rows["l1", "Canal"]
    assert reach == pytest.approx(999 * trust)
    assert visibility == pytest.approx(math.log10(1 + 999 * trust))
    assert (impact, share) == (pytest.approx(3.0), 1.0)
    assert vitality == pytest.approx(visibility * impact * share)
    assert rows["l2", "Canal"][3] == 0.5
    assert rows["l2", "Canal"] == rows["l2", "Nord"]
    assert rows["m2", "Canal"][0] == 9999, "views are known: they stand for the audience"
    assert rows["m1", "Nord"][4] is None, "no reactions are known"


def test_vitality_of_a_brand_is_the_sum_of_its_posts(con):
    for name, total in con.execute("SELECT counterpart, sum(vitality) FROM ecosystem.vitality GROUP BY ALL").fetchall():
        assert shares(con)[name]["vitality"] == pytest.approx(total)
    assert sum(row["share_vitality"] or 0 for row in shares(con).values()) == pytest.approx(1)


def test_speakers_come_with_since_when_how_much_and_how_exclusively(con):
    rows = con.execute(
        "SELECT person_id, counterpart, posts, share, first_at, exclusivity FROM ecosystem.speakers WHERE segment IS NULL"
    ).fetchall()
    found = {(person, name): values for person, name, *values in rows}
    assert found["person:lea", "Canal"][:3] == [3, 0.75, AS_OF - timedelta(days=40)]
    exclusive = 1 + (0.75 * math.log(0.75) + 0.25 * math.log(0.25)) / math.log(3)
    assert found["person:lea", "Canal"][3] == pytest.approx(exclusive)
    assert found["person:max", "Nord"][3] == found["person:max", "Canal"][3]
    assert not any(person in ("person:canal", "person:gone") for person, _ in found)


def test_attention_shares_of_a_segment_add_up_to_one_at_most(con):
    assert 0 < shares(con)["Canal"]["attention_share"] <= 1
    rows = con.execute("SELECT attention_share FROM ecosystem.speakers").fetchall()
    assert all(row[0] is None or 0 <= row[0] <= 1 for row in rows)


def habits(con, person):
    cursor = con.execute("SELECT * FROM ecosystem.habits WHERE person_id = ?", [f"person:{person}"])
    row = cursor.fetchone()
    return None if row is None else dict(zip([d[0] for d in cursor.description], row, strict=True))


def test_saturation_is_the_sponsored_share_of_ninety_days_and_unknown_under_five_posts(con):
    shop = habits(con, "shop")
    assert (shop["posts_90"], shop["sponsored_90"], shop["saturation"]) == (8, 3, 3 / 8)
    assert habits(con, "lea")["saturation"] is None


def test_approachability_counts_strangers_only_and_the_median_delay(con):
    lea = habits(con, "lea")
    assert (lea["asked"], lea["answered"]) == (2, 1), "ines is followed: she is no stranger"
    assert lea["answer_rate"] == 0.5
    assert lea["answer_hours"] == pytest.approx(12)
    assert lea["answer_rate_low"] < 0.5 < lea["answer_rate_high"]
    assert lea["follows_known"]


def test_nobody_asked_is_unknown_and_no_refusal(con):
    shop = habits(con, "shop")
    assert (shop["asked"], shop["answer_rate"], shop["answer_rate_low"]) == (0, None, None)


def test_silence_tells_nothing_on_a_network_whose_answers_nobody_reads():
    source = np.array(["read", "unread", "read", "unread"], object)
    assert answers_read(source, np.array([3.0, 0.0, 0.0, 0.0])).tolist() == [True, False, True, False]
    assert not answers_read(source, np.zeros(4)).any()


def test_who_is_silent_where_others_answer_is_known_to_be_silent(con):
    answered = con.execute("SELECT answer_rate FROM ecosystem.habits WHERE asked > 0 AND answered = 0").fetchall()
    assert answered
    assert all(rate == 0 for (rate,) in answered), "lea answers on the same network"


def test_who_opted_out_has_no_habits_and_shares_no_audience(con):
    assert habits(con, "gone") is None
    names = con.execute("SELECT person_id, other_id FROM ecosystem.overlaps").fetchall()
    assert not any("person:gone" in row for row in names)


def test_candidates_heard_by_the_same_people_overlap(con):
    rows = shared_audiences(con, "cafe", "filtre")
    pair = next(r for r in rows if {r["person_id"], r["other_id"]} == {"person:lea", "person:shop"})
    assert (pair["shared"], pair["jaccard"], pair["containment"]) == (2, pytest.approx(2 / 3), 1.0)
    mine = shared_audiences(con, "cafe", None, "person:shop")
    assert {row["person_id"] for row in mine} == {"person:shop"}


def test_a_large_overlap_comes_before_one_of_a_hearer_or_two(con):
    con.execute("BEGIN")
    con.execute(
        "UPDATE ecosystem.overlaps SET audience = 2, other_audience = 2, shared = 2, jaccard = 1, containment = 1"
    )
    con.execute(
        "INSERT INTO ecosystem.overlaps BY NAME SELECT DISTINCT brief, run_id, 'espresso' AS segment, person_id, other_id,"
        " 40 AS audience, 40 AS other_audience, 30 AS shared, 0.6 AS jaccard, 0.75 AS containment FROM ecosystem.overlaps"
        " WHERE segment = 'filtre'"
    )
    first, *rest = shared_audiences(con, "cafe")
    con.execute("ROLLBACK")
    assert (first["segment"], first["shared"]) == ("espresso", 30)
    assert rest


def test_what_surrounds_a_person_is_told_whole(con):
    around = surroundings(con, "cafe", "person:lea")
    assert around["habits"]["asked"] == 2
    assert {row["counterpart"] for row in around["speaks_of"]} == {"Canal", "Nord"}
    assert around["shares_audience_with"][0]["other_id"] == "person:shop"
    assert surroundings(con, "cafe", "person:nobody")["habits"] is None


def test_the_press_that_people_cite_is_a_relation_of_its_own(con):
    rows = con.execute(
        "SELECT person_id, counterpart, ties, posts FROM detection.relations WHERE counterpart_kind = 'media' ORDER BY 1, 2"
    ).fetchall()
    assert rows == [
        ("person:lea", "lemonde.fr", 2, ["l3", "l1"]),
        ("person:max", "bbc.co.uk", 1, ["m1"]),
    ], "blogs are no press, an outlet does not cite itself, and who opted out is not named"


def test_a_wrong_segment_or_brief_is_the_users_error(con):
    with pytest.raises(UserError, match="filtre"):
        share_of_voice(con, "cafe", "filtres")
    with pytest.raises(UserError):
        share_of_voice(con, "the")
    with pytest.raises(UserError):
        shared_audiences(con, "cafe", "x")


def pairs(edges, n):
    source, target = np.array(edges, np.int32).reshape(-1, 2).T
    return Pairs(source, target, np.ones(len(source)), np.ones(len(source), bool), n)


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda e: e[0] != e[1]), min_size=1))
def test_overlap_is_that_of_the_sets_of_givers(edges):
    people = np.array([1, 3, 5, 6])
    found = overlap(pairs(sorted(edges), 8), people)
    givers = {p: {s for s, t in edges if t == p} for p in people.tolist()}
    expected = {}
    for i, a in enumerate(people.tolist()):
        for b in people.tolist()[i + 1 :]:
            if both := givers[a] & givers[b]:
                expected[a, b] = (len(both), len(both) / len(givers[a] | givers[b]))
    told = zip(found.first, found.second, found.shared, found.jaccard, strict=True)
    assert {(int(a), int(b)): (int(s), float(j)) for a, b, s, j in told} == expected
    assert np.all(found.containment >= found.jaccard)
    assert np.all(found.containment <= 1)


@given(st.integers(0, 60), st.integers(1, 60))
def test_wilsons_interval_holds_the_share_and_stays_between_0_and_1(hits, more):
    n = hits + more
    low, high = wilson(np.array([float(hits)]), np.array([float(n)]))
    assert 0 <= low[0] <= hits / n <= high[0] <= 1


def test_wilsons_interval_is_unknown_without_trials():
    assert np.isnan(wilson(np.zeros(1), np.zeros(1))).all()


def test_the_posts_most_alive_come_first_with_the_factors_of_their_vitality(con):
    found = share_of_voice(con, "cafe", posts=3).posts
    assert found
    by = {}
    for row in found:
        by.setdefault(row["counterpart"], []).append(row["vitality"])
        assert row["vitality"] == pytest.approx(row["visibility"] * row["impact"] * row["trust"])
    assert all(values == sorted(values, reverse=True) and len(values) <= 3 for values in by.values())
    assert share_of_voice(con, "cafe").posts == []


def test_posts_of_a_segment_are_on_it(con):
    every = {row["post_id"] for row in share_of_voice(con, "cafe", posts=50).posts}
    inside = {row["post_id"] for row in share_of_voice(con, "cafe", "filtre", posts=50).posts}
    assert inside <= every
    on = con.execute("SELECT post_id FROM detection.hits WHERE segment = 'filtre' AND relevance >= 0.3").fetchall()
    assert inside <= {row[0] for row in on}
