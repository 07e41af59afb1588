"""A crawl without sockets and with a clock of its own: answers come from a function, time passes when told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from crawlers.consent import Gate
from crawlers.engine.conductor import Conductor
from crawlers.frontier import Frontier
from crawlers.guard import address_guard
from crawlers.job import CrawlJob

Given = tuple[int, dict[str, str], bytes | str]
NOON = 1_800_000_000.0
NOWHERE: Given = (404, {}, b"")


@dataclass
class World:
    """Addresses and what they answer; `log`: what was asked, and when."""

    pages: dict[str, Given | Callable[[], Given]] = field(default_factory=dict)
    log: list[tuple[float, str]] = field(default_factory=list)
    now: float = NOON

    def answer(self, url: str) -> Given:
        self.log.append((self.now, url))
        given = self.pages.get(url, NOWHERE)
        return given() if callable(given) else given

    def crawl(self, job: CrawlJob, score: Any = None, most: int = 10_000) -> Conductor:
        """Run one cycle to its end, each request taking a second; return its conductor, the file still open."""
        frontier = Frontier(job.path, replace(job.speed, delay=0.0), address_guard(job.allow_private_hosts))
        gate = Gate(bytes.fromhex(job.suppression_key), frozenset(job.suppression))
        conductor = Conductor(job, frontier, gate, score)
        conductor.begin(self.now)
        for _ in range(most):
            picked = conductor.next(self.now)
            if picked is None:
                due = frontier.wait()
                if due is None:
                    break
                self.now = max(self.now + 0.01, due)
                continue
            status, headers, body = self.answer(picked.url)
            raw = body.encode() if isinstance(body, str) else body
            told = {name.lower(): value for name, value in headers.items()}
            if "etag" in told and told["etag"] == picked.etag:
                status, raw = 304, b""
            self.now += 1.0
            conductor.answer(picked, status, told, raw, self.now)
        conductor.finish(self.now)
        return conductor

    def asked(self) -> list[str]:
        return [url for _, url in self.log]
