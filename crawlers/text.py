"""HTML from outside → plain text, links and times; hostile input never raises."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawlers.markup import parse

LONGEST = 200_000
BLOCKS = "p, div, li, blockquote, pre, h1, h2, h3, h4, h5, h6, tr"
SPACES = re.compile(r"[ \t\xa0]+")
LINES = re.compile(r"\s*\n\s*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: object, longest: int = LONGEST) -> str | None:
    """Return text in NFC without control characters or direction overrides; None when nothing is left."""
    if not isinstance(text, str):
        return None
    tidy = CONTROL.sub("", unicodedata.normalize("NFC", text[:longest].encode("utf-8", "ignore").decode())).strip()
    return tidy or None


def html_text(markup: object) -> str | None:
    """Return the words of a fragment of HTML, one line per block. Long links are written whole."""
    if not isinstance(markup, str) or not markup:
        return None
    if "<" not in markup and "&" not in markup:
        return clean(markup)
    tree = parse(f"<body>{markup[:LONGEST]}</body>")
    for node in tree.css("script, style, template"):
        node.decompose()
    for node in tree.css("a[href] span.invisible"):
        node.unwrap()
    for node in tree.css("br"):
        node.replace_with("\n")
    for node in tree.css(BLOCKS):
        node.insert_after("\n")
    words = tree.body.text() if tree.body else ""
    return clean(LINES.sub("\n", SPACES.sub(" ", words)))


def html_links(markup: object, base: str = "") -> list[tuple[str, str]]:
    """Return (address, class and rel words) of the links in a fragment of HTML."""
    if not isinstance(markup, str) or "<a" not in markup[:LONGEST].lower():
        return []
    found = []
    for node in parse(f"<body>{markup[:LONGEST]}</body>").css("a[href]"):
        address = web_address(node.attributes.get("href"), base)
        if address:
            found.append((address, f"{node.attributes.get('class') or ''} {node.attributes.get('rel') or ''}"))
    return found


def web_address(address: object, base: str = "") -> str | None:
    """Return an absolute http(s) address without fragment or credentials, or None."""
    if not isinstance(address, str) or len(address) > 2000:
        return None
    try:
        whole = urljoin(base, address.strip()) if base else address.strip()
        parts = urlsplit(whole)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            return None
        _ = parts.port
    except ValueError:
        return None
    if CONTROL.search(whole) or any(mark in whole for mark in ' <>"\n\t\\'):
        return None
    return parts._replace(fragment="", scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()


def moment(value: object) -> datetime | None:
    """Return an ISO 8601 time in UTC (without a zone: UTC), or None; years outside 1990–2100 are no times."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        when = datetime.fromisoformat(value.strip())
        when = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return when if 1990 <= when.year <= 2100 else None


def count(value: Any) -> int | None:
    """Return a count as it was given; hidden (negative), missing or absurd ones are unknown."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 2**53 else None


def says(text: str, term: str) -> bool:
    """Whether a text holds a term as whole words: the search takes a neighbour's spelling for it."""
    return re.search(rf"(?<!\w){re.escape(fold_marks(term))}(?!\w)", fold_marks(text)) is not None


def fold_marks(text: str) -> str:
    """Return a text without case and accents, to compare words by."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
