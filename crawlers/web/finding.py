"""Finding the pages of a site: its sitemaps, wherever they are named or usually are, else its own links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from crawlers.connector import Ask, Batch
from crawlers.feed_formats import canonical
from crawlers.shapes import bases
from crawlers.web.places import AUTHOR_PAGE
from crawlers.web.sitemaps import GUESSES, OTHER, Place, read_sitemap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.connector import Answer, Context
    from crawlers.web.site_pages import SitePage

PAGE = "text/html, application/xhtml+xml"
MAP = "application/xml, text/xml, text/plain, application/gzip;q=0.9, */*;q=0.1"
MOST_PAGES = 200
MOST_MAPS = 50


def usual_places(site: str) -> list[str]:
    """Return where a site usually keeps its sitemap, under its own folder first."""
    return list(
        dict.fromkeys(urljoin(base, guess.lstrip("/")) for base in (site, urljoin(site, "/")) for guess in GUESSES)
    )


def map_ask(
    place: str, site: str, depth: int, why: str, left: list[str] | None = None, payload: Mapping[str, Any] | None = None
) -> Ask:
    """Return the request for a sitemap; `left`: the usual places to try next."""
    kept = {"site": site, "depth": depth, "left": left or []} | (
        {"told": payload["told"]} if payload and "told" in payload else {}
    )
    return Ask(place, "sitemap", kept, why=why, accept=MAP, recurring=True)


def read_map(answer: Answer, context: Context) -> Batch:
    """Return what a sitemap leads to: further ones, and pages of the site, the newest first."""
    if answer.status >= 400:
        return next_guess(answer)
    try:
        told = read_sitemap(answer.body, answer.url)
    except ValueError:
        if answer.payload.get("left"):
            return next_guess(answer)
        return Batch() if answer.payload.get("guessed") else Batch(troubles=[("no_sitemap", answer.url)])
    site, depth = str(answer.payload["site"]), int(answer.payload["depth"])
    maps = [place for place in told.maps if same_host(place.url, site)]
    posts = [place for place in maps if not OTHER.search(place.url.rpartition("/")[2])] or maps
    asks = [
        map_ask(place.url, site, depth + 1, f"listed in {answer.url}", payload=answer.payload)
        for place in (_newest(posts)[:MOST_MAPS] if depth < 2 else [])
    ]
    notes: dict[str, str] = {}
    recent = _newest([place for place in told.pages if _recent(place, context)])
    for one in _sharing(site, context):  # several sites of one host may have this sitemap in common
        wanted = [place for place in recent if _inside(place.url, one)]
        recent = [place for place in recent if place not in wanted]
        payload = answer.payload if one == site else {"site": one}
        asks += _page_asks(wanted, payload, context, notes, answer.hop)
    return Batch(asks=asks, notes=notes)


def folder(site: str) -> str:
    """A site is what lies under its address: a folder, unless the last part is a file."""
    path = urlsplit(site).path
    return site if "." in path.rpartition("/")[2] or urlsplit(site).query else f"{site}/"


def _sharing(site: str, context: Context) -> list[str]:
    """Return the listed sites on the host of a site, and itself, the most particular first."""
    listed = (folder(one) for one in bases("web", list(context.options.get("sites", []))))
    return sorted({site, *(one for one in listed if same_host(one, site))}, key=len, reverse=True)


def next_guess(answer: Answer) -> Batch:
    """Try the next usual place of a sitemap."""
    left = list(answer.payload.get("left", ()))
    if not left:
        return Batch()
    kept = dict(answer.payload) | {"left": left[1:], "guessed": True}
    return Batch(asks=[Ask(left[0], "sitemap", kept, why="usual place of a sitemap", accept=MAP, recurring=True)])


def _newest(places: list[Place]) -> list[Place]:
    return sorted(places, key=lambda place: place.changed.timestamp() if place.changed else 0.0, reverse=True)


def _recent(place: Place, context: Context) -> bool:
    """A page that was last changed before the window was published before it."""
    return place.changed is None or context.since is None or place.changed >= context.since


def _changed_since(place: Place, context: Context) -> bool:
    """A sitemap tells another day for a page that was asked for: whoever asked for it first, it is read again."""
    known = context.notes.get(f"asked {place.url}")
    return known is not None and place.changed is not None and known != _stamp(place)


def _stamp(place: Place) -> str | None:
    return place.changed.isoformat() if place.changed else None


def same_host(url: str, site: str) -> bool:
    """Whether an address is on the host of the site."""
    return urlsplit(url).netloc == urlsplit(site).netloc


def _inside(url: str, site: str) -> bool:
    return same_host(url, site) and urlsplit(url).path.startswith(urlsplit(site).path.rpartition("/")[0] + "/")


def onward_asks(
    answer: Answer, page: SitePage, context: Context, payload: Mapping[str, Any], notes: dict[str, str]
) -> list[Ask]:
    """Return requests for the site's own pages that a page links to: what a sitemap names too is asked once."""
    site = str(answer.payload["site"])
    inside = [Place(canonical(url)) for url in page.onward if _inside(url, site) and not AUTHOR_PAGE.search(url)]
    return _page_asks(inside, payload, context, notes, answer.hop + 1)


def _page_asks(
    places: list[Place], payload: Mapping[str, Any], context: Context, notes: dict[str, str], hop: int
) -> list[Ask]:
    """Ask for pages as far as the site's share goes; the count is kept among the notes."""
    site = str(payload["site"])
    name = f"pages {site}"
    known = int(context.notes.get(name) or 0)
    left = max(0, int(context.options.get("pages", MOST_PAGES)) - known)
    told = payload.get("told") or context.notes.get(f"site {site}") or ""
    apart = [place for place in places if place.url != site]
    unseen = [place for place in apart if context.notes.get(f"asked {place.url}") is None][:left]
    news = [place for place in apart if _changed_since(place, context)]
    notes |= {name: str(known + len(unseen))} | {f"asked {place.url}": _stamp(place) or "1" for place in unseen + news}
    return [
        Ask(
            place.url, "page", {"site": site, "told": told}, hop=hop, why=f"page of {site}", accept=PAGE,
            stamp=_stamp(place), recurring=True,
        )
        for place in unseen + news
    ]  # fmt: skip
