"""Word sheets, comparisons, sheets made on demand, and the files that office programs open."""

from __future__ import annotations

import io
import shutil
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import orjson
import pytest

from data.errors import UserError
from data.warehouse.store import connect
from pipelines.documents import ranking, sheets
from pipelines.documents.comparison import render_comparison, shared_audience
from pipelines.documents.pictures import ego
from pipelines.documents.read import read_sheets
from pipelines.documents.sheet import render_sheet
from pipelines.ranking import Filters, ranking_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.brief.model import Brief
    from data.warehouse.store import Connection
    from data.workspace import Workspace
    from pipelines.documents.read import Sheet

PEOPLE = "person:mastodon:social.example:"
HOSTILE = ["h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "ha"]
SOFFICE = shutil.which("soffice")


def sheets_of(con: Connection, *keys: str) -> list[Sheet]:
    return list(read_sheets(con, "cafe", "run-1", [PEOPLE + key for key in keys]))


@pytest.fixture
def copy(workspace: Workspace, tmp_path: Path) -> Iterator[Connection]:
    path = tmp_path / "copy.duckdb"
    shutil.copy(workspace.published, path)
    connection = connect(path)
    yield connection
    connection.close()


@pytest.mark.parametrize("key", [*HOSTILE, "p00", "thin", "silent"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_word_sheet_opens_and_holds_name_and_sections(con: Connection, key: str, lang: str) -> None:
    sheet = sheets_of(con, key)[0]
    document = docx.Document(io.BytesIO(render_sheet(sheet, lang, "docx")))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert (sheet.name or ("(sans nom)" if lang == "fr" else "(no name)")) in texts
    assert ("Quoi" if lang == "fr" else "What") in texts
    assert not [rel for rel in document.part.rels.values() if rel.is_external]


def test_people_are_laid_side_by_side(con: Connection, out: Path) -> None:
    paths = sheets.write(
        con, "cafe", "run-1", [PEOPLE + k for k in ("p00", "p01", "h0")], ["html"], out, "fr", compare=True
    )
    page = (out / "compare.html").read_text(encoding="utf-8")
    assert out / "compare.html" in paths
    assert "Léa n° 0" in page
    assert "Léa n° 1" in page
    assert "<script>" not in page


@pytest.mark.parametrize("count", [1, 9])
def test_too_few_or_too_many_people_make_no_comparison(con: Connection, out: Path, count: int) -> None:
    people = [f"{PEOPLE}p{at:02d}" for at in range(count)]
    with pytest.raises(UserError, match="compar"):
        sheets.write(con, "cafe", "run-1", people, ["html"], out, "en", compare=True)
    assert not out.exists()


def test_a_shared_audience_is_that_of_the_ties(con: Connection) -> None:
    pair = sheets_of(con, "p00", "p01")
    found = shared_audience(con, pair)
    one, other = (
        {row[0] for row in con.execute(
            "SELECT DISTINCT from_account FROM core.ties WHERE kind <> 'follow' AND to_account = ? AND from_account <> ?",
            [sheet.account["account_id"]] * 2).fetchall()}
        for sheet in pair
    )  # fmt: skip
    expected = len(one & other)
    assert found.get((pair[0].person_id, pair[1].person_id), {"both": 0})["both"] == expected
    assert all(0 < row["share"] <= 1 for row in found.values())


def test_a_comparison_of_hostile_names_cannot_run(con: Connection) -> None:
    page = render_comparison(con, sheets_of(con, *HOSTILE[:8]), "en").decode()
    assert "<script" not in page
    assert "<img" not in page


def test_a_person_without_a_stored_sheet_gets_the_same_one(copy: Connection, brief: Brief) -> None:
    stored = sheets_of(copy, "p03")[0]
    copy.execute("DELETE FROM detection.sheets WHERE person_id = ?", [PEOPLE + "p03"])
    made = next(read_sheets(copy, "cafe", "run-1", [PEOPLE + "p03"], made_from=brief))
    assert made.parts == stored.parts
    assert made.run == stored.run


def test_no_sheet_is_made_for_who_refuses_or_is_not_of_the_run(copy: Connection, brief: Brief) -> None:
    copy.execute("DELETE FROM detection.sheets WHERE person_id = ?", [PEOPLE + "p03"])
    copy.execute("UPDATE core.accounts SET consent = 'deny' WHERE native_id = 'p03'")
    for key in ("p03", "nobody"):
        with pytest.raises(UserError):
            list(read_sheets(copy, "cafe", "run-1", [PEOPLE + key], made_from=brief))


def test_markdown_writes_the_shared_sql_once_and_each_query_can_be_put_together(con: Connection) -> None:
    sheet = sheets_of(con, "p00")[0]
    text = render_sheet(sheet, "en", "md").decode()
    assert text.count("WITH member AS") == 1
    assert len(text) < 42_000
    shared, parts = sheet.statement_parts()
    for name, part in parts.items():
        assert con.execute(f"{shared}\n{part}").fetchall() == con.execute(sheet.statements()[name]).fetchall()


def tables(sheet: Sheet) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in sheet.parts.values():
        for field, value in part.items():
            if isinstance(value, dict) and value.get("rows") and value["query"] != "post_columns":
                yield field, value


@pytest.mark.parametrize("key", ["p00", "p05", "h0", "h5", "thin"])
def test_every_figure_in_every_table_is_given_again_by_its_sql(con: Connection, key: str) -> None:
    sheet = sheets_of(con, key)[0]
    seen = 0
    for field, value in tables(sheet):
        if field == "declared":
            continue
        cursor = con.execute(sheet.statements()[value["query"]])
        names = [column[0] for column in cursor.description]
        again = orjson.loads(orjson.dumps([dict(zip(names, row, strict=True)) for row in cursor.fetchall()],
                                          default=str, option=orjson.OPT_UTC_Z))  # fmt: skip
        for row in value["rows"]:
            figures = {name: item for name, item in row.items() if isinstance(item, int | float)}
            assert any(figures.items() <= other.items() for other in again), (field, figures)
            seen += len(figures)
    assert seen > 10


def test_who_stands_around_is_drawn_by_the_ties_seen() -> None:
    drawn = ego([{"ties": 4}, {"ties": 1}], [{"ties": 2}])
    assert [item["side"] for item in drawn] == [-1, -1, 1]
    assert all(0 < item["place"] < 1 for item in drawn)
    assert drawn[0]["width"] > drawn[2]["width"] > drawn[1]["width"]
    assert ego([], []) == []


def test_who_was_set_aside_is_kept_only_when_asked_for(copy: Connection) -> None:
    copy.execute("UPDATE detection.candidates SET status = 'out' WHERE person_id = ?", [PEOPLE + "p02"])
    listed = ranking_table(copy, "cafe", Filters())["person_id"].to_pylist()
    kept = ranking_table(copy, "cafe", replace(Filters(), set_aside=True))["person_id"].to_pylist()
    assert PEOPLE + "p02" not in listed
    assert PEOPLE + "p02" in kept


@pytest.mark.servers
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: apt-get install libreoffice-calc")
def test_libreoffice_opens_the_workbook_as_openpyxl_does(con: Connection, tmp_path: Path) -> None:
    path = ranking.write(con, "cafe", tmp_path / "r.xlsx", "xlsx", lang="en")
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}",
               "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", str(tmp_path), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    rows = openpyxl.load_workbook(path)["Ranking"].max_row
    text = (tmp_path / "r.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0].startswith('"rank","rank_low"')
    assert len(text.splitlines()) >= rows


@pytest.mark.servers
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: apt-get install libreoffice")
@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_libreoffice_prints_the_sheets_of_hard_people(con: Connection, tmp_path: Path, form: str) -> None:
    keys = ["h0", "h1", "h4", "h5", "h6", "h7", "h8", "thin", "silent"]
    for key in keys:
        (tmp_path / f"{key}.{form}").write_bytes(render_sheet(sheets_of(con, key)[0], "fr", form))
    files = [str(tmp_path / f"{key}.{form}") for key in keys]
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}",
               "--convert-to", "pdf", "--outdir", str(tmp_path / "pdf"), *files]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    for key in keys:
        assert (tmp_path / "pdf" / f"{key}.pdf").read_bytes().startswith(b"%PDF-")


def test_a_worksheet_prints_lying_with_its_header_and_wraps_long_texts(con: Connection) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render_sheet(sheets_of(con, "p00")[0], "en", "xlsx")))
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0  # as many pages downwards as it takes
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref
        for row in sheet.iter_rows(min_row=2):
            for item in row:
                if isinstance(item.value, str) and 60 < len(item.value) < 600:
                    assert item.alignment.wrap_text


def test_a_hundred_sheets_keep_the_pace_of_a_minute(con: Connection, out: Path) -> None:
    people = [
        row[0]
        for row in con.execute("SELECT DISTINCT person_id FROM detection.candidates ORDER BY 1 LIMIT 20").fetchall()
    ]
    start = time.process_time()
    paths = sheets.write(con, "cafe", "run-1", people, ["html", "pdf"], out, "fr")
    assert len(paths) == 2 * len(people) + 1
    assert (time.process_time() - start) * 100 / len(people) < 60


@pytest.mark.parametrize("form", ["html", "md", "pdf", "docx", "xlsx"])
def test_a_sheet_stored_before_names_and_entities_were_read_still_shows(con: Connection, form: str) -> None:
    sheet = sheets_of(con, "p00")[0]
    del sheet.parts["what"]["entities"]
    for row in sheet.parts["who"]["relations"]["rows"]:
        del row["display_name"], row["handle"]
    assert render_sheet(sheet, "fr", form)
