"""The ids of older workspaces are put right everywhere: in runs, in decisions, in what people recorded."""

from __future__ import annotations

import sqlite3

import pytest

from data.identities import one_identity, rename_once
from data.overrides import overrides
from data.people import Decision, decide, decisions, keep_decision, open_people
from data.relations.store import add, open_relations
from data.warehouse.store import connect, migrate, migrations

OLD, NEW, OTHER = "bluesky:did:plc:lea", "at:did:plc:lea", "ap:https://m.example/users/nina"


@pytest.mark.parametrize(("older", "today"), [
    (OLD, NEW), ("bluesky:at://did:plc:lea", NEW), (NEW, NEW), (OTHER, OTHER), ("bluesky:lea.example", "bluesky:lea.example"), ("", ""),
])  # fmt: skip
def test_an_id_that_is_the_same_everywhere_needs_no_source_before_it(older, today):
    assert one_identity(older) == today
    assert one_identity(one_identity(older)) == today


# --- what runs found ------------------------------------------------------------------------------------------------


@pytest.fixture
def before():
    """A store as it was before the step, with a run that knew one person by both ids and another by the old one."""
    with connect() as store:
        store.execute("CREATE SCHEMA warehouse")
        store.execute("CREATE TABLE warehouse.migrations (version INTEGER PRIMARY KEY, applied_at TIMESTAMPTZ)")
        for version, sql in migrations().items():
            if version != 17:
                store.execute(sql)
                store.execute("INSERT INTO warehouse.migrations VALUES (?, now())", [version])
        yield store


def person(store, table, person_id, account_id, segment="filtre", run="r1"):
    names = {row[0] for row in store.execute(f"DESCRIBE detection.{table}").fetchall() if row[2] == "NO"}
    values = {
        "brief": "b",
        "run_id": run,
        "person_id": person_id,
        "segment": segment,
        "account_id": account_id,
        "source": "bluesky",
        "status": "new",
    }
    told = {name: value for name, value in values.items() if name in names}
    marks = ", ".join("?" for _ in told)
    store.execute(f"INSERT INTO detection.{table} ({', '.join(told)}) VALUES ({marks})", list(told.values()))


@pytest.mark.parametrize("table", ["candidates", "ecosystem"])
def test_a_person_of_a_run_is_named_as_today_and_once(before, table):
    person(before, table, f"person:{OLD}", OLD)
    person(before, table, f"person:{NEW}", NEW)
    person(before, table, f"person:{OLD}", OLD, segment="espresso")
    person(before, table, f"person:{OTHER}", OTHER)
    migrate(before)
    told = before.execute(f"SELECT person_id, account_id, segment FROM detection.{table} ORDER BY ALL").fetchall()
    assert told == [
        (f"person:{OTHER}", OTHER, "filtre"), (f"person:{NEW}", NEW, "espresso"), (f"person:{NEW}", NEW, "filtre"),
    ]  # fmt: skip


def test_ties_communities_hits_and_sheets_follow(before):
    before.execute(
        "INSERT INTO detection.relations (brief, run_id, person_id, counterpart, counterpart_kind, ties, posts) VALUES ('b', 'r', ?, ?, 'influencer', 1, ?)",
        [f"person:{OLD}", f"person:{OLD}2", [f"bluesky:at://{OLD[8:]}/p/1", "web:x"]],
    )
    before.execute(
        "INSERT INTO detection.communities (brief, run_id, community_id, leaders) VALUES ('b', 'r', 'c', ?)",
        [[f"person:{OLD}", OTHER]],
    )
    hit = "INSERT INTO detection.hits (brief, run_id, post_id, segment, relevance, matched) VALUES ('b', 'r', ?, 's', 1, true)"
    before.execute(hit, [f"bluesky:at://{OLD[8:]}/p/1"])
    before.execute(hit, [f"{NEW}/p/1"])
    before.execute(
        "INSERT INTO detection.sheets (brief, run_id, person_id, where_json, evidence) VALUES ('b', 'r', ?, ?, ?)",
        [
            f"person:{OLD}",
            f'{{"accounts": ["{OLD}", "says bluesky:did: in prose"]}}',
            f'["bluesky:at://{OLD[8:]}/p/1"]',
        ],
    )
    migrate(before)
    assert before.execute("SELECT person_id, counterpart, posts FROM detection.relations").fetchall() == [
        (f"person:{NEW}", f"person:{NEW}2", [f"{NEW}/p/1", "web:x"])
    ]
    assert before.execute("SELECT leaders FROM detection.communities").fetchall() == [([f"person:{NEW}", OTHER],)]
    assert before.execute("SELECT post_id FROM detection.hits").fetchall() == [(f"{NEW}/p/1",)]
    [(who, where, evidence)] = before.execute(
        "SELECT person_id, where_json::VARCHAR, evidence::VARCHAR FROM detection.sheets"
    ).fetchall()
    assert who == f"person:{NEW}"
    assert where == f'{{"accounts": ["{NEW}", "says bluesky:did: in prose"]}}'
    assert evidence == f'["{NEW}/p/1"]'


