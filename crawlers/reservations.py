"""What a site says of the use of its words: TDMRep, Content-Signal, Content-Usage, X-Robots-Tag; obeyed per purpose.

Purposes: `search` (words are kept, found by queries and shown as excerpts) and `model` (words teach or are judged by a
model). A mining reservation leaves neither. https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/,
https://contentsignals.org/, draft-ietf-aipref-attach.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawlers.text import moment
from crawlers.web.tdm import fits, reservation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawlers.connector import Answer, Record

TDM_PATH = "/.well-known/tdmrep.json"
TDM = "tdm-reservation"
LONGEST_TDM = 50_000
MOST_LINES = 5000
NO_WORDS = frozenset({"noindex", "none", "noarchive", "nosnippet", "search=no", f"{TDM}=1"})
NO_MODEL = frozenset({"noai", "ai-input=no", "ai-train=no", "train-ai=n"})  # read by the steps that use models
OF_THE_FORM = frozenset({"noindex", "none"})  # on data, WordPress and SEO tools mean the data, not the post
HEADER = frozenset({"noindex", "none", "noarchive", "nosnippet", "noai"})
SIGNALS = ("search", "ai-input", "ai-train")
WORDS = ("title", "text", "links", "tags", "hashtags", "mentions")
_EXPIRES = re.compile(r"unavailable_after:\s*([\w ,:+\-]{6,40})")
_USAGE = re.compile(r"\b(train-ai|ai-train|bots)\s*=\s*n\b")


@dataclass(frozen=True, slots=True)
class Site:
    """What one host told beforehand: its robots.txt and its tdmrep.json, each empty when it has none."""

    robots: str = ""
    tdm: str = ""


def longest_tdm(body: bytes) -> str:
    """Return as much of a tdmrep.json as is read."""
    return body[:LONGEST_TDM].decode("utf-8", "replace")


def obeyed(records: list[Record], answer: Answer, site: Site) -> list[Record]:
    """Return the records of one answer as its site leaves them: a post that may not be kept loses its words."""
    if not any(row["type"] == "post" for row in records):
        return records
    told = header_wishes(answer.headers, answer.at)
    return [_obeyed(row, answer, site, told) if row["type"] == "post" else row for row in records]


def _obeyed(row: Record, answer: Answer, site: Site, told: Mapping[str, Any]) -> Record:
    if row.get("deleted_at"):
        return row
    extra: dict[str, Any] = dict(row.get("extra") or {})
    page = [str(wish) for wish in extra.get("wishes") or ()]
    place = _place(row, answer)
    wishes = {wish for wish in page if not wish.startswith(TDM)} | _tdm(site.tdm, place, told[TDM], page)
    wishes |= {f"{name}=no" for name, allowed in signals(site.robots, place).items() if not allowed}
    wishes |= told["usage"] | (told["robots"] if answer.is_html else told["robots"] - OF_THE_FORM)
    if sorted(page) == sorted(wishes):
        return _kept(row, wishes)
    extra = {name: value for name, value in extra.items() if name != "wishes"}
    extra |= {"wishes": sorted(wishes)} if wishes else {}
    return _kept(row | ({"extra": extra} if extra or row.get("extra") else {}), wishes)


def _kept(row: Record, wishes: Iterable[str]) -> Record:
    return row if NO_WORDS.isdisjoint(wishes) else {name: value for name, value in row.items() if name not in WORDS}


def _place(row: Record, answer: Answer) -> str:
    """The address whose rules hold: the post's own where the same host serves it, else that of the answer."""
    url = row.get("url")
    same = isinstance(url, str) and urlsplit(url)[:2] == urlsplit(answer.url)[:2]
    return str(url) if same else answer.url


# --- headers --------------------------------------------------------------------------------------------------------


