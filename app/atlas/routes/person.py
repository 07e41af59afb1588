"""One person: why they stand where they stand, the 5W sheet, the team's decisions."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.atlas.ask import Answer, written_out
from app.atlas.routes.brief import framed
from app.atlas.routes.curation import history
from app.atlas.visit import NotThereError, Visit, visit
from app.atlas.words import words
from app.views.explanation import COMPONENTS
from data.errors import VigieError
from data.warehouse.sql import query
from pipelines.accounts import FoundAccount
from pipelines.detection.profile import SECTIONS, profile
from pipelines.documents.read import Sheet, cleaned, read_sheets
from pipelines.documents.safe import file_name
from pipelines.documents.say import word
from pipelines.documents.sheet import counter, render_sheet
from pipelines.explain import POSTS, Explanation, explain

router = APIRouter(prefix="/b/{brief}/person")
MEDIA = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}


@router.get("")
def person(request: Request) -> Response:
    """Show one person."""
    with visit(request, seconds=60) as v:
        frame = framed(v, "people")
        who = _who(v, frame)
        found = FoundAccount(who["account_id"], who["person_id"], who["source"], who["handle"], who["display_name"])
        explained = explain(v.con, frame["brief"], found)
        sheet, fresh = _sheet(v, frame, who["person_id"])
        decided = history(v.atlas, frame["brief"], [account["account_id"] for account in who["accounts"]])
        return v.page(
            "person.html.j2",
            **frame,
            who=who,
            explained=explained,
            parts=[(code, word("measure", code, v.lang)) for code in COMPONENTS],
            queries=_queries(frame["brief"], explained),
            over_runs=v.ask("ranks_over_runs", brief=frame["brief"], person_id=who["person_id"]),
            sheet=sheet,
            fresh=fresh,
            counter=counter(sheet, v.lang) if sheet else [],
            statements=sheet.statements() if sheet else {},
            forms=MEDIA,
            decided=decided,
        )


@router.get("/sheet.{form}")
def sheet_file(request: Request, form: str) -> Response:
    """Send the person's 5W sheet as a file."""
    with visit(request, seconds=60) as v:
        frame = framed(v, "people")
        who = _who(v, frame)
        sheet, _ = _sheet(v, frame, who["person_id"])
    if sheet is None or form not in MEDIA:
        raise NotThereError(words("fr")["sheet_none"], words("en")["sheet_none"])
    name = f"{file_name(sheet.name, sheet.person_id)}.{form}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(render_sheet(sheet, v.lang, form), media_type=MEDIA[form], headers=headers)


def _who(v: Visit, frame: dict[str, Any]) -> dict[str, Any]:
    """Return the person asked for; raises NotThereError for who is not in the run, or opted out."""
    rows = v.ask("person", **frame, person_id=v.asked("id", 2000) or "").rows
    if not rows:
        raise NotThereError(words("fr")["no_person"], words("en")["no_person"])
    who: dict[str, Any] = rows[0]
    who["accounts"] = who["accounts"] or [{key: who[key] for key in ("account_id", "handle", "source", "url")}]
    return who


def _sheet(v: Visit, frame: dict[str, Any], person_id: str) -> tuple[Sheet | None, bool]:
    """Return the run's sheet of the person, or one computed now from the same run; and whether it was computed now."""
    try:
        return next(read_sheets(v.con, frame["brief"], frame["run_id"], [person_id])), False
    except VigieError:
        pass
    try:
        brief = v.atlas.workspace.brief(frame["brief"])
    except VigieError:
        return None, False
    row = profile(v.con, brief, frame["run_id"], frame["run"]["as_of"], [person_id]).to_pylist()[0]
    parts = {name: cleaned(orjson.loads(row[f"{name}_json"])) for name in SECTIONS}
    evidence = orjson.loads(row["evidence"])
    run = {name: frame["run"][name] for name in ("run_id", "brief", "as_of", "finished_at", "code_version")}
    run |= {"brief_hash": brief.hash, "coverage": {}}
    return Sheet(person_id, parts, {**cleaned(evidence), "params": evidence["params"]}, run), True


def _queries(brief: str, explained: Explanation) -> dict[str, dict[str, Answer]]:
    """Return, by segment, the exact queries behind the explanation."""
    found: dict[str, dict[str, Answer]] = {}
    for part in explained.segments:
        row = part.row
        params = {
            "brief": brief,
            "person_id": row["person_id"],
            "segment": row["segment"],
            "source": row["source"],
            "top": POSTS,
        }
        found[row["segment"]] = {
            name: Answer(name, [], written_out(query(name, "pipelines.sql"), params))
            for name in ("explain_scores", "explain_posts", "explain_relays", "explain_cuts")
        }
    return found
