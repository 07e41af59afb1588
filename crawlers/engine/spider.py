"""The one spider: runs the pump, through Scrapy's downloader and past its scheduler and scraper, which have no part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Spider

from crawlers.engine.pump import Pump

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from crawlers.engine.conductor import Conductor


class VigieSpider(Spider):
    """Serves whatever the frontier holds."""

    name = "vigie"

    def __init__(self, *, conductor: Conductor, tell: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.conductor = conductor
        self.tell = tell

    async def start(self) -> AsyncIterator[Any]:
        """Crawl to the end; yield nothing: the frontier is the scheduler."""
        engine: Any = self.crawler.engine
        await Pump(self.conductor, engine.download_async, self.tell).run()
        return
        yield
