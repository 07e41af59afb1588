"""The working store grows with the software: older ones are brought up to date, newer ones are left alone."""

from __future__ import annotations

import duckdb
import pytest

from data.errors import UserError, VigieError
from data.warehouse import store as module
from data.warehouse.store import connect, migrate, migrations, open_store

LEA = "INSERT INTO core.accounts (account_id, source, native_id) VALUES ('x:1', 'x', '1')"


@pytest.fixture
def older(tmp_path, monkeypatch):
    """A store as the first migration left it, with one account in it."""
    path = tmp_path / ".vigie" / "work.duckdb"
    first = dict(list(migrations().items())[:1])
    with monkeypatch.context() as patch:
        patch.setattr(module, "migrations", lambda: first)
        with open_store(path) as connection:
            connection.execute(LEA)
    return path


def versions(path):
    connection = connect(path, read_only=True)
    try:
        return [row[0] for row in connection.sql("SELECT version FROM warehouse.migrations ORDER BY 1").fetchall()]
    finally:
        connection.close()


def test_migrations_are_numbered_in_order_and_a_number_left_out_does_no_harm():
    assert list(migrations()) == sorted(migrations())
    assert next(iter(migrations())) == 1


def test_a_new_store_gets_every_migration_and_no_backup(tmp_path):
    path = tmp_path / "deep" / "work.duckdb"
    with open_store(path):
        pass
    assert versions(path) == list(migrations())
    assert [p.name for p in path.parent.iterdir()] == ["work.duckdb"]


def test_an_older_store_is_migrated_and_keeps_its_rows(older):
    with open_store(older) as connection:
        assert connection.sql("SELECT account_id FROM core.accounts").fetchall() == [("x:1",)]
        assert connection.sql("SELECT count(*) FROM detection.runs").fetchall() == [(0,)]
    assert versions(older) == list(migrations())


def test_the_backup_of_an_older_store_opens_and_is_as_it_was(older):
    with open_store(older):
        pass
    (backup,) = older.parent.glob("*before*")
    assert versions(backup) == [1]
    with duckdb.connect(str(backup), read_only=True) as connection:
        assert connection.sql("SELECT account_id FROM core.accounts").fetchall() == [("x:1",)]


def test_an_up_to_date_store_is_not_backed_up_again(older):
    for _ in range(3):
        with open_store(older):
            pass
    assert len(list(older.parent.glob("*before*"))) == 1


def test_a_newer_store_is_refused_in_one_line_and_left_as_it_is(tmp_path):
    path = tmp_path / "work.duckdb"
    with open_store(path) as connection:
        connection.execute("INSERT INTO warehouse.migrations VALUES (9001, now())")
    with pytest.raises(VigieError, match="newer vigie \\(step 9001\\): upgrade") as refused, open_store(path):
        pass
    assert "\n" not in refused.value.message.fr
    assert not isinstance(refused.value, UserError)
    assert versions(path)[-1] == 9001
    assert [p.name for p in tmp_path.iterdir()] == ["work.duckdb"]


def test_a_migration_that_fails_leaves_those_before_it_and_nothing_of_itself(older, monkeypatch):
    broken = {**dict(list(migrations().items())[:1]), 2: "CREATE TABLE good (a INT)", 3: "CREATE TABLE half (a INT); x"}
    monkeypatch.setattr(module, "migrations", lambda: broken)
    with pytest.raises(duckdb.Error), open_store(older):
        pass
    assert versions(older) == [1, 2]
    connection = connect(older, read_only=True)
    tables = {row[0] for row in connection.sql("SELECT table_name FROM information_schema.tables").fetchall()}
    connection.close()
    assert "good" in tables
    assert "half" not in tables


def test_a_migration_that_failed_is_taken_up_again(older, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(module, "migrations", lambda: {**dict(list(migrations().items())[:1]), 2: "SELEKT"})
        with pytest.raises(duckdb.Error), open_store(older):
            pass
    with open_store(older):
        pass
    assert versions(older) == list(migrations())


def test_a_file_that_is_no_database_is_not_overwritten(tmp_path):
    path = tmp_path / "work.duckdb"
    path.write_bytes(b"my thesis" * 1000)
    with pytest.raises((duckdb.Error, VigieError)), open_store(path):
        pass
    assert path.read_bytes() == b"my thesis" * 1000


def test_migrating_in_memory_needs_no_file():
    connection = connect()
    assert migrate(connection) == list(migrations())
    assert migrate(connection) == []
    connection.close()


def test_times_are_utc_wherever_the_machine_is(store, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert store.sql("SELECT TIMESTAMPTZ '2026-01-02 03:04:05'::VARCHAR").fetchall() == [("2026-01-02 03:04:05+00",)]
