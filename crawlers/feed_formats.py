"""RSS, Atom, RDF and JSON feeds → one kind of entry."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawlers.podcasts import podcast_of
from crawlers.shapes import iso, rows
from crawlers.text import clean, html_text, web_address

if TYPE_CHECKING:
    from crawlers.connector import Answer
    from crawlers.podcasts import Podcast

TRACKERS = re.compile(r"^(utm_\w+|fbclid|gclid|mc_cid|mc_eid|ref)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, whatever its format; `html` is what the feed gives of its body.

    `authors`: every name that signs it; `persons`: name, role and address of who speaks in an episode; `talks`: where
    it is discussed.
    """

    guid: str
    url: str | None
    title: str | None
    html: str | None
    published: str | None
    edited: str | None
    author: str | None
    author_url: str | None
    tags: tuple[str, ...]
    comments: int | None
    language: str | None
    authors: tuple[str, ...] = ()
    persons: tuple[tuple[str, str, str | None], ...] = ()
    talks: tuple[str, ...] = ()

    @property
    def stamp(self) -> str:
        """What changes when the entry does."""
        told = f"{self.title}|{self.edited}|{self.html}".encode()
        return hashlib.blake2b(told, digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's head: title, the site it speaks for, language, its next page, whether it opts out of listings.

    `hub`: the WebSub hub that would push news of it, `topic`: the address it is known by there (its `self` link);
    `guid`: a podcast's lasting id.
    """

    title: str | None
    home: str | None
    summary: str | None
    language: str | None
    following: str | None
    blocked: bool
    hub: str | None = None
    topic: str | None = None
    guid: str | None = None


def json_feed(answer: Answer) -> tuple[Feed, list[Entry]]:
    """Return a JSON Feed's head and entries; raises ValueError for other JSON."""
    told = answer.json()
    if not isinstance(told, dict) or not isinstance(told.get("items"), list):
        raise ValueError("JSON that is no feed")  # noqa: TRY004 - one kind of error for what is not a feed
    language = clean(told.get("language"), 20)
    authors = _people(told)
    feed = Feed(
        clean(told.get("title"), 500),
        _link(told.get("home_page_url"), answer.url),
        clean(told.get("description"), 2000),
        language,
        web_address(told.get("next_url"), answer.url),
        blocked=False,
        hub=_linked("hub", [hub.get("url") for hub in rows(told.get("hubs"), 5)], answer),
        topic=_linked("self", [told.get("feed_url")], answer),
    )
    return feed, [entry for item in told["items"][:1000] if (entry := _json_entry(item, authors, language, answer.url))]


def _json_entry(
    item: Any, feed_authors: list[tuple[str | None, str | None]], language: str | None, base: str
) -> Entry | None:
    if not isinstance(item, dict) or item.get("id") in (None, "") or isinstance(item["id"], (dict, list, bool)):
        return None
    signed = _people(item) or feed_authors or [(None, None)]
    name, url = signed[0]
    text = item.get("content_text")
    markup = (
        item.get("content_html")
        if isinstance(item.get("content_html"), str)
        else text
        if isinstance(text, str)
        else None
    )
    tags = item.get("tags")
    return Entry(
        guid=str(item["id"])[:1000],
        url=_link(item.get("url"), base),
        title=clean(item.get("title"), 500),
        html=markup,
        published=iso(item.get("date_published")),
        edited=iso(item.get("date_modified")),
        author=name,
        author_url=url,
        tags=tuple(tag for one in (tags[:30] if isinstance(tags, list) else []) if (tag := clean(one, 100))),
        comments=None,
        language=clean(item.get("language"), 20) or language,
        authors=tuple(one for one, _ in signed if one),
    )


def _people(thing: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    listed = thing.get("authors")
    people = listed if isinstance(listed, list) else [thing.get("author")]
    found = [(clean(one.get("name"), 300), web_address(one.get("url"))) for one in people[:10] if isinstance(one, dict)]
    return [(name, url) for name, url in found if name or url]


def xml_feed(answer: Answer) -> tuple[Feed, list[Entry]]:
    """Return the head and entries of RSS, RDF or Atom; raises ValueError for other XML, and for XML with entities."""
    import feedparser

    if b"<!ENTITY" in answer.body[:100_000]:
        raise ValueError("XML entities are refused")
    headers = {"content-location": answer.url, "content-type": answer.headers.get("content-type", "application/xml")}
    parsed = feedparser.parse(io.BytesIO(answer.body), response_headers=headers, sanitize_html=False)
    if not parsed.get("version"):
        raise ValueError("XML that is no feed")
    head = parsed.feed
    following = next((link.get("href") for link in head.get("links", []) if link.get("rel") == "next"), None)
    blocked = any(
        str(head.get(name, "")).strip().lower() in {"yes", "true", "1"} for name in ("itunes_block", "podcast_block")
    )
    language = clean(head.get("language"), 20)
    podcast = podcast_of(answer.body)
    feed = Feed(
        clean(html_text(head.get("title")), 500),
        _link(head.get("link"), answer.url),
        clean(html_text(head.get("subtitle")), 2000),
        language,
        web_address(following, answer.url),
        blocked,
        hub=_linked("hub", [link.get("href") for link in head.get("links", []) if link.get("rel") == "hub"], answer),
        topic=_linked(
            "self", [link.get("href") for link in head.get("links", []) if link.get("rel") == "self"], answer
        ),
        guid=podcast.guid,
    )
    author = (
        _person(head.get("author_detail"), head.get("author")),
        web_address((head.get("author_detail") or {}).get("href")),
    )
    found = [
        (number, _xml_entry(item, author, language, answer.url)) for number, item in enumerate(parsed.entries[:1000])
    ]
    return feed, [_with_podcast(entry, podcast, number) for number, entry in found if entry]


def _with_podcast(entry: Entry, podcast: Podcast, number: int) -> Entry:
    speakers = tuple((one.name, one.role, one.url) for one in podcast.speakers(number))
    return replace(entry, persons=speakers, talks=podcast.talks.get(number, ()))


def _linked(rel: str, told: list[Any], answer: Answer) -> str | None:
    """Return the address to which a feed or its server (whose word comes after) gives a relation, as WebSub asks."""
    links = re.findall(rf"<([^<>]{{1,1000}})>\s*;[^,]{{0,200}}?rel=\"?{rel}", answer.headers.get("link", "")[:4000])
    return next((address for one in [*told, *links] if (address := web_address(one, answer.url))), None)


def _xml_entry(item: Any, feed_author: tuple[str | None, str | None], language: str | None, base: str) -> Entry | None:
    named = item.get("guidislink") and not str(item.get("id", "")).startswith(("http://", "https://"))
    url = None if named else _link(item.get("link"), base)  # a guid that is no address is no link, whatever RSS says
    title = clean(html_text(item.get("title")), 500)
    published, edited = _struct(item.get("published_parsed")), _struct(item.get("updated_parsed"))
    guid = clean(item.get("id"), 1000) or url or (f"{title}|{published}" if title else None)
    if guid is None:
        return None
    bodies = [one.get("value") for one in item.get("content", []) if isinstance(one.get("value"), str)] + [
        item.get("summary")
    ]
    detail = item.get("author_detail") or {}
    name = _person(detail, item.get("author"))
    signed = [one for told in item.get("authors", [])[:10] if (one := _person(told, told.get("name")))]
    comments = str(item.get("slash_comments", ""))
    return Entry(
        guid=guid,
        url=url,
        title=title,
        html=max((body for body in bodies if isinstance(body, str)), key=len, default=None),
        published=published or edited,
        edited=edited,
        author=name or feed_author[0],
        author_url=web_address(detail.get("href")) or (feed_author[1] if not name or name == feed_author[0] else None),
        tags=tuple(tag for one in item.get("tags", [])[:30] if (tag := clean(one.get("term"), 100))),
        comments=int(comments) if comments.isdigit() and len(comments) < 9 else None,
        language=language,
        authors=tuple(dict.fromkeys(signed)),
    )


def _person(detail: Any, written: Any) -> str | None:
    """An author's name; RSS writes `mail (name)`, and a bare mail address is not a name to keep."""
    name = clean((detail or {}).get("name"), 300) or clean(written, 300)
    return None if name is None or re.fullmatch(r"\S+@\S+", name) else name


def _struct(value: Any) -> str | None:
    try:
        if not value:
            return None
        year, month, day, hour, minute, second = (int(part) for part in value[:6])
        return iso(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).isoformat())
    except (ValueError, TypeError):
        return None


def _link(value: object, base: str) -> str | None:
    address = web_address(value, base)
    return canonical(address) if address else None


def canonical(url: str) -> str:
    """An address without fragment and without the parameters of trackers."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not TRACKERS.match(name)]
    query = parts.query if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(kept)
    return parts._replace(query=query, fragment="").geturl()
