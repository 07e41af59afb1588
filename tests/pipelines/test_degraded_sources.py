"""Sources that fail, met through the command line: exit 3, each named, everything else kept and published."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from data.warehouse.store import connect

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Le bon blog</title><link>{base}/</link>
<item><guid isPermaLink="false">1</guid><title>Recette V60</title><pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate>
<description>Un bon café filtre demande quinze grammes et de la patience.</description></item>
<item><guid isPermaLink="false">2</guid><title>Chemex</title><pubDate>Tue, 02 Jun 2026 10:00:00 GMT</pubDate>
<description>Le café filtre du matin, encore.</description></item></channel></rss>"""

BRIEF = """
[brief]
name = "pannes"
as_of = 2026-06-10T00:00:00Z
[[segments]]
name = "filtre"
query = '"café filtre" OR V60'
[seeds]
accounts = {accounts}
hashtags = ["cafe"]
[[sources]]
kind = "feeds"
urls = {feeds}
{mastodon}
[budget]
requests = 300
days = 30
"""


class Site:
    """A server on loopback that gives every request but robots.txt the same treatment."""

    def __init__(self, treat: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.asked = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                if self.path == "/robots.txt":
                    answer(404, b"")(self)
                    return
                outer.asked += 1
                treat(self)

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


def answer(status: int, body: bytes, kind: str = "text/html", **headers: str) -> Callable[[Any], None]:
    def treat(handler: Any) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return treat


def two_gigabytes(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(2_000_000_000))
    handler.end_headers()
    chunk = b"[" * 1_000_000
    for _ in range(2000):
        handler.wfile.write(chunk)


FAULTS: dict[str, Callable[[Any], None]] = {
    "HTML page": answer(200, b"<html><title>Welcome</title><body>Please log in</body></html>"),
    "error 500": answer(500, b"oops"),
    "rate limit": answer(429, b"{}", "application/json", Retry_After="100000"),
    "address refused": answer(302, b"", Location="http://127.0.0.2:9/secret"),
    "too large": two_gigabytes,
    "unreadable": answer(200, b'{"id": "1", "username": "\xff\xfe\xc3\x28"', "application/json"),
}
SAID = {
    "HTML page": "HTML page instead of data",
    "error 500": "error http_500",
    "rate limit": "rate limit that never lifts",
    "address refused": "private address refused",
    "too large": "answer too large",
    "unreadable": ("unreadable answer", "badly encoded answer"),
    "down": "connection refused",
}


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, Site]]:
    made = {name: Site(treat) for name, treat in FAULTS.items()}
    yield made
    for site in made.values():
        site.close()


@pytest.fixture(scope="module")
def good() -> Iterator[Site]:
    def feed(handler: Any) -> None:
        answer(200, FEED.format(base=f"http://{site.host}").encode(), "application/rss+xml")(handler)

    site = Site(feed)
    yield site
    site.close()


@pytest.fixture(scope="module")
def down() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def discover(root: Path, hosts: list[str], feeds: list[str]) -> int:
    from data.workspace import create_workspace

    create_workspace(root)
    settings = (root / "vigie.toml").read_text()
    allowed = f"allow_private_hosts = {json.dumps(['127.0.0.1'])}"
    (root / "vigie.toml").write_text(settings.replace("allow_private_hosts = []", allowed))
    accounts = json.dumps([f"@lea@{host}" for host in hosts])
    mastodon = (
        f'[[sources]]\nkind = "mastodon"\ninstances = {json.dumps([f"http://{h}" for h in hosts])}' if hosts else ""
    )
    brief = BRIEF.format(accounts=accounts, feeds=json.dumps(feeds), mastodon=mastodon)
    (root / "briefs" / "pannes.toml").write_text(brief)
    return run(["discover", "pannes", "--workspace", str(root), "--lang", "en"])


def published(root: Path, query: str) -> list[tuple]:
    connection = connect(root / "vigie.duckdb", read_only=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def troubled(sites, good, down, tmp_path_factory) -> tuple[Path, str]:
    """A discovery that meets every fault at once, beside one blog that works; and what it said on standard error."""
    import contextlib
    import io

    root, told = tmp_path_factory.mktemp("troubled"), io.StringIO()
    began = time.monotonic()
    with contextlib.redirect_stderr(told):
        status = discover(root, [down, *(site.host for site in sites.values())], [f"http://{good.host}/feed.xml"])
    assert status == 3, told.getvalue()
    assert time.monotonic() - began < 90
    return root, told.getvalue()


@pytest.mark.parametrize("fault", [*FAULTS, "down"])
def test_a_source_that_fails_is_named_with_the_reason(troubled, sites, down, fault):
    host = {"down": down, "address refused": "127.0.0.2:9"}.get(fault) or sites[fault].host
    said = SAID[fault] if isinstance(SAID[fault], tuple) else (SAID[fault],)
    lines = [line for line in troubled[1].splitlines() if host in line]
    assert any(reason in line for line in lines for reason in said), troubled[1]


def test_nothing_but_sentences_is_said(troubled):
    assert "Traceback" not in troubled[1]
    for line in troubled[1].splitlines():
        assert line.startswith(("vigie: ", "· ")), line


def test_what_the_good_source_gave_is_kept_judged_and_published(troubled, good):
    posts = published(troubled[0], "SELECT title FROM core.posts ORDER BY title")
    assert posts == [("Chemex",), ("Recette V60",)]
    assert published(troubled[0], "SELECT count(*) FROM detection.candidates_latest") == [(1,)]
    assert published(troubled[0], "SELECT count(*) FROM detection.hits_latest WHERE matched") == [(2,)]
    assert published(troubled[0], "SELECT state FROM detection.runs") == [("finished",)]


def test_a_source_that_fails_is_not_pressed(sites, troubled):
    for name, site in sites.items():
        assert site.asked < 30, name


def test_coverage_tells_what_each_source_gave(troubled):
    coverage = json.loads(published(troubled[0], "SELECT coverage FROM detection.runs_latest")[0][0])
    by_source = {source["source"]: source for source in coverage["sources"]}
    assert by_source["feeds"]["full_answers"] >= 1
    assert by_source["feeds"]["troubles"] == []
    assert len(by_source["mastodon"]["troubles"]) >= len(FAULTS)


def test_a_world_without_any_answer_still_ends_in_a_published_run(down, tmp_path, capsys):
    assert discover(tmp_path, [], [f"http://{down}/feed.xml"]) == 3
    assert down in capsys.readouterr().err
    assert published(tmp_path, "SELECT count(*) FROM core.posts") == [(0,)]


def test_feeds_that_fail_are_named_too(sites, good, tmp_path, capsys):
    failing = [f"http://{sites[name].host}/feed.xml" for name in ("error 500", "address refused", "too large")]
    assert discover(tmp_path, [], [*failing, f"http://{good.host}/feed.xml"]) == 3
    said = capsys.readouterr().err
    for host in (sites["error 500"].host, "127.0.0.2:9", sites["too large"].host):
        assert host in said
    assert published(tmp_path, "SELECT count(*) FROM core.posts") == [(2,)]
