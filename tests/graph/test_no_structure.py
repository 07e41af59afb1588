"""Where who is heard, by whom and about what are independent, nobody is ranked with confidence."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from data.sandbox import generate
from pipelines.evaluate.suites.tiers import read_truth
from pipelines.trial import run_offline

pytestmark = pytest.mark.long

Rows = list[dict[str, Any]]
PEOPLE = 400


@cache
def true_ranks(folder: Path) -> dict[tuple[str, str], int]:
    return {(t["account"], t["segment"]): int(t["true_rank"] or 0) for t in read_truth(folder)}


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Rows]:
    known: dict[str, Rows] = {}

    def of(difficulty: str) -> Rows:
        if difficulty not in known:
            folder = tmp_path_factory.mktemp(difficulty)
            generate(folder, accounts=PEOPLE, posts=8000, seed=5, difficulty=difficulty)
            known[difficulty] = [row for row in run_offline(folder) if row["rank"] is not None]
            for row in known[difficulty]:
                row["true_rank"] = true_ranks(folder).get((row["account_id"], row["segment"]))
        return known[difficulty]

    return of


def width(rows: Rows, *, best: int = 10_000) -> float:
    """The mean share of a segment's ranks that the interval of a rank spans, over the `best` first of each."""
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row["segment"]] = sizes.get(row["segment"], 0) + 1
    spans = [(r["rank_high"] - r["rank_low"]) / sizes[r["segment"]] for r in rows if r["rank"] <= best]
    return sum(spans) / len(spans)


def test_without_structure_a_rank_may_be_nearly_any(ranked):
    assert width(ranked("no-structure")) > 0.75


def test_without_structure_even_the_first_may_be_far_down(ranked):
    assert width(ranked("no-structure"), best=5) > 0.4


def test_without_structure_next_to_nobody_is_in_the_top_twenty_more_often_than_not(ranked):
    rows = ranked("no-structure")
    assert sum(row["in_top_20"] > 0.5 for row in rows) <= 1
    assert max(row["in_top_20"] for row in rows) < 0.6


def test_with_structure_the_first_are_told_from_the_rest(ranked):
    rows = ranked("default")
    assert width(rows, best=5) < width(ranked("no-structure"), best=5) - 0.1
    assert max(row["in_top_20"] for row in rows) > 0.6


def test_with_structure_about_as_many_are_truly_in_the_top_twenty_as_is_said(ranked):
    first = [row for row in ranked("default") if row["rank"] <= 20]
    said = sum(row["in_top_20"] for row in first) / len(first)
    true = sum(0 < (row["true_rank"] or 0) <= 20 for row in first) / len(first)
    assert said > 0.5
    assert abs(said - true) < 0.2


def test_with_structure_intervals_hold_the_true_rank_all_along_the_list(ranked):
    rows = [row for row in ranked("default") if row["true_rank"]]
    for least, most in ((1, 20), (21, 100), (101, 10_000)):
        here = [row for row in rows if least <= row["rank"] <= most]
        held = sum(row["rank_low"] <= row["true_rank"] <= row["rank_high"] for row in here) / len(here)
        assert held > 0.88, (least, most)


def test_with_structure_the_chance_of_every_tier_is_told(ranked):
    rows = ranked("default")
    tiered = [row for row in rows if row["tier"]]
    assert tiered
    for row in tiered:
        assert 0 < row["tier_chance"] <= 1
        assert row["tier_other"] != row["tier"]
        assert row["tier_chance"] + row["tier_other_chance"] <= 1 + 1e-9
        assert row["belonging"] is not None
    assert sum(row["tier_chance"] for row in tiered) / len(tiered) > 0.6
