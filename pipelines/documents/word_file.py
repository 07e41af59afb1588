"""The sheet as a Word document: the pictures of the HTML sheet, every section, the SQL behind the figures."""

from __future__ import annotations

import io
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.documents import pictures, say
from pipelines.documents.codes import missing, tier_rule
from pipelines.documents.drawings import drawings, png, told
from pipelines.documents.first_page import glance, identity, key_figures
from pipelines.documents.outline import outline
from pipelines.documents.pdf import caption, footer, lede, strip_note, unknown_said
from pipelines.documents.safe import link, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.documents.read import Sheet

ACCENT, SOFT = "0B5A6B", "5F5A52"
LONG_NAME = 60
WIDTHS = {"ego": 150, "bars": 88}  # of pictures, in mm


def render_docx(sheet: Sheet, lang: str, counter: list[dict[str, str]]) -> bytes:
    """Return the sheet as a .docx; `counter` holds the sentences of what speaks against."""
    ui = say.ui(lang)
    document = _document(sheet, lang)
    drawn = drawings(sheet, lang)
    _head(document, sheet, lang)
    _scores(document, sheet, drawn, lang)
    _glance(document, sheet, lang)
    _posts(document, sheet, lang)
    _strip(document, sheet, lang)
    for name in ("heat", "topics", "months", "trend", "ego"):
        _picture(document, drawn, name, lang)
    for part in outline(sheet, lang):
        document.add_heading(part["title"], 2)
        _table(document, [_row(line, lang) for line in part["lines"]])
    _small(document, ui["pay_note"])
    _listed(document, ui["counter"], [sentence["text"] for sentence in counter] or [ui["counter_none"]])
    if sheet.evidence["counter_posts"]:
        document.add_heading(ui["counter_posts"], 3)
        _quotes(document, sheet.evidence["counter_posts"], lang)
    _listed(document, ui["unknowns"], unknown_said(sheet, lang) or [ui["unknowns_none"]])
    _small(document, ui["unknowns_fill"])
    for text in footer(sheet, lang)["lines"]:
        _small(document, text)
    _proof(document, sheet, lang)
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
    page.top_margin = page.bottom_margin = Mm(15)
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Calibri", Pt(10)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    for name, before in (("Title", 0), ("Heading 2", 10), ("Heading 3", 6)):
        style = document.styles[name]
        style.font.color.rgb = RGBColor.from_string(ACCENT)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(3)
    facts = document.core_properties
    facts.title, facts.author, facts.language = sheet.name, "vigie", lang
    return document


def _head(document: Any, sheet: Sheet, lang: str) -> None:
    from docx.shared import Pt

    ui = say.ui(lang)
    _small(document, f"{ui['sheet']} · {one_line(sheet.run['brief'], 80)} · {say.day(sheet.run['as_of'], lang)}")
    title = document.add_heading(sheet.name or ui["nameless"], 0)
    if len(sheet.name) > LONG_NAME:
        title.runs[0].font.size = Pt(14)
    if account := sheet.account:
        handle = f"{one_line(account['handle'] or account['account_id'], 90)} · {account['source']}"
        _small(document, f"{handle} · {ui['photo']}")
    _small(document, identity(sheet, lang))
    document.add_paragraph(lede(sheet, lang))


def _scores(document: Any, sheet: Sheet, drawn: dict[str, str], lang: str) -> None:
    if not sheet.scores:
        document.add_heading(say.word("field", "scores", lang).capitalize(), 2)
        document.add_paragraph(say.word("missing", sheet.parts["why"]["scores"]["missing"], lang))
        return
    best = sheet.scores[0]
    _picture(document, drawn, "bars", lang)
    _small(document, say.word("ui", "score_note", lang))
    _table(document, [_axis(bar, lang) for bar in pictures.bars(best)])
    rule = best["tier_rule"] or best["tier_missing"]
    _small(document, f"{say.word('ui', 'tier_rule', lang)}{say.colon(lang)}{tier_rule(rule, lang) if rule else '–'}")


def _axis(bar: dict[str, Any], lang: str) -> tuple[str, str, str]:
    """Return one axis: its name, its figure and interval, its count of observations."""
    name = say.word("axis", bar["axis"], lang)
    if bar["value"] is None:
        return name, missing(bar["missing"] or "not_observed", lang), ""
    span = "" if bar["low"] is None else f" ({say.number(bar['low'], lang)}–{say.number(bar['high'], lang)})"
    return name, f"{say.number(bar['value'], lang)}{span}", _count(bar, lang)


