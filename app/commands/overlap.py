"""`vigie overlap`: which candidates are heard by the same people."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.explain import AsOfOption
from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.terminal import print_json
from app.views.surroundings import print_overlaps
from data.warehouse.store import connect
from pipelines.accounts import resolve
from pipelines.voices import shared_audiences


def command(
    brief: BriefArgument,
    account: Annotated[
        str | None, typer.Argument(metavar="ACCOUNT", help="With whom this person shares an audience (default: all).")
    ] = None,
    segment: Annotated[str | None, typer.Option("--segment", metavar="S", help="One segment (default: all).")] = None,
    top: Annotated[int, typer.Option("--top", min=1, metavar="N", help="Pairs shown, most alike first.")] = 20,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show which candidates share an audience: those whom the same people relay, name or answer on the subject."""
    session = open_session(workspace, lang)
    connection = connect(session.published(), read_only=True)
    try:
        person = resolve(connection, account).person_id if account else None
        rows = shared_audiences(connection, session.brief_name(brief), segment, person, top=top, as_of=as_of)
    finally:
        connection.close()
    if json:
        print_json(rows)
    else:
        print_overlaps(session, rows)
