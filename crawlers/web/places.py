"""Places of a page: the words of a small element, the links beside it, the lines around the headline."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawlers.text import web_address
from crawlers.web.names import fold

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

AUTHOR_PAGE = re.compile(
    r"(?i)/(?:authors?|autor(?:es|en|in)?|auteurs?|people|staff|profiles?|by|contributors?|columnists?|journalist(?:e|es|s)?"
    r"|reporters?|writers?|redakt\w*|rédact\w*|bloggers?|users?|bios?|experts?|team|our-team|meet-the-team|membre|profil"
    r"|team-member|nutzer|benutzer|mitarbeiter|collaborateurs?)/(?!page/)([^/?#]{2,80})/?(?:[?#]|$)"
    r"|[?&]author=|/@[\w.-]+/?(?:[?#]|$)|/author\w*/"
)
"""Addresses under which sites keep the pages of their authors."""
TAGS = re.compile(  # reads each character once, whatever is left open
    r"<(script|style|noscript)\b[^<]*(?:<(?!/\1)[^<]*)*|<!--[^-]*(?:-(?!->)[^-]*)*", re.IGNORECASE
)
BREAKS = re.compile(
    r"</?(?:p|div|li|ul|br|h\d|section|header|time|td|tr|figure|dd|dt|address|article|footer)\b[^<>]*>", re.IGNORECASE
)
MARKUP = re.compile(r"<[^<>]*>")
HEADING = re.compile(r"<h[12]\b", re.IGNORECASE)
GOES_ON = re.compile(
    r"(?i)(\b(?:by|von|par|por|di|da|door|and|und|et|y|e|&|with|author|autor|auteur|text)\s*:?|[,:&])\n"
)
WENT_ON = re.compile(r"(?i)\n(?=[,;&]|(?:and|und|et|y|&)\b)")
LONGEST_LINE = 160
SENTENCE = 110  # characters around a link that make it part of a sentence
MOST_PIECES, LONGEST_WORDS = 300, 600  # what a byline may hold, elements and characters
MOST_HEADINGS = 60
BEFORE, AFTER = 1500, 8000  # characters of markup around the headline in which a byline may stand


class Words:
    """The texts of small elements of one page."""

    def __init__(self) -> None:
        self._large: set[int] = set()  # texts that were found too long: many elements may hold the same one

    def __call__(self, node: LexborNode) -> str:
        """Return the text of a small element, one line per piece that stands apart; a large one holds no byline."""
        found: list[str] = []
        size = 0
        for one in islice(node.traverse(include_text=True), MOST_PIECES):
            if one.tag != "-text":
                continue
            told = "" if one.mem_id in self._large else one.text_content or ""
            size += len(told) if told.strip() else 0
            if one.mem_id in self._large or size > LONGEST_WORDS:
                self._large |= {one.mem_id} if len(told) > LONGEST_WORDS else set()
                return ""
            if told := " ".join(told.split()):
                found.append(told)
        return _rejoined(found)


def _rejoined(lines: list[str]) -> str:
    """`By` and the name after it may stand in two elements: they are one line, as `and` and commas are."""
    return WENT_ON.sub(" ", GOES_ON.sub(r"\1 ", "\n".join(lines)))


def beside(node: LexborNode, url: str) -> str | None:
    """Return where an element leads: itself, the first link in it, or the link around it."""
    link = node if node.tag == "a" else node.css_first("a[href]")
    above = node.parent
    if link is None and above is not None and above.tag == "a":
        link = above
    return web_address(link.attributes.get("href"), url) if link is not None else None


def leads_to_an_author(node: LexborNode, url: str, words: Words) -> bool:
    """Whether a link leads to where the same site keeps its authors, and is not part of a sentence."""
    address = web_address(node.attributes.get("href"), url)
    if address is None or not AUTHOR_PAGE.search(address) or _site(address) != _site(url):
        return False
    around = node.parent
    if around is None or around.tag not in {"p", "li", "td", "blockquote"}:
        return True
    return 0 < len(words(around)) <= SENTENCE


def _site(address: str) -> str:
    return ".".join((urlsplit(address).hostname or "").split(".")[-2:])


def lines_around(markup: str, headline: str) -> list[str]:
    """Return the lines of text around the headline."""
    wanted = fold(headline)[:40]
    for match in islice(HEADING.finditer(markup), MOST_HEADINGS):
        if wanted and wanted in fold(MARKUP.sub("", markup[match.start() : match.start() + BEFORE])):
            return lines_of(markup[max(0, match.start() - BEFORE) : match.start() + AFTER])
    return []


def lines_of(markup: str) -> list[str]:
    """Return the lines of text of a stretch of markup."""
    text = unescape(MARKUP.sub(" ", BREAKS.sub("\n", TAGS.sub("\n", markup))))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return _rejoined([line for line in lines if line]).split("\n")
