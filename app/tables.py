"""Tables of results: drawn to fit a terminal, tab-separated in a pipe."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING

from app.terminal import plain, say
from data.figures import natural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.bilingual import Lang

# Columns: so much of a head is shown at least, and so much of a text.
LEAST_HEAD, LEAST_WORDS, LEAST_LINE = 9, 12, 15


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
    left_out = _draw(headers, cells, right, whole, spare)
    if left_out:
        say(_told_left_out([headers[index] for index in sorted(left_out)], lang))


def _draw(
    headers: Sequence[str],
    cells: Sequence[Sequence[str]],
    right: Sequence[int],
    whole: Sequence[int],
    spare: Sequence[int],
) -> set[int]:
    """Draw what fits, and return the columns that do not."""
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    least = _least_widths(headers, cells, right, whole)
    left_out = _left_out(least, spare, console.width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    shown = [index for index in range(len(headers)) if index not in left_out]
    wanted = [max(cell_len(row[index]) for row in [headers, *cells]) for index in range(len(headers))]
    widths = _widths(least, wanted, left_out, console.width, right)
    for index in shown:
        figures = index in right
        table.add_column(
            headers[index],
            justify="right" if figures else "left",
            no_wrap=figures or index in whole,
            overflow="ellipsis",
            width=widths[index],
        )
    for row in cells:
        table.add_row(*(Text(row[index]) for index in shown))
    console.print(table)
    return left_out


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
        if _room(least, result) <= width:
            break
        result.add(index)
    return result


def _room(least: Sequence[int], left_out: set[int]) -> int:
    """Return how many characters the columns take that are not left out, with the gaps between them."""
    return sum(width + 2 for index, width in enumerate(least) if index not in left_out)


def _widths(
    least: Sequence[int], wanted: Sequence[int], left_out: set[int], width: int, right: Sequence[int]
) -> dict[int, int]:
    """Return how wide each column is drawn: room left over is shared out; where there is none, words give way."""
    result = {index: least[index] for index in range(len(least)) if index not in left_out}
    spare = width - _room(least, left_out)
    while spare > 0 and (short := [index for index in result if result[index] < wanted[index]]):
        for index in short[:spare]:
            result[index] += 1
        spare -= len(short[:spare])
    words = [index for index in result if index not in right]
    while spare < 0 and words and max(result[index] for index in words) > 1:
        result[max(words, key=lambda i: result[i])] -= 1
        spare += 1
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
