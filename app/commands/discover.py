"""`vigie discover`: steps 1 to 4 of a brief."""

from __future__ import annotations

import atexit
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from app.session import BriefArgument, JsonOption, LangOption, Session, WaitOption, WorkspaceOption, open_session
from app.terminal import note, plain, print_json, progress_shown, say
from app.views.ranking import print_ranking
from data.bilingual import Bilingual
from data.figures import number
from pipelines.discovery import Discovery
from pipelines.options import Options

DEGRADED = 3


def command(
    brief: BriefArgument,
    offline: Annotated[bool, typer.Option("--offline", help="Work on what is already stored; fetch nothing.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a discovery that was stopped; nothing is done when none was.")
    ] = False,
    max_requests: Annotated[
        int | None, typer.Option("--max-requests", min=1, metavar="N", help="Stop the crawl after N requests.")
    ] = None,
    prefect: Annotated[bool, typer.Option("--prefect", help="Run the same steps as the Prefect flow.")] = False,
    wait: WaitOption = False,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Discover who matters: crawl, understand, map, detect, profile, publish. Exits 3 when a source was degraded."""
    session = open_session(workspace, lang)
    read = session.workspace.brief(brief)
    options = Options(offline=offline, resume=resume, max_requests=max_requests, lang=session.lang)
    discovery = Discovery(session.workspace, read, options)
    if prefect:
        _leave_quietly()
        from flows.discovery import run_as_flow

        discovery = run_as_flow(discovery, wait=wait)
    else:
        from pipelines.discovery import discover

        with (
            session.workspace.writing(f"vigie discover {read.name}", wait=wait),
            progress_shown(session.lang) as discovery.on_progress,
        ):
            discover(discovery)
    if discovery.run is None:
        nothing = Bilingual(
            "rien à reprendre : la dernière découverte était allée à son terme (sans --resume pour une nouvelle)",
            "nothing to resume: the last discovery had come to its end (without --resume for a new one)",
        )
        note(session.say(nothing))
    if json:
        print_json(_answer(discovery, session))
    else:
        _print_outcome(discovery, session)
    for what in discovery.degraded:
        note(f"vigie: {plain(session.say(what), 1000)}")
    if discovery.degraded:
        raise typer.Exit(DEGRADED)


def _leave_quietly() -> None:
    """Silence standard error once everything has been said.

    Prefect holds on to objects to the end, and DuckDB's binding would list them there as leaks. Registered before
    Prefect is imported, it runs after Prefect's own farewell.
    """
    atexit.register(os.dup2, os.open(os.devnull, os.O_WRONLY), 2)


def _answer(discovery: Discovery, session: Session) -> dict[str, object]:
    return {
        "brief": discovery.brief.name,
        "run_id": discovery.run.run_id if discovery.run else None,
        "database": str(session.workspace.published),
        "coverage": discovery.coverage,
        "written": {kind: [str(path) for path in paths] for kind, paths in discovery.written.items()},
        "degraded": [session.say(what) for what in discovery.degraded],
    }


def _print_outcome(discovery: Discovery, session: Session) -> None:
    brief = discovery.brief.name
    print_ranking(session, brief, top=20)
    for line in heard(discovery.coverage, session.lang):
        say(plain(line, 300))
    sheets = discovery.written.get("sheets", [])
    maps = discovery.written.get("map", [])
    lines = Bilingual(
        f"Fiches  : {_folder(sheets)}\nCarte   : {_folder(maps)}\nBase    : {session.workspace.published}\n\n"
        f"Ensuite : vigie explain {brief} COMPTE   pourquoi cette personne, qu'est-ce qui changerait son rang\n"
        f'          vigie curate {brief} COMPTE in|out --why "…"   votre décision oriente la suite\n'
        f'          vigie sql "FROM detection.candidates_latest LIMIT 10"',
        f"Sheets  : {_folder(sheets)}\nMap     : {_folder(maps)}\nDatabase: {session.workspace.published}\n\n"
        f"Next    : vigie explain {brief} ACCOUNT   why this person, what would change the tier\n"
        f'          vigie curate {brief} ACCOUNT in|out --why "…"   your decision steers what follows\n'
        f'          vigie sql "FROM detection.candidates_latest LIMIT 10"',
    )
    say(session.say(lines))


def heard(coverage: dict[str, Any], lang: str) -> list[str]:
    """Return in words what each source gave: which servers answered, and how many posts are new, changed, gone."""
    lines = list(coverage.get("said", {}).get(lang, []))
    for source, posts in coverage.get("posts", {}).items():
        new, changed, same, gone = (number(posts[key], lang) for key in ("new", "changed", "unchanged", "gone"))
        words = Bilingual(
            f"{source} : {new} publications nouvelles, {changed} changées, {same} inchangées, {gone} disparues",
            f"{source}: {new} posts new, {changed} changed, {same} unchanged, {gone} gone",
        )
        lines.append(words.to(lang))
    return lines


def _folder(paths: list[Path]) -> str:
    return f"{paths[0].parent} ({len(paths)})" if paths else "-"
