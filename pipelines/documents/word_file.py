"""The sheet as a Word document: scores as a table with intervals, hours as a shaded table, then every section."""

from __future__ import annotations

import io
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.documents import pictures, say
from pipelines.documents.codes import missing, tier_rule
from pipelines.documents.outline import outline
from pipelines.documents.pdf import footer, lede
from pipelines.documents.safe import link, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.documents.read import Sheet

ACCENT, SOFT = "0B5A6B", "5F5A52"
SHADES = ("EFEAE0", "C4DDE1", "86B9C2", "3F8A99", "0B5A6B")
BLOCKS = 15


def render_docx(sheet: Sheet, lang: str, counter: list[dict[str, str]]) -> bytes:
    """Return the sheet as a .docx; `counter` holds the sentences of what speaks against."""
    ui = say.ui(lang)
    document = _document(sheet, lang)
    _head(document, sheet, lang)
    _scores(document, sheet, lang)
    _hours(document, sheet, lang)
    _posts(document, sheet, lang)
    for part in outline(sheet, lang):
        document.add_heading(part["title"], 2)
        _table(
            document, [(line["label"], line["value"] or line["missing"], _count(line, lang)) for line in part["lines"]]
        )
    document.add_heading(ui["counter"], 2)
    for sentence in counter:
        document.add_paragraph(sentence["text"], style="List Bullet")
    if not counter:
        document.add_paragraph(ui["counter_none"])
    for line in footer(sheet, lang)["lines"]:
        _small(document, line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@cache
def _template() -> bytes:
    return resources.files("docx").joinpath("templates", "default.docx").read_bytes()


def _document(sheet: Sheet, lang: str) -> Any:
    from docx import Document
    from docx.shared import Mm, Pt, RGBColor

    document = Document(io.BytesIO(_template()))
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    page.top_margin = page.bottom_margin = Mm(18)
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Calibri", Pt(10)
    for name in ("Title", "Heading 2"):
        document.styles[name].font.color.rgb = RGBColor.from_string(ACCENT)
    facts = document.core_properties
    facts.title, facts.author, facts.language = sheet.name, "vigie", lang
    return document


def _head(document: Any, sheet: Sheet, lang: str) -> None:
    ui = say.ui(lang)
    _small(document, f"{ui['sheet']} · {one_line(sheet.run['brief'], 80)} · {say.day(sheet.run['as_of'], lang)}")
    document.add_heading(sheet.name or ui["nameless"], 0)
    if account := sheet.account:
        _small(document, f"{one_line(account['handle'] or account['account_id'], 90)} · {account['source']}")
    document.add_paragraph(lede(sheet, lang))


def _scores(document: Any, sheet: Sheet, lang: str) -> None:
    document.add_heading(say.word("field", "scores", lang).capitalize(), 2)
    if not sheet.scores:
        document.add_paragraph(say.word("missing", sheet.parts["why"]["scores"]["missing"], lang))
        return
    best = sheet.scores[0]
    _table(document, [_axis(bar, lang) for bar in pictures.bars(best)])
    rule = best["tier_rule"] or best["tier_missing"]
    _small(document, f"{say.word('ui', 'tier_rule', lang)} : {tier_rule(rule, lang) if rule else '–'}")


def _axis(bar: dict[str, Any], lang: str) -> tuple[str, str, str]:
    """Return one axis: its name, a bar of blocks with its figure and interval, its count of observations."""
    name = say.word("axis", bar["axis"], lang)
    if bar["value"] is None:
        return name, missing(bar["missing"] or "not_observed", lang), ""
    full = round(bar["value"] / 100 * BLOCKS)
    span = "" if bar["low"] is None else f" ({say.number(bar['low'], lang)}–{say.number(bar['high'], lang)})"
    drawn = "█" * full + "░" * (BLOCKS - full)
    return name, f"{drawn}  {say.number(bar['value'], lang)}{span}", _count(bar, lang)


def _hours(document: Any, sheet: Sheet, lang: str) -> None:
    ui, hours = say.ui(lang), sheet.parts["when"]["hours"]
    document.add_heading(ui["heat"], 2)
    if not hours["rows"]:
        document.add_paragraph(say.word("missing", hours["missing"], lang))
        return
    table = document.add_table(rows=8, cols=25)
    _widths(table, (12, *(6.4,) * 24))
    for hour in (0, 6, 12, 18, 23):
        _write(table.rows[7].cells[hour + 1], str(hour), 6)
    for row, name, shades in zip(table.rows, ui["weekdays"].split(), pictures.heat(hours["rows"]), strict=False):
        cells = row.cells
        _write(cells[0], name, 7)
        for cell, (_, shade) in zip(cells[1:], shades, strict=True):
            _fill(cell, SHADES[shade])


def _posts(document: Any, sheet: Sheet, lang: str) -> None:
    ui, posts = say.ui(lang), sheet.parts["what"]["signature_posts"]
    document.add_heading(ui["signature"], 2)
    if not posts["rows"]:
        document.add_paragraph(say.word("missing", posts["missing"], lang))
    for post in posts["rows"][:3]:
        document.add_paragraph(one_line(post["text"] or "", 420), style="Quote")
        # The address is written, not linked: what the reader sees is where a copy of it leads.
        said = [say.day(post["published_at"], lang), link(post["url"]) or ui["no_link"]]
        _small(document, " · ".join(said))


def _table(document: Any, rows: Sequence[tuple[str, str, str]]) -> None:
    table = document.add_table(rows=len(rows), cols=3)
    _widths(table, (48, 100, 22))
    for line, values in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, values, strict=True):
            _write(cell, text, 9)


def _widths(table: Any, widths: Sequence[float]) -> None:
    """Set the columns' widths in mm: readers take them from the grid or from the cells, so both say it."""
    from docx.shared import Mm

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _count(line: dict[str, Any], lang: str) -> str:
    return "" if line["n"] is None else f"n = {say.number(line['n'], lang)}"


def _write(cell: Any, text: str, size: float) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.add_run(text).font.size = Pt(size)


def _small(document: Any, text: str) -> None:
    from docx.shared import Pt, RGBColor

    font = document.add_paragraph().add_run(text).font
    font.size, font.color.rgb = Pt(8), RGBColor.from_string(SOFT)


def _fill(cell: Any, color: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", color)):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)  # noqa: SLF001 - python-docx has no word for a cell's shade
