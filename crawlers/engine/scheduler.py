"""Scrapy's scheduler interface over the frontier."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING, Any

import orjson
from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawlers.engine.conductor import Conductor
    from crawlers.frontier import Picked

SOONEST, LATEST = 0.005, 5.0
BROKEN = 4


class FrontierScheduler(BaseScheduler):
    """Hands the engine what the conductor picks; wakes the engine when a host's pause is over."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.alarm: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """Build for one crawl."""
        return cls(crawler)

    @property
    def conductor(self) -> Conductor:
        """The crawl's conductor, which the spider holds."""
        return self.crawler.spider.conductor  # type: ignore[union-attr,no-any-return]

    def has_pending_requests(self) -> bool:
        """Whether something is queued on a host that is still alive."""
        return self.conductor.frontier.wait() is not None

    def enqueue_request(self, request: Request) -> bool:  # noqa: ARG002
        """Refuse: what is to be asked goes through the frontier only."""
        return False

    def next_request(self) -> Request | None:
        """Return the next request, or None and set an alarm for the moment one may go out."""
        try:
            picked = self.conductor.next(time.time())
        except Exception:
            # An error of ours: the engine would ask again for ever. The crawl file is safe at any moment.
            logging.getLogger(__name__).exception("the frontier failed")
            logging.shutdown()
            os._exit(BROKEN)
        if picked is None:
            self._set_alarm()
            return None
        return self._request(picked)

    def _request(self, picked: Picked) -> Request:
        headers = {"Accept": picked.accept or "*/*"} | self.conductor.signature(picked, time.time())
        body = orjson.dumps(picked.payload["post"]) if "post" in picked.payload else b""
        if body:
            headers["Content-Type"] = "application/json"
        if picked.etag:
            headers["If-None-Match"] = picked.etag
        if picked.last_modified:
            headers["If-Modified-Since"] = picked.last_modified
        spider: Any = self.crawler.spider
        return Request(
            picked.url,
            method="POST" if body else "GET",
            body=body,
            headers=headers,
            callback=spider.answered,
            errback=spider.broken,
            dont_filter=True,
            meta={
                "picked": picked,
                "vigie_origin": picked.origin,
                "download_slot": picked.origin,
                "download_timeout": self.conductor.job.speed.timeout,  # from the first byte asked to the last received
            },
        )

    def _set_alarm(self) -> None:
        from twisted.internet import reactor

        due = self.conductor.frontier.wait()
        if due is None:
            return
        if self.alarm is not None and self.alarm.active():
            self.alarm.cancel()
        wait = min(max(due - time.time(), SOONEST), LATEST)
        clock: Any = reactor
        self.alarm = clock.callLater(wait, self._wake)

    def _wake(self) -> None:
        engine: Any = self.crawler.engine
        slot = engine._slot if engine is not None else None  # noqa: SLF001 - the heartbeat of 5 s is too slow
        if slot is not None and slot.closing is None:
            slot.nextcall.schedule()

    def close(self, reason: str) -> None:  # noqa: ARG002
        """Switch the alarm off."""
        if self.alarm is not None and self.alarm.active():
            self.alarm.cancel()
