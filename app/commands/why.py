"""`vigie why`: the requests that led to a person or a post, and how far a crawl has drifted."""

from __future__ import annotations

from typing import Annotated

import typer

from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.terminal import print_json, print_table
from crawlers.trace import drift, way_to
from data.bilingual import Bilingual
from data.errors import UserError

WhatArgument = Annotated[
    str | None,
    typer.Argument(metavar="[WHAT]", help="The id of an account or post, an address; without: the drift per hop."),
]
STEPS = Bilingual("saut;demande;priorité;apport;pourquoi;état", "hop;request;priority;gain;why;state")
HOPS = Bilingual(
    "saut;requêtes;enregistrements nouveaux;visites;sur le sujet;apport moyen",
    "hop;requests;new records;visits;on the subject;mean gain",
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
        cells = [[r["hop"], r["url"], _short(r["priority"]), _short(r["gain"]), r["why"], r["state"]] for r in rows]
        print_table(STEPS.to(session.lang).split(";"), cells, right=(0, 2, 3))
    else:
        cells = [
            [r["hop"], r["requests"], r["new_records"], r["visits"], r["relevant"], _short(r["gain"])] for r in rows
        ]
        print_table(HOPS.to(session.lang).split(";"), cells, right=range(6))


def _short(number: float | None) -> str | None:
    return None if number is None else f"{number:.2f}"
