"""A real Prefect server with a home of its own, and a workspace to schedule; nothing touches the user's ~/.prefect."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest


def quiet(home: Path, **more: str) -> dict[str, str]:
    """The environment of a program that knows only this Prefect home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "PYTHON"))}
    return kept | {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "LC_ALL": "C.UTF-8",
    } | more  # fmt: skip


def vigie(*arguments: str, env: dict[str, str], timeout: float = 200) -> subprocess.CompletedProcess[str]:
    """Run `vigie` as a program of its own."""
    command = [sys.executable, "-I", "-m", "app.cli", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=timeout, check=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(found: Any, seconds: float) -> Any:
    """Ask again and again until there is an answer; the last one when time is over."""
    end = time.monotonic() + seconds
    while not (answer := found()) and time.monotonic() < end:
        time.sleep(0.3)
    return answer


@dataclass
class Prefect:
    """A running server: its address and the environment in which programs find it."""

    api: str
    env: dict[str, str]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = Request(self.api + path, data=data, headers={"Content-Type": "application/json"})
        with urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def runs(self, deployment: str) -> list[dict[str, Any]]:
        return self.ask("/flow_runs/filter", {"deployments": {"name": {"any_": [deployment]}}})

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments], env=self.env, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(10)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
        else:
            break
    process.wait(10)


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    """`prefect server start` on a free port."""
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    server = Prefect(api, quiet(tmp_path_factory.mktemp("prefect"), PREFECT_API_URL=api))
    process = server.start("server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui")

    def healthy() -> bool:
        try:
            return bool(server.ask("/health"))
        except (URLError, OSError):
            return False

    try:
        assert until(healthy, 90), "the Prefect server did not start"
        yield server
    finally:
        end(process)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest of synthetic worlds."""
    from data.sandbox import generate

    folder = tmp_path_factory.mktemp("flow-world")
    generate(folder, accounts=60, posts=400, days=100, seed=5)
    return folder


@pytest.fixture
def workspace(world: Path, tmp_path: Path) -> Path:
    """A workspace that holds the world's records under a brief without sources."""
    from app.cli import run

    root = tmp_path / "workspace"
    assert run(["init", str(root), "--lang", "en"]) == 0
    text = re.sub(r"\[\[sources\]\]\n(?:.+\n)+", "", (world / "brief.toml").read_text("utf-8"))
    (root / "briefs" / "cafe.toml").write_text(text, "utf-8")
    files = [str(world / f"{name}.parquet") for name in ("accounts", "posts", "ties", "observations")]
    assert run(["import", "parquet", *files, "--brief", "cafe", "--workspace", str(root)]) == 0
    return root


@pytest.fixture(scope="session")
def tools() -> SimpleNamespace:
    """What the tests do with programs."""
    return SimpleNamespace(vigie=vigie, quiet=quiet, until=until, end=end, free_port=free_port)
