"""Forecast intervals on real growth: weekly gains of followers of members of parliament, one week ahead."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.warehouse.store import connect
from pipelines.execution.forecast import calibrate, covered, forecast


@pytest.mark.shared
def test_intervals_hold_a_week_ahead_at_five_moments_of_real_growth(shared: Path):
    connection = connect()
    rows = connection.execute(
        "SELECT twitter, followers - lag(followers) OVER (PARTITION BY twitter ORDER BY date) FROM read_parquet(?)"
        " ORDER BY twitter, date",
        [str(shared / "data" / "real" / "parlementaires" / "weekly.parquet")],
    ).fetchall()
    connection.close()
    gains: dict[str, list[float]] = {}
    for who, gain in rows:
        if gain is not None:
            gains.setdefault(who, []).append(max(float(gain), 0.0))
    inside = []
    for back in (2, 12, 22, 32, 42):
        known = {who: history[-60 - back : -back] for who, history in gains.items() if len(history) > 40 + back}
        learned = calibrate(known)
        for who, history in known.items():
            made = forecast(history, learned)
            inside.append(covered(made.low, made.high, gains[who][-back]))
    assert len(inside) > 5000
    assert 0.75 <= np.mean(inside) <= 0.85
