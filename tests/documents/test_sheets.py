"""Sheets in every format: legible, bilingual, and safe whatever the names and texts hold."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import openpyxl
import orjson
import pytest

from data.errors import UserError
from pipelines.documents import say, sheets
from pipelines.documents.read import read_sheets
from pipelines.documents.sheet import FORMS, render_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.store import Connection
    from pipelines.documents.read import Sheet

PEOPLE = "person:mastodon:social.example:"
HOSTILE_KEYS = ["h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "ha"]


def sheet_of(con: Connection, key: str) -> Sheet:
    return next(iter(read_sheets(con, "cafe", "run-1", [PEOPLE + key])))


class Page(HTMLParser):
    """Collects the elements, attributes and text of a page."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("key", [*HOSTILE_KEYS, "p00", "thin", "silent"])
def test_nothing_in_an_html_sheet_can_run_or_load(con: Connection, key: str) -> None:
    page = Page(render_sheet(sheet_of(con, key), "fr", "html"))
    assert not {"script", "img", "iframe", "object", "form", "link"} & set(page.tags)
    assert not [a for a in page.attributes if a[1].startswith("on") or a[1] in ("src", "style")]
    for _, _, href in [a for a in page.attributes if a[1] == "href"]:
        assert href.startswith(("https://", "http://", "#"))


def test_an_html_sheet_forbids_scripts_and_requests(con: Connection) -> None:
    page = Page(render_sheet(sheet_of(con, "p00"), "en", "html"))
    policy = next(value for tag, name, value in page.attributes if tag == "meta" and "default-src" in value)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_links_out_say_nothing_of_where_they_come_from(con: Connection) -> None:
    html = render_sheet(sheet_of(con, "p00"), "en", "html").decode()
    outside = re.findall(r'<a href="http[^>]*>', html)
    assert outside
    assert all('rel="noopener noreferrer nofollow ugc"' in link for link in outside)


def test_a_name_of_markup_is_read_as_text(con: Connection) -> None:
    page = Page(render_sheet(sheet_of(con, "h0"), "fr", "html"))
    assert "<script>alert(1)</script>" in "".join(page.text)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", ["Quoi", "Quand", "Où", "Qui", "Comment", "Pourquoi", "Ce qui nuance"]),
        ("en", ["What", "When", "Where", "Who", "How", "Why", "What is not known"]),
    ],
)
def test_a_sheet_speaks_the_language_asked_for(con: Connection, lang: str, words: list[str]) -> None:
    page = Page(render_sheet(sheet_of(con, "p00"), lang, "html"))
    assert ("html", "lang", lang) in page.attributes
    assert set(words) <= {text.strip() for text in page.text}


def test_every_figure_links_to_its_query(con: Connection) -> None:
    page = Page(render_sheet(sheet_of(con, "p00"), "fr", "html"))
    targets = {value for _, name, value in page.attributes if name == "id"}
    used = {value[1:] for _, name, value in page.attributes if name == "href" and value.startswith("#q-")}
    assert used
    assert used <= targets


def test_a_reading_machine_gets_the_scores_in_words(con: Connection) -> None:
    page = Page(render_sheet(sheet_of(con, "p00"), "fr", "html"))
    pictures = [value for tag, name, value in page.attributes if tag == "svg" and name == "aria-label"]
    assert any(value.startswith("Influence ") for value in pictures)


def test_unknown_scores_say_why(con: Connection) -> None:
    text = "".join(Page(render_sheet(sheet_of(con, "thin"), "fr", "html")).text)
    assert "inconnu\u00a0: trop peu de publications" in text


def test_the_footer_says_window_run_version_and_what_a_source_did_not_give(con: Connection) -> None:
    text = "".join(Page(render_sheet(sheet_of(con, "p00"), "fr", "html")).text)
    for said in (
        "31 mars 2025 – 31 mars 2026",
        "run-1",
        "abcdef0123456789",
        "vigie 0.1.0",
        "<b>429</b> after 300 requests",
    ):
        assert said in text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_sheet_speaks_verdicts(con: Connection, lang: str) -> None:
    for key in ("p00", "h0", "thin"):
        text = render_sheet(sheet_of(con, key), lang, "md").decode().lower()
        assert not re.search(r"\b(bot|fraud|fraude|fake|faux compte|suspect)\b", text)


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_a_markdown_sheet_has_no_html_and_no_live_link_of_its_author(con: Connection, key: str) -> None:
    text = render_sheet(sheet_of(con, key), "fr", "md").decode()
    prose = "\n".join(line for line in text.split("\n") if not line.startswith("    "))
    assert not re.search(r"<(?!https?://)", prose)
    assert not re.search(r"\]\((?!#q-|<https?://)", prose)
    assert text.startswith("# ")
    assert not set("\x00\x0b\x1b\u202e") & set(text)


