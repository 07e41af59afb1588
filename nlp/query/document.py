"""What a query is asked of: one text with what is known around it, and where its words were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """A post or article. None is unknown, an empty tuple is known to be empty.

    `numbers` holds counts under the query's names (`likes`, `followers`, `er` as a share, ...); `brands` those cited;
    `tone` is `negative`, `neutral` or `positive`; `kind` is `post`, `reply`, `repost`, `quote` or `article`.
    """

    text: str | None = None
    title: str | None = None
    language: str | None = None
    country: str | None = None
    platform: str | None = None
    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    url: str | None = None
    site: str | None = None
    links: tuple[str, ...] | None = None
    hashtags: tuple[str, ...] | None = None
    mentions: tuple[str, ...] | None = None
    kind: str | None = None
    published_at: dt.datetime | None = None
    numbers: Mapping[str, float | None] | None = None
    labels: tuple[str, ...] | None = None
    tier: str | None = None
    community: str | None = None
    brands: tuple[str, ...] | None = None
    tone: str | None = None
    sponsored: bool | None = None
    disclosed: bool | None = None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A term found in a field: code-point offsets in the original value; `item` counts the values of one field."""

    field: str
    start: int
    end: int
    term: str
    item: int = 0
