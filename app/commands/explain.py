"""`vigie explain`: every component of a person's scores, and what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.session import BriefArgument, JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.terminal import print_json
from app.views.explanation import print_explanation
from data.errors import VigieError
from data.warehouse.store import connect
from pipelines.accounts import resolve
from pipelines.explain import explain

if TYPE_CHECKING:
    from data.brief.model import Score

AccountArgument = Annotated[
    str,
    typer.Argument(metavar="ACCOUNT", help="As people write it: @lea@host, a handle, a profile URL, SOURCE:NATIVE_ID."),
]


AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE|RUN", help="As it was then (default: the newest run).")
]


def command(
    brief: BriefArgument,
    account: AccountArgument,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Explain one person: scores with intervals, tier rule, posts that weigh most, what would change the tier."""
    session = open_session(workspace, lang)
    name = session.brief_name(brief)
    connection = connect(session.published(), read_only=True)
    try:
        found = resolve(connection, account)
        explanation = explain(connection, name, found, as_of=as_of, score=_score(session, brief))
    finally:
        connection.close()
    if json:
        print_json(explanation.as_json(session.lang))
    else:
        print_explanation(session, explanation)


def _score(session: Session, brief: str) -> Score | None:
    """Return how the brief combines the axes, None where its file is not there to be read any more."""
    try:
        return session.workspace.brief(brief).score
    except VigieError:
        return None
