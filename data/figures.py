"""How figures, shares, amounts and dates are written in French and in English: the one home of that."""

from __future__ import annotations

from datetime import date, datetime
from math import isfinite

THIN_SPACE = "\u202f"
UNKNOWN = "–"
MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def number(value: float | None, lang: str, digits: int = 0) -> str:
    """Return a number as the language writes it (`1 234,5` or `1,234.5`); a dash when unknown."""
    if value is None or not isfinite(value):
        return UNKNOWN
    text = f"{value:,.{digits}f}"
    return text.replace(",", THIN_SPACE).replace(".", ",") if lang == "fr" else text


def natural(value: float | None, lang: str) -> str:
    """Return a number with the digits it carries: none when whole, one from ten on, else two."""
    if value is None or not isfinite(value):
        return UNKNOWN
    digits = 0 if float(value).is_integer() else (1 if abs(value) >= 10 else 2)
    return number(value, lang, digits)


def signed(value: float | None, lang: str, digits: int = 2) -> str:
    """Return a number with its sign, by default with two decimals; a dash when unknown."""
    text = number(value, lang, digits).replace("-", "−")
    return f"+{text}" if value is not None and isfinite(value) and value > 0 else text


def percent(value: float | None, lang: str, digits: int | None = None) -> str:
    """Return a share of one in percent: whole unless `digits` says else, with a decimal under one percent."""
    if value is None or not isfinite(value):
        return UNKNOWN
    if digits is None:
        digits = 1 if 0 < abs(value) < 0.0095 else 0
    return number(100 * value, lang, digits) + (f"{THIN_SPACE}%" if lang == "fr" else "%")


def interval(low: float | None, high: float | None, lang: str, digits: int = 1, dash: str = " – ") -> str:
    """Return `low – high`; empty when there is none."""
    return "" if low is None or high is None else f"{number(low, lang, digits)}{dash}{number(high, lang, digits)}"


def euros(cents: int | None, lang: str) -> str:
    """Return an amount of integer cents as people write it (`1 250,50 €` or `€1,250.50`); a dash when unknown."""
    if cents is None:
        return UNKNOWN
    sign, text = "-" if cents < 0 else "", f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    if lang == "fr":
        return f"{sign}{text.replace(',', THIN_SPACE).replace('.', ',')}\u00a0€"
    return f"{sign}€{text}"


def day(value: object, lang: str) -> str:
    """Return a date (datetime, date or ISO text) in words: `31 mars 2026`; a dash when unknown."""
    when = as_time(value)
    if when is None:
        return UNKNOWN
    if lang == "fr" and when.day == 1:
        return f"1er {MONTHS[lang][when.month - 1]} {when.year}"
    return f"{when.day} {MONTHS[lang][when.month - 1]} {when.year}"


def as_time(value: object) -> date | None:
    """Return a datetime or date read from ISO text, or None."""
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
