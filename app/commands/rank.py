"""`vigie rank`: the ranked list, in the terminal or as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.terminal import plain, print_json, say
from app.views.ranking import print_ranking
from data.errors import UserError
from data.warehouse.store import connect
from pipelines.ranking import Filters, ranking_rows, ranking_table

Format = Literal["table", "csv", "json", "xlsx", "parquet"]


def command(
    brief: BriefArgument,
    segment: Annotated[str | None, typer.Option("--segment", metavar="S", help="One segment (default: all).")] = None,
    tier: Annotated[Literal["macro", "magic_middle", "micro"] | None, typer.Option("--tier", help="One tier.")] = None,
    label: Annotated[
        str | None, typer.Option("--label", metavar="L", help="People with this label, by its name in either language.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="People of this language (fr, en…).")
    ] = None,
    top: Annotated[
        int | None, typer.Option("--top", min=1, metavar="N", help="The first N (table: 20 by default).")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE|RUN", help="The list as it was then (default: the newest).")
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="How the list leaves.")] = "table",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write to this file.")] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """List who matters, one row per person and segment; without --segment: all segments, best first."""
    session = open_session(workspace, lang)
    name = session.brief_name(brief)
    chosen = "json" if json else format
    if chosen == "table":
        filters = Filters(segment, tier, label, language, top or 20, ranked_only=True, as_of=as_of)
        print_ranking(session, name, filters=filters)
        return
    filters = Filters(segment, tier, label, language, top, as_of=as_of)
    connection = connect(session.published(), read_only=True)
    try:
        if chosen == "json" and out is None:
            print_json(ranking_rows(connection, name, filters))
            return
        from pipelines.documents.ranking import render
        from pipelines.documents.safe import write_whole

        if out is None and chosen != "csv":
            raise UserError(f"--format {chosen} demande --out FICHIER", f"--format {chosen} needs --out FILE")
        content = render(connection, ranking_table(connection, name, filters), chosen, session.lang)
        if out is None:
            sys.stdout.write(content.decode("utf-8"))
            return
        write_whole(out, content)
    finally:
        connection.close()
    say(plain(out))