def _picture(document: Any, drawn: dict[str, str], name: str, lang: str) -> None:
    """Add a picture under its title, with its words for who cannot see it; one without figures is left out."""
    from docx.shared import Mm

    if name not in drawn:
        return
    document.add_heading(caption(name, lang), 2)
    width = Mm(WIDTHS.get(name, 110))
    picture = document.add_picture(io.BytesIO(png(drawn[name])), width=width)
    picture._inline.docPr.set("descr", told(drawn[name]))  # noqa: SLF001 - python-docx has no word for it


def _posts(document: Any, sheet: Sheet, lang: str) -> None:
    ui, posts = say.ui(lang), sheet.parts["what"]["signature_posts"]
    document.add_heading(ui["signature"], 2)
    if not posts["rows"]:
        document.add_paragraph(say.word("missing", posts["missing"], lang))
    _quotes(document, posts["rows"][:3], lang)


def _quotes(document: Any, posts: Sequence[dict[str, Any]], lang: str) -> None:
    ui = say.ui(lang)
    for post in posts:
        document.add_paragraph(one_line(post["text"] or "", 420), style="Quote")
        # The address is written, not linked: what the reader sees is where a copy of it leads.
        said = [say.day(post["published_at"], lang), link(post["url"]) or ui["no_link"]]
        if post["reactions"] is not None:
            said.insert(1, f"{say.number(post['reactions'], lang)} {ui['reactions']}")
        _small(document, " · ".join(said))


def _glance(document: Any, sheet: Sheet, lang: str) -> None:
    """Add the five answers and why, one line each."""
    document.add_heading(say.word("ui", "glance", lang), 2)
    _table(document, [(question, answer, "") for question, answer in glance(sheet, lang)], widths=(24, 146, 0))


def _strip(document: Any, sheet: Sheet, lang: str) -> None:
    """Add the key figures of the footer: figure, percentile, count of observations."""
    document.add_heading(say.word("ui", "strip", lang), 2)
    rows = [
        (cell["name"], " · ".join(part for part in (cell["figure"], cell["place"]) if part),
         f"{cell['n']} {cell['query']}".strip())
        for cell in key_figures(sheet, lang)
    ]  # fmt: skip
    _together(_table(document, rows))
    _small(document, strip_note(sheet, lang))


def _listed(document: Any, title: str, lines: Sequence[str]) -> None:
    document.add_heading(title, 2)
    for line in lines:
        document.add_paragraph(line, style="List Bullet")


def _row(line: dict[str, Any], lang: str) -> tuple[str, str, str]:
    return line["label"], line["value"] or line["missing"], f"{_count(line, lang)} {line['query']}".strip()


def _proof(document: Any, sheet: Sheet, lang: str) -> None:
    """Add the SQL that gives the figures again: what all queries begin with, then each one's own part."""
    ui = say.ui(lang)
    document.add_page_break()
    document.add_heading(ui["proof"], 2)
    _small(document, f"{ui['proof_note']} {ui['proof_shared']}")
    shared, parts = sheet.statement_parts()
    for name, text in {"": shared, **parts}.items():
        if name:
            document.add_heading(name, 3)
        _code(document, text)


def _code(document: Any, text: str) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = 1
    font = paragraph.add_run(text).font
    font.name, font.size = "Consolas", Pt(6)


def _table(document: Any, rows: Sequence[tuple[str, str, str]], widths: Sequence[float] = (46, 90, 34)) -> Any:
    """Add lines of label, words, origin, ruled between; a column of no width is left out."""
    columns = [width for width in widths if width]
    table = document.add_table(rows=len(rows), cols=len(columns))
    _widths(table, columns)
    _ruled(table)
    for line, values in zip(table.rows, rows, strict=True):
        for cell, text, size in zip(line.cells, values, (9, 9, 7), strict=False):
            _write(cell, text, size)
    return table


def _together(table: Any) -> None:
    """Keep a table on one page."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _ruled(table: Any) -> None:
    """Draw a thin rule under each line; no line is split over two pages."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    rule = '<w:{} w:val="single" w:sz="4" w:space="0" w:color="DDD7CC"/>'
    table._tbl.tblPr.append(  # noqa: SLF001 - python-docx has no word for it
        parse_xml(f"<w:tblBorders {nsdecls('w')}>{rule.format('bottom')}{rule.format('insideH')}</w:tblBorders>")
    )
    for row in table.rows:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001


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
