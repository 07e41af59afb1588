"""The ranking: its columns, its filters, and files in which nothing can run."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import openpyxl
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import UserError
from pipelines.documents import dictionary, ranking
from pipelines.documents.spreadsheet import Book
from pipelines.documents.tabular import csv_bytes
from pipelines.ranking import Filters, ranking_table

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.store import Connection

ALL = Filters()
FIRST = ["rank", "account_id", "source", "native_id", "handle", "display_name", "url", "person_id", "segment", "tier"]


def test_the_columns_are_those_promised(con: Connection) -> None:
    table = ranking_table(con, "cafe", ALL)
    candidates = [row[0] for row in con.execute("DESCRIBE detection.candidates").fetchall()]
    assert table.column_names == FIRST + [name for name in candidates if name not in FIRST]


def test_there_is_one_row_per_person_and_segment_best_first(con: Connection) -> None:
    table = ranking_table(con, "cafe", ALL)
    assert table.num_rows == con.execute("SELECT count(*) FROM detection.candidates").fetchall()[0][0]
    influence = [value for value in table["influence"].to_pylist() if value is not None]
    assert influence == sorted(influence, reverse=True)


@pytest.mark.parametrize(
    ("chosen", "column", "value"),
    [
        ({"segment": "filtre"}, "segment", "filtre"),
        ({"tier": "macro"}, "tier", "macro"),
        ({"language": "fr"}, "language", "fr"),
    ],
)
def test_a_filter_keeps_just_what_it_names(con: Connection, chosen: dict[str, str], column: str, value: str) -> None:
    table = ranking_table(con, "cafe", Filters(**chosen))  # type: ignore[arg-type]
    assert set(table[column].to_pylist()) == {value}


def test_a_label_filter_looks_into_the_list(con: Connection) -> None:
    table = ranking_table(con, "cafe", Filters(label="emerging"))
    assert table.num_rows
    assert all("emerging" in labels for labels in table["labels"].to_pylist())


def test_top_cuts_the_list(con: Connection) -> None:
    assert ranking_table(con, "cafe", Filters(top=3)).num_rows == 3


def test_a_filter_is_a_value_never_sql(con: Connection) -> None:
    assert ranking_table(con, "cafe", Filters(label="x' OR 1=1 --")).num_rows == 0


def test_no_csv_cell_starts_a_formula(con: Connection, out: Path) -> None:
    path = ranking.write(con, "cafe", out / "r.csv", "csv")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert rows[0][:3] == ["rank", "account_id", "source"]
    assert len({len(row) for row in rows}) == 1
    numbers = {"brand_tone", "growth", "tier_margin"}
    for row in rows[1:]:
        for name, value in zip(rows[0], row, strict=True):
            assert name in numbers or not value.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_numbers_stay_numbers_and_unknown_stays_empty_in_csv() -> None:
    table = pa.table({"n": [-1.5, None, float("nan")], "t": ["=1", None, "-x"], "l": [["@a", "b"], None, []]})
    rows = list(csv.reader(io.StringIO(csv_bytes(table).decode())))
    assert rows[1:] == [["-1.5", "'=1", "'@a; b"], ["", "", ""], ["", "'-x", ""]]


def test_json_gives_the_values_as_they_are(con: Connection, out: Path) -> None:
    rows = orjson.loads(ranking.write(con, "cafe", out / "r.json", "json").read_bytes())
    assert rows == orjson.loads(
        orjson.dumps(ranking_table(con, "cafe", ALL).to_pylist(), default=str, option=orjson.OPT_UTC_Z)
    )
    assert any(row["brand_tone"] is None for row in rows)


def test_parquet_reads_back_equal(con: Connection, out: Path) -> None:
    path = ranking.write(con, "cafe", out / "r.parquet", "parquet")
    assert pq.read_table(path).equals(ranking_table(con, "cafe", ALL))


def test_the_workbook_has_the_ranking_and_the_evidence(con: Connection, out: Path) -> None:
    path = ranking.write(con, "cafe", out / "r.xlsx", "xlsx", lang="en")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "Ranking",
        "Scores",
        "Tiers and rules",
        "Relations",
        "Posts",
        "Method",
        "Coverage",
        "Dictionary",
    ]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref
    assert book["Ranking"].max_row == ranking_table(con, "cafe", ALL).num_rows + 1
    assert isinstance(book["Scores"]["E2"].value, float)


def test_no_cell_of_the_workbook_is_a_formula(con: Connection, out: Path) -> None:
    path = ranking.write(con, "cafe", out / "r.xlsx", "xlsx")
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            assert not [c for c in row if c.data_type == "f" or str(c.value).lstrip().startswith("=") or c.hyperlink]


def test_a_handle_stays_readable_in_the_workbook(con: Connection, out: Path) -> None:
    path = ranking.write(con, "cafe", out / "r.xlsx", "xlsx", lang="en")
    handles = {row[4].value for row in openpyxl.load_workbook(path)["Ranking"].iter_rows(min_row=2)}
    assert "@leap00@social.example" in handles


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_written_into_a_worksheet(text: str) -> None:
    book = Book()
    book.add(text[:31] or "a", ["t"], [[text], [-1], [None]])
    sheet = openpyxl.load_workbook(io.BytesIO(book.close())).worksheets[0]
    assert sheet["A2"].data_type != "f"
    assert sheet["A3"].value == -1
    assert sheet["A4"].value is None


def test_an_unknown_format_is_the_users_error(con: Connection, out: Path) -> None:
    with pytest.raises(UserError, match="unknown format"):
        ranking.write(con, "cafe", out / "r.exe", "exe")
    assert not out.exists()


def test_an_empty_ranking_is_written_with_its_header(con: Connection, out: Path) -> None:
    for form in ranking.FORMS:
        assert ranking.write(con, "cafe", out / f"r.{form}", form, filters=Filters(label="none")).stat().st_size > 0


def test_the_dictionary_explains_every_column_of_the_ranking(con: Connection, out: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(dictionary.write(con, out).read_text(encoding="utf-8"))))
    told = {row["column"]: row["comment"] for row in rows if row["table"] == "detection.candidates"}
    assert set(told) == {row[0] for row in con.execute("DESCRIBE detection.candidates").fetchall()}
    assert all(told.values())


def test_people_who_opted_out_are_not_ranked(con: Connection, workspace: object, tmp_path: Path) -> None:
    import shutil

    from data.warehouse.store import connect

    path = tmp_path / "copy.duckdb"
    shutil.copy(workspace.published, path)  # type: ignore[attr-defined]
    copy = connect(path)
    copy.execute("UPDATE core.accounts SET consent = 'refuse' WHERE native_id = 'p00'")
    assert "mastodon:social.example:p00" not in ranking_table(copy, "cafe", ALL)["account_id"].to_pylist()
    copy.close()
