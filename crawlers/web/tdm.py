"""The reservations of a site's `/.well-known/tdmrep.json` (W3C TDMRep): which of its pages are reserved."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import orjson

MOST_RULES = 200
LONGEST_PATTERN = 300


def reservation(told: str, url: str) -> str | None:
    """Return what the first rule that fits an address says: "1" reserved, "0" not, None nothing."""
    try:
        rules = orjson.loads(told) if told else []
    except ValueError:
        return None
    for rule in rules[:MOST_RULES] if isinstance(rules, list) else []:
        place = rule.get("location") if isinstance(rule, dict) else None
        if isinstance(place, str) and fits(place, urlsplit(url).path or "/"):
            word = rule.get("tdm-reservation")
            return str(word) if not isinstance(word, bool) and word in (0, 1, "0", "1") else None
    return None


def reserved(told: str, url: str) -> bool:
    """Whether the first rule that fits an address reserves it; anything but 1 reserves nothing."""
    return reservation(told, url) == "1"


def fits(place: str, path: str) -> bool:
    """Whether a pattern fits a path: `*` stands for anything and `$` for the end, as in robots.txt."""
    pattern = re.sub(r"\*+", "*", place[:LONGEST_PATTERN])
    parts = [re.escape(part) for part in pattern.removesuffix("$").split("*")][:10]
    return re.match("[^\x00]*?".join(parts) + ("$" if pattern.endswith("$") else ""), path[:2000]) is not None
