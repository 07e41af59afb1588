"""Reads values out of other people's JSON: any field may be missing or of another type."""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import urlsplit, urlunsplit


def at(value: Any, *path: str | int) -> Any:
    """Return what lies at `path`, or None when any step of it is not there."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def text(value: Any, *path: str | int) -> str | None:
    """Return the text (or number, as text) at `path`; None when it is empty or something else."""
    found = at(value, *path)
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return None
    return str(found) or None


def number(value: Any, *path: str | int) -> int | None:
    """Return the whole number at `path`; a negative one means that the source hides it."""
    found = at(value, *path)
    if isinstance(found, str) and found.isascii() and found.isdigit():
        found = int(found[:18])
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 10**15:
        return None
    return found


def flag(value: Any, *path: str | int) -> bool | None:
    """Return the boolean at `path`, or None."""
    found = at(value, *path)
    return found if isinstance(found, bool) else None


def items(value: Any, *path: str | int) -> list[Any]:
    """Return the list at `path`, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def uri(address: str | None) -> str | None:
    """Return a web address with its scheme and host in lower case; None when it is none."""
    if not address:
        return None
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return None
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query, parts.fragment))


def host(address: str | None) -> str | None:
    """Return the host (with its port) of a web address."""
    known = uri(address)
    return urlsplit(known).netloc if known else None


def plain(markup: str | None) -> tuple[str | None, list[str]]:
    """Return the words of an HTML fragment, paragraphs on their own lines, and the addresses it links to.

    Links marked as mentions or hashtags are not among the addresses.
    """
    if not markup:
        return None, []
    if "<" not in markup:
        return html.unescape(markup).strip() or None, []
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(f"<body>{markup}</body>")
    tree.strip_tags(["script", "style", "template", "noscript"])
    links = []
    for anchor in tree.css("a[href]"):
        target, classes = anchor.attributes.get("href"), anchor.attributes.get("class") or ""
        known = uri(target)
        if known is None or "mention" in classes or "hashtag" in classes:
            continue
        links.append(known)
        anchor.replace_with(known)  # the visible text of a long link is cut
    for tag in tree.css("br, p, li, blockquote, pre"):
        tag.insert_after("\n") if tag.tag == "br" else tag.insert_child("\n")
    body = tree.body.text(deep=True) if tree.body else ""
    return "\n".join(line.strip() for line in body.splitlines()).strip() or None, list(dict.fromkeys(links))
