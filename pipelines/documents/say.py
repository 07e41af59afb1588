"""Says words, numbers and dates in French or English."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from functools import cache
from importlib import resources
from math import isfinite

THIN_SPACE = "\u202f"
QUERY_MARKS = str.maketrans("", "", '"*()~')
MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    text = resources.files("pipelines.documents").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def word(group: str, code: object, lang: str) -> str:
    """Return what `code` of `group` is called; an unknown code is shown as its own words."""
    found = _words().get(group, {}).get(str(code))
    return found[lang] if found else str(code).replace("_", " ")


def community(name: str | None) -> str:
    """Return a community's name without the marks of the query language (quotes, stars) its words may carry."""
    bare = (part.translate(QUERY_MARKS).strip() for part in (name or "").split("·"))
    return " · ".join(dict.fromkeys(part for part in bare if part))[:60]


def ui(lang: str) -> dict[str, str]:
    """Return the fixed words of the documents in `lang`."""
    return words("ui", lang)


def words(group: str, lang: str) -> dict[str, str]:
    """Return every word of `group` in `lang`, by code."""
    return {key: pair[lang] for key, pair in _words()[group].items()}


def number(value: float | None, lang: str, digits: int = 0) -> str:
    """Return a number as the language writes it (`1 234,5` or `1,234.5`); a dash when unknown."""
    if value is None or not isfinite(value):
        return "–"
    text = f"{value:,.{digits}f}"
    return text.replace(",", THIN_SPACE).replace(".", ",") if lang == "fr" else text


def signed(value: float | None, lang: str) -> str:
    """Return a score between -1 and 1 with its sign and two decimals; a dash when unknown."""
    text = number(value, lang, 2)
    return text.replace("-", "−") if value is None or value <= 0 else f"+{text}"


def percent(value: float | None, lang: str) -> str:
    """Return a share of one as whole percents; under one percent, with a decimal."""
    if value is None or not isfinite(value):
        return "–"
    digits = 1 if 0 < abs(value) < 0.0095 else 0
    return number(100 * value, lang, digits) + (f"{THIN_SPACE}%" if lang == "fr" else "%")


def day(value: object, lang: str) -> str:
    """Return a date (datetime, date or ISO text) in words: `31 mars 2026`; a dash when unknown."""
    when = as_time(value)
    if when is None:
        return "–"
    return f"{when.day} {MONTHS[lang][when.month - 1]} {when.year}"


def as_time(value: object) -> date | None:
    """Return a datetime or date read from ISO text, or None."""
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
