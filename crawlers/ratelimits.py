"""Rate-limit headers and bodies in all their dialects, brought to one meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 86_400.0  # no server is waited for longer than a day, whatever it says
LIMITED = frozenset({429, 503})
EXCEEDED = frozenset({"rate_limit_error", "RATE_LIMIT_EXCEEDED", "throttle_violation", "quotaExceeded"})
WITHOUT_DATE = 60.0  # what a body that says "too much" without saying for how long is taken to mean
_POLICY = re.compile(r"(\d+)\s*;\s*w=(\d+)")


@dataclass(frozen=True, slots=True)
class Limit:
    """What a server says of its limits: requests per window, what is left, seconds until it resets, seconds to wait."""

    ceiling: int | None = None
    remaining: int | None = None
    resets_in: float | None = None
    wait: float | None = None
    exceeded: bool = False


def read_limit(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Limit:
    """Return the limits told by one answer; header names are lower case. Never raises."""
    told = _body(status, headers, body)
    wait = _first(_delay(headers.get("retry-after"), now), told)
    ceiling = _number(headers, "limit")
    policy = _POLICY.search(headers.get("ratelimit-policy", ""))
    if ceiling is None and policy:
        ceiling = int(policy[1])
    reset = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset")
    return Limit(
        ceiling=ceiling,
        remaining=_number(headers, "remaining"),
        resets_in=_delay(reset, now),
        wait=wait,
        exceeded=status in LIMITED or (told is not None and status >= 400),
    )


def pause(limit: Limit) -> float:
    """Return how long to leave the host alone so that at most half of its published ceiling is used, in seconds."""
    waits = [limit.wait or 0.0]
    if limit.remaining is not None and limit.resets_in is not None:
        spent_half = limit.remaining <= (limit.ceiling or 0) / 2
        if limit.remaining <= 0 or spent_half or limit.exceeded:
            waits.append(limit.resets_in)
    return min(max(waits), LONGEST)


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(f"x-ratelimit-{name}") or headers.get(f"ratelimit-{name}") or ""
    number = re.match(r"\s*(\d{1,12})", value)
    return int(number[1]) if number else None


def _delay(value: str | None, now: datetime) -> float | None:
    """Seconds from now: an HTTP date, ISO 8601 when it holds `T` or `-`, an epoch above 1e9, else seconds."""
    if not value:
        return None
    text = value.strip()
    try:
        if re.fullmatch(r"\d{1,20}(\.\d+)?", text):
            seconds = float(text)
            return max(0.0, seconds - now.timestamp() if seconds > 1e9 else seconds)
        moment = parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _body(status: int, headers: Mapping[str, str], body: bytes) -> float | None:
    """Seconds to wait as JSON bodies tell it: Lemmy, Stack Exchange, Discourse, Misskey, YouTube."""
    relevant = status >= 400 or b'"backoff"' in body
    if not relevant or "json" not in headers.get("content-type", "") or len(body) > 100_000:
        return None
    try:
        told: Any = orjson.loads(body)
    except ValueError:
        return None
    return _told(told) if isinstance(told, dict) else None


def _told(told: dict[str, Any]) -> float | None:
    extras, error = told.get("extras"), told.get("error")
    seconds = told.get("backoff") or (extras.get("wait_seconds") if isinstance(extras, dict) else None)
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool):
        return min(max(float(seconds), 0.0), LONGEST)
    code = error.get("code") if isinstance(error, dict) else error
    codes = {str(code), str(told.get("error_name")), *_reasons(error)}
    return WITHOUT_DATE if codes & EXCEEDED or told.get("error_id") == 502 else None


def _reasons(error: object) -> list[str]:
    """The reasons that Google's APIs list beside a status."""
    listed = error.get("errors") if isinstance(error, dict) else None
    return [str(one.get("reason")) for one in listed[:5] if isinstance(one, dict)] if isinstance(listed, list) else []
