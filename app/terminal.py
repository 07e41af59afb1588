"""What reaches the terminal: outside text made harmless, tables that fit, progress on standard error."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
import unicodedata
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from data.figures import natural, number
from pipelines.progress import OnProgress, Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from data.bilingual import Lang

WHITE = re.compile(r"[^\S\u00a0\u202f]+")
"""White space but the spaces that do not break, which figures carry."""
# Columns: so much of a head is shown at least, and so much of a text.
LEAST_HEAD, LEAST_WORDS, LEAST_LINE = 5, 12, 20
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


def print_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    lang: Lang | None,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
    spare: Sequence[int] = (),
) -> None:
    """Write a table to standard output: drawn in a terminal, tab-separated in a pipe. Every word is made harmless.

    Figures are written as `lang` does, without it as they are. Columns: those of `right` are figures, never cut; those
    of `whole` stay on one line, cut when too long; those of `spare` are left out, in that order and named below the
    table, where a terminal has no room for all.
    """
    headers = [plain(header) for header in headers]
    cells = [[plain(cell(value, lang)) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for line in [headers, *cells]:
            say("\t".join(line))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    least = _least_widths(headers, cells, right, whole)
    left_out = _left_out(least, spare, console.width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    shown = [index for index in range(len(headers)) if index not in left_out]
    for index in shown:
        figures = index in right
        table.add_column(
            headers[index],
            justify="right" if figures else "left",
            no_wrap=figures or index in whole,
            overflow="ellipsis",
            min_width=least[index] if figures else None,
        )
    for row in cells:
        table.add_row(*(Text(row[index]) for index in shown))
    console.print(table)
    if left_out:
        say(_told_left_out([headers[index] for index in sorted(left_out)], lang))


def _least_widths(
    headers: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[int], whole: Sequence[int]
) -> list[int]:
    """Return how wide each column must be to be read: figures whole, words to their first letters."""
    from rich.cells import cell_len

    widest = [max((cell_len(row[i]) for row in cells), default=1) for i in range(len(headers))]
    least = []
    for index, head in enumerate(headers):
        if index in right:
            least.append(max(widest[index], min(cell_len(head), LEAST_HEAD)))
        else:
            least.append(min(max(widest[index], cell_len(head)), LEAST_LINE if index in whole else LEAST_WORDS))
    return least


def _left_out(least: Sequence[int], spare: Sequence[int], width: int) -> set[int]:
    """Return which of the spare columns to leave out, first to last, until the rest has room."""
    result: set[int] = set()
    for index in spare:
        if sum(w + 2 for i, w in enumerate(least) if i not in result) <= width:
            break
        result.add(index)
    return result


def _told_left_out(headers: Sequence[str], lang: Lang | None) -> str:
    names = ", ".join(headers)
    if lang == "fr":
        return f"Colonnes sans place ici, à lire dans une fenêtre plus large : {names}"
    return f"Columns without room here, shown in a wider window: {names}"


def cell(value: object, lang: Lang | None) -> object:
    """Return what one cell shows: empty for nothing, figures as the language writes them, the day of a time."""
    if value is None:
        return ""
    if lang is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return natural(value, lang)
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value


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


__all__ = ["cell", "note", "plain", "print_json", "print_table", "progress_shown", "say", "silent"]