def test_persons_keep_their_accounts(before):
    for person_id in (f"person:{OLD}", f"person:{NEW}"):
        before.execute("INSERT INTO core.persons (person_id, display_name) VALUES (?, 'Léa')", [person_id])
    before.execute(
        "INSERT INTO core.person_accounts (person_id, account_id, evidence, decided_by) VALUES (?, ?, 'x', 'rule')",
        [f"person:{OLD}", NEW],
    )
    migrate(before)
    assert before.execute("SELECT person_id FROM core.persons").fetchall() == [(f"person:{NEW}",)]
    assert before.execute("SELECT person_id, account_id FROM core.person_accounts").fetchall() == [
        (f"person:{NEW}", NEW)
    ]


def test_the_step_done_twice_changes_nothing(before):
    person(before, "candidates", f"person:{OLD}", OLD)
    migrate(before)
    once = before.execute("FROM detection.candidates").fetchall()
    before.execute(migrations()[17])
    assert before.execute("FROM detection.candidates").fetchall() == once


# --- what people recorded -------------------------------------------------------------------------------------------


def older(path):
    """Return a connection to a store as an older version left it."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 0")
    return connection


@pytest.fixture
def people(tmp_path):
    """A store whose records are under both ids."""
    path = tmp_path / "people.sqlite"
    with open_relations(path) as store:
        decide(store, "b", NEW, "in", why="first", who="ana")
        decide(store, "b", OLD, "out", why="then", who="ana")
        decide(store, "b", OTHER, "in", why="x", who="ana")
        store.execute(
            "INSERT INTO overrides (brief, account_id, kind, word, state, why, decided_by, decided_at) VALUES ('b', ?, 'label', 'expert', 'given', 'x', 'ana', '2026')",
            [OLD],
        )
        add(store, "owners", {"account_id": OLD, "owner": "bo"}, who="ana")
    with older(path):
        return path


def test_decisions_under_both_ids_are_one_history_and_the_latest_stands(people):
    with open_people(people) as store:
        standing = decisions(store, "b")
        assert {account: decision.status for account, decision in standing.items()} == {NEW: "out", OTHER: "in"}
        assert len(store.execute("SELECT * FROM decisions").fetchall()) == 3


def test_labels_and_owners_are_found_under_the_id_of_today(people):
    with open_relations(people) as store:
        assert [one.account_id for one in overrides(store, "b")] == [NEW]
        assert store.execute("SELECT account_id FROM owners").fetchall() == [(NEW,)]


def test_a_record_that_an_account_has_once_is_not_lost_when_both_ids_have_one(people):
    with older(people) as store:
        store.execute(
            "INSERT INTO owners (account_id, owner, recorded_by, recorded_at) VALUES (?, 'cy', 'ana', '2026')", [NEW]
        )
    with open_people(people) as store:
        assert sorted(store.execute("SELECT account_id, owner FROM owners").fetchall()) == [(NEW, "cy"), (OLD, "bo")]


def test_it_is_done_once(people):
    with open_people(people) as store:
        assert rename_once(store) == 0
        store.execute("PRAGMA user_version = 0")
        assert rename_once(store) == 0


def test_a_decision_brought_in_under_the_old_id_is_kept_under_the_new_one(people):
    with open_people(people) as store:
        assert keep_decision(store, Decision("c", OLD, "in", "x", "ana", "2026-01-01"))
        assert set(decisions(store, "c")) == {NEW}
