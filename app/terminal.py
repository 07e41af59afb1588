"""What reaches the terminal: outside text made harmless, tables that fit, progress on standard error."""

from __future__ import annotations

import sys
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipelines.progress import OnProgress, Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from data.bilingual import Lang

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
    line = " ".join(line.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def say(text: str = "") -> None:
    """Write one line of a result to standard output."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Write one line that is no result to standard error."""
    sys.stderr.write(text + "\n")


def print_json(answer: Any) -> None:
    """Write an answer for machines."""
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
    sys.stdout.write(orjson.dumps(answer, default=str, option=options).decode() + "\n")


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """Write a table to standard output: drawn in a terminal, tab-separated in a pipe. Every word is made harmless."""
    headers = [plain(header) for header in headers]
    cells = [["" if cell is None else plain(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in [headers, *cells]:
            say("\t".join(line))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for index, header in enumerate(headers):
        number = index in right
        table.add_column(header, justify="right" if number else "left", no_wrap=number, overflow="ellipsis")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


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
            else f"{progress.done:,.0f}" + (f" / {progress.total:,.0f}" if progress.total else "")
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


__all__ = ["note", "plain", "print_json", "print_table", "progress_shown", "say", "silent"]
