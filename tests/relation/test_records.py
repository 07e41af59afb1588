"""Records are durable, keep their history, are shared by several writers, and end with an objection."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.errors import UserError
from data.people import open_people, suppress
from data.relations.publish import refresh
from data.relations.store import add, add_many, change, erase, keep, now, open_relations, rows, tables
from data.warehouse.publish import publish
from data.warehouse.store import connect, open_store
from data.workspace import Workspace, create_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path)
    with open_store(made.store):
        pass
    return made


def touch(account: str, **more: object) -> dict[str, object]:
    return {"account_id": account, "brief": "b", "action": "answer", "happened_at": now()} | more


def test_a_change_keeps_what_was_there_who_changed_it_and_why(workspace):
    with open_relations(workspace.people) as people:
        made = add(people, "programmes", {"name": "RP", "department": "communication"}, who="ana")
        change(people, "programmes", made, {"gap_days": 7, "objective": "presse"}, who="bob", why="trop long")
    with open_relations(workspace.people) as people:
        assert rows(people, "programmes")[0]["gap_days"] == 7
        kept = {row["field"]: row for row in rows(people, "history")}
    assert set(kept) == {"gap_days", "objective"}
    assert (kept["gap_days"]["before"], kept["gap_days"]["after"]) == ("14", "7")
    assert (kept["gap_days"]["changed_by"], kept["gap_days"]["why"]) == ("bob", "trop long")


def test_a_change_that_changes_nothing_leaves_no_history(workspace):
    with open_relations(workspace.people) as people:
        made = add(people, "programmes", {"name": "RP", "department": "communication"}, who="ana")
        assert change(people, "programmes", made, {"department": "communication"}, who="bob", why="") == []
        assert rows(people, "history") == []


def test_keeping_a_record_twice_changes_the_one_that_is_there(workspace):
    with open_relations(workspace.people) as people:
        first = keep(people, "owners", {"account_id": "x:1"}, {"owner": "ana"}, who="ana")
        assert keep(people, "owners", {"account_id": "x:1"}, {"owner": "bob"}, who="bob", why="départ") == first
        assert [row["owner"] for row in rows(people, "owners")] == ["bob"]
        assert rows(people, "history")[0]["before"] == "ana"


def test_what_the_store_refuses_is_told_and_nothing_stays(workspace):
    def both() -> None:
        with open_relations(workspace.people) as people:
            add(people, "touchpoints", touch("x:1"), who="ana")
            add(people, "touchpoints", touch("x:2", quality=9), who="ana")

    with pytest.raises(UserError):
        both()
    with open_relations(workspace.people) as people:
        assert rows(people, "touchpoints") == []


def test_importing_the_same_touchpoints_twice_changes_nothing(workspace):
    batch = [touch("x:1", key=f"k{i}", quality=1.0, origin="csv") for i in range(50)]
    with open_relations(workspace.people) as people:
        assert add_many(people, "touchpoints", batch, who="ana") == 50
        assert add_many(people, "touchpoints", batch, who="ana") == 0


def test_nothing_is_recorded_about_a_person_who_objected(workspace):
    with open_people(workspace.people) as people:
        suppress(people, ["x:1"], why="objection")
    with pytest.raises(UserError), open_relations(workspace.people) as people:
        add(people, "touchpoints", touch("x:1"), who="ana")
    with pytest.raises(UserError), open_relations(workspace.people) as people:
        add_many(people, "touchpoints", [touch("x:1", key="k", quality=1.0, origin="csv")], who="ana")


def test_an_erased_person_is_in_no_table_no_history_and_no_byte_of_the_file(workspace):
    with open_relations(workspace.people) as people:
        add(people, "touchpoints", touch("mastodon:zorglubine", note="dîner avec zorglubine"), who="ana")
        owner = keep(people, "owners", {"account_id": "mastodon:zorglubine"}, {"owner": "ana"}, who="ana")
        change(people, "owners", owner, {"owner": "bob"}, who="ana", why="zorglubine préfère bob")
        add(people, "touchpoints", touch("x:2", note="amie de @Zorglubine, leader"), who="ana")
    assert erase(workspace.people, ["mastodon:zorglubine"], r"(?i)@?(zorglubine)") == 3
    with open_relations(workspace.people) as people:
        assert [row["note"] for row in rows(people, "touchpoints")] == ["amie de …, leader"]
    for path in workspace.people.parent.glob("people.sqlite*"):
        assert b"orglubine" not in path.read_bytes()


def _writer(path: str, name: str) -> None:
    for _ in range(40):
        with open_relations(Path(path)) as people:
            add(people, "touchpoints", touch(f"x:{name}"), who=name)
            found = keep(people, "owners", {"account_id": "x:shared"}, {"owner": "nobody"}, who=name)
            before = rows(people, "owners", id=found)[0]["department"] or "0"
            change(people, "owners", found, {"department": str(int(before) + 1)}, who=name, why="count")


def test_several_people_record_at_once_and_no_record_or_change_is_lost(workspace):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_writer, args=(str(workspace.people), name)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    with open_relations(workspace.people) as people:
        assert len(rows(people, "touchpoints")) == 120
        assert rows(people, "owners")[0]["department"] == "120"
        assert len(rows(people, "history", field="department")) == 120


KILLED = """
import sys
from pathlib import Path
from data.relations.store import add, now, open_relations
n = 0
while True:
    with open_relations(Path(sys.argv[1])) as people:
        for _ in range(2):
            add(people, "touchpoints", {"account_id": f"x:{n}", "brief": "b", "action": "answer", "happened_at": now()}, who="a")
    print(n, flush=True)
    n += 1
