"""Mastodon's client API over a world: the routes, each server answering on its own port."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from starlette.responses import Response
from starlette.routing import Route

from data.sandbox.server.answers import HTML, JSON, Page, answer, link_header, paginate, refuse, whole_number
from data.sandbox.server.mastodon import VERSION, View
from data.sandbox.server.store import fold_tag

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from numpy.typing import NDArray
    from starlette.requests import Request

    from data.sandbox.server.store import Ints

ROBOTS = "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /media_proxy/\nDisallow: /interact/\n"
_NOT_FOUND = "Record not found"
_WEEK = 7 * 86_400_000


def view_of(request: Request) -> View:
    """Return the server that was asked, by its port."""
    view: View = request.scope["vigie.view"]
    return view


def _account_row(request: Request) -> int | None:
    view = view_of(request)
    return view.store.account_at(view.instance, request.path_params["id"])


def _statuses(request: Request, rows: Ints, *, most: int = 40) -> Response:
    """Answer one page of statuses."""
    view = view_of(request)
    page = paginate(request, rows, view.store.number[rows], most=most)
    entities = [view.status(int(row)) for row in page.rows]
    header = link_header(request, page, entities[0]["id"], entities[-1]["id"]) if entities else {}
    return answer(request, entities, headers=header)


def _people(request: Request, rows: Ints, keys: Ints) -> Response:
    """Answer one page of accounts; the keys that page them are internal and show only in Link."""
    view = view_of(request)
    ids = np.arange(1, len(rows) + 1) * 16
    page = paginate(request, np.arange(len(rows)), ids, most=80, default=40)
    entities = [view.account(int(row)) for row in rows[page.rows]]
    if not entities:
        return answer(request, [])
    newest, oldest = str(ids[page.rows[0]]), str(ids[page.rows[-1]])
    return answer(
        request, entities, headers=link_header(request, Page(keys, page.more), newest, oldest, back="since_id")
    )


async def lookup(request: Request) -> Response:
    """Account by address."""
    view = view_of(request)
    name, _, host = request.query_params.get("acct", "").lstrip("@").partition("@")
    row = _by_address(view, name, host)
    return refuse(404, _NOT_FOUND) if row is None else answer(request, view.account(row))


def _by_address(view: View, name: str, host: str) -> int | None:
    instance = view.instance
    if host:
        known = [k for k in range(view.store.instances) if view.places.move(f"127.0.0.1:{view.store.port + k}") == host]
        if not known:
            return None
        instance = known[0]
    row = view.store.row_of_name.get((instance, name.lower()))
    return row if row is not None and view.store.knows(view.instance, row) else None


async def account(request: Request) -> Response:
    """Account by id."""
    row = _account_row(request)
    return refuse(404, _NOT_FOUND) if row is None else answer(request, view_of(request).account(row))


async def accounts(request: Request) -> Response:
    """Several accounts by id; unknown ids are left out."""
    view = view_of(request)
    asked = request.query_params.getlist("id[]")[:40]
    rows = [view.store.account_at(view.instance, text) for text in asked]
    return answer(request, [view.account(row) for row in rows if row is not None])


async def account_statuses(request: Request) -> Response:
    """Statuses of an account, newest first."""
    view, row, asked = view_of(request), _account_row(request), request.query_params
    if row is None:
        return refuse(404, _NOT_FOUND)
    rows = view.store.statuses(view.instance, row)
    if _yes(asked.get("exclude_replies")):
        rows = rows[view.store.kind[rows] != 1]
    if _yes(asked.get("exclude_reblogs")):
        rows = rows[view.store.kind[rows] != 2]
    if asked.get("tagged"):
        rows = np.intersect1d(rows, view.store.tagged.get(fold_tag(asked["tagged"]), rows[:0]))
    if _yes(asked.get("pinned")) or _yes(asked.get("only_media")):
        rows = rows[:0]
    return _statuses(request, rows)


def _yes(text: str | None) -> bool:
    return (text or "").lower() in {"1", "true", "t", "on"}


async def followers(request: Request) -> Response:
    """Followers, the newest first; empty when the account hides them."""
    return _follow_list(request, to=True)


async def following(request: Request) -> Response:
    """Followed accounts, the newest first; empty when the account hides them."""
    return _follow_list(request, to=False)


def _follow_list(request: Request, *, to: bool) -> Response:
    view, row = view_of(request), _account_row(request)
    if row is None:
        return refuse(404, _NOT_FOUND)
    store = view.store
    if store.accounts[row]["hide_collections"]:
        return answer(request, [])
    ties = (store.ties_to if to else store.ties_from).of(row)
    others = (store.follower if to else store.followed)[ties]
    if store.home[row] != view.instance:
        here = store.home[others] == view.instance
        ties, others = ties[here], others[here]
    return _people(request, others, ties)


async def tag_timeline(request: Request) -> Response:
    """Statuses that carry a hashtag."""
    view = view_of(request)
    tagged = view.store.tagged.get(fold_tag(request.path_params["tag"]), np.empty(0, dtype=np.int64))
    rows = view.store.reached(view.instance, tagged)
    return _statuses(request, _timeline(request, view, rows))


async def public_timeline(request: Request) -> Response:
    """All public statuses that reached the server; reposts are not among them."""
    view = view_of(request)
    return _statuses(request, _timeline(request, view, view.store.public(view.instance)))


def _timeline(request: Request, view: View, rows: Ints) -> Ints:
    asked = request.query_params
    at_home: NDArray[np.bool_] = view.store.home[view.store.author[rows]] == view.instance
    if _yes(asked.get("local")):
        return rows[at_home]
    return rows[~at_home] if _yes(asked.get("remote")) else rows


async def status(request: Request) -> Response:
    """Status by id."""
    view = view_of(request)
    row = view.store.status_at(view.instance, request.path_params["id"])
    return refuse(404, _NOT_FOUND) if row is None else answer(request, view.status(row))


async def context(request: Request) -> Response:
    """The thread around a status: at most 40 above, 60 below, 20 deep, as for a visitor."""
    view = view_of(request)
    row = view.store.status_at(view.instance, request.path_params["id"])
    if row is None:
        return refuse(404, _NOT_FOUND)
    store = view.store
    above: list[int] = []
    current = row
    while store.kind[current] == 1 and store.target[current] >= 0 and len(above) < 40:
        current = int(store.target[current])
        above.append(current)
    below, level = [], [row]
    for _depth in range(20):
        level = [int(r) for parent in level for r in store.reached(view.instance, store.replies_of.of(parent))]
        below += level
        if not level or len(below) >= 60:
            break
    entities = {"ancestors": above[::-1], "descendants": below[:60]}
    return answer(request, {key: [view.status(r) for r in rows] for key, rows in entities.items()})


async def reblogged_by(request: Request) -> Response:
    """Who reposted a status, as far as the server saw."""
    view = view_of(request)
    row = view.store.status_at(view.instance, request.path_params["id"])
    if row is None:
        return refuse(404, _NOT_FOUND)
    rows = view.store.reached(view.instance, view.store.reposts_of.of(row))
    return _people(request, view.store.author[rows], rows)


async def favourited_by(request: Request) -> Response:
    """Who liked a status: no more than its likes, among the author's followers, the same ones each time."""
    view = view_of(request)
    row = view.store.status_at(view.instance, request.path_params["id"])
    if row is None:
        return refuse(404, _NOT_FOUND)
    store = view.store
    fans = store.follower[store.ties_to.of(int(store.author[row]))]
    likes = min(int(store.post(row)["likes"] or 0), len(fans))
    chosen = np.random.default_rng(row).permutation(fans)[:likes]
    return _people(request, chosen, np.arange(likes))


