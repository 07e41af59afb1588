"""Copies the records into the published database: with each publish, and by itself within a minute of a record."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from data.relations.store import EXECUTION, open_relations, tables
from data.warehouse.comments import apply_comments
from data.warehouse.store import connect

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from data.warehouse.store import Connection
    from data.workspace import Workspace

BATCH = 200_000
BURST_SECONDS = 2.0
QUEUE = "refresh.queue"


@contextmanager
def publishing(root: Path) -> Iterator[None]:
    """Hold the right to replace `vigie.duckdb` while the block runs; the others wait their turn."""
    with _locked(root / ".vigie" / "publish.lock"):
        yield


def copy_relations(connection: Connection, people: Path) -> None:
    """Fill schemas `relation` and `execution` of an open database from the store at `people`."""
    if not people.exists():
        return
    there = {
        f"{schema}.{table}"
        for schema, table in connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
    }
    with open_relations(people) as records:
        for table, columns in tables().items():
            name = f"{'execution' if table in EXECUTION else 'relation'}.{table}"
            if name not in there:
                continue  # published before this table existed: the next discovery brings it
            connection.execute(f"DELETE FROM {name}")
            _copy(records, connection, table, name, columns)


def refresh(workspace: Workspace) -> bool:
    """Publish the records anew beside what the last discovery published; False when nothing was published yet."""
    if not workspace.published.exists():
        return False
    with publishing(workspace.root):
        _replace(workspace)
    return True


def refresh_soon(workspace: Workspace) -> None:
    """Start a refresh that outlives this command; one that still waits its turn serves all that ask meanwhile."""
    if workspace.published.exists() and not _waiting(workspace.root):
        subprocess.Popen(
            [sys.executable, "-P", "-m", "data.relations.publish", str(workspace.root)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip


def _replace(workspace: Workspace) -> None:
    fresh = workspace.published.with_name(".vigie.duckdb.records")
    for leftover in (fresh, fresh.with_name(fresh.name + ".wal")):
        leftover.unlink(missing_ok=True)
    shutil.copyfile(workspace.published, fresh)
    connection = connect(fresh)
    try:
        if not connection.execute(
            "SELECT 1 FROM information_schema.schemata WHERE schema_name = 'execution'"
        ).fetchall():
            return  # published before these schemas existed: the next discovery brings them
        connection.begin()
        copy_relations(connection, workspace.people)
        connection.commit()
        apply_comments(connection)
        connection.execute("CHECKPOINT")
    finally:
        connection.close()
    with fresh.open("rb") as handle:
        os.fsync(handle.fileno())
    fresh.replace(workspace.published)


def _copy(records: sqlite3.Connection, connection: Connection, table: str, name: str, columns: tuple[str, ...]) -> None:
    import pyarrow as pa

    found = records.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id")
    person = "coalesce(p.person_id, 'person:' || r.account_id) AS person_id, " if "account_id" in columns else ""
    join = " LEFT JOIN core.person_accounts p USING (account_id)" if person else ""
    listed = ", ".join(columns)
    while batch := found.fetchmany(BATCH):
        given = list(zip(*batch, strict=True))
        arrays = [_array(values) for values in given]
        connection.register("relation_rows", pa.table(dict(zip(columns, arrays, strict=True))))
        target = f"{name} ({'person_id, ' if person else ''}{listed})"
        source = ", ".join(f"r.{column}" for column in columns)
        connection.execute(f"INSERT INTO {target} SELECT {person}{source} FROM relation_rows r{join}")
        connection.unregister("relation_rows")


def _array(values: tuple[object, ...]) -> object:
    import pyarrow as pa

    numbers = all(value is None or isinstance(value, int | float) for value in values)
    return pa.array(values) if numbers else pa.array([None if v is None else str(v) for v in values], pa.string())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as handle:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
        yield


def _waiting(root: Path) -> bool:
    """Say whether a refresh waits its turn: it has yet to read the records, this command's among them."""
    with (root / ".vigie" / QUEUE).open("a", encoding="utf-8") as queue:
        return not _taken(queue)


def _taken(handle: TextIO) -> bool:
    try:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def main(root: Path) -> None:
    """Refresh `root` once a burst of records has passed, unless another refresh waits already."""
    from data.workspace import Workspace

    if not (root / ".vigie").exists():
        return
    workspace = Workspace(root)
    with (root / ".vigie" / QUEUE).open("a", encoding="utf-8") as queue:
        if not _taken(queue):
            return
        time.sleep(BURST_SECONDS)
        with publishing(root):
            fcntl.flock(queue.fileno(), fcntl.LOCK_UN)
            if workspace.published.exists():
                _replace(workspace)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
