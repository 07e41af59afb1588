"""`vigie voice`: share of voice and vitality of the brand and its competitors, and who speaks of them."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.explain import AsOfOption
from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.terminal import print_json
from app.views.surroundings import print_voice
from data.warehouse.store import connect
from pipelines.voices import share_of_voice


def command(
    brief: BriefArgument,
    segment: Annotated[
        str | None, typer.Option("--segment", metavar="S", help="One segment (default: the whole brief).")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=0, metavar="N", help="Speakers shown of each organisation.")] = 5,
    posts: Annotated[
        int, typer.Option("--posts", min=0, metavar="N", help="The N posts most alive about each (default: none).")
    ] = 0,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show who speaks of the brand and of each competitor, since when, in what tone, with how much of the attention."""
    session = open_session(workspace, lang)
    connection = connect(session.published(), read_only=True)
    try:
        found = share_of_voice(connection, session.brief_name(brief), segment, top=top, posts=posts, as_of=as_of)
    finally:
        connection.close()
    if json:
        print_json({"shares": found.shares, "speakers": found.speakers, "posts": found.posts})
    else:
        print_voice(session, found)
