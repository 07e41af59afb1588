"""`vigie explain`: every component of a person's scores, and what they rest on."""

from __future__ import annotations

from typing import Annotated

import typer

from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.terminal import print_json
from app.views.explanation import print_explanation
from data.warehouse.store import connect
from pipelines.accounts import resolve
from pipelines.explain import explain

AccountArgument = Annotated[
    str,
    typer.Argument(metavar="ACCOUNT", help="As people write it: @lea@host, a handle, a profile URL, SOURCE:NATIVE_ID."),
]


def command(
    brief: BriefArgument,
    account: AccountArgument,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Explain one person: scores with intervals, tier rule, posts that weigh most, what would change the tier."""
    session = open_session(workspace, lang)
    name = session.brief_name(brief)
    connection = connect(session.published(), read_only=True)
    try:
        explanation = explain(connection, name, resolve(connection, account))
    finally:
        connection.close()
    if json:
        print_json(explanation.as_json(session.lang))
    else:
        print_explanation(session, explanation)
