"""What is computed by sorting plain numbers is exactly what the plain definition gives."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import ndtr

from graph.backend.cores import peel
from graph.carried import _above
from graph.cohorts import codes, cohorts, medians_by, middles, order_within, sorted_within, standing
from graph.columns import Coded, Posts, Ties
from graph.intervals import Items, _Medians
from graph.roles import Role, roles
from graph.scores.influence import missing
from graph.scores.resonance import shrink
from graph.tier_chances import MARGIN_MOVED, Chances, Held
from graph.tiers import Tiers
from graph.ties import pairs, unasked

FEW = settings(max_examples=40, deadline=None)
FIGURES = st.floats(-9, 9).map(lambda x: round(x, 1))
COLUMN = st.integers(0, 30).flatmap(lambda n: hnp.arrays(float, n, elements=FIGURES))


def obj(values):
    result = np.empty(len(values), object)
    result[:] = values
    return result


@FEW
@given(hnp.arrays(float, st.tuples(st.integers(0, 12), st.integers(1, 5)), elements=FIGURES | st.just(np.nan)), COLUMN)
def test_a_standing_is_the_share_below_and_half_of_the_equals(values, ladder):
    ladder = np.sort(ladder)
    found = standing(values, ladder)
    assert found.shape == values.shape
    for value, percent in zip(values.ravel(), found.ravel(), strict=True):
        if np.isfinite(value) and len(ladder):
            below, equal = (ladder < value).sum(), (ladder == value).sum()
            assert percent == pytest.approx(100 * (below + equal / 2) / len(ladder))


@FEW
@given(COLUMN, st.data())
def test_values_within_groups_come_as_by_two_keys(values, data):
    group = data.draw(hnp.arrays(np.int64, len(values), elements=st.integers(0, 4)))
    ordered, counts = sorted_within(values, group, 5)
    np.testing.assert_array_equal(ordered, values[np.lexsort((values, group))])
    np.testing.assert_array_equal(counts, np.bincount(group, minlength=5))


@FEW
@given(COLUMN, st.data())
def test_medians_are_those_of_each_group_and_nan_of_none(values, data):
    group = data.draw(hnp.arrays(np.int64, len(values), elements=st.integers(0, 4)))
    found = medians_by(values, group, 5)
    for number in range(5):
        mine = values[group == number]
        np.testing.assert_allclose(found[number], np.median(mine) if len(mine) else np.nan)


@FEW
@given(COLUMN, st.data())
def test_what_is_taken_off_a_whole_group_leaves_its_order(values, data):
    """Medians of residuals are read in the order of the values themselves."""
    group = data.draw(hnp.arrays(np.int64, len(values), elements=st.integers(0, 4)))
    off = data.draw(hnp.arrays(float, 5, elements=st.floats(-1e3, 1e3)))
    left = values - off[group]
    found = middles(left[order_within(values, group)], np.bincount(group, minlength=5))
    np.testing.assert_array_equal(found, medians_by(left, group, 5))


@FEW
@given(COLUMN.filter(len), COLUMN, st.data())
def test_a_drawn_median_stands_where_its_value_does(values, ladder, data):
    group = np.sort(data.draw(hnp.arrays(np.int64, len(values), elements=st.integers(0, 2))))
    ladder, people = np.sort(ladder), np.unique(group)
    drawn = _Medians(Items(group, values), 3, ladder).draw(np.random.default_rng(0), people, 7)
    for person, row in zip(people.tolist(), drawn, strict=True):
        own = values[group == person]
        allowed = standing(shrink(own, np.full(len(own), len(own))), ladder)
        assert set(row.tolist()) <= set(allowed.tolist())


@FEW
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 40)), min_size=1, max_size=30))
def test_people_above_a_step_are_counted_off_a_table_to_a_thousandth_each(people):
    centre, spread = (np.array(column) for column in zip(*people, strict=True))
    ladder = np.linspace(0, 100, 11)
    exact = np.array([ndtr((centre - at) / spread).sum() for at in ladder])
    np.testing.assert_allclose(_above(centre, spread, ladder), exact, atol=1e-3 * len(people))


def test_peeling_counts_a_mutual_pair_twice():
    """Three in a ring who answer one another, one who only points at them."""
    counts = np.array([[0, 2, 2, 1], [2, 0, 2, 0], [2, 2, 0, 0], [1, 0, 0, 0]], float)
    assert peel(sp.csr_array(counts)).tolist() == [4, 4, 4, 1]
    assert peel(sp.csr_array((0, 0))).tolist() == []


@FEW
@given(st.lists(st.sampled_from(["fr", "en", "de", None]), max_size=20))
def test_codes_follow_the_words(words):
    found = codes(obj(words))
    assert np.unique(obj(words).astype(str), return_inverse=True)[1].tolist() == found.tolist()


def test_who_has_no_language_is_compared_with_those_who_have_none():
    words = obj(["fr"] * 40 + [None] * 40 + ["en"] * 5)
    found = cohorts(obj(["net"] * 85), words, np.ones(85, bool))
    assert len(set(found[:40])) == len(set(found[40:80])) == len(set(found[80:])) == 1
    assert len({found[0], found[40], found[80]}) == 3, "five are too few: they fall back on the network"


def ties_of(rows):
    """Lay out (source, target, kind, count) as columns, in the order given."""
    source, target, kind, count = zip(*rows, strict=True) if rows else ([], [], [], [])
    n = len(source)
    return Ties(
        np.array(source, np.int32), np.array(target, np.int32), obj(list(kind)), np.array(count, float), np.zeros(n),
        np.full((n, 1), np.nan),
    )  # fmt: skip


TIES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(["reply", "repost", "follow"]), st.integers(1, 9)),
    max_size=25, unique_by=lambda row: row[:3],
)  # fmt: skip


@FEW
@given(TIES)
def test_an_even_exchange_is_counted_whatever_the_order_of_ties(rows):
    found = unasked(ties_of(rows), 5)
    for (source, target, kind, _), share in zip(rows, found.tolist(), strict=True):
        mine = sum(c for s, t, k, c in rows if (s, t) == (source, target) and k != "follow")
        back = sum(c for s, t, k, c in rows if (s, t) == (target, source) and k != "follow")
        assert share == pytest.approx(1.0 if kind == "follow" else min(1.0, 2 * mine / (mine + back)))


@FEW
@given(TIES, st.data())
def test_pairs_add_up_whatever_the_order_of_ties(rows, data):
    table = ties_of(rows)
    strength = data.draw(hnp.arrays(float, len(rows), elements=st.sampled_from([0.0, 0.5, 2.0])))
    found = pairs(table, strength, 5)
    wanted = {}
    for (source, target, _, _), value in zip(rows, strength.tolist(), strict=True):
        if source != target and value > 0:
            wanted[source, target] = wanted.get((source, target), 0.0) + value
    keys = zip(found.source.tolist(), found.target.tolist(), strict=True)
    mine = dict(zip(keys, found.weight.tolist(), strict=True))
    assert mine == pytest.approx({key: 2 * x / (1 + x) for key, x in wanted.items()})
    relayed = {(s, t) for (s, t, k, _), x in zip(rows, strength.tolist(), strict=True) if k == "repost" and x > 0}
    assert all(bool(flag) == (key in relayed) for key, flag in zip(mine, found.amplifies, strict=True))


@pytest.mark.parametrize("coded", [False, True], ids=["as words", "told apart already"])
def test_kinds_are_told_apart_once_for_posts_as_for_ties(coded):
    words = ["post", "reply", "post", "quote"]
    kind = Coded(["post", "quote", "reply"], np.array([0, 2, 0, 1])) if coded else obj(words)
    posts = Posts(np.zeros(4, int), np.zeros(4), kind, np.zeros(4), np.zeros((4, 1)), np.ones(4, int))
    assert posts.kinds[0] == ["post", "quote", "reply"]
    assert posts.of_kind("post", "quote").tolist() == [True, False, True, True]
    assert posts.of_kind("repost").tolist() == [False] * 4


def test_reasons_are_written_in_three_figures_and_the_unknown_as_it_is():
    columns = {
        "reach": np.array([97.123, 96.0, 1.0]),
        "kind": obj([None, "media", None]),
        "k_core": np.array([3, 4, 5]),
    }
    names, reasons = roles(
        columns, 3, (Role("heard", "reach >= 95 AND k_core >= 3 AND kind IS NULL"), Role("media", "kind = 'media'"))
    )
    assert names.tolist() == ["heard", "media", None]
    assert reasons.tolist() == [["k_core=3", "kind=None", "reach=97.1"], ["kind=media"], None]


def test_what_influence_had_to_do_without_is_named_in_order():
    nan = np.nan
    found = missing(np.array([1, nan, nan, 1]), np.array([1, 1, nan, nan]), np.array([1, 1, nan, nan]))
    assert found.tolist() == [None, "reach", "reach,resonance,relevance", "resonance,relevance"]


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({}, True), ({"same": False}, False), ({"tier": "macro"}, False), ({"missing": "off_subject"}, False),
        ({"margin": 5 + MARGIN_MOVED}, True), ({"margin": 5.1 + MARGIN_MOVED}, False), ({"margin": np.nan}, False),
        ({"chance": np.nan}, False),
    ],
    ids=["as it was", "new evidence", "other tier", "other reason", "a point away", "farther", "no cut", "not drawn"],
)  # fmt: skip
def test_a_chance_holds_while_evidence_tier_and_cut_do(change, kept):
    then = {"same": True, "tier": "micro", "missing": None, "margin": 5.0, "chance": 0.9} | change
    chances = Chances(np.array([then["chance"]]), obj(["macro"]), np.array([0.1]))
    held = Held(
        np.array([then["same"]]), obj([then["tier"]]), obj([then["missing"]]), np.array([then["margin"]]), chances
    )
    today = Tiers(obj(["micro"]), obj([None]), obj(["micro:…"]), np.array([5.0]), np.array([False]))
    assert held.still(today).tolist() == [kept]
