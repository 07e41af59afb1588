"""Tables as people have them: dialects, faults, maps."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import UserError
from data.imports.mapping import read_map
from data.imports.registry import import_file
from data.warehouse.store import connect, migrate

POSTS = "source,native_id,account,published_at,text"


def value(store, sql):
    return store.sql(sql).fetchall()[0][0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_whatever_its_delimiter(bring, store, delimiter):
    rows = [POSTS.split(","), ["x", "1", "a", "2026-01-02", "bonjour"]]
    bring("csv", "p.csv", "\n".join(delimiter.join(row) for row in rows))
    assert store.sql("SELECT post_id, account_id, text FROM core.posts").fetchall() == [("x:1", "x:a", "bonjour")]


def test_a_byte_order_mark_is_not_part_of_the_first_column(bring):
    assert bring("csv", "p.csv", b"\xef\xbb\xbf" + f"{POSTS}\nx,1,a,2026-01-02,t\n".encode()).good == {"post": 1}


def test_a_bad_row_is_told_with_the_line_on_which_it_starts(bring):
    loaded = bring("csv", "p.csv", f'{POSTS}\nx,1,a,2026-01-02,"two\nlines"\nx,2,a,never,t\n')
    assert loaded.good == {"post": 1}
    assert [(r.line, r.reason) for r in loaded.rejects] == [(4, "published_at: not a time")]


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-01-01", "31/31/2026", "1e308", "-1"])
def test_a_time_outside_our_age_is_a_reject(bring, moment):
    loaded = bring("csv", "p.csv", f"{POSTS}\nx,1,a,{moment},t\n")
    assert [r.reason for r in loaded.rejects] == ["published_at: not a time"]


def test_a_time_without_a_zone_is_utc(bring, store):
    bring("csv", "p.csv", f"{POSTS}\nx,1,a,2026-01-02 03:04:05,t\n")
    assert value(store, "SELECT published_at::VARCHAR FROM core.posts") == "2026-01-02 03:04:05+00"


@pytest.mark.parametrize(("cell", "known"), [("", None), ("-1", None), ("12.0", 12), ("0", 0), ("7", 7)])
def test_an_unknown_or_hidden_count_is_null_and_never_zero(bring, store, cell, known):
    bring("csv", "a.csv", f"source,native_id,handle,followers,following\nx,1,lea,{cell},3\n")
    assert value(store, "SELECT followers FROM core.account_observations") == known


@pytest.mark.parametrize("cell", ["1e308", "many", "1.5", "nan"])
def test_a_count_that_is_no_whole_number_is_a_reject(bring, store, cell):
    loaded = bring("csv", "a.csv", f"source,native_id,handle,followers\nx,1,lea,{cell}\n")
    assert [r.reason for r in loaded.rejects] == ["followers: not a whole number"]
    assert value(store, "SELECT count(*) FROM core.accounts") == 0


def test_a_row_that_is_not_utf8_is_a_reject_and_the_next_is_kept(bring):
    loaded = bring("csv", "p.csv", f"{POSTS}\nx,1,a,2026-01-02,".encode() + b"caf\xe9\nx,2,a,2026-01-02,t\n")
    assert loaded.good["post"] == 1
    assert [(r.line, r.reason) for r in loaded.rejects] == [(2, "not UTF-8")]


def test_a_row_with_too_few_cells_is_a_reject(bring):
    assert [r.reason for r in bring("csv", "p.csv", f"{POSTS}\nx,1\n").rejects] == ["2 cells where the header has 5"]


def test_a_cell_of_ten_megabytes_is_refused_in_one_line(bring):
    with pytest.raises(UserError, match="malformed CSV"):
        bring("csv", "p.csv", f"{POSTS}\nx,1,a,2026-01-02,{'y' * 10_000_000}\n")


@pytest.mark.parametrize("body", [b"\0\0\0\0", b"PK\x03\x04\0\0", b"\x89PNG\0"])
def test_a_binary_file_is_no_csv(bring, body):
    with pytest.raises(UserError, match="not a text file"):
        bring("csv", "p.csv", body)


def test_columns_that_are_not_known_are_kept_as_they_are(bring, store):
    bring("csv", "p.csv", f"{POSTS},mood\nx,1,a,2026-01-02,t,joie\n")
    assert value(store, "SELECT extra->>'mood' FROM core.posts") == "joie"


@pytest.mark.parametrize(
    ("table", "extra"),
    [
        ("source,from_account,to_account,kind,mood\nx,1,2,follow,joie\n", "core.stated_ties"),
        ("source,native_id,observed_at,followers,mood\nx,1,2026-01-02,4,joie\n", "core.account_observations"),
        ("person_id,account_id,display_name,mood\np,x:1,Léa,joie\n", "core.persons"),
    ],
)
def test_ties_counts_and_persons_keep_unknown_columns_too(bring, store, table, extra):
    bring("csv", "t.csv", table)
    assert value(store, f"SELECT extra->>'mood' FROM {extra}") == "joie"


def test_two_columns_are_edges(bring, store):
    assert bring("csv", "e.csv", "from,to\n1,2\n2,3\n").new == {"tie": 2}
    assert value(store, "SELECT min(from_account) FROM core.stated_ties") == "edges:1"


def test_a_map_names_the_columns_and_how_times_are_written(bring, store, tmp_path):
    (tmp_path / "m.toml").write_text(
        'kind = "post"\ntime_format = "%m/%d/%Y %H:%M"\n'
        '[columns]\nid = "native_id"\nwho = "account"\nwhen = "published_at"\nsays = "text"\n'
        '[constants]\nsource = "hn"\n'
    )
    loaded = bring("csv", "h.csv", "id,who,when,says\n1,a,8/4/2016 11:52,t\n", map_file=read_map(tmp_path / "m.toml"))
    assert loaded.rejects == []
    assert value(store, "SELECT published_at::VARCHAR FROM core.posts") == "2016-08-04 11:52:00+00"


def test_a_wrong_field_in_a_map_is_told_with_the_nearest(tmp_path):
    (tmp_path / "m.toml").write_text('kind = "post"\n[columns]\nwho = "acount"\n')
    with pytest.raises(UserError, match=r'line 3, columns\.who: unknown field "acount"; did you mean "account"'):
        read_map(tmp_path / "m.toml")


def test_a_table_without_its_columns_is_told_what_misses(bring):
    with pytest.raises(UserError, match="native_id, account missing"):
        bring("csv", "p.csv", "source,published_at,text,url\nx,2026,t,u\n")


cells = st.text(max_size=12) | st.sampled_from(
    ["", "1", "-1", "1e308", "x", "2026-01-02", "=1+1", "'; DROP TABLE", "[", '["a"]', "repost", "\0", "0001-01-01"]
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        [
            "source,native_id,handle,followers,created_at,links",
            "source,native_id,account,published_at,text,kind,likes,hashtags,repost_of",
            "source,from_account,to_account,kind,weight,at",
            "source,native_id,observed_at,followers",
        ]
    ),
    st.data(),
)
def test_any_table_is_refused_or_every_row_is_good_or_rejected_and_a_second_time_changes_nothing(
    tmp_path, contents, head, data
):
    width = head.count(",") + 1
    rows = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=4))
    out = io.StringIO()
    csv.writer(out).writerows([head.split(","), *rows])
    path = Path(tmp_path) / "any.csv"
    path.write_bytes(out.getvalue().encode(errors="surrogatepass"))
    store = connect()
    migrate(store)
    try:
        first = import_file(store, "csv", path, brief="b")
    except UserError:
        return
    once = contents(store)
    import_file(store, "csv", path, brief="b")
    again = contents(store)
    store.close()
    for kind, read in first.read.items():
        assert read == first.good[kind] + sum(1 for r in first.rejects if r.kind == kind)
    assert again == once
