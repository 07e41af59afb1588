"""What every answer shares: rate limits, validators, conditional requests, pages and their Link header."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
import orjson
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

    from data.sandbox.server.store import Ints

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(slots=True)
class Limiter:
    """Counts requests per client and server in fixed windows, as Mastodon does.

    `limit` requests per `window` seconds; each key starts anew with each window.
    """

    limit: int = 30_000
    window: int = 300
    _counts: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def count(self, client: str, port: int) -> tuple[int, dict[str, str]]:
        """Count one request; return how many remain (negative: refused) and the headers that say so."""
        number = int(time.time() // self.window)
        key = (client, port, number)
        if key not in self._counts and len(self._counts) > 1000:
            self._counts = {k: v for k, v in self._counts.items() if k[2] == number}
        used = self._counts[key] = self._counts.get(key, 0) + 1
        reset = datetime.fromtimestamp((number + 1) * self.window, UTC)
        return self.limit - used, {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - used)),
            "X-RateLimit-Reset": reset.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        }


def answer(request: Request, body: Any, *, media: str = JSON, headers: dict[str, str] | None = None) -> Response:
    """Return a 200 with an ETag, or a 304 when the client has this body already."""
    content = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else orjson.dumps(body)
    tag = f'W/"{blake2b(content, digest_size=16).hexdigest()}"'
    sent = {"ETag": tag, "Cache-Control": "max-age=15, public", "Vary": "Authorization, Origin"} | (headers or {})
    known = request.headers.get("if-none-match", "")
    if known and (known.strip() == "*" or tag in [t.strip() for t in known.split(",")]):
        return Response(status_code=304, headers=sent)
    return Response(content, media_type=None, headers=sent | {"Content-Type": media})


def refuse(status: int, message: str) -> Response:
    """Return an error as Mastodon words them."""
    return Response(
        orjson.dumps({"error": message}),
        status_code=status,
        headers={"Content-Type": JSON, "Cache-Control": "no-store"},
    )


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of a list, newest first, and what was asked for."""

    rows: Ints
    more: bool


def whole_number(text: str | None, default: int) -> int:
    """Return a non-negative integer parameter, its default when it is absent or no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 20 else default


def paginate(request: Request, rows: Ints, keys: Ints, *, most: int = 40, default: int = 20) -> Page:
    """Cut a page by max_id, min_id, since_id and limit out of `rows`, whose `keys` ascend.

    `min_id` gives the rows just above it, `since_id` the newest above it.
    """
    asked = request.query_params
    limit = min(max(whole_number(asked.get("limit"), default), 1), most)
    low, high = 0, len(rows)
    if asked.get("max_id"):
        high = int(np.searchsorted(keys, whole_number(asked["max_id"], 0) & ~15, side="left"))
    above = asked.get("min_id") or asked.get("since_id")
    if above:
        low = int(np.searchsorted(keys, whole_number(above, 0) & ~15, side="right"))
    if asked.get("min_id"):
        high = min(high, low + limit)
    start = max(low, high - limit)
    return Page(rows[start:high][::-1], more=start > low)


def link_header(request: Request, page: Page, newest: str, oldest: str, *, back: str = "min_id") -> dict[str, str]:
    """Return the Link header of a page; there is no next on the last one, and nothing on an empty one."""
    if not len(page.rows):
        return {}
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in {"max_id", "min_id", "since_id"}]
    base = f"http://{request.headers.get('host', '')}{request.url.path}"
    links = [f'<{base}?{urlencode([*kept, ("max_id", oldest)])}>; rel="next"'] if page.more else []
    links.append(f'<{base}?{urlencode([*kept, (back, newest)])}>; rel="prev"')
    return {"Link": ", ".join(links)}
