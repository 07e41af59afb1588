"""Servers that go wrong, each in its own way drawn from a seed: all on one port, told apart by their loopback address."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

PRIVATE = "10.11.12.13:80"  # where a redirect must not lead; what is wrong is told of that address
PEOPLE, POSTS, PAGE = 3, 9, 3
JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "\x00",
    "é" * 5000,
    [],
    {},
    [[]],
    {"a": [1]},
    "2026-13-45T99:99:99Z",
    "javascript:alert(1)",
)

# What must be told of the host (the codes any of which will do), by what goes wrong on the path that is hit.
LOUD: dict[str, tuple[str, ...]] = {
    "cut_body": ("cut", "connection"),
    "short_length": ("unreadable_answer", "cut", "connection"),
    "drip": ("timeout",),
    "silence": ("timeout",),
    "redirect_loop": ("redirect_loop",),
    "redirect_maze": ("redirect_loop",),
    "redirect_to_file": ("redirect_refused",),
    "redirect_to_private": ("address_refused", "robots_unreachable"),
    "gzip_bomb": ("too_large",),
    "not_gzip": ("bad_encoding", "connection", "unreadable_answer"),
    "endless_body": ("too_large", "timeout"),
    "too_many_for_ever": ("rate_limited",),
    "come_back_next_year": ("rate_limited",),
    "internal_error": ("http_500",),
    "html": ("not_json",),
    "other_shape": ("unreadable_answer",),
    "deep": ("unreadable_answer",),
    "utf16": ("unreadable_answer",),
    "no_http": ("connection", "cut"),
    "hang_up": ("connection", "cut"),
    "repeating_pages": ("repeating_pages",),
}
QUIET = ("wrong_types", "missing_fields", "clocks_back", "endless_cursor", "odd_headers", "latin1", "gone")
FAULTS = (*LOUD, *QUIET)


@dataclass
class Faulty:
    """One server: a small Mastodon whose `fault` shows on `where` from the `after`-th request of it on."""

    host: str
    rng: random.Random
    fault: str = field(init=False)
    where: str = field(init=False)
    after: int = field(init=False)
    hits: Counter[str] = field(default_factory=Counter)
    given: set[str] = field(default_factory=set)
    requests: int = 0
    shown: bool = False

    def __post_init__(self) -> None:
        self.fault = self.rng.choice(FAULTS)
        self.where = (
            "tag"
            if self.fault in {"repeating_pages", "endless_cursor"}
            else self.rng.choice(("tag", "tag", "statuses"))
        )
        self.after = self.rng.choice((0, 0, 1)) if self.where == "tag" else 0
        self.base = f"http://{self.host}"

    def account(self, name: str) -> dict[str, Any]:
        return {
            "id": name[1:], "username": name, "acct": name, "uri": f"{self.base}/users/{name}", "url": f"{self.base}/@{name}",
            "display_name": name, "note": "<p>hello</p>", "bot": False, "discoverable": True, "indexable": True,
            "created_at": "2024-01-01T00:00:00.000Z", "followers_count": 5, "following_count": 5, "statuses_count": 3, "fields": [],
        }  # fmt: skip

    def status(self, number: int) -> dict[str, Any]:
        name = f"p{number % PEOPLE}"
        return {
            "id": str(1000 + number), "uri": f"{self.base}/users/{name}/statuses/{1000 + number}", "url": f"{self.base}/@{name}/{1000 + number}",
            "created_at": f"2026-05-{10 + number:02d}T10:00:00.000Z", "edited_at": None, "account": self.account(name), "visibility": "public",
            "language": "en", "content": f"<p>coffee {number}</p>", "spoiler_text": "", "in_reply_to_id": None, "in_reply_to_account_id": None,
            "reblog": None, "tags": [{"name": "coffee"}], "mentions": [], "replies_count": 0, "reblogs_count": 0, "favourites_count": 1,
        }  # fmt: skip

    def page(self, path: str, query: dict[str, list[str]]) -> tuple[list[dict[str, Any]], str]:
        rows = [self.status(n) for n in range(POSTS)]
        if "/accounts/" in path:
            rows = [row for row in rows if row["account"]["id"] == path.split("/")[4]]
        top = int(query.get("max_id", ["99999"])[0])
        rows = [row for row in rows if int(row["id"]) < top][::-1][:PAGE]
        link = f'<{self.base}{path}?limit=40&max_id={rows[-1]["id"]}>; rel="next"' if len(rows) == PAGE else ""
        return rows, link


class Neighbourhood:
    """All servers, served from one thread; `hosts` maps address to server."""

    def __init__(self, seed: int, count: int) -> None:
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait(10)
        addresses = [f"127.{1 + n // 62500}.{n // 250 % 250}.{2 + n % 250}" for n in range(count)]
        self.hosts = {at: Faulty(f"{at}:{self.port}", random.Random(f"{seed} {n}")) for n, at in enumerate(addresses)}

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        self.server = self.loop.run_until_complete(asyncio.start_server(self._talk, "0.0.0.0", 0, limit=2**16))
        self.port = self.server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    def close(self) -> None:
        async def end() -> None:
            self.server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
            one = self.hosts[writer.get_extra_info("sockname")[0]]
            target = head.split(b" ")[1].decode()
            one.requests += 1
            await answer(one, target, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, KeyError):
            pass
        finally:
            writer.close()


def http(status: int, body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} X", "Connection: close", *headers]
    if not any(line.lower().startswith("content-type") for line in headers):
        lines.append("Content-Type: application/json")
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


async def answer(one: Faulty, target: str, writer: asyncio.StreamWriter) -> None:
    """Give the good answer, or the server's own fault."""
    parts = urlsplit(target)
    path, query = parts.path, parse_qs(parts.query)
    kind = "tag" if "/timelines/tag/" in path else "statuses" if path.endswith("/statuses") else "other"
    if kind == "other" and not path.startswith("/maze"):
        facts = {"domain": one.host, "version": "4.6.0", "configuration": {}}
        writer.write(http(200, json.dumps(facts).encode()) if path == "/api/v2/instance" else http(404, b"{}"))
        await writer.drain()
        return
    one.hits[kind] += 1
    rows, link = one.page(path, query)
    if path.startswith("/maze") or (kind == one.where and one.hits[kind] > one.after):
        one.shown = True
        if await go_wrong(one, path, rows, link, writer):
            return
    writer.write(http(200, json.dumps(rows).encode(), *([f"Link: {link}"] if link else [])))
    await writer.drain()
    one.given.update(row["uri"] for row in rows)


