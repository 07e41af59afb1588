"""RSS, Atom and JSON feeds, OPML lists of them, and the blog pages behind their entries."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.mastodon import address_of
from crawlers.pages import Page, feeds_of, read_page
from crawlers.text import clean, html_links, html_text, moment, web_address
from data.bilingual import Bilingual
from data.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawlers.connector import Record
    from data.brief.model import Brief

SOURCE = "feeds"
ACCEPT = "application/feed+json, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1"
PAGE_ACCEPT = "text/html, application/xhtml+xml"
GUESSES = ("/feed", "/index.xml", "/rss.xml", "/atom.xml", "/feed.json")
ENTRIES_PER_FEED = 20  # what a feed usually holds, for the estimate
MOST_FEEDS = 5000
LONGEST_OPML = 5_000_000
MOST_PAGES = 10
LONGEST_SUMMARY = 20_000
TRACKERS = re.compile(r"^(utm_\w+|fbclid|gclid|mc_cid|mc_eid|ref)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, whatever its format; `html` is what the feed gives of its body."""

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

    @property
    def stamp(self) -> str:
        """What changes when the entry does."""
        told = f"{self.title}|{self.edited}|{self.html}".encode()
        return hashlib.blake2b(told, digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's head: title, the site it speaks for, language, its next page, whether it opts out of listings."""

    title: str | None
    home: str | None
    summary: str | None
    language: str | None
    following: str | None
    blocked: bool


class Feeds(Connector):
    """Blogs, newsletters and podcasts through their feeds."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "links", "incremental"})
    options: ClassVar[Mapping[str, Option]] = {
        "urls": Option(list, Bilingual("flux ou sites", "feeds or sites")),
        "opml": Option(list, Bilingual("listes OPML (fichiers ou adresses)", "OPML lists (files or addresses)")),
        "pages": Option(bool, Bilingual("lire la page derrière chaque entrée", "read the page behind each entry")),
    }
    caveats = (
        Bilingual(
            "un flux ne montre que les derniers billets ; aucun public n'y est compté",
            "a feed shows only the latest posts; it tells no audience figure",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:
        """Return the listed feeds and sites."""
        seeds = [seed for seed in seed_accounts if _site_seed(seed)]
        return tuple(_address(url) for url in [*options.get("urls", []), *seeds])

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return one request per feed and, with pages, one per entry."""
        feeds = len(options.get("urls", [])) + sum(
            len(_opml_file(path)) for path in options.get("opml", []) if "://" not in path
        )
        entries = min(ENTRIES_PER_FEED, brief.budget.posts_per_account) if options.get("pages", True) else 0
        return feeds * (2 + entries)

    def seeds(self, context: Context) -> Batch:
        """Ask for every listed feed, every feed of the OPML files, and every site among the seeds."""
        listed = list(context.options.get("urls", []))
        for place in context.options.get("opml", []):
            listed += [place] if "://" in place else _opml_file(place)
        listed += [seed for seed in context.seed_accounts if _site_seed(seed)]
        return Batch(
            asks=[_feed_ask(_address(url), why="listed in the brief") for url in dict.fromkeys(listed)][:MOST_FEEDS]
        )

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what a feed, a list of feeds or a page yields."""
        if answer.purpose == "page":
            return self._page(answer, context)
        if answer.status >= 400:
            return self._guess(answer, f"http_{answer.status}")
        head = answer.body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if head.startswith((b"{", b"[")):
            return self._entries(answer, context, *_json_feed(answer))
        if b"<opml" in head:
            return Batch(asks=[_feed_ask(url, why=f"OPML {answer.url}") for url in _opml(answer.body)])
        if (
            b"<rss" in head
            or b"<feed" in head
            or b"<rdf:rdf" in head
            or (head.startswith(b"<?xml") and b"<html" not in head)
        ):
            return self._entries(answer, context, *_xml_feed(answer))
        return self._discover(answer)

    def failed(self, answer: Answer, context: Context) -> Batch:
        """Keep what the feed itself says of an entry whose page cannot be had."""
        if answer.purpose == "page":
            return Batch(records=self._post(_entry(answer), answer.payload, None, answer, context))
        return self._guess(answer, "") if "guesses" in answer.payload else Batch()

    # --- feeds ----------------------------------------------------------------------------------------------------

    def _discover(self, answer: Answer) -> Batch:
        """A page where a feed was expected: take the feeds it names, or try the usual addresses."""
        if "guesses" not in answer.payload:
            named = feeds_of(answer.body, answer.url, dict(answer.headers))
            if named:
                return Batch(asks=[_feed_ask(named[0], why=f"named by {answer.url}")])
            return self._guess(answer, "no_feed", guesses=GUESSES)
        return self._guess(answer, "no_feed")

    def _guess(self, answer: Answer, trouble: str, guesses: tuple[str, ...] = ()) -> Batch:
        left = list(guesses or answer.payload.get("guesses", ()))
        start = answer.payload.get("site", answer.url)
        if not left:
            kind = "no_feed" if "guesses" in answer.payload else trouble
            return Batch(troubles=[(kind, start)]) if kind else Batch()
        address = urljoin(start, left[0])
        payload = {"guesses": left[1:], "site": start}
        return Batch(
            asks=[
                Ask(address, "feed", payload, why=f"usual address of a feed of {start}", accept=ACCEPT, recurring=True)
            ]
        )

    def _entries(self, answer: Answer, context: Context, feed: Feed, entries: list[Entry]) -> Batch:
        payload = {
            "feed": answer.payload.get("feed", _canonical(answer.url)),
            "title": feed.title,
            "home": feed.home,
            "summary": feed.summary,
            "blocked": feed.blocked,
            "language": feed.language,
        }
        batch = Batch()
        wanted = [entry for entry in entries if _in_window(entry, context)][: context.posts_per_account]
        for entry in wanted:
            if entry.url and context.options.get("pages", True):
                batch.asks.append(_page_ask(entry, payload, answer.hop))
            else:
                batch.records += self._post(entry, payload, None, answer, context)
        batch.records = _once(batch.records)
        number = int(answer.payload.get("number", 1))
        if feed.following and wanted and number < MOST_PAGES and _host(feed.following) == _host(answer.url):
            more = {"feed": payload["feed"], "number": number + 1}
            batch.asks.append(
                Ask(feed.following, "feed", more, why="next page", chain=True, accept=ACCEPT, hop=answer.hop)
            )
        return batch

    # --- entries and pages ----------------------------------------------------------------------------------------

    def _page(self, answer: Answer, context: Context) -> Batch:
        entry = _entry(answer)
        if answer.status in {404, 410}:
            return Batch(records=self._post(entry, answer.payload, None, answer, context))
        if answer.status >= 400:
            return Batch(
                records=self._post(entry, answer.payload, None, answer, context),
                troubles=[(f"http_{answer.status}", answer.url)],
            )
        page = read_page(answer.body, answer.url, dict(answer.headers))
        return Batch(records=self._post(entry, answer.payload, page, answer, context))

    def _post(
        self, entry: Entry, feed: dict[str, Any], page: Page | None, answer: Answer, context: Context
    ) -> list[Record]:
        published = entry.published or (page.published if page else None)
        when = moment(published)
        if when is None or (context.since is not None and when < context.since):
            return []
        account = _account(entry, feed, page, answer)
        own = html_text(entry.html)
        told = page.text if page else None
        text = max((told or "", own or ""), key=len)
        keep = page is None or page.may_keep_text
        base = entry.url or feed["home"] or ""
        links = [link for link, _ in html_links(entry.html, base)] + list(page.links if page else ())
        post = {
            "type": "post",
            "post_id": _post_id(entry, feed),
            "account_id": account["account_id"],
            "source": SOURCE,
            "native_id": entry.guid,
            "kind": "post",
            "published_at": when.isoformat(),
            "edited_at": entry.edited if entry.edited != entry.published else None,
            "declared_language": (page.language if page else None) or entry.language or feed["language"],
            "title": (entry.title or (page.title if page else None)) if keep else None,
            "text": text if keep else None,
            "url": entry.url,
            "tags": list(entry.tags) or None,
            "hashtags": [],
            "mentions": [],
            "links": list(dict.fromkeys(links))[:100] if keep else None,
            "replies": entry.comments,
            "observed_at": answer.at.isoformat(),
            "extra": {"feed": feed["feed"], "page": page is not None}
            | ({"wishes": list(page.wishes)} if page and page.wishes else {}),
        }
        return [account, post]


def _account(entry: Entry, feed: dict[str, Any], page: Page | None, answer: Answer) -> Record:
    """Return who wrote an entry: the byline's own page, else a name within the feed, else the site itself."""
    byline = page.byline if page else None
    name = entry.author or (byline.name if byline else None)
    url = entry.author_url or (byline.url if byline else None)
    if url and _canonical(url) == entry.url:
        url = None
    if url:
        uid = f"web:{_canonical(url)}"
    elif name:
        uid = f"feed:{feed['feed']}#{name}"
    else:
        url = feed["home"] or feed["feed"]
        uid, name = f"web:{url}", feed["title"]
    denied = bool(feed["blocked"])
    return {
        "type": "account",
        "account_id": uid,
        "source": SOURCE,
        "native_id": uid.partition(":")[2],
        "instance": _host(feed["feed"]),
        "display_name": name or feed["title"],
        "url": url or feed["home"],
        "summary": feed["summary"],
        "consent": "deny" if denied else "allow",
        "consent_signals": ["podcast:block=yes"] if denied else None,
        "links": list(dict.fromkeys([*(byline.same_as if byline else ()), *([feed["home"]] if feed["home"] else [])]))
        or None,
        "observed_at": answer.at.isoformat(),
        "extra": {"feed": feed["feed"]},
    }


def _post_id(entry: Entry, feed: dict[str, Any]) -> str:
    return f"web:{entry.url}" if entry.url else f"feed:{feed['feed']}#{entry.guid}"


def _in_window(entry: Entry, context: Context) -> bool:
    when = moment(entry.published)
    return when is None or context.since is None or when >= context.since


def _entry(answer: Answer) -> Entry:
    told = dict(answer.payload["entry"])
    return Entry(**told | {"tags": tuple(told["tags"])})


def _feed_ask(url: str, why: str) -> Ask:
    return Ask(url, "feed", {}, why=why, accept=ACCEPT, recurring=True)


def _page_ask(entry: Entry, feed: dict[str, Any], hop: int) -> Ask:
    words = " ".join(filter(None, (entry.title, html_text(entry.html))))[:2000]
    kept = asdict(entry) | {"html": (entry.html or "")[:LONGEST_SUMMARY]}
    return Ask(
        entry.url or "",
        "page",
        feed | {"entry": kept},
        texts=(words,) if words else (),
        hop=hop,
        why=f"entry of {feed['feed']}",
        stamp=entry.stamp,
        accept=PAGE_ACCEPT,
    )


# --- formats ------------------------------------------------------------------------------------------------------


def _json_feed(answer: Answer) -> tuple[Feed, list[Entry]]:
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
    )
    return feed, [entry for item in told["items"][:1000] if (entry := _json_entry(item, authors, language, answer.url))]


