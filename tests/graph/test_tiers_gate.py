"""The gate of tiers: on a world that nothing was set on, judgement stays above its floors and above the follower count."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from data.sandbox import generate
from pipelines.evaluate.registry import run_suite

FLOORS = tomllib.loads((Path(__file__).parent / "tiers_floors.toml").read_text("utf-8"))


@pytest.mark.servers
def test_tiers_ranks_communities_and_intervals_stay_above_their_floors(tmp_path: Path) -> None:
    generate(tmp_path / "world", accounts=1200, posts=24_000, days=180, seed=911)
    found = run_suite("tiers", tmp_path / "world")
    for name, floor in FLOORS.items():
        value = found.figures[name].value
        assert value is not None
        assert value >= floor, name
    assert found.baseline is not None
    assert (found.figures["precision_50"].value or 0.0) > float(found.baseline["precision_50"] or 0.0)


def test_no_floor_is_trivial() -> None:
    assert set(FLOORS) == {"tier_macro_f1", "precision_50", "community_nmi", "interval_coverage"}
    assert all(0.5 < floor < 1.0 for floor in FLOORS.values())
