"""A bare Scrapy spider over `bench.pages_server`, with the crawl's own parser; prints its seconds and records."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from bench.throughput import job_of
from crawlers.connector import Answer, Context
from crawlers.engine.conductor import lower_headers
from crawlers.engine.settings import SPIDER_OFF, scrapy_settings
from crawlers.engine.tuning import settle
from crawlers.registry import connector

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from crawlers.job import CrawlJob

OURS = frozenset({"SCHEDULER", "DOWNLOADER", "TWISTED_DNS_RESOLVER", "DOWNLOAD_HANDLERS", "SPIDER_MIDDLEWARES"})


def settings(job: CrawlJob) -> dict[str, Any]:
    """Return the crawl's own settings, save the parts of Scrapy that the crawl replaces."""
    tuned = {name: value for name, value in scrapy_settings(job, "bare").items() if name not in OURS}
    start = {name: off for name, off in SPIDER_OFF.items() if "start" not in name}
    return tuned | {"SPIDER_MIDDLEWARES": start, "LOG_LEVEL": "WARNING"}


class Bare(scrapy.Spider):
    """Asks, reads, counts."""

    name = "bare"
    base, pages, records = "", 0, 0
    began = ended = 0.0

    async def start(self) -> AsyncIterator[Any]:
        """Ask for every page."""
        Bare.began = time.perf_counter()
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
        Bare.ended = time.perf_counter()


if __name__ == "__main__":
    Bare.base, Bare.pages = sys.argv[1], int(sys.argv[2])
    process = AsyncCrawlerProcess(settings(job_of(Bare.base, Bare.pages, Path())))
    process.crawl(Bare)
    settle()
    process.start()
    sys.stdout.write(f"{Bare.ended - Bare.began} {Bare.records}\n")
