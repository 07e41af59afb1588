"""`vigie note`: a free note of the team about a person, beside decisions and labels."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.explain import AccountArgument
from app.session import BriefArgument, JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual
from data.errors import UserError
from data.notes import FIELDS, notes, restore_note, withdraw_note, write_note
from data.relations.publish import refresh_soon
from data.relations.store import open_relations
from data.warehouse.store import connect
from pipelines.accounts import resolve

if TYPE_CHECKING:
    import sqlite3

    from data.relations.store import Row


def command(
    brief: BriefArgument,
    account: AccountArgument,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="The note; without it, the notes are shown.")]
    = None,
    field: Annotated[
        str | None, typer.Option("--field", metavar="FIELD", help=f"The sheet's field it fills: {', '.join(FIELDS)}.")
    ] = None,
    withdraw: Annotated[int | None, typer.Option("--withdraw", metavar="NO", help="Take this note back.")] = None,
    restore: Annotated[int | None, typer.Option("--restore", metavar="NO", help="Bring this note back.")] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Write a free note about a person, or show the notes there are; a withdrawn one stays in history."""
    session = open_session(workspace, lang)
    name = session.brief_name(brief)
    if sum(given is not None for given in (text, withdraw, restore)) > 1:
        raise UserError("un texte, --withdraw ou --restore : un seul", "a text, --withdraw or --restore: only one")
    if field is not None and text is None:
        raise UserError("--field demande un texte", "--field needs a text")
    connection = connect(session.published(), read_only=True)
    try:
        account_id = resolve(connection, account).account_id
    finally:
        connection.close()
    with open_relations(session.workspace.people) as people:
        changed = _act(people, name, account_id, text, field, withdraw, restore)
        found = notes(people, name, [account_id])
    if changed:
        refresh_soon(session.workspace)
    _show(session, found, as_json=json)


def _act(
    people: sqlite3.Connection, brief: str, account_id: str, text: str | None, field: str | None,
    withdraw: int | None, restore: int | None,
) -> bool:  # fmt: skip
    """Do what was asked; return whether anything was recorded."""
    who = getpass.getuser()
    for number in (withdraw, restore):
        if number is not None and number not in {row["id"] for row in notes(people, brief, [account_id])}:
            raise UserError(f"pas de note n° {number} sur cette personne", f"no note no. {number} about this person")
    if text is not None:
        write_note(people, brief, account_id, text, who=who, field=field)
    elif withdraw is not None:
        withdraw_note(people, brief, withdraw, who=who)
    elif restore is not None:
        restore_note(people, brief, restore, who=who)
    return any(given is not None for given in (text, withdraw, restore))


def _show(session: Session, found: list[Row], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    if not found:
        say(session.say(Bilingual("Aucune note.", "No note.")))
        return
    taken_back = session.say(Bilingual("retirée", "withdrawn"))
    rows = [
        (str(row["id"]), row["recorded_at"][:10], plain(row["recorded_by"], 20), plain(_told(row), 2000),
         taken_back if row["withdrawn_at"] else "")
        for row in found
    ]  # fmt: skip
    print_table(
        session.say(Bilingual("n°|le|par|note|état", "no.|on|by|note|state")).split("|"),
        rows,
        lang=session.lang,
        right=(0,),
    )


def _told(row: Row) -> str:
    """Return the note, with the field of the sheet that it fills in before it."""
    return f"[{row['field']}] {row['text']}" if row["field"] else row["text"]
