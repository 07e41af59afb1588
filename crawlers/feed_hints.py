"""How often a feed wishes to be asked: RSS `ttl`, `skipHours` and `skipDays`, and the syndication module's period."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

HEAD = 20_000  # bytes in which a feed's head is looked for
LONGEST = timedelta(days=1)
PERIODS = {"hourly": 1, "daily": 24, "weekly": 24 * 7, "monthly": 24 * 30, "yearly": 24 * 365}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENTRY = re.compile(rb"<(?:item|entry)[\s>]")
_TTL = re.compile(rb"<ttl>\s*(\d{1,7})\s*</ttl>")
_PERIOD = re.compile(rb"<(?:\w{1,20}:)?updatePeriod>\s*(\w{1,20})\s*</")
_FREQUENCY = re.compile(rb"<(?:\w{1,20}:)?updateFrequency>\s*(\d{1,5})\s*</")
_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL)
_DAYS = re.compile(rb"<skipDays>(.{0,1000}?)</skipDays>", re.DOTALL)


def rest_of(body: bytes, now: datetime) -> float:
    """Return the seconds for which a feed asks not to be asked again, a day at most; 0 where it says nothing.

    `ttl` is in minutes; the hours and days that are skipped are those of GMT, hours from 0 to 23 (24 is midnight).
    """
    head = body[:HEAD]
    entry = _ENTRY.search(head)
    head = head[: entry.start()] if entry else head
    pause = min(max(_ttl(head), _period(head)), LONGEST)
    hours, days = _skipped(head)
    due = now + pause
    while due - now < LONGEST and (due.hour in hours or DAYS[due.weekday()] in days):
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(due - now, LONGEST).total_seconds()


def _ttl(head: bytes) -> timedelta:
    found = _TTL.search(head)
    return timedelta(minutes=int(found[1])) if found else timedelta(0)


def _period(head: bytes) -> timedelta:
    found, often = _PERIOD.search(head), _FREQUENCY.search(head)
    hours = PERIODS.get(found[1].decode().lower(), 0) if found else 0
    return timedelta(hours=hours) / max(int(often[1]) if often else 1, 1)


def _skipped(head: bytes) -> tuple[set[int], set[str]]:
    hours, days = _HOURS.search(head), _DAYS.search(head)
    told = re.findall(rb"<hour>\s*(\d{1,2})\s*</hour>", hours[1]) if hours else []
    named = re.findall(rb"<day>\s*(\w{1,12})\s*</day>", days[1]) if days else []
    return {int(hour) % 24 for hour in told}, {day.decode().lower() for day in named}
