"""A downloader that keeps to one connection per host even where the delay is zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader import Downloader, Slot
from scrapy.utils.defer import _schedule_coro

if TYPE_CHECKING:
    from scrapy import Request


class PoliteDownloader(Downloader):
    """Counts a request as transferring from the moment it leaves the queue.

    Scrapy 2.14 to 2.19 count it a turn of the loop later, so that with no delay a freed slot releases the whole queue.
    """

    def _process_queue(self, slot: Slot) -> None:
        if slot.delay:
            super()._process_queue(slot)
            return
        while slot.queue and slot.free_transfer_slots() > 0:
            request, queue_dfd = slot.queue.popleft()
            slot.transferring.add(request)
            _schedule_coro(self._wait_for_download(slot, request, queue_dfd))

    def get_slot_key(self, request: Request) -> str:
        """One slot per origin, as the frontier counts."""
        key: Any = request.meta.get("vigie_origin")
        return str(key) if key else super().get_slot_key(request)
