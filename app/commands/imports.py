"""`vigie import`: brings files in."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from app.session import JsonOption, LangOption, Session, WaitOption, WorkspaceOption, open_session, spoken
from app.tables import print_table
from app.terminal import plain, print_json, say
from app.words import called
from data.bilingual import Bilingual, Lang
from data.errors import UserError
from data.imports import registry
from data.imports.faults import fault
from data.imports.mapping import read_map
from data.people import fingerprint, forms, open_people, suppressed, suppression_key
from data.warehouse.load import Loaded
from data.warehouse.store import open_store
from pipelines.relation.words import pair


def command(
    format: Annotated[str | None, typer.Argument(metavar="FORMAT", help="One of vigie import --list.")] = None,
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE…", help="Files to read.")] = None,
    brief: Annotated[str | None, typer.Option("--brief", metavar="BRIEF", help="The brief that sees the rows.")] = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="A TOML file that names the columns.")
    ] = None,
    list_formats: Annotated[bool, typer.Option("--list", help="Name the formats.")] = False,
    wait: WaitOption = False,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Bring files in. Bad rows are counted, with line and reason, and kept in rejects/; the rest is loaded.

    A map is for tables with names of their own: kind = "post" (account, tie, observation, person), [columns]
    "Post title" = "text" and so on, [constants] source = "forum", time_format = "%d/%m/%Y" (docs/imports.md).
    """
    if list_formats:
        _list(spoken(lang, workspace))
        return
    if not format or not files or not brief:
        raise UserError(
            "il faut un format, des fichiers et --brief BRIEF (formats : vigie import --list)",
            "a format, files and --brief BRIEF are needed (formats: vigie import --list)",
        )
    session = open_session(workspace, lang)
    name = session.workspace.brief(brief).name
    given = read_map(map_file) if map_file else None
    registry.find(format)
    for path in files:
        if not path.exists():
            raise UserError(f"{path} : fichier introuvable", f"{path}: no such file")
    kept_out = _kept_out(session)
    outcomes: list[tuple[Path, Loaded]] = []
    with session.workspace.writing(f"vigie import {format}", wait=wait), open_store(session.workspace.store) as store:
        for path in files:
            loaded = registry.import_file(
                store, format, path, brief=name, map_file=given, kept_out=kept_out, people=session.workspace.people
            )
            _write_rejects(session, path, loaded)
            outcomes.append((path, loaded))
    _report(session, outcomes, as_json=json)
    if not any(sum(loaded.good.values()) for _, loaded in outcomes):
        raise UserError("aucune ligne n'a pu être lue : rien n'a été chargé", "no row is good: nothing was loaded")


def _kept_out(session: Session) -> Callable[[list[str]], list[str]] | None:
    """Return what tells, of names, those who objected; None when nobody did."""
    with open_people(session.workspace.people) as people:
        prints, key = suppressed(people), suppression_key(people)
    if not prints:
        return None
    return lambda names: [name for name in names if prints & {fingerprint(key, form) for form in forms(name)}]


def _write_rejects(session: Session, path: Path, loaded: Loaded) -> None:
    if not loaded.rejects:
        return
    target = session.workspace.rejects / f"{path.stem}.rejects.csv"
    target.parent.mkdir(exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["line", "kind", "reason", "row"])
        writer.writerows((r.line, r.kind, r.reason, r.row) for r in loaded.rejects)


def _report(session: Session, outcomes: list[tuple[Path, Loaded]], *, as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "file": str(path),
                    "read": loaded.read,
                    "loaded": loaded.good,
                    "new": loaded.new,
                    "rejected": len(loaded.rejects),
                    "rejects": [{"line": r.line, "kind": r.kind, "reason": r.reason} for r in loaded.rejects[:100]],
                }
                for path, loaded in outcomes
            ]
        )
        return
    headers = Bilingual("fichier|nature|lues|chargées|nouvelles|rejetées", "file|kind|read|loaded|new|rejected")
    rows = []
    for path, loaded in outcomes:
        for kind, read in loaded.read.items():
            rows.append(
                [
                    path.name,
                    called("records", kind, session.lang),
                    read,
                    loaded.good[kind],
                    loaded.new[kind],
                    read - loaded.good[kind],
                ]
            )
        unread = sum(1 for r in loaded.rejects if r.kind not in loaded.read)
        if unread:
            rows.append([path.name, "-", unread, 0, 0, unread])
    print_table(session.say(headers).split("|"), rows, lang=session.lang, right=(2, 3, 4, 5))
    for path, loaded in outcomes:
        for reject in loaded.rejects[:5]:
            line = Bilingual("ligne", "line").to(session.lang)
            where, why = f"{plain(path.name)}, {line} {reject.line}", plain(fault(reject.reason).to(session.lang))
            say(f"! {pair(where, why, session.lang)}")
        if len(loaded.rejects) > 5:
            more = Bilingual("toutes les lignes rejetées", "all rejected rows").to(session.lang)
            kept = plain(session.workspace.rejects / (path.stem + ".rejects.csv"))
            say(f"! {pair(more, kept, session.lang)}")


def _list(lang: Lang) -> None:
    print_table(
        Bilingual("format|contenu", "format|what it holds").to(lang).split("|"),
        [[name, known.description.to(lang)] for name, known in registry.FORMATS.items()],
        lang=lang,
    )
