"""A blog or news page → its text, byline, date, links and wishes; hostile pages never raise."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from crawlers.markup import LONGEST, bounded, parse
from crawlers.text import clean, moment, web_address
from crawlers.web.authors import authors_of
from crawlers.web.dates import edited, published
from crawlers.web.linked import Linked
from crawlers.web.zones import headline_of

if TYPE_CHECKING:
    from crawlers.web.authors import Author

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it says of broken pages is of no use here

MOST_LINKS = 100
BODY = (".e-content", "[itemprop=articleBody]", "article", "main", "[role=main]", "body")
CHROME = "nav, header, footer, aside, script, style, template, form"
MOST_BLOCKS = 2500
BLOCKS = re.compile(
    r"(?i)<(?:p|div|li|t[dhr]|h\d|br|section|article|d[dt]|blockquote|pre|ul|ol|table|header|footer|aside)\b"
)
NO_TEXT = frozenset({"noindex", "none", "noarchive", "nosnippet"})
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})


@dataclass(frozen=True, slots=True)
class Byline:
    """Who signed a page: a name, the address of the author's own page, addresses of the same person elsewhere.

    `group`: the name is that of an agency, a desk or the site.
    """

    name: str | None = None
    url: str | None = None
    same_as: tuple[str, ...] = ()
    group: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What one page says; `wishes` are reservations such as `noindex`, `noai`, `tdm-reservation=1` (or its `=0`).

    `published` is in UTC; `day` is the day of publication as the page writes it, by its own clock.
    """

    title: str | None = None
    text: str | None = None
    bylines: tuple[Byline, ...] = ()
    published: str | None = None
    day: str | None = None
    edited: str | None = None
    language: str | None = None
    links: tuple[str, ...] = ()
    wishes: tuple[str, ...] = field(default=())

    @property
    def byline(self) -> Byline:
        """The first author, or nobody."""
        return self.bylines[0] if self.bylines else Byline()

    @property
    def may_keep_text(self) -> bool:
        """Whether the page leaves its text to be kept."""
        return not any(wish in NO_TEXT for wish in self.wishes)


def read_page(body: bytes, url: str, headers: dict[str, str], *, with_text: bool = True, heed: bool = True) -> Page:
    """Return what the page says; without `heed`, its text also where it does not want to be kept."""
    markup = bounded(decoded(body, headers))
    return page_of(markup, LexborHTMLParser(markup), url, headers, with_text=with_text, heed=heed)


def page_of(
    markup: str, tree: LexborHTMLParser, url: str, headers: dict[str, str], *, with_text: bool = True, heed: bool = True
) -> Page:
    """Return what a page says that has been decoded and parsed; the tree loses the chrome around its article."""
    linked = Linked(tree)
    title = _title(tree)
    article = linked.article(url, title)
    wishes = _wishes(tree, headers)
    when = published(tree, article, url)
    wanted = with_text and not (heed and NO_TEXT & set(wishes))
    text, guessed = _main_text(markup, url, dated=when is not None) if wanted else (None, None)
    return Page(
        title=title,
        text=text,
        bylines=tuple(_byline(author, url) for author in authors_of(tree, markup, url, linked=linked, text=text)),
        published=when.at.isoformat() if when else guessed,
        day=when.day.isoformat() if when else guessed and guessed[:10],
        edited=edited(tree, article),
        language=_language(tree),
        links=tuple(_body_links(tree, url)),
        wishes=tuple(wishes),
    )


def feeds_of(body: bytes, url: str, headers: dict[str, str]) -> list[str]:
    """Return the feeds that a page names, comment feeds last."""
    return feeds_in(parse(decoded(body, headers)), url)


def feeds_in(tree: LexborHTMLParser, url: str) -> list[str]:
    """Return the feeds that a parsed page names, comment feeds last."""
    found = []
    for node in tree.css("link[rel~=alternate][type]"):
        if (node.attributes.get("type") or "").lower().split(";")[0].strip() in FEED_TYPES:
            address = web_address(node.attributes.get("href"), url)
            if address:
                found.append(address)
    return sorted(dict.fromkeys(found), key=lambda address: "comment" in address.lower())


def decoded(body: bytes, headers: dict[str, str]) -> str:
    """Return a page as text, in the encoding that it or its server names, or that its bytes show."""
    from scrapy.http import HtmlResponse

    told = headers.get("content-type", "")
    page = HtmlResponse("http://page.invalid/", body=body[:LONGEST], headers={"Content-Type": told} if told else None)
    return str(page.text)


def _main_text(markup: str, url: str, *, dated: bool) -> tuple[str | None, str | None]:
    """Return the article's words and, where the page does not tell its date, the date found in its text."""
    import trafilatura

    # its second opinions compare each paragraph with its neighbours: quadratic, and not needed where much is written
    fast = sum(1 for _ in islice(BLOCKS.finditer(markup), MOST_BLOCKS + 1)) > MOST_BLOCKS
    try:
        found = trafilatura.bare_extraction(
            markup, url=url, include_comments=False, include_tables=True, with_metadata=not dated, fast=fast
        )
    except Exception:  # noqa: BLE001 - a page from outside can break a parser in any way
        return None, None
    if found is None:
        return None, None
    when = moment(getattr(found, "date", None)) if not dated else None
    return clean(getattr(found, "text", None)), when.isoformat() if when else None


def _byline(author: Author, url: str) -> Byline:
    """An author's own address is a page: a post is none."""
    page = author.url if author.url and author.url.rstrip("/") != url.rstrip("/") else None
    return Byline(author.name, page, author.same_as, group=author.group)


def _wishes(tree: LexborHTMLParser, headers: dict[str, str]) -> list[str]:
    told = f"{headers.get('x-robots-tag', '')},{_meta(tree, 'robots') or ''}".lower()
    words = {word.split(":")[-1].strip() for word in told.split(",")}
    wishes = sorted(words & (NO_TEXT | {"noai", "noimageai"}))
    told_by = (_meta(tree, "tdm-reservation") or "", headers.get("tdm-reservation", ""))
    reserved = next((word.strip() for word in told_by if word.strip() in {"0", "1"}), None)
    return [*wishes, *([f"tdm-reservation={reserved}"] if reserved else [])]


def _body_links(tree: LexborHTMLParser, url: str) -> list[str]:
    body = next((node for selector in BODY if (node := tree.css_first(selector)) is not None), None)
    if body is None:
        return []
    for node in body.css(CHROME):
        node.decompose()
    found = (web_address(node.attributes.get("href"), url) for node in body.css("a[href]"))
    return list(dict.fromkeys(address for address in found if address and address != url))[:MOST_LINKS]


def _title(tree: LexborHTMLParser) -> str | None:
    """The title without the name of the site, where the page tells it: its headline is part of the longer one."""
    told, whole = _meta(tree, "og:title"), clean(_node_text(tree, "title"), 500)
    if told or not whole:
        return clean(told, 500) or whole
    heading = headline_of(tree, whole)
    words = " ".join(heading.text()[:500].split()) if heading is not None else ""
    return clean(words, 500) if len(words) > 3 and words in whole else whole


def _language(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("html")
    return clean(node.attributes.get("lang"), 20) if node is not None else None


def _meta(tree: LexborHTMLParser, name: str) -> str | None:
    node = tree.css_first(f'meta[name="{name}"], meta[property="{name}"]')
    return node.attributes.get("content") if node is not None else None


def _node_text(tree: LexborHTMLParser, selector: str) -> str | None:
    node = tree.css_first(selector)
    return node.text() if node is not None else None
