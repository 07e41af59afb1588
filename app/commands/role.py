"""`vigie role`: the role that an analyst gives; it stands over every rule until it is withdrawn."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from app.commands.explain import AccountArgument
from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session, reason_given
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual
from data.overrides import State, override
from data.people import open_people
from data.warehouse.store import connect
from pipelines.accounts import resolve

RoleArgument = Annotated[
    str,
    typer.Argument(
        metavar="ROLE", help="expert, journalist, employee…, a role of the brief's own, or auto to withdraw."
    ),
]


def command(
    brief: BriefArgument,
    account: AccountArgument,
    role: RoleArgument,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept with the decision.")],
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Give a person a role yourself; it stands over the rules, run after run, until `auto` withdraws it."""
    from pipelines.detection.overridden import check_role

    session = open_session(workspace, lang)
    why = reason_given(why)
    read = session.workspace.brief(brief)
    word = role if role == "auto" else check_role(role, read.roles)
    state: State = "withdrawn" if role == "auto" else "given"
    connection = connect(session.published(), read_only=True)
    try:
        found = resolve(connection, account)
    finally:
        connection.close()
    with open_people(session.workspace.people) as people:
        override(people, read.name, found.account_id, "role", word, state, why=why, who=getpass.getuser())
    if json:
        print_json({"brief": read.name, "account_id": found.account_id, "role": word, "state": state, "why": why})
        return
    shown = plain(found.handle or found.display_name or found.account_id, 80)
    done = Bilingual(
        f"{shown} : {word}. Valable dès la prochaine découverte.", f"{shown}: {word}. In force from the next discovery."
    )
    say(session.say(done))
