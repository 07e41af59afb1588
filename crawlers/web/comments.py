"""Comments under a page, where they are marked up: microformats of both generations, microdata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.text import clean, html_text, web_address
from crawlers.web.dates import when

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

PLACES = ".u-comment, .p-comment, [itemtype$='/Comment'], li.comment, article.comment, div.comment, .comment-body"
NAMES = (
    ".p-author .p-name, .p-author, .comment-author .fn, .fn, [itemprop~=author] [itemprop~=name], [itemprop~=author]"
)
WORDS = ".e-content, .p-content, .p-name.e-content, .comment-content, .comment-text, [itemprop~=text]"
TIMES = ".dt-published, time[datetime], [itemprop~=dateCreated], [itemprop~=datePublished]"
MOST = 200


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: its place on the page, who wrote it, when, what."""

    key: str
    name: str | None
    site: str | None
    published: str
    text: str | None


def comments_of(tree: LexborHTMLParser, url: str) -> list[Comment]:
    """Return the comments of a page; one without a place, a time and a name is left out."""
    found: dict[str, Comment] = {}
    for node in tree.css(PLACES)[:MOST]:
        comment = _comment(node, url)
        if comment is not None:
            found.setdefault(comment.key, comment)
    return list(found.values())


def _comment(node: LexborNode, url: str) -> Comment | None:
    told, named, words = (node.css_first(place) for place in (TIMES, NAMES, WORDS))
    key = _key(node, url)
    if told is None or named is None or key is None:
        return None
    given = told.attributes
    published = when(given.get("datetime") or given.get("content") or told.text(deep=False))
    name = clean(" ".join(named.text()[:500].split()), 200)
    link = named if named.tag == "a" else named.css_first("a[href]")
    site = web_address(link.attributes.get("href"), url) if link is not None else None
    if published is None or not (name or site):
        return None
    return Comment(key, name, site, published.isoformat(), html_text(words.html) if words is not None else None)


def _key(node: LexborNode, url: str) -> str | None:
    """The fragment by which a comment is linked, or its own address."""
    for one in (node, node.parent):
        name = one.attributes.get("id") if one is not None and one.tag else None
        if name and "comment" in name.lower() and len(name) < 100 and name.replace("-", "").replace("_", "").isalnum():
            return f"#{name}"
    link = node.css_first("a.u-url[href], a.u-uid[href]")
    address = web_address(link.attributes.get("href"), url) if link is not None else None
    return address if address != url else None
