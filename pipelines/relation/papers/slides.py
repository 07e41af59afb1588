"""A paper as PPTX, for those who present it: wide slides, text one can read from afar, tables as tables."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pipelines.documents.safe import clean, link, on_one_line
from pipelines.relation.papers.model import Table, shares, text_of

if TYPE_CHECKING:
    from pipelines.relation.papers.model import Paper, Section

WIDTH, HEIGHT, LEFT = 13.333, 7.5, 0.7
LINES, ROWS, LONGEST, CELL = 7, 9, 320, 90
TEAL, GREY = "0B5A6B", "5A6466"


def slides_paper(paper: Paper) -> bytes:
    """Return the paper as slides: a title, then one or more per section."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    deck.core_properties.title = clean(paper.title)[:200]
    deck.core_properties.author = "vigie"
    first = deck.slides.add_slide(deck.slide_layouts[5])
    _title(first, paper.title, top=2.6, size=40)
    _text(first, [clean(paper.subtitle)], top=4.0, size=20, colour=GREY)
    for section in paper.sections:
        _section(deck, section, paper.foot)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _section(deck: Any, section: Section, foot: str) -> None:
    lines = [*section.sentences, *section.items]
    together = bool(section.picture) and len(lines) <= 2
    for part in _parts(lines, LINES):
        slide = _slide(deck, section.title, foot)
        _text(slide, [_line(line) for line in part], top=1.6, size=20)
        if together:
            _picture(slide, section.picture, top=3.0)
    if section.picture and not (together and lines):
        _picture(_slide(deck, section.title, foot), section.picture, top=1.6)
    table = section.table
    for rows in _parts(list(table.rows), ROWS) if table else ():
        assert table is not None
        _table(_slide(deck, section.title, foot), Table(table.columns, tuple(rows)))
    if not (lines or section.picture or (table and table.rows)):
        _slide(deck, section.title, foot)


def _slide(deck: Any, title: str, foot: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    _title(slide, title, top=0.4, size=30)
    if foot:
        _text(slide, [clean(foot)], top=HEIGHT - 0.6, size=11, colour=GREY)
    return slide


def _title(slide: Any, text: str, *, top: float, size: int) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches, Pt

    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = (Inches(v) for v in (LEFT, top, WIDTH - 2 * LEFT, 1.0))
    shape.text = " ".join(clean(text).split())
    paragraph = shape.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    paragraph.font.size, paragraph.font.bold = Pt(size), True
    paragraph.font.color.rgb = _colour(TEAL)


def _text(slide: Any, lines: list[str], *, top: float, size: int, colour: str = "1C2426") -> None:
    from pptx.util import Inches, Pt

    high = 0.4 if len(lines) == 1 and size < 14 else HEIGHT - top - 0.8
    frame = slide.shapes.add_textbox(Inches(LEFT), Inches(top), Inches(WIDTH - 2 * LEFT), Inches(high)).text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.font.size, paragraph.space_after = Pt(size), Pt(10)
        paragraph.font.color.rgb = _colour(colour)


def _table(slide: Any, given: Table) -> None:
    from pptx.util import Inches, Pt

    wide = Inches(WIDTH - 2 * LEFT)
    shape = slide.shapes.add_table(
        len(given.rows) + 1, len(given.columns), Inches(LEFT), Inches(1.5), wide, Inches(0.45)
    )
    for at, share in enumerate(shares(given)):
        shape.table.columns[at].width = int(wide * share)
    for number, values in enumerate((given.columns, *given.rows)):
        for cell, value in zip(shape.table.rows[number].cells, values, strict=True):
            cell.text = _cell(value)
            cell.text_frame.paragraphs[0].font.size = Pt(13)
            if number == 0:
                cell.fill.solid()
                cell.fill.fore_color.rgb = _colour(TEAL)


def _picture(slide: Any, svg: str, *, top: float) -> None:
    from pptx.util import Inches

    from pipelines.relation.papers.pdf import picture_png

    slide.shapes.add_picture(io.BytesIO(picture_png(svg)), Inches(2.5), Inches(top), width=Inches(8.3))


def _colour(rgb: str) -> Any:
    from pptx.dml import color

    library: Any = color
    return library.RGBColor.from_string(rgb)


def _cell(value: object) -> str:
    said = on_one_line(text_of(value))
    shown = said.split("://", 1)[1] if link(said) else said
    return shown if len(shown) <= CELL else f"{shown[: CELL - 1]}…"


def _line(text: str) -> str:
    said = on_one_line(text)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def _parts(lines: list[Any], size: int) -> list[list[Any]]:
    return [lines[start : start + size] for start in range(0, len(lines), size)]
