"""`vigie curate`: a human decision about a person; it steers the next crawl and stays until withdrawn."""

from __future__ import annotations

import getpass
from typing import Annotated, Literal

import typer

from app.commands.explain import AccountArgument
from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session, reason_given
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual
from data.people import decide, open_people
from data.warehouse.store import connect
from pipelines.accounts import resolve


def command(
    brief: BriefArgument,
    account: AccountArgument,
    status: Annotated[Literal["in", "out", "undecided"], typer.Argument(help="in, out or undecided.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept with the decision.")],
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Decide about a person: in, out or undecided, with the reason. Earlier decisions stay as history."""
    session = open_session(workspace, lang)
    why = reason_given(why)
    name = session.workspace.brief(brief).name
    connection = connect(session.published(), read_only=True)
    try:
        found = resolve(connection, account)
    finally:
        connection.close()
    with open_people(session.workspace.people) as people:
        decide(people, name, found.account_id, status, why=why, who=getpass.getuser())
    if json:
        print_json({"brief": name, "account_id": found.account_id, "status": status, "why": why})
        return
    shown = plain(found.handle or found.display_name or found.account_id, 80)
    done = Bilingual(
        f"{shown} : {status}. La décision s'applique à la prochaine découverte.",
        f"{shown}: {status}. It takes effect with the next discovery.",
    )
    say(session.say(done))
