"""A kill at any moment of any write: what was confirmed stands, nothing is half there, what is published opens."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.relations.publish import refresh
from data.relations.store import add, now, open_relations, rows
from data.warehouse.publish import publish
from data.warehouse.store import connect, open_store
from data.workspace import Workspace, create_workspace

WRITES = """
import random, sys
from pathlib import Path
from data.relations.store import add, add_many, change, erase, keep, now, open_relations
path, rng, n = Path(sys.argv[1]), random.Random(int(sys.argv[2])), int(sys.argv[3])
def touch(who, **more):
    return {"account_id": who, "brief": "b", "action": "answer", "happened_at": now(), "quality": 1.0, "origin": "csv"} | more
while True:
    kind = rng.choice(("pair", "import", "change", "erase"))
    if kind == "erase":
        with open_relations(path) as people:
            add_many(people, "touchpoints", [touch(f"gone:{n}", key=f"g{n}-{i}") for i in range(5)], who="a")
        erase(path, [f"gone:{n}"], f"gone:{n}")
    else:
        with open_relations(path) as people:
            if kind == "pair":
                add(people, "touchpoints", touch(f"pair:{n}"), who="a")
                add(people, "reminders", {"account_id": f"pair:{n}", "due": now(), "what": "x"}, who="a")
            elif kind == "import":
                add_many(people, "touchpoints", [touch(f"many:{n}", key=f"k{n}-{i}") for i in range(200)], who="a")
            else:
                row = keep(people, "owners", {"account_id": "x:shared"}, {"owner": "nobody"}, who="a")
                change(people, "owners", row, {"owner": f"o{n}", "department": f"d{n}"}, who="a", why="turn")
    print(kind, n, flush=True)
    n += 1
"""
REFRESHES = """
import sys
from pathlib import Path
from data.relations.publish import refresh
from data.workspace import Workspace
while True:
    refresh(Workspace(Path(sys.argv[1])))
    print("done", flush=True)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path)
    with open_store(made.store):
        pass
    return made


def cut(script: str, *arguments: object, after: float, rng: random.Random) -> list[str]:
    """Run a program, wait for its first `after` confirmations and a moment more, kill it; return what it confirmed."""
    command = [sys.executable, "-P", "-c", script, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = [process.stdout.readline() for _ in range(int(after))]
    time.sleep(rng.uniform(0, 0.08))
    process.kill()
    said += process.stdout.read().splitlines()
    process.wait()
    process.stdout.close()
    return [line.strip() for line in said if line.strip()]


def counts(people, table: str) -> dict[str, int]:
    return dict(people.execute(f"SELECT account_id, count(*) FROM {table} GROUP BY 1").fetchall())


def test_whatever_is_being_written_a_kill_loses_nothing_confirmed_and_leaves_nothing_half(workspace):
    rng = random.Random(7)
    confirmed: list[tuple[str, int]] = []
    start = 0
    for turn in range(6):
        said = cut(WRITES, workspace.people, turn, start, after=rng.randint(3, 9), rng=rng)
        confirmed += [(line.split()[0], int(line.split()[1])) for line in said if len(line.split()) == 2]
        start = max(number for _, number in confirmed) + 2  # the one that was cut may have come through
        with open_relations(workspace.people) as people:
            assert people.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            touches, reminders = counts(people, "touchpoints"), counts(people, "reminders")
            owners = rows(people, "owners")
            history = rows(people, "history")
        pairs = {who: count for who, count in touches.items() if who.startswith("pair:")}
        assert pairs == reminders, "both halves of a record, or neither"
        assert {count for who, count in touches.items() if who.startswith("many:")} <= {200}
        for kind, number in confirmed:
            assert kind == "change" or (f"{'many' if kind == 'import' else kind}:{number}" in touches) == (
                kind != "erase"
            )
        assert not [who for kind, number in confirmed if kind == "erase" for who in touches if who == f"gone:{number}"]
        if owners:
            for field in ("owner", "department"):
                newest = [row["after"] for row in history if row["field"] == field][-1]
                assert owners[0][field] == newest, "a value and its history are written together"
            assert owners[0]["owner"][1:] == owners[0]["department"][1:]


def test_a_kill_while_records_are_published_leaves_a_database_that_opens_whole(workspace):
    rng = random.Random(11)
    publish(workspace)
    for turn in range(1, 3):
        with open_relations(workspace.people) as people:
            given = {"account_id": f"x:{turn}", "brief": "b", "action": "answer", "happened_at": now()}
            add(people, "touchpoints", given, who="a")
        cut(REFRESHES, workspace.root, after=turn % 2, rng=rng)
        connection = connect(workspace.published, read_only=True)
        try:
            shown = connection.execute("SELECT count(*) FROM relation.touchpoints").fetchall()[0][0]
            assert shown in ((turn,) if turn % 2 else (turn - 1, turn))
        finally:
            connection.close()
        assert refresh(workspace)
    assert not list(workspace.root.glob(".vigie.duckdb.records*")), "what a kill left behind is cleared away"
