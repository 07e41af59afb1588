"""`vigie sheet`: 5W profile sheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.session import BriefArgument, JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.terminal import plain, print_json, say
from data.errors import UserError, VigieError
from data.toml import nearest
from data.warehouse.sql import query
from data.warehouse.store import connect
from pipelines.accounts import resolve
from pipelines.ranking import check_published

if TYPE_CHECKING:
    from data.brief.model import Brief


def command(
    brief: BriefArgument,
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="[ACCOUNT…]", help="People (default: the top of the ranking).")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, metavar="N", help="Without accounts: the first N people.")] = 20,
    format: Annotated[
        str, typer.Option("--format", metavar="LIST", help="html, pdf, docx, xlsx, md, json; several with commas.")
    ] = "html",
    compare: Annotated[
        bool, typer.Option("--compare", help="Lay 2 to 8 people side by side, in compare.html.")
    ] = False,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who signs the sheets (default: vigie.toml's analyst).")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder (default: sheets/BRIEF).")] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Write 5W profile sheets, every figure linked to its evidence."""
    from pipelines.documents import sheets
    from pipelines.documents.read import signed_by
    from pipelines.documents.sheet import FORMS

    session = open_session(workspace, lang)
    name = session.brief_name(brief)
    formats = _formats(format, tuple(FORMS))
    folder = out or session.workspace.sheets / name
    connection = connect(session.published(), read_only=True)
    try:
        check_published(connection, name)
        run_id = connection.execute("SELECT run_id FROM detection.latest_runs WHERE brief = ?", [name]).fetchall()[0][0]
        if accounts:
            found = [resolve(connection, account) for account in accounts]
            persons = list(dict.fromkeys(account.person_id or account.account_id for account in found))
        else:
            persons = [
                row[0] for row in connection.execute(query("top_persons", "pipelines.sql"), [run_id, top]).fetchall()
            ]
        signed = signed_by(session.workspace.settings.workspace, by)
        written = sheets.write(
            connection, name, run_id, persons, formats, folder, session.lang,
            made_from=_brief(session, name), compare=compare, signed=signed,
        )  # fmt: skip
    finally:
        connection.close()
    if json:
        print_json([str(path) for path in written])
    else:
        for path in written:
            say(plain(path))


def _brief(session: Session, name: str) -> Brief | None:
    """Return the brief whose sheets can be computed now; None when its file is gone or cannot be read."""
    try:
        return session.workspace.brief(name)
    except VigieError:
        return None


def _formats(text: str, known: tuple[str, ...]) -> list[str]:
    asked = [part.strip() for part in text.split(",") if part.strip()]
    for part in asked:
        if part not in known:
            close = nearest(part, known)
            raise UserError(f"format inconnu « {part} »{close.fr}", f'unknown format "{part}"{close.en}')
    return asked
