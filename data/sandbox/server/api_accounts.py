"""Routes about accounts: looked up, listed, their statuses, their followers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.sandbox.server.answers import answer, refuse, whole_number
from data.sandbox.server.pages import NOT_FOUND, account_row, people_page, statuses_page, view_of, yes
from data.sandbox.server.store import fold_tag

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from data.sandbox.server.mastodon import View


async def lookup(request: Request) -> Response:
    """Account by address."""
    view = view_of(request)
    name, _, host = request.query_params.get("acct", "").lstrip("@").partition("@")
    row = by_address(view, name, host)
    return refuse(404, NOT_FOUND) if row is None else answer(request, view.account(row))


def by_address(view: View, name: str, host: str) -> int | None:
    """Return the row of name@host, as far as the server knows it; without host, its own people."""
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
    row = account_row(request)
    return refuse(404, NOT_FOUND) if row is None else answer(request, view_of(request).account(row))


async def accounts(request: Request) -> Response:
    """Several accounts by id; unknown ids are left out."""
    view = view_of(request)
    asked = request.query_params.getlist("id[]")[:40]
    rows = [view.store.account_at(view.instance, text) for text in asked]
    return answer(request, [view.account(row) for row in rows if row is not None])


async def account_statuses(request: Request) -> Response:
    """Statuses of an account, newest first."""
    view, row, asked = view_of(request), account_row(request), request.query_params
    if row is None:
        return refuse(404, NOT_FOUND)
    rows = view.store.statuses(view.instance, row)
    if yes(asked.get("exclude_replies")):
        rows = rows[view.store.kind[rows] != 1]
    if yes(asked.get("exclude_reblogs")):
        rows = rows[view.store.kind[rows] != 2]
    if asked.get("tagged"):
        rows = np.intersect1d(rows, view.store.tagged.get(fold_tag(asked["tagged"]), rows[:0]))
    if yes(asked.get("pinned")) or yes(asked.get("only_media")):
        rows = rows[:0]
    return statuses_page(request, rows)


async def followers(request: Request) -> Response:
    """Followers, the newest first; empty when the account hides them."""
    return _follow_list(request, to=True)


async def following(request: Request) -> Response:
    """Followed accounts, the newest first; empty when the account hides them."""
    return _follow_list(request, to=False)


def _follow_list(request: Request, *, to: bool) -> Response:
    view, row = view_of(request), account_row(request)
    if row is None:
        return refuse(404, NOT_FOUND)
    store = view.store
    if store.accounts[row]["hide_collections"]:
        return answer(request, [])
    ties = (store.ties_to if to else store.ties_from).of(row)
    others = (store.follower if to else store.followed)[ties]
    if store.home[row] != view.instance:
        here = store.home[others] == view.instance
        ties, others = ties[here], others[here]
    return people_page(request, others, ties)


async def directory(request: Request) -> Response:
    """Accounts that opted in to be found, the last active first."""
    view, asked = view_of(request), request.query_params
    limit, offset = min(whole_number(asked.get("limit"), 40), 80), whole_number(asked.get("offset"), 0)
    rows = view.store.listed(view.instance)
    return answer(request, [view.account(row) for row in rows[offset : offset + limit]])
