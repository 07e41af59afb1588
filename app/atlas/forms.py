"""Forms of the atlas: read with their mark, about whom, by whom, and where they lead back to."""

from __future__ import annotations

import getpass
import hmac
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.atlas.guard import MAX_BODY
from app.atlas.visit import language
from app.atlas.words import words
from pipelines.documents.safe import clean

if TYPE_CHECKING:
    from app.atlas.visit import Visit

WHY = 500


async def form_fields(request: Request) -> dict[str, str]:
    """Return the fields of a form of this session; raises HTTPException 403 without its CSRF mark."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413)
    try:
        fields = dict(parse_qsl(body.decode("utf-8"), max_num_fields=20))
    except ValueError:
        raise HTTPException(400) from None
    expected = request.app.state.atlas.door.csrf(request.scope["state"]["session"])
    if not hmac.compare_digest(fields.get("csrf", "").encode(), expected.encode()):
        raise HTTPException(403, words(language(request))["form_old"])
    return {name: clean(value) for name, value in fields.items()}


Fields = Annotated[dict[str, str], Depends(form_fields)]


def named(v: Visit, accounts: list[str]) -> dict[str, dict[str, Any]]:
    """Return account → the person behind it; those who refuse are left out."""
    return {row["account_id"]: row for row in v.ask("names", account_ids=accounts).rows}


def back(request: Request, person_id: str | None, place: str = "decide", up: int = 1) -> Response:
    """Lead back to a place of the person's page, or to the list of decisions; `up` counts the parts to leave out."""
    base = request.url.path.rsplit("/", up)[0]
    where = f"person?{urlencode({'id': person_id})}#{place}" if person_id else "decisions"
    return RedirectResponse(f"/{base.lstrip('/')}/{where}", status_code=303)


def acting() -> str:
    """Return who decides, as records say it."""
    try:
        return f"{getpass.getuser()} (atlas)"
    except (OSError, KeyError):
        return "atlas"
