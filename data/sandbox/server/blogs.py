"""The world's blogs: a page per article, a feed in one of three formats, and one OPML that lists them all."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response
from starlette.routing import Route

from data.sandbox.server.answers import HTML, answer
from data.sandbox.server.markup import to_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from data.sandbox.server.markup import Places
    from data.sandbox.server.store import Store

ROBOTS = "User-agent: *\nDisallow: /search\n"
_IN_FEED = 20
_FORMATS = ("rss", "atom", "json")
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


class Shelf:
    """All blogs of a world at their served address; each keeps one feed format and one way to name its author."""

    def __init__(self, store: Store, places: Places) -> None:
        self.store, self.places = store, places
        self.base = places.move(f"http://127.0.0.1:{store.port + store.instances}")

    @cached_property
    def row_of_slug(self) -> dict[str, int]:
        """The blogs by the first part of their path."""
        return {self.store.usernames[row]: row for row, blog in enumerate(self.store.is_blog) if blog}

    def format_of(self, row: int) -> str:
        """Return rss, atom or json."""
        return _FORMATS[row % 3]

    def feed_url(self, row: int) -> str:
        """Return the address of a blog's feed."""
        name = "feed.json" if self.format_of(row) == "json" else "feed.xml"
        return f"{self.base}/{self.store.usernames[row]}/{name}"

    def articles(self, row: int) -> list[dict[str, Any]]:
        """Return a blog's articles, newest first, their addresses served ones."""
        found = []
        for post in self.store.posts_of.of(row)[::-1]:
            known = self.store.post(int(post))
            body = to_html(self.places.move(known["text"]), self.base)
            tags = (known["hashtags"] or "").split()
            found.append(known | {"url": self.places.move(known["url"]), "html": body, "words": tags})
        return found


def _shelf(request: Request) -> Shelf:
    shelf: Shelf = request.scope["vigie.shelf"]
    return shelf


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _author(shelf: Shelf, row: int) -> str:
    return str(shelf.store.accounts[row]["display_name"])


def rss(shelf: Shelf, row: int, articles: Sequence[dict[str, Any]]) -> str:
    """Return a blog as RSS 2.0."""
    author, home = escape(_author(shelf, row)), f"{shelf.base}/{shelf.store.usernames[row]}/"
    items = "".join(
        f"<item><title>{escape(a['title'])}</title><link>{a['url']}</link><guid>{a['url']}</guid>"
        f"<pubDate>{format_datetime(a['published_at'])}</pubDate><dc:creator>{author}</dc:creator>"
        + "".join(f"<category>{escape(word)}</category>" for word in a["words"])
        + f"<description>{escape(a['html'])}</description></item>"
        for a in articles
    )
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
    own = f'<atom:link href="{shelf.feed_url(row)}" rel="self" type="application/rss+xml"/>'
    head = f"<title>Carnet de {author}</title><link>{home}</link><description>{author}</description>"
    return f'{_HEAD}<rss version="2.0" {spaces}><channel>{head}<ttl>60</ttl>{own}{items}</channel></rss>'


def atom(shelf: Shelf, row: int, articles: Sequence[dict[str, Any]]) -> str:
    """Return a blog as Atom."""
    author, home = escape(_author(shelf, row)), f"{shelf.base}/{shelf.store.usernames[row]}/"
    entries = "".join(
        f"<entry><id>{a['url']}</id><title>{escape(a['title'])}</title><link href='{a['url']}'/>"
        f"<published>{a['published_at'].isoformat()}</published><updated>{a['published_at'].isoformat()}</updated>"
        + "".join(f"<category term='{escape(word)}'/>" for word in a["words"])
        + f"<content type='html'>{escape(a['html'])}</content></entry>"
        for a in articles
    )
    updated = articles[0]["published_at"].isoformat() if articles else "2020-01-01T00:00:00+00:00"
    head = f"<id>{home}</id><title>Carnet de {author}</title><updated>{updated}</updated><link href='{home}'/>"
    me = f"<author><name>{author}</name><uri>{home}</uri></author><link rel='self' href='{shelf.feed_url(row)}'/>"
    return f"{_HEAD}<feed xmlns='http://www.w3.org/2005/Atom'>{head}{me}{entries}</feed>"


