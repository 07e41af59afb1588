"""Sitemaps: indexes, lists of addresses with their last change, plain or gzipped; bounded whatever they hold."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.text import moment, web_address

if TYPE_CHECKING:
    from datetime import datetime

LONGEST = 50_000_000  # uncompressed: what the protocol allows
MOST = 50_000  # addresses of one file: what the protocol allows
GUESSES = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
LINE = re.compile(r"(?im)^\s*sitemap\s*:\s*(\S+)")
OTHER = re.compile(
    r"(?i)(?:image|video|tag|categor|taxonom|author|archive|page-sitemap|sitemap-pages|product|attachment|post_format)"
)
"""Names of sitemaps whose addresses are no posts."""


@dataclass(frozen=True, slots=True)
class Place:
    """One address of a sitemap and when it was last changed."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one file lists: further sitemaps, or pages."""

    maps: tuple[Place, ...] = ()
    pages: tuple[Place, ...] = ()


def named_in(robots: str, base: str) -> list[str]:
    """Return the sitemaps that a robots.txt names."""
    found = (web_address(match[1], base) for match in LINE.finditer(robots))
    return list(dict.fromkeys(address for address in found if address))[:50]


def read_sitemap(body: bytes, base: str) -> Sitemap:
    """Return what a sitemap lists; raises ValueError for what is none, and for XML with entities."""
    told = _unpacked(body)
    head = told[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<"):
        lines = (web_address(line.strip()) for line in told.decode("utf-8", "replace").splitlines()[:MOST])
        pages = tuple(Place(address) for address in dict.fromkeys(lines) if address)
        if not pages:
            raise ValueError("no sitemap")
        return Sitemap(pages=pages)
    if b"<!ENTITY" in told[:100_000]:
        raise ValueError("XML entities are refused")
    if b"<urlset" not in told[:5000] and b"<sitemapindex" not in told[:5000]:
        raise ValueError("XML that is no sitemap")
    return _listed(told, base)


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body[:LONGEST]
    try:
        return zlib.decompressobj(31).decompress(body, LONGEST)
    except zlib.error:
        raise ValueError("a broken archive") from None


def _listed(told: bytes, base: str) -> Sitemap:
    from lxml import etree  # type: ignore[import-untyped]

    found: dict[str, list[Place]] = {"url": [], "sitemap": []}
    events = etree.iterparse(
        io.BytesIO(told),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        recover=True,
        resolve_entities=False,
        no_network=True,
    )
    for _, node in events:
        kind = etree.QName(node).localname
        address = web_address((node.findtext("{*}loc") or "").strip(), base)
        if address and len(found[kind]) < MOST:
            found[kind].append(Place(address, moment((node.findtext("{*}lastmod") or "").strip())))
        node.clear()
    return Sitemap(tuple(found["sitemap"]), tuple(found["url"]))
