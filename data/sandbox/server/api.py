"""Mastodon's client API over a world: the routes, each server answering on its own port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from data.sandbox.server import api_accounts as accounts
from data.sandbox.server import api_finding as finding
from data.sandbox.server import api_server as server
from data.sandbox.server import api_statuses as statuses

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

_PATHS: dict[str, Callable[[Request], Awaitable[Response]]] = {
    "/.well-known/nodeinfo": server.nodeinfo_links,
    "/.well-known/webfinger": server.webfinger,
    "/nodeinfo/2.0": server.nodeinfo,
    "/robots.txt": server.robots,
    "/brief.toml": server.brief,
    "/api/v1/instance": server.instance_v1,
    "/api/v2/instance": server.instance_v2,
    "/api/v1/instance/rules": server.empty_list,
    "/api/v1/accounts": accounts.accounts,
    "/api/v1/accounts/lookup": accounts.lookup,
    "/api/v1/accounts/{id}": accounts.account,
    "/api/v1/accounts/{id}/statuses": accounts.account_statuses,
    "/api/v1/accounts/{id}/followers": accounts.followers,
    "/api/v1/accounts/{id}/following": accounts.following,
    "/api/v1/statuses": statuses.several,
    "/api/v1/statuses/{id}": statuses.status,
    "/api/v1/statuses/{id}/context": statuses.context,
    "/api/v1/statuses/{id}/reblogged_by": statuses.reblogged_by,
    "/api/v1/statuses/{id}/favourited_by": statuses.favourited_by,
    "/api/v1/timelines/tag/{tag}": statuses.tag_timeline,
    "/api/v1/timelines/public": statuses.public_timeline,
    "/api/v1/directory": accounts.directory,
    "/api/v1/trends/tags": finding.trends_tags,
    "/api/v1/trends/statuses": server.empty_list,
    "/api/v1/trends/links": server.empty_list,
    "/api/v2/search": finding.search,
    "/@{name}": server.profile,
    "/users/{name}": server.profile,
}
ROUTES = [Route(path, endpoint) for path, endpoint in _PATHS.items()]
