"""The team's decisions: taken here, kept with their reason, undone by a decision that restores the one before."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.atlas.atlas import Atlas
from app.atlas.forms import WHY, Fields, acting, back, named
from app.atlas.routes.brief import framed
from app.atlas.routes.remarks import every_note, label_history
from app.atlas.visit import NotThereError, visit
from app.atlas.words import words
from data.people import Status, decide, open_people
from data.warehouse.sql import query

router = APIRouter(prefix="/b/{brief}")
STATUSES: dict[str, Status] = {"in": "in", "out": "out", "undecided": "undecided"}


@router.post("/decide")
def decide_about(request: Request, fields: Fields) -> Response:
    """Record a decision about one account of this brief."""
    status, why = STATUSES.get(fields.get("status", "")), fields.get("why", "").strip()
    with visit(request) as v:
        brief = v.brief()["brief"]
        if status is None or not 0 < len(why) <= WHY:
            raise HTTPException(400, words(v.lang)["why_needed"])
        who = named(v, [fields.get("account_id", "")])
        if not who:
            raise NotThereError(words("fr")["no_person"], words("en")["no_person"])
        account = next(iter(who))
        with open_people(v.atlas.workspace.people) as people:
            decide(people, brief, account, status, why=why, who=acting())
    return back(request, who[account]["person_id"])


@router.post("/undo")
def undo(request: Request, fields: Fields) -> Response:
    """Restore what stood before the standing decision `id`; 409 when another one stands by now."""
    with visit(request) as v:
        brief = v.brief()["brief"]
        account = fields.get("account_id", "")
        who = named(v, [account])
        with open_people(v.atlas.workspace.people) as people:
            people.execute("BEGIN IMMEDIATE")
            past = _history(people, brief, account)
            if not past or str(past[0]["id"]) != fields.get("id"):
                raise HTTPException(409, words(v.lang)["undo_gone"])
            before: Status = past[1]["status"] if len(past) > 1 else "undecided"
            why = words(v.lang)["undone"].format(why=past[0]["why"])[:WHY]
            decide(people, brief, account, before, why=why, who=acting())
    return back(request, who[account]["person_id"] if account in who else None)


@router.get("/decisions")
def decisions_page(request: Request) -> Response:
    """Show every decision of this brief, newest first."""
    with visit(request) as v:
        frame = framed(v, "decisions")
        past = history(v.atlas, frame["brief"])
        labels, noted = label_history(v.atlas, frame["brief"]), every_note(v.atlas, frame["brief"])
        who = named(v, list({row["account_id"] for row in [*past, *labels, *noted]}))
        return v.page("decisions.html.j2", **frame, past=past, labels=labels, noted=noted, who=who)


def history(atlas: Atlas, brief: str, accounts: list[str] | None = None) -> list[dict[str, Any]]:
    """Return the decisions of a brief (or only about `accounts`), newest first; `standing` marks those in force."""
    if not atlas.workspace.people.exists():
        return []
    with open_people(atlas.workspace.people) as people:
        if accounts is None:
            return _history(people, brief, None)
        found = [row for account in accounts for row in _history(people, brief, account)]
    return sorted(found, key=lambda row: -row["id"])


def _history(people: Any, brief: str, account: str | None) -> list[dict[str, Any]]:
    cursor = people.execute(query("history", "app.atlas.sql"), {"brief": brief, "account_id": account})
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
