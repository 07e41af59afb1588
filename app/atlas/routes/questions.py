"""Saved questions: the list, one answer, its CSV."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.atlas.saved import SECONDS, Question, answer, questions
from app.atlas.visit import NotThereError, Visit, visit
from app.atlas.words import words
from data.errors import UserError
from pipelines.documents.safe import file_name
from pipelines.documents.tabular import flat

router = APIRouter(prefix="/questions")
SHOWN, SENT = 500, 100_000


@router.get("/")
def every_question(request: Request) -> Response:
    """List the saved questions."""
    with visit(request) as v:
        return v.page("questions.html.j2", known=_known(v), here="questions")


@router.get("/{origin}/{name}")
def one_question(request: Request, origin: str, name: str) -> Response:
    """Ask one question and show its first rows."""
    with visit(request, seconds=SECONDS) as v:
        question = _question(v, origin, name)
        found = answer(v.con, question, v.lang, SHOWN)
        return v.page("question.html.j2", question=question, found=found, origin=origin, limit=SHOWN, here="questions")


@router.get("/{origin}/{name}/csv")
def question_csv(request: Request, origin: str, name: str) -> Response:
    """Send an answer as CSV."""
    with visit(request, seconds=SECONDS) as v:
        found = answer(v.con, _question(v, origin, name), v.lang, SENT)
    if found.refused:
        raise UserError(found.refused, found.refused)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([flat(column) for column in found.columns])
    writer.writerows([flat(value) for value in row] for row in found.rows)
    headers = {"content-disposition": f'attachment; filename="{file_name(name, name)}.csv"'}
    return Response(out.getvalue().encode("utf-8", "replace"), media_type="text/csv; charset=utf-8", headers=headers)


def _known(v: Visit) -> list[Question]:
    return questions(v.atlas.workspace.root / "questions")


def _question(v: Visit, origin: str, name: str) -> Question:
    for question in _known(v):
        if question.name == name and question.shipped == (origin == "shipped"):
            return question
    raise NotThereError(words("fr")["no_question"], words("en")["no_question"])
