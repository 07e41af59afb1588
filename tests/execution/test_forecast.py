"""Forecasts: intervals that hold as often as they say, on posts that were not there when they were made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.sandbox import generate
from pipelines.execution.forecast import calibrate, covered, forecast


def measured(histories: dict[str, list[float]], held_out: int = 5) -> tuple[float, int]:
    """Return the share of the last posts inside intervals made before them, and how many they were."""
    known = {key: history[:-held_out] for key, history in histories.items() if len(history) > held_out + 2}
    learned = calibrate(known)
    assert learned is not None
    inside = []
    for key, before in known.items():
        made = forecast(before, learned)
        inside += [covered(made.low, made.high, seen) for seen in histories[key][-held_out:]]
    return float(np.mean(inside)), len(inside)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_eighty_percent_intervals_hold_for_posts_of_many_sizes(seed):
    rng = np.random.default_rng(seed)
    histories = {
        str(i): [float(x) for x in np.floor(np.exp(rng.normal(level, spread, 30)))]
        for i, (level, spread) in enumerate(zip(rng.normal(4, 1.5, 300), rng.uniform(0.4, 1.2, 300), strict=True))
    }
    share, n = measured(histories)
    assert n == 1500
    assert 0.75 <= share <= 0.85


def reactions_of(folder, seed: int) -> dict[str, list[float]]:
    import pyarrow.parquet as pq

    generate(folder, accounts=250, posts=4000, days=200, seed=seed)
    histories: dict[str, list[tuple[str, float]]] = {}
    for post in pq.read_table(folder / "posts.parquet").to_pylist():
        seen = [post.get(name) for name in ("likes", "reposts", "replies", "quotes")]
        if post["kind"] in (None, "post", "article") and any(value is not None for value in seen):
            total = float(sum(value or 0 for value in seen))
            histories.setdefault(post["account"], []).append((str(post["published_at"]), total))
    return {key: [value for _, value in sorted(rows)] for key, rows in histories.items()}


def test_intervals_hold_on_worlds_they_were_never_fitted_on(tmp_path):
    found = [measured(reactions_of(tmp_path / str(seed), seed)) for seed in (101, 102, 103)]
    n = sum(count for _, count in found)
    assert n > 700
    assert 0.75 <= sum(share * count for share, count in found) / n <= 0.85


def test_too_little_to_learn_from_gives_no_forecast():
    assert calibrate({}) is None
    assert calibrate({"a": [1, 2, 3]}) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**6), max_size=40))
def test_a_forecast_is_ordered_and_never_below_zero(history):
    rng = np.random.default_rng(3)
    learned = calibrate({str(i): list(rng.poisson(20, 20)) for i in range(20)})
    made = forecast([float(x) for x in history], learned)
    assert 0 <= made.low <= made.median <= made.high
    assert np.isfinite(made.high)
    assert made.posts == len(history)


def test_someone_unknown_is_forecast_like_the_cohort():
    rng = np.random.default_rng(4)
    learned = calibrate({str(i): list(rng.poisson(20, 20)) for i in range(40)})
    made = forecast([], learned)
    assert made.low < 20 < made.high
