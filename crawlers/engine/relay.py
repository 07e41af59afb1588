"""Asks over a WebSocket: a Nostr relay for its stored events up to the end, a stream for what it tells in some seconds.

To the rest of the engine a relay is a host like others: its pauses, failures and budget are kept by the frontier.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import TextResponse

from crawlers.engine.resolver import refused
from crawlers.guard import address_guard

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

SUBSCRIPTION = "vigie"
LISTEN_MOST = 25.0  # seconds: below the time that a request may take
STOPS = {"auth-required": 401, "restricted": 403, "rate-limited": 429, "blocked": 403}
JSON = {"Content-Type": "application/json"}


class RelayHandler(BaseDownloadHandler):
    """Scrapy's handler for ws and wss; a body is the list of filters to ask for, or an object: how to listen."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self.guard = address_guard(tuple(settings.getlist("VIGIE_ALLOW_PRIVATE_HOSTS")))
        self.most_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self.agent = str(settings.get("USER_AGENT"))

    async def download_request(self, request: Request) -> TextResponse:
        """Return the stored events that the relay holds for the request's filters, as a JSON list."""
        timeout = float(request.meta.get("download_timeout", 30.0))
        try:
            async with asyncio.timeout(timeout):
                return await self._ask(request)
        except TimeoutError:
            raise DownloadTimeoutError(request.url) from None

    async def _ask(self, request: Request) -> TextResponse:
        from websockets.asyncio.client import connect
        from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

        filters = orjson.loads(request.body or b"[]")
        place = urlsplit(request.url)._replace(fragment="").geturl()
        try:
            async with connect(
                place, host=await self._address(place), user_agent_header=self.agent, max_size=1_000_000,
                compression=None, proxy=None, open_timeout=None, close_timeout=1,
            ) as socket:  # fmt: skip
                if isinstance(filters, dict):
                    return await self._listen(request, socket, filters)
                await socket.send(orjson.dumps(["REQ", SUBSCRIPTION, *filters]).decode())
                return await self._events(request, socket)
        except InvalidStatus as error:
            return TextResponse(request.url, status=error.response.status_code, request=request, body=b"")
        except (InvalidHandshake, ConnectionClosed) as error:
            raise ConnectionError(str(error)) from None

    async def _address(self, place: str) -> str:
        """Return an address of the host that the guard allows: the one connected to is the one that was checked."""
        parts = urlsplit(place)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "wss" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(host, port)
        allowed = [str(one[4][0]) for one in found if self.guard.allows(host, port, str(one[4][0]))]
        if not allowed:
            refused.add(host)
            raise ConnectionError(f"{host}: no address that may be asked")
        return allowed[0]

    async def _events(self, request: Request, socket: Any) -> TextResponse:
        from websockets.exceptions import ConnectionClosed

        events, size = [], 0
        async for message in socket:
            size += len(message)
            if size > self.most_bytes:
                raise DownloadCancelledError(f"{request.url}: larger than {self.most_bytes} bytes")
            told = _message(message)
            if told[0] == "EVENT" and len(told) > 2:
                events.append(told[2])
            elif told[0] == "EOSE":
                with contextlib.suppress(ConnectionClosed):
                    await socket.send(orjson.dumps(["CLOSE", SUBSCRIPTION]).decode())
                return TextResponse(request.url, headers=JSON, body=orjson.dumps(events), request=request)
            elif told[0] in {"CLOSED", "NOTICE"} and (status := _status(told)):
                body = orjson.dumps({"error": str(told[-1])[:500]})
                return TextResponse(request.url, status=status, headers=JSON, body=body, request=request)
        raise ConnectionError("the relay ended before the end of what it holds")

    async def _listen(self, request: Request, socket: Any, wanted: dict[str, Any]) -> TextResponse:
        """Return what a stream tells in some seconds, at most so many events, no further than the present."""
        from websockets.exceptions import ConnectionClosed

        events, size, present = [], 0, time.time() * 1_000_000
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(min(float(wanted["seconds"]), LISTEN_MOST)):
                async for message in socket:
                    size += len(message)
                    told = _event(message)
                    if size > self.most_bytes or told is None:
                        break
                    events.append(told)
                    stamp = told.get("time_us")
                    replayed = "cursor=" in request.url and isinstance(stamp, int) and stamp >= present
                    if len(events) >= int(wanted["most"]) or replayed:
                        break
        return TextResponse(request.url, headers=JSON, body=orjson.dumps(events), request=request)


def _event(message: str | bytes) -> dict[str, Any] | None:
    """Return one event of a stream; None ends it: what is no event is no stream either."""
    try:
        told = orjson.loads(message)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _message(message: str | bytes) -> list[Any]:
    """Return one message of the relay; what is none has no name."""
    try:
        told = orjson.loads(message)
    except ValueError:
        return [""]
    return told if isinstance(told, list) and told and isinstance(told[0], str) else [""]


def _status(told: list[Any]) -> int | None:
    """Return what a refusal would be over HTTP: CLOSED ends the question, NOTICE only with a known prefix."""
    prefix = str(told[-1]).partition(":")[0].strip().lower()
    return STOPS.get(prefix, 400 if told[0] == "CLOSED" else None)
