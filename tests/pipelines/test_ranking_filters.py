"""The list narrows by segment, tier, label and language, and knows what it does not know."""

from __future__ import annotations

from dataclasses import fields

import pytest

from data.errors import UserError
from data.warehouse.store import connect
from pipelines.ranking import Filters, ranking_rows, ranking_table, tier_mix

BRIEF = "cafe-de-specialite"


@pytest.fixture
def published(discovered):
    connection = connect(discovered / "vigie.duckdb", read_only=True)
    yield connection
    connection.close()


@pytest.fixture
def everyone(published):
    return ranking_rows(published, BRIEF, Filters())


def test_without_filters_everyone_is_listed_best_first(everyone):
    known = [row["influence"] for row in everyone if row["rank"] is not None]
    assert known == sorted(known, reverse=True)
    assert len({row["segment"] for row in everyone}) == 3


def test_one_segment_is_listed_by_its_own_ranks(published, everyone):
    for segment in {row["segment"] for row in everyone}:
        rows = ranking_rows(published, BRIEF, Filters(segment=segment))
        ranks = [row["rank"] for row in rows if row["rank"] is not None]
        assert ranks == sorted(ranks)
        assert ranks[0] == 1
        assert [row["rank"] for row in rows[: len(ranks)]] == ranks, "who has no rank comes last"


@pytest.mark.parametrize("column", ["tier", "language"])
def test_a_filter_keeps_exactly_the_rows_that_have_the_value(published, everyone, column):
    values = {row[column] for row in everyone} - {None}
    assert values
    for value in values:
        rows = ranking_rows(published, BRIEF, Filters(**{column: value}))
        assert len(rows) == sum(row[column] == value for row in everyone) > 0


def test_labels_filter_by_membership(published, everyone):
    labels = {label for row in everyone for label in row["labels"] or ()}
    for label in sorted(labels)[:3]:
        rows = ranking_rows(published, BRIEF, Filters(label=label))
        assert len(rows) == sum(label in (row["labels"] or ()) for row in everyone) > 0
    assert ranking_rows(published, BRIEF, Filters(label="no such label")) == []


def test_filters_combine(published, everyone):
    row = next(row for row in everyone if row["tier"] and row["language"])
    chosen = Filters(segment=row["segment"], tier=row["tier"], language=row["language"], top=1)
    rows = ranking_rows(published, BRIEF, chosen)
    assert len(rows) == 1
    assert all(rows[0][name] == row[name] for name in ("segment", "tier", "language"))


def test_top_cuts_after_the_other_filters(published, everyone):
    assert ranking_rows(published, BRIEF, Filters(top=7)) == everyone[:7]


def test_only_the_ranked_can_be_asked_for(published, everyone):
    rows = ranking_rows(published, BRIEF, Filters(ranked_only=True))
    assert [row["rank"] is None for row in rows].count(True) == 0
    assert len(rows) == sum(row["rank"] is not None for row in everyone)


def test_an_unknown_segment_names_the_nearest(published):
    with pytest.raises(UserError, match="espresso"):
        ranking_table(published, BRIEF, Filters(segment="expresso"))


def test_a_brief_without_a_published_run_names_the_nearest(published):
    with pytest.raises(UserError, match=BRIEF):
        ranking_table(published, "cafe-de-specialit", Filters())


def test_values_are_bound_never_run(published, everyone):
    for field in fields(Filters):
        if field.name in {"tier", "label", "language"}:
            assert ranking_rows(published, BRIEF, Filters(**{field.name: "' OR 1=1 --"})) == []


def test_the_mix_of_tiers_counts_every_listed_row_with_a_tier(published, everyone):
    mix = dict(tier_mix(published, BRIEF))
    for tier in ("macro", "magic_middle", "micro"):
        assert mix.get(tier, 0) == sum(row["tier"] == tier for row in everyone)
