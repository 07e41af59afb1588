"""What reaches the terminal: outside text made harmless, lines that fit, progress on standard error."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from data.figures import number
from pipelines.progress import OnProgress, Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.bilingual import Lang

WHITE = re.compile(r"[^\S\u00a0\u202f]+")
"""White space but the spaces that do not break, which figures carry."""
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: object, limit: int = 500) -> str:
    """Return text from outside as one harmless line: no control or direction characters, at most `limit` characters."""
    line = "".join(
        " "
        if char in "\n\r\t"
        else ""
        if char in BIDI or unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn")
        else char
        for char in str(text)[: 4 * limit]
    )
    line = WHITE.sub(" ", line).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def say(text: str = "") -> None:
    """Write a line of a result to standard output; in a terminal, one too wide goes on below, between words."""
    if not sys.stdout.isatty():
        sys.stdout.write(text + "\n")
        return
    width = shutil.get_terminal_size().columns
    for line in text.split("\n"):
        sys.stdout.write("\n".join(_folded(line, width)) + "\n")


def _folded(line: str, width: int) -> list[str]:
    """Return a line cut between words, what follows indented; tables, addresses and paths are left whole."""
    if len(line) <= width or line.startswith("|"):
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def note(text: str) -> None:
    """Write one line that is no result to standard error."""
    sys.stderr.write(text + "\n")


def print_json(answer: Any) -> None:
    """Write an answer for machines."""
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
    sys.stdout.write(orjson.dumps(answer, default=str, option=options).decode() + "\n")


@contextmanager
def progress_shown(lang: Lang) -> Iterator[OnProgress]:
    """Show a run's progress on standard error; lines only when it is no terminal, so that logs stay readable."""
    if not sys.stderr.isatty():
        yield _LineProgress(lang)
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[count]}"),
    )
    with Bars(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
        yield _BarProgress(bars, lang)


class _BarProgress:
    """One bar per thing that is being done."""

    def __init__(self, bars: Any, lang: Lang) -> None:
        self.bars, self.lang = bars, lang
        self.tasks: dict[str, Any] = {}

    def __call__(self, progress: Progress) -> None:
        what = plain(progress.what.to(self.lang), 60)
        if what not in self.tasks:
            for task in self.tasks.values():
                self.bars.update(task, visible=False)
            self.tasks[what] = self.bars.add_task(what, total=progress.total, count="")
        count = (
            ""
            if progress.done is None
            else number(progress.done, self.lang)
            + (f" / {number(progress.total, self.lang)}" if progress.total else "")
        )
        self.bars.update(
            self.tasks[what], total=progress.total, completed=progress.done or 0, count=count, visible=True
        )


class _LineProgress:
    """One line per thing that is being done, when it begins."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.seen: set[str] = set()

    def __call__(self, progress: Progress) -> None:
        what = plain(progress.what.to(self.lang), 80)
        if what not in self.seen:
            self.seen.add(what)
            note(f"· {what}")


__all__ = ["note", "plain", "print_json", "progress_shown", "say", "silent"]
