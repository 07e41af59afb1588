"""When a page was published: what it says for machines, then its time element, then its address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawlers.text import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "dc.date.created", "citation_publication_date", "citation_date",
    "article.published", "publish-date",
    "publish_date", "publication_date", "pubdate", "cxenseparse:recs:publishtime", "dc.date", "dcterms.date",
    "date", "displaydate", "og:pubdate",
)  # fmt: skip
EDITED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
ELEMENTS = (
    ".dt-published, [itemprop~=datePublished], time[pubdate], .entry-date[datetime], .published[datetime]"
    ", .post-date time[datetime]"
)
ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?:\D|$)")
MONTH = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?:\D|$)")
ANOTHER_MONTH = 46  # days from the middle of the month that an address names
COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T?\d+)?$")


@dataclass(frozen=True, slots=True)
class Told:
    """A time in UTC, and the day that the page itself writes: by its own clock, not by Greenwich's."""

    at: datetime
    day: date


def published(tree: LexborHTMLParser, article: dict[str, Any], url: str) -> Told | None:
    """Return when the page says that it was published, or None.

    The first word counts, unless the address names another month: then the first that agrees with the address.
    """
    path = urlsplit(url).path
    found = [Told(at, _written_day(value, at)) for value in _told(tree, article, url) if (at := when(value))]
    match, whole = MONTH.search(path), ADDRESS.search(path)
    if match:
        month = datetime(int(match[1]), int(match[2]), 15, tzinfo=UTC)
        found.sort(key=lambda told: abs(told.at - month).days > ANOTHER_MONTH)
    if not found:
        return None
    day = when("-".join((whole[1], whole[2].zfill(2), whole[3].zfill(2)))) if whole else None
    near = day is not None and abs((found[0].day - day.date()).days) == 1
    return Told(found[0].at, day.date()) if near and day else found[0]


def _written_day(value: object, at: datetime) -> date:
    match = re.match(r"\s*(\d{4})-(\d\d)-(\d\d)", value) if isinstance(value, str) else None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else at.date()
    except ValueError:
        return at.date()


def edited(tree: LexborHTMLParser, article: dict[str, Any]) -> str | None:
    """Return when the page says that it was last changed, in UTC, or None."""
    metas = _metas(tree)
    values = [article.get("dateModified"), *(metas.get(name) for name in EDITED)]
    return next((found.isoformat() for value in values if (found := when(value))), None)


def when(value: object) -> datetime | None:
    """Return a time written as ISO 8601, as in mails, or as eight digits; None for anything else."""
    if not isinstance(value, str) or not 4 < len(value) < 60:
        return None
    text = value.strip()
    if match := COMPACT.match(text):
        text = "-".join(match.groups())
    found = (
        moment(text)
        or moment(re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", text))
        or moment(text.removesuffix(" UTC").removesuffix(" GMT"))
    )
    if found is None and "," in text:
        try:
            mailed = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            return None
        found = moment((mailed if mailed.tzinfo else mailed.replace(tzinfo=UTC)).isoformat())
    return found


def _told(tree: LexborHTMLParser, article: dict[str, Any], url: str) -> Iterator[object]:
    yield article.get("datePublished")
    yield article.get("dateCreated")
    metas = _metas(tree)
    for name in METAS:
        yield metas.get(name)
    yield article.get("uploadDate")
    for node in tree.css(ELEMENTS)[:10]:
        given = node.attributes
        yield given.get("datetime") or given.get("content") or given.get("title") or node.text(deep=False)
    match = ADDRESS.search(urlsplit(url).path)
    yield "-".join((match[1], match[2].zfill(2), match[3].zfill(2))) if match else None
    times = [
        told
        for node in tree.css("article time[datetime], main time[datetime], time[datetime]")[:20]
        if (told := node.attributes.get("datetime"))
    ]
    if len({told[:10] for told in times}) == 1:
        yield times[0]


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]")[:400]:
        given = node.attributes
        name = (
            (given.get("name") or given.get("property") or given.get("itemprop") or given.get("http-equiv") or "")
            .strip()
            .lower()
        )
        found.setdefault(name, given.get("content") or "")
    return found
