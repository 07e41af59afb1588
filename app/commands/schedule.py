"""`vigie schedule`: a brief's discovery and daily work on a calendar, by Prefect."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from app.commands.relate_group import MailOption, ToOption, WebhookOption, check_delivery
from app.session import JsonOption, LangOption, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import plain, print_json, say
from app.words import called
from data.bilingual import Bilingual
from data.errors import UserError


def command(
    brief: Annotated[
        str | None, typer.Argument(metavar="[BRIEF]", help="A brief: its file, or its name in briefs/.")
    ] = None,
    what: Annotated[
        Literal["discovery", "daily"],
        typer.Option("--what", help="discovery: steps 1 to 4; daily: proximity, campaigns, reminders, digest."),
    ] = "discovery",
    cron: Annotated[
        str | None, typer.Option("--cron", metavar="CRON", help='When, e.g. "0 6 * * 1": Mondays at 6.')
    ] = None,
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="Zone of the schedule.")] = "Europe/Paris",
    list_schedules: Annotated[bool, typer.Option("--list", help="Show what is scheduled.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the brief's schedule.")] = False,
    webhook: WebhookOption = None,
    mail: MailOption = None,
    to: ToOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Schedule a brief's discovery or daily work on a Prefect server; says what starts the server and the worker."""
    from flows import deploy

    session = open_session(workspace, lang)
    if list_schedules:
        rows = deploy.scheduled()
        if json:
            print_json(rows)
        else:
            headers = Bilingual("brief|quoi|quand|prochaine exécution|espace", "brief|what|when|next run|workspace")
            columns = ("cron", "next", "workspace")
            shown = [
                [row["brief"], called("work", row["what"], session.lang), *(row[name] for name in columns)]
                for row in rows
            ]
            print_table(session.say(headers).split("|"), shown, lang=session.lang)
        return
    if brief is None:
        raise UserError("quel brief ? (ou --list)", "which brief? (or --list)")
    found = session.workspace.brief(brief)
    name = found.name
    if remove:
        deploy.remove(name, work=what)
        say(session.say(Bilingual(f"{name} : n'est plus planifié", f"{name}: no longer scheduled")))
        return
    if cron is None:
        raise UserError(
            'il faut --cron, par exemple --cron "0 6 * * 1"', 'needs --cron, for example --cron "0 6 * * 1"'
        )
    check_delivery(webhook, mail, to)
    if what == "discovery" and (webhook or mail):
        raise UserError("--webhook et --mail vont avec --what daily", "--webhook and --mail go with --what daily")
    place = str(found.path.resolve()) if found.path else name
    sending = {"webhook": webhook, "mail": mail, "to": to, "lang": session.lang} if what == "daily" else {}
    scheduled = deploy.schedule(session.workspace.root, place, name, cron, timezone, work=what, **sending)
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
