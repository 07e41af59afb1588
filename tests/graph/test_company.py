"""People whom others name in one breath: a tie that neither gave, told by two people at least."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.brief.model import Brand, Brief, Segment
from data.warehouse.store import connect, migrate
from graph.communities import find
from graph.company import HEAVIEST, Company, woven
from graph.ties import HALF_LIFE_DAYS, Pairs
from pipelines.detection.map_read import prepare, read_world
from pipelines.detection.together import MOST_NAMES, read_together, together_rows
from pipelines.voices import surroundings

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BRIEF = Brief(name="cafe", segments=(Segment("filtre", "v60"),), brand=Brand("Canal", accounts=("@canal@net.example",)))
PEOPLE = ("lea", "max", "zoe", "ana", "bob", "canal", "gone")


@pytest.fixture
def con():
    connection = connect()
    migrate(connection)
    for name in (*PEOPLE, *(f"p{i}" for i in range(12))):
        connection.execute(
            "INSERT INTO core.accounts (account_id, source, native_id, handle, display_name, consent) VALUES (?, 'net', ?, ?, ?, ?)",
            [name, name, f"{name}@net.example", name.title(), "deny" if name == "gone" else "allow"],
        )
        connection.execute("INSERT INTO core.person_accounts VALUES (?, ?, NULL, NULL)", [f"person:{name}", name])
        connection.execute("INSERT INTO core.brief_accounts VALUES ('cafe', ?, NULL)", [name])
    return connection


def post(con, number, author, mentions, kind="post"):
    uid = f"post{number}"
    con.execute(
        "INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text, mentions)"
        " VALUES (?, ?, 'net', ?, ?, TIMESTAMPTZ '2026-05-01' + to_days(?), 'v60', ?)",
        [uid, author, uid, kind, number, mentions],
    )
    con.execute("INSERT INTO core.brief_posts VALUES ('cafe', ?, NULL)", [uid])


def named(con):
    prepare(con, BRIEF, "r1", AS_OF)
    world = read_world(con, BRIEF, AS_OF)
    company, rows = read_together(con, AS_OF)
    table = together_rows(world, rows).to_pylist()
    assert len(table) == 2 * len(company.one)
    return {(row["person_id"][7:], row["other_id"][7:]): row for row in table}


def test_two_people_named_together_by_two_others_are_company_from_both_sides(con):
    post(con, 1, "ana", ["lea", "max"])
    post(con, 2, "bob", ["net:@lea@net.example", "net:@MAX@net.example"])
    found = named(con)
    assert set(found) == {("lea", "max"), ("max", "lea")}
    row = found["lea", "max"]
    assert (row["namers"], row["posts"], row["evidence_post"]) == (2, 2, "post2")


def test_one_namer_however_often_is_not_enough(con):
    for number in range(9):
        post(con, number, "ana", ["lea", "max"])
    assert named(con) == {}


def test_reposts_long_lists_and_naming_oneself_make_no_company(con):
    crowd = [f"p{i}" for i in range(MOST_NAMES + 1)]
    for number, author in enumerate(("ana", "bob")):
        post(con, number, author, ["lea", "max"], kind="repost")
        post(con, 10 + number, author, crowd)
    for number, author in ((20, "lea"), (21, "max")):
        post(con, number, author, ["lea", "max"])
    assert named(con) == {}


def test_a_list_of_as_many_names_as_allowed_counts(con):
    for number, author in enumerate(("ana", "bob")):
        post(con, number, author, [f"p{i}" for i in range(MOST_NAMES)])
    assert len(named(con)) == MOST_NAMES * (MOST_NAMES - 1)


def test_brands_are_no_company_and_who_opted_out_is_neither_named_nor_shown_as_evidence(con):
    for number, author in enumerate(("ana", "bob")):
        post(con, number, author, ["lea", "canal"])
        post(con, 10 + number, author, ["lea", "gone"])
    assert named(con) == {}
    post(con, 20, "ana", ["lea", "zoe"])
    post(con, 21, "gone", ["lea", "zoe"])
    row = named(con)["lea", "zoe"]
    assert (row["namers"], row["evidence_post"]) == (2, "post20")


def test_posts_after_the_moment_asked_for_are_not_read(con):
    for number, author in ((40, "ana"), (41, "bob")):
        post(con, number, author, ["lea", "max"])
    assert named(con) == {}


def pairs_of(edges, n):
    source, target = (np.array([edge[i] for edge in edges], np.int32) for i in (0, 1))
    return Pairs(source, target, np.ones(len(edges)), np.ones(len(edges), bool), n)


def company_of(pairs, namers=5.0, age=0.0):
    one, other = (np.array([pair[i] for pair in pairs], np.int32) for i in (0, 1))
    return Company(one, other, np.full(len(pairs), namers), np.full(len(pairs), age))


def test_company_joins_in_one_community_those_who_never_spoke_to_one_another():
    circle = [(a, b) for group in ((0, 1, 2, 3), (4, 5, 6, 7)) for a in group for b in group if a != b]
    company = company_of([(a, b) for a in (8, 9, 10) for b in (8, 9, 10) if a < b])
    alone = find(pairs_of(circle, 11))
    assert (alone.member[8:] == -1).all()
    together = find(woven(pairs_of(circle, 11), company))
    assert len(set(together.member[8:].tolist())) == 1
    assert together.member[8] >= 0


def test_attention_is_what_it_was():
    pairs = pairs_of([(0, 1), (2, 1)], 4)
    found = woven(pairs, company_of([(0, 3)]))
    assert found.weight[(found.source == 0) & (found.target == 1)] == 1.0
    assert not found.amplifies[(found.source == 0) & (found.target == 3)].any()
    assert woven(pairs, None) is pairs


def test_company_fades_with_age_and_saturates():
    fresh, old = (company_of([(0, 1)], age=age).weight[0] for age in (0.0, HALF_LIFE_DAYS))
    assert old < fresh
    assert company_of([(0, 1)], namers=1e9).weight[0] < HEAVIEST


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda e: e[0] != e[1]), min_size=1, unique=True),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda e: e[0] < e[1]), unique=True),
)
def test_every_tie_stays_and_no_weight_passes_two(edges, company):
    pairs = pairs_of(edges, 6)
    found = woven(pairs, company_of(company) if company else None)
    keys = set(zip(found.source.tolist(), found.target.tolist(), strict=True))
    assert keys == set(edges) | set(company)
    assert (found.weight <= HEAVIEST).all()
    assert (found.weight > 0).all()


def test_a_person_s_company_is_told_by_name_without_who_refuses_since(con):
    rows = [("lea", "max", 3), ("lea", "gone", 9), ("lea", "zoe", 5)]
    for person, other, namers in rows:
        con.execute(
            "INSERT INTO ecosystem.together VALUES ('cafe', 'r1', ?, ?, ?, ?, NULL, NULL, NULL)",
            [f"person:{person}", f"person:{other}", namers, namers],
        )
    con.execute("CREATE VIEW ecosystem.voice_latest AS FROM ecosystem.voice")
    found = surroundings(con, "cafe", "person:lea", "r1")["named_with"]
    assert [(row["other_name"], row["namers"]) for row in found] == [("Zoe", 5), ("Max", 3)]
