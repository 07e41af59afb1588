"""What every command shares: the workspace it works in, the language it speaks, how results leave."""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from data.bilingual import Bilingual, Lang
from data.errors import UserError
from data.workspace import Workspace, find_workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", metavar="DIR", help="The workspace (default: the current folder, found upwards like git)."
    ),
]
LangOption = Annotated[
    Literal["fr", "en"] | None,
    typer.Option("--lang", help="Language of what is shown (default: the workspace's, then the locale's)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]
BriefArgument = Annotated[str, typer.Argument(metavar="BRIEF", help="A brief: its file, or its name in briefs/.")]
WaitOption = Annotated[bool, typer.Option("--wait", help="Wait while another command writes in this workspace.")]


def reason_given(text: str) -> str:
    """Return the reason of a decision, stripped; raises UserError for a blank one: nobody could review it."""
    if not text.strip():
        raise UserError(
            "--why est vide : donnez la raison de la décision", "--why is empty: give the decision's reason"
        )
    return text.strip()


@dataclass(frozen=True, slots=True)
class Session:
    """One command's workspace and language."""

    workspace: Workspace
    lang: Lang

    def say(self, sentence: Bilingual) -> str:
        """Return the sentence in the session's language."""
        return sentence.to(self.lang)

    def brief_name(self, reference: str) -> str:
        """Return the name of the brief meant; one whose file is gone is still known by the runs it left."""
        try:
            return self.workspace.brief(reference).name
        except UserError:
            if reference.endswith(".toml") or not self.workspace.published.exists():
                raise
            return reference

    def published(self) -> Path:
        """Return the published database; raises UserError when nothing was published yet."""
        if not self.workspace.published.exists():
            raise UserError(
                "rien n'est encore publié ici : lancez « vigie discover BRIEF » d'abord",
                'nothing is published here yet: run "vigie discover BRIEF" first',
            )
        return self.workspace.published


def open_session(workspace: Path | None, lang: Lang | None) -> Session:
    """Return the session of a command that needs a workspace."""
    found = find_workspace(workspace or Path.cwd())
    return Session(found, lang or found.settings.workspace.language)


def spoken(lang: Lang | None, workspace: Path | None = None) -> Lang:
    """Return the language of a command that needs no workspace but may stand in one."""
    if lang is not None:
        return lang
    try:
        return find_workspace(workspace or Path.cwd()).settings.workspace.language
    except UserError:
        return system_language()


def system_language() -> Lang:
    """Return the locale's language: French or English."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "fr" if (named or locale.getlocale()[0] or "").lower().startswith("fr") else "en"
