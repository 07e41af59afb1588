"""A blog or news page → its text, byline, date, links and wishes; hostile pages never raise."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser

from crawlers.text import clean, moment, web_address

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it says of broken pages is of no use here

LONGEST = 3_000_000
MOST_LINKS = 100
BODY = (".e-content", "[itemprop=articleBody]", "article", "main", "[role=main]", "body")
CHROME = "nav, header, footer, aside, script, style, template, form"
NO_TEXT = frozenset({"noindex", "none", "noarchive", "nosnippet"})
ARTICLES = re.compile(r"(Article|Posting|WebPage|NewsArticle|Report|Review|Recipe)$")
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})


@dataclass(frozen=True, slots=True)
class Byline:
    """Who signed a page: a name, the address of the author's own page, addresses of the same person elsewhere."""

    name: str | None = None
    url: str | None = None
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What one page says; `wishes` are reservations such as `noindex`, `noai`, `tdm-reservation=1`."""

    title: str | None = None
    text: str | None = None
    byline: Byline = Byline()
    published: str | None = None
    edited: str | None = None
    language: str | None = None
    links: tuple[str, ...] = ()
    wishes: tuple[str, ...] = field(default=())

    @property
    def may_keep_text(self) -> bool:
        """Whether the page leaves its text to be kept."""
        return not any(wish in NO_TEXT for wish in self.wishes)


def read_page(body: bytes, url: str, headers: dict[str, str], *, with_text: bool = True) -> Page:
    """Return what the page says."""
    markup = _decode(body, headers)
    tree = LexborHTMLParser(markup)
    linked = _json_ld(tree)
    wishes = _wishes(tree, headers)
    return Page(
        title=clean(_meta(tree, "og:title") or _node_text(tree, "title"), 500),
        text=_main_text(markup, url) if with_text and not NO_TEXT & set(wishes) else None,
        byline=_byline(tree, linked, url),
        published=_when(
            linked.get("datePublished"), _meta(tree, "article:published_time"), _time(tree, ".dt-published")
        ),
        edited=_when(linked.get("dateModified"), _meta(tree, "article:modified_time")),
        language=_language(tree),
        links=tuple(_body_links(tree, url)),
        wishes=tuple(wishes),
    )


def feeds_of(body: bytes, url: str, headers: dict[str, str]) -> list[str]:
    """Return the feeds that a page names, comment feeds last."""
    found = []
    for node in LexborHTMLParser(_decode(body, headers)).css("link[rel~=alternate][type]"):
        if (node.attributes.get("type") or "").lower().split(";")[0].strip() in FEED_TYPES:
            address = web_address(node.attributes.get("href"), url)
            if address:
                found.append(address)
    return sorted(dict.fromkeys(found), key=lambda address: "comment" in address.lower())


def _decode(body: bytes, headers: dict[str, str]) -> str:
    from scrapy.http import HtmlResponse

    told = headers.get("content-type", "")
    page = HtmlResponse("http://page.invalid/", body=body[:LONGEST], headers={"Content-Type": told} if told else None)
    return str(page.text)


def _main_text(markup: str, url: str) -> str | None:
    import trafilatura

    try:
        return clean(trafilatura.extract(markup, url=url, include_comments=False, include_tables=True))
    except Exception:  # noqa: BLE001 - a page from outside can break a parser in any way
        return None


def _byline(tree: LexborHTMLParser, linked: dict[str, Any], url: str) -> Byline:
    author = linked.get("author")
    author = author[0] if isinstance(author, list) and author else author
    if isinstance(author, str):
        author = {"name": author}
    if isinstance(author, dict) and isinstance(author.get("name"), str):
        same = author.get("sameAs")
        listed = same if isinstance(same, list) else [same]
        return Byline(
            clean(author["name"], 300),
            web_address(author.get("url"), url),
            tuple(address for one in listed[:20] if (address := web_address(one))),
        )
    for selector in (".h-entry .p-author", ".p-author", "a[rel~=author]", "[itemprop=author]"):
        node = tree.css_first(selector)
        if node is not None and (name := clean(" ".join(node.text().split()), 300)):
            link = node if node.tag == "a" else node.css_first("a[href]")
            return Byline(name, web_address(link.attributes.get("href"), url) if link is not None else None)
    name = _meta(tree, "author") or _meta(tree, "article:author") or ""
    return Byline(None, web_address(name)) if web_address(name) else Byline(clean(name, 300))


def _json_ld(tree: LexborHTMLParser) -> dict[str, Any]:
    """Return the first article of the page's JSON-LD."""
    for node in tree.css('script[type="application/ld+json"]')[:10]:
        try:
            told = orjson.loads(node.text()[:500_000])
        except ValueError:
            continue
        things = told if isinstance(told, list) else told.get("@graph", [told]) if isinstance(told, dict) else []
        for thing in things if isinstance(things, list) else []:
            kinds = thing.get("@type") if isinstance(thing, dict) else None
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(name, str) and ARTICLES.search(name) for name in names) and "author" in thing:
                return dict(thing)
    return {}


def _wishes(tree: LexborHTMLParser, headers: dict[str, str]) -> list[str]:
    told = f"{headers.get('x-robots-tag', '')},{_meta(tree, 'robots') or ''}".lower()
    words = {word.split(":")[-1].strip() for word in told.split(",")}
    wishes = sorted(words & (NO_TEXT | {"noai", "noimageai"}))
    reserved = _meta(tree, "tdm-reservation") or headers.get("tdm-reservation", "")
    return [*wishes, *(["tdm-reservation=1"] if reserved.strip() == "1" else [])]


def _body_links(tree: LexborHTMLParser, url: str) -> list[str]:
    body = next((node for selector in BODY if (node := tree.css_first(selector)) is not None), None)
    if body is None:
        return []
    for node in body.css(CHROME):
        node.decompose()
    found = (web_address(node.attributes.get("href"), url) for node in body.css("a[href]"))
    return list(dict.fromkeys(address for address in found if address and address != url))[:MOST_LINKS]


def _language(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("html")
    return clean(node.attributes.get("lang"), 20) if node is not None else None


def _meta(tree: LexborHTMLParser, name: str) -> str | None:
    node = tree.css_first(f'meta[name="{name}"], meta[property="{name}"]')
    return node.attributes.get("content") if node is not None else None


def _node_text(tree: LexborHTMLParser, selector: str) -> str | None:
    node = tree.css_first(selector)
    return node.text() if node is not None else None


def _time(tree: LexborHTMLParser, selector: str) -> str | None:
    node = tree.css_first(selector)
    return (node.attributes.get("datetime") or node.text()) if node is not None else None


def _when(*values: Any) -> str | None:
    return next((when.isoformat() for value in values if (when := moment(value))), None)
