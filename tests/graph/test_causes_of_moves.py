"""What a diff says beside ranks: what moved somebody, what happened to the first twenty, in an order worth reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.history import Cause, diff


def row(person, rank, influence=50.0, segment="s", **parts):
    known = {"reach": 50.0, "relevance": 20.0, "resonance": 40.0, "belonging": 30.0, "attention": 5.0}
    bounds = {"rank_low": 1, "rank_high": 999}
    return {"person_id": person, "segment": segment, "rank": rank, "tier": None, "influence": influence,
            **bounds, **known, **parts}  # fmt: skip


def only(before, after):
    found = diff([before], [after])
    return (found.risers + found.fallers)[0]


def test_what_grew_most_is_the_cause_of_a_rise():
    move = only(row("a", 40, 20.0), row("a", 9, 45.0, attention=14.0, relevance=22.0))
    assert [cause.measure for cause in move.causes] == ["attention"]
    assert move.causes[0] == Cause("attention", 5.0, 14.0)


def test_two_causes_of_like_size_are_both_named_the_stronger_first():
    move = only(row("a", 9, 45.0), row("a", 40, 20.0, belonging=12.0, relevance=9.0))
    assert [cause.measure for cause in move.causes] == ["belonging", "relevance"]


def test_what_went_the_other_way_is_no_cause():
    move = only(row("a", 40, 20.0), row("a", 9, 45.0, attention=14.0, belonging=10.0))
    assert "belonging" not in [cause.measure for cause in move.causes]


def test_who_did_not_change_was_moved_by_others():
    move = only(row("a", 40, 20.0), row("a", 9, 20.1, attention=5.1))
    assert move.steady
    assert move.causes == ()


def test_an_axis_that_became_known_is_named_first():
    move = only(row("a", 40, 20.0, resonance=None), row("a", 9, 45.0, attention=14.0))
    assert move.causes[0] == Cause("resonance", None, 40.0)


def test_a_measure_that_an_earlier_version_did_not_have_is_no_cause():
    move = only(row("a", 40, 20.0, belonging=None), row("a", 9, 45.0, attention=14.0))
    assert [cause.measure for cause in move.causes] == ["attention"]


def test_rows_without_scores_have_no_causes():
    bare = {"person_id": "a", "segment": "s", "tier": None, "rank_low": 1, "rank_high": 2}
    move = only({**bare, "rank": 4}, {**bare, "rank": 2})
    assert move.causes == ()
    assert not move.steady


def test_a_climb_near_the_top_counts_for_more_than_one_far_below():
    before = [row("high", 8), row("low", 900)]
    after = [row("high", 2), row("low", 700)]
    assert [move.person_id for move in diff(before, after).risers] == ["high", "low"]


def ranked(order, segment="s"):
    return [row(person, place + 1, segment=segment) for place, person in enumerate(order)]


def test_the_turnover_of_the_first_twenty_says_who_came_from_where_and_who_went_where():
    people = [f"p{i:02}" for i in range(30)]
    moved = [people[25], *people[:25], *people[26:]]
    (turnover,) = diff(ranked(people), ranked(moved)).turnovers
    assert turnover.stayed == 19
    assert [(m.person_id, m.rank_before, m.rank_after) for m in turnover.came] == [("p25", 26, 1)]
    assert [(m.person_id, m.rank_before, m.rank_after) for m in turnover.went] == [("p19", 20, 21)]


def test_who_enters_or_leaves_the_list_is_in_the_turnover_too():
    people = [f"p{i:02}" for i in range(30)]
    (turnover,) = diff(ranked(people), ranked(["new", *people[1:]])).turnovers
    assert [(m.person_id, m.rank_before) for m in turnover.came] == [("new", None)]
    assert [(m.person_id, m.rank_after) for m in turnover.went] == [("p00", None)]


@pytest.mark.parametrize("size", [1, 20])
def test_a_list_as_short_as_its_top_has_no_turnover(size):
    people = [f"p{i:02}" for i in range(size)]
    assert diff(ranked(people), ranked(people[::-1])).turnovers == ()


@given(st.permutations(range(40)), st.permutations(range(40)))
def test_as_many_come_into_the_top_as_go_out_of_it(before, after):
    names = [[f"p{i}" for i in order] for order in (before, after)]
    (turnover,) = diff(ranked(names[0]), ranked(names[1])).turnovers
    assert turnover.stayed + len(turnover.came) == 20
    assert len(turnover.came) == len(turnover.went)


def test_segments_have_turnovers_of_their_own():
    people = [f"p{i:02}" for i in range(30)]
    both = [*ranked(people, "a"), *ranked(people, "b")]
    assert [turnover.segment for turnover in diff(both, both).turnovers] == ["a", "b"]
