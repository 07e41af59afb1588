"""Routes about statuses: timelines, threads, who repeated and who liked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.sandbox.server.answers import answer, refuse
from data.sandbox.server.pages import NOT_FOUND, people_page, statuses_page, view_of, yes
from data.sandbox.server.store import fold_tag

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from starlette.requests import Request
    from starlette.responses import Response

    from data.sandbox.server.mastodon import View
    from data.sandbox.server.store import Ints

AT_ONCE = 20


async def tag_timeline(request: Request) -> Response:
    """Statuses that carry a hashtag."""
    view = view_of(request)
    tagged = view.store.tagged.get(fold_tag(request.path_params["tag"]), np.empty(0, dtype=np.int64))
    rows = view.store.reached(view.instance, tagged)
    return statuses_page(request, _timeline(request, view, rows))


async def public_timeline(request: Request) -> Response:
    """All public statuses that reached the server; reposts are not among them."""
    view = view_of(request)
    return statuses_page(request, _timeline(request, view, view.store.public(view.instance)))


def _timeline(request: Request, view: View, rows: Ints) -> Ints:
    asked = request.query_params
    at_home: NDArray[np.bool_] = view.store.home[view.store.author[rows]] == view.instance
    if yes(asked.get("local")):
        return rows[at_home]
    return rows[~at_home] if yes(asked.get("remote")) else rows


async def status(request: Request) -> Response:
    """Status by id."""
    view = view_of(request)
    row = view.store.status_at(view.instance, request.path_params["id"])
    return refuse(404, NOT_FOUND) if row is None else answer(request, view.status(row))


async def several(request: Request) -> Response:
    """Statuses by id, twenty at most (Mastodon 4.3); what is not there is left out."""
    view = view_of(request)
    ids = request.query_params.getlist("id[]")
    if len(ids) > AT_ONCE:
        return refuse(422, f"Too many ids: {AT_ONCE} at most")
    rows = [row for one in dict.fromkeys(ids) if (row := view.store.status_at(view.instance, one)) is not None]
    return answer(request, [view.status(row) for row in rows])


async def context(request: Request) -> Response:
    """The thread around a status: at most 40 above, 60 below, 20 deep, as for a visitor."""
    view = view_of(request)
    row = view.store.status_at(view.instance, request.path_params["id"])
    if row is None:
        return refuse(404, NOT_FOUND)
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
        return refuse(404, NOT_FOUND)
    rows = view.store.reached(view.instance, view.store.reposts_of.of(row))
    return people_page(request, view.store.author[rows], rows)


async def favourited_by(request: Request) -> Response:
    """Who liked a status: no more than its likes, among the author's followers, the same ones each time."""
    view = view_of(request)
    row = view.store.status_at(view.instance, request.path_params["id"])
    if row is None:
        return refuse(404, NOT_FOUND)
    store = view.store
    fans = store.follower[store.ties_to.of(int(store.author[row]))]
    likes = min(int(store.post(row)["likes"] or 0), len(fans))
    chosen = np.random.default_rng(row).permutation(fans)[:likes]
    return people_page(request, chosen, np.arange(likes))
