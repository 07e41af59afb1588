"""Labels and notes of the team: given, refused, written, taken back and brought back; nothing is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.atlas.forms import WHY, Fields, acting, back, named
from app.atlas.visit import NotThereError, Visit, visit
from app.atlas.words import words
from data.errors import UserError
from data.notes import notes, restore_note, withdraw_note, write_note
from data.overrides import State, override
from data.people import open_people
from data.relations.publish import refresh_soon
from data.relations.store import open_relations
from data.warehouse.sql import query
from pipelines.documents.safe import one_line

if TYPE_CHECKING:
    from app.atlas.atlas import Atlas

router = APIRouter(prefix="/b/{brief}")
STATES: dict[str, State] = {"given": "given", "refused": "refused"}
LABEL = 80


@router.post("/label")
def label(request: Request, fields: Fields) -> Response:
    """Give or refuse a label."""
    state, why = STATES.get(fields.get("state", "")), fields.get("why", "").strip()
    text = one_line(fields.get("label", ""), LABEL + 1)
    with visit(request) as v:
        brief, account, person = _about(v, fields)
        if state is None or not 0 < len(text) <= LABEL or not 0 < len(why) <= WHY:
            raise HTTPException(400, words(v.lang)["label_needed"])
        with open_people(v.atlas.workspace.people) as people:
            override(people, brief, account, "label", text, state, why=why, who=acting())
    return back(request, person, "labels")


@router.post("/label/undo")
def undo_label(request: Request, fields: Fields) -> Response:
    """Restore what stood before the last word `id` about a label; 409 when another one stands by now."""
    with visit(request) as v:
        brief, account, person = _about(v, fields)
        with open_people(v.atlas.workspace.people) as people:
            people.execute("BEGIN IMMEDIATE")
            every = _history(people, brief, [account])
            last = next((row for row in every if str(row["id"]) == fields.get("id")), None)
            past = [row for row in every if last and row["word"] == last["word"]]
            if last is None or past[0]["id"] != last["id"]:
                raise HTTPException(409, words(v.lang)["undo_gone"])
            before: State = past[1]["state"] if len(past) > 1 else "withdrawn"
            why = words(v.lang)["undone"].format(why=last["why"])[:WHY]
            override(people, brief, account, "label", last["word"], before, why=why, who=acting())
    return back(request, person, "labels", up=2)


@router.post("/note")
def note(request: Request, fields: Fields) -> Response:
    """Write a note; with `field` it fills in that field of the sheet."""
    with visit(request) as v:
        brief, account, person = _about(v, fields)
        with open_relations(v.atlas.workspace.people) as people:
            write_note(people, brief, account, fields.get("text", ""), who=acting(), field=fields.get("field") or None)
        refresh_soon(v.atlas.workspace)
    return back(request, person, "notes")


@router.post("/note/{act}")
def change_note(request: Request, act: str, fields: Fields) -> Response:
    """Withdraw a note, or restore a withdrawn one; 409 when it is no longer in the state shown."""
    acts = {"withdraw": withdraw_note, "restore": restore_note}
    with visit(request) as v:
        brief, account, person = _about(v, fields)
        number = fields.get("id", "")
        if act not in acts or not number.isascii() or not number.isdigit():
            raise HTTPException(400)
        with open_relations(v.atlas.workspace.people) as people:
            if int(number) not in {row["id"] for row in notes(people, brief, [account])}:
                raise HTTPException(409, words(v.lang)["undo_gone"])
            try:
                acts[act](people, brief, int(number), who=acting())
            except UserError:
                raise HTTPException(409, words(v.lang)["undo_gone"]) from None
        refresh_soon(v.atlas.workspace)
    return back(request, person, "notes", up=2)


def label_history(atlas: Atlas, brief: str, accounts: list[str] | None = None) -> list[dict[str, Any]]:
    """Return every word about labels of a brief (or only about `accounts`), newest first; `standing` marks the last."""
    if not atlas.workspace.people.exists() or accounts == []:
        return []
    with open_people(atlas.workspace.people) as people:
        return _history(people, brief, accounts)


def every_note(atlas: Atlas, brief: str, accounts: list[str] | None = None) -> list[dict[str, Any]]:
    """Return the notes of a brief (or only about `accounts`), newest first."""
    if not atlas.workspace.people.exists():
        return []
    with open_relations(atlas.workspace.people) as people:
        return notes(people, brief, accounts)


def _history(people: Any, brief: str, accounts: list[str] | None) -> list[dict[str, Any]]:
    cursor = people.execute(query("label_history", "app.atlas.sql"), {"brief": brief})
    columns = [column[0] for column in cursor.description]
    found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return [row for row in found if accounts is None or row["account_id"] in accounts]


def _about(v: Visit, fields: dict[str, str]) -> tuple[str, str, str]:
    """Return brief, account and person that a form is about; raises NotThereError for who is not there."""
    brief = v.brief()["brief"]
    who = named(v, [fields.get("account_id", "")])
    if not who:
        raise NotThereError(words("fr")["no_person"], words("en")["no_person"])
    account, row = next(iter(who.items()))
    return brief, account, row["person_id"]
