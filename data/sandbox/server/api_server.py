"""Routes about the server itself: what it is, where its people are, what crawlers may fetch."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from starlette.responses import Response

from data.sandbox.server.answers import HTML, JSON, answer
from data.sandbox.server.mastodon import VERSION
from data.sandbox.server.pages import view_of

if TYPE_CHECKING:
    from starlette.requests import Request

ROBOTS = "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /media_proxy/\nDisallow: /interact/\n"


async def instance_v2(request: Request) -> Response:
    """What the server is and what it shows to visitors."""
    view = view_of(request)
    access = {"local": "public", "remote": "public"}
    feeds = {"live_feeds": access, "hashtag_feeds": access, "trending_link_feeds": access}
    facts = {
        "domain": view.domain,
        "title": f"Vigie sandbox {view.instance + 1}",
        "version": VERSION,
        "source_url": "https://github.com/mastodon/mastodon",
        "description": "A synthetic world: nobody here exists.",
        "usage": {"users": {"active_month": int((view.store.home == view.instance).sum())}},
        "languages": ["fr", "en"],
        "configuration": {"timelines_access": feeds, "limited_federation": False},
        "registrations": {"enabled": False},
        "api_versions": {"mastodon": 8},
        "contact": {"email": "sandbox@vigie.example"},
        "rules": [],
    }
    return answer(request, facts)


async def instance_v1(request: Request) -> Response:
    """The older form of the same."""
    view = view_of(request)
    local = int((view.store.home == view.instance).sum())
    stats = {"user_count": local, "domain_count": view.store.instances, "status_count": len(view.store.number)}
    facts = {"uri": view.domain, "title": f"Vigie sandbox {view.instance + 1}", "version": VERSION, "stats": stats}
    return answer(request, facts | {"languages": ["fr", "en"], "registrations": False, "rules": []})


async def nodeinfo_links(request: Request) -> Response:
    """Where NodeInfo is."""
    rel, href = "http://nodeinfo.diaspora.software/ns/schema/2.0", f"{view_of(request).base}/nodeinfo/2.0"
    return answer(request, {"links": [{"rel": rel, "href": href}]})


async def nodeinfo(request: Request) -> Response:
    """Which program speaks, and how many live here."""
    view = view_of(request)
    local = int((view.store.home == view.instance).sum())
    facts = {
        "version": "2.0",
        "software": {"name": "mastodon", "version": VERSION},
        "protocols": ["activitypub"],
        "services": {"outbound": [], "inbound": []},
        "usage": {
            "users": {"total": local},
            "localPosts": int((view.store.home[view.store.author] == view.instance).sum()),
        },
        "openRegistrations": False,
        "metadata": {"nodeName": f"Vigie sandbox {view.instance + 1}"},
    }
    return answer(request, facts)


async def webfinger(request: Request) -> Response:
    """From an address to an actor."""
    view = view_of(request)
    kind, _, address = request.query_params.get("resource", "").partition(":")
    name, _, host = address.lstrip("@").partition("@")
    row = view.store.row_of_name.get((view.instance, name.lower())) if kind == "acct" and host == view.domain else None
    if row is None:
        return Response(status_code=404)
    page, actor = f"{view.base}/@{view.store.usernames[row]}", view.actor(row)
    links = [
        {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page},
        {"rel": "self", "type": "application/activity+json", "href": actor},
    ]
    subject = f"acct:{view.store.usernames[row]}@{view.domain}"
    return answer(request, {"subject": subject, "aliases": [page, actor], "links": links}, media="application/jrd+json")


async def profile(request: Request) -> Response:
    """A profile's page, whose links back to the person's other pages carry rel=me."""
    view = view_of(request)
    row = view.store.row_of_name.get((view.instance, request.path_params["name"].lstrip("@").lower()))
    if row is None:
        return Response("Not found", status_code=404)
    entity = view.account(row)
    robots = '<meta name="robots" content="noindex, noarchive">' if entity.get("noindex") else ""
    fields = "".join(f"<dt>{escape(f['name'])}</dt><dd>{f['value']}</dd>" for f in entity["fields"])
    title = escape(entity["display_name"])
    body = f"<h1>{title}</h1>{entity['note']}<dl>{fields}</dl>"
    head = f"<meta charset='utf-8'>{robots}<title>{title}</title>"
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return answer(request, page, media=HTML)


async def robots(request: Request) -> Response:
    """What crawlers may fetch."""
    return answer(request, ROBOTS, media="text/plain; charset=utf-8")


async def brief(request: Request) -> Response:
    """The world's brief with the addresses it is served at."""
    view = view_of(request)
    return answer(request, view.places.move(view.store.brief), media="application/toml; charset=utf-8")


async def empty_list(request: Request) -> Response:
    """A list that nobody here fills: trending statuses, links, peers."""
    return answer(request, [], media=JSON)
