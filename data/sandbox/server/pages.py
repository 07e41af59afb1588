"""What the routes of the client API share: the server asked, the account meant, a page of statuses or of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.sandbox.server.answers import Page, answer, link_header, paginate

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from data.sandbox.server.mastodon import View
    from data.sandbox.server.store import Ints

NOT_FOUND = "Record not found"


def view_of(request: Request) -> View:
    """Return the server that was asked, by its port."""
    view: View = request.scope["vigie.view"]
    return view


def account_row(request: Request) -> int | None:
    """Return the row of the account whose id the path names, None when the server knows none."""
    view = view_of(request)
    return view.store.account_at(view.instance, request.path_params["id"])


def statuses_page(request: Request, rows: Ints, *, most: int = 40) -> Response:
    """Answer one page of statuses."""
    view = view_of(request)
    page = paginate(request, rows, view.store.number[rows], most=most)
    entities = [view.status(int(row)) for row in page.rows]
    header = link_header(request, page, entities[0]["id"], entities[-1]["id"]) if entities else {}
    return answer(request, entities, headers=header)


def people_page(request: Request, rows: Ints, keys: Ints) -> Response:
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


def yes(text: str | None) -> bool:
    """Tell whether a parameter is switched on."""
    return (text or "").lower() in {"1", "true", "t", "on"}
