"""The daily flow: a real Prefect server and worker, a webhook that listens, a mail server that takes letters."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.cli import run
from data.warehouse.store import connect

BRIEF = "cafe-de-specialite"
WRONG = """
import sys
from data.errors import VigieError
from flows.deliver import deliver
from pipelines.relation.papers.model import Paper, Section
paper = Paper("Ce qui compte", "fr", "", (Section("Rien"),))
for webhook, mail in (
    ("refuses", None), ("nobody", None), ("missing", None), (None, "silent"), (None, "missing"), ("team", "post"),
):
    try:
        print(*deliver(paper, "cafe", webhook=webhook, mail=mail, to=["ana@example.org", "bob@example.org"]))
    except VigieError as error:
        print(error.exit_status, error.message.en)
"""


@dataclass
class Receiver:
    """A webhook and a mail server on loopback: what they were given."""

    posted: list[dict[str, object]] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)
    web: str = ""
    smtp_port: int = 0

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(envelope.content)
        return "250 OK"


@pytest.fixture(scope="module")
def receiver(tools) -> Iterator[Receiver]:
    from aiosmtpd.controller import Controller

    kept = Receiver(smtp_port=tools.free_port())

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(500 if self.path == "/refuses-t0ken" else 200)
            self.end_headers()
            if self.path == "/takes-t0ken":
                kept.posted.append(json.loads(body))

        def log_message(self, *words: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept.web = f"http://127.0.0.1:{server.server_port}"
    controller = Controller(kept, hostname="127.0.0.1", port=kept.smtp_port)
    controller.start()
    yield kept
    controller.stop()
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def blocks(prefect, receiver, tools) -> None:
    """Blocks on the Prefect server: those that work, and those whose other end does not."""
    script = f"""
from prefect.blocks.webhook import Webhook
from prefect_email import EmailServerCredentials
Webhook(url="{receiver.web}/takes-t0ken").save("team")
Webhook(url="{receiver.web}/refuses-t0ken").save("refuses")
Webhook(url="http://127.0.0.1:{tools.free_port()}/t0ken").save("nobody")
for name, port in (("post", {receiver.smtp_port}), ("silent", {tools.free_port()})):
    EmailServerCredentials(smtp_server="127.0.0.1", smtp_type="INSECURE", smtp_port=port).save(name)
"""
    program(script, prefect)


def program(script: str, prefect) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], env=prefect.env, capture_output=True, text=True, timeout=120, check=False,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_digest_reaches_webhook_and_mail_and_what_refuses_it_is_told_without_its_secret(prefect, receiver, blocks):
    lines = program(WRONG, prefect).splitlines()
    assert [line[0] for line in lines[:5]] == ["1", "1", "2", "1", "2"], lines
    assert "HTTP 500" in lines[0]
    assert "ConnectError" in lines[1]
    assert "webhook/missing" in lines[2]
    assert "ConnectionRefusedError" in lines[3]
    assert "t0ken" not in "".join(lines)
    assert lines[5] == "webhook/team ana@example.org bob@example.org"
    assert receiver.posted[-1]["brief"] == "cafe"
    assert str(receiver.posted[-1]["text"]).startswith("# Ce qui compte")
    letter = message_from_bytes(receiver.letters[-1], policy=policy.default)
    assert letter["to"] == "ana@example.org, bob@example.org"
    assert letter["subject"] == "Ce qui compte"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert "<h1>Ce qui compte</h1>" in letter.get_body(("html",)).get_content()


@pytest.mark.servers
def test_a_scheduled_day_keeps_proximity_and_sends_the_digest_by_webhook_and_mail(
    tools, prefect, workspace, receiver, blocks
):
    where = ["--workspace", str(workspace), "--lang", "fr"]
    assert run(["discover", BRIEF, "--offline", *where]) == 0
    sending = ["--webhook", "team", "--mail", "post", "--to", "ana@example.org", "--to", "bob@example.org"]
    done = tools.vigie("schedule", BRIEF, "--what", "daily", "--cron", "0 7 * * *", *sending, *where, env=prefect.env)
    assert done.returncode == 0, done.stderr
    listed = json.loads(tools.vigie("schedule", "--list", "--json", *where, env=prefect.env).stdout)
    assert [(row["what"], row["cron"]) for row in listed if row["brief"] == BRIEF] == [("daily", "0 7 * * *")]

    deployment = prefect.ask(f"/deployments/name/vigie-relation/{BRIEF}")
    assert "t0ken" not in json.dumps(deployment), "a secret stays in its block"
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
    assert receiver.posted[-1]["brief"] == BRIEF
    assert b"ana@example.org, bob@example.org" in receiver.letters[-1]
    shown = prefect.ask("/artifacts/filter", {"artifacts": {"key": {"any_": [f"digest-{BRIEF}"]}}})
    assert shown
    connection = connect(workspace / "vigie.duckdb", read_only=True)
    try:
        assert connection.execute("SELECT count(*) > 0 FROM relation.proximity").fetchall() == [(True,)]
    finally:
        connection.close()
    assert sorted(path.suffix for path in (workspace / "relation" / "digest").rglob("*.*")) == [".html", ".md"]
    gone = ["schedule", BRIEF, "--what", "daily", "--remove", *where]
    assert tools.vigie(*gone, env=prefect.env).returncode == 0
    assert tools.vigie(*gone, env=prefect.env).returncode == 2


def test_a_digest_is_not_sent_by_a_discovery(workspace, capsys):
    asked = ["schedule", BRIEF, "--cron", "0 7 * * *", "--webhook", "team", "--workspace", str(workspace)]
    assert run([*asked, "--lang", "en"]) == 2
    assert "--what daily" in capsys.readouterr().err
