"""A whole discovery over HTTP, killed again and again at any stage, ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.warehouse.store import connect

pytestmark = pytest.mark.long

KILLS = {
    "Study of the brief": 1,
    "Collection": 9,
    "Loading": 1,
    "Understanding of texts": 3,
    "Mapping": 1,
    "Detection": 1,
    "5W profiles": 1,
    "Publication": 2,
    "Sheets and map": 1,
}
BRIEF = "cafe-de-specialite"
IGNORED = {
    "run_id", "started_at", "finished_at", "observed_at", "first_seen", "last_seen", "seen_at", "applied_at", "at", "coverage", "found_at", "fetched_at",
    "recorded_at",
}  # fmt: skip

# Commands run as forks of one program that has read the libraries, so that twenty starts cost little.
NURSERY = """
import json, os, sys
from app.cli import run
import app.commands.discover, app.commands.imports, crawlers.run, nlp.disclosure, nlp.tone, nlp.topical
import pipelines.detection.mapping, pipelines.detection.profile, pipelines.documents.sheets, pipelines.documents.ecosystem_map
for line in sys.stdin:
    arguments, log = json.loads(line)
    child = os.fork()
    if child == 0:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        try:
            status = run(arguments)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Nursery:
    """Starts `vigie` commands, watches what they say, and kills them."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log.txt"
        self.program = subprocess.Popen(
            [sys.executable, "-I", "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, *arguments: str) -> int:
        self.log.write_text("")
        self.program.stdin.write(json.dumps([arguments, str(self.log)]) + "\n")
        self.program.stdin.flush()
        return int(self.program.stdout.readline())

    def end(self) -> int:
        """Wait for the command and return its status."""
        return int(self.program.stdout.readline())

    def run(self, *arguments: str) -> None:
        """Run to the end, which must be good."""
        self.start(*arguments)
        status = self.end()
        assert status == 0, self.log.read_text()[-3000:]

    def kill_after(self, said: str | None, delay: float, *arguments: str) -> str:
        """Kill the command `delay` seconds after it has said something; returns what it said, '' if it had ended."""
        child = self.start(*arguments)
        limit = time.monotonic() + 60
        while said and said not in self.log.read_text() and _alive(child) and time.monotonic() < limit:
            time.sleep(0.004)
        time.sleep(delay)
        killed = _alive(child)
        if killed:
            os.kill(child, signal.SIGKILL)
        status = self.end()
        assert status in {-signal.SIGKILL, 0}, self.log.read_text()[-3000:]
        return self.log.read_text() if status else ""

    def close(self) -> None:
        self.program.stdin.close()
        self.program.wait(20)
        self.program.stdout.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)  # its parent waits for it: once it has ended, its number is free at once
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    started = Nursery(tmp_path_factory.mktemp("nursery"))
    yield started
    started.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from data.sandbox import generate

    folder = tmp_path_factory.mktemp("kill-world")
    generate(folder, accounts=120, posts=1500, days=200, seed=23)
    return folder


def new_workspace(root: Path, brief: str) -> list[str]:
    from data.workspace import create_workspace

    create_workspace(root)
    settings = root / "vigie.toml"
    settings.write_text(
        settings.read_text().replace("allow_private_hosts = []", 'allow_private_hosts = ["127.0.0.0/8"]')
    )
    (root / "briefs" / f"{BRIEF}.toml").write_text(brief)
    return ["--workspace", str(root), "--lang", "en"]


def published(root: Path) -> dict[str, list[str]]:
    """Every row of every table of the published database, without the times and ids that any two runs differ in."""
    connection = connect(root / "vigie.duckdb", read_only=True)
    try:
        tables = connection.execute(
            "SELECT table_schema, table_name, list(column_name ORDER BY column_name) FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name) WHERE t.table_type = 'BASE TABLE' GROUP BY ALL"
        ).fetchall()
        found = {}
        for schema, table, columns in tables:
            kept = [f'"{name}"' for name in columns if name not in IGNORED]
            rows = connection.execute(f'SELECT {", ".join(kept) or "1"} FROM {schema}."{table}"').fetchall()
            found[f"{schema}.{table}"] = sorted(_plain(dict(zip(kept, row, strict=True))) for row in rows)
        return found
    finally:
        connection.close()


def cycles(root: Path) -> int:
    db = sqlite3.connect(root / ".vigie" / "crawls" / f"{BRIEF}.sqlite")
    try:
        return int(db.execute("SELECT count(*) FROM crawls").fetchone()[0])
    finally:
        db.close()


def _plain(row: dict[str, Any]) -> str:
    text = json.dumps({name: round(v, 4) if isinstance(v, float) else v for name, v in row.items()}, default=str)
    text = re.sub(r'(observed_at\\*":\\*")[^"\\]+', r"\1TIME", text)
    return re.sub(r"\d{8}T\d{6}-[0-9a-f]{6}", "RUN", text)


def same(one: dict[str, list[str]], other: dict[str, list[str]]) -> None:
    assert one.keys() == other.keys()
    for name, rows in one.items():
        missing = sorted(set(rows) - set(other[name]))[:2]
        more = sorted(set(other[name]) - set(rows))[:2]
        assert (len(rows), missing, more) == (len(other[name]), [], []), f"{name}: {apart(missing, more)}"


def apart(missing: list[str], more: list[str]) -> dict[str, tuple[Any, Any]]:
    """Return the columns in which the first rows that only one side has differ: a whole row is too long to be read."""
    if not missing or not more:
        return {}
    one, other = json.loads(missing[0]), json.loads(more[0])
    return {key: (value, other.get(key)) for key, value in one.items() if value != other.get(key)}


@pytest.fixture(scope="module")
def served(world: Path) -> Iterator[str]:
    """The brief with the addresses of the world, which answers while the tests run."""
    from urllib.request import urlopen

    from data.sandbox.server import start

    with start(world, 0) as running, urlopen(running.brief_url, timeout=10) as answer:
        yield answer.read().decode().replace('kind = "mastodon"\n', 'kind = "mastodon"\nhops = 50\n')


@pytest.fixture(scope="module")
def undisturbed(served: str, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A workspace in which the world was discovered without any trouble, and the seconds that took."""
    root = tmp_path_factory.mktemp("undisturbed")
    where = new_workspace(root, served)
    began = time.monotonic()
    nursery.run("discover", BRIEF, *where)
    return root, time.monotonic() - began


