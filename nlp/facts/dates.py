"""Dates as people write them in French and English, read against the day of the post."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "janvier january janv jan", "fevrier february fevr feb", "mars march mar", "avril april avr apr", "mai may",
            "juin june jun", "juillet july juil jul", "aout august aug", "septembre september sept sep",
            "octobre october oct", "novembre november nov", "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NAME: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_FIRST = re.compile(
    rf"(?<!\w)(\d{{1,2}})(?:er|st|nd|rd|th)?(?:\s?(?:-|au|et|to|&)\s?(?:\d{{1,2}})(?:st|nd|rd|"
    rf"th)?)?\s(?:of\s)?({_NAME})\.?(?:,?\s(\d{{4}}))?(?!\w)"
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)({_NAME})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?(?:\s?-\s?\d{{1,2}})?(?:,?\s(\d{{4}}))?(?!\w)"
)
_NUMBERS = re.compile(r"(?<![\w/.-])(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})(?![\w/])")
_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?![\w-])")


def dates(folded: str, said_at: datetime | None) -> Iterator[tuple[date, int, int]]:
    """Yield each date of a folded text with its span; without a year, the one nearest to the day of the post."""
    for found in _ISO.finditer(folded):
        yield from _made(int(found[1]), int(found[2]), int(found[3]), found.span())
    for found in _DAY_FIRST.finditer(folded):
        yield from _dated(int(found[1]), _MONTHS[found[2]], found[3], said_at, found.span())
    for found in _MONTH_FIRST.finditer(folded):
        yield from _dated(int(found[2]), _MONTHS[found[1]], found[3], said_at, found.span())
    for found in _NUMBERS.finditer(folded):
        year = int(found[3])
        yield from _made(year if year > 99 else 2000 + year, int(found[2]), int(found[1]), found.span())


def parsed(value: object) -> date | None:
    """Return the date of an ISO text, a datetime or a date; None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None


def _dated(
    day: int, month: int, year: str | None, said_at: datetime | None, span: tuple[int, int]
) -> Iterator[tuple[date, int, int]]:
    if year:
        yield from _made(int(year), month, day, span)
        return
    if said_at is None:
        return
    around = (made[0] for y in (-1, 0, 1) for made in _made(said_at.year + y, month, day, span))
    nearest = min(around, key=lambda d: abs((d - said_at.astimezone(UTC).date()).days), default=None)
    if nearest:
        yield nearest, *span


def _made(year: int, month: int, day: int, span: tuple[int, int]) -> Iterator[tuple[date, int, int]]:
    try:
        yield date(year, month, day), *span
    except ValueError:
        return
