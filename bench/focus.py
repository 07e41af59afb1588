"""Whom the frontier finds with few requests: synthetic worlds of 100,000 accounts, 5,000 requests, the true top 100.

`ours` is the share of the top 100 whose own posts were read, over the share that an oracle reads which knows the truth
of everybody it has heard of; the second row of a world divides by breadth-first snowballing. The same frontier, the
same connector and the same answers of the sandbox serve all three, without sockets; `--http` runs one over HTTP.
Run it as `python -m bench.focus [--seeds 11 12 13] [--difficulties default hard] [--http]`.
"""

from __future__ import annotations

import argparse
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import numpy as np
import pyarrow.csv
import pyarrow.parquet as pq

from bench.row import Row, peak_mb, tell
from crawlers.consent import Gate
from crawlers.engine.conductor import Conductor
from crawlers.engine.focus import Focus
from crawlers.frontier import Frontier, open_file
from crawlers.guard import address_guard
from crawlers.job import CrawlJob, SourceJob
from crawlers.run import crawl
from crawlers.worker import load_scorer
from data.brief.read import read_brief
from data.sandbox import generate
from data.sandbox.server import start
from data.sandbox.server.answers import Limiter
from data.sandbox.server.run import World
from data.sandbox.server.store import Store
from pipelines.detection.study import study
from pipelines.focus import scorer_config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawlers.connector import Ask

ACCOUNTS, POSTS, REQUESTS, TOP, HOPS = 100_000, 1_000_000, 5_000, 100, 6
SEEDS, DIFFICULTIES = (11, 12, 13), ("default", "hard")
NOON = 1_800_000_000.0


class Servers:
    """A world's servers, asked without sockets."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.world = World(self.store, self.store.port, Limiter(limit=10**12))

    def get(self, url: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of an address; the servers' routes never wait, so one step ends them."""
        parts, told, body = urlsplit(url), {}, []
        scope = {
            "type": "http", "method": "GET", "path": unquote(parts.path), "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(), "headers": [(b"host", parts.netloc.encode())], "scheme": "http",
            "server": ("127.0.0.1", parts.port), "client": ("127.0.0.1", 1), "root_path": "", "http_version": "1.1",
        }  # fmt: skip

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                told.update(message)
            body.append(message.get("body", b""))

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        with suppress(StopIteration):
            self.world(scope, receive, send).send(None)
        headers = {name.decode().lower(): value.decode() for name, value in told["headers"]}
        limits = ("x-ratelimit-",)  # politeness is off, as on a host of one's own
        return told["status"], {k: v for k, v in headers.items() if not k.startswith(limits)}, b"".join(body)

    def person(self, url: str) -> int | None:
        """Return whose posts or profile an address gives, None when it is nobody's."""
        parts = urlsplit(url)
        instance, path = (parts.port or 0) - self.store.port, parts.path.split("/")
        if path[-1] == "statuses":
            return self.store.account_at(instance, path[4])
        if path[-1] == "lookup":
            return self.store.row_of_name.get((instance, unquote(parts.query.removeprefix("acct=")).lower()))
        return None


@dataclass(frozen=True)
class Truth:
    """Who matters: the influence of each row of the world, and the rows of the top."""

    influence: np.ndarray
    top: frozenset[int]


def truth(folder: Path) -> Truth:
    """Return the planted truth: people by their best influence in a segment, those out of any ranking left out."""
    latent = pq.read_table(folder / "latent.parquet").to_pydict()
    influence = np.max([values for name, values in latent.items() if name.startswith("influence_")], axis=0)
    judged = pyarrow.csv.read_csv(folder / "truth.csv").to_pydict()
    ranked = {who for who, rank in zip(judged["account"], judged["true_rank"], strict=True) if rank not in {None, ""}}
    may = np.array([who in ranked for who in latent["account"]]) & (np.array(latent["primary"]) < 0)
    order = np.argsort(-np.where(may, influence, -np.inf), kind="stable")
    return Truth(influence, frozenset(order[:TOP].tolist()))


def job_of(folder: Path, path: Path, requests: int = REQUESTS) -> CrawlJob:
    """Return the crawl of a world's own brief, which only the number of requests bounds."""
    brief = read_brief(folder / "brief.toml")
    since = brief.as_of - timedelta(days=brief.budget.days)  # type: ignore[operator]
    sources = (SourceJob(s.kind, dict(s.options) | {"hops": HOPS}) for s in brief.sources if s.kind == "mastodon")
    return CrawlJob(
        path=str(path),
        brief=brief.name,
        sources=tuple(sources),
        seed_accounts=brief.seeds.accounts,
        seed_hashtags=brief.seeds.hashtags,
        requests=requests,
        accounts=requests,
        days_since=since.isoformat(),
        allow_private_hosts=("127.0.0.0/8",),
        scorer="pipelines.focus:make_scorer",
        scorer_config=scorer_config(study(brief).segments),
    )


