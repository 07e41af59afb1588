"""Discovering again, with strategists at their tables: nothing twice, nothing blocked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from app.cli import run
from data.warehouse.store import connect

BRIEF = "cafe-de-specialite"

# A strategist's session: opens once, answers a question each time a line comes in.
READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
for line in sys.stdin:
    print(connection.execute("SELECT count(*), max(run_id) FROM detection.runs_latest").fetchone(), flush=True)
    print(connection.execute("SELECT count(*), sum(length(text)) FROM core.posts").fetchone(), flush=True)
"""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace whose world answers over HTTP and was discovered once."""
    from data.sandbox import generate
    from data.sandbox.server import start
    from data.workspace import create_workspace

    world, root = tmp_path_factory.mktemp("again-world"), tmp_path_factory.mktemp("again")
    generate(world, accounts=120, posts=1500, days=200, seed=31)
    create_workspace(root)
    settings = (root / "vigie.toml").read_text()
    (root / "vigie.toml").write_text(
        settings.replace("allow_private_hosts = []", 'allow_private_hosts = ["127.0.0.0/8"]')
    )
    with start(world, 0) as running:
        with urlopen(running.brief_url, timeout=10) as answer:
            (root / "briefs" / f"{BRIEF}.toml").write_text(answer.read().decode())
        assert run(["discover", BRIEF, "--workspace", str(root), "--lang", "en"]) == 0
        yield root


def asked(root: Path, query: str) -> list[tuple]:
    connection = connect(root / "vigie.duckdb", read_only=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def coverages(root: Path) -> list[dict]:
    return [json.loads(row[0]) for row in asked(root, "SELECT coverage FROM detection.runs ORDER BY started_at")]


def test_an_open_reader_is_neither_blocked_nor_blocks_and_sees_the_new_run_on_reopening(crawled):
    before = asked(crawled, "SELECT run_id FROM detection.runs_latest")
    reader = subprocess.Popen(
        [sys.executable, "-I", "-c", READER, str(crawled / "vigie.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    def answers() -> list[str]:
        reader.stdin.write("now\n")
        reader.stdin.flush()
        return [reader.stdout.readline(), reader.stdout.readline()]

    try:
        first = answers()
        assert before[0][0] in first[0]
        discovering = subprocess.Popen(
            [sys.executable, "-I", "-m", "app.cli", "discover", BRIEF, "--offline", "--workspace", str(crawled)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        asked_beside = 0
        while discovering.poll() is None:
            assert answers() == first, "an open connection keeps the database it opened"
            asked_beside += 1
        assert discovering.returncode == 0, discovering.stderr.read()
        discovering.stderr.close()
        assert asked_beside > 10
        assert answers() == first
    finally:
        reader.stdin.close()
        reader.wait(20)
        reader.stdout.close()
    after = asked(crawled, "SELECT run_id FROM detection.runs_latest")
    assert after != before


def test_a_second_discovery_of_an_unchanged_world_asks_little_and_adds_nothing(crawled):
    posts = "SELECT post_id, text, published_at FROM core.posts ORDER BY post_id"
    counted = "SELECT count(*) FROM core.post_observations"
    before, observed = asked(crawled, posts), asked(crawled, counted)
    assert run(["discover", BRIEF, "--workspace", str(crawled), "--lang", "en"]) == 0
    assert asked(crawled, posts) == before
    assert asked(crawled, counted) == observed
    runs = [run for run in coverages(crawled) if "sources" in run]
    full = [sum(source["full_answers"] for source in run["sources"]) for run in runs]
    assert len(full) == 2
    assert 0 < full[1] < full[0] / 3
    assert runs[1]["texts_read"] == 0


def test_every_run_keeps_its_results_and_the_latest_views_show_the_newest(crawled):
    assert run(["discover", BRIEF, "--offline", "--workspace", str(crawled), "--lang", "en"]) == 0
    runs = asked(crawled, "SELECT run_id FROM detection.runs WHERE state = 'finished' ORDER BY finished_at")
    assert len(runs) > 1
    per_run = asked(crawled, "SELECT run_id, count(*) FROM detection.candidates GROUP BY 1")
    assert {row[0] for row in per_run} == {row[0] for row in runs}
    assert asked(crawled, "SELECT DISTINCT run_id FROM detection.candidates_latest") == [runs[-1]]
    owners = asked(crawled, "SELECT DISTINCT run_id FROM detection.hits")
    assert owners == [runs[-1]]
