"""The pump between the frontier and Scrapy's downloader: what shares a commit, what is undone alone, when it rests."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections import Counter

import pytest
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from crawlers.connector import Ask
from crawlers.consent import Gate
from crawlers.engine.conductor import Conductor
from crawlers.engine.pump import Pump
from crawlers.engine.scheduler import EmptyScheduler
from crawlers.frontier import Frontier
from crawlers.guard import address_guard
from crawlers.job import CrawlJob, SourceJob, Speed

BASE = "http://127.0.0.1:8080"
JSON = {"Content-Type": "application/json"}
BROKEN_FRONTIER = """
import asyncio, logging
from contextlib import nullcontext
from types import SimpleNamespace
from crawlers.engine.pump import Pump

def fail(now):
    raise TypeError("a row that cannot be")

logging.basicConfig()
frontier = SimpleNamespace(transaction=nullcontext)
conductor = SimpleNamespace(next=fail, frontier=frontier, job=SimpleNamespace(speed=SimpleNamespace(total=4)))
asyncio.run(Pump(conductor, None, lambda: None).run())
"""


class Network:
    """A Mastodon server without a wire: answers after a moment, notes what was under way at once and in the ledger."""

    def __init__(self, path):
        self.path, self.asked, self.states = path, [], []
        self.under_way = self.most = 0
        self.together = 1  # answers come in groups of so many, whatever else the machine does
        self.pages = {}

    async def download(self, request):
        path = request.url.removeprefix(BASE)
        self.asked.append(path)
        self.states.append(self.state_of(request.url))
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0.002)
        await self.company(len(self.asked))
        self.under_way -= 1
        found = self.pages.get(path.split("?")[0])
        if isinstance(found, Exception):
            raise found
        if path == "/robots.txt":
            return Response(request.url, status=404)
        told = {"domain": "127.0.0.1:8080", "version": "4.6.0"} if path == "/api/v2/instance" else found or []
        return Response(request.url, headers=JSON, body=json.dumps(told).encode())

    async def company(self, number):
        """Wait until the last of a request's group was asked too; a group that stays short waits a third of a second."""
        last = -(-number // self.together) * self.together
        for _ in range(150):
            if len(self.asked) >= last:
                return
            await asyncio.sleep(0.002)

    def state_of(self, url):
        """What another connection reads of a request: what is committed."""
        db = sqlite3.connect(self.path)
        try:
            return db.execute("SELECT state, tries FROM requests WHERE url = ?", (url,)).fetchone()
        finally:
            db.close()


def status(number):
    account = {"id": "7", "username": "lea", "acct": "lea", "uri": f"{BASE}/users/lea", "url": f"{BASE}/@lea"}
    return {
        "id": str(number), "uri": f"{BASE}/users/lea/statuses/{number}", "created_at": "2026-05-01T10:00:00Z",
        "account": account, "content": "<p>coffee</p>", "visibility": "public",
    }  # fmt: skip


@pytest.fixture
def crawl(tmp_path):
    """Run a crawl of hashtag pages over a network without a wire; returns the conductor, its file still open."""
    opened = []

    def run(network, tags, **speed):
        job = CrawlJob(
            path=network.path,
            brief="test",
            sources=(SourceJob("mastodon", {"instances": [BASE], "hops": 0}),),
            seed_hashtags=tuple(tags),
            allow_private_hosts=("127.0.0.1",),
            speed=Speed(retry=0.01, tries=2, **speed),
        )
        frontier = Frontier(job.path, job.speed, address_guard(job.allow_private_hosts))
        opened.append(frontier)
        conductor = Conductor(job, frontier, Gate())
        conductor.begin(time.time())
        frontier.turns = Counter()
        frontier.db.set_trace_callback(lambda sql: frontier.turns.update([sql.split()[0]]))
        asyncio.run(Pump(conductor, network.download, lambda: None).run())
        frontier.db.set_trace_callback(None)
        conductor.finish(time.time())
        return conductor

    yield run
    for frontier in opened:
        frontier.close()


@pytest.fixture
def network(tmp_path):
    return Network(str(tmp_path / "crawl.sqlite"))


def states(conductor):
    rows = conductor.frontier.db.execute("SELECT url, state, error FROM requests").fetchall()
    return {row["url"].removeprefix(BASE).split("?")[0]: (row["state"], row["error"]) for row in rows}


def test_a_request_is_in_the_ledger_before_it_is_sent(crawl, network):
    crawl(network, [f"t{number}" for number in range(30)])
    assert len(network.asked) == 32
    assert set(network.states) == {("in_flight", 1)}


def test_answers_that_arrive_together_share_a_commit(crawl, network):
    network.together = 8
    conductor = crawl(network, [f"t{number}" for number in range(64)], local_connections=8)
    assert Counter(state for state, _ in states(conductor).values()) == {"done": 66}
    assert conductor.frontier.turns["COMMIT"] <= 40, "one per answer would be 66"


def test_a_host_never_gets_more_than_its_connections_at_once(crawl, network):
    crawl(network, [f"t{number}" for number in range(20)], local_connections=3)
    assert network.most == 3


def test_the_whole_crawl_never_has_more_under_way_than_it_may(crawl, network):
    crawl(network, [f"t{number}" for number in range(20)], local_connections=8, total=2)
    assert network.most == 2


def test_an_answer_that_cannot_be_recorded_is_undone_alone(crawl, network, monkeypatch):
    network.pages = {f"/api/v1/timelines/tag/t{number}": [status(number)] for number in range(6)}
    plain = Conductor._parse

    def stumbling(conductor, picked, *rest):
        plain(conductor, picked, *rest)
        if picked.url.split("?")[0].endswith("/t3"):
            raise OSError("the disk hiccups")

    monkeypatch.setattr(Conductor, "_parse", stumbling)
    conductor = crawl(network, [f"t{number}" for number in range(6)])
    told = states(conductor)
    assert told.pop("/api/v1/timelines/tag/t3") == ("failed", "internal")
    assert {state for state, _ in told.values()} == {"done"}
    kept = conductor.frontier.db.execute("SELECT uid FROM records WHERE kind = 'post'").fetchall()
    assert {row["uid"][-1] for row in kept} == {"0", "1", "2", "4", "5"}
    assert conductor.frontier.db.execute("SELECT in_flight FROM hosts").fetchone()[0] == 0


def test_a_failure_is_told_by_its_kind_and_tried_again(crawl, network):
    network.pages = {"/api/v1/timelines/tag/t1": DownloadTimeoutError("late")}
    conductor = crawl(network, ["t0", "t1"])
    assert states(conductor)["/api/v1/timelines/tag/t1"] == ("failed", "timeout")
    assert network.asked.count("/api/v1/timelines/tag/t1?limit=40") == 2
    assert states(conductor)["/api/v1/timelines/tag/t0"] == ("done", None)


def test_it_rests_while_a_host_pauses(crawl, network):
    began = time.monotonic()
    conductor = crawl(network, ["t0", "t1"], local_delay=0.15, local_connections=1)
    assert time.monotonic() - began >= 0.45  # four requests
    assert conductor.frontier.turns["BEGIN"] < 30


def test_an_error_of_ours_ends_the_crawl_instead_of_turning_in_circles():
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN_FRONTIER], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 4
    assert "a row that cannot be" in ended.stderr


