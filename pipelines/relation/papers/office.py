"""A paper as DOCX, XLSX and PPTX, for those who edit and present it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pipelines.documents.safe import clean
from pipelines.documents.spreadsheet import Book
from pipelines.relation.papers.model import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.relation.papers.model import Paper, Section

LINES_PER_SLIDE = 9
LINE_LENGTH = 320


def word_paper(paper: Paper) -> bytes:
    """Return the paper as DOCX."""
    from docx import Document

    document = Document()
    document.core_properties.title = clean(paper.title)[:200]
    document.core_properties.author = "vigie"
    document.core_properties.language = paper.lang
    document.add_heading(clean(paper.title), 0)
    if paper.subtitle:
        document.add_paragraph(clean(paper.subtitle), style="Subtitle")
    for section in paper.sections:
        document.add_heading(clean(section.title), 1)
        for sentence in section.sentences:
            document.add_paragraph(clean(sentence))
        for item in section.items:
            document.add_paragraph(clean(item), style="List Bullet")
        if section.table:
            _word_table(document, section)
    if paper.foot:
        document.add_paragraph(clean(paper.foot), style="Intense Quote")
    return _saved(document)


def workbook_paper(paper: Paper) -> bytes:
    """Return the paper as a workbook: the text on the first sheet, each table on one of its own."""
    book = Book()
    said = [
        (section.title, line) for section in paper.sections for line in (*section.sentences, *section.items) if line
    ]
    book.add(paper.title[:31], ("section", "texte" if paper.lang == "fr" else "text"), said)
    taken = {paper.title[:31].lower()}
    for section in paper.sections:
        if section.table:
            name = _sheet_name(section.title, taken)
            book.add(name, section.table.columns, section.table.rows)
    return book.close()


def slides_paper(paper: Paper) -> bytes:
    """Return the paper as slides: a title, then one or more per section."""
    from pptx import Presentation

    deck = Presentation()
    deck.core_properties.title = clean(paper.title)[:200]
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = clean(paper.title)
    first.placeholders[1].text = clean(paper.subtitle)
    for section in paper.sections:
        for part in _parts(section):
            slide = deck.slides.add_slide(deck.slide_layouts[1])
            slide.shapes.title.text = clean(section.title)
            _fill(slide.placeholders[1].text_frame, part)
    return _saved(deck)


def _word_table(document: Any, section: Section) -> None:
    given = section.table
    assert given is not None
    table = document.add_table(rows=1, cols=len(given.columns), style="Light Grid Accent 1")
    for cell, name in zip(table.rows[0].cells, given.columns, strict=True):
        cell.text = clean(name)
    for row in given.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = text_of(value)


def _parts(section: Section) -> Iterator[list[str]]:
    lines = [*section.sentences, *section.items]
    if section.table:
        lines.append(" · ".join(section.table.columns))
        lines += [" · ".join(text_of(value) for value in row) for row in section.table.rows]
    for start in range(0, max(len(lines), 1), LINES_PER_SLIDE):
        yield lines[start : start + LINES_PER_SLIDE]


def _fill(frame: Any, lines: list[str]) -> None:
    from pptx.util import Pt

    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        said = " ".join(clean(line).split())
        paragraph.text = said if len(said) <= LINE_LENGTH else said[: LINE_LENGTH - 1] + "…"
        paragraph.font.size = Pt(14)


def _sheet_name(title: str, taken: set[str]) -> str:
    name = clean(title)[:28]
    number = 2
    while name.lower() in taken:
        name = f"{clean(title)[:26]} {number}"
        number += 1
    taken.add(name.lower())
    return name


def _saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
