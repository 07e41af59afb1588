"""robots.txt as RFC 9309 reads it: 2xx obey, 4xx allow, 5xx or unreachable disallow; cached for a day."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

LONGEST = 512_000  # RFC 9309 asks for at least 500 KiB
DENY_ALL = "User-agent: *\nDisallow: /"
ALLOW_ALL = ""
SLOWEST = 3600.0


def rules_from(status: int, body: bytes) -> str:
    """Return the text to obey for an answer that is no redirect."""
    if 200 <= status < 300:
        return body[:LONGEST].decode("utf-8", "replace")
    return ALLOW_ALL if 400 <= status < 500 and status != 429 else DENY_ALL


@lru_cache(maxsize=500)
def _parsed(text: str) -> Any:
    from protego import Protego

    return Protego.parse(text.removeprefix("\ufeff"))


def may_fetch(text: str, url: str, agent: str) -> bool:
    """Whether the rules let this agent (its product token) ask for the address."""
    try:
        return bool(_parsed(text).can_fetch(url, agent))
    except (ValueError, RecursionError):
        return False


def crawl_delay(text: str, agent: str) -> float | None:
    """Return the seconds between requests that the rules ask for."""
    try:
        delay = _parsed(text).crawl_delay(agent)
    except (ValueError, RecursionError):
        return None
    return min(float(delay), SLOWEST) if delay and delay > 0 else None