def _json_entry(
    item: Any, feed_authors: list[tuple[str | None, str | None]], language: str | None, base: str
) -> Entry | None:
    if not isinstance(item, dict) or item.get("id") in (None, "") or isinstance(item["id"], (dict, list, bool)):
        return None
    name, url = (_people(item) or feed_authors or [(None, None)])[0]
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
        published=_iso(item.get("date_published")),
        edited=_iso(item.get("date_modified")),
        author=name,
        author_url=url,
        tags=tuple(tag for one in (tags[:30] if isinstance(tags, list) else []) if (tag := clean(one, 100))),
        comments=None,
        language=clean(item.get("language"), 20) or language,
    )


def _people(thing: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    listed = thing.get("authors")
    people = listed if isinstance(listed, list) else [thing.get("author")]
    found = [(clean(one.get("name"), 300), web_address(one.get("url"))) for one in people[:10] if isinstance(one, dict)]
    return [(name, url) for name, url in found if name or url]


def _xml_feed(answer: Answer) -> tuple[Feed, list[Entry]]:
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
    feed = Feed(
        clean(html_text(head.get("title")), 500),
        _link(head.get("link"), answer.url),
        clean(html_text(head.get("subtitle")), 2000),
        language,
        web_address(following, answer.url),
        blocked,
    )
    author = (
        _person(head.get("author_detail"), head.get("author")),
        web_address((head.get("author_detail") or {}).get("href")),
    )
    return feed, [entry for item in parsed.entries[:1000] if (entry := _xml_entry(item, author, language, answer.url))]


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
        return _iso(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).isoformat())
    except (ValueError, TypeError):
        return None


