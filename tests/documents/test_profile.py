"""Step 4: the sheet's figures, their evidence, and what stays unknown."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from data.warehouse.store import connect, migrate
from pipelines.detection.fivew.figures import figure, table, unknowns
from pipelines.detection.fivew.read import query_names, written_out
from pipelines.detection.profile import SECTIONS, profile

if TYPE_CHECKING:
    from data.brief.model import Brief
    from data.warehouse.store import Connection

RUN = "run-1"

PEOPLE = "person:mastodon:social.example:"


def sheet_of(con: Connection, key: str) -> dict[str, Any]:
    cursor = con.execute("SELECT * FROM detection.sheets_latest WHERE person_id = ?", [PEOPLE + key])
    names = [column[0] for column in cursor.description]
    row = dict(zip(names, cursor.fetchall()[0], strict=True))
    parts = {name: orjson.loads(row[f"{name}_json"]) for name in SECTIONS}
    return {**parts, "evidence": orjson.loads(row["evidence"])}


def rerun(con: Connection, sheet: dict[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    """Run the SQL printed beside a figure, as a reader would."""
    params = dict(sheet["evidence"]["params"], person_ids=[PEOPLE + key])
    params |= {field: datetime.fromisoformat(params[field]) for field in ("as_of", "since")}
    cursor = con.execute(written_out(name, params))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def plain(value: object) -> object:
    return orjson.loads(orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z))


@pytest.mark.parametrize("key", ["p00", "p07", "h0", "h2", "h7", "thin"])
def test_every_number_is_found_again_by_the_sql_beside_it(con: Connection, key: str) -> None:
    sheet = sheet_of(con, key)
    figures = [f for section in SECTIONS for f in sheet[section].values() if isinstance(f, dict) and "column" in f]
    assert len(figures) > 8
    for found in figures:
        rows = rerun(con, sheet, key, found["query"])
        again = plain(rows[0][found["column"]]) if rows else None
        assert found["value"] in (again, None)
        if found["value"] is None:
            assert found["missing"] == "too_few_posts" or again is None


@pytest.mark.parametrize(
    "field",
    [
        ("what", "segments"),
        ("what", "terms"),
        ("what", "kinds"),
        ("when", "hours"),
        ("when", "months"),
        ("where", "languages"),
        ("how", "tones"),
        ("who", "audience"),
    ],
)
def test_every_table_is_found_again_by_the_sql_beside_it(con: Connection, field: tuple[str, str]) -> None:
    sheet = sheet_of(con, "p00")
    found = sheet[field[0]][field[1]]
    rows = [{k: v for k, v in row.items() if k != "person_id"} for row in rerun(con, sheet, "p00", found["query"])]
    assert found["rows"] == plain(rows)


def test_evidence_posts_are_the_persons_own(con: Connection) -> None:
    sheet = sheet_of(con, "p01")
    ids = [i for row in sheet["what"]["segments"]["rows"] for i in row["post_ids"]]
    ids += [post["post_id"] for post in sheet["what"]["signature_posts"]["rows"]]
    assert ids
    owners = con.execute("SELECT DISTINCT account_id FROM core.posts WHERE list_contains(?, post_id)", [ids]).fetchall()
    assert owners == [("mastodon:social.example:p01",)]


def test_one_post_gives_no_cadence_but_says_why(con: Connection) -> None:
    when = sheet_of(con, "thin")["when"]
    assert when["posts"]["value"] == 1
    assert when["posts_per_week"] == {
        "value": None,
        "missing": "too_few_posts",
        "n": 1,
        "query": "activity",
        "column": "posts_per_week",
    }


def test_a_silent_person_has_only_unknowns_with_reasons(con: Connection) -> None:
    sheet = sheet_of(con, "silent")
    assert sheet["when"]["posts"] == {"value": None, "missing": "no_posts", "query": "activity", "column": "posts"}
    assert sheet["where"]["accounts"]["rows"][0]["followers"] is None
    reasons = {(item["section"], item["field"]): item["reason"] for item in sheet["evidence"]["unknown"]}
    assert reasons["what", "segments"] == "no_post_on_subject"
    assert reasons["who", "own_words"] == "no_bio"


def test_a_competitor_is_counter_evidence(con: Connection) -> None:
    counter = sheet_of(con, "p00")["evidence"]["counter"]
    assert {"tied_to_competitor"} <= {item["code"] for item in counter}
    assert next(item for item in counter if item["code"] == "tied_to_competitor")["name"] == "Torréfaction Nord"


def test_the_window_ends_at_as_of(con: Connection, brief: Brief) -> None:
    early = con.execute("SELECT min(published_at) FROM core.posts WHERE account_id LIKE '%:p00'").fetchall()[0][0]
    row = profile(con, brief, RUN, early, [PEOPLE + "p00"]).to_pylist()[0]
    assert orjson.loads(row["when_json"])["posts"]["value"] == 1


def test_another_briefs_posts_do_not_count(con: Connection, brief: Brief) -> None:
    from dataclasses import replace

    as_of = con.execute("SELECT as_of FROM detection.runs").fetchall()[0][0]
    row = profile(con, replace(brief, name="autre"), RUN, as_of, [PEOPLE + "p00"]).to_pylist()[0]
    assert orjson.loads(row["when_json"])["posts"]["missing"] == "no_posts"


def test_a_persons_figures_do_not_depend_on_who_else_is_asked_for(con: Connection, brief: Brief) -> None:
    as_of = con.execute("SELECT as_of FROM detection.runs").fetchall()[0][0]
    alone = profile(con, brief, RUN, as_of, [PEOPLE + "p02"]).to_pylist()[0]
    assert profile(con, brief, RUN, as_of, [PEOPLE + "p01", PEOPLE + "p02"]).to_pylist()[1] == alone


def test_thirty_seven_sheets_take_seconds(con: Connection, brief: Brief) -> None:
    as_of = con.execute("SELECT as_of FROM detection.runs").fetchall()[0][0]
    ids = [row[0] for row in con.execute("SELECT DISTINCT person_id FROM detection.candidates").fetchall()]
    start = time.perf_counter()
    assert profile(con, brief, RUN, as_of, ids).num_rows == len(ids)
    assert time.perf_counter() - start < 20


def test_nobody_gives_no_row(con: Connection, brief: Brief) -> None:
    as_of = con.execute("SELECT as_of FROM detection.runs").fetchall()[0][0]
    assert profile(con, brief, RUN, as_of, []).num_rows == 0


def test_an_empty_warehouse_gives_a_sheet_of_unknowns(brief: Brief) -> None:
    from datetime import UTC

    store = connect()
    migrate(store)
    row = profile(
        store, brief, "r", datetime(2026, 1, 1, tzinfo=UTC), ["person:x'; DROP TABLE core.posts; --"]
    ).to_pylist()[0]
    assert len(orjson.loads(row["evidence"])["unknown"]) > 15
    assert store.execute("SELECT count(*) FROM core.posts").fetchall() == [(0,)]
    store.close()


def test_every_query_runs_with_its_values_written_out(con: Connection) -> None:
    sheet = sheet_of(con, "h2")
    for name in query_names():
        rerun(con, sheet, "h2", name)


def test_a_figure_is_unknown_below_its_floor() -> None:
    row = {"posts": 3, "share": 0.5}
    assert figure(row, "q", "share", n="posts", at_least=5)["missing"] == "too_few_posts"
    assert figure(row, "q", "share", n="posts", at_least=3)["value"] == 0.5
    assert figure({"share": None}, "q", "share")["missing"] == "not_observed"


def test_unknowns_are_named_by_section_and_field() -> None:
    parts = {"what": {"terms": table([], "terms"), "kinds": table([{"kind": "post"}], "kinds")}}
    assert unknowns(parts) == [{"section": "what", "field": "terms", "reason": "none_seen"}]
