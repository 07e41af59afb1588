"""Workbooks, packed files and large ones: what people really have on their disks."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from data.errors import UserError
from data.imports.mapping import read_map

POSTS = "source,native_id,account,published_at,text,likes\n"
ROW = "x,1,a,2026-01-02,bonjour,3\n"


@pytest.fixture
def workbook(tmp_path):
    """Write rows into a workbook and return its bytes."""

    def write(rows, more=()):
        path = tmp_path / "made.xlsx"
        with xlsxwriter.Workbook(
            path, {"default_date_format": "yyyy-mm-dd hh:mm", "strings_to_formulas": False}
        ) as book:
            for sheet in (rows, *more):
                page = book.add_worksheet()
                for number, row in enumerate(sheet):
                    page.write_row(number, 0, row)
        return path.read_bytes()

    return write


HEAD = ["source", "native_id", "account", "published_at", "text", "likes", "mood"]
WHEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC).replace(tzinfo=None)


def rows(store, query):
    return store.sql(query).fetchall()


def test_a_workbook_gives_posts_with_ids_dates_and_counts_as_they_are_seen(bring, store, workbook):
    loaded = bring(
        "xlsx",
        "p.xlsx",
        workbook([HEAD, ["x", 7, 12, WHEN, "bonjour", 3, "joie"], ["x", 8, 12, WHEN, "b", None, None]]),
    )
    assert (loaded.rejects, loaded.good) == ([], {"post": 2})
    query = "SELECT post_id, account_id, published_at::VARCHAR, likes, core.posts.extra->>'mood' FROM core.posts LEFT JOIN core.post_observations USING (post_id) ORDER BY 1"
    assert rows(store, query) == [
        ("x:7", "x:12", "2026-01-02 03:04:00+00", 3, "joie"),
        ("x:8", "x:12", "2026-01-02 03:04:00+00", None, None),
    ]


def test_only_the_first_sheet_is_read_and_bad_rows_are_told_by_their_number(bring, workbook):
    body = workbook([HEAD, ["x", 1, "a", "hier", "t", 1, ""], ["x", 2, "a", WHEN, "t", 1.5, ""]], more=[[["secret"]]])
    loaded = bring("xlsx", "p.xlsx", body + b"")
    assert [(r.line, r.reason) for r in loaded.rejects] == [
        (2, "published_at: not a time"),
        (3, "likes: not a whole number"),
    ]


def test_an_identifier_written_as_text_keeps_its_zeros(bring, store, workbook):
    bring("xlsx", "p.xlsx", workbook([HEAD, ["x", "007", "a", WHEN, "t", 1, ""]]))
    assert rows(store, "SELECT post_id FROM core.posts") == [("x:007",)]


@pytest.mark.parametrize(
    "body", [b"", b"PK\x03\x04", b"not a workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
)
def test_what_is_no_workbook_is_told(bring, body):
    with pytest.raises(UserError, match="unreadable workbook"):
        bring("xlsx", "p.xlsx", body)


def test_an_empty_workbook_is_told(bring, workbook):
    with pytest.raises(UserError):
        bring("xlsx", "p.xlsx", workbook([]))


@pytest.mark.parametrize("name", ["p.csv.gz", "p.csv", "p.tsv"])
def test_a_packed_csv_is_read_by_what_it_is_and_not_by_its_name(bring, store, name):
    assert bring("csv", name, gzip.compress((POSTS + ROW).encode())).good == {"post": 1}
    assert rows(store, "SELECT text FROM core.posts") == [("bonjour",)]


@pytest.mark.parametrize("cut", [3, 15, -9, -1])
def test_a_packed_csv_that_was_cut_off_is_told_and_nothing_is_loaded(bring, store, cut):
    with pytest.raises(UserError, match=r"p\.csv\.gz"):
        bring("csv", "p.csv.gz", gzip.compress((POSTS + ROW * 500).encode())[:cut])
    assert rows(store, "FROM core.posts") == []


def test_a_hundred_thousand_rows_are_all_accounted_for(bring, store):
    lines = "".join(f"x,{n},a{n % 997},2026-01-{1 + n % 28:02d},texte {n},{n % 7 or ''}\n" for n in range(100_000))
    loaded = bring("csv", "many.csv", POSTS + lines + "x,bad,a,never,t,1\n")
    assert (loaded.read, loaded.good, loaded.new) == ({"post": 100_001}, {"post": 100_000}, {"post": 100_000})
    assert [(r.line, r.reason) for r in loaded.rejects] == [(100_002, "published_at: not a time")]
    assert rows(store, "SELECT count(*), count(DISTINCT account_id) FROM core.posts") == [(100_000, 997)]


def test_a_cell_of_a_megabyte_is_kept_whole(bring, store):
    bring("csv", "p.csv", f"{POSTS}x,1,a,2026-01-02,{'é' * 1_000_000},1\n")
    assert rows(store, "SELECT length(text) FROM core.posts") == [(1_000_000,)]


def test_line_ends_of_any_system_and_a_last_line_without_one_are_read(bring):
    for number, end in enumerate(("\n", "\r\n")):
        body = (POSTS + ROW + ROW.replace("x,1", "x,2")).replace("\n", end).removesuffix(end)
        assert bring("csv", f"{number}.csv", body).good == {"post": 2}


@pytest.mark.parametrize(
    ("pattern", "cell", "moment"),
    [
        ("%m/%d/%Y %H:%M", "8/4/2016 11:52", "2016-08-04 11:52:00+00"),
        ("%d/%m/%Y", "04/08/2016", "2016-08-04 00:00:00+00"),
        ("%a %b %d %H:%M:%S %z %Y", "Thu Aug 04 11:52:00 +0200 2016", "2016-08-04 09:52:00+00"),
        ("", "2016-08-04T11:52:00+02:00", "2016-08-04 09:52:00+00"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_map_tells_how_times_are_written_in_a_csv_or_a_workbook(
    bring, store, tmp_path, workbook, pattern, cell, moment, packed
):
    (tmp_path / "m.toml").write_text(
        f'kind = "post"\ntime_format = "{pattern}"\n[columns]\nid = "native_id"\nwho = "account"\n'
        'when = "published_at"\nsays = "text"\n[constants]\nsource = "hn"\nkind = "article"\n', "utf-8",
    )  # fmt: skip
    table = [["id", "who", "when", "says"], ["1", "a", cell, "t"]]
    given = read_map(tmp_path / "m.toml")
    if packed:
        loaded = bring("xlsx", "h.xlsx", workbook(table), map_file=given)
    else:
        loaded = bring("csv", "h.csv", "\n".join(",".join(row) for row in table), map_file=given)
    assert loaded.rejects == []
    assert rows(store, "SELECT post_id, kind, published_at::VARCHAR FROM core.posts") == [("hn:1", "article", moment)]


def test_a_column_that_the_map_names_and_the_file_lacks_is_told_with_the_nearest(bring, tmp_path):
    (tmp_path / "m.toml").write_text(
        'kind = "account"\n[columns]\nidd = "native_id"\n[constants]\nsource = "x"\n', "utf-8"
    )
    with pytest.raises(UserError, match='no column "idd"; did you mean "id"'):
        bring("csv", "a.csv", "id,name\n1,lea\n", map_file=read_map(tmp_path / "m.toml"))


@pytest.mark.parametrize("written", ["author id", "author    id", "Author Id", " author\u00a0id"])
def test_a_map_may_write_a_column_as_one_sees_it(bring, store, tmp_path, written):
    """Files come with blanks that nobody sees: the name that an error shows must be one that can be written."""
    (tmp_path / "m.toml").write_text(
        f'kind = "account"\n[columns]\n"{written}" = "native_id"\n[constants]\nsource = "x"\n', "utf-8"
    )
    loaded = bring("csv", "a.csv", "author    id,name\n1,lea\n", map_file=read_map(tmp_path / "m.toml"))
    assert loaded.rejects == []
    assert rows(store, "SELECT account_id FROM core.accounts") == [("x:1",)]


def test_a_column_named_in_two_ways_that_look_alike_is_not_guessed(bring, tmp_path):
    (tmp_path / "m.toml").write_text(
        'kind = "account"\n[columns]\n"author id" = "native_id"\n[constants]\nsource = "x"\n', "utf-8"
    )
    with pytest.raises(UserError, match='no column "author id"'):
        bring("csv", "a.csv", "author  id,Author ID\n1,2\n", map_file=read_map(tmp_path / "m.toml"))


def test_a_table_that_says_too_little_is_told_with_the_columns_it_has(bring):
    with pytest.raises(UserError, match="native_id missing; columns of the file: id, title, points"):
        bring("csv", "a.csv", "id,title,points\n1,lea,3\n")


TABLES = [
    "source,native_id,handle,mood\nx,1,lea,joie\n",
    "source,native_id,account,published_at,text,mood\nx,1,a,2026-01-02,t,joie\n",
    "source,from_account,to_account,kind,mood\nx,1,2,follow,joie\n",
    "source,native_id,observed_at,followers,mood\nx,1,2026-01-02,3,joie\n",
    "person_id,account_id,mood\np,x:1,joie\n",
]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("table", TABLES)
def test_a_column_that_is_not_known_never_stops_an_import(bring, workbook, tmp_path, form, table):
    lines = [line.split(",") for line in table.splitlines()]
    if form == "parquet":
        columns = {name: [row[at] for row in lines[1:]] for at, name in enumerate(lines[0])}
        pq.write_table(pa.table(columns), tmp_path / "made.parquet")
        body = (tmp_path / "made.parquet").read_bytes()
    else:
        body = workbook(lines) if form == "xlsx" else table
    loaded = bring(form, f"t.{form}", body)
    assert (sum(loaded.good.values()), loaded.rejects) == (1, [])


def test_numbers_with_gaps_are_still_ids(bring, store, tmp_path):
    table = {
        "source": ["x", "x"],
        "native_id": [1, 2],
        "account": ["a", "b"],
        "published_at": ["2026-01-02", "2026-01-03"],
        "text": ["t", "u"],
        "in_reply_to": [None, 1.0],
        "likes": [3.0, None],
    }
    pq.write_table(pa.table(table), tmp_path / "made.parquet")
    bring("parquet", "p.parquet", (tmp_path / "made.parquet").read_bytes())
    bring("csv", "q.csv", "source,native_id,account,published_at,text,in_reply_to\nx,3,c,2026-01-04,v,1.0\n")
    query = "SELECT post_id, in_reply_to FROM core.posts WHERE in_reply_to IS NOT NULL ORDER BY 1"
    assert rows(store, query) == [("x:2", "x:1"), ("x:3", "x:1")]
