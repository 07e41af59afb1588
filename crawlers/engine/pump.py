"""Turn after turn: records what arrived, picks what may go out, commits both at once, and only then sends."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import orjson
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawlers.engine.conductor import lower_headers
from crawlers.engine.failures import kind_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scrapy.http import Response

    from crawlers.engine.conductor import Conductor
    from crawlers.frontier import Picked

SOONEST, LATEST = 0.005, 5.0  # seconds between two looks at the frontier when nothing arrives
LONGEST_TURN = 0.1  # seconds of recording before what was recorded is committed
BROKEN = 4


class Pump:
    """Keeps as many requests under way as the frontier allows; an answer is recorded in the turn after it arrived.

    One commit per turn holds its answers and the departures that follow: the ledger knows of every request before it is
    sent, and the busier a crawl is, the more answers share a commit.
    """

    def __init__(
        self, conductor: Conductor, download: Callable[[Request], Awaitable[Response]], tell: Callable[[], None]
    ) -> None:
        self.conductor, self.download, self.tell = conductor, download, tell
        self.arrived: deque[tuple[Picked, Response | Exception]] = deque()
        self.flying: set[asyncio.Task[None] | None] = set()
        self.news = asyncio.Event()
        self.log = logging.getLogger(__name__)

    async def run(self) -> None:
        """Go on until nothing is queued and nothing is under way."""
        going_on = True
        while going_on:
            now = time.time()
            try:
                leaving = self._turn(now)
            except Exception:
                # An error of ours would come again for ever. The crawl file is safe at any moment.
                self.log.exception("the frontier failed")
                logging.shutdown()
                os._exit(BROKEN)
            for picked in leaving:
                self.flying.add(asyncio.ensure_future(self._fetch(picked)))
            self.tell()
            going_on = await self._rest(now)

    def _turn(self, now: float) -> list[Picked]:
        """Record what arrived and return what leaves, in one transaction."""
        with self.conductor.frontier.transaction():
            while self.arrived and time.time() < now + LONGEST_TURN:
                self._record(*self.arrived.popleft())
            leaving: list[Picked] = []
            room = self.conductor.job.speed.total - len(self.flying)
            while len(leaving) < room and (picked := self.conductor.next(time.time())) is not None:
                leaving.append(picked)
        return leaving

    def _record(self, picked: Picked, came: Response | Exception) -> None:
        """Record one answer, or that none came; what cannot be recorded is undone alone."""
        conductor = self.conductor
        if isinstance(came, Exception):
            conductor.failure(picked, kind_of(came, picked), time.time(), detail=str(came)[:300])
            return
        try:
            with conductor.frontier.attempt():
                conductor.answer(picked, came.status, lower_headers(came.headers), came.body, time.time())
        except Exception as error:  # without this the host would stay busy for ever
            self.log.exception("an answer could not be recorded: %s", picked.url)
            conductor.keeper.contexts.clear()
            conductor.failure(picked, "internal", time.time(), detail=type(error).__name__)

    async def _fetch(self, picked: Picked) -> None:
        try:
            came: Response | Exception = await self.download(self.request(picked))
        except Exception as error:  # noqa: BLE001 - whatever a download ends with is recorded
            came = error
        self.flying.discard(asyncio.current_task())
        self.arrived.append((picked, came))
        self.news.set()

    async def _rest(self, now: float) -> bool:
        """Wait until something arrives or a host's pause is over; whether there is anything to go on for."""
        queued, due = self.conductor.frontier.due(now)
        if not (queued or self.flying or self.arrived):
            return False
        wait = LATEST if self.flying else SOONEST
        wait = wait if due is None else min(max(due - time.time(), SOONEST), LATEST)
        if self.arrived:
            await asyncio.sleep(0)
        else:
            try:
                async with asyncio.timeout(wait):
                    await self.news.wait()
            except TimeoutError:
                pass
        self.news.clear()
        return True

    def request(self, picked: Picked) -> Request:
        """Return what Scrapy is to send."""
        headers = {"Accept": picked.accept or "*/*"} | self.conductor.signature(picked, time.time())
        body = orjson.dumps(picked.payload["post"]) if "post" in picked.payload else b""
        if body:
            headers["Content-Type"] = "application/json"
        if picked.etag:
            headers["If-None-Match"] = picked.etag
        if picked.last_modified:
            headers["If-Modified-Since"] = picked.last_modified
        meta: dict[str, Any] = {
            "vigie_origin": picked.origin,
            "download_slot": picked.origin,
            "download_timeout": self.conductor.job.speed.timeout,  # from the first byte asked to the last received
        }
        return Request(
            picked.url, method="POST" if body else "GET", body=body, headers=headers, callback=NO_CALLBACK,
            dont_filter=True, meta=meta,
        )  # fmt: skip