def test_scrapys_own_scheduler_holds_nothing():
    scheduler = EmptyScheduler()
    assert not scheduler.enqueue_request(None)
    assert scheduler.next_request() is None
    assert not scheduler.has_pending_requests()


def test_robots_txt_comes_before_all_that_waits_for_it_even_what_a_redirect_put_first(network):
    job = CrawlJob(
        path=network.path,
        brief="test",
        sources=(SourceJob("mastodon", {"instances": [BASE]}),),
        allow_private_hosts=("127.0.0.1",),
    )
    frontier = Frontier(job.path, job.speed, address_guard(job.allow_private_hosts))
    conductor = Conductor(job, frontier, Gate())
    conductor.begin(0.0)
    moved = Ask("http://127.0.0.1:9090/.well-known/tdmrep.json", "tdm", {"for": BASE})
    frontier.put([(moved, 2e9, None)], source="mastodon", now=0.0)
    assert conductor.next(1.0).url == "http://127.0.0.1:9090/robots.txt"
    frontier.close()


# --- transactions ---------------------------------------------------------------------------------------------------


@pytest.fixture
def frontier(tmp_path):
    made = Frontier(tmp_path / "f.sqlite", Speed(), address_guard(("127.0.0.1",)))
    made.begin("test", resume=False, now=0.0, sources=["mastodon"])
    yield made
    made.close()


def urls(frontier):
    return {row[0] for row in frontier.db.execute("SELECT url FROM requests")}


def put(frontier, name, **values):
    frontier.put([(Ask(f"{BASE}/{name}", "tag", **values), 1.0, None)], source="mastodon", now=0.0)


def test_a_transaction_inside_another_is_part_of_it(frontier):
    def twice():
        with frontier.transaction():
            with frontier.transaction():
                put(frontier, "inner")
            assert urls(frontier) == {f"{BASE}/inner"}
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        twice()
    assert urls(frontier) == set()


def test_an_attempt_that_fails_takes_back_only_its_own(frontier):
    def stumble():
        with frontier.attempt():
            put(frontier, "lost")
            raise ValueError("stop")

    with frontier.transaction():
        put(frontier, "before")
        with pytest.raises(ValueError, match="stop"):
            stumble()
        with frontier.attempt():
            put(frontier, "after")
    assert urls(frontier) == {f"{BASE}/before", f"{BASE}/after"}
    assert not frontier.db.in_transaction
