"""`vigie label`: a label that an analyst gives or refuses; it stands over every rule until it is withdrawn."""

from __future__ import annotations

import getpass
from typing import Annotated, Literal

import typer

from app.commands.explain import AccountArgument
from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session, reason_given
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual
from data.errors import UserError
from data.overrides import State, override
from data.people import open_people
from data.warehouse.store import connect
from pipelines.accounts import resolve

STATES: dict[str, State] = {"give": "given", "refuse": "refused", "withdraw": "withdrawn"}


def command(
    brief: BriefArgument,
    account: AccountArgument,
    label: Annotated[
        str, typer.Argument(metavar="LABEL", help="The label, as the brief's rules write it, or a new one.")
    ],
    act: Annotated[
        Literal["give", "refuse", "withdraw"],
        typer.Argument(help="give it, refuse it whatever the rules say, or withdraw what was decided."),
    ],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept with the decision.")],
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Give or refuse a person a label yourself; it stands over the rules, run after run, until withdrawn."""
    session = open_session(workspace, lang)
    why = reason_given(why)
    name = session.workspace.brief(brief).name
    if not label.strip() or len(label) > 80:
        raise UserError("une étiquette a de 1 à 80 signes", "a label has 1 to 80 characters")
    connection = connect(session.published(), read_only=True)
    try:
        found = resolve(connection, account)
    finally:
        connection.close()
    with open_people(session.workspace.people) as people:
        override(
            people,
            name,
            found.account_id,
            "label",
            label.strip(),
            STATES[act],
            why=why,
            who=getpass.getuser(),
        )
    if json:
        print_json({"brief": name, "account_id": found.account_id, "label": label, "state": STATES[act], "why": why})
        return
    shown = plain(found.handle or found.display_name or found.account_id, 80)
    said = {
        "give": Bilingual("donnée", "given"),
        "refuse": Bilingual("refusée", "refused"),
        "withdraw": Bilingual("rendue aux règles", "left to the rules"),
    }[act]
    done = Bilingual(
        f"{shown} : étiquette « {plain(label, 80)} » {said.fr}. Valable dès la prochaine découverte.",
        f'{shown}: label "{plain(label, 80)}" {said.en}. In force from the next discovery.',
    )
    say(session.say(done))
