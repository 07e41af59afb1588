"""The SQL of every figure is one click away, and gives the same figures when it is run elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import app.atlas
from app.atlas.ask import ask, literal
from app.atlas.published import Published
from data.warehouse.sql import query
from data.workspace import Workspace
from graph.history import diff

from .conftest import BRIEF, NEW, OLD, rows_of
from .test_pages import PAGES, person_page

SHOWN = re.compile(r'<details class="sql">.*?<pre[^>]*>(.*?)</pre>', re.DOTALL)


@pytest.mark.parametrize("page", [p for p in PAGES if not p.endswith(("map", "map.html", "decisions", "/questions/"))])
def test_each_page_of_figures_shows_sql_that_runs_in_vigie_sql(
    reader: TestClient, published: Workspace, page: str
) -> None:
    found = [unescape(sql) for sql in SHOWN.findall(reader.get(page).text)]
    assert found
    for sql in found:
        assert "$" not in sql.replace("'$'", ""), sql
        rows_of(published, sql)


@pytest.mark.parametrize("key", ["lea", "sql", "quote"])
def test_the_sql_of_a_person_page_runs_and_finds_that_person(
    reader: TestClient, published: Workspace, key: str
) -> None:
    found = [unescape(sql) for sql in SHOWN.findall(reader.get(person_page(key)).text)]
    assert len(found) >= 4
    assert any(key in str(rows_of(published, sql)) for sql in found)


def test_the_ranking_sql_gives_the_rows_of_the_page(reader: TestClient, published: Workspace) -> None:
    page = reader.get("/b/cafe/people?segment=filtre&words=o%27&sort=name").text
    sql = unescape(SHOWN.findall(page)[0])
    total = re.search(r'class="count"[^>]*>(\d+)', page)
    assert len(rows_of(published, sql)) == (int(total[1]) if total else 0)


@given(st.one_of(st.none(), st.booleans(), st.integers(-(2**62), 2**62), st.text().filter(lambda s: "\x00" not in s)))
def test_a_value_written_as_sql_reads_back_as_itself(value: object) -> None:
    try:
        written = literal(value).encode().decode()
    except UnicodeEncodeError:
        return
    assert duckdb.sql(f"SELECT {written}").fetchall() == [(value,)]


def test_lists_and_times_written_as_sql_read_back() -> None:
    when = datetime(2026, 3, 31, 12, tzinfo=UTC)
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    assert con.execute(f"SELECT {literal(['a', chr(39)])}, {literal(when)}").fetchall() == [(["a", "'"], when)]


def test_every_query_file_says_what_it_answers() -> None:
    folder = Path(app.atlas.__file__).parent
    for path in [*folder.glob("sql/*.sql"), *folder.glob("questions/*.sql")]:
        if path.stem != "history":
            assert path.read_text("utf-8").startswith("-- "), path.name


def test_moves_are_those_of_graph_history(published: Workspace) -> None:
    shown = Published(published.published)
    with shown.reading() as con:
        rows = ask(con, "moves", brief=BRIEF, before_run=OLD, after_run=NEW, segment=None, top=1000).rows
        runs = {
            run: [
                dict(zip(("person_id", "segment", "rank", "rank_low", "rank_high", "tier"), row, strict=True))
                for row in con.execute(
                    "SELECT person_id, segment, rank, rank_low, rank_high, tier FROM detection.candidates c "
                    "JOIN core.accounts USING (account_id) WHERE run_id = ? AND consent = 'allow'",
                    [run],
                ).fetchall()
            ]
            for run in (OLD, NEW)
        }
    shown.close()
    expected = diff(runs[OLD], runs[NEW])
    groups = {"entrant": expected.entrants, "leaver": expected.leavers, "riser": expected.risers,
              "faller": expected.fallers, "tier": expected.tier_changes}  # fmt: skip
    assert expected.risers
    assert expected.entrants
    for name, moves in groups.items():
        told = {
            (r["person_id"], r["segment"], r["rank_before"], r["rank_after"], r["sure"])
            for r in rows
            if r["move"] == name
        }
        assert told == {(m.person_id, m.segment, m.rank_before, m.rank_after, m.sure) for m in moves}, name


def test_share_of_voice_sums_to_one_in_every_period(published: Workspace) -> None:
    sums = rows_of(
        published,
        "SELECT since, sum(share) FROM ("
        + query("voice_over_time", "app.atlas.sql")
        .replace("$brief", "'cafe'").replace("$run_id", "'run-2'").replace("$period", "'month'")
        .replace("$segment", "NULL").replace("$on_topic", "0.5")
        + ") GROUP BY since",
    )  # fmt: skip
    assert sums
    assert all(abs(total - 1) < 1e-9 for _, total in sums)


def test_every_word_is_there_in_both_languages_and_none_hides_a_method_of_a_dictionary() -> None:
    import re as regex
    import tomllib

    folder = Path(app.atlas.__file__).parent
    words = tomllib.loads((folder / "words.toml").read_text("utf-8"))
    assert all(set(pair) == {"fr", "en"} and all(pair.values()) for pair in words.values())
    assert not set(words) & set(dir({}))
    used = {w for path in folder.glob("templates/*.j2") for w in regex.findall(r"\bt\.(\w+)", path.read_text("utf-8"))}
    assert used <= set(words)