async def go_wrong(one: Faulty, path: str, rows: list[dict[str, Any]], link: str, writer: asyncio.StreamWriter) -> bool:
    """Answer in the server's own wrong way; False when it is only its words that are wrong and were left good."""
    good = json.dumps(rows).encode()
    ready: dict[str, bytes] = {
        "cut_body": http(200, good[: len(good) // 2], length=len(good)),
        "short_length": http(200, good, length=len(good) // 2),
        "redirect_loop": http(302, b"", f"Location: {one.base}{path}"),
        "redirect_maze": http(302, b"", f"Location: {one.base}/maze/{one.requests}"),
        "redirect_to_file": http(302, b"", "Location: file:///etc/passwd"),
        "redirect_to_private": http(302, b"", f"Location: http://{PRIVATE}/secret"),
        "gzip_bomb": http(200, BOMB, "Content-Encoding: gzip"),
        "not_gzip": http(200, b"\x1f\x8b" + good, "Content-Encoding: gzip"),
        "too_many_for_ever": http(429, b'{"error": "Throttled"}'),
        "come_back_next_year": http(503, b"", "Retry-After: 31536000"),
        "internal_error": http(500, b"oops"),
        "html": http(200, b"<html><title>Welcome</title></html>", "Content-Type: text/html"),
        "other_shape": http(200, one.rng.choice((b'{"surprise": [1]}', b"7", b'"text"', b"null", b"{}", b""))),
        "deep": http(200, b"[" * 50_000),
        "utf16": http(200, good.decode().encode("utf-16"), "Content-Type: application/json; charset=utf-16"),
        "no_http": b"\x00\xff go away\n" * 20,
        "hang_up": b"",
        "gone": http(one.rng.choice((404, 410)), b"{}"),
        "repeating_pages": http(
            200, good, f'Link: <{one.base}{path}?limit=40&max_id={2000 - one.requests}>; rel="next"'
        ),
    }
    if one.fault in ready:
        writer.write(ready[one.fault])
        await writer.drain()
        return True
    return await _go_on(one, path, rows, link, writer)


async def _go_on(one: Faulty, path: str, rows: list[dict[str, Any]], link: str, writer: asyncio.StreamWriter) -> bool:
    headers = [f"Link: {link}"] if link else []
    if one.fault == "silence":
        await asyncio.sleep(20)
    elif one.fault == "drip":
        writer.write(http(200, b"[", length=10_000))
        for _ in range(100):
            await asyncio.sleep(0.2)
            writer.write(b" ")
            await writer.drain()
    elif one.fault == "endless_body":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[")
        for _ in range(400):
            writer.write(b"[" * 65_536)
            await writer.drain()
    elif one.fault in {"wrong_types", "missing_fields"}:
        spoiled = one.rng.randrange(len(rows)) if rows else 0
        for n, row in enumerate(rows):
            if n == spoiled:
                spoil(one, row)
            else:
                one.given.add(row["uri"])
        writer.write(http(200, json.dumps(rows).encode(), *headers))
    elif one.fault == "endless_cursor":
        number = 10**9 - one.requests
        row = one.status(0) | {"id": str(number), "uri": f"{one.base}/users/p0/statuses/{number}"}
        one.given.add(row["uri"])
        writer.write(http(200, json.dumps([row]).encode(), f'Link: <{one.base}{path}?max_id={number}>; rel="next"'))
    else:
        writer.write(http(200, json.dumps(rows, ensure_ascii=one.fault != "latin1").encode(), *headers, *odd(one)))
        one.given.update(row["uri"] for row in rows)
    await writer.drain()
    return True


def odd(one: Faulty) -> list[str]:
    """Headers that are strange but harmless."""
    if one.fault == "clocks_back":
        return [
            f"Date: Thu, 01 Jan {1971 + one.requests} 00:00:00 GMT",
            "X-RateLimit-Reset: 1999-01-01T00:00:00Z",
            "Last-Modified: never",
        ]
    if one.fault == "latin1":
        return ["Content-Type: application/json; charset=latin-1"]
    return [
        f"X-Long: {'x' * 8000}",
        "Retry-After: soon",
        "X-RateLimit-Remaining: many",
        "ETag: not quoted",
        "X-RateLimit-Limit: -5",
    ]


def spoil(one: Faulty, row: dict[str, Any]) -> None:
    """Take some fields of a status, or of its account, away or make them nonsense."""
    for _ in range(one.rng.randint(1, 6)):
        thing = row if one.rng.random() < 0.6 or not isinstance(row.get("account"), dict) else row["account"]
        name = one.rng.choice(sorted(thing) or ["id"])
        if one.fault == "missing_fields":
            thing.pop(name, None)
        else:
            thing[name] = one.rng.choice(JUNK)


BOMB = gzip.compress(bytes(20_000_000))
