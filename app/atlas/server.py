"""The atlas as an application: its pages, and what is answered when something is wrong."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import duckdb
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from app.atlas.atlas import Atlas
from app.atlas.guard import Door, Guard
from app.atlas.published import NothingPublishedError
from app.atlas.routes import brief, curation, ecosystem, home, people, person, questions, relationship, remarks
from app.atlas.visit import NotThereError, language, page
from app.atlas.words import words
from data.errors import VigieError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from data.bilingual import Lang
    from data.workspace import Workspace


def create_app(workspace: Workspace, lang: Lang, door: Door | None = None) -> ASGIApp:
    """Return the atlas of `workspace` as an ASGI application behind its guard."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.atlas = Atlas(workspace, lang, door or Door())
    app.add_api_route("/static/style.css", _style)
    app.mount("/static", StaticFiles(packages=[("app.atlas", "static")]), name="static")
    for module in (home, questions, brief, people, person, ecosystem, curation, remarks, relationship):
        app.include_router(module.router)
    app.add_exception_handler(VigieError, _told)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(duckdb.Error, _failed)
    return Guard(app, app.state.atlas.door)


def _style() -> Response:
    """Send the style of the documents, then that of the atlas: both look alike."""
    parts = (("pipelines.documents.templates", "style.css"), ("app.atlas.static", "atlas.css"))
    text = "\n".join(resources.files(package).joinpath(name).read_text(encoding="utf-8") for package, name in parts)
    return Response(text, media_type="text/css; charset=utf-8", headers={"cache-control": "no-cache"})


def _told(request: Request, error: Exception) -> Response:
    """Answer what is wrong with what was asked."""
    assert isinstance(error, VigieError)
    if isinstance(error, NothingPublishedError):
        return page(request, language(request), "nothing.html.j2", 200)
    status = 404 if isinstance(error, NotThereError) else 400
    return _page(request, status, error.message.to(language(request)))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _page(request, error.status_code, error.detail if error.status_code in {403, 409} else "")


def _failed(request: Request, error: Exception) -> Response:
    """Answer a database that gave up: too slow, too large, or replaced by another version."""
    del error
    return _page(request, 500, words(language(request))["busy"])


def _page(request: Request, status: int, told: str) -> Response:
    lang = language(request)
    title = words(lang).get(f"error_{status}", words(lang)["error_400"])
    return page(request, lang, "error.html.j2", status, title=title, told=told)
