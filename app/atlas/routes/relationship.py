"""The relationship, read only: funnel, partners, programmes, campaigns, one partner's page, one campaign's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.atlas.ask import Answer
from app.atlas.routes.brief import framed
from app.atlas.visit import NotThereError, Visit, visit
from app.atlas.words import words
from data.errors import VigieError
from data.relations.store import open_relations, rows
from pipelines.relation.circle import read_circle
from pipelines.relation.desk import person_map, read_desk
from pipelines.relation.funnel import STAGES, funnel, passages
from pipelines.relation.partner import partner_page
from pipelines.relation.points import read_points
from pipelines.relation.words import euros

if TYPE_CHECKING:
    from app.atlas.atlas import Atlas
    from pipelines.relation.funnel import Funnel

router = APIRouter(prefix="/b/{brief}")


@router.get("/relation")
def relation(request: Request) -> Response:
    """Show the funnel, whom the team is in touch with, programmes and campaigns."""
    with visit(request, seconds=60) as v:
        frame = framed(v, "relation")
        return v.page(
            "relation.html.j2",
            **frame,
            funnel=_funnel(v.atlas, frame["brief"]),
            funnel_stages=STAGES,
            stages=_stages(v),
            partners=_recorded(v, "partners", **frame),
            programmes=_recorded(v, "programmes"),
            campaigns=_recorded(v, "campaigns", **frame),
            euros=lambda cents: euros(cents, v.lang),
        )


@router.get("/partner")
def partner(request: Request) -> Response:
    """Show one partner's page: what every team knows of the relationship."""
    with visit(request, seconds=60) as v:
        frame = framed(v, "relation")
        found = v.ask("person", **frame, person_id=v.asked("id", 2000) or "").rows
        if not found:
            raise NotThereError(words("fr")["no_person"], words("en")["no_person"])
        who: dict[str, Any] = found[0]
        try:
            desk = read_desk(v.atlas.workspace, v.atlas.workspace.brief(frame["brief"]), who["account_id"])
        except VigieError as error:
            raise NotThereError(error.message.fr, error.message.en) from None
        return v.page("partner.html.j2", **frame, who=who, paper=partner_page(desk, v.lang))


@router.get("/campaign")
def campaign(request: Request) -> Response:
    """Show one campaign: deliverables, what was counted, what was forecast and came."""
    with visit(request) as v:
        frame = framed(v, "relation")
        name = v.asked("name", 300)
        found = [row for row in _recorded(v, "campaigns", **frame).rows if row["name"] == name]
        if not found:
            raise NotThereError(words("fr")["no_campaign"], words("en")["no_campaign"])
        about: dict[str, Any] = {"campaign": name}
        return v.page(
            "campaign.html.j2",
            **frame,
            campaign=found[0],
            deliverables=v.ask("deliverables", **about),
            kpis=v.ask("kpis", **about),
            forecasts=v.ask("forecasts", **about),
            euros=lambda cents: euros(cents, v.lang),
        )


def _recorded(v: Visit, name: str, **params: Any) -> Answer:
    """Run a query over the records; a database published before there were any has no rows."""
    try:
        return v.ask(name, **params)
    except duckdb.CatalogException:
        return Answer(name, [], "")


def _funnel(atlas: Atlas, brief: str) -> Funnel | None:
    """Return the figures of `vigie funnel`; None when the brief's file is gone or cannot be read."""
    if not atlas.workspace.people.exists():
        return None
    try:
        circle = read_circle(atlas.workspace, atlas.workspace.brief(brief))
    except VigieError:
        return None
    person_of = person_map(atlas.workspace)
    with open_relations(atlas.workspace.people) as people:
        payments = rows(people, "payments")
    cost = sum(
        row["amount_cents"]
        for row in payments
        if person_of.get(row["account_id"], f"person:{row['account_id']}") in circle.people
    )
    return funnel(passages(circle), cost_cents=cost)


def _stages(v: Visit) -> dict[str, str]:
    """Return what the workspace calls each stage of proximity."""
    try:
        return {stage.key: stage.name.to(v.lang) for stage in read_points(v.atlas.workspace).stages}
    except VigieError:
        return {}
