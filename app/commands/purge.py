"""`vigie purge`: erases what was collected longer ago than it may be kept."""

from __future__ import annotations

from typing import Annotated

import typer

from app.session import JsonOption, LangOption, WaitOption, WorkspaceOption, open_session
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual
from pipelines.retention import Overdue, overdue, purge


def command(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what is past its time; erase nothing.")] = False,
    wait: WaitOption = False,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Erase what is past its time: words and people, counted from the day they were first collected.

    The months stand in vigie.toml under [retention]; a source whose terms are stricter has its own.
    Every discovery does it too; run it where none is scheduled any more. `vigie doctor` tells what is overdue.
    """
    session = open_session(workspace, lang)
    if dry_run:
        found = overdue(session.workspace)
    else:
        with session.workspace.writing("vigie purge", wait=wait):
            found = purge(session.workspace)
    if json:
        print_json(found.as_json() | {"erased": not dry_run})
        return
    say(session.say(_sentence(found, dry_run=dry_run)))
    for source, posts in found.texts.items():
        say(f"  {plain(source)}: {posts}")


def _sentence(found: Overdue, *, dry_run: bool) -> Bilingual:
    if found.nothing:
        return Bilingual("Rien n'est au-delà de sa durée.", "Nothing is past its time.")
    posts = sum(found.texts.values())
    if dry_run:
        return Bilingual(
            f"Au-delà de leur durée : les mots de {posts} publication(s), {found.accounts} compte(s).",
            f"Past their time: the words of {posts} post(s), {found.accounts} account(s).",
        )
    return Bilingual(
        f"Effacé : les mots de {posts} publication(s), {found.accounts} compte(s).",
        f"Erased: the words of {posts} post(s), {found.accounts} account(s).",
    )
