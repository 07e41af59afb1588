"""`vigie schedule`: a brief's discovery on a calendar, by Prefect."""

from __future__ import annotations

from typing import Annotated

import typer

from app.session import JsonOption, LangOption, WorkspaceOption, open_session
from app.terminal import plain, print_json, print_table, say
from data.bilingual import Bilingual
from data.errors import UserError


def command(
    brief: Annotated[
        str | None, typer.Argument(metavar="[BRIEF]", help="A brief: its file, or its name in briefs/.")
    ] = None,
    cron: Annotated[
        str | None, typer.Option("--cron", metavar="CRON", help='When, e.g. "0 6 * * 1": Mondays at 6.')
    ] = None,
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="Zone of the schedule.")] = "Europe/Paris",
    list_schedules: Annotated[bool, typer.Option("--list", help="Show what is scheduled.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the brief's schedule.")] = False,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Schedule a brief's discovery on a Prefect server; says which commands start the server and the worker."""
    from flows import deploy

    session = open_session(workspace, lang)
    if list_schedules:
        rows = deploy.scheduled()
        if json:
            print_json(rows)
        else:
            headers = Bilingual("brief|quand|prochaine exécution|espace", "brief|when|next run|workspace")
            print_table(
                session.say(headers).split("|"), [[r["brief"], r["cron"], r["next"], r["workspace"]] for r in rows]
            )
        return
    if brief is None:
        raise UserError("quel brief ? (ou --list)", "which brief? (or --list)")
    found = session.workspace.brief(brief)
    name = found.name
    if remove:
        deploy.remove(name)
        say(session.say(Bilingual(f"{name} : n'est plus planifié", f"{name}: no longer scheduled")))
        return
    if cron is None:
        raise UserError(
            'il faut --cron, par exemple --cron "0 6 * * 1"', 'needs --cron, for example --cron "0 6 * * 1"'
        )
    scheduled = deploy.schedule(
        session.workspace.root, str(found.path.resolve()) if found.path else name, name, cron, timezone
    )
    if json:
        print_json(scheduled)
        return
    text = Bilingual(
        f"{plain(name)} : planifié « {cron} » ({timezone}), prochaine exécution {scheduled['next']}.\n"
        f"Le serveur doit tourner :  {deploy.SERVER_COMMAND}\n"
        f"et un exécutant :          {deploy.WORKER_COMMAND}",
        f'{plain(name)}: scheduled "{cron}" ({timezone}), next run {scheduled["next"]}.\n'
        f"The server must run:  {deploy.SERVER_COMMAND}\n"
        f"and a worker:         {deploy.WORKER_COMMAND}",
    )
    say(session.say(text))
