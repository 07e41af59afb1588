"""`vigie steps`: the twelve steps of a brief and what is missing to go on."""

from __future__ import annotations

from datetime import datetime

from app.session import BriefArgument, JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import print_json
from data.bilingual import Bilingual
from data.warehouse.store import connect
from pipelines.relation.progress import MISSING, standings
from pipelines.steps import STEPS

Recorded = dict[int, tuple[str, int | None, datetime | None]]

PHASES = {
    "detection": Bilingual("détection", "detection"),
    "relation": Bilingual("relation", "relation"),
    "execution": Bilingual("exécution", "execution"),
}
STATES = {
    "done": Bilingual("faite", "done"),
    "partial": Bilingual("partielle", "partial"),
    "todo": Bilingual("à faire", "to do"),
}


def command(
    brief: BriefArgument, workspace: WorkspaceOption = None, lang: LangOption = None, json: JsonOption = False
) -> None:
    """Show the twelve steps: state, last run, rows, what is missing to go on."""
    session = open_session(workspace, lang)
    name = session.brief_name(brief)
    known = _recorded(session, name)
    if known:
        known |= _live(session, name)
    rows = []
    for step in STEPS:
        state, count, finished = known.get(step.number, ("todo", None, None))
        missing = "" if state == "done" else session.say(_missing(step.number, known))
        rows.append((step.number, step.phase, step.name.to(session.lang), state, count, finished, missing))
    if json:
        keys = ("step", "phase", "name", "state", "rows", "finished_at", "missing")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    headers = Bilingual(
        "n°|phase|étape|état|lignes|terminée|ce qui manque", "no.|phase|step|state|rows|finished|what is missing"
    )
    shown = [
        (n, session.say(PHASES[phase]), title, session.say(STATES[state]), count, finished, missing)
        for n, phase, title, state, count, finished, missing in rows
    ]
    print_table(session.say(headers).split("|"), shown, lang=session.lang, right=(0, 4))


def _recorded(session: Session, brief: str) -> Recorded:
    if not session.workspace.published.exists():
        return {}
    connection = connect(session.workspace.published, read_only=True)
    try:
        rows = connection.execute(
            'SELECT step, state, "rows", finished_at FROM detection.steps_latest WHERE brief = ?', [brief]
        ).fetchall()
    finally:
        connection.close()
    return {number: (state, count, finished) for number, state, count, finished in rows}


def _live(session: Session, brief: str) -> Recorded:
    """Steps 5 to 12 stand in the team's records, as they are now."""
    found = standings(session.workspace.people, brief)
    return {
        number: (one.state, one.rows, datetime.fromisoformat(one.last) if one.last else None)
        for number, one in found.items()
    }


def _missing(number: int, known: Recorded) -> Bilingual:
    if number <= 4:
        return Bilingual("vigie discover BRIEF", "vigie discover BRIEF")
    if not known:
        return Bilingual("d'abord les étapes 1 à 4", "steps 1 to 4 first")
    return MISSING[number]
