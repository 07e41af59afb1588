"""Scrapy's scheduler interface over nothing: the frontier holds the requests, the pump sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy import Request


class EmptyScheduler(BaseScheduler):
    """Never holds a request."""

    def has_pending_requests(self) -> bool:
        """Nothing waits here."""
        return False

    def enqueue_request(self, request: Request) -> bool:  # noqa: ARG002
        """Refuse: what is to be asked goes through the frontier only."""
        return False

    def next_request(self) -> Request | None:
        """Return none."""
        return None
