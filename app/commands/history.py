"""`vigie history`: the dated runs of a brief, and who rose, fell, came and went between two of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from app.session import BriefArgument, JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual
from data.errors import UserError
from data.figures import day, number, signed
from data.warehouse.store import connect
from graph.history import COUNTS, TOP
from pipelines.documents.codes import measure
from pipelines.documents.say import word
from pipelines.history import MOVES, Comparison, DatedRun, compare, pick, runs_of
from pipelines.ranking import check_published, check_segment
from pipelines.relation.words import pair
from pipelines.voices import check_surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.history import Cause, Move, Turnover

NAMED = 6
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
        if segment is not None:
            check_segment(connection, name, segment)
        runs = runs_of(connection, name)
        after = pick(runs, until) if until else runs[0]
        earlier = [run for run in runs if run.finished_at < after.finished_at]
        before = pick(runs, since) if since else next(iter(earlier), None)
        if before == after:
            raise UserError(
                f"--from et --to désignent la même analyse, {after.run_id}",
                f"--from and --to mean the same run, {after.run_id}",
            )
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
    say(session.say(_between(found, session.lang)))
    for warning in _warnings(found):
        say(session.say(warning))
    for turnover in found.diff.turnovers:
        say(session.say(_top(found, turnover)))
    if not any(getattr(found.diff, kind) for kind in MOVES):
        say(session.say(Bilingual("Rien n'a changé.", "Nothing changed.")))
    for kind in MOVES:
        moves: list[Move] = getattr(found.diff, kind)
        if moves:
            say(f"{session.say(TITLES[kind])} ({session.say(_counted(moves, kind))})")
            for move in moves[:top]:
                say(f"  {_told(session, found, move, kind)}")


def _between(found: Comparison, lang: str) -> Bilingual:
    """Name both runs by the day they count from; two of one day also by when they ended."""
    runs = (found.before, found.after)
    before, after = (day(run.as_of, lang) for run in runs)
    if found.before.as_of.date() != found.after.as_of.date():
        return Bilingual(f"Du {before} au {after} :", f"From {before} to {after}:")
    ended = [f"{run.finished_at:%Y-%m-%d %H:%M}" for run in runs]
    return Bilingual(
        f"Au {before}, l'analyse terminée le {ended[0]} et celle du {ended[1]} :",
        f"As of {before}, the run finished {ended[0]} and the one of {ended[1]}:",
    )


def _warnings(found: Comparison) -> list[Bilingual]:
    """Say what else than people may have changed: the brief, the code."""
    warnings = []
    if found.before.brief_hash != found.after.brief_hash:
        warnings.append(
            Bilingual(
                "! le brief a changé entre les deux : des écarts peuvent en venir",
                "! the brief changed in between: moves may come from that",
            )
        )
    if not found.same_method:
        warnings.append(
            Bilingual(
                "! la version de vigie a changé entre les deux : des écarts peuvent en venir",
                "! the version of vigie changed in between: moves may come from that",
            )
        )
    return warnings


def _top(found: Comparison, turnover: Turnover) -> Bilingual:
    """Say of one segment's first twenty how many stayed, who came from where and who went where."""
    came = _names(found, turnover.came, "rank_before", "rank_after")
    went = _names(found, turnover.went, "rank_before", "rank_after")
    segment = plain(turnover.segment, 40)
    return Bilingual(
        f"[{segment}] {turnover.stayed} des {TOP} premiers le restent"
        + (f"\n  entrent : {came}" if came else "")
        + (f"\n  sortent : {went}" if went else ""),
        f"[{segment}] {turnover.stayed} of the top {TOP} stay"
        + (f"\n  in: {came}" if came else "")
        + (f"\n  out: {went}" if went else ""),
    )


def _names(found: Comparison, moves: Sequence[Move], *ranks: str) -> str:
    told = []
    for move in moves[:NAMED]:
        before, after = (getattr(move, rank) for rank in ranks)
        told.append(f"{plain(found.names[move.person_id], 60)} ({before or '–'} → {after or '–'})")
    return ", ".join(told) + (", …" if len(moves) > NAMED else "")


def _counted(moves: Sequence[Move], kind: str) -> Bilingual:
    """Count moves, and among those up and down the clear ones."""
    fr, en = (number(len(moves), lang) for lang in ("fr", "en"))
    if kind not in ("risers", "fallers"):
        return Bilingual(fr, en)
    clear = sum(move.sure for move in moves)
    clear_fr, clear_en = (number(clear, lang) for lang in ("fr", "en"))
    return Bilingual(f"{fr}, dont {clear_fr} au-delà des intervalles", f"{en}, {clear_en} of them beyond the intervals")


def _told(session: Session, found: Comparison, move: Move, kind: str) -> str:
    """Return one move in words: who, where, from which rank to which, whether the intervals part."""
    who = f"{plain(found.names[move.person_id], 60)} · {plain(move.segment, 40)}"
    if kind == "tier_changes":
        tiers = [word("tier", tier or "none", session.lang) for tier in (move.tier_before, move.tier_after)]
        return pair(who, " → ".join(tiers), session.lang)
    ranks = [number(rank, session.lang) for rank in (move.rank_before, move.rank_after)]
    sure = session.say(Bilingual(", net", ", clear")) if move.sure else ""
    places = f" ({signed(move.places, session.lang, 0)}{sure})" if move.places else ""
    why = session.say(_why(move))
    return pair(who, f"{' → '.join(ranks)}{places}{f' · {why}' if why else ''}", session.lang)


def _why(move: Move) -> Bilingual:
    """Say what moved somebody: the measures that changed, or that others did."""
    if move.places and move.steady:
        return Bilingual("d'autres ont bougé", "others moved")
    return Bilingual(*(", ".join(_cause(cause, lang) for cause in move.causes) for lang in ("fr", "en")))


def _cause(cause: Cause, lang: str) -> str:
    digits = 1 if cause.measure in COUNTS else 0
    figures = [number(value, lang, digits) for value in (cause.before, cause.after)]
    return f"{measure(cause.measure, lang)} {' → '.join(figures)}"
