"""Steps 1 to 3 on a folder of records, without a workspace of one's own."""

from __future__ import annotations

import shutil

import pytest

from data.errors import UserError
from data.warehouse.store import connect
from pipelines.trial import run_offline


def test_a_folder_gives_the_same_candidates_as_the_commands(small_world, discovered):
    rows = run_offline(small_world)
    connection = connect(discovered / "vigie.duckdb", read_only=True)
    try:
        expected = connection.execute(
            "SELECT person_id, segment, rank, tier, round(influence, 6) FROM detection.candidates"
        ).fetchall()
    finally:
        connection.close()
    found = [
        (row["person_id"], row["segment"], row["rank"], row["tier"], row["influence"] and round(row["influence"], 6))
        for row in rows
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_nothing_is_left_behind(small_world, tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = sorted(path.name for path in small_world.iterdir())
    run_offline(small_world)
    assert list(tmp_path.iterdir()) == []
    assert sorted(path.name for path in small_world.iterdir()) == before


def test_a_folder_without_a_brief_or_without_records_is_told(small_world, tmp_path):
    with pytest.raises(UserError, match=r"brief\.toml"):
        run_offline(tmp_path)
    shutil.copy(small_world / "brief.toml", tmp_path)
    with pytest.raises(UserError, match="parquet"):
        run_offline(tmp_path)
