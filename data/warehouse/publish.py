"""Publishes the working store: a fresh database beside it, renamed into place."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from data.relations.publish import copy_relations, publishing
from data.warehouse.comments import apply_comments
from data.warehouse.sql import query
from data.warehouse.store import connect

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.store import Connection
    from data.workspace import Workspace

LATEST_VIEWS = (
    "runs", "study", "hits", "ecosystem", "communities", "relations", "candidates", "sheets", "steps",
)  # fmt: skip
ECOSYSTEM_VIEWS = ("voice", "vitality", "speakers", "habits", "overlaps", "together", "carried", "methods")
"""Tables of schema ecosystem, each with its view of the newest finished run."""


def publish(workspace: Workspace) -> None:
    """Write `vigie.duckdb` anew from the working store (which must be closed) and rename it into place."""
    with publishing(workspace.root):
        _publish(workspace)


def _publish(workspace: Workspace) -> None:
    fresh = workspace.published.with_name(".vigie.duckdb.new")
    for leftover in (fresh, fresh.with_name(fresh.name + ".wal")):
        leftover.unlink(missing_ok=True)
    _take_in_log(workspace.store)
    shutil.copyfile(workspace.store, fresh)
    connection = connect(fresh)
    try:
        make_views(connection)
        copy_relations(connection, workspace.people)
        apply_comments(connection)
        connection.execute("CHECKPOINT")
    finally:
        connection.close()
    with fresh.open("rb") as handle:
        os.fsync(handle.fileno())
    fresh.replace(workspace.published)


def make_views(connection: Connection) -> None:
    """Make the views of each brief's newest finished run."""
    connection.execute(query("latest_runs"))
    for name in (*(f"detection.{t}" for t in LATEST_VIEWS), *(f"ecosystem.{t}" for t in ECOSYSTEM_VIEWS)):
        connection.execute(
            f"CREATE OR REPLACE VIEW {name}_latest AS "
            f"SELECT t.* FROM {name} t SEMI JOIN detection.latest_runs USING (run_id)"
        )


def _take_in_log(store: Path) -> None:
    """Bring into the store's file what a killed writer had committed to its log only: the file alone is copied."""
    if store.with_name(store.name + ".wal").exists():
        connect(store).close()
