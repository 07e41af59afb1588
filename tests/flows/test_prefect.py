"""Canaries: with the versions that are installed, flows run, schedules fire, and what goes wrong says so in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.warehouse.store import connect

pytestmark = pytest.mark.long

BRIEF = "cafe-de-specialite"


def finished(root: Path) -> int:
    connection = connect(root / "vigie.duckdb", read_only=True)
    try:
        return int(connection.execute("SELECT count(*) FROM detection.runs WHERE state = 'finished'").fetchall()[0][0])
    finally:
        connection.close()


def one_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == 1, text
    return lines[0]


def test_the_flow_runs_in_a_fresh_home_without_any_server(tools, workspace, tmp_path):
    where = ["--workspace", str(workspace), "--lang", "en"]
    done = tools.vigie("discover", BRIEF, "--prefect", "--json", *where, env=tools.quiet(tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["brief"] == BRIEF
    assert finished(workspace) == 1
    for stage in ("Study of the brief", "Understanding of texts", "Mapping", "Detection", "Sheets and map"):
        assert f"Task run '{stage}' - Finished in state Completed()" in done.stderr
    assert "ERROR" not in done.stderr, "telemetry or schedules complain"
    assert "leaked" not in done.stderr


def test_a_schedule_fires_discovers_is_replaced_and_removed(tools, prefect, workspace):
    where = ["--workspace", str(workspace), "--lang", "en"]
    done = tools.vigie("schedule", BRIEF, "--cron", "*/10 * * * *", "--timezone", "UTC", *where, env=prefect.env)
    assert done.returncode == 0, done.stderr
    assert "prefect server start" in done.stdout
    assert "prefect worker start" in done.stdout
    planned = tools.until(lambda: prefect.runs(BRIEF), 30)
    assert len(planned) > 1, "no scheduled run was created: schedules never fire with these versions"
    assert {run["state"]["type"] for run in planned} == {"SCHEDULED"}

    deployment = prefect.ask(f"/deployments/name/vigie-discovery/{BRIEF}")
    started = prefect.ask(f"/deployments/{deployment['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    worker = prefect.start("worker", "start", "--pool", "vigie", "--type", "process")
    ends = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

    def state() -> str | None:
        found = prefect.ask(f"/flow_runs/{started['id']}")["state"]["type"]
        return found if found in ends else None

    try:
        assert tools.until(state, 120) == "COMPLETED"
    finally:
        tools.end(worker)
    assert finished(workspace) == 1
    shown = prefect.ask("/artifacts/filter", {"artifacts": {"key": {"any_": [f"ranking-{BRIEF}"]}}})
    assert shown
    assert json.loads(shown[0]["data"])[0]["rank"] == 1

    assert tools.vigie("schedule", BRIEF, "--cron", "30 7 * * 2", *where, env=prefect.env).returncode == 0
    listed = json.loads(tools.vigie("schedule", "--list", "--json", *where, env=prefect.env).stdout)
    assert [(row["brief"], row["cron"], row["workspace"]) for row in listed] == [(BRIEF, "30 7 * * 2", str(workspace))]
    assert " 07:30 " in listed[0]["next"]
    assert tools.vigie("schedule", BRIEF, "--remove", *where, env=prefect.env).returncode == 0
    assert {run["state"]["type"] for run in prefect.runs(BRIEF)} <= ends
    again = tools.vigie("schedule", BRIEF, "--remove", *where, env=prefect.env)
    assert again.returncode == 2
    assert "not scheduled" in one_line(again.stderr)


def test_without_a_server_one_line_says_how_to_start_it(tools, workspace, tmp_path):
    env = tools.quiet(tmp_path / "home", PREFECT_API_URL=f"http://127.0.0.1:{tools.free_port()}/api")
    done = tools.vigie("schedule", BRIEF, "--cron", "0 6 * * 1", "--workspace", str(workspace), env=env)
    assert done.returncode == 1
    assert "prefect server start" in one_line(done.stderr)


@pytest.mark.parametrize(
    "wrong", [["--cron", "every monday"], ["--cron", "61 6 * * 1"], ["--cron", "0 6 * * 1", "--timezone", "Paris"], []]
)
def test_a_wrong_calendar_is_the_users_mistake(workspace, wrong, capsys):
    from app.cli import run

    capsys.readouterr()
    assert run(["schedule", BRIEF, *wrong, "--workspace", str(workspace), "--lang", "en"]) == 2
    one_line(capsys.readouterr().err)


def test_a_mistake_found_inside_the_flow_is_one_sentence_and_status_two(tools, workspace, prefect):
    text = (workspace / "briefs" / "cafe.toml").read_text("utf-8")
    (workspace / "briefs" / "new.toml").write_text(text.replace(BRIEF, "nothing-stored"), "utf-8")
    done = tools.vigie("discover", "new", "--prefect", "--workspace", str(workspace), "--lang", "en", env=prefect.env)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("vigie: nothing is stored yet")]
