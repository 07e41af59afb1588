"""Writes docs/commands.md from the commands themselves: `python -m app.reference > docs/commands.md`."""

from __future__ import annotations

import sys
from typing import Any, get_args

import typer

from app.cli import build

HEAD = """# Commands

Made from the commands themselves (`python -m app.reference > docs/commands.md`); a test fails when it is not.

Every command takes `--workspace DIR` (default: the current folder, found upwards like git), `--lang fr|en`
(default: the workspace's, then the locale's) and, where a machine may read the answer, `--json`. Results go to
standard output, progress and notes to standard error.

Exit status: **0** done · **1** failed, nothing half-written · **2** the input is wrong, one line says what and
where · **3** done, but a source was degraded, and is named.

BRIEF is a file, or the `name` of a brief in `briefs/`. An ACCOUNT is written as people write it:
`@lea@social.example`, `lea.bsky.social`, `did:plc:…`, a profile or feed URL, `SOURCE:NATIVE_ID`,
`SOURCE:@handle`; a bare handle when only one account has it.
"""
COMMON = {"workspace", "lang", "json"}


def reference() -> str:
    """Return the page."""
    root = typer.main.get_command(build())
    parts = [HEAD]
    for name, command in sorted(root.commands.items()):  # type: ignore[attr-defined]
        children = getattr(command, "commands", None)
        if children is None:
            parts.append(_section(f"vigie {name}", command))
        else:
            parts += [_section(f"vigie {name} {child}", inner) for child, inner in sorted(children.items())]
    return "\n".join(parts)


def _section(title: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name not in COMMON and p.name != "help"]
    usage = " ".join([title, *(p.metavar or p.name.upper() for p in arguments), *(["[options]"] if options else [])])
    lines = [f"## {title}", "", (command.help or "").strip(), "", f"    {usage}", ""]
    if options:
        lines += ["| option | what it does |", "| --- | --- |"]
        lines += [f"| `{_written(p)}` | {_meaning(p)} |" for p in options]
        lines.append("")
    return "\n".join(lines)


def _written(option: Any) -> str:
    flag = option.opts[0]
    if option.is_flag:
        return str(flag)
    choices = get_args(option.type_descriptor.annotation)
    value = "\\|".join(str(c) for c in choices) if choices else option.metavar or "N"
    return f"{flag} {value}"


def _meaning(option: Any) -> str:
    default = option.default
    told = (option.help or "").strip()
    if not option.is_flag and isinstance(default, str | int) and not isinstance(default, bool):
        told += f" Default: `{default}`."
    return told


if __name__ == "__main__":
    sys.stdout.write(reference())
