"""The first page: briefs and runs."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.atlas.atlas import Atlas
from app.atlas.visit import visit
from data.brief.read import read_brief
from data.errors import VigieError
from pipelines.documents.safe import one_line

router = APIRouter()


@router.get("/")
def home(request: Request) -> Response:
    """List the briefs with their newest run, those still without one, and all runs."""
    with visit(request) as v:
        titles = brief_titles(v.atlas)
        briefs = v.ask("briefs")
        known = {row["brief"] for row in briefs.rows}
        waiting = sorted(name for name in titles if name not in known)
        return v.page("briefs.html.j2", briefs=briefs, titles=titles, waiting=waiting, runs=v.ask("runs", brief=None))


@router.get("/favicon.ico")
def favicon() -> Response:
    """Lead to the mark that browsers ask for by themselves."""
    return RedirectResponse("/static/mark.svg", 307)


def brief_titles(atlas: Atlas) -> dict[str, str]:
    """Return name → title of the briefs in `briefs/` that can be read."""
    found = {}
    for path in sorted((atlas.workspace.root / "briefs").glob("*.toml"))[:500]:
        try:
            brief = read_brief(path)
        except (VigieError, OSError):
            continue
        found[brief.name] = one_line(brief.title or brief.name, 160)
    return found
