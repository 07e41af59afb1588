"""`vigie sql`: a read-only query on the published database, or a prompt."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from app.session import JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import note, plain, print_json
from data.bilingual import Bilingual
from data.errors import UserError
from data.warehouse.store import connect


def command(
    query: Annotated[str | None, typer.Argument(metavar="[QUERY]", help="SQL; without it a prompt opens.")] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Query the published database, read-only. Without a query: a prompt; an empty line ends it."""
    session = open_session(workspace, lang)
    connection = connect(session.published(), read_only=True)
    connection.execute("SET enable_external_access = false")
    try:
        if query is not None:
            _answer(connection, query, as_json=json)
        elif sys.stdin.isatty():
            _prompt(session, connection)
        else:
            _answer(connection, sys.stdin.read(), as_json=json)
    finally:
        connection.close()


def _answer(connection: Any, query: str, *, as_json: bool) -> None:
    import duckdb

    try:
        result = connection.sql(query)
        columns = [] if result is None else result.columns
        rows = [] if result is None else result.fetchall()
    except (duckdb.Error, RuntimeError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else "?"
        raise UserError(f"requête refusée : {first}", f"query refused: {first}") from None
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif columns:
        print_table(columns, rows, lang=None)


def _prompt(session: Session, connection: Any) -> None:
    note(session.say(Bilingual("Ligne vide pour finir.", "An empty line ends.")))
    while query := _line():
        try:
            _answer(connection, query, as_json=False)
        except UserError as error:
            note(plain(session.say(error.message)))


def _line() -> str:
    try:
        return input("vigie> ").strip()
    except EOFError:
        return ""
