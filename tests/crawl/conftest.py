"""Real servers on loopback for the crawl to meet: scripted ones, and a small Mastodon."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from crawlers.job import CrawlJob, SourceJob, Speed

QUICK = Speed(retry=0.05, backoff=0.05, patience=1.0, timeout=1.5, max_bytes=1_000_000, tries=2, host_failures=4)


class Server:
    """An HTTP server on loopback: `routes` maps a path to an answer (status, headers, body) or a function that writes."""

    def __init__(self) -> None:
        self.routes: dict[str, Any] = {}
        self.fallback: Callable[[Any], Any] | None = None
        self.log: list[tuple[str, dict[str, str]]] = []
        self.statuses: Counter[int] = Counter()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                outer.log.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                answer = outer.routes.get(urlsplit(self.path).path, outer.fallback)
                if callable(answer):
                    answer = answer(self)
                if answer is None:
                    answer = (404, {}, b"{}")
                if answer != "written":
                    self.give(*answer)

            def do_POST(self) -> None:
                self.sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")
                self.do_GET()

            def give(
                self, status: int, headers: dict[str, str], body: bytes | str | list[Any] | dict[str, Any]
            ) -> None:
                outer.statuses[status] += 1
                raw = (
                    body
                    if isinstance(body, bytes)
                    else body.encode()
                    if isinstance(body, str)
                    else json.dumps(body).encode()
                )
                self.send_response(status)
                told = {"Content-Type": "application/json", "Content-Length": str(len(raw))} | headers
                for name, value in told.items():
                    self.send_header(name, value)
                self.end_headers()
                if status != 304:
                    self.wfile.write(raw)

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.http.server_port}"
        self.host = f"127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def paths(self) -> list[str]:
        return [path for path, _ in self.log]

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@dataclass
class Mastodon:
    """A small server that speaks Mastodon's API: `people` name → account fields, `posts` newest last."""

    server: Server
    etags: bool = True
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.fallback = self.answer

    def person(self, name: str, **fields: Any) -> dict[str, Any]:
        identifier = str(1000 + len(self.people))
        self.people[name] = {
            "id": identifier, "username": name, "acct": name, "uri": f"{self.server.base}/users/{name}",
            "url": f"{self.server.base}/@{name}", "display_name": name.title(), "note": f"<p>{name}</p>", "bot": False,
            "discoverable": True, "indexable": True, "noindex": False, "created_at": "2024-01-01T00:00:00.000Z",
            "followers_count": 10, "following_count": 3, "statuses_count": 0, "fields": [],
        } | fields  # fmt: skip
        return self.people[name]

    def post(
        self, name: str, text: str, *, tags: tuple[str, ...] = (), mentions: tuple[str, ...] = (), **fields: Any
    ) -> dict[str, Any]:
        number = str(110_000 + len(self.posts))
        self.posts.append({
            "id": number, "uri": f"{self.server.base}/users/{name}/statuses/{number}", "url": f"{self.server.base}/@{name}/{number}",
            "created_at": f"2026-06-{1 + len(self.posts) % 28:02d}T10:00:00.000Z", "edited_at": None, "account": name, "visibility": "public",
            "language": "en", "content": f"<p>{text}</p>", "spoiler_text": "", "sensitive": False, "in_reply_to_id": None,
            "in_reply_to_account_id": None, "reblog": None, "tags": [{"name": tag} for tag in tags],
            "mentions": [{"id": self.people[who]["id"], "username": who, "acct": who, "url": f"{self.server.base}/@{who}"} for who in mentions],
            "replies_count": 0, "reblogs_count": 1, "favourites_count": 2, "quotes_count": 0,
        } | fields)  # fmt: skip
        return self.posts[-1]

    def boost(self, name: str, post: dict[str, Any]) -> dict[str, Any]:
        return self.post(name, "", reblog=post, content="")

    def shown(self, post: dict[str, Any]) -> dict[str, Any]:
        inner = self.shown(post["reblog"]) if post["reblog"] else None
        return post | {"account": self.people[post["account"]], "reblog": inner}

    def answer(self, handler: Any) -> Any:
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = unquote(parts.path)
        found = re.fullmatch(r"/api/v1/accounts/(\d+)/statuses", path)
        if path == "/api/v2/instance":
            return 200, {}, {"domain": self.server.host, "version": "4.6.0", "configuration": {}}
        if path == "/api/v1/accounts/lookup":
            person = self.people.get(query["acct"].split("@")[0])
            return self.give(handler, person, {}) if person else (404, {}, {"error": "Record not found"})
        if path.startswith("/api/v1/timelines/tag/"):
            tag = path.rsplit("/", 1)[1].lower()
            rows = [post for post in self.posts if any(one["name"] == tag for one in post["tags"])]
            return self.page(handler, rows, query, path)
        if found:
            name = next(name for name, person in self.people.items() if person["id"] == found[1])
            return self.page(handler, [post for post in self.posts if post["account"] == name], query, path)
        return None

    def page(self, handler: Any, rows: list[dict[str, Any]], query: dict[str, str], path: str) -> Any:
        limit = int(query.get("limit", 20))
        if "min_id" in query:
            rows = [post for post in rows if int(post["id"]) > int(query["min_id"])][:limit]
        else:
            rows = [post for post in rows if int(post["id"]) < int(query.get("max_id", 10**18))][-limit:]
        rows = rows[::-1]
        link = ""
        if rows:
            link = f'<{self.server.base}{path}?limit={limit}&max_id={rows[-1]["id"]}>; rel="next", '
            link += f'<{self.server.base}{path}?limit={limit}&min_id={rows[0]["id"]}>; rel="prev"'
        return self.give(handler, [self.shown(post) for post in rows], {"Link": link} if link else {})

    def give(self, handler: Any, body: Any, headers: dict[str, str]) -> Any:
        if not self.etags:
            return 200, headers, body
        tag = f'W/"{hashlib.sha256(json.dumps(body).encode()).hexdigest()[:20]}"'
        if handler.headers.get("If-None-Match") == tag:
            return 304, {"ETag": tag}, b""
        return 200, headers | {"ETag": tag}, body


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def other_server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def mastodon(server: Server) -> Mastodon:
    """Thirty people; three speak of #coffee, mention and boost one another; one asked not to be indexed."""
    world = Mastodon(server)
    for number in range(30):
        world.person(f"p{number}")
    world.person("shy", indexable=False, discoverable=False, noindex=True)
    for number in range(30):
        for turn in range(number % 4 * 15 + 3):
            tags = ("coffee",) if number < 3 and turn % 2 else ()
            mentions = (f"p{(number + 3) % 30}",) if turn == 1 else ()
            world.post(f"p{number}", f"coffee {number} {turn}", tags=tags, mentions=mentions)
    world.post("shy", "coffee in secret", tags=("coffee",))
    world.boost("p1", world.posts[-2])
    world.boost("p2", world.posts[-2])
    return world


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., CrawlJob]:
    """Make a job that may ask loopback only, quickly."""

    def make(*sources: SourceJob, **values: Any) -> CrawlJob:
        defaults: dict[str, Any] = {
            "path": str(tmp_path / "crawl.sqlite"), "brief": "test", "sources": sources, "speed": QUICK,
            "allow_private_hosts": ("127.0.0.1",), "days_since": "2020-01-01T00:00:00+00:00",
        }  # fmt: skip
        return CrawlJob(**defaults | values)

    return make


@pytest.fixture
def mastodon_job(job: Callable[..., CrawlJob], mastodon: Mastodon) -> Callable[..., CrawlJob]:
    """Make a job on the small Mastodon, from one seed and one hashtag."""

    def make(**values: Any) -> CrawlJob:
        source = SourceJob("mastodon", {"instances": [mastodon.server.base], "hops": 20})
        seeds = {"seed_accounts": (f"@p0@{mastodon.server.host}",), "seed_hashtags": ("coffee",)}
        return job(source, **seeds | values)

    return make


@pytest.fixture
def world() -> Any:
    """A web without sockets, and a clock that is told (tests/crawl/driving.py)."""
    name = "vigie_driving"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("driving.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name].World()
