"""`vigie campaign`: steps 10 and 11."""

from __future__ import annotations

import typer

from app.commands import campaign_measure, campaign_plan

group = typer.Typer(
    help="A campaign: its brief, planning, deliverables, KPIs, forecasts and reports.", no_args_is_help=True
)
for part in (campaign_plan, campaign_measure):
    group.add_typer(part.group)
