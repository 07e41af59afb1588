"""`vigie why`: the requests that led to a person or a post, and how far a crawl has drifted."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import print_json, say
from app.words import called, why_asked
from crawlers.trace import drift, ended, way_to
from data.bilingual import Bilingual, Lang
from data.errors import UserError
from data.figures import number

WhatArgument = Annotated[
    str | None,
    typer.Argument(metavar="[WHAT]", help="The id of an account or post, an address; without: the drift per hop."),
]
STEPS = Bilingual("saut;demande;priorité;apport;pourquoi;état", "hop;request;priority;gain;why;state")
HOPS = Bilingual(
    "saut;requêtes;enregistrements nouveaux;visites;sur le sujet;apport moyen;posts sur le sujet;laissées",
    "hop;requests;new records;visits;on the subject;mean gain;posts on the subject;left",
)


def command(
    brief: BriefArgument,
    what: WhatArgument = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Tell why something was fetched: every request that led to it, or how far the crawl went from the subject."""
    session = open_session(workspace, lang)
    name = session.brief_name(brief)
    path = session.workspace.crawls / f"{name}.sqlite"
    if not path.exists():
        raise UserError(f"{name} : aucune collecte encore", f"{name}: no crawl yet")
    rows = way_to(path, what) if what else drift(path)
    if what and not rows:
        raise UserError(f"« {what} » : aucune requête n'y a mené", f'"{what}": no request led there')
    if json:
        print_json(rows)
    elif what:
        print_table(
            STEPS.to(session.lang).split(";"),
            [_way(row, session.lang) for row in rows],
            lang=session.lang,
            right=(0, 2, 3),
        )
    else:
        cells = [_hop(row, session.lang) for row in rows]
        print_table(HOPS.to(session.lang).split(";"), cells, lang=session.lang, right=range(8))
        for told in ended(path):
            say(told.to(session.lang))


def _hop(row: dict[str, Any], lang: Lang) -> list[object]:
    """Return one hop's cells: what was asked and found, how much of it on the subject, what was left unasked."""
    counts = (row[name] for name in ("hop", "requests", "new_records", "visits", "relevant"))
    return [*counts, number(row["gain"], lang, 2), row["posts"], row["left"]]


def _way(row: dict[str, Any], lang: Lang) -> list[object]:
    """Return one request's cells: what was expected of it, what it gave, why it was asked and how it ended."""
    weighed = ("" if row[name] is None else number(row[name], lang, 2) for name in ("priority", "gain"))
    return [row["hop"], row["url"], *weighed, why_asked(row["why"] or "", lang), called("request", row["state"], lang)]
