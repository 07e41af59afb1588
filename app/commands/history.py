"""`vigie history`: the dated runs of a brief, and who rose, fell, came and went between two of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from app.session import BriefArgument, JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.terminal import plain, print_json, print_table, say
from data.bilingual import Bilingual
from data.figures import day, number, signed
from data.warehouse.store import connect
from pipelines.documents.say import word
from pipelines.history import MOVES, Comparison, DatedRun, compare, pick, runs_of
from pipelines.ranking import check_published
from pipelines.relation.words import pair
from pipelines.voices import check_segment, check_surroundings

if TYPE_CHECKING:
    from graph.history import Move

TITLES = {
    "entrants": Bilingual("Entrent", "Entrants"),
    "leavers": Bilingual("Sortent", "Leavers"),
    "risers": Bilingual("Montent", "Risers"),
    "fallers": Bilingual("Descendent", "Fallers"),
    "tier_changes": Bilingual("Changent de niveau", "Tier changes"),
}


def command(
    brief: BriefArgument,
    since: Annotated[
        str | None, typer.Option("--from", metavar="RUN|DATE", help="Compare from this run (default: the one before).")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="RUN|DATE", help="Compare to this run (default: the newest).")
    ] = None,
    segment: Annotated[str | None, typer.Option("--segment", metavar="S", help="One segment (default: all).")] = None,
    top: Annotated[int, typer.Option("--top", min=1, metavar="N", help="Moves shown of each kind.")] = 10,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """List the dated runs of a brief and what changed between two: entrants, leavers, risers, fallers, tiers."""
    session = open_session(workspace, lang)
    name = session.brief_name(brief)
    connection = connect(session.published(), read_only=True)
    try:
        check_published(connection, name)
        check_surroundings(connection)
        check_segment(connection, name, segment)
        runs = runs_of(connection, name)
        after = pick(runs, until) if until else runs[0]
        earlier = [run for run in runs if run.finished_at < after.finished_at]
        before = pick(runs, since) if since else next(iter(earlier), None)
        found = compare(connection, name, before, after, segment) if before is not None else None
    finally:
        connection.close()
    if json:
        print_json({"runs": [asdict(run) for run in runs], "diff": found.as_json(top) if found else None})
        return
    _print_runs(session, runs)
    if found is not None:
        _print_diff(session, found, top)


def _print_runs(session: Session, runs: list[DatedRun]) -> None:
    headers = Bilingual("analyse|au|terminée|personnes|classées", "run|as of|finished|people|ranked")
    rows = [(run.run_id, run.as_of, f"{run.finished_at:%Y-%m-%d %H:%M}", run.people, run.ranked) for run in runs]
    print_table(session.say(headers).split("|"), rows, lang=session.lang, right=(3, 4))


def _print_diff(session: Session, found: Comparison, top: int) -> None:
    say()
    before, after = (day(run.as_of, session.lang) for run in (found.before, found.after))
    say(session.say(Bilingual(f"Du {before} au {after} :", f"From {before} to {after}:")))
    if not found.same_brief:
        warning = Bilingual(
            "! le brief ou la version de vigie a changé entre les deux : des écarts peuvent en venir",
            "! the brief or the version of vigie changed in between: moves may come from that",
        )
        say(session.say(warning))
    if not any(getattr(found.diff, kind) for kind in MOVES):
        say(session.say(Bilingual("Rien n'a changé.", "Nothing changed.")))
    for kind in MOVES:
        moves: list[Move] = getattr(found.diff, kind)
        if moves:
            say(f"{session.say(TITLES[kind])} ({number(len(moves), session.lang)})")
            for move in moves[:top]:
                say(f"  {_told(session, found, move, kind)}")


def _told(session: Session, found: Comparison, move: Move, kind: str) -> str:
    """Return one move in words: who, where, from which rank to which, whether the intervals part."""
    who = f"{plain(found.names[move.person_id], 60)} · {plain(move.segment, 40)}"
    if kind == "tier_changes":
        tiers = [word("tier", tier or "none", session.lang) for tier in (move.tier_before, move.tier_after)]
        return pair(who, " → ".join(tiers), session.lang)
    ranks = [number(rank, session.lang) for rank in (move.rank_before, move.rank_after)]
    sure = session.say(Bilingual(", net", ", clear")) if move.sure else ""
    places = f" ({signed(move.places, session.lang, 0)}{sure})" if move.places else ""
    return pair(who, f"{' → '.join(ranks)}{places}", session.lang)
