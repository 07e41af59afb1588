"""A world's files come into a warehouse as they are: every row, and every wish to be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.imports.registry import import_file
from data.sandbox import generate
from data.warehouse.store import connect, migrate

if TYPE_CHECKING:
    from pathlib import Path


def test_every_row_is_taken_and_those_who_opted_out_are_known(tmp_path: Path) -> None:
    world = generate(tmp_path, accounts=400, posts=4000, days=60, seed=8)
    connection = connect()
    migrate(connection)
    for name in ("accounts", "posts", "ties", "observations"):
        loaded = import_file(connection, "parquet", tmp_path / f"{name}.parquet", brief="cafe")
        assert not loaded.rejects
        assert sum(loaded.good.values()) == world.rows[name]
    truth = f"read_csv('{tmp_path}/truth.csv', all_varchar = true)"
    rows = connection.execute(
        f"""SELECT opted_out = 'true', consent <> 'allow', count(DISTINCT account) FROM {truth}
            JOIN core.accounts ON account_id = account GROUP BY ALL ORDER BY 1"""
    ).fetchall()
    connection.close()
    assert [row[:2] for row in rows] == [(False, False), (True, True)]
    assert sum(row[2] for row in rows) == 400
