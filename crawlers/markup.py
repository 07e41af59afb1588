"""HTML from outside → a tree, in bounded time: what makes parsers quadratic is cut off before they see it."""

from __future__ import annotations

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser

LONGEST = 3_000_000
MOST_ATTRIBUTES = 2_000  # of one tag: parsers compare each with all before it
DEEPEST = 5_000  # of elements open at once: each block looks through all that are open
MOST_TAGS = 30_000  # of one page: more than the longest discussion on one page has
FEW = 10_000  # characters: nothing shorter is deep or wide enough to matter
ALONE = re.compile(  # elements without an end tag, and those that the next of their kind ends
    r"area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|param|!.*|p|li|d[td]|t[rdh]|tbody|thead|option",
    re.DOTALL,
)
DRAWN = re.compile(
    r"path|circle|rect|line|poly\w+|ellipse|use|stop|g|image|animate|t?span|text|svg|symbol|\w+gradient|filter"
)
ATTRIBUTE = r"""(?:[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?)?)"""
TOKEN = re.compile(
    rf"""<(?:!--(?:[^-]|-(?!->))*+|(?P<close>/)?(?P<name>[a-z!][^\s/>]*+)(?P<told>(?:[\s/]++|{ATTRIBUTE}|=)*+)>?"""
    r"""(?:(?<=>)(?:(?<=<script>)|(?<=<style>))(?:[^<]|<(?!/(?:script|style)))*+)?)""",
    re.IGNORECASE,
)
"""One tag as the HTML standard reads it, one comment, or one plain script; every character is read once."""


def parse(markup: str) -> LexborHTMLParser:
    """Return the tree of a page or fragment; what would take a parser more than a moment is left out."""
    return LexborHTMLParser(bounded(markup[:LONGEST]))


def bounded(markup: str) -> str:
    """Return the markup up to where it nests too deep, has too many tags, or gives one too many attributes."""
    if len(markup) < FEW or _ordinary(markup):
        return markup
    depth, opened = 0, Counter[str]()
    for number, token in enumerate(TOKEN.finditer(markup)):
        told, name = token["told"] or "", (token["name"] or "!--").lower()
        if len(told) > 2 * MOST_ATTRIBUTES and _attributes(told) > MOST_ATTRIBUTES:
            return markup[: token.start()]
        if ALONE.fullmatch(name) or (told.endswith("/") and DRAWN.fullmatch(name)):
            pass
        elif not token["close"]:
            depth, opened[name] = depth + 1, opened[name] + 1
        elif opened[name]:  # an end tag without a beginning closes nothing
            depth, opened[name] = depth - 1, opened[name] - 1
        if depth > DEEPEST or number > MOST_TAGS:
            return markup[: token.start()]
    return markup


def _ordinary(markup: str) -> bool:
    """Whether a page has so few tags, with so little in each, that it need not be followed tag by tag."""
    tokens = TOKEN.findall(markup)
    return len(tokens) <= DEEPEST and all(len(told) <= 2 * MOST_ATTRIBUTES for _, _, told in tokens)


def _attributes(told: str) -> int:
    return sum(1 for _ in re.finditer(ATTRIBUTE, told))
