"""The `vigie` command: parses, calls, prints; every rule lives elsewhere."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import typer

from app.session import system_language
from app.terminal import note, plain
from app.usage import explain_usage
from data.bilingual import Bilingual
from data.errors import UserError, VigieError

if TYPE_CHECKING:
    from typer.core import TyperGroup

COMMANDS = (
    "init",
    "check",
    "discover",
    "import",
    "steps",
    "rank",
    "history",
    "voice",
    "overlap",
    "explain",
    "why",
    "sheet",
    "map",
    "curate",
    "role",
    "label",
    "note",
    "relate",
    "campaign",
    "funnel",
    "export",
    "schedule",
    "serve",
    "forget",
    "purge",
    "sql",
    "evaluate",
    "sandbox",
    "doctor",
)
"""In the order in which a newcomer meets them; each is `app/commands/NAME.py` (`imports.py` for import)."""

INTERRUPTED = 130
"""What the parser makes of Ctrl-C; to the user it is a failure like others."""

app = typer.Typer(
    name="vigie",
    help="Find the people who matter for a subject, say why, and follow the relationship with them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def build() -> typer.Typer:
    """Return the command with all its sub-commands."""
    if not app.registered_commands and not app.registered_groups:
        for name in COMMANDS:
            module = import_module(f"app.commands.{'imports' if name == 'import' else name}")
            if hasattr(module, "group"):
                app.add_typer(module.group, name=name)
            else:
                app.command(name)(module.command)
    return app


def main() -> None:
    """Run the command line; what the user can cause ends in one line and its exit status, never in a traceback."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    from typer.exceptions import Abort, TyperException

    try:
        status = _parser().main(arguments, prog_name="vigie", standalone_mode=False)
    except VigieError as error:
        note(f"vigie: {plain(error.message.to(_asked_language(arguments)), 2000)}")
        return error.exit_status
    except TyperException as error:
        told = error.format_message()
        if told.startswith("Usage:"):
            note(told)
        else:
            said = explain_usage(told, _commands_at(error)).to(_asked_language(arguments))
            note(f"vigie: {plain(said, 2000)} (--help)")
        return 2
    except (Abort, KeyboardInterrupt):
        status = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if status == INTERRUPTED:
        note(f"vigie: {Bilingual('interrompu', 'interrupted').to(_asked_language(arguments))}")
        return 1
    return int(status or 0)


def _commands_at(error: Exception) -> tuple[str, ...]:
    """Return the commands that could have been meant where the parser stopped: those of vigie, or of a group."""
    context = getattr(error, "ctx", None)
    listed = getattr(context.command, "list_commands", None) if context is not None else None
    return tuple(listed(context)) if listed else COMMANDS


@cache
def _parser() -> TyperGroup:
    """Return the parser of all commands; it keeps nothing of what it parsed, and making it takes a quarter second."""
    return typer.main.get_group(build())


def _asked_language(arguments: list[str]) -> str:
    from pathlib import Path

    from data.workspace import find_workspace

    for name in ("--lang=fr", "--lang=en"):
        if name in arguments:
            return name[-2:]
    if "--lang" in arguments[:-1]:
        return arguments[arguments.index("--lang") + 1]
    start = arguments[arguments.index("--workspace") + 1] if "--workspace" in arguments[:-1] else "."
    try:
        return find_workspace(Path(start)).settings.workspace.language
    except UserError:
        return system_language()


if __name__ == "__main__":
    main()
