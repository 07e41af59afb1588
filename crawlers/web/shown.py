"""Who wrote a page, as it tells readers: microformats, bylines, links to authors, signed lines, boxes, the owner."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawlers.web.claims import Claim, Signer
from crawlers.web.names import fold, is_group, looks_like_a_person, people_in
from crawlers.web.places import LONGEST_LINE, beside, leads_to_an_author, lines_around, lines_of
from crawlers.web.vocabulary import AUTHOR_WORDS, DONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from crawlers.web.zones import Zones

FORMATS = (
    ("h_entry", ".p-author"),
    ("hatom", ".hentry .author .fn, .hentry .vcard .fn, .author.vcard, .vcard.author"),
    ("rel_author", "a[rel~=author]"),
)
NAMED = (
    "byline by-line author autor auteur writer verfasser redacteur contributor columnist journalist posted-by postedby"
)
BYLINES = re.compile(
    r"(?i)by-?line|author|autor|auteur|writer|verfasser|redacteur|contributor|columnist|journalist|reporter|posted-?by"
    r"|signature|signed"
)
NOT_NAMES = re.compile(
    r"(?i)(?:author|autor|byline|auteur|writer)s?[-_]*(?:bio|desc|about|info-text|image|img|avatar|photo|pic|thumb|social"
    r"|links?-|title|role|job|position|twitter|email|follow|date|time|posts|more|count|icon|box-text|location|url)"
    r"|authority|authoriz|timestamp|underwriter|typewriter"
)
CLASSES = ", ".join(
    f"[{name}*={word} i]" for name in ("class", "id", "data-testid", "data-component") for word in NAMED.split()
)
METAS = (
    "meta posted info date submitted publish details dateline kicker credit source signature entry-utility created"
    " username verfasst"
)
LINES = ", ".join(f"[class*={word} i]" for word in METAS.split())
SIGNED = re.compile(
    rf"(?i)^\W*(?:(?:\w+\W+){{0,3}}?(?:by|von|par|por|di|da|door|av)|(?:{AUTHOR_WORDS})(?:\(s\)|/in|:in|\*in)?\s*[:|])\s+(?=\S)"
)
DONE_BY = re.compile(rf"(?i)\b(?:{DONE})\s+(?:by|von|par|por|da|door)\s+(?=\S)")
OTHER_WORK = re.compile(
    r"(?i)\b(?:reporting|editing|photo\w*|image|picture|illustrat\w+|bild(?:er)?|foto\w*|edited|translat\w+|übersetz\w+|tradui\w+"
    r"|checked|reviewed|medically|presented|sponsored|powered|followed|caused|led|made|music|directed|produced|hosted"
    r"|recommended|owned|founded|inspired|supported|provided)\W+(?:\w+\W+)?(?:by|von|par|por|da|di)\b"
)
FOOT = re.compile(
    r"(?i)^\W*(?:autor(?:[/:*_-]?in(?:nen)?)?|auteure?|author|autore|verfasser(?:[/:*_-]?in)?"
    r"|text\s*(?:und|&|et|\+)\s*(?:fotos?|bilder|photos?)|texte?|written by|geschrieben von"
    r"|verfasst von|écrit par|rédigé par|escrito por|scritto da|über (?:den autor|die autorin)|about the author"
    r"|à propos de l['’]aute\w+|l['’]aute\w+)\s*[:|–-]?\s+(?=\S)"
)
BOXED = (
    "author-box author-bio about-author author-info authorbox author-card autorenbox autor-box post-author entry-author"
    " author-profile"
)
BOXES = ", ".join(f"[class*={word} i]" for word in BOXED.split())
ABOUT = re.compile(r"(?i)^\W*(?:about|über|à propos de|sobre|su)\s+(?:the author\W+)?")
COMMENTS = re.compile(
    r"""<[a-z]+\s[^<>]{0,200}?(?:id|class)=["'][^"'<>]{0,200}?\b(?:comments?|respond|commentlist|disqus_thread|kommentare"""
    r"""|commentaires)\b""",
    re.IGNORECASE,
)
COPYRIGHT = re.compile(
    r"(?:©|&copy;|\(c\)|copyright)\s*(?:©|&copy;)?\s*(?:(?:19|20)\d\d\s*(?:[-–—,]\s*(?:(?:19|20)\d\d|\w+))?)?\s*(?:by|von|par)?\s*"
    r"([^<>|.,\n]{4,60})",
    re.IGNORECASE,
)
MOST_PLACES, MOST_CANDIDATES, MOST_VISIBLE, MOST_CLAIMS = 150, 3000, 600, 40
BODY_BEGINS = 300  # characters of a line that is no standfirst any more
LONGEST_META = 400  # characters of a line about a post: when, by whom, filed where
LAST, FOOTER = 60_000, 30_000  # characters of markup in which a page is signed, and its owner named


