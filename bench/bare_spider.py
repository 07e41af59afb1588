"""A bare Scrapy spider over `bench.pages_server`, with the crawl's own parser; prints its seconds and records."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from crawlers.connector import Answer, Context
from crawlers.engine.conductor import lower_headers
from crawlers.engine.settings import OFF, SPIDER_OFF
from crawlers.registry import connector

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SETTINGS: dict[str, Any] = {
    "LOG_LEVEL": "WARNING",
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "COOKIES_ENABLED": False,
    "DOWNLOADER_MIDDLEWARES": OFF,
    "SPIDER_MIDDLEWARES": {name: off for name, off in SPIDER_OFF.items() if "start" not in name},
    "LOGSTATS_INTERVAL": 0,
    "MEMUSAGE_ENABLED": False,
}


class Bare(scrapy.Spider):
    """Asks, reads, counts."""

    name = "bare"
    base, pages, records = "", 0, 0

    async def start(self) -> AsyncIterator[Any]:
        """Ask for every page."""
        self.reader = connector("mastodon")
        self.context = Context(options={"hops": 0}, notes={f"domain {self.base}": self.base[7:]})
        for number in range(self.pages):
            yield scrapy.Request(f"{self.base}/api/v1/timelines/tag/t{number}?limit=40", dont_filter=True)

    def parse(self, response: Any) -> None:
        """Read a page as the crawl does."""
        payload = {"base": self.base, "tag": "t"}
        headers, now = lower_headers(response.headers), datetime.now(UTC)
        answer = Answer(response.url, "tag", payload, response.status, headers, response.body, 0, now)
        Bare.records += len(self.reader.parse(answer, self.context).records)


if __name__ == "__main__":
    Bare.base, Bare.pages = sys.argv[1], int(sys.argv[2])
    process = AsyncCrawlerProcess(SETTINGS)
    process.crawl(Bare)
    began = time.perf_counter()
    process.start()
    sys.stdout.write(f"{time.perf_counter() - began} {Bare.records}\n")
