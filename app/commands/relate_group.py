"""What `relate` and `campaign` share: options, amounts and dates as people type them, papers on the way out."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from sqlite3 import Connection
from typing import Annotated

import typer

from app.session import Session
from app.terminal import plain, say
from data.errors import UserError
from data.relations.publish import refresh_soon
from data.relations.store import open_relations
from pipelines.relation.papers.model import Paper
from pipelines.relation.papers.write import render, write_paper

WhoOption = Annotated[str, typer.Option("--who", metavar="NAME", help="Who records it (default: your login name).")]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Where to write; .md .html .docx .pdf .xlsx .pptx (default: shown)."),
]
AtOption = Annotated[str, typer.Option("--at", metavar="DATE", help="When, as 2026-05-04 or 2026-05-04T15:00 (UTC).")]
PersonArgument = Annotated[str, typer.Argument(metavar="ACCOUNT", help="An account, as people write it.")]

ProgrammeOption = Annotated[
    str | None, typer.Option("--programme", metavar="NAME", help="The programme it is done for.")
]
DepartmentOption = Annotated[str | None, typer.Option("--department", metavar="D", help="The team that acts.")]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept in the history.")]
NoteOption = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A free note.")]
WebhookOption = Annotated[
    str | None, typer.Option("--webhook", metavar="BLOCK", help="Send the digest to this Prefect webhook block.")
]
MailOption = Annotated[
    str | None,
    typer.Option("--mail", metavar="BLOCK", help="Send the digest through this Prefect e-mail server block."),
]
ToOption = Annotated[
    list[str] | None, typer.Option("--to", metavar="ADDRESS", help="Who receives the mail; may be given again.")
]


def login() -> str:
    """Return the name under which this user works."""
    return getpass.getuser()


@contextmanager
def recording(session: Session) -> Iterator[Connection]:
    """Open the records for writing; what was written stands when the block ends, and is published soon after."""
    with open_relations(session.workspace.people) as people:
        yield people
    refresh_soon(session.workspace)


def typed_time(text: str) -> str:
    """Return a date or time as typed, in UTC, ISO; empty is now; raises UserError."""
    if not text:
        return datetime.now(UTC).isoformat(timespec="seconds")
    refused = UserError(f"« {text} » n'est pas une date comme 2026-05-04", f'"{text}" is no date like 2026-05-04')
    try:
        found = datetime.fromisoformat(text.strip())
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refused from None
    if not 1990 <= found.year <= 2200:
        raise refused
    return found.isoformat(timespec="seconds")


def past_time(text: str) -> str:
    """Return when something happened, as `typed_time`; a moment still to come raises UserError."""
    when = typed_time(text)
    if datetime.fromisoformat(when) > datetime.now(UTC) + timedelta(days=1):
        raise UserError(f"« {text} » n'est pas encore arrivé", f'"{text}" has not happened yet')
    return when


def typed_cents(text: str) -> int:
    """Return an amount in euros as typed (250, 250.50, 250,50) in cents; raises UserError."""
    refused = UserError(f"« {text} » : montant en euros attendu, comme 250,50", f'"{text}": expected euros, as 250.50')
    try:
        amount = Decimal(text.strip().replace("\u202f", "").replace(" ", "").replace(",", ".")) * 100
    except InvalidOperation:
        raise refused from None
    if not amount.is_finite() or not 0 <= amount <= 10**13 or amount != int(amount):
        raise refused
    return int(amount)


def check_delivery(webhook: str | None, mail: str | None, to: list[str] | None) -> None:
    """Refuse a mail without a reader, a reader without a mail, and an address or block name that is none."""
    if bool(mail) != bool(to):
        raise UserError("--mail et --to vont ensemble", "--mail and --to go together")
    for address in to or ():
        if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", address):
            raise UserError(f"« {address} » n'est pas une adresse", f'"{address}" is no address')
    for name in (webhook, mail):
        if name and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
            raise UserError(
                f"« {name} » n'est pas un nom de bloc Prefect (minuscules, chiffres, tirets)",
                f'"{name}" is no name of a Prefect block (lower case, digits, dashes)',
            )


def give(session: Session, paper: Paper, out: Path | None) -> None:
    """Show the paper, as text in a terminal and as Markdown in a pipe, or write it in the format of `out`'s ending."""
    if out is None:
        for line in render(paper, ".txt" if sys.stdout.isatty() else ".md").decode().splitlines():
            say(plain(line, 2000))
        return
    say(plain(write_paper(paper, out)))