def _iso(value: object) -> str | None:
    when = moment(value)
    return when.isoformat() if when else None


def _opml(body: bytes) -> list[str]:
    found: Iterator[str | None] = (
        web_address(node.attributes.get("xmlurl") or node.attributes.get("xmlUrl"))
        for node in LexborHTMLParser(body[:LONGEST_OPML].decode("utf-8", "replace")).css("outline")
    )
    return list(dict.fromkeys(address for address in found if address))[:MOST_FEEDS]


def _opml_file(path: str) -> list[str]:
    try:
        with Path(path).open("rb") as file:
            return _opml(file.read(LONGEST_OPML))
    except OSError:
        raise UserError(
            f"source feeds : liste OPML introuvable : {path}", f"feeds source: no such OPML list: {path}"
        ) from None


# --- addresses ----------------------------------------------------------------------------------------------------


def _address(url: str) -> str:
    address = web_address(url if "://" in url else f"https://{url}")
    if address is None:
        raise UserError(f"source feeds : « {url} » n'est pas une adresse", f'feeds source: "{url}" is not an address')
    return address


def _site_seed(seed: str) -> bool:
    return seed.startswith(("http://", "https://")) and address_of(seed) is None


def _link(value: object, base: str) -> str | None:
    address = web_address(value, base)
    return _canonical(address) if address else None


def _canonical(url: str) -> str:
    """An address without fragment and without the parameters of trackers."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not TRACKERS.match(name)]
    query = parts.query if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(kept)
    return parts._replace(query=query, fragment="").geturl()


def _host(url: str | None) -> str:
    return urlsplit(url or "").netloc.lower()


def _once(records: list[Record]) -> list[Record]:
    return list(
        {(record["type"], record.get("post_id") or record["account_id"]): record for record in records}.values()
    )
