"""One run of a brief: its row in detection.runs, its steps, and how its results are written."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any

import orjson

from data.errors import UserError
from data.warehouse.publish import ECOSYSTEM_VIEWS
from data.warehouse.sql import query
from pipelines.steps import STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from data.brief.model import Brief
    from data.warehouse.store import Connection
    from data.workspace import Workspace

RESULT_TABLES = (
    *(f"detection.{t}" for t in ("study", "ecosystem", "communities", "relations", "candidates", "sheets", "steps")),
    *(f"ecosystem.{table}" for table in ECOSYSTEM_VIEWS),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has been opened: its key, the moment from which it counts, and when it began if it is gone on with."""

    run_id: str
    brief: str
    as_of: datetime
    resumed_from: datetime | None = None


def open_run(connection: Connection, brief: Brief, *, offline: bool, resume: bool, under_way: str | None = None) -> Run:
    """Open a run, or with `resume` go on with the interrupted one; other unfinished runs are dropped.

    `under_way` is the run that was stopped after its results stood but before they were all published and shown.
    """
    unfinished = connection.execute(
        query("unfinished_runs", "pipelines.sql"), {"brief": brief.name, "under_way": under_way}
    ).fetchall()
    for run_id, as_of, started_at, brief_hash, state in unfinished:
        if resume and brief_hash == brief.hash:
            return Run(run_id, brief.name, as_of, resumed_from=started_at)
        if state == "running":
            _drop(connection, run_id)
    run = Run(_new_id(), brief.name, _as_of(connection, brief, offline=offline))
    connection.execute(
        "INSERT INTO detection.runs VALUES (?, ?, ?, NULL, 'running', ?, ?, ?, NULL)",
        [run.run_id, brief.name, datetime.now(UTC), run.as_of, metadata.version("vigie"), brief.hash],
    )
    return run


def newest_is_finished(connection: Connection, brief: Brief) -> bool:
    """Tell whether the newest run of this very brief is finished."""
    rows = connection.execute(query("newest_run", "pipelines.sql"), {"brief": brief.name}).fetchall()
    return rows == [("finished", brief.hash)]


def run_under_way(workspace: Workspace, brief: str) -> str | None:
    """Return the id of the brief's run that was begun and not led to its end, or None."""
    path = _mark(workspace, brief)
    return path.read_text(encoding="utf-8") if path.exists() else None


def mark_begun(workspace: Workspace, run: Run) -> None:
    """Remember, outside the store that gets published, that a run is under way."""
    path = _mark(workspace, run.brief)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(run.run_id, encoding="utf-8")
    fresh.replace(path)


def mark_ended(workspace: Workspace, run: Run) -> None:
    """Forget that a run is under way: everything it gives is there."""
    _mark(workspace, run.brief).unlink(missing_ok=True)


def _mark(workspace: Workspace, brief: str) -> Path:
    return workspace.store.parent / "under_way" / brief


def write_rows(connection: Connection, run: Run, tables: Mapping[str, pa.Table]) -> int:
    """Replace this run's rows in each table (`schema.table` → rows) in one transaction; return their number."""
    connection.begin()
    try:
        total = 0
        for name, rows in tables.items():
            schema, table = name.split(".")
            known = _columns(connection, schema, table)
            listed = ", ".join(f'"{column}"' for column in rows.column_names if column in known)
            connection.execute(f"DELETE FROM {name} WHERE run_id = ?", [run.run_id])
            connection.register("result_rows", rows)
            connection.execute(f"INSERT INTO {name} ({listed}) SELECT {listed} FROM result_rows")
            connection.unregister("result_rows")
            total += rows.num_rows
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return total


def step_done(
    connection: Connection, run: Run, number: int, *, rows: int, started_at: datetime, state: str = "done"
) -> None:
    """Record that a step of this run is done, with the rows it gave."""
    step = STEPS[number - 1]
    connection.execute("DELETE FROM detection.steps WHERE run_id = ? AND step = ?", [run.run_id, number])
    connection.execute(
        "INSERT INTO detection.steps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            run.brief,
            run.run_id,
            number,
            step.phase,
            step.name.fr,
            step.name.en,
            state,
            rows,
            started_at,
            datetime.now(UTC),
        ],
    )


def close_run(connection: Connection, run: Run, coverage: Mapping[str, Any]) -> None:
    """Mark the run finished; the steps that people carry out stand as to do."""
    later = [step for step in STEPS if step.phase != "detection"]
    connection.execute("DELETE FROM detection.steps WHERE run_id = ? AND step > 4", [run.run_id])
    for step in later:
        connection.execute(
            "INSERT INTO detection.steps VALUES (?, ?, ?, ?, ?, ?, 'todo', NULL, NULL, NULL)",
            [run.brief, run.run_id, step.number, step.phase, step.name.fr, step.name.en],
        )
    connection.execute(
        "UPDATE detection.runs SET state = 'finished', finished_at = ?, coverage = ? WHERE run_id = ?",
        [datetime.now(UTC), orjson.dumps(coverage).decode(), run.run_id],
    )


def _as_of(connection: Connection, brief: Brief, *, offline: bool) -> datetime:
    if not offline:
        return brief.as_of or datetime.now(UTC)
    seen = {"brief": brief.name, "now": datetime.now(UTC)}
    newest = connection.execute(query("newest_post", "pipelines.sql"), seen).fetchall()[0][0]
    if (
        newest is None
        and connection.execute("SELECT 1 FROM core.brief_accounts WHERE brief = ? LIMIT 1", [brief.name]).fetchone()
    ):
        # A network alone, of accounts and ties, has no newest post to count from.
        return brief.as_of or datetime.now(UTC)
    if newest is None:
        raise UserError(
            f"rien n'est encore stocké pour le brief « {brief.name} » : importez des données (vigie import) "
            "ou lancez la découverte sans --offline",
            f'nothing is stored yet for the brief "{brief.name}": import data (vigie import) '
            "or discover without --offline",
        )
    return brief.as_of or newest


def _drop(connection: Connection, run_id: str) -> None:
    connection.begin()
    for table in RESULT_TABLES:
        connection.execute(f"DELETE FROM {table} WHERE run_id = ?", [run_id])
    connection.execute("DELETE FROM detection.runs WHERE run_id = ?", [run_id])
    connection.commit()


def _columns(connection: Connection, schema: str, table: str) -> set[str]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?", [schema, table]
    )
    return {row[0] for row in rows.fetchall()}


def _new_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
