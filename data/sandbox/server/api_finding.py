"""Routes to find by name or by use: search, trends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from data.sandbox.server.answers import answer, refuse, whole_number
from data.sandbox.server.api_accounts import by_address
from data.sandbox.server.pages import view_of
from data.sandbox.server.store import fold_tag

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from data.sandbox.server.mastodon import View
    from data.sandbox.server.store import Ints

_WEEK = 7 * 86_400_000


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
        exact = by_address(view, name, host)
        rows = [] if exact is None else [exact]
        rows += [row for (_k, n), row in view.store.row_of_name.items() if n.startswith(query) and row != exact][:limit]
        found["accounts"] = [view.account(r) for r in rows if r >= 0 and view.store.knows(view.instance, r)][:limit]
    if query and kind in {None, "hashtags"}:
        key = fold_tag(query)
        names = [tag for tag in sorted(view.store.tagged) if key and tag.startswith(key)][:limit]
        found["hashtags"] = [_tag(view, tag, view.store.tagged[tag]) for tag in names]
    return answer(request, found)
