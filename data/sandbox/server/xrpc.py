"""Bluesky's AppView over a world: the XRPC methods that are open to visitors, on one port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from starlette.responses import Response
from starlette.routing import Route

from data.sandbox.server.answers import JSON, answer, whole_number
from data.sandbox.server.bluesky import REPOST
from data.sandbox.server.store import KIND

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.requests import Request

    from data.sandbox.server.bluesky import Entity, Network

ROBOTS = "User-agent: *\nAllow: /\n"
MOST, DEFAULT, AT_ONCE = 100, 50, 25


class RefusedError(Exception):
    """A question that the service answers by an error: its name, what it says, the status."""

    def __init__(self, name: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.name, self.status = name, status


def _network(request: Request) -> Network:
    network: Network = request.scope["vigie.network"]
    return network


def _person(request: Request) -> int:
    """Return the row of the `actor` asked for; who is not there or no longer there is refused."""
    network = _network(request)
    row = network.actor(request.query_params.get("actor", ""))
    if row is None:
        raise RefusedError("InvalidRequest", "Profile not found")
    if network.left(row):
        raise RefusedError("AccountTakedown", "Account has been suspended")
    return row


def _page(request: Request, found: Sequence[int]) -> tuple[list[int], Entity]:
    """Return a page of some rows and the cursor to go on from; there is none after the last one."""
    limit = whole_number(request.query_params.get("limit"), DEFAULT)
    if not 1 <= limit <= MOST:
        raise RefusedError("InvalidRequest", f"Error: limit must be between 1 and {MOST}")
    start = whole_number(request.query_params.get("cursor"), 0)
    stop = start + limit
    return [int(row) for row in found[start:stop]], {"cursor": str(stop)} if stop < len(found) else {}


async def profile(request: Request) -> Response:
    """Somebody's profile, with counts."""
    return answer(request, _network(request).detailed(_person(request)))


async def author_feed(request: Request) -> Response:
    """What somebody posted and reposted, the newest first; a page may be short of what cannot be shown."""
    network, row = _network(request), _person(request)
    own = network.store.posts_of.of(row)
    if request.query_params.get("filter") == "posts_no_replies":
        own = own[network.store.kind[own] != KIND["reply"]]
    rows, more = _page(request, own[::-1].tolist())
    return answer(request, {"feed": [network.item(one) for one in rows if network.shown(one)]} | more)


async def posts(request: Request) -> Response:
    """Posts by their addresses; what is not there is left out."""
    network, uris = _network(request), request.query_params.getlist("uris")
    if not 1 <= len(uris) <= AT_ONCE:
        raise RefusedError("InvalidRequest", f"Error: uris must have between 1 and {AT_ONCE} elements")
    rows = [row for uri in dict.fromkeys(uris) if (row := network.row_of(uri)) is not None]
    return answer(request, {"posts": [network.view(row) for row in rows if network.collection(row) != REPOST]})


async def quotes(request: Request) -> Response:
    """Posts that quote another, the newest first."""
    network, uri = _network(request), request.query_params.get("uri", "")
    target, store = network.row_of(uri), network.store
    quoting = (store.kind == KIND["quote"]) & (store.target == (-1 if target is None else target))
    found = np.flatnonzero(quoting)[::-1].tolist() if target is not None else []
    rows, more = _page(request, [row for row in found if network.shown(row)])
    return answer(request, {"uri": uri, "posts": [network.view(row) for row in rows]} | more)


async def follows(request: Request) -> Response:
    """Whom somebody follows."""
    network, row = _network(request), _person(request)
    found = network.people(network.store.followed, network.store.ties_from.of(row))
    return _people(request, row, found, "follows")


async def followers(request: Request) -> Response:
    """Who follows somebody."""
    network, row = _network(request), _person(request)
    found = network.people(network.store.follower, network.store.ties_to.of(row))
    return _people(request, row, found, "followers")


def _people(request: Request, subject: int, found: Sequence[int], name: str) -> Response:
    network = _network(request)
    rows, more = _page(request, found)
    told: dict[str, Any] = {"subject": network.profile(subject), name: [network.profile(row) for row in rows]}
    return answer(request, told | more)


async def search_actors(request: Request) -> Response:
    """People whose name, handle or bio holds a word."""
    network, asked = _network(request), request.query_params.get("q", "").lower().strip()
    found = [
        row for row in network.row_of_did.values() if asked and not network.left(row) and asked in _told(network, row)
    ]
    rows, more = _page(request, found)
    return answer(request, {"actors": [network.profile(row) for row in rows]} | more)


def _told(network: Network, row: int) -> str:
    known = network.store.accounts[row]
    return f"{known['display_name']} {network.handle(row)} {known['summary'] or ''}".lower()


async def resolve(request: Request) -> Response:
    """From a handle to an identity."""
    network = _network(request)
    row = network.row_of_handle.get(request.query_params.get("handle", "").lower())
    if row is None:
        raise RefusedError("InvalidRequest", "Unable to resolve handle")
    return answer(request, {"did": network.dids[row]})


async def get_record(request: Request) -> Response:
    """One record of somebody's repository."""
    network, asked = _network(request), request.query_params
    uri = f"at://{asked.get('repo', '')}/{asked.get('collection', '')}/{asked.get('rkey', '')}"
    row = network.row_of(uri)
    if row is None or not network.shown(row):
        raise RefusedError("RecordNotFound", f"Could not locate record: {uri}")
    value = network.record(row)
    if network.collection(row) == REPOST:
        value = {
            "$type": REPOST,
            "subject": network.reference(int(network.store.target[row])),
            "createdAt": value["createdAt"],
        }
    return answer(request, network.reference(row) | {"value": value})


async def search_posts(_request: Request) -> Response:
    """Searching posts is for those who sign in, as it is on the public service."""
    return Response("<html><body>403 Forbidden</body></html>", 403, headers={"Content-Type": "text/html"})


async def robots(request: Request) -> Response:
    """What crawlers may fetch."""
    return answer(request, ROBOTS, media="text/plain; charset=utf-8")


async def unknown(request: Request) -> Response:
    """Any other method."""
    raise RefusedError("MethodNotImplemented", f"Method Not Implemented: {request.path_params['method'][:100]}", 501)


def _guarded(method: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def told(request: Request) -> Response:
        try:
            return await method(request)
        except RefusedError as refused:
            body = orjson.dumps({"error": refused.name, "message": str(refused)})
            return Response(body, refused.status, headers={"Content-Type": JSON, "Cache-Control": "no-store"})

    return told


_METHODS: dict[str, Callable[[Request], Awaitable[Response]]] = {
    "app.bsky.actor.getProfile": profile,
    "app.bsky.actor.searchActors": search_actors,
    "app.bsky.feed.getAuthorFeed": author_feed,
    "app.bsky.feed.getPosts": posts,
    "app.bsky.feed.getQuotes": quotes,
    "app.bsky.feed.searchPosts": search_posts,
    "app.bsky.graph.getFollowers": followers,
    "app.bsky.graph.getFollows": follows,
    "com.atproto.identity.resolveHandle": resolve,
    "com.atproto.repo.getRecord": get_record,
}
ROUTES = [
    Route("/robots.txt", robots),
    *(Route(f"/xrpc/{name}", _guarded(method)) for name, method in _METHODS.items()),
    Route("/xrpc/{method:path}", _guarded(unknown)),
]
