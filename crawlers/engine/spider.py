"""The one spider: carries answers and failures to the conductor, and signs of life to the parent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from scrapy import Spider
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest

from crawlers.engine.conductor import Conductor, lower_headers
from crawlers.engine.resolver import refused
from crawlers.guard import host_and_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawlers.frontier import Picked


class VigieSpider(Spider):
    """Serves whatever the frontier holds."""

    name = "vigie"

    def __init__(self, *, conductor: Conductor, tell: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.conductor = conductor
        self.tell = tell

    async def start(self) -> AsyncIterator[Any]:
        """Yield nothing: the scheduler pulls from the frontier."""
        return
        yield

    def answered(self, response: Response) -> None:
        """Record an answer."""
        picked: Picked = response.meta["picked"]
        headers = lower_headers(response.headers)
        try:
            self.conductor.answer(picked, response.status, headers, response.body, time.time())
        except Exception as error:  # its transaction is undone; without this the host would stay busy for ever
            self.logger.exception("an answer could not be recorded: %s", picked.url)
            self.conductor.failure(picked, "internal", time.time(), detail=type(error).__name__)
        self.tell()

    def broken(self, failure: Failure) -> None:
        """Record that no answer came, or that handling one failed."""
        picked: Picked = failure.request.meta["picked"]  # type: ignore[attr-defined]
        kind = kind_of(failure.value, picked)
        self.conductor.failure(picked, kind, time.time(), detail=str(failure.value)[:300])
        self.tell()


def kind_of(error: BaseException | None, picked: Picked) -> str:
    """Return the code of a download error."""
    from scrapy import exceptions as scrapy_errors

    if host_and_port(picked.origin)[0] in refused:
        return "address_refused"
    if isinstance(error, DownloadTimeoutError):
        return "timeout"
    if isinstance(error, (DownloadCancelledError, IgnoreRequest)):
        return "too_large"
    names = {
        "CannotResolveHostError": "dns",
        "DownloadConnectionRefusedError": "refused",
        "ResponseDataLossError": "cut",
        "UnsupportedURLSchemeError": "bad_address",
    }
    for kind, code in names.items():
        known = getattr(scrapy_errors, kind, None)
        if known is not None and isinstance(error, known):
            return code
    return (
        "bad_encoding"
        if isinstance(error, (EOFError, ValueError, OSError)) and "header" in str(error)
        else "connection"
    )