async def directory(request: Request) -> Response:
    """Accounts that opted in to be found, the last active first."""
    view, asked = view_of(request), request.query_params
    limit, offset = min(whole_number(asked.get("limit"), 40), 80), whole_number(asked.get("offset"), 0)
    rows = view.store.listed(view.instance)
    return answer(request, [view.account(row) for row in rows[offset : offset + limit]])


async def trends_tags(request: Request) -> Response:
    """The hashtags most used in the world's last week."""
    view, asked = view_of(request), request.query_params
    limit, offset = min(whole_number(asked.get("limit"), 10), 20), whole_number(asked.get("offset"), 0)
    number = view.store.number
    first = int(np.searchsorted(number, (int(number[-1] >> 16) - _WEEK) << 16)) if len(number) else 0
    uses = {tag: view.store.reached(view.instance, rows[rows >= first]) for tag, rows in view.store.tagged.items()}
    ranked = sorted(uses, key=lambda tag: (-len(uses[tag]), tag))[offset : offset + limit]
    return answer(request, [_tag(view, tag, uses[tag]) for tag in ranked])


def _tag(view: View, name: str, rows: Ints) -> dict[str, Any]:
    people = len(np.unique(view.store.author[rows]))
    day = (int(view.store.number[-1]) >> 16) // 86_400_000 * 86_400
    history = [{"day": str(day), "accounts": str(people), "uses": str(len(rows))}]
    return {"name": name, "url": f"{view.base}/tags/{name}", "history": history}


