"""Proximity: points fade, caps hold, stages need evidence and are not lost at once; figures as on a hand-made sheet."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import UserError
from pipelines.relation.points import Decay, Points, Stage, default_text, read_points_file
from pipelines.relation.proximity import Touches, earned, proximity


@pytest.fixture(scope="module")
def points(tmp_path_factory) -> Points:
    path = tmp_path_factory.mktemp("points") / "points.toml"
    path.write_text(default_text(), "utf-8")
    return read_points_file(path)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def touches(*rows: tuple, people: int = 1, actions: tuple[str, ...] = ()) -> Touches:
    """Rows are (person, action, date[, weight[, consented]])."""
    keys = actions or tuple(sorted({row[1] for row in rows}))
    return Touches(
        people,
        keys,
        np.array([row[0] for row in rows], np.int64),
        np.array([keys.index(row[1]) for row in rows], np.int64),
        np.array([at(row[2]) for row in rows], np.int64),
        np.array([row[3] if len(row) > 3 else 1.0 for row in rows], float),
        np.array([row[4] if len(row) > 4 else False for row in rows], bool),
    )


def ends(*dates: str) -> np.ndarray:
    return np.array([at(one) for one in dates], np.int64)


def test_figures_agree_to_the_cent_with_a_sheet_computed_by_hand(points):
    given = touches(
        (0, "follow", "2026-01-01"), (0, "answer", "2026-04-01"), (0, "interview", "2026-06-30", 1.5),
        (1, "mention", "2026-03-02"), (1, "negative", "2026-06-15"), (1, "like", "2026-06-29"),
        people=2,
    )  # fmt: skip
    # As of 2026-06-30, half-life 180 days:
    # person 0: 2·2^(-180/180) + 8·2^(-90/180) + 15·1.5 = 1 + 5.656854 + 22.5 = 29.156854
    # person 1: 4·2^(-120/180) - 6·2^(-15/180) + 0.5·2^(-1/180) = 2.519842 - 5.663245 + 0.498078 = -2.645325
    assert proximity(given, points, ends("2026-06-30")).score[:, 0].tolist() == [29.16, -2.65]


def test_inside_a_window_points_are_whole_and_beyond_it_they_are_none(points):
    window = replace(points, decay=Decay("window", 90))
    given = touches((0, "answer", "2026-01-01"), (0, "mention", "2026-04-01"))
    # 90 days before 2026-04-15 is 2026-01-15: only the mention; before 2026-04-01 noon both? the answer is exactly 90 days old: out
    assert proximity(given, window, ends("2026-03-31", "2026-04-01", "2026-04-15", "2026-08-01")).score[0].tolist() == [
        8, 4, 4, 0,
    ]  # fmt: skip


def test_only_the_first_five_likes_of_a_month_count_each_month_anew(points):
    rows = [(0, "like", f"2026-01-{day:02d}") for day in range(1, 10)] + [(0, "like", "2026-02-01")]
    assert earned(touches(*rows), points).tolist() == [0.5] * 5 + [0] * 4 + [0.5]


def test_an_opened_mail_counts_neither_while_off_nor_without_consent(points):
    given = touches((0, "email_open", "2026-01-01", 1.0, True), (0, "email_open", "2026-01-02", 1.0, False))
    assert earned(given, points).tolist() == [0, 0]
    on = replace(points, actions=points.actions | {"email_open": replace(points.actions["email_open"], on=True)})
    assert earned(given, on).tolist() == [1, 0]


def test_someone_who_asks_not_to_be_contacted_has_no_score_from_then_on(points):
    given = touches((0, "interview", "2026-01-01"), (0, "refuse", "2026-02-15"), (0, "mention", "2026-03-01"))
    found = proximity(given, points, ends("2026-01-31", "2026-02-28", "2026-03-31"))
    assert np.isnan(found.score[0]).tolist() == [False, True, True]
    assert found.stage[0].tolist() == [0 if found.score[0, 0] < 10 else 1, -1, -1]


def test_a_score_without_an_exchange_does_not_reach_the_direct_link(points):
    public = [(0, "publish", f"2026-01-{day:02d}") for day in range(1, 4)]
    assert proximity(touches(*public), points, ends("2026-01-04")).stage[0, 0] == 1
    with_answer = touches(*public, (0, "answer", "2026-01-03"))
    assert proximity(with_answer, points, ends("2026-01-04")).stage[0, 0] == 2


def test_an_ambassador_has_published_and_was_active_in_two_quarters(points):
    burst = [(0, "cocreate", f"2026-02-{day:02d}") for day in range(1, 5)]
    assert proximity(touches(*burst), points, ends("2026-02-05")).stage[0, 0] == 2
    steady = touches(*burst, (0, "answer", "2025-12-20"))
    assert proximity(steady, points, ends("2026-02-05")).stage[0, 0] == 3


def test_a_stage_is_lost_only_after_two_month_ends_below_it(points):
    window = replace(points, decay=Decay("window", 40))
    given = touches((0, "publish", "2026-01-10"))
    when = ends("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30")
    assert proximity(given, window, when).stage[0].tolist() == [1, 1, -1, -1]


def test_a_new_points_file_applies_to_the_whole_history(points):
    given = touches((0, "mention", "2026-01-10"), (0, "mention", "2026-03-10"))
    when = ends("2026-01-31", "2026-03-31")
    doubled = replace(points, actions=points.actions | {"mention": replace(points.actions["mention"], points=8)})
    before, after = proximity(given, points, when), proximity(given, doubled, when)
    assert np.allclose(after.score, 2 * before.score, atol=0.011)


ROWS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["mention", "answer", "like", "negative", "publish"]),
        st.integers(1, 360).map(
            lambda day: datetime.fromtimestamp(at("2025-06-01") + day * 86_400, UTC).date().isoformat()
        ),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 99))
def test_neither_the_order_of_records_nor_the_company_changes_anybodys_score(points, rows, seed):
    when = ends("2025-12-31", "2026-03-31", "2026-06-30")
    shuffled = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    keys = ("mention", "answer", "like", "negative", "publish")
    whole = proximity(touches(*rows, people=4, actions=keys), points, when)
    assert np.array_equal(whole.score, proximity(touches(*shuffled, people=4, actions=keys), points, when).score)
    for person in range(4):
        alone = [row for row in rows if row[0] == person]
        if alone:
            single = proximity(touches(*alone, people=4, actions=keys), points, when)
            assert np.array_equal(whole.score[person], single.score[person])
            assert np.array_equal(whole.stage[person], single.stage[person])


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_scores_are_those_of_the_definition(points, rows):
    when = ends("2025-12-31", "2026-06-30")
    given = touches(*rows, people=4)
    worth = earned(given, points)
    found = proximity(given, points, when)
    for person in range(4):
        for column, end in enumerate(when):
            mine = (given.person == person) & (given.at <= end)
            expected = float(np.sum(worth[mine] * 2.0 ** (-(end - given.at[mine]) / (180 * 86_400))))
            assert found.score[person, column] == pytest.approx(expected, abs=0.0051)


def test_a_million_touchpoints_of_fifty_thousand_people_take_less_than_ten_seconds(points):
    rng = np.random.default_rng(1)
    n, keys = 1_000_000, ("mention", "like", "answer", "publish", "negative")
    start = at("2024-01-01")
    many = Touches(
        50_000, keys, rng.integers(0, 50_000, n), rng.integers(0, 5, n),
        start + rng.integers(0, 720 * 86_400, n), np.ones(n), np.zeros(n, bool),
    )  # fmt: skip
    when = np.array([start + month * 30 * 86_400 for month in range(1, 25)], np.int64)
    before = time.process_time()
    found = proximity(many, points, when)
    assert time.process_time() - before < 10
    assert found.score.shape == (50_000, 24)


def test_stages_can_be_renamed_and_be_six_but_not_seven(tmp_path, points):
    text = default_text().split("[[stages]]")[0]
    stage = '[[stages]]\nkey = "{0}"\nfr = "Étape {0}"\nthreshold = {0}\n'
    path = tmp_path / "points.toml"
    path.write_text(text + "".join(stage.format(n) for n in range(1, 7)), "utf-8")
    assert [one.name.fr for one in read_points_file(path).stages][-1] == "Étape 6"
    path.write_text(text + "".join(stage.format(n) for n in range(1, 8)), "utf-8")
    with pytest.raises(UserError):
        read_points_file(path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("threshold = 10", "threshold = 1"),
        ("points = 12", "pionts = 12"),
        ('# active = ["publish", "mention", "interview", "cocreate"]', 'active = ["publsih"]'),
        ("days = 180", "days = 0"),
    ],
)
def test_a_mistake_in_the_points_file_is_told(tmp_path, before, after):
    path = tmp_path / "points.toml"
    path.write_text(default_text().replace(before, after, 1), "utf-8")
    with pytest.raises(UserError):
        read_points_file(path)


def test_stage_without_names_is_called_by_its_key():
    assert Stage("x", 1).name.fr == "x"