class Oracle(Focus):
    """Knows how much everybody matters of whom it has heard; the top before all others."""

    __slots__ = ("servers", "truth")

    def weigh(
        self,
        asks: Sequence[Ask],
        source: str,  # noqa: ARG002
        origins: Sequence[str | None],  # noqa: ARG002
    ) -> list[tuple[Ask, float, str | None]]:
        """Weigh by the truth; lists before people, further pages last."""
        return [(ask, self._worth(ask), None) for ask in asks]

    def _worth(self, ask: Ask) -> float:
        row = self.servers.person(ask.url)
        if row is None:
            return 1000.0
        return float(self.truth.influence[row]) + (100.0 if row in self.truth.top else 0.0) - 1000.0 * ask.chain

    def settle(self) -> None:
        """The truth does not change."""


class Snowball(Focus):
    """Breadth first: whoever was heard of first, hop after hop."""

    __slots__ = ()

    def weigh(
        self,
        asks: Sequence[Ask],
        source: str,  # noqa: ARG002
        origins: Sequence[str | None],  # noqa: ARG002
    ) -> list[tuple[Ask, float, str | None]]:
        """Weigh by the hop."""
        return [(ask, -float(ask.hop), None) for ask in asks]

    def settle(self) -> None:
        """The order never changes."""


class BestFirst(Frontier):
    """A frontier that never goes hop after hop."""

    def candidate(self, now: float, room: int) -> Any:  # noqa: ARG002
        """Return the best request."""
        self._layer = 10**6
        return self._pick(now)


def found(servers: Servers, known: Truth, job: CrawlJob, order: type[Focus] = Focus) -> float:
    """Crawl in one order; return the share of the top whose own posts were read."""
    Path(job.path).unlink(missing_ok=True)
    frontier = (BestFirst if order is Oracle else Frontier)(job.path, job.speed, address_guard(job.allow_private_hosts))
    frontier.db.execute("PRAGMA synchronous = OFF")
    conductor = Conductor(job, frontier, Gate(), load_scorer(job.scorer, job.scorer_config))
    if order is not Focus:
        focus = order(frontier, job.curation, conductor.keeper.score)
        if isinstance(focus, Oracle):
            focus.servers, focus.truth = servers, known
        conductor.keeper.focus = focus
    now = NOON
    conductor.begin(now)
    while (picked := conductor.next(now)) is not None:
        conductor.answer(picked, *servers.get(picked.url), now)
        now += 0.01
    conductor.finish(now)
    frontier.close()
    return share_read(servers, known, job)


def share_read(servers: Servers, known: Truth, job: CrawlJob) -> float:
    """Return the share of the top whose own posts were read, by the crawl's ledger."""
    db = open_file(job.path, read_only=True)
    read = db.execute("SELECT url FROM requests WHERE purpose = 'statuses' AND state = 'done' AND status = 200")
    rows = {servers.person(url.split("?")[0]) for (url,) in read}
    db.close()
    return len(known.top & rows) / len(known.top)


def over_http(folder: Path, scratch: Path, known: Truth, requests: int) -> float:
    """Crawl over HTTP, in the subprocess that users get; return the share of the top whose own posts were read."""
    with start(folder, None, limiter=Limiter(limit=10**12)):
        job = job_of(folder, scratch / "http.sqlite", requests)
        crawl(job)
    return share_read(Servers(folder), known, job)


def main() -> None:
    """Print two rows per world, and one over HTTP when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--difficulties", nargs="+", default=DIFFICULTIES)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--http", action="store_true")
    asked = parser.parse_args()
    for difficulty in asked.difficulties:
        for seed in asked.seeds:
            with TemporaryDirectory() as scratch:
                folder = Path(scratch) / "world"
                generate(folder, accounts=asked.accounts, posts=10 * asked.accounts, seed=seed, difficulty=difficulty)
                measure(
                    folder, Path(scratch), f"{difficulty}, seed {seed}, {asked.requests:,} requests", asked.requests
                )
                if asked.http:
                    began, share = time.perf_counter(), over_http(folder, Path(scratch), truth(folder), asked.requests)
                    work = f"{difficulty}, seed {seed}, over HTTP in {time.perf_counter() - began:.0f} s"
                    tell(Row("focus: top 100 found", work, "share", share))


def measure(folder: Path, scratch: Path, work: str, requests: int) -> None:
    """Print how one world is explored in the three orders."""
    servers, known = Servers(folder), truth(folder)
    job = job_of(folder, scratch / "crawl.sqlite", requests)
    ours, best, plain = (found(servers, known, job, order) for order in (Focus, Oracle, Snowball))
    row = Row("focus: top 100 found", work, "share", ours, memory_mb=peak_mb())
    tell(replace(row, reference_name="an oracle's order", reference=best))
    tell(replace(row, reference_name="breadth-first snowballing", reference=plain))


if __name__ == "__main__":
    main()