def test_twenty_kills_at_any_stage_end_in_the_same_database(undisturbed, served, nursery, tmp_path):
    reference, whole = undisturbed
    where = new_workspace(tmp_path, served)
    rng = random.Random(3)
    killed = 0
    for stage, times in KILLS.items():
        said = None if stage == "Study of the brief" else f"· {stage}\n"
        for _ in range(times):
            killed += bool(
                nursery.kill_after(said, rng.uniform(0, 0.08 * whole), "discover", BRIEF, "--resume", *where)
            )
    assert killed >= 15, "most commands had ended before they could be killed"
    nursery.run("discover", BRIEF, "--resume", *where)
    same(published(reference), published(tmp_path))
    assert cycles(tmp_path) == 1, "a crawl that had ended was run again"
    assert not list(tmp_path.glob(".vigie.duckdb.new*"))
    assert not list((tmp_path / ".vigie" / "under_way").iterdir())


def test_a_kill_while_publishing_leaves_the_published_database_as_it_was(undisturbed, nursery, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(undisturbed[0], root)
    before = published(root)
    (root / ".vigie.duckdb.new").write_bytes(b"half a database")
    (root / ".vigie.duckdb.new.wal").write_bytes(b"half a log")
    where = ["--workspace", str(root), "--lang", "en"]
    assert nursery.kill_after("· Publication\n", 0.01, "discover", BRIEF, "--offline", *where)
    same(before, published(root))
    nursery.run("discover", BRIEF, "--offline", "--resume", *where)
    assert len(published(root)["detection.runs"]) == 2
    assert not list(root.glob(".vigie.duckdb.new*"))


def test_a_killed_import_leaves_nothing_or_everything(served, world, nursery, tmp_path):
    files = [str(world / f"{name}.parquet") for name in ("accounts", "posts", "ties", "observations")]
    killed, clean = new_workspace(tmp_path / "killed", served), new_workspace(tmp_path / "clean", served)
    rng = random.Random(5)
    for _ in range(5):
        nursery.kill_after(None, rng.uniform(0.02, 0.5), "import", "parquet", *files, "--brief", BRIEF, *killed)
    for where in (killed, clean):
        nursery.run("import", "parquet", *files, "--brief", BRIEF, *where)
        nursery.run("discover", BRIEF, "--offline", *where)
    same(published(tmp_path / "clean"), published(tmp_path / "killed"))
