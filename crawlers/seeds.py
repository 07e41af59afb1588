"""Accounts as people write them in a brief: which source a seed belongs to, and how that source reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawlers.connector import Context
from crawlers.mastodon import address_of
from data.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.connector import Connector

LISTS = frozenset(
    (
        "authors", "channels", "communities", "items", "jetstream", "lists", "opml", "people", "queries", "search",
        "sitemaps", "subreddits", "tags", "urls",
    )
)  # fmt: skip
"""Options that make a source ask for more than people."""
BY_INSTANCE = frozenset(("lemmy", "misskey", "peertube"))  # sources that know the people of the listed servers only
BARE_HANDLES = frozenset(("hackernews", "reddit"))  # a handle means one of theirs only with their name before it
_ADDRESSED = re.compile(r"^(?:ap|web|feed):(?=https?://)")


def as_written(seed: str, kind: str) -> str:
    """Return a seed without what stands before it in an `account_id` or in `SOURCE:@handle`, SOURCE being `kind`."""
    told = _ADDRESSED.sub("", seed.strip())
    if kind in BARE_HANDLES:
        return told
    rest = told.removeprefix(f"{kind}:")
    return rest if rest.startswith(("@", "http://", "https://", "did:", "at://")) else told


def people_only(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a source without its lists and searches: what is left says where people are asked for."""
    return {name: value for name, value in options.items() if name not in LISTS or isinstance(value, str)}


def knows(connector: Connector, options: Mapping[str, Any], seed: str) -> bool:
    """Whether a source understands a seed: its first requests differ by it; raises nothing."""
    told, bare = as_written(seed, connector.kind), people_only(options)
    if connector.kind == "mastodon":
        return address_of(told) is not None
    if connector.kind in BY_INSTANCE:
        return _host(told) in _hosts(options)
    return _first(connector, bare, (told,)) != _first(connector, bare, ())


def _first(connector: Connector, options: dict[str, Any], seeds: tuple[str, ...]) -> list[str]:
    try:
        return [ask.url for ask in connector.seeds(Context(options=options, seed_accounts=seeds)).asks]
    except UserError:
        return []


def _host(told: str) -> str:
    address = address_of(told)
    return address[1] if address else urlsplit(told).netloc.lower()


def _hosts(options: Mapping[str, Any]) -> set[str]:
    listed = (str(one) for one in options.get("instances", []))
    return {urlsplit(one if "://" in one else f"https://{one}").netloc.lower() for one in listed}
