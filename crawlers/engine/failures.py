"""Why a download ended without an answer, as one of the codes of `crawlers.report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import exceptions as scrapy_errors
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest

from crawlers.engine.resolver import refused
from crawlers.guard import host_and_port

if TYPE_CHECKING:
    from crawlers.frontier import Picked

NAMES = {
    "CannotResolveHostError": "dns",
    "DownloadConnectionRefusedError": "refused",
    "ResponseDataLossError": "cut",
    "UnsupportedURLSchemeError": "bad_address",
}


def kind_of(error: BaseException | None, picked: Picked) -> str:
    """Return the code of a download error."""
    if host_and_port(picked.origin)[0] in refused:
        return "address_refused"
    if isinstance(error, DownloadTimeoutError):
        return "timeout"
    if isinstance(error, (DownloadCancelledError, IgnoreRequest)):
        return "too_large"
    for name, code in NAMES.items():
        known = getattr(scrapy_errors, name, None)
        if known is not None and isinstance(error, known):
            return code
    told_of_headers = isinstance(error, (EOFError, ValueError, OSError)) and "header" in str(error)
    return "bad_encoding" if told_of_headers else "connection"