def format_claims(tree: LexborHTMLParser, zones: Zones, url: str) -> Iterator[Claim]:
    """Yield the authors told by microformats of both generations and by links that say `rel=author`."""
    for kind, places in FORMATS:
        rank = 0
        for node in zones.ordered(tree.css(places)[:MOST_PLACES]):
            inner = node.css_first(".p-name, .fn") if kind != "rel_author" else None
            signers = tuple(Signer(name, beside(node, url)) for name in people_in(zones.words(inner or node)))
            yield Claim(kind, signers, rank)
            rank += bool(signers)
    if tree.css_first(".p-author") is None:
        cards = {fold(name): name for node in tree.css(".h-card .p-name")[:20] for name in people_in(zones.words(node))}
        yield Claim("h_card", tuple(Signer(name) for name in cards.values()) if len(cards) == 1 else ())


def byline_claims(tree: LexborHTMLParser, zones: Zones, url: str) -> Iterator[Claim]:
    """Yield what elements say that name an author by their class or address, the nearest to the headline first."""
    rank = 0
    for node in zones.ordered(tree.css(f"{CLASSES}, {LINES}, a[href]")[:MOST_CANDIDATES])[:MOST_VISIBLE]:
        kind = _kind(node, url, zones)
        told = zones.words(node) if kind else ""
        if not told or len(told) > (LONGEST_META if kind == "signed" else LONGEST_LINE):
            continue
        claim = replace(_byline(kind, node, told, url, zones), rank=rank)
        yield claim
        rank += bool(claim.signers)
        if rank > MOST_CLAIMS:
            return


def _kind(node: LexborNode, url: str, zones: Zones) -> str:
    if node.tag == "a" and "href" in node.attributes:
        return "author_link" if leads_to_an_author(node, url, zones.words) else ""
    names = _names(node)
    if BYLINES.search(names) and not NOT_NAMES.search(names):
        return "class"
    return "signed" if node.tag not in {"a", "img", "input", "button", "body", "main"} else ""


def _byline(kind: str, node: LexborNode, told: str, url: str, zones: Zones) -> Claim:
    if kind == "signed":
        within = DONE_BY.search(told)
        rest = told[within.end() :] if within else ""
        line = next((part[match.end() :] for part in told.split("\n") if (match := SIGNED.match(part))), rest)
        return Claim(kind, tuple(Signer(name) for name in people_in(line)))
    if kind == "class" and (SIGNED.match(told) or "byline" in _names(node)):
        kind = "byline"
    return Claim(kind, tuple(_linked_names(node, told, url, zones)))


def _linked_names(node: LexborNode, told: str, url: str, zones: Zones) -> list[Signer]:
    """The links of a byline are its names when they lead to authors; else its words are."""
    if node.tag == "a":
        return [Signer(name, beside(node, url)) for name in people_in(told)]
    links = [
        link
        for link in node.css("a[href]")[:12]
        if leads_to_an_author(link, url, zones.words) or "author" in (link.attributes.get("rel") or "")
    ]
    if links:
        return [Signer(name, beside(link, url)) for link in links for name in people_in(zones.words(link))]
    return [Signer(name) for name in people_in(told)]


def _names(node: LexborNode) -> str:
    given = node.attributes
    return " ".join(given.get(name) or "" for name in ("class", "id", "data-testid", "data-component"))[:500]


def line_claims(markup: str, zones: Zones) -> Iterator[Claim]:
    """Yield short lines around the headline that begin as bylines do, and the last one that signs the article."""
    rank = 0
    for line in lines_around(markup, zones.headline_text):
        if len(line) > BODY_BEGINS:
            break
        match = SIGNED.match(line) if len(line) <= LONGEST_LINE and not OTHER_WORK.search(line) else None
        if match:
            signers = tuple(Signer(name) for name in people_in(line[match.end() :]))
            yield Claim(
                "line",
                signers if all(looks_like_a_person(one.name) or is_group(one.name) for one in signers) else (),
                rank,
            )
            rank += 1
    comments = COMMENTS.search(markup)
    for line in lines_of(markup[: comments.start() if comments else None][-LAST:]):
        if len(line) <= LONGEST_LINE and FOOT.match(line):
            signers = tuple(Signer(name) for name in people_in(FOOT.sub("", line)) if looks_like_a_person(name))
            if signers:
                yield Claim("foot", signers)
                return


def box_claims(tree: LexborHTMLParser, zones: Zones) -> Iterator[Claim]:
    """Yield the name on the box about the author that follows an article."""
    for node in tree.css(BOXES)[:MOST_CLAIMS]:
        above = node.parent
        head = node.css_first("[class*=name i], h2, h3, h4, h5, strong, b, a[href]")
        if above is None or head is None or zones.aside(above):
            continue
        names = people_in(ABOUT.sub("", zones.words(head)))
        if names:
            yield Claim("box", (Signer(names[0]),))
            return


def owner_claims(tree: LexborHTMLParser, markup: str, url: str) -> Iterator[Claim]:
    """Yield whose site it is, when its address bears the name that its title or its copyright line tells."""
    label = fold((urlsplit(url).hostname or "").removeprefix("www."))
    told = [node.attributes.get("content") or "" for node in tree.css('meta[property="og:site_name"]')]
    told += [match[1] for match in COPYRIGHT.finditer(markup[-FOOTER:])]
    names = [
        name for value in told[:10] for name in people_in(value) if looks_like_a_person(name) and fold(name) in label
    ]
    yield Claim("owner", tuple(Signer(name) for name in names[:1]))
