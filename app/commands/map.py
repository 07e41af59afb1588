"""`vigie map`: the ecosystem as a page, or as files for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.sheet import _formats
from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.terminal import plain, print_json, say
from data.warehouse.store import connect
from pipelines.ranking import check_published


def command(
    brief: BriefArgument,
    format: Annotated[
        str, typer.Option("--format", metavar="LIST", help="html, gexf, graphml, csv, json; several with commas.")
    ] = "html",
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder (default: map/BRIEF).")] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Write the ecosystem map: a page that opens anywhere, or GEXF, GraphML, CSV, JSON for other tools."""
    from pipelines.documents import ecosystem_map

    session = open_session(workspace, lang)
    name = session.brief_name(brief)
    formats = _formats(format, ecosystem_map.FORMS)
    connection = connect(session.published(), read_only=True)
    try:
        check_published(connection, name)
        run_id = connection.execute("SELECT run_id FROM detection.latest_runs WHERE brief = ?", [name]).fetchall()[0][0]
        folder = out or session.workspace.maps / name
        written = ecosystem_map.write(connection, name, run_id, formats, folder, session.lang)
    finally:
        connection.close()
    if json:
        print_json([str(path) for path in written])
    else:
        for path in written:
            say(plain(path))
