"""A paper as DOCX, for those who edit it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pipelines.documents.safe import clean
from pipelines.relation.papers.model import shares, text_of

if TYPE_CHECKING:
    from pipelines.relation.papers.model import Paper, Section

TEAL = "0B5A6B"
MARGIN_CM, WIDTH_CM = 2.0, 17.0
FONT, SMALL = "Calibri", 9


def word_paper(paper: Paper) -> bytes:
    """Return the paper as DOCX."""
    document = _blank(paper)
    document.add_heading(clean(paper.title), 0)
    if paper.subtitle:
        document.add_paragraph(clean(paper.subtitle), style="Subtitle")
    for section in paper.sections:
        document.add_heading(clean(section.title), 1)
        for sentence in section.sentences:
            document.add_paragraph(clean(sentence))
        for item in section.items:
            document.add_paragraph(clean(item), style="List Bullet")
        if section.picture:
            _picture(document, section.picture)
        if section.table:
            _table(document, section)
    if paper.foot:
        document.sections[0].footer.paragraphs[0].text = clean(paper.foot)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _blank(paper: Paper) -> Any:
    from docx import Document
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    document.core_properties.title = clean(paper.title)[:200]
    document.core_properties.author = "vigie"
    document.core_properties.language = paper.lang
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(MARGIN_CM)
    for name in ("Normal", "Title", "Subtitle", "Heading 1"):
        font = document.styles[name].font
        font.name = FONT
        if name in ("Title", "Heading 1"):
            font.color.rgb = RGBColor.from_string(TEAL)
    document.styles["Title"].font.size = Pt(22)
    return document


def _picture(document: Any, svg: str) -> None:
    from docx.shared import Cm

    from pipelines.relation.papers.pdf import picture_png

    document.add_picture(io.BytesIO(picture_png(svg)), width=Cm(12))


def _table(document: Any, section: Section) -> None:
    from docx.shared import Cm, Pt

    given = section.table
    assert given is not None
    table = document.add_table(rows=1, cols=len(given.columns), style="Light Shading Accent 1")
    table.autofit = False
    widths = [Cm(WIDTH_CM * share) for share in shares(given)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for values in (given.columns, *given.rows):
        cells = table.rows[0].cells if values is given.columns else table.add_row().cells
        for cell, value, width in zip(cells, values, widths, strict=True):
            cell.width = width
            cell.text = text_of(value)
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(SMALL)
                run.font.bold = values is given.columns
