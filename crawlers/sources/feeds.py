"""RSS, Atom and JSON feeds, OPML lists of them, and the blog pages behind their entries."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.feed_formats import Entry, Feed, canonical, json_feed, xml_feed
from crawlers.feed_hints import rest_of
from crawlers.feed_records import records_of
from crawlers.mastodon import address_of
from crawlers.pages import feeds_of, read_page
from crawlers.recheck import recheck_ask, vanished
from crawlers.shapes import once
from crawlers.text import html_text, moment, web_address
from data.bilingual import Bilingual
from data.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawlers.job import Held
    from data.brief.model import Brief

SOURCE = "feeds"
ACCEPT = "application/feed+json, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1"
PAGE_ACCEPT = "text/html, application/xhtml+xml"
GUESSES = ("/feed", "/index.xml", "/rss.xml", "/atom.xml", "/feed.json")
ENTRIES_PER_FEED = 20  # what a feed usually holds, for the estimate
FEEDS_PER_LIST = 30  # what a list of blogs usually holds, for the estimate of one that is not here
MOST_FEEDS = 5000
LONGEST_OPML = 5_000_000
MOST_PAGES = 10
LONGEST_SUMMARY = 20_000


class Feeds(Connector):
    """Blogs, newsletters and podcasts through their feeds."""

    kind = SOURCE
    reads_sites = True
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
        Bilingual(
            "une liste OPML donnée par son adresse compte pour 30 flux dans l'estimation",
            "an OPML list given by its address counts as 30 feeds in the estimate",
        ),
        Bilingual(
            "un hub WebSub est noté, sans abonnement : il faudrait une adresse publique où être appelé",
            "a WebSub hub is noted, not subscribed to: that needs a public address to be called at",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:
        """Return the listed feeds and sites, and the lists that have an address."""
        lists = [place for place in options.get("opml", []) if "://" in place]
        seeds = [seed for seed in seed_accounts if _site_seed(seed)]
        return tuple(_address(url) for url in [*options.get("urls", []), *lists, *seeds])

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return one request per feed and, with pages, one per entry; a list with an address is not read for this."""
        lists = options.get("opml", [])
        away = sum("://" in place for place in lists)
        feeds = len(options.get("urls", [])) + sum(len(_opml_file(path)) for path in lists if "://" not in path)
        feeds += sum(_site_seed(seed) for seed in brief.seeds.accounts) + away * FEEDS_PER_LIST
        entries = min(ENTRIES_PER_FEED, brief.budget.posts_per_account) if options.get("pages", True) else 0
        return away + feeds * (2 + entries)

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
        if answer.purpose == "recheck":  # what was edited comes with the feed, whose entry then differs
            return Batch(records=vanished(answer, SOURCE, ()) if answer.status in {404, 410} else [])
        if answer.status >= 400:
            return self._guess(answer, f"http_{answer.status}")
        return self._read(answer, context)

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask for the page of each post held: a feed forgets what is old, so that only its page tells what is gone."""
        own = [one for one in held if web_address(one.url)] if context.options.get("pages", True) else []
        return [recheck_ask(str(one.url), [one]) for one in own[:room]]

    def failed(self, answer: Answer, context: Context) -> Batch:
        """Keep what the feed itself says of an entry whose page cannot be had."""
        if answer.purpose == "page":
            return Batch(records=records_of(_entry(answer), answer.payload, None, answer, context))
        return self._guess(answer, "") if "guesses" in answer.payload else Batch()

    # --- feeds ----------------------------------------------------------------------------------------------------

    def _read(self, answer: Answer, context: Context) -> Batch:
        """Tell a feed, a list of feeds and a page from one another by how they begin."""
        head = answer.body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if head.startswith((b"{", b"[")):
            return self._entries(answer, context, *json_feed(answer))
        if b"<opml" in head:
            return Batch(asks=[_feed_ask(url, why=f"OPML {answer.url}") for url in _opml(answer.body)])
        if (
            b"<rss" in head
            or b"<feed" in head
            or b"<rdf:rdf" in head
            or (head.startswith(b"<?xml") and b"<html" not in head)
        ):
            return self._entries(answer, context, *xml_feed(answer))
        return self._discover(answer)

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
            "feed": answer.payload.get("feed", canonical(answer.url)),
            "title": feed.title,
            "home": feed.home,
            "summary": feed.summary,
            "blocked": feed.blocked,
            "language": feed.language,
            "hub": feed.hub,
            "topic": feed.topic,
            "guid": feed.guid,
        }
        batch = Batch(rest=rest_of(answer.body, answer.at))
        wanted = [entry for entry in entries if _in_window(entry, context)][: context.posts_per_account]
        for entry in wanted:
            if entry.url and context.options.get("pages", True):
                batch.asks.append(_page_ask(entry, payload, answer.hop))
            else:
                batch.records += records_of(entry, payload, None, answer, context)
        batch.records = once(batch.records)
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
            return Batch(records=records_of(entry, answer.payload, None, answer, context))
        if answer.status >= 400:
            return Batch(
                records=records_of(entry, answer.payload, None, answer, context),
                troubles=[(f"http_{answer.status}", answer.url)],
            )
        page = read_page(answer.body, answer.url, dict(answer.headers))
        return Batch(records=records_of(entry, answer.payload, page, answer, context))


def _in_window(entry: Entry, context: Context) -> bool:
    when = moment(entry.published)
    return when is None or context.since is None or when >= context.since


def _entry(answer: Answer) -> Entry:
    told = dict(answer.payload["entry"])
    several = {name: tuple(told.get(name, ())) for name in ("tags", "authors", "talks")}
    return Entry(**told | several | {"persons": tuple(tuple(one) for one in told.get("persons", ()))})


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


# --- lists and addresses --------------------------------------------------------------------------------------------


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


def _address(url: str) -> str:
    address = web_address(url if "://" in url else f"https://{url}")
    if address is None:
        raise UserError(f"source feeds : « {url} » n'est pas une adresse", f'feeds source: "{url}" is not an address')
    return address


def _site_seed(seed: str) -> bool:
    return seed.startswith(("http://", "https://")) and address_of(seed) is None


def _host(url: str | None) -> str:
    return urlsplit(url or "").netloc.lower()