@pytest.mark.parametrize("key", ["p00", "h7", "silent"])
def test_a_json_sheet_holds_every_section_and_its_sql(con: Connection, key: str) -> None:
    content: dict[str, Any] = orjson.loads(render_sheet(sheet_of(con, key), "fr", "json"))
    assert {"what", "when", "where", "who", "how", "why", "evidence", "run", "person_id", "name"} <= set(content)
    assert "SELECT" in content["evidence"]["sql"]["activity"]


@pytest.mark.parametrize("key", [*HOSTILE_KEYS, "thin", "silent"])
def test_a_pdf_sheet_is_set_whatever_the_name_holds(con: Connection, key: str) -> None:
    pdf = render_sheet(sheet_of(con, key), "fr", "pdf")
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert not re.search(rb"/URI\s*\((?!https?://)", pdf)
    assert b"/JavaScript" not in pdf


@pytest.mark.parametrize("key", ["h0", "h1", "h7", "p00", "silent"])
def test_no_cell_of_a_workbook_sheet_is_a_formula(con: Connection, key: str) -> None:
    content = render_sheet(sheet_of(con, key), "fr", "xlsx")
    for worksheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in worksheet.iter_rows():
            assert not [c for c in row if c.data_type == "f" or str(c.value).startswith("=")]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in b"".join(parts.read(name) for name in parts.namelist() if "sheet" in name)


def test_an_unknown_format_is_the_users_error(con: Connection) -> None:
    with pytest.raises(UserError, match="unknown format: exe"):
        render_sheet(sheet_of(con, "p00"), "fr", "exe")


def test_a_person_without_a_sheet_is_the_users_error(con: Connection, out: Path) -> None:
    with pytest.raises(UserError, match="no sheet for person:nobody"):
        sheets.write(con, "cafe", "run-1", ["person:nobody"], ["html"], out, "fr")
    assert not out.exists()


def test_a_batch_writes_each_sheet_and_a_contents_page(con: Connection, out: Path) -> None:
    ids = [PEOPLE + key for key in ["p00", *HOSTILE_KEYS]]
    paths = sheets.write(con, "cafe", "run-1", ids, ["html", "md"], out, "fr")
    assert paths[-1] == out / "index.html"
    assert len(paths) == 2 * len(ids) + 1
    assert {p.parent for p in paths} == {out}
    assert sorted(out.iterdir()) == sorted(paths)
    page = Page(paths[-1].read_bytes())
    linked = {value for _, name, value in page.attributes if name == "href"}
    assert linked == {p.name for p in paths[:-1]}


def test_a_batch_written_twice_is_the_same(con: Connection, out: Path) -> None:
    ids = [PEOPLE + key for key in ("p00", "h5")]
    first = {p: p.read_bytes() for p in sheets.write(con, "cafe", "run-1", ids, ["html", "md", "json"], out, "fr")}
    again = {p: p.read_bytes() for p in sheets.write(con, "cafe", "run-1", ids, ["html", "md", "json"], out, "fr")}
    assert first == again


def test_the_forms_are_those_promised() -> None:
    assert {"html", "pdf", "xlsx", "md", "json"} <= set(FORMS)


def test_every_word_is_in_both_languages() -> None:
    for group in say._words().values():
        for pair in group.values():
            assert set(pair) == {"fr", "en"}
            assert all(pair.values())


@pytest.mark.parametrize(
    ("value", "lang", "said"),
    [(1234567.0, "fr", "1\u202f234\u202f567"), (1234.0, "en", "1,234"), (None, "fr", "–"), (float("nan"), "en", "–")],
)
def test_numbers_are_written_as_the_language_does(value: float | None, lang: str, said: str) -> None:
    assert say.number(value, lang) == said


def test_small_shares_keep_a_decimal() -> None:
    assert say.percent(0.004, "en") == "0.4%"
    assert say.percent(0.5, "fr") == "50\u202f%"


def test_dates_are_in_words_and_never_fail() -> None:
    assert say.day("2026-03-31T12:00:00Z", "fr") == "31 mars 2026"
    assert say.day("hier", "en") == "–"


def test_an_unknown_code_is_shown_as_its_own_words() -> None:
    assert say.word("missing", "no_such_reason", "fr") == "no such reason"