"""


def test_a_kill_in_the_middle_loses_nothing_confirmed_and_leaves_nothing_half_there(workspace):
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", KILLED, str(workspace.people)], stdout=subprocess.PIPE, text=True
    )
    confirmed = [int(process.stdout.readline()) for _ in range(30)]
    process.kill()
    confirmed += [int(line) for line in process.stdout.read().split()]
    process.wait()
    process.stdout.close()
    with open_relations(workspace.people) as people:
        counts = people.execute("SELECT account_id, count(*) FROM touchpoints GROUP BY 1").fetchall()
    assert {count for _, count in counts} == {2}
    assert {f"x:{n}" for n in confirmed} <= {account for account, _ in counts}
    assert len(counts) <= len(confirmed) + 1


def test_recording_takes_less_than_a_second(workspace):
    before = time.process_time()
    with open_relations(workspace.people) as people:
        add(people, "touchpoints", touch("x:1"), who="ana")
    assert time.process_time() - before < 1


def test_records_reach_the_published_database_with_comments_and_person(workspace):
    with open_store(workspace.store) as store:
        store.execute("INSERT INTO core.person_accounts VALUES ('person:lea', 'x:1', 'link', 'rule')")
    publish(workspace)
    with open_relations(workspace.people) as people:
        add(people, "touchpoints", touch("x:1"), who="ana")
        add(
            people, "campaigns", {"name": "c", "brief": "b", "kind": "event", "starts": now(), "ends": now()}, who="ana"
        )
    assert refresh(workspace)
    connection = connect(workspace.published, read_only=True)
    try:
        assert connection.execute("SELECT person_id FROM relation.touchpoints").fetchall() == [("person:lea",)]
        assert connection.execute("SELECT kind FROM execution.campaigns").fetchall() == [("event",)]
        bare = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name IN ('relation', 'execution') AND comment IS NULL"
        ).fetchall()
    finally:
        connection.close()
    assert bare == []


def test_a_refresh_neither_waits_for_a_discovery_nor_undoes_its_publish(workspace):
    publish(workspace)
    with workspace.writing("a discovery"), open_store(workspace.store) as store:
        with open_relations(workspace.people) as people:
            add(people, "touchpoints", touch("x:1"), who="ana")
        assert refresh(workspace)
        store.execute("INSERT INTO core.persons (person_id, display_name) VALUES ('person:new', 'Nouvelle')")
    publish(workspace)
    refresh(workspace)
    connection = connect(workspace.published, read_only=True)
    try:
        assert connection.execute("SELECT count(*) FROM core.persons").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM relation.touchpoints").fetchone() == (1,)
    finally:
        connection.close()


def test_both_databases_have_the_same_tables_and_columns(workspace):
    connection = connect(workspace.store)
    found = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema IN ('relation', 'execution') AND column_name <> 'person_id'"
    ).fetchall()
    connection.close()
    assert set(found) == {(table, column) for table, columns in tables().items() for column in columns}


def test_a_store_with_decisions_alone_gets_the_other_tables(tmp_path):
    path = tmp_path / "people.sqlite"
    with open_people(path):
        pass
    with open_relations(path) as people:
        assert rows(people, "touchpoints") == []
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)
