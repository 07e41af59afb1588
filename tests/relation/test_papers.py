"""Papers: every format says the same, opens with the usual readers, and runs nothing that came from outside."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from data.errors import UserError
from pipelines.relation.papers.model import Paper, Section, Table, render, write_paper

HOSTILE = '=HYPERLINK("http://x") <script>alert(1)</script> #eval("x") | [a](javascript:b) \x1b[31m\u202e*z*'
PAPER = Paper(
    "Lancement d’été",
    "fr",
    "Brûlerie du Canal",
    (
        Section("Contexte", ("Première phrase.\nDeuxième ligne.", HOSTILE), ("un élément", HOSTILE)),
        Section("Personnes", table=Table(("qui", "réactions"), (("@lea", 12), (HOSTILE, None)))),
        Section("Personnes", table=Table(("qui", "réactions"), (("@nina", 3),))),
        Section("Vide"),
    ),
    "données du 1er juin",
)


def words_of(suffix: str, content: bytes) -> str:
    if suffix in (".md", ".html"):
        return content.decode()
    if suffix == ".pdf":
        assert content.startswith(b"%PDF")
        return ""
    if suffix == ".xlsx":
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(content))
        return " ".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
        )
    if suffix == ".docx":
        import docx

        document = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    import pptx

    deck = pptx.Presentation(io.BytesIO(content))
    return " ".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)


@pytest.mark.parametrize("suffix", [".md", ".html", ".docx", ".xlsx", ".pptx"])
def test_every_format_says_every_part(suffix):
    said = words_of(suffix, render(PAPER, suffix))
    for part in ("Contexte", "Première phrase", "un élément", "lea", "12", "nina"):
        assert part in said, part


def test_a_pdf_is_made_whatever_the_texts_hold():
    assert len(render(PAPER, ".pdf")) > 5000


def test_a_page_holds_no_markup_from_outside():
    page = render(PAPER, ".html").decode()
    assert "<script" not in page
    assert "\u202e" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=", page)


def test_markdown_from_outside_is_text():
    page = render(PAPER, ".md").decode()
    assert "<script" not in page
    assert "[a](" not in page
    assert "\x1b" not in page


def test_a_cell_from_outside_is_no_formula():
    archive = zipfile.ZipFile(io.BytesIO(render(PAPER, ".xlsx")))
    for name in archive.namelist():
        if name.startswith("xl/worksheets/"):
            assert b"<f>" not in archive.read(name)


@pytest.mark.parametrize("suffix", [".exe", "", ".doc"])
def test_a_format_that_is_not_known_is_told(suffix, tmp_path):
    with pytest.raises(UserError):
        write_paper(PAPER, tmp_path / f"x{suffix}")
    assert list(tmp_path.iterdir()) == []