def header_wishes(headers: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return what the headers of an answer wish: `robots` and `usage` as sets, `tdm-reservation` as "1", "0" or None.

    Directives for other crawlers hold as well: the names before them are lost where a server repeats the header.
    """
    told = headers.get("x-robots-tag", "").lower()[:2000]
    robots = {word.rpartition(":")[2].strip() for word in told.split(",")} & HEADER
    robots |= {"noindex"} if (found := _EXPIRES.search(told)) and _past(found[1].strip(" ,"), now) else set()
    usage = {"train-ai=n"} if _USAGE.search(headers.get("content-usage", "").lower()[:500]) else set()
    usage |= {f"{name}=no" for name, allowed in _signals(headers.get("content-signal", "")[:500]) if not allowed}
    reserved = headers.get(TDM, "").strip()
    return {"robots": robots, "usage": usage, TDM: reserved if reserved in {"0", "1"} else None}


def _past(date: str, now: datetime) -> bool:
    try:
        ends = moment(date) or parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return False
    return (ends if ends.tzinfo else ends.replace(tzinfo=UTC)) <= now


def _tdm(rules: str, place: str, header: str | None, page: Iterable[str]) -> set[str]:
    """The page's word stands over the header's, that over the file's; what is not 0 or 1 says nothing."""
    metas = [wish.partition("=")[2] for wish in page if wish.startswith(f"{TDM}=")]
    told = next((word for word in (*metas[-1:], header, reservation(rules, place)) if word in {"0", "1"}), None)
    return {f"{TDM}=1"} if told == "1" else set()


# --- robots.txt -----------------------------------------------------------------------------------------------------


def signals(robots: str, url: str, agent: str = "vigie") -> dict[str, bool]:
    """Return the content signals of a robots.txt for an address: `search`, `ai-input`, `ai-train` → may it be used so.

    Those of the group of this agent, else of `*`, and those before any group. The longest pattern wins, a tie refuses.
    """
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    best: dict[str, tuple[int, bool]] = {}
    for pattern, name, allowed in _told(robots, agent):
        if fits(pattern, path):
            known = best.get(name)
            if known is None or (len(pattern), not allowed) > (known[0], not known[1]):
                best[name] = (len(pattern), allowed)
    return {name: allowed for name, (_, allowed) in best.items()}


@lru_cache(maxsize=500)
def _told(robots: str, agent: str) -> tuple[tuple[str, str, bool], ...]:
    groups: dict[str, list[tuple[str, str, bool]]] = {"": []}
    names, open_names = [""], False
    for key, value in _lines(robots):
        if key == "user-agent":
            names = [*(names if open_names else []), value.lower().split("/")[0].strip()]
            groups |= {name: groups.get(name, []) for name in names}
            open_names = True
            continue
        open_names = False
        if key in {"content-signal", "content-usage"}:
            pattern, told = _split(value)
            found = _signals(told) if key == "content-signal" else _usages(told)
            for name in names:
                groups[name] += [(pattern, signal, allowed) for signal, allowed in found]
    return (*groups[""], *groups.get(agent, groups.get("*", [])))


def _lines(robots: str) -> Iterator[tuple[str, str]]:
    if "content-" not in robots.lower():
        return
    for line in robots.removeprefix("\ufeff").splitlines()[:MOST_LINES]:
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()[:500]


def _split(value: str) -> tuple[str, str]:
    """A pattern may stand before the signals; without one they hold everywhere."""
    first, _, rest = value.partition(" ")
    return (first, rest) if first.startswith("/") else ("/", value)


def _signals(told: str) -> list[tuple[str, bool]]:
    pairs = (part.partition("=") for part in re.split(r"[,\s]+", told.lower().replace(" =", "=").replace("= ", "=")))
    return [(name, value == "yes") for name, _, value in pairs if name in SIGNALS and value in {"yes", "no"}]


def _usages(told: str) -> list[tuple[str, bool]]:
    return [("ai-train", False)] if _USAGE.search(told.lower()) else []
