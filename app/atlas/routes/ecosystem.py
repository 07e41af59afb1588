"""The ecosystem map: the page of `vigie map`, inside the atlas and alone."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.atlas.pages import own_page
from app.atlas.routes.brief import framed
from app.atlas.visit import visit
from pipelines.documents.map.ecosystem import ecosystem_graph
from pipelines.documents.map.layout import layout
from pipelines.documents.map.page import render_page
from pipelines.documents.safe import file_name

router = APIRouter(prefix="/b/{brief}")


@router.get("/map")
def map_frame(request: Request) -> Response:
    """Show the map inside the atlas."""
    with visit(request) as v:
        return v.page("ecosystem.html.j2", **framed(v, "map"))


@router.get("/map.html")
def map_alone(request: Request) -> Response:
    """Send the map's own page, drawn once per publication, run and language."""
    with visit(request) as v:
        frame, atlas, lang = framed(v, "map"), v.atlas, v.lang

    def draw() -> bytes:
        with atlas.published.reading(60) as con:
            graph = ecosystem_graph(con, frame["brief"], frame["run_id"])
        points = layout(len(graph.people), graph.source, graph.target, graph.weight, graph.groups())
        name = file_name(frame["brief"], frame["brief"])
        return render_page(graph, points, lang, as_of=frame["run"]["as_of"], file=name)

    page = atlas.map_page((atlas.published.stamp, frame["run_id"], lang), draw)
    return own_page(page, framed_here=True)
