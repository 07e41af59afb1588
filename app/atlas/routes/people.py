"""The ranking: filtered, sorted and paged by the database, and downloads of what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.atlas.pages import own_page
from app.atlas.routes.brief import framed
from app.atlas.visit import NotThereError, Visit, visit
from data.errors import VigieError
from pipelines.documents import ranking
from pipelines.documents.comparison import check_count, render_comparison
from pipelines.documents.read import read_sheets
from pipelines.documents.safe import clean, file_name
from pipelines.ranking import Filters, ranking_table

if TYPE_CHECKING:
    import pyarrow as pa

    from data.brief.model import Brief

router = APIRouter(prefix="/b/{brief}")
SIZE = 50
SORTS = ("rank", "name", "influence", "reach", "resonance", "relevance", "followers", "amplifiers", "last_post_at")
FILTERS = ("segment", "tier", "label", "language", "source", "community", "status", "words")
TIERS = ("macro", "magic_middle", "micro", "none")
STATUSES = ("in", "out", "undecided", "discovered")
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/people")
def people(request: Request) -> Response:
    """Show one page of the ranking."""
    with visit(request) as v:
        frame = framed(v, "people")
        chosen = _chosen(v)
        number = _page_number(v)
        found = _page(v, frame, chosen, number)
        total = found.rows[0]["total"] if found.rows else 0
        pages = max(1, -(-total // SIZE))
        if not found.rows and number > 1:
            raise NotThereError(f"pas de page {number}", f"no page {number}")
        facets = v.ask("facets", **frame, **v.decided(frame["brief"]))
        return v.page(
            "people.html.j2",
            **frame,
            found=found,
            total=total,
            number=number,
            pages=pages,
            chosen=chosen,
            facets={
                name: [r for r in facets.rows if r["facet"] == name]
                for name in ("segment", "label", "language", "source", "community")
            },
            tiers=TIERS,
            statuses=STATUSES,
            sorts=SORTS,
            forms=MEDIA,
        )


@router.get("/people.{form}")
def download(request: Request, form: str) -> Response:
    """Send the whole filtered list as a file, with today's decisions."""
    with visit(request, seconds=120) as v:
        frame = framed(v, "people")
        chosen = _chosen(v)
        if form not in MEDIA:
            raise NotThereError(f"format inconnu ({', '.join(MEDIA)})", f"unknown format ({', '.join(MEDIA)})")
        kept = {(row["person_id"], row["segment"]): row for row in _page(v, frame, chosen, 1, size=10**9).rows}
        tier = None if chosen["tier"] == "none" else chosen["tier"]
        same = {name: chosen[name] for name in ("segment", "language")}
        table = ranking_table(v.con, frame["brief"], Filters(tier=tier, set_aside=True, **same))
        content = ranking.render(v.con, _as_shown(table, kept), form, v.lang)
    name = f"{file_name(frame['brief'], frame['run_id'])}.{form}"
    return Response(content, media_type=MEDIA[form], headers={"content-disposition": f'attachment; filename="{name}"'})


@router.get("/compare")
def compare(request: Request) -> Response:
    """Lay two to eight people side by side."""
    with visit(request, seconds=60) as v:
        frame = framed(v, "people")
        asked = list(dict.fromkeys(clean(one)[:2000] for one in request.query_params.getlist("id")[:50]))
        check_count(len(asked))
        sheets = list(read_sheets(v.con, frame["brief"], frame["run_id"], asked, made_from=_brief(v, frame["brief"])))
        return own_page(render_comparison(v.con, sheets, v.lang))


def _brief(v: Visit, name: str) -> Brief | None:
    """Return the brief from which sheets can be computed now; None when its file is gone or cannot be read."""
    try:
        return v.atlas.workspace.brief(name)
    except VigieError:
        return None


def _as_shown(table: pa.Table, kept: dict[tuple[str, str], dict[str, Any]]) -> pa.Table:
    """Return the rows that the page shows, their status and labels being those of today."""
    import pyarrow as pa

    keys = list(zip(table["person_id"].to_pylist(), table["segment"].to_pylist(), strict=True))
    shown = table.filter(pa.array([key in kept for key in keys], pa.bool_()))
    for name in ("status", "labels"):
        today = pa.array([kept[key][name] for key in keys if key in kept], table.schema.field(name).type)
        shown = shown.set_column(shown.column_names.index(name), name, today)
    return shown


def _page(v: Visit, frame: dict[str, Any], chosen: dict[str, Any], number: int, size: int = SIZE) -> Any:
    decided = v.decided(frame["brief"])
    return v.ask("people", **frame, **decided, **chosen, size=size, skip=(number - 1) * size)


def _chosen(v: Visit) -> dict[str, Any]:
    """Return the filters and the sort asked for; a sort or a code that does not exist counts as not asked."""
    chosen: dict[str, Any] = {name: v.asked(name, 200) for name in FILTERS}
    if chosen["tier"] not in TIERS:
        chosen["tier"] = None
    if chosen["status"] not in STATUSES:
        chosen["status"] = None
    sort = v.asked("sort")
    chosen["sort"] = sort if sort in SORTS else ("rank" if chosen["segment"] else "influence")
    return chosen


def _page_number(v: Visit) -> int:
    asked = v.asked("page", 8) or "1"
    return min(max(int(asked), 1), 10**6) if asked.isascii() and asked.isdigit() else 1