async def search(request: Request) -> Response:
    """Accounts and hashtags whose name starts so; statuses are for signed-in users."""
    view, asked = view_of(request), request.query_params
    if asked.get("resolve") or asked.get("offset"):
        return refuse(401, "Search queries pagination is not supported without authentication")
    query, kind = asked.get("q", "").lower().lstrip("@#"), asked.get("type")
    limit = min(whole_number(asked.get("limit"), 20), 40)
    found: dict[str, list[Any]] = {"accounts": [], "statuses": [], "hashtags": []}
    if query and kind in {None, "accounts"}:
        name, _, host = query.partition("@")
        exact = _by_address(view, name, host)
        rows = [] if exact is None else [exact]
        rows += [row for (_k, n), row in view.store.row_of_name.items() if n.startswith(query) and row != exact][:limit]
        found["accounts"] = [view.account(r) for r in rows if r >= 0 and view.store.knows(view.instance, r)][:limit]
    if query and kind in {None, "hashtags"}:
        key = fold_tag(query)
        names = [tag for tag in sorted(view.store.tagged) if key and tag.startswith(key)][:limit]
        found["hashtags"] = [_tag(view, tag, view.store.tagged[tag]) for tag in names]
    return answer(request, found)


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


_PATHS: dict[str, Callable[[Request], Awaitable[Response]]] = {
    "/.well-known/nodeinfo": nodeinfo_links,
    "/.well-known/webfinger": webfinger,
    "/nodeinfo/2.0": nodeinfo,
    "/robots.txt": robots,
    "/brief.toml": brief,
    "/api/v1/instance": instance_v1,
    "/api/v2/instance": instance_v2,
    "/api/v1/instance/rules": empty_list,
    "/api/v1/accounts": accounts,
    "/api/v1/accounts/lookup": lookup,
    "/api/v1/accounts/{id}": account,
    "/api/v1/accounts/{id}/statuses": account_statuses,
    "/api/v1/accounts/{id}/followers": followers,
    "/api/v1/accounts/{id}/following": following,
    "/api/v1/statuses/{id}": status,
    "/api/v1/statuses/{id}/context": context,
    "/api/v1/statuses/{id}/reblogged_by": reblogged_by,
    "/api/v1/statuses/{id}/favourited_by": favourited_by,
    "/api/v1/timelines/tag/{tag}": tag_timeline,
    "/api/v1/timelines/public": public_timeline,
    "/api/v1/directory": directory,
    "/api/v1/trends/tags": trends_tags,
    "/api/v1/trends/statuses": empty_list,
    "/api/v1/trends/links": empty_list,
    "/api/v2/search": search,
    "/@{name}": profile,
    "/users/{name}": profile,
}
ROUTES = [Route(path, endpoint) for path, endpoint in _PATHS.items()]
