"""What a run takes over from an earlier one: exact where nothing changed, close where little did, nothing otherwise."""

import numpy as np
import pytest

from graph.carried import MOST_CHANGED, MOST_DRIFT, Before, Past, change, communities
from graph.columns import People, Posts, Ties, World
from graph.ecosystem import Options, base, ground, segment_map
from graph.evidence import evidence_of
from graph.scores.influence import AXES
from graph.ties import Pairs

COLUMNS = (
    "attention",
    "on_topic_posts",
    "relevance_n",
    "resonance_n",
    *AXES,
    *(f"{axis}_{side}" for axis in AXES for side in ("low", "high")),
)


def obj(values):
    result = np.empty(len(values), object)
    result[:] = values
    return result


def made(n=400, seed=1, new=()):
    """Two groups; some write of the subject, others repost them. `new` people write one post more."""
    rng = np.random.default_rng(seed)
    people = People(
        obj([f"p{i:04d}" for i in range(n)]), obj(["net"] * n), obj(["fr"] * n), rng.integers(50, 9000, n).astype(float),
        np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan), np.full(n, 900.0), np.zeros(n, bool),
        obj([None] * n), np.zeros(n, bool),
    )  # fmt: skip
    author = np.concatenate([np.repeat(np.arange(n), 8), np.array(new, np.int64)])
    total = len(author)
    relevance = np.where(author % 4 == 0, 0.9, 0.0).reshape(-1, 1)
    age = np.concatenate([rng.uniform(1, 300, n * 8), np.full(len(new), 0.2)])
    posts = Posts(
        author, age, obj(["post"] * total), np.concatenate([rng.poisson(6, n * 8), np.full(len(new), 6)]).astype(float),
        relevance, np.ones(total, np.int32),
    )  # fmt: skip
    half = n // 2
    source = rng.integers(0, n, n * 12)
    target = (rng.integers(0, half // 4, n * 12) * 4 + np.where(source < half, 0, half)) % n
    good = source != target
    pairs = np.unique(source[good] * n + target[good])
    source, target = pairs // n, pairs % n
    ties = Ties(
        source.astype(np.int32), target.astype(np.int32), obj(["repost"] * len(pairs)), np.ones(len(pairs)),
        np.full(len(pairs), 30.0), np.full((len(pairs), 1), 0.9),
    )  # fmt: skip
    return World(people, posts, ties, ("s",))


def drawn(world, past=None, previous=None):
    shared = base(world, previous, past=past)
    return shared, segment_map(world, shared, 0, Options())


def past_of(world, shared, found, run="r1"):
    """Lay a segment's map out as the warehouse hands it back."""
    n = len(world.people)
    rows, low, high = found.rows, found.intervals.low, found.intervals.high
    values = {
        "influence": found.influence, "rank": found.rank, "in_top_20": found.intervals.top_20, "reach": found.reach,
        "resonance": shared.resonance.score[rows], "relevance": found.relevance, "attention": found.measures.attention,
        "betweenness": found.measures.betweenness, "burt_constraint": found.burt_constraint, "on_topic_posts": found.on_topic, "relevance_n": found.judged,
        "resonance_n": shared.resonance.counts[rows],
    }  # fmt: skip
    for name in ("reach", "resonance", "relevance", "influence", "rank"):
        values[f"{name}_low"], values[f"{name}_high"] = low[name], high[name]
    columns = {}
    for name, column in values.items():
        columns[name] = np.full(n, np.nan)
        columns[name][rows] = column
    ids = np.array([*shared.communities.ids, None], object)[shared.communities.member]
    firmness = dict(zip(shared.communities.ids, shared.communities.firmness.tolist(), strict=True))
    return Past([Before(run, columns, found.error)], firmness, run), ids.tolist()


@pytest.fixture(scope="module")
def first():
    world = made()
    shared, found = drawn(world)
    return world, shared, found


def test_the_same_world_again_gives_the_same_map(first):
    world, shared, found = first
    past, previous = past_of(world, shared, found)
    again_shared, again = drawn(world, past, previous)
    assert again_shared.grounds[0].kept
    assert again_shared.communities_from is None, "the same evidence is partitioned again, and alike"
    assert again.rows.tolist() == found.rows.tolist()
    np.testing.assert_allclose(again.influence, found.influence)
    for name in ("influence", "reach", "relevance", "rank"):
        np.testing.assert_allclose(again.intervals.low[name], found.intervals.low[name])
        np.testing.assert_allclose(again.intervals.high[name], found.intervals.high[name])
    np.testing.assert_allclose(again.measures.betweenness, found.measures.betweenness)
    np.testing.assert_allclose(again.burt_constraint, found.burt_constraint)
    assert again_shared.communities.ids == shared.communities.ids
    np.testing.assert_array_equal(again_shared.communities.member, shared.communities.member)


def test_after_a_few_new_posts_bounds_are_close_to_a_full_draw(first):
    _, shared, found = first
    later = made(new=[0, 4, 8, 12, 16, 20])
    past, previous = past_of(later, shared, found)
    kept_shared, kept = drawn(later, past, previous)
    _, whole = drawn(later, None, previous)
    assert kept_shared.grounds[0].kept
    assert 0 < kept_shared.grounds[0].change.changed < MOST_CHANGED
    assert kept.rows.tolist() == whole.rows.tolist()
    np.testing.assert_allclose(kept.influence, whole.influence)
    for name, near in (("influence", 4.0), ("relevance", 3.0), ("rank", 12.0)):
        for side in ("low", "high"):
            mine, full = getattr(kept.intervals, side)[name], getattr(whole.intervals, side)[name]
            known = np.isfinite(full)
            assert np.mean(np.abs(mine[known] - full[known])) < near, (name, side)


def test_burts_constraint_is_computed_again_for_whom_something_changed_and_else_taken_over(first):
    _, shared, found = first
    later = made(new=[0, 4, 8, 12, 16, 20])
    past, previous = past_of(later, shared, found)
    then = past.segments[0].columns["burt_constraint"]
    then[:] = np.where(np.isfinite(then), then + 100.0, then)
    kept_shared, kept = drawn(later, past, previous)
    _, whole = drawn(later, None, previous)
    changed = np.isin(kept.rows, kept_shared.grounds[0].rows[kept_shared.grounds[0].change.who])
    known = np.isfinite(whole.burt_constraint)
    assert 0 < changed[known].sum() < known.sum()
    np.testing.assert_allclose(kept.burt_constraint[changed & known], whole.burt_constraint[changed & known])
    np.testing.assert_allclose(kept.burt_constraint[~changed & known], then[kept.rows[~changed & known]])


def test_scores_with_a_formula_are_never_taken_over(first):
    _, shared, found = first
    later = made(new=[0] * 5)
    past, previous = past_of(later, shared, found)
    _, kept = drawn(later, past, previous)
    _, whole = drawn(later, None, previous)
    np.testing.assert_allclose(kept.relevance, whole.relevance)
    np.testing.assert_allclose(kept.measures.pagerank, whole.measures.pagerank)
    np.testing.assert_allclose(kept.measures.attention, whole.measures.attention)


def test_bounds_hold_the_score_and_stay_on_the_scale(first):
    _, shared, found = first
    later = made(new=list(range(0, 36, 4)))
    past, previous = past_of(later, shared, found)
    kept_shared, kept = drawn(later, past, previous)
    assert kept_shared.grounds[0].kept
    low, high = kept.intervals.low, kept.intervals.high
    assert np.all(low["influence"] >= 0)
    assert np.all(high["influence"] <= 100)
    ranked = np.isfinite(kept.rank)
    assert np.all(low["rank"][ranked] >= 1)
    assert np.all(low["rank"][ranked] <= high["rank"][ranked])
    assert np.all(high["rank"][ranked] <= len(kept.rows))
    assert np.all((kept.intervals.top_20 >= 0) & (kept.intervals.top_20 <= 1))


def test_when_much_changed_everything_is_drawn_again(first):
    _, shared, found = first
    later = made(new=list(range(0, 400, 4)) * 2)
    past, previous = past_of(later, shared, found)
    kept_shared, kept = drawn(later, past, previous)
    _, whole = drawn(later, None, previous)
    assert kept_shared.grounds[0].change.changed > MOST_CHANGED
    assert not kept_shared.grounds[0].kept
    assert kept_shared.communities_from is None
    np.testing.assert_allclose(kept.intervals.low["rank"], whole.intervals.low["rank"])


def before(**columns):
    n = len(next(iter(columns.values())))
    given = {name: np.full(n, 5.0) for name in COLUMNS}
    return Before("r1", given | {name: np.array(values, float) for name, values in columns.items()})


def now(**columns):
    n = len(next(iter(columns.values())))
    given = {name: np.full(n, 5.0) for name in COLUMNS}
    return given | {name: np.array(values, float) for name, values in columns.items()}


def test_fading_alike_is_no_change():
    found = change(before(attention=[10, 20, 40, 80]), np.arange(4), now(attention=[9, 18, 36, 72]))
    assert not found.who.any()
    assert found.drift == pytest.approx(0, abs=1e-9)
    assert found.small


def test_attention_that_moves_for_one_is_theirs_alone():
    then, today = [10.0] * 30, [10.0] * 29 + [20.0]
    found = change(before(attention=then), np.arange(30), now(attention=today))
    assert np.flatnonzero(found.who).tolist() == [29]
    assert found.drift == pytest.approx(10 / 310)
    assert found.small


def test_one_celebritys_leap_is_too_much_even_if_nobody_else_moves():
    found = change(before(attention=[10.0] * 30), np.arange(30), now(attention=[10.0] * 29 + [100.0]))
    assert found.drift > MOST_DRIFT
    assert not found.small


def test_newcomers_and_leavers_count_as_changed():
    then = before(attention=[10, 10, 10, np.nan])
    found = change(then, np.array([0, 1, 3]), now(attention=[10, 10, 10]))
    assert found.who.tolist() == [False, False, True]
    assert found.changed == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", ["on_topic_posts", "relevance_n", "resonance_n"])
def test_a_tenth_of_the_posts_more_is_a_change(name):
    then = before(attention=[9] * 4, **{name: [5, 5, 20, 0]})
    found = change(then, np.arange(4), now(attention=[9] * 4, **{name: [5, 6, 22, 1]}))
    assert found.who.tolist() == [False, True, False, True], "one more of five, of twenty, of none"


@pytest.mark.parametrize("name", ["reach", "resonance", "relevance"])
def test_an_edit_that_leaves_counts_alone_is_a_change_when_a_score_moves(name):
    found = change(before(attention=[9, 9]), np.arange(2), now(attention=[9, 9], **{name: [6.9, 7.1]}))
    assert found.who.tolist() == [False, True]


def test_a_score_that_moves_little_beside_its_own_interval_is_none():
    wide = before(attention=[9, 9], resonance_low=[1, 4], resonance_high=[21, 6])
    found = change(wide, np.arange(2), now(attention=[9, 9], resonance=[9.5, 9.5]))
    assert found.who.tolist() == [False, True]


@pytest.mark.parametrize("name", ["reach", "resonance", "relevance"])
def test_a_score_that_is_lost_is_a_change(name):
    found = change(before(attention=[9, 9]), np.arange(2), now(attention=[9, 9], **{name: [5, np.nan]}))
    assert found.who.tolist() == [False, True]


def test_newcomers_join_the_community_they_attend_to_most():
    pairs = Pairs(
        np.array([0, 1, 2, 3, 4, 4, 5]), np.array([1, 0, 3, 2, 0, 2, 6]), np.array([1, 1, 1, 1, 0.5, 1.5, 1.0]),
        np.ones(7, bool), 7,
    )  # fmt: skip
    found = communities(pairs, obj(["c7", "c7", "c9", "c9", None, None, None]), {"c7": 0.8, "c9": 0.6, "c11": 0.9})
    assert found.ids == ("c9", "c7")
    assert found.firmness.tolist() == [0.6, 0.8]
    assert found.member.tolist() == [1, 1, 0, 0, 0, -1, -1]


def test_communities_that_nobody_is_in_any_more_are_gone():
    pairs = Pairs(np.zeros(0, int), np.zeros(0, int), np.zeros(0), np.zeros(0, bool), 2)
    found = communities(pairs, obj([None, "c1"]), {"c1": 0.5, "c2": 0.5})
    assert found.ids == ("c1",)
    assert found.member.tolist() == [-1, 0]


def test_the_evidence_of_some_is_theirs_among_all(first):
    world, shared, found = first
    on = ground(world, shared, 0)
    parts = {"reach": found.reach, "relevance": found.relevance}
    one = np.ones(len(found.rows))
    whole = evidence_of(shared, found.rows, on.size, on.fit, on.near, parts, one > 0, one)
    some = np.array([0, 3, 7])
    few = {name: values[some] for name, values in parts.items()}
    cut = evidence_of(shared, found.rows[some], on.size, on.fit, on.near, few, one[some] > 0, one[some])
    for name in ("reach", "resonance", "relevance", "on_topic", "off_topic", "shrunk"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(whole, name)[some])
    for name in ("ladder", "reaction_ladder"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(whole, name))
    for name in ("mass", "echo", "attention", "residual"):
        sums = np.bincount(getattr(whole, name).owner, getattr(whole, name).weight, len(found.rows))[some]
        np.testing.assert_allclose(np.bincount(getattr(cut, name).owner, getattr(cut, name).weight, 3), sums)
