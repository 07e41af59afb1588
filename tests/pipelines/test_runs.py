"""The bookkeeping of runs: what was stopped is dropped or gone on with, and each result belongs to one run."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from data.errors import UserError
from data.workspace import create_workspace
from pipelines import run as runs

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def opened(store, brief, **values):
    return runs.open_run(store, brief, **{"offline": False, "resume": False, **values})


def known(store):
    return dict(store.execute("SELECT run_id, state FROM detection.runs").fetchall())


def study_row(run, text="x"):
    return pa.table({"brief": [run.brief], "run_id": [run.run_id], "suitability": [text]})


def test_a_run_begins_as_running_and_ends_as_finished(store, brief_of):
    run = opened(store, brief_of())
    assert known(store) == {run.run_id: "running"}
    runs.close_run(store, run, {"texts_read": 3})
    assert known(store) == {run.run_id: "finished"}
    assert store.execute(
        "SELECT coverage->>'texts_read', finished_at >= started_at FROM detection.runs"
    ).fetchall() == [("3", True)]


def test_an_interrupted_run_is_dropped_with_its_rows_by_the_next(store, brief_of):
    first = opened(store, brief_of())
    runs.write_rows(store, first, {"detection.study": study_row(first)})
    second = opened(store, brief_of())
    assert known(store) == {second.run_id: "running"}
    assert store.execute("SELECT count(*) FROM detection.study").fetchall() == [(0,)]


def test_an_interrupted_run_is_gone_on_with_when_asked(store, brief_of):
    first = opened(store, brief_of())
    again = opened(store, brief_of(), resume=True)
    assert (again.run_id, again.as_of) == (first.run_id, first.as_of)
    assert first.resumed_from is None
    assert again.resumed_from is not None


def test_a_run_of_another_wording_of_the_brief_is_not_gone_on_with(store, brief_of):
    first = opened(store, brief_of())
    again = opened(store, brief_of(**{"OR V60": "OR chemex"}), resume=True)
    assert again.run_id != first.run_id
    assert known(store) == {again.run_id: "running"}


def test_another_briefs_run_is_left_alone(store, brief_of):
    first = opened(store, brief_of())
    other = opened(store, brief_of(**{'name = "essai"': 'name = "autre"'}))
    assert set(known(store)) == {first.run_id, other.run_id}


def test_a_finished_run_stays_whatever_begins_after(store, brief_of):
    first = opened(store, brief_of())
    runs.close_run(store, first, {})
    second = opened(store, brief_of(), resume=True)
    assert second.run_id != first.run_id
    assert known(store) == {first.run_id: "finished", second.run_id: "running"}


def test_a_run_whose_results_were_not_yet_shown_is_gone_on_with(store, brief_of):
    first = opened(store, brief_of())
    runs.close_run(store, first, {})
    assert opened(store, brief_of(), resume=True, under_way=first.run_id).run_id == first.run_id
    fresh = opened(store, brief_of(), under_way=first.run_id)
    assert fresh.run_id != first.run_id
    assert known(store)[first.run_id] == "finished", "its results stand, even when nobody goes on with it"


def test_what_is_under_way_is_remembered_until_it_ends(tmp_path, store, brief_of):
    workspace, run = create_workspace(tmp_path / "w"), opened(store, brief_of())
    assert runs.run_under_way(workspace, "essai") is None
    runs.mark_begun(workspace, run)
    assert runs.run_under_way(workspace, "essai") == run.run_id
    assert runs.run_under_way(workspace, "autre") is None
    runs.mark_ended(workspace, run)
    runs.mark_ended(workspace, run)
    assert runs.run_under_way(workspace, "essai") is None


def test_rows_replace_those_of_the_same_run_only(store, brief_of):
    first = opened(store, brief_of())
    runs.write_rows(store, first, {"detection.study": study_row(first, "one")})
    runs.close_run(store, first, {})
    second = opened(store, brief_of())
    for text in ("two", "three"):
        assert runs.write_rows(store, second, {"detection.study": study_row(second, text)}) == 1
    assert set(store.execute("SELECT suitability FROM detection.study").fetchall()) == {("one",), ("three",)}


def test_rows_of_several_tables_are_written_together_or_not_at_all(store, brief_of):
    run = opened(store, brief_of())
    runs.write_rows(store, run, {"detection.study": study_row(run, "before")})
    broken = pa.table({"brief": [run.brief], "run_id": [run.run_id], "person_id": [None], "segment": [None]})
    with pytest.raises(Exception, match="NOT NULL"):
        runs.write_rows(store, run, {"detection.study": study_row(run, "after"), "detection.candidates": broken})
    assert store.execute("SELECT suitability FROM detection.study").fetchall() == [("before",)]


def test_columns_that_a_table_does_not_have_are_left_out(store, brief_of):
    run = opened(store, brief_of())
    rows = study_row(run).append_column("surprise", pa.array([1]))
    assert runs.write_rows(store, run, {"detection.study": rows}) == 1


def test_steps_are_done_once_and_the_later_ones_wait_for_people(store, brief_of):
    run = opened(store, brief_of())
    for _ in range(2):
        for number in range(1, 5):
            runs.step_done(store, run, number, rows=number, started_at=NOW)
        runs.close_run(store, run, {})
    steps = store.execute(
        "SELECT step, state, name_fr <> name_en OR step IN (3, 7, 9) FROM detection.steps ORDER BY step"
    ).fetchall()
    assert [step for step, _, _ in steps] == list(range(1, 13))
    assert [state for _, state, _ in steps] == ["done"] * 4 + ["todo"] * 8


@pytest.mark.parametrize("dated", [True, False])
def test_an_offline_run_of_nothing_is_the_users_mistake(store, brief_of, dated):
    name = 'name = "essai"'
    brief = brief_of(**{name: f"{name}\nas_of = 2026-06-01T00:00:00Z"} if dated else {})
    with pytest.raises(UserError, match="essai"):
        opened(store, brief, offline=True)
    assert known(store) == {}


def test_an_offline_run_counts_from_the_newest_post_unless_the_brief_says(store, brief_of, put, post, account):
    put(account("lea"), post(3, "un"), post(9, "deux"))
    assert opened(store, brief_of(), offline=True).as_of == datetime(2026, 5, 10, 10, tzinfo=UTC)
    name = 'name = "essai"'
    dated = brief_of(**{name: f"{name}\nas_of = 2026-06-01T00:00:00Z"})
    assert opened(store, dated, offline=True).as_of == NOW


def redate(store, **dates):
    for native, day in dates.items():
        store.execute(
            "UPDATE core.posts SET published_at = ? WHERE text = ?", [datetime(day, 5, 1, tzinfo=UTC), native]
        )


def test_a_post_dated_in_the_future_does_not_age_all_the_others(store, brief_of, put, post, account):
    put(account("lea"), post(3, "un"), post(9, "deux"))
    redate(store, deux=2999)
    assert opened(store, brief_of(), offline=True).as_of == datetime(2026, 5, 4, 10, tzinfo=UTC)


def test_where_every_post_is_dated_in_the_future_the_newest_counts(store, brief_of, put, post, account):
    put(account("lea"), post(3, "un"), post(9, "deux"))
    redate(store, un=2998, deux=2999)
    assert opened(store, brief_of(), offline=True).as_of == datetime(2999, 5, 1, tzinfo=UTC)
