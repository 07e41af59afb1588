"""The crawl subprocess: reads a job on standard input, crawls, tells how it goes in JSON lines on standard output.

Standard input stays open as long as the parent lives: its end means that the parent is gone, and the crawl stops
where it is. The crawl file makes that safe at any moment.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from crawlers.consent import Gate
from crawlers.engine.conductor import Conductor
from crawlers.engine.keeping import merged_options
from crawlers.frontier import Frontier
from crawlers.guard import address_guard
from crawlers.job import CrawlJob, job_from_json
from crawlers.registry import connector
from data.errors import VigieError

if TYPE_CHECKING:
    from collections.abc import Callable

TELL_EVERY = 0.5
LOG_EVERY = 10.0
FEW_SENT = 10
SELDOM, SHARE_OF_TIME = 5.0, 0.02  # of the processor, that counting a long queue may take


def main() -> int:
    """Run the job given on standard input; exit status 0 (done), 1 (failed) or 2 (the job is wrong)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides; a kill is safe anyway
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints must not look like ours
    job = job_from_json(sys.stdin.buffer.readline())
    threading.Thread(target=_die_with_parent, daemon=True).start()
    try:
        _crawl(job, lambda line: _tell(out, line))
    except VigieError as error:
        _tell(out, {"error": {"fr": error.message.fr, "en": error.message.en, "status": error.exit_status}})
        return error.exit_status
    return 0


def _die_with_parent() -> None:
    while os.read(0, 1):  # unbuffered: a reader that holds a lock would break the shutdown
        pass
    os._exit(3)


def _tell(out: Any, line: dict[str, Any]) -> None:
    try:
        out.write(orjson.dumps(line) + b"\n")
    except OSError:
        os._exit(3)


def load_scorer(path: str | None, config: dict[str, Any]) -> Callable[[list[str]], list[float]] | None:
    """Return the `score` method of what the factory `module:function` makes."""
    if path is None:
        return None
    module, _, name = path.partition(":")
    scorer = getattr(importlib.import_module(module), name)(config)
    score: Callable[[list[str]], list[float]] = scorer.score
    return score


def user_agent(job: CrawlJob) -> str:
    """Return the honest user agent: product, version, where its owner answers."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("vigie")
    except PackageNotFoundError:
        number = "0"
    return job.user_agent or f"vigie/{number} (+{job.contact or 'local use only'})"


def sign_in(job: CrawlJob) -> dict[str, str]:
    """Return, per kind of source that has a key, what its requests are signed with."""
    agent = user_agent(job)
    return {
        kind: connector(kind).signed_in(secret, agent, merged_options(job, kind))
        for kind, secret in job.credentials.items()
        if any(source.kind == kind for source in job.sources)
    }


def _crawl(job: CrawlJob, tell: Callable[[dict[str, Any]], None]) -> None:
    from scrapy.crawler import AsyncCrawlerProcess

    from crawlers.engine.settings import scrapy_settings
    from crawlers.engine.spider import VigieSpider
    from crawlers.engine.tuning import settle

    job = replace(job, credentials=sign_in(job))
    frontier = Frontier(job.path, job.speed, address_guard(job.allow_private_hosts))
    gate = Gate(bytes.fromhex(job.suppression_key), frozenset(job.suppression))
    conductor = Conductor(job, frontier, gate, load_scorer(job.scorer, job.scorer_config))
    conductor.begin(time.time())
    told = _Teller(conductor, tell)
    told.now()
    process = AsyncCrawlerProcess(scrapy_settings(job, user_agent(job)))
    process.crawl(VigieSpider, conductor=conductor, tell=told.maybe)
    settle()
    process.start(install_signal_handlers=False)
    conductor.finish(time.time())
    told.now()
    frontier.close()


class _Teller:
    """Tells the parent how it goes, twice a second at most, and the log every ten seconds, as JSON lines.

    The longer the queue, the longer it takes to count, and the more seldom it is told.
    """

    def __init__(self, conductor: Conductor, tell: Callable[[dict[str, Any]], None]) -> None:
        self.conductor, self.tell, self.last, self.logged = conductor, tell, 0.0, 0.0
        self.began, self.already = time.monotonic(), conductor.sent
        self.every = TELL_EVERY

    def maybe(self) -> None:
        if time.monotonic() - self.last >= self.every:
            self.now()

    def now(self) -> None:
        self.last, began = time.monotonic(), time.process_time()
        it = self.conductor
        queued = it.frontier.queued()
        told = {
            "sent": it.sent,
            "budget": it.job.request_budget,
            "queued": queued,
            "accounts": it.accounts,
            "records": it.records,
            "host": it.last_host,
            "left": self._left(queued),
            "stopped": sorted(it.stopped),
            "waits": max((it.frontier.wait() or 0.0) - time.time(), 0.0),
        }
        self.tell({"progress": told})
        self.every = min(max(TELL_EVERY, (time.process_time() - began) / SHARE_OF_TIME), SELDOM)
        if self.last - self.logged >= LOG_EVERY:
            self.logged = self.last
            sys.stderr.write(orjson.dumps({"at": time.time(), "crawl": it.job.brief, **told}).decode() + "\n")

    def _left(self, queued: int) -> float | None:
        """Seconds left at the pace so far: what waits may still lead further, the budget ends it at the latest."""
        sent, seconds = self.conductor.sent - self.already, time.monotonic() - self.began
        if sent < FEW_SENT or seconds <= 0:
            return None
        return min(queued, max(self.conductor.job.request_budget - self.conductor.sent, 0)) * seconds / sent


if __name__ == "__main__":
    sys.exit(main())
