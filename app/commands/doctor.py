"""`vigie doctor`: what is installed, which languages are served how well, what is missing."""

from __future__ import annotations

import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from app.session import JsonOption, LangOption, WorkspaceOption, open_session, spoken
from app.tables import print_table
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual, Lang
from data.errors import UserError, VigieError
from data.figures import number
from data.workspace import Workspace, find_workspace

LIBRARIES = (
    "scrapy",
    "spacy",
    "scikit-learn",
    "networkx",
    "networkit",
    "duckdb",
    "prefect",
    "fastapi",
    "sqlalchemy",
    "typst",
)
ENTITIES = {
    "none": Bilingual("aucune", "none"),
    "trained": Bilingual("modèle entraîné", "trained pipeline"),
    "basic": Bilingual("règles", "rules"),
}
"""How named entities are found in a language."""


def command(
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
    live: Annotated[
        str | None,
        typer.Option(
            "--live",
            metavar="BRIEF",
            help="Ask each source of the brief for an account that is there and one that is not.",
        ),
    ] = None,
) -> None:
    """Show versions, languages and their quality, sources and their state, disk, and what is missing."""
    spoke = spoken(lang, workspace)
    if live is not None:
        _live(live, workspace, lang, json=json)
        return
    report = _report(workspace)
    if json:
        print_json(
            report
            | {"missing": [m.to(spoke) for m in report["missing"]]}
            | {"sources": {name: state.to(spoke) for name, state in report["sources"]}}
        )
        return
    say(f"vigie {report['version']} · Python {report['python']} · {report['platform']}")
    say(" · ".join(f"{name} {version}" for name, version in report["libraries"].items()))
    say()
    headers = Bilingual(
        "langue|sujet et requêtes|ton|entités nommées", "language|topic and queries|tone|named entities"
    )
    print_table(headers.to(spoke).split("|"), [_language(row, spoke) for row in report["languages"]], lang=spoke)
    headers = Bilingual("source|état", "source|state")
    print_table(
        headers.to(spoke).split("|"), [[name, state.to(spoke)] for name, state in report["sources"]], lang=spoke
    )
    gigabytes = number(report["free_bytes"] / 1e9, spoke)
    say(Bilingual(f"disque libre : {gigabytes} Go", f"free disk: {gigabytes} GB").to(spoke))
    for missing in report["missing"]:
        say(f"! {missing.to(spoke)}")


def _language(row: list[str], lang: Lang) -> list[str]:
    """Return one language's cells: what is read in it, in words."""
    said = {"+": Bilingual("oui", "yes"), "-": Bilingual("non", "no")}
    return [row[0], said[row[1]].to(lang), said[row[2]].to(lang), ENTITIES[row[3]].to(lang)]


def _live(brief: str, workspace: Path | None, lang: Lang | None, *, json: bool) -> None:
    """Show what the canaries of a brief's sources answered; exits 3 when one did not as it should."""
    from pipelines.detection.canaries import probe

    session = open_session(workspace, lang)
    found = probe(session.workspace, session.workspace.brief(brief))
    if json:
        names = ("source", "present", "found", "invented", "well")
        told = [{name: getattr(one, name) for name in names} for one in found]
        alarms = [[session.say(alarm) for alarm in one.alarms] for one in found]
        print_json([row | {"alarms": said} for row, said in zip(told, alarms, strict=True)])
    else:
        headers = Bilingual("source|état|alarmes", "source|state|alarms").to(session.lang).split("|")
        rows = [
            [one.source, session.say(one.sentence), "; ".join(session.say(alarm) for alarm in one.alarms)]
            for one in found
        ]
        print_table(headers, [[plain(cell, 300) for cell in row] for row in rows], lang=session.lang)
    if not all(one.well for one in found):
        raise typer.Exit(3)


def _report(workspace: Path | None) -> dict[str, Any]:
    from crawlers.registry import kinds
    from nlp.facts.entities import quality
    from nlp.tone import supported

    root, missing = _workspace(workspace)
    trained = {code: quality(code) for code in ("fr", "en")}
    for code, name in trained.items():
        if name != "trained":
            missing.append(
                Bilingual(
                    f"pas de modèle spaCy entraîné pour « {code} » : les entités nommées suivent des règles simples",
                    f'no trained spaCy pipeline for "{code}": named entities follow simple rules',
                )
            )
    return {
        "version": metadata.version("vigie"),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "languages": [[code, "+", "+" if code in supported() else "-", trained[code]] for code in ("fr", "en")],
        "sources": [[kind, Bilingual("disponible", "available")] for kind in sorted(kinds())],
        "free_bytes": shutil.disk_usage(root).free,
        "missing": missing,
    }


def _workspace(given: Path | None) -> tuple[Path, list[Bilingual]]:
    try:
        found = find_workspace(given or Path.cwd())
    except UserError as error:
        return Path.cwd(), [error.message]
    missing = []
    if not found.settings.crawler.contact:
        missing.append(
            Bilingual(
                "vigie.toml : [crawler] contact est vide, exigé avant de visiter un site public",
                "vigie.toml: [crawler] contact is empty, needed before any public site is crawled",
            )
        )
    if late := _late(found):
        missing.append(late)
    return found.root, missing


def _late(workspace: Workspace) -> Bilingual | None:
    """Say what should have been erased by now; nothing when all is within its time, or a discovery holds the store."""
    from pipelines.retention import overdue

    try:
        found = overdue(workspace)
    except (VigieError, duckdb.Error):
        return None
    if found.nothing:
        return None
    posts = sum(found.texts.values())
    return Bilingual(
        f"au-delà de leur durée de conservation : {posts} publication(s), {found.accounts} compte(s) : vigie purge",
        f"kept past their time: {posts} post(s), {found.accounts} account(s): vigie purge",
    )
