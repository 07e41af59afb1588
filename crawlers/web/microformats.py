"""Microformats 2 of a page: whose page it is, what an entry answers, where else the same person is.

Only what a crawl needs, on the tree that is there anyway: mf2py builds a second one, many times slower, and its
recursion breaks on deep pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.text import clean, web_address

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MOST = 50


@dataclass(frozen=True, slots=True)
class Card:
    """An h-card: somebody's name, addresses and words about themselves."""

    name: str | None
    urls: tuple[str, ...]
    uid: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What an h-entry says besides its words: answers, shares, quotations, likes, copies elsewhere, tags."""

    in_reply_to: str | None = None
    repost_of: str | None = None
    quote_of: str | None = None
    like_of: str | None = None
    syndication: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def rel_me(tree: LexborHTMLParser, url: str) -> list[str]:
    """Return the addresses that a page claims as its owner's own."""
    found = (web_address(node.attributes.get("href"), url) for node in tree.css("a[rel~=me], link[rel~=me]")[:MOST])
    return list(dict.fromkeys(address for address in found if address))


def cards(tree: LexborHTMLParser, url: str) -> list[Card]:
    """Return the h-cards of a page."""
    return [_card(node, url) for node in tree.css(".h-card")[:MOST]]


def _card(node: LexborNode, url: str) -> Card:
    named, about, uid = (node.css_first(place) for place in (".p-name", ".p-note", ".u-uid"))
    alone = node.text()[:300] if named is None else named.text()[:300]
    links = node.css("a.u-url, link.u-url, area.u-url")[:MOST] or ([node] if node.tag == "a" else [])
    found = (web_address(link.attributes.get("href"), url) for link in links)
    return Card(
        name=clean(" ".join(alone.split()), 300),
        urls=tuple(dict.fromkeys(address for address in found if address)),
        uid=web_address(uid.attributes.get("href"), url) if uid is not None else None,
        note=clean(" ".join(about.text()[:5000].split()), 2000) if about is not None else None,
    )


def representative(tree: LexborHTMLParser, url: str) -> Card | None:
    """Return whose page it is (microformats.org, representative h-card parsing), or None."""
    told, own = cards(tree, url), _bare(url)
    for card in told:
        if card.uid and _bare(card.uid) == own and own in map(_bare, card.urls):
            return card
    claimed = {_bare(address) for address in rel_me(tree, url)}
    for card in told:
        if claimed & set(map(_bare, card.urls)):
            return card
    about = [card for card in told if own in map(_bare, card.urls)]
    return about[0] if len(told) == 1 and about else None


def _bare(address: str) -> str:
    return address.split("#", 1)[0].rstrip("/")


def entry_of(tree: LexborHTMLParser, url: str) -> Entry:
    """Return what the entry of a page says, its comments apart."""

    def addresses(name: str) -> list[str]:
        nodes = [node for node in tree.css(f".u-{name}")[:MOST] if not _inside_a_comment(node)]
        links = [node if "href" in node.attributes else node.css_first(".u-url, a[href]") for node in nodes]
        found = (web_address(link.attributes.get("href"), url) for link in links if link is not None)
        return list(dict.fromkeys(address for address in found if address))

    def first(name: str) -> str | None:
        return next(iter(addresses(name)), None)

    words = (clean(" ".join(node.text()[:200].split()), 100) for node in tree.css(".p-category, a[rel~=tag]")[:MOST])
    return Entry(
        in_reply_to=first("in-reply-to"),
        repost_of=first("repost-of"),
        quote_of=first("quotation-of"),
        like_of=first("like-of"),
        syndication=tuple(addresses("syndication")),
        tags=tuple(dict.fromkeys(word.lstrip("#") for word in words if word)),
    )


def _inside_a_comment(node: LexborNode) -> bool:
    above = node.parent
    for _ in range(20):
        if above is None or not above.tag:
            return False
        if {"h-cite", "u-comment", "p-comment"} & set((above.attributes.get("class") or "").split()):
            return True
        above = above.parent
    return False
