"""The portfolio: the best that the limits allow, proven; gaps stated; who is left out and why."""

from __future__ import annotations

import time
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.relation.portfolio import Candidate, Limits, community_weight, propose, reached, swaps, worth


def who(key: str, cost: int | None, *audience: int, community: str | None = None, tier: str | None = None) -> Candidate:
    return Candidate(key, cost, frozenset(audience), community, tier)


def best_by_enumeration(candidates, limits) -> float | None:
    weight = community_weight(
        [
            one
            for one in candidates
            if one.cost is not None and one.key not in limits.exclude and one.cost <= limits.budget
        ],
        limits,
    )
    best = None
    usable = [one for one in candidates if one.cost is not None and one.key not in limits.exclude]
    for chosen in chain.from_iterable(combinations(usable, size) for size in range(len(usable) + 1)):
        tiers = [one.tier for one in chosen]
        fits = (
            sum(one.cost for one in chosen) <= limits.budget
            and (limits.size is None or len(chosen) <= limits.size)
            and all(tiers.count(tier) >= least for tier, least in limits.at_least.items())
            and all(tiers.count(tier) <= most for tier, most in limits.at_most.items())
            and limits.include <= {one.key for one in chosen}
        )
        if fits:
            value = worth(list(chosen), weight)
            best = value if best is None else max(best, value)
    return best


def test_two_who_reach_the_same_people_are_not_taken_together():
    found = propose(
        [who("star", 10, 1, 2, 3, 4), who("twin", 10, 1, 2, 3, 4), who("niche", 10, 8, 9)], Limits(20), seconds=2
    )
    assert found.audience == 6
    assert "niche" in found.chosen
    assert set(found.left_out.values()) == {"already_reached"}
    assert found.gap == 0


def test_communities_count_beside_audience():
    same = [who(f"c1-{i}", 1, *range(10 * i, 10 * i + 10), community="c1") for i in range(2)]
    other = who("c2", 1, *range(100, 109), community="c2")
    assert "c2" in propose([*same, other], Limits(2, community_weight=5)).chosen
    assert "c2" not in propose([*same, other], Limits(2, community_weight=0)).chosen


SETS = st.lists(
    st.tuples(
        st.integers(0, 9), st.frozensets(st.integers(0, 14), max_size=8), st.sampled_from("ab"),
        st.sampled_from(["macro", "micro"]),
    ),
    min_size=1,
    max_size=9,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(SETS, st.integers(0, 25), st.integers(1, 5), st.integers(0, 1), st.integers(0, 2))
def test_the_proposal_is_the_best_there_is_and_says_so(rows, budget, size, least, most):
    candidates = [Candidate(f"p{i}", *row) for i, row in enumerate(rows)]
    limits = Limits(budget, size, {"micro": least}, {"macro": most})
    found = propose(candidates, limits)
    best = best_by_enumeration(candidates, limits)
    if best is None:
        assert not found.feasible
        return
    assert found.feasible
    assert found.worth == pytest.approx(best)
    assert found.gap == 0
    chosen = [one for one in candidates if one.key in found.chosen]
    assert found.cost == sum(one.cost for one in chosen) <= budget
    assert found.audience == len(reached(chosen))
    assert set(found.left_out) | set(found.chosen) == {one.key for one in candidates}


def test_who_must_be_in_is_in_and_who_is_excluded_is_not():
    given_ = [who("a", 5, 1, 2, 3), who("b", 5, 4), who("c", 5, 5)]
    found = propose(given_, Limits(10, include=frozenset({"b"}), exclude=frozenset({"a"})))
    assert sorted(found.chosen) == ["b", "c"]
    assert found.left_out == {"a": "excluded"}


def test_an_impossible_mix_is_told_rather_than_bent():
    assert not propose([who("a", 5, 1, tier="micro")], Limits(10, at_least={"macro": 1})).feasible
    assert not propose([who("a", 50, 1)], Limits(10, include=frozenset({"a"}))).feasible


def test_unknown_costs_are_left_out_and_named():
    assert propose([who("a", None, 1), who("b", 1, 2)], Limits(5)).left_out == {"a": "cost_unknown"}


def test_a_swap_says_what_it_changes():
    given_ = [who("a", 5, 1, 2, 3, community="x"), who("b", 4, 3, 4, community="y"), who("c", 3, 9, community="y")]
    limits = Limits(9, size=2, community_weight=0)
    found = propose(given_, limits)
    assert sorted(found.chosen) == ["a", "b"]
    told = {one["out"]: one for one in swaps(given_, found, limits)}
    assert told["b"] == {"out": "b", "in": "c", "audience": 0, "communities": 0, "cost": -1}
    assert told["a"] == {"out": "a", "in": "c", "audience": -1, "communities": -1, "cost": -2}


def test_five_hundred_candidates_take_less_than_five_seconds_and_the_gap_is_stated():
    rng = np.random.default_rng(5)
    many = [
        Candidate(
            f"p{i}", int(rng.integers(5_000, 200_000)),
            frozenset(int(x) for x in (rng.zipf(1.3, int(rng.integers(20, 400))) % 20_000)),
            f"c{i % 12}", ["macro", "magic_middle", "micro"][i % 3],
        )
        for i in range(500)
    ]  # fmt: skip
    before = time.process_time()
    found = propose(many, Limits(1_000_000, 20, {"micro": 3}, {"macro": 4}))
    assert time.process_time() - before < 5
    assert found.feasible
    assert found.cost <= 1_000_000
    assert 0 <= found.gap < 0.2
    assert found.bound >= found.worth
