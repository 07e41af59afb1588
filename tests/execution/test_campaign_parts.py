"""Campaigns: posts matched to what was agreed, a planning that calendars read, KPI files that are read once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import UserError
from data.relations.store import add_many, open_relations, rows
from pipelines.execution.kpis import read_values
from pipelines.execution.matching import match
from pipelines.execution.planning import calendar, plan_rows

DUE = datetime(2026, 5, 10, tzinfo=UTC)


def wanted(number: int, account: str = "x:1", days: int = 0) -> dict:
    due = (DUE + timedelta(days=days)).isoformat()
    return {"id": number, "account_id": account, "due": due, "format": "post", "channel": "mastodon"}


def post(key: str, account: str = "x:1", days: int = 0, text: str = "", links: list[str] | None = None) -> dict:
    return {
        "post_id": key,
        "account_id": account,
        "published_at": DUE + timedelta(days=days),
        "whole": text,
        "links": links,
    }


def matched(deliverables, posts, about=(), codes=(), person_of=None) -> dict[int, str | None]:
    found = match(deliverables, posts, codes, set(about), person_of or {})
    return {one.deliverable["id"]: one.post and one.post["post_id"] for one in found}


def test_the_post_about_us_nearest_to_the_due_date_fulfils_it():
    posts = [post("far", days=-6), post("near", days=2), post("other subject", days=0)]
    assert matched([wanted(1)], posts, about=["far", "near"]) == {1: "near"}


def test_a_post_serves_one_deliverable():
    assert matched([wanted(1), wanted(2, days=1)], [post("only")], about=["only"]) == {1: "only", 2: None}


def test_a_post_of_someone_else_or_of_another_month_fulfils_nothing():
    posts = [post("theirs", "x:2"), post("old", days=-20)]
    assert matched([wanted(1)], posts, about=["theirs", "old"]) == {1: None}


def test_another_account_of_the_same_person_counts():
    person_of = {"x:1": "lea", "y:1": "lea"}
    assert matched([wanted(1)], [post("blog", "y:1")], about=["blog"], person_of=person_of) == {1: "blog"}


@pytest.mark.parametrize(
    ("text", "links", "expected"),
    [
        ("avec CAFE10 !", [], "p"),
        ("", ["https://b.example/?utm_content=cafe10"], "p"),
        ("CAFE100", [], None),
        ("", None, None),
    ],
)
def test_a_code_of_theirs_makes_a_post_one_about_us(text, links, expected):
    codes = [{"account_id": "x:1", "value": "CAFE10"}, {"account_id": "x:2", "value": "AUTRE"}]
    assert matched([wanted(1)], [post("p", text=text, links=links)], codes=codes) == {1: expected}


def milestone(number: int, what: str, account: str | None = None) -> dict:
    return {"id": number, "account_id": account, "due": DUE.isoformat(), "what": what}


def test_the_planning_is_in_order_of_dates():
    found = plan_rows([milestone(1, "Fête")], [wanted(7, days=-3), wanted(8, days=3)])
    assert [(row["kind"], row["id"]) for row in found] == [("deliverable", 7), ("milestone", 1), ("deliverable", 8)]


@given(st.text(max_size=200))
def test_no_text_breaks_the_calendar(text):
    lines = calendar("Été ; promo, n°1", plan_rows([milestone(1, text, "x:1")], []), DUE).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    unfolded = b"\r\n".join(lines).replace(b"\r\n ", b"").decode().split("\r\n")
    assert [line for line in unfolded if line.startswith("BEGIN:")] == ["BEGIN:VCALENDAR", "BEGIN:VEVENT"]
    assert sum(line.startswith("SUMMARY:") for line in unfolded) == 1
    assert unfolded[-2:] == ["END:VCALENDAR", ""]


def test_a_moved_date_keeps_its_event():
    before, after = (
        calendar("c", [{"kind": "milestone", "id": 3, "due": day, "account_id": None, "what": "x"}], DUE)
        for day in ("2026-05-01", "2026-05-09")
    )
    uid = [line for line in before.split(b"\r\n") if line.startswith(b"UID")]
    assert uid == [line for line in after.split(b"\r\n") if line.startswith(b"UID")]
    assert b"20260509" in after


def test_kpi_files_are_read_once_and_their_bad_rows_told(tmp_path):
    file = tmp_path / "kpi.csv"
    file.write_text(
        "kpi;family;value;at;code\nvisits;digital;12,5;2026-05-01;A\nvisits;digital;12,5;2026-05-01;A\n"
        "sales;business;nan;2026-05-01;\nsales;bizness;1;2026-05-01;\nsales;business;1;hier;\n;business;1;2026-05-01;\n",
        "utf-8",
    )
    read = read_values(file, "c", {"a": "x:1"}, lambda text: text)
    assert [line for line, _ in read.refused] == [4, 5, 6, 7]
    with open_relations(tmp_path / "people.sqlite") as people:
        assert add_many(people, "kpi_values", read.rows, who="ana") == 2
        assert add_many(people, "kpi_values", read_values(file, "c", {"a": "x:1"}, str).rows, who="ana") == 0
        assert [(row["value"], row["account_id"]) for row in rows(people, "kpi_values")] == [(12.5, "x:1")] * 2


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "", "\xff"])
def test_a_file_that_is_no_kpi_file_is_told(tmp_path, content):
    file = tmp_path / "kpi.csv"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(UserError):
        read_values(file, "c", {}, str)
