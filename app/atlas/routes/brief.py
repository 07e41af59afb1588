"""The pages of one brief that show figures: overview, share of voice, moves, coverage, steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.atlas.routes.home import brief_titles
from app.atlas.visit import Visit, visit
from data.errors import VigieError
from graph.scores.relevance import ON_TOPIC
from pipelines.detection.study import study, study_rows
from pipelines.documents.coverage import coverage_facts
from pipelines.documents.read import cleaned
from pipelines.relation.progress import standings
from pipelines.steps import STEPS, Step
from pipelines.voices import check_surroundings

router = APIRouter(prefix="/b/{brief}")
LEADERS, MOVERS = 6, 15
DAYS = {"month": 30.44, "week": 7.0}
TIERS = ("macro", "magic_middle", "micro", "none")


def framed(v: Visit, here: str) -> dict[str, Any]:
    """Return what every page of a brief needs: its name, title, newest run, and which page this is."""
    run = v.brief()
    title = brief_titles(v.atlas).get(run["brief"], run["brief"])
    return {"brief": run["brief"], "run": run, "run_id": run["run_id"], "title": title, "here": here}


@router.get("/")
def overview(request: Request) -> Response:
    """Show the study, segments × tiers, the first people of each tier, the communities."""
    with visit(request) as v:
        frame = framed(v, "overview")
        decided = v.decided(frame["brief"])
        matrix = v.ask("matrix", **frame, **decided)
        return v.page(
            "overview.html.j2",
            **frame,
            study=_study(v, frame),
            matrix=matrix,
            cells={(row["segment"], row["tier"]): row for row in matrix.rows},
            segments=list(dict.fromkeys(row["segment"] for row in matrix.rows)),
            tiers=TIERS,
            leaders=v.ask("leaders", **frame, **decided, top=LEADERS),
            communities=v.ask("communities", **frame),
        )


def _study(v: Visit, frame: dict[str, Any]) -> dict[str, Any]:
    """Return what the study said, in the reader's language as long as the brief is still the one that was studied."""
    answer = v.ask("study", **frame)
    row = answer.rows[0] if answer.rows else {}
    queries = orjson.loads(row.get("queries") or "{}")
    found = {"answer": answer, **row, "queries": cleaned(queries) if isinstance(queries, dict) else {}}
    try:
        brief = v.atlas.workspace.brief(frame["brief"])
        if brief.hash != row.get("brief_hash"):
            return found
        told = study_rows(brief, frame["run_id"], study(brief), v.lang).to_pylist()[0]
    except VigieError:
        return found
    return found | {name: told[name] for name in ("suitability", "warnings")}


@router.get("/voice")
def voice(request: Request) -> Response:
    """Show the share of voice of the brand and its competitors."""
    with visit(request) as v:
        frame = framed(v, "voice")
        asked = v.asked("period") or "month"
        period = asked if asked in DAYS else "month"
        check_surroundings(v.con)
        facets = v.ask("facets", **frame, **v.decided(frame["brief"])).rows
        segments = [row["value"] for row in facets if row["facet"] == "segment"]
        segment = v.asked("segment")
        about = frame | {"segment": segment if segment in segments else None}
        return v.page(
            "voice.html.j2",
            **about,
            period=period,
            days=DAYS[period],
            segments=segments,
            over_time=v.ask("voice_over_time", **about, period=period, on_topic=ON_TOPIC),
            voice=v.ask("voice", **about),
            voices=v.ask("voices", **about),
        )


@router.get("/moves")
def moves(request: Request) -> Response:
    """Show who rises, falls, enters, leaves or changes tier between the two newest finished runs."""
    with visit(request) as v:
        frame = framed(v, "moves")
        runs = [row for row in v.ask("runs", brief=frame["brief"]).rows if row["state"] == "finished"]
        runs.sort(key=lambda row: (row["finished_at"], row["run_id"]), reverse=True)
        if len(runs) < 2:
            return v.page("moves.html.j2", **frame, runs=runs, moves=None)
        after, before = runs[:2]
        segment = v.asked("segment")
        found = v.ask("moves", brief=frame["brief"], before_run=before["run_id"], after_run=after["run_id"],
                      segment=segment, top=MOVERS)  # fmt: skip
        facets = v.ask("facets", **frame, **v.decided(frame["brief"])).rows
        return v.page(
            "moves.html.j2",
            **frame,
            runs=runs,
            before=before,
            after=after,
            moves=found,
            segment=segment,
            segments=[row["value"] for row in facets if row["facet"] == "segment"],
        )


@router.get("/sources")
def sources(request: Request) -> Response:
    """Show what each source gave, and what each run noted of its coverage."""
    with visit(request) as v:
        frame = framed(v, "sources")
        runs = v.ask("runs", brief=frame["brief"])
        noted = {
            row["run_id"]: [
                line for line in coverage_facts(orjson.loads(row["coverage"] or "{}"), lang=v.lang) if line[2] != 0
            ]
            for row in runs.rows
        }
        return v.page("sources.html.j2", **frame, sources=v.ask("sources", **frame), runs=runs, noted=noted)


@router.get("/steps")
def steps(request: Request) -> Response:
    """Show the twelve steps and their state."""
    with visit(request) as v:
        frame = framed(v, "steps")
        answer = v.ask("steps", **frame)
        known = {row["step"]: row for row in answer.rows} | _live(v, frame["brief"])
        rows = [_step(step, known.get(step.number), v.lang) for step in STEPS]
        return v.page("steps.html.j2", **frame, steps=rows, answer=answer)


def _live(v: Visit, brief: str) -> dict[int, dict[str, Any]]:
    """Return steps 5 to 12 as they stand in the team's own records."""
    return {
        number: {"state": one.state, "rows": one.rows or None, "missing": one.missing.to(v.lang),
                 "finished_at": datetime.fromisoformat(one.last) if one.last else None}
        for number, one in standings(v.atlas.workspace.people, brief).items()
    }  # fmt: skip


def _step(step: Step, row: dict[str, Any] | None, lang: str) -> dict[str, Any]:
    blank = {"state": "todo", "rows": None, "finished_at": None, "missing": "vigie discover BRIEF"}
    return {"number": step.number, "phase": step.phase, "name": step.name.to(lang), **blank, **(row or {})}
