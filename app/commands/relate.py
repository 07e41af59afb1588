"""`vigie relate`: what teams record about a relationship, and what they read back before acting."""

from __future__ import annotations

import typer

from app.commands import relate_decide, relate_follow, relate_kit, relate_money, relate_people, relate_record

group = typer.Typer(
    help="From a list to a relationship: decide, prepare, contact, follow, with everything recorded.",
    no_args_is_help=True,
)
for part in (relate_decide, relate_kit, relate_people, relate_record, relate_money, relate_follow):
    group.add_typer(part.group)
