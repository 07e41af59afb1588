"""What strategists open: explained to the last column, replaced as a whole, the newest finished run in front."""

from __future__ import annotations

import subprocess
import sys

import pytest

from data.warehouse.publish import LATEST_VIEWS, publish
from data.warehouse.store import connect, open_store
from data.workspace import create_workspace

pytestmark = pytest.mark.long

RUNS = (
    "INSERT INTO detection.runs (run_id, brief, started_at, finished_at, state) VALUES (?, ?, now(), ?::TIMESTAMPTZ, ?)"
)
STUDY = "INSERT INTO detection.study (brief, run_id, suitability) VALUES (?, ?, ?)"


@pytest.fixture
def workspace(tmp_path):
    return create_workspace(tmp_path / "veille")


def put(workspace, *runs):
    """Store runs (id, brief, finished_at, state), each with one row of study, and publish."""
    with open_store(workspace.store) as store:
        for run_id, brief, finished, state in runs:
            store.execute(RUNS, [run_id, brief, finished, state])
            store.execute(STUDY, [brief, run_id, f"study of {run_id}"])
    publish(workspace)


def ask(workspace, query):
    connection = connect(workspace.published, read_only=True)
    try:
        return connection.sql(query).fetchall()
    finally:
        connection.close()


def test_every_table_and_view_says_what_it_holds(workspace):
    put(workspace)
    silent = ask(
        workspace,
        "SELECT schema_name, table_name FROM (SELECT schema_name, table_name, comment, internal FROM duckdb_tables()"
        " UNION ALL SELECT schema_name, view_name, comment, internal FROM duckdb_views()) WHERE NOT internal AND comment IS NULL",
    )
    assert silent == []


def test_every_column_says_what_it_means(workspace):
    put(workspace)
    columns = ask(
        workspace, "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
    )
    assert len(columns) > 500
    assert [row[:3] for row in columns if not row[3]] == []


def test_every_result_table_has_its_latest_view_with_the_same_columns(workspace):
    put(workspace)
    for table in LATEST_VIEWS:
        query = (
            "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'detection' AND table_name = '{}' ORDER BY 1"
        )
        assert ask(workspace, query.format(table)) == ask(workspace, query.format(f"{table}_latest")) != []


def test_the_latest_views_show_the_newest_finished_run_of_each_brief(workspace):
    put(
        workspace,
        ("r1", "cafe", "2026-01-01", "finished"),
        ("r2", "cafe", "2026-02-01", "finished"),
        ("r3", "the", "2025-01-01", "finished"),
    )
    assert ask(workspace, "SELECT brief, suitability FROM detection.study_latest ORDER BY 1") == [
        ("cafe", "study of r2"),
        ("the", "study of r3"),
    ]
    assert ask(workspace, "SELECT count(*) FROM detection.study") == [(3,)]


@pytest.mark.parametrize("state", ["failed", "running", "stopped"])
def test_a_run_that_did_not_finish_never_shows(workspace, state):
    put(workspace, ("r1", "cafe", "2026-01-01", "finished"), ("r2", "cafe", "2026-03-01", state))
    put(workspace, ("r3", "the", "2026-01-01", state))
    assert ask(workspace, "SELECT run_id FROM detection.runs_latest") == [("r1",)]


def test_two_runs_that_ended_at_once_show_one(workspace):
    put(workspace, ("r1", "cafe", "2026-01-01", "finished"), ("r2", "cafe", "2026-01-01", "finished"))
    assert ask(workspace, "SELECT run_id FROM detection.study_latest") == [("r2",)]


def test_what_a_killed_publication_left_is_swept_away(workspace):
    for name in (".vigie.duckdb.new", ".vigie.duckdb.new.wal"):
        (workspace.root / name).write_bytes(b"half a database")
    put(workspace, ("r1", "cafe", "2026-01-01", "finished"))
    assert ask(workspace, "SELECT run_id FROM detection.runs_latest") == [("r1",)]
    assert [p.name for p in workspace.root.glob(".vigie.duckdb*")] == []


def test_a_publication_that_fails_leaves_the_old_database(workspace, monkeypatch):
    put(workspace, ("r1", "cafe", "2026-01-01", "finished"))

    def fail(_connection):
        raise OSError("disk full")

    monkeypatch.setattr("data.warehouse.publish.apply_comments", fail)
    with pytest.raises(OSError, match="disk full"):
        put(workspace, ("r2", "cafe", "2026-02-01", "finished"))
    assert ask(workspace, "SELECT run_id FROM detection.runs_latest") == [("r1",)]


READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
query = "SELECT string_agg(run_id, ',' ORDER BY run_id) FROM detection.runs_latest"
for line in sys.stdin:
    if line.strip() == "reopen":
        connection.close()
        connection = duckdb.connect(sys.argv[1], read_only=True)
    print(connection.sql(query).fetchall()[0][0], flush=True)
"""


def test_a_reader_keeps_what_it_sees_until_it_opens_again(workspace):
    put(workspace, ("r1", "cafe", "2026-01-01", "finished"))
    command = [sys.executable, "-c", READER, str(workspace.published)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:

        def told(word):
            reader.stdin.write(word + "\n")
            reader.stdin.flush()
            return reader.stdout.readline().strip()

        assert told("look") == "r1"
        put(workspace, ("r2", "cafe", "2026-02-01", "finished"))
        assert told("look") == "r1"
        assert told("reopen") == "r2"
        reader.stdin.close()


WRITER = """
import os, sys
from pathlib import Path
from data.warehouse.store import connect, migrate
connection = connect(Path(sys.argv[1]))
migrate(connection)
connection.execute("CHECKPOINT")
connection.execute("INSERT INTO detection.runs (run_id, brief, started_at, finished_at, state) "
                   "VALUES ('late', 'cafe', now(), now(), 'finished')")
os._exit(9)
"""


def test_what_was_committed_before_a_kill_is_published(workspace):
    done = subprocess.run([sys.executable, "-c", WRITER, str(workspace.store)], check=False)
    assert done.returncode == 9
    publish(workspace)
    assert ask(workspace, "SELECT run_id FROM detection.runs_latest") == [("late",)]


def test_publishing_changes_nothing_in_the_working_store(workspace):
    put(workspace, ("r1", "cafe", "2026-01-01", "finished"))
    before = workspace.store.read_bytes()
    publish(workspace)
    assert workspace.store.read_bytes() == before