def json_feed(shelf: Shelf, row: int, articles: Sequence[dict[str, Any]]) -> bytes:
    """Return a blog as JSON Feed 1.1."""
    home = f"{shelf.base}/{shelf.store.usernames[row]}/"
    items = [
        {
            "id": a["url"],
            "url": a["url"],
            "title": a["title"],
            "content_html": a["html"],
            "date_published": a["published_at"].isoformat(),
            "tags": a["words"],
        }
        for a in articles
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": f"Carnet de {_author(shelf, row)}"}
    where = {"home_page_url": home, "feed_url": shelf.feed_url(row)}
    return orjson.dumps(head | where | {"authors": [{"name": _author(shelf, row), "url": home}], "items": items})


async def feed(request: Request) -> Response:
    """A blog's latest articles."""
    shelf, name = _shelf(request), request.url.path.rsplit("/", 1)[1]
    row = shelf.row_of_slug.get(request.path_params["slug"])
    if row is None or (name == "feed.json") != (shelf.format_of(row) == "json"):
        return Response("Not found", status_code=404)
    articles = shelf.articles(row)[:_IN_FEED]
    dated = {"Last-Modified": _http_date(articles[0]["published_at"])} if articles else {}
    if shelf.format_of(row) == "json":
        return answer(request, json_feed(shelf, row, articles), media="application/feed+json", headers=dated)
    if shelf.format_of(row) == "atom":
        return answer(request, atom(shelf, row, articles), media="application/atom+xml; charset=utf-8", headers=dated)
    return answer(request, rss(shelf, row, articles), media="application/rss+xml; charset=utf-8", headers=dated)


async def home(request: Request) -> Response:
    """A blog's front page: who writes, where else they are, every article."""
    shelf = _shelf(request)
    row = shelf.row_of_slug.get(request.path_params["slug"])
    if row is None:
        return Response("Not found", status_code=404)
    known = shelf.store.accounts[row]
    link = shelf.places.move(known["links"] or "")
    me = f'<a rel="me" class="u-url" href="{escape(link)}">{escape(link)}</a>' if link else ""
    listed = "".join(
        f'<li><a href="{a["url"]}">{escape(a["title"])}</a> <time>{a["published_at"]:%Y-%m-%d}</time></li>'
        for a in shelf.articles(row)
    )
    card = f'<div class="h-card"><p class="p-name">{escape(_author(shelf, row))}</p>{me}</div>'
    return answer(
        request, _page(shelf, row, f"{card}<p>{escape(known['summary'] or '')}</p><ul>{listed}</ul>"), media=HTML
    )


async def article(request: Request) -> Response:
    """One article: marked up as h-entry, as JSON-LD, or with a byline that only a reader sees."""
    shelf, number = _shelf(request), request.path_params["number"]
    row = shelf.row_of_slug.get(request.path_params["slug"])
    wanted = f"{shelf.base}/{request.path_params['slug']}/{number}/"
    found = [] if row is None else [a for a in shelf.articles(row) if a["url"] == wanted]
    if row is None or not found:
        return Response("Not found", status_code=404)
    dated = {"Last-Modified": _http_date(found[0]["published_at"])}
    return answer(request, _page(shelf, row, _entry(shelf, row, found[0])), media=HTML, headers=dated)


def _entry(shelf: Shelf, row: int, one: dict[str, Any]) -> str:
    author, when, title = escape(_author(shelf, row)), one["published_at"], escape(one["title"])
    if row // 3 % 3 == 0:
        head = f'<h1 class="p-name">{title}</h1><p>Par <a class="p-author h-card" href="../">{author}</a>, '
        stamp = f'<time class="dt-published" datetime="{when.isoformat()}">{when:%d/%m/%Y}</time></p>'
        return f'<article class="h-entry">{head}{stamp}<div class="e-content">{one["html"]}</div></article>'
    data = ""
    if row // 3 % 3 == 1:
        facts = {
            "@context": "https://schema.org",
            "@type": "BlogPosting",
            "headline": one["title"],
            "datePublished": when.isoformat(),
            "author": {"@type": "Person", "name": _author(shelf, row)},
        }
        inert = orjson.dumps(facts).decode().replace("</", "<\\/")
        data = f'<script type="application/ld+json">{inert}</script>'
    return f"{data}<article><h1>{title}</h1><p>Par {author}, le {when:%d/%m/%Y}</p>{one['html']}</article>"


def _page(shelf: Shelf, row: int, body: str) -> str:
    known = shelf.store.accounts[row]
    kind = {"rss": "rss+xml", "atom": "atom+xml", "json": "feed+json"}[shelf.format_of(row)]
    feed_link = f'<link rel="alternate" type="application/{kind}" href="{shelf.feed_url(row)}">'
    robots = '<meta name="robots" content="noindex">' if known["noindex"] else ""
    title = f"<title>Carnet de {escape(_author(shelf, row))}</title>"
    nav = (
        f'<nav><a href="{shelf.base}/{shelf.store.usernames[row]}/">Accueil</a> <a href="/">Tous les carnets</a></nav>'
    )
    return (
        f'<!DOCTYPE html><html lang="{known["language"]}"><head><meta charset="utf-8">{robots}{title}{feed_link}</head>'
        f"<body>{nav}<main>{body}</main><footer>Carnet public</footer></body></html>"
    )


async def opml(request: Request) -> Response:
    """The list of all blogs."""
    shelf = _shelf(request)
    lines = "".join(
        f'<outline type="rss" text="{escape(_author(shelf, row))}" xmlUrl="{shelf.feed_url(row)}" '
        f'htmlUrl="{shelf.base}/{slug}/"/>'
        for slug, row in sorted(shelf.row_of_slug.items())
    )
    body = f'{_HEAD}<opml version="2.0"><head><title>Carnets</title></head><body>{lines}</body></opml>'
    return answer(request, body, media="text/x-opml; charset=utf-8")


async def index(request: Request) -> Response:
    """All blogs, as a page."""
    shelf = _shelf(request)
    links = "".join(f'<li><a href="{shelf.base}/{slug}/">{escape(slug)}</a></li>' for slug in sorted(shelf.row_of_slug))
    return answer(request, f"<!DOCTYPE html><html><body><ul>{links}</ul></body></html>", media=HTML)


async def robots(request: Request) -> Response:
    """What crawlers may fetch."""
    return answer(request, ROBOTS, media="text/plain; charset=utf-8")


async def brief(request: Request) -> Response:
    """The world's brief with the addresses it is served at."""
    shelf = _shelf(request)
    return answer(request, shelf.places.move(shelf.store.brief), media="application/toml; charset=utf-8")


ROUTES = [
    Route("/", index),
    Route("/robots.txt", robots),
    Route("/brief.toml", brief),
    Route("/opml", opml),
    Route("/{slug}/feed.xml", feed),
    Route("/{slug}/feed.json", feed),
    Route("/{slug}/", home),
    Route("/{slug}/{number:int}/", article),
]
