"""`vigie init`: makes a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.session import LangOption, WorkspaceOption, spoken
from app.terminal import plain, say
from data.bilingual import Bilingual
from data.errors import UserError
from data.workspace import create_workspace


def command(
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where (default: the current folder).")
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Make a workspace: settings, an example brief, folders. What is there already stays."""
    folder = directory or workspace or Path.cwd()
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} n'est pas un dossier", f"{folder} is not a folder")
    spoke = spoken(lang, folder if folder.is_dir() else None)
    made = create_workspace(folder, spoke)
    shown = plain(made.root)
    text = Bilingual(
        f"Espace de travail prêt : {shown}\n"
        "  vigie.toml           réglages (contact du robot, langue, conservation)\n"
        "  briefs/exemple.toml  un premier brief à adapter\n"
        "Ensuite : vigie check exemple",
        f"Workspace ready: {shown}\n"
        "  vigie.toml           settings (crawler's contact, language, retention)\n"
        "  briefs/exemple.toml  a first brief to adapt\n"
        "Next: vigie check exemple",
    )
    say(text.to(spoke))
