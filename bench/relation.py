"""The relation: proximity of a million touchpoints, a portfolio of 500, a record beside a million posts."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from bench.loading import write_posts
from bench.row import Row, peak_mb, tell
from data.imports.registry import import_file
from data.relations.store import add_many, open_relations
from data.warehouse.publish import publish
from data.warehouse.store import connect, open_store
from data.workspace import Workspace, create_workspace
from pipelines.relation.circle import read_circle
from pipelines.relation.points import default_text, read_points_file
from pipelines.relation.portfolio import Candidate, Limits, propose
from pipelines.relation.proximity import Touches, proximity

TOUCHES, PEOPLE, CANDIDATES, POSTS = 1_000_000, 50_000, 500, 1_000_000
BRIEF = '[brief]\nname = "cafe-bench"\n[[segments]]\nname = "cafe"\nquery = "café"\n'


def main(posts: int = POSTS) -> None:
    """Print the rows."""
    with TemporaryDirectory() as scratch:
        _proximity(Path(scratch))
        _stored(Path(scratch) / "team")
        _portfolio()
        _record(Path(scratch) / "workspace", posts)


def _proximity(folder: Path) -> None:
    """Score and stage of 50,000 people at 25 moments, beside one pass of DuckDB for the last moment alone."""
    path = folder / "points.toml"
    path.write_text(default_text(), "utf-8")
    points, rng = read_points_file(path), np.random.default_rng(1)
    end = 1_780_000_000
    touches = Touches(
        PEOPLE,
        tuple(points.actions),
        rng.integers(0, PEOPLE, TOUCHES),
        rng.integers(0, len(points.actions), TOUCHES),
        rng.integers(end - 730 * 86_400, end, TOUCHES),
        np.ones(TOUCHES),
        np.zeros(TOUCHES, bool),
    )
    started = time.perf_counter()
    proximity(touches, points, np.linspace(end - 730 * 86_400, end, 25).astype(np.int64))
    ours = time.perf_counter() - started
    connection = connect()
    worth = np.array([one.points if one.on else 0.0 for one in points.actions.values()])[touches.action]
    table = pa.table({"person": touches.person, "seconds": end - touches.at, "worth": worth})
    connection.register("touches", table)
    started = time.perf_counter()
    connection.execute("SELECT person, sum(worth * pow(2, -seconds / 15552000.0)) FROM touches GROUP BY 1").fetchnumpy()
    theirs = time.perf_counter() - started
    work = f"{TOUCHES:,} touchpoints, {PEOPLE:,} people, 25 moments"
    tell(Row("proximity", work, "s", ours, "DuckDB, one moment, no caps or stages", theirs, peak_mb()))


def _stored(root: Path) -> None:
    """The same number of touchpoints as a team has recorded them: read, typed, joined with people, scored."""
    workspace, rng = _filled(root, PEOPLE, PEOPLE), np.random.default_rng(2)
    people, days = rng.integers(0, PEOPLE, TOUCHES), rng.integers(0, 730 * 86_400, TOUCHES)
    actions = [("answer", "meeting", "contact", "mention")[one] for one in rng.integers(0, 4, TOUCHES)]
    start = datetime(2024, 11, 1, tzinfo=UTC)
    touches = [
        {
            "account_id": f"bench:u{person}", "brief": "cafe-bench", "action": action, "origin": "csv", "quality": 1.0,
            "happened_at": (start + timedelta(seconds=int(day))).isoformat(), "key": str(number),
        }
        for number, (person, action, day) in enumerate(zip(people, actions, days, strict=True))
    ]  # fmt: skip
    with open_relations(workspace.people) as stored:
        add_many(stored, "touchpoints", touches, who="bench")
    del touches
    started = time.perf_counter()
    circle = read_circle(workspace, workspace.brief("cafe-bench"))
    assert len(circle.proximity.score) == PEOPLE
    took = time.perf_counter() - started
    work = f"{TOUCHES:,} touchpoints out of the team's store, {PEOPLE:,} people, 25 moments"
    tell(Row("proximity, stored", work, "s", took, memory_mb=peak_mb()))


def _portfolio() -> None:
    rng = np.random.default_rng(5)
    many = [
        Candidate(
            f"p{i}", int(rng.integers(5_000, 200_000)),
            frozenset(int(x) for x in (rng.zipf(1.3, int(rng.integers(20, 400))) % 20_000)),
            f"c{i % 12}", ["macro", "magic_middle", "micro"][i % 3],
        )
        for i in range(CANDIDATES)
    ]  # fmt: skip
    started = time.perf_counter()
    found = propose(many, Limits(2_000_000, 20))
    took = time.perf_counter() - started
    tell(Row("portfolio", f"{CANDIDATES} candidates; gap {100 * found.gap:.1f} %", "s", took, memory_mb=peak_mb()))


def _record(root: Path, posts: int) -> None:
    """`vigie relate touch` as a program, and how long until vigie.duckdb shows it, while a discovery holds the lock."""
    workspace = _filled(root, posts)
    command = [
        sys.executable, "-m", "app.cli", "relate", "touch", "cafe-bench", "bench:u1", "answer",
        "--workspace", str(root),
    ]  # fmt: skip
    with workspace.writing("a discovery"):
        started, before = time.perf_counter(), _processor()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        recorded, worked = time.perf_counter() - started, _processor() - before
        while not _shown(workspace):
            time.sleep(0.2)
        shown = time.perf_counter() - started
    work = f"{posts:,} posts, a discovery running"
    tell(
        Row("touchpoint recorded", work, "s", recorded, memory_mb=peak_mb()),
        Row("touchpoint recorded: processor time", work, "s", worked),
        Row("touchpoint in vigie.duckdb", work, "s", shown),
    )


def _processor() -> float:
    """Return the processor time of the programs that have ended, in seconds: a busy machine does not change it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _filled(root: Path, posts: int, people: int = 5_000) -> Workspace:
    workspace = create_workspace(root)
    (root / "briefs" / "cafe-bench.toml").write_text(BRIEF, "utf-8")
    write_posts(root / "posts.jsonl", posts, people)
    with open_store(workspace.store) as store:
        import_file(store, "jsonl", root / "posts.jsonl", brief="cafe-bench")
        store.execute(
            "INSERT INTO detection.runs (run_id, brief, started_at, finished_at, state, as_of)"
            " VALUES ('r1', 'cafe-bench', now(), now(), 'finished', TIMESTAMPTZ '2026-12-31')"
        )
    publish(workspace)
    return workspace


def _shown(workspace: Workspace) -> bool:
    connection = connect(workspace.published, read_only=True)
    try:
        return bool(connection.execute("SELECT count(*) FROM relation.touchpoints").fetchall()[0][0])
    finally:
        connection.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else POSTS)
