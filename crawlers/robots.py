"""robots.txt as RFC 9309 reads it: 2xx obey, 4xx allow, 5xx or unreachable disallow; cached for a day."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

LONGEST = 512_000  # RFC 9309 asks for at least 500 KiB
DENY_ALL = "User-agent: *\nDisallow: /"
ALLOW_ALL = ""
SLOWEST = 3600.0
OTHER = "~"  # begins no name
_AGENT = re.compile(r"(?im)^([ \t]*user[-_ ]?agent[ \t]*:[ \t]*)([^\r\n#]*)")
_TOKEN = re.compile(r"[A-Za-z_-]+")


def rules_from(status: int, body: bytes) -> str:
    """Return the text to obey for an answer that is no redirect."""
    if 200 <= status < 300:
        return body[:LONGEST].decode("utf-8", "replace")
    return ALLOW_ALL if 400 <= status < 500 and status != 429 else DENY_ALL


@lru_cache(maxsize=500)
def _parsed(text: str, agent: str) -> Any:
    """Return the rules; groups are named exactly, as the parser takes any beginning of a name for the whole."""
    from protego import Protego

    def named(line: re.Match[str]) -> str:
        token = _TOKEN.match(line[2])
        ours = token is not None and token[0].lower() == agent.lower()
        return line[1] + (agent if ours else "*" if line[2].partition("/")[0].strip() == "*" else OTHER)

    return Protego.parse(_AGENT.sub(named, text.removeprefix("\ufeff")))


def may_fetch(text: str, url: str, agent: str) -> bool:
    """Whether the rules let this agent (its product token) ask for the address."""
    try:
        return bool(_parsed(text, agent).can_fetch(url, agent))
    except (ValueError, RecursionError):
        return False


def crawl_delay(text: str, agent: str) -> float | None:
    """Return the seconds between requests that the rules ask for."""
    try:
        delay = _parsed(text, agent).crawl_delay(agent)
    except (ValueError, RecursionError):
        return None
    return min(float(delay), SLOWEST) if delay and delay > 0 else None
