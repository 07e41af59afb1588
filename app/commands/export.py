"""`vigie export`: everything of a brief, with a data dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.terminal import plain, print_json, say


def command(
    brief: BriefArgument,
    format: Annotated[
        Literal["jsonl", "csv", "parquet"], typer.Option("--format", help="How records leave.")
    ] = "jsonl",
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder (default: export/BRIEF).")] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Write everything of a brief to files; jsonl and parquet lose nothing when imported again."""
    from data.exports.records import export_brief

    session = open_session(workspace, lang)
    name = session.brief_name(brief)
    folder = out or session.workspace.root / "export" / name
    written = export_brief(session.published(), session.workspace.people, name, format, folder)
    if json:
        print_json([str(path) for path in written])
    else:
        for path in written:
            say(plain(path))
