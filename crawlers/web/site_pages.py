"""One page of a site as a crawl needs it: is it a post, what is its address, whose is it, where does it lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawlers.markup import bounded
from crawlers.pages import Page, decoded, feeds_in, page_of
from crawlers.text import clean, web_address
from crawlers.web.comments import Comment, comments_of
from crawlers.web.linked import ARTICLE, Linked, kinds
from crawlers.web.microformats import Card, Entry, entry_of, rel_me, representative

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MOST_LINKS = 500
LISTS = ("CollectionPage", "SearchResultsPage", "ProfilePage", "AboutPage", "ContactPage")
FILES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".gif",
    ".webp",
    ".svg",
    ".pdf",
    ".zip",
    ".mp3",
    ".mp4",
    ".css",
    ".js",
    ".xml",
    ".json",
    ".gz",
)


PRESS = "NewsMediaOrganization"


@dataclass(frozen=True, slots=True)
class SitePage:
    """What one page says, and its place in the site."""

    page: Page
    address: str
    is_post: bool
    site_name: str | None
    about: str | None
    feeds: tuple[str, ...]
    card: Card | None
    mine: tuple[str, ...]
    entry: Entry
    comments: tuple[Comment, ...]
    onward: tuple[str, ...]
    organisation: str | None = None


def read_site_page(body: bytes, url: str, headers: Mapping[str, str]) -> SitePage:
    """Return what a page says; hostile pages never raise."""
    markup = bounded(decoded(body, dict(headers)))
    tree = LexborHTMLParser(markup)
    linked = Linked(tree)
    people = linked.of_kind("Person")
    card = representative(tree, url)
    told = {
        "address": address_of(tree, url),
        "is_post": _is_post(tree, linked, url),
        "site_name": _meta(tree, "og:site_name")
        or next((clean(one.get("name"), 300) for one in linked.of_kind("WebSite")), None),
        "about": (card.note if card else None)
        or next((clean(one.get("description"), 2000) for one in people[:1]), None),
        "feeds": tuple(feeds_in(tree, url)),
        "card": card,
        "mine": tuple(dict.fromkeys([*rel_me(tree, url), *(_same(people[0], url) if len(people) == 1 else [])])),
        "entry": entry_of(tree, url),
        "comments": tuple(comments_of(tree, url)),
        "onward": tuple(_onward(tree, url)),
        "organisation": PRESS if _of_the_press(linked) else None,
    }
    return SitePage(page=page_of(markup, tree, url, dict(headers)), **told)  # type: ignore[arg-type] # named one by one above


def _of_the_press(linked: Linked) -> bool:
    """Whether the page says, in schema.org's words, that a news organisation stands behind it."""
    publishers = [one for thing in linked.things[:50] for one in linked.resolve(thing.get("publisher"))]
    return bool(linked.of_kind(PRESS)) or any(PRESS in kinds(one) for one in publishers)


def address_of(tree: LexborHTMLParser, url: str) -> str:
    """Return the canonical address that a page claims on its own host, else the one it was read at."""
    for node, name in (
        (tree.css_first("link[rel~=canonical]"), "href"),
        (tree.css_first('meta[property="og:url"]'), "content"),
    ):
        told = web_address(node.attributes.get(name), url) if node is not None else None
        if told and urlsplit(told).netloc == urlsplit(url).netloc:
            return told
    return url


def _is_post(tree: LexborHTMLParser, linked: Linked, url: str) -> bool:
    """Whether a page is one article: it says so, or holds exactly one whose heading leads nowhere else."""
    article = linked.article(url, None)
    told = [kind for thing in linked.things[:100] for kind in kinds(thing)]
    if any(kind in LISTS for kind in told):
        return False
    if any(ARTICLE.search(kind) for kind in kinds(article)) and told.count(kinds(article)[0]) == 1:
        return True
    kind = _meta(tree, "og:type")
    if kind == "article":
        return True
    found = {node.mem_id: node for node in tree.css("article, .h-entry, .hentry, .post")[:100]}
    articles = [node for node in found.values() if not _within(node)]
    if kind == "website" and len(articles) != 1:
        return False
    return len(articles) == 1 and not _leads_elsewhere(articles[0], url)


def _within(node: Any) -> bool:
    above = node.parent
    while above is not None and above.tag not in {None, "body", "html"}:
        names = set((above.attributes.get("class") or "").split())
        if above.tag == "article" or names & {"h-entry", "hentry", "post", "comment", "u-comment"}:
            return True
        above = above.parent
    return False


def _leads_elsewhere(article: Any, url: str) -> bool:
    """A teaser's heading is a link to the post; a post's own is none, or leads to itself."""
    link = article.css_first("h1 a[href], h2 a[href], h3 a[href], a.u-url[href]")
    told = web_address(link.attributes.get("href"), url) if link is not None else None
    return told is not None and told.rstrip("/") != url.partition("#")[0].rstrip("/")


def _same(person: dict[str, Any], url: str) -> list[str]:
    same = person.get("sameAs")
    listed = same if isinstance(same, list) else [same]
    return [address for one in listed[:20] if (address := web_address(one, url))]


def _onward(tree: LexborHTMLParser, url: str) -> list[str]:
    """Return the pages of the same host that a page links to, in order."""
    host = urlsplit(url).netloc
    found = (web_address(node.attributes.get("href"), url) for node in tree.css("a[href]:not([rel~=nofollow])"))
    return list(
        dict.fromkeys(
            told
            for told in found
            if told and urlsplit(told).netloc == host and not urlsplit(told).path.lower().endswith(FILES)
        )
    )[:MOST_LINKS]


def _meta(tree: LexborHTMLParser, name: str) -> str | None:
    node = tree.css_first(f'meta[property="{name}"]')
    return clean(node.attributes.get("content"), 300) if node is not None else None
