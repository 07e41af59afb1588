"""One person: why they stand where they stand, the 5W sheet, the team's decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.atlas.ask import Answer, written_out
from app.atlas.routes.brief import framed
from app.atlas.routes.curation import history
from app.atlas.routes.remarks import every_note, label_history
from app.atlas.visit import NotThereError, Visit, standing_labels, visit
from app.atlas.words import words
from app.views.explanation import COMPONENTS, component
from data.errors import VigieError
from data.warehouse.sql import query
from pipelines.accounts import FoundAccount
from pipelines.documents.codes import measure
from pipelines.documents.read import Sheet, read_sheets, signed_by
from pipelines.documents.safe import file_name
from pipelines.documents.sheet import counter, render_sheet
from pipelines.explain import POSTS, Explanation, explain

if TYPE_CHECKING:
    from data.overrides import Override

router = APIRouter(prefix="/b/{brief}/person")
MEDIA = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
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
        accounts = [account["account_id"] for account in who["accounts"]]
        return v.page(
            "person.html.j2",
            **frame,
            who=who,
            explained=explained,
            parts=[(code, measure(code, v.lang)) for code in COMPONENTS],
            component=lambda row, code: component(row, code, v.lang),
            queries=_queries(frame["brief"], explained),
            over_runs=v.ask("ranks_over_runs", brief=frame["brief"], person_id=who["person_id"]),
            sheet=sheet,
            fresh=fresh,
            counter=counter(sheet, v.lang) if sheet else [],
            statements=sheet.statements() if sheet else {},
            forms=MEDIA,
            decided=history(v.atlas, frame["brief"], accounts),
            labels=label_history(v.atlas, frame["brief"], accounts),
            noted=every_note(v.atlas, frame["brief"], accounts),
            shown_labels=lambda own: _labels_today(own, standing_labels(v.atlas, frame["brief"]), accounts),
            known_labels=[row["value"] for row in _facets(v, frame) if row["facet"] == "label"],
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


def _labels_today(own: list[str], words: list[Override], accounts: list[str]) -> list[str]:
    """Return the run's labels with those that the team gave since, without those that it refused."""
    mine = {one.word: one.state for one in words if one.account_id in accounts}
    given = [word for word, state in mine.items() if state == "given"]
    return [word for word in dict.fromkeys([*own, *given]) if mine.get(word) != "refused"]


def _facets(v: Visit, frame: dict[str, Any]) -> list[dict[str, Any]]:
    return v.ask("facets", **frame, **v.decided(frame["brief"])).rows


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
    asked = (frame["brief"], frame["run_id"], [person_id])
    signed = signed_by(v.atlas.workspace.settings.workspace)
    try:
        return next(read_sheets(v.con, *asked, signed=signed)), False
    except VigieError:
        pass
    try:
        return next(read_sheets(v.con, *asked, made_from=v.atlas.workspace.brief(frame["brief"]), signed=signed)), True
    except VigieError:
        return None, False


def _queries(brief: str, explained: Explanation) -> dict[str, dict[str, Answer]]:
    """Return, by segment, the exact queries behind the explanation."""
    found: dict[str, dict[str, Answer]] = {}
    for part in explained.segments:
        row = part.row
        params = {
            "brief": brief,
            "run_id": row["run_id"],
            "person_id": row["person_id"],
            "segment": row["segment"],
            "top": POSTS,
        }
        found[row["segment"]] = {
            name: Answer(name, [], written_out(query(name, "pipelines.sql"), params))
            for name in ("explain_scores", "explain_posts", "explain_relays", "explain_tiers")
        }
    return found
