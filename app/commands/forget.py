"""`vigie forget`: objection; erases a person and keeps them out for good."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.explain import AccountArgument
from app.session import JsonOption, LangOption, WaitOption, WorkspaceOption, open_session
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual
from data.warehouse.store import open_store
from pipelines.accounts import resolve
from pipelines.forget import forget


def command(
    account: AccountArgument,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="How the objection came; no personal data.")],
    wait: WaitOption = False,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Erase a person everywhere in the workspace, and keep them out of every later crawl and import."""
    session = open_session(workspace, lang)
    with session.workspace.writing("vigie forget", wait=wait):
        with open_store(session.workspace.store) as store:
            found = resolve(store, account)
        outcome = forget(session.workspace, found.account_id, why=why)
    if json:
        print_json(outcome.as_json())
        return
    done = Bilingual(
        f"Effacé : {outcome.accounts} compte(s), {outcome.posts} publication(s). La personne ne reviendra pas.",
        f"Erased: {outcome.accounts} account(s), {outcome.posts} post(s). The person will not come back.",
    )
    say(session.say(done))
    if outcome.files:
        left = Bilingual("Exports supprimés ou à détruire par vous :", "Exports removed, or for you to destroy:")
        say(session.say(left))
        for path in outcome.files:
            say(f"  {plain(path)}")
