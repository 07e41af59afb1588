"""A paper as plain text, for a terminal and for mail: nothing is escaped, for nothing there reads markup."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pipelines.documents.safe import on_one_line
from pipelines.relation.papers.model import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.relation.papers.model import Paper, Section, Table

WIDTH = 96
COLUMN = 40


def plain_paper(paper: Paper) -> bytes:
    """Return the paper as text of at most 96 columns, tables apart, in UTF-8."""
    lines = [*_headed(paper.title, "="), *([_line(paper.subtitle), ""] if paper.subtitle else [])]
    for section in paper.sections:
        lines += [*_headed(section.title, "-"), *_inside(section), ""]
    lines += [_line(paper.foot)] if paper.foot else []
    return ("\n".join(line.rstrip() for line in lines).rstrip() + "\n").encode()


def _headed(title: str, rule: str) -> list[str]:
    text = _line(title)
    return [text, rule * min(len(text), WIDTH), ""]


def _inside(section: Section) -> Iterator[str]:
    for sentence in section.sentences:
        for line in sentence.split("\n"):
            yield from _folded(line, "")
        yield ""
    for item in section.items:
        yield from _folded(item, "- ")
    if section.table:
        yield from _aligned(section.table)


def _folded(text: str, first: str) -> list[str]:
    return textwrap.wrap(
        _line(text), WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False
    ) or [""]


def _aligned(table: Table) -> Iterator[str]:
    """Yield the table's lines; a cell longer than its column goes on below."""
    rows = [[_line(text_of(cell)) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(min(len(row[at]), COLUMN) for row in rows) for at in range(len(table.columns))]
    for number, row in enumerate(rows):
        cells = [textwrap.wrap(text, COLUMN, break_on_hyphens=False) or [""] for text in row]
        for level in range(max(map(len, cells), default=0)):
            shown = [cell[level] if level < len(cell) else "" for cell in cells]
            yield "  ".join(text.ljust(width) for text, width in zip(shown, widths, strict=True))
        if number == 0:
            yield "  ".join("-" * width for width in widths)


def _line(text: str) -> str:
    return on_one_line(text)
