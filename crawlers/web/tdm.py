"""The reservations of a site's `/.well-known/tdmrep.json` (W3C TDMRep): which of its pages are reserved."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import orjson

MOST_RULES = 200
LONGEST_PATTERN = 300


def reserved(told: str, url: str) -> bool:
    """Whether the first rule that fits an address reserves it; anything but 1 reserves nothing."""
    try:
        rules = orjson.loads(told) if told else []
    except ValueError:
        return False
    for rule in rules[:MOST_RULES] if isinstance(rules, list) else []:
        place = rule.get("location") if isinstance(rule, dict) else None
        if isinstance(place, str) and _fits(place, urlsplit(url).path or "/"):
            return rule.get("tdm-reservation") in (1, "1")
    return False


def _fits(place: str, path: str) -> bool:
    """`*` stands for anything and `$` for the end, as in robots.txt; repeated stars are one."""
    pattern = re.sub(r"\*+", "*", place[:LONGEST_PATTERN])
    parts = [re.escape(part) for part in pattern.removesuffix("$").split("*")][:10]
    return re.match("[^\x00]*?".join(parts) + ("$" if pattern.endswith("$") else ""), path[:2000]) is not None
