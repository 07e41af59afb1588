"""A paper as XLSX, for those who calculate with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.documents.safe import clean
from pipelines.documents.spreadsheet import Book

if TYPE_CHECKING:
    from pipelines.relation.papers.model import Paper


def workbook_paper(paper: Paper) -> bytes:
    """Return the paper as a workbook: the text on the first sheet, each table on one of its own."""
    book = Book()
    said = [
        (section.title, line) for section in paper.sections for line in (*section.sentences, *section.items) if line
    ]
    taken: set[str] = set()
    book.add(_name(paper.title, taken), ("section", "texte" if paper.lang == "fr" else "text"), said)
    for section in paper.sections:
        if section.table:
            book.add(_name(section.title, taken), section.table.columns, section.table.rows)
    return book.close()


def _name(title: str, taken: set[str]) -> str:
    """Return a name for a worksheet that none before it has."""
    name, number = clean(title)[:28], 2
    while name.lower() in taken:
        name, number = f"{clean(title)[:26]} {number}", number + 1
    taken.add(name.lower())
    return name
