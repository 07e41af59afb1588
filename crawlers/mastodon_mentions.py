"""Where a Mastodon-like server speaks of the brands: hashtags of their names, links to their sites."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from crawlers.connector import Ask, Batch
from crawlers.shapes import query, rows
from crawlers.text import web_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawlers.connector import Answer, Context

PAGE = 40
MOST_LINKS = 10


def hashtag(name: str) -> str | None:
    """Return a name as people write it in a hashtag, without spaces, accents and case; None when nothing is left."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    tag = "".join(mark for mark in folded if mark.isalnum())
    return tag if len(tag) > 1 and not tag.isdigit() else None


def hashtags(context: Context) -> list[str]:
    """Return the brief's hashtags, then those of its queries and of the brands' names, each once.

    Servers of this kind fold accents and case in a hashtag, so that one way of writing it is enough.
    """
    named = (tag for name in context.brand_names if (tag := hashtag(name)))
    return list({hashtag(tag) or tag: tag for tag in (*context.hashtags, *named)}.values())


def trend_asks(base: str, context: Context) -> list[Ask]:
    """Ask which links are shared most, where the brands have sites of their own."""
    if not context.brand_domains:
        return []
    address = query(f"{base}/api/v1/trends/links", limit=PAGE)
    return [Ask(address, "trends", {"base": base}, why="links to the brands' sites", recurring=True)]


def read_trends(answer: Answer, context: Context) -> Batch:
    """Ask for the posts that share a link to one of the brands' sites (Mastodon 4.3 and later)."""
    base = answer.payload["base"]
    links = [url for row in rows(_list(answer)) if (url := web_address(row.get("url")))]
    found = [url for url in links if is_of(url, context.brand_domains)][:MOST_LINKS]
    return Batch(asks=[_link_ask(base, url) for url in dict.fromkeys(found)])


def _list(answer: Answer) -> list[Any]:
    told = answer.json()
    if not isinstance(told, list):
        raise ValueError("not a list of links")  # noqa: TRY004 - one kind of error for a wrong answer
    return told


def _link_ask(base: str, url: str) -> Ask:
    address = f"{base}/api/v1/timelines/link?limit={PAGE}&url={quote(url, safe='')}"
    return Ask(address, "link", {"base": base, "id": f"link {url}"}, why=f"shares {url}")


def is_of(url: str, domains: Iterable[str]) -> bool:
    """Whether an address lies on one of the domains or below it."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
