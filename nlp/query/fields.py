"""The fields of the query language, and how their values are read."""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
import re

from nlp.query import nodes as n
from nlp.query.errors import QueryError, quoted

SCOPES = ("title", "text", "author", "bio", "url", "link")
TAGS = ("hashtag", "mention")
FACTS = ("lang", "country", "platform", "type", "label", "tier", "community", "brand", "sentiment", "site")
FLAGS = ("sponsored", "disclosed")
NUMBERS = (
    "engagement", "followers", "following", "likes", "views", "reposts", "replies", "quotes", "posts", "er", "age",
)  # fmt: skip
NAMES = (*SCOPES, *TAGS, *FACTS, *FLAGS, *NUMBERS, "date", "raw", "author_has")
ALIASES = {
    "language": "lang", "langue": "lang", "titre": "title", "texte": "text", "auteur": "author", "links": "link",
    "lien": "link", "hashtags": "hashtag", "mentions": "mention", "pays": "country", "plateforme": "platform",
    "etiquette": "label", "communaute": "community", "marque": "brand", "abonnes": "followers", "vues": "views",
    "tone": "sentiment", "source": "platform", "domain": "site",
}  # fmt: skip
CLOSED = {
    "type": ("post", "reply", "repost", "quote", "article"),
    "tier": ("macro", "magic_middle", "micro"),
    "sentiment": ("negative", "neutral", "positive"),
}
_SPACED = {"label", "brand", "community"}  # values that may hold spaces
_SHORT = {"neg": "negative", "neu": "neutral", "pos": "positive", "négatif": "negative", "neutre": "neutral",
          "positif": "positive", "magic": "magic_middle", "middle": "magic_middle"}  # fmt: skip
_TRUTH = {"true": True, "yes": True, "oui": True, "1": True, "false": False, "no": False, "non": False, "0": False}
_DAYS = {"h": 1 / 24, "d": 1.0, "j": 1.0, "w": 7.0, "s": 7.0, "m": 30.0, "y": 365.0, "a": 365.0}
_FACTOR = {"k": 1e3, "m": 1e6, "%": 0.01, "": 1.0}
_ADDRESS = re.compile(r"^(?:[a-z][a-z+.-]*://)?([^/?#:]*).*$", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)([a-z%]?)", re.IGNORECASE)
_COMPARED = re.compile(r"(>=|<=|>|<|=)?\s*([^\s<>=]+)")


def canonical(name: str, position: int) -> str:
    """Return a field's own name from what was written; QueryError with the nearest name when there is none."""
    lowered = name.casefold()
    known = ALIASES.get(lowered, lowered)
    if known in NAMES:
        return known
    near = difflib.get_close_matches(lowered, [*NAMES, *ALIASES], 1)
    raise QueryError(
        f"champ inconnu « {quoted(name)}: »",
        f"unknown field “{quoted(name)}:”",
        position,
        f"{ALIASES.get(near[0], near[0])}:" if near else None,
    )


def read_value(name: str, text: str, position: int) -> n.Node:
    """Return the leaf of a field that holds facts, numbers, dates or yes/no."""
    if name in FACTS:
        return _fact(name, text, position)
    if name in FLAGS:
        if text.casefold() not in _TRUTH:
            raise _bad(name, text, position, "true | false")
        return n.Flag(name, _TRUTH[text.casefold()])
    return _dates(text, position) if name == "date" else _range(name, text, position)


def _bad(name: str, text: str, position: int, hint: str) -> QueryError:
    return QueryError(
        f"valeur illisible pour {name}: « {quoted(text)} »",
        f"unreadable value of {name}: “{quoted(text)}”",
        position,
        hint,
    )


def _fact(name: str, text: str, position: int) -> n.Node:
    inner = text[1:-1] if text.startswith("(") else text
    commas = re.sub(r"\s+(?:OR|OU)\s+", ",", inner)
    parts = re.findall(r'"([^"]*)"|([^,]+)' if name in _SPACED else r'"([^"]*)"|([^,\s]+)', commas)
    values = tuple((whole or part).strip() for whole, part in parts if (whole or part).strip())
    if name in CLOSED:
        values = tuple(_SHORT.get(value.casefold(), value.casefold()) for value in values)
        for value in values:
            if value not in CLOSED[name]:
                raise _bad(name, value, position, " | ".join(CLOSED[name]))
    if name == "site":
        values = tuple(_ADDRESS.sub(r"\1", value) for value in values)
    if not values or not all(values):
        raise _bad(name, text, position, f"{name}:…")
    return n.Fact(name, values)


def _number(name: str, text: str, position: int) -> float:
    found = _NUMBER.fullmatch(text)
    unit = found.group(2).casefold() if found else ""
    factors = {**_DAYS, "": 1.0} if name == "age" else _FACTOR
    if not found or unit not in factors:
        raise _bad(name, text, position, "age:<30d" if name == "age" else f"{name}:>=50 | {name}:10..20")
    return float(found.group(1)) * factors[unit]


def _range(name: str, text: str, position: int) -> n.Node:
    if ".." in text:
        low, _, high = text.partition("..")
        bounds = [_number(name, side, position) if side else None for side in (low, high)]
        if bounds == [None, None] or (None not in bounds and bounds[0] > bounds[1]):  # type: ignore[operator]
            raise _bad(name, text, position, f"{name}:10..20")
        return n.Range(name, bounds[0], bounds[1])
    sign, value = _split(name, text, position)
    number = _number(name, value, position)
    if sign in {">", ">="}:
        return n.Range(name, low=number, low_open=sign == ">")
    if sign in {"<", "<="}:
        return n.Range(name, high=number, high_open=sign == "<")
    return n.Range(name, number, number)


def _split(name: str, text: str, position: int) -> tuple[str, str]:
    found = _COMPARED.fullmatch(text)
    if not found:
        raise _bad(name, text, position, f"{name}:>=50")
    return found.group(1) or "=", found.group(2)


def _day(text: str, position: int) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a year, month or day."""
    try:
        parts = [int(part) for part in text.split("-")] if re.fullmatch(r"\d{4}(-\d\d?){0,2}", text) else []
        if len(parts) == 3:
            day = dt.date(parts[0], parts[1], parts[2])
            return day, day
        if len(parts) == 2:
            year, month = parts
            return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
        return dt.date(parts[0], 1, 1), dt.date(parts[0], 12, 31)
    except (ValueError, IndexError, TypeError):
        raise _bad("date", text, position, "date:2026-01-01..2026-01-31") from None


def _dates(text: str, position: int) -> n.Node:
    one = dt.timedelta(days=1)
    if ".." in text:
        low, _, high = text.partition("..")
        start, end = _day(low, position)[0] if low else None, _day(high, position)[1] if high else None
        if (start is None and end is None) or (start and end and start > end):
            raise _bad("date", text, position, "date:2026-01-01..2026-01-31")
        return n.Dates(start, end)
    sign, value = _split("date", text, position)
    first, last = _day(value, position)
    try:
        return {
            ">": lambda: n.Dates(low=last + one),
            ">=": lambda: n.Dates(low=first),
            "<": lambda: n.Dates(high=first - one),
            "<=": lambda: n.Dates(high=last),
            "=": lambda: n.Dates(first, last),
        }[sign]()
    except OverflowError:
        raise _bad("date", text, position, "date:2026-01-01..2026-01-31") from None
