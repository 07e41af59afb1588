"""Papers: every format says the same, opens with the usual readers, and runs nothing that came from outside."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import UserError
from pipelines.documents.safe import clean
from pipelines.relation.papers.model import Paper, Section, Table, shares
from pipelines.relation.papers.write import render, write_paper

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
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    cells = [cell.text for shape in shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return " ".join([*(shape.text_frame.text for shape in shapes if shape.has_text_frame), *cells])


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


ADDRESS = "https://mastodon.example/@lea/109000000000000864?x=1"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#0B5A6B"/></svg>'


def one(**parts: object) -> Paper:
    return Paper("P", "en", "", (Section("Part", **parts),))


def test_an_address_is_a_link_that_is_short_to_read_and_runs_nothing():
    cells = ((ADDRESS,), ('javascript:alert("x")',), ('https://x.example/"onmouseover="y',))
    page = render(one(table=Table(("where",), cells)), ".html").decode()
    assert page.count("<a ") == 1
    assert f'href="{ADDRESS}" rel="noopener noreferrer">mastodon.example/@lea/' in page
    assert "…</a>" in page
    assert 'onmouseover="' not in page.replace("&quot;", "")


def test_a_picture_is_in_every_format_that_shows_pictures():
    paper = one(picture=SVG)
    assert "data:image/svg+xml;base64," in render(paper, ".html").decode()
    assert len(render(paper, ".pdf")) > len(render(one(), ".pdf"))
    for suffix, folder in ((".docx", "word/media/"), (".pptx", "ppt/media/")):
        names = zipfile.ZipFile(io.BytesIO(render(paper, suffix))).namelist()
        assert [name for name in names if name.startswith(folder)], suffix


def test_columns_get_the_width_their_texts_need_and_none_vanishes():
    wide = shares(Table(("n", "text"), ((1, "x" * 400), (2, "y"))))
    assert sum(wide) == pytest.approx(1)
    assert wide[1] > 4 * wide[0]
    assert wide[0] > 0.1


def test_a_long_table_is_cut_into_slides_that_each_repeat_its_head():
    import pptx

    table = Table(("who", "n"), tuple((f"lea{i}", i) for i in range(25)))
    deck = pptx.Presentation(io.BytesIO(render(one(table=table), ".pptx")))
    heads = [s.table.rows[0].cells[0].text for slide in deck.slides for s in slide.shapes if s.has_table]
    assert heads == ["who"] * 3
    assert deck.slide_width > 1.7 * deck.slide_height


def test_worksheets_of_the_same_name_are_told_apart():
    import openpyxl

    same = Section("Reactions of all our partners this spring", table=Table(("a",), ((1,),)))
    book = openpyxl.load_workbook(io.BytesIO(render(Paper("P", "en", "", (same, same, same)), ".xlsx")))
    assert len({name.lower() for name in book.sheetnames}) == 4
    assert all(len(name) <= 31 for name in book.sheetnames)


@pytest.mark.parametrize("suffix", [".exe", "", ".doc"])
def test_a_format_that_is_not_known_is_told(suffix, tmp_path):
    with pytest.raises(UserError):
        write_paper(PAPER, tmp_path / f"x{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("lang", "said"), [("fr", "12\u202f345,5"), ("en", "12,345.5")])
@pytest.mark.parametrize("suffix", [".md", ".html", ".docx", ".pptx"])
def test_numbers_of_a_table_are_written_as_the_language_does(suffix, lang, said):
    table = Table(("quand", "portée", "coût"), ((2026, 1_234_567, 12345.5),))
    content = words_of(suffix, render(Paper("p", lang, sections=(Section("s", table=table),)), suffix)).replace(
        "\\", ""
    )
    assert "2026" in content
    assert ("1\u202f234\u202f567" if lang == "fr" else "1,234,567") in content
    assert said in content


def test_a_workbook_keeps_the_numbers_it_calculates_with():
    import openpyxl

    paper = Paper("p", "fr", sections=(Section("s", table=Table(("n",), ((1_234_567,),))),))
    book = openpyxl.load_workbook(io.BytesIO(render(paper, ".xlsx")))
    assert book.worksheets[1]["A2"].value == 1_234_567


def test_a_column_leaves_room_for_its_own_header():
    wide = shares(Table(("personne", "publications", "remarque"), (("a", 1, "x" * 200),)))
    assert wide[1] * 100 > 20
    assert sum(wide) == pytest.approx(1)


def test_plain_text_escapes_nothing_and_carries_no_control():
    """For a terminal and for mail: what Markdown would escape stays as written, what a terminal would obey is gone."""
    table = Table(("nom", "note"), (("Léa", 1), (HOSTILE, "un mot " * 30)))
    paper = Paper(
        "Ce qui compte : café", "fr", "1er juin", (Section("Nouveau", ("A : b (c)",), ("un - deux",), table),)
    )
    told = render(paper, ".txt").decode()
    assert told.startswith("Ce qui compte : café\n====================\n")
    assert "A : b (c)" in told
    assert "- un - deux" in told
    assert not {"\x1b", "\u202e", "\\"} & set(told)


@given(st.text(max_size=400))
def test_plain_text_loses_nothing_of_a_long_cell(text):
    paper = Paper("t", "fr", sections=(Section("s", table=Table(("a",), ((text,),))),))
    told = "".join(render(paper, ".txt").decode().split())
    assert "".join(clean(text).split()) in told
