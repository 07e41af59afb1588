"""A planted world is read as it was planted; a world without structure is not read at all."""

import numpy as np
import pytest

from graph.ecosystem import Options, base, segment_map
from graph.intervals import Evidence, Items, intervals, poisson


@pytest.fixture(scope="module")
def mapped(make):
    world = make.planted()
    shared = base(world)
    return world, shared, segment_map(world, shared, 0, Options(draws=100))


def test_the_planted_experts_lead(mapped):
    _, _, found = mapped
    assert len({*found.rows[:15]} & {*range(10)}) >= 8


def test_the_star_off_the_subject_does_not_win(mapped):
    world, _, found = mapped
    star = len(world.people) - 1
    place = np.flatnonzero(found.rows == star)
    assert len(place) == 0 or found.rank[place[0]] > 40


def test_intervals_hold_the_score_and_stay_on_the_scale(mapped):
    _, shared, found = mapped
    known = np.isfinite(found.influence)
    low, high = found.intervals.low["influence"], found.intervals.high["influence"]
    inside = (low[known] <= found.influence[known] + 1) & (found.influence[known] - 1 <= high[known])
    assert inside.mean() > 0.95
    for name in ("reach", "resonance", "relevance", "influence"):
        values = found.intervals.high[name]
        assert np.nanmax(values) <= 100
    assert shared.resonance.counts[0] == 20


def test_the_same_world_gives_the_same_map(make, mapped):
    world, _, found = mapped
    again = segment_map(world, base(world), 0, Options(draws=100))
    np.testing.assert_array_equal(found.rows, again.rows)
    np.testing.assert_array_equal(found.intervals.low["rank"], again.intervals.low["rank"])


def test_a_world_without_structure_gives_no_confident_ranking(make, mapped):
    world = make.planted(structure=False)
    flat = segment_map(world, base(world), 0, Options(draws=100))
    _, _, found = mapped

    def width(of):
        return np.nanmedian((of.intervals.high["rank"] - of.intervals.low["rank"])[:20]) / len(of.rows)

    assert width(flat) > 0.6
    assert width(flat) > 1.5 * width(found)
    assert flat.intervals.top_20[:20].mean() < found.intervals.top_20[:10].mean()


def test_hidden_people_have_no_row_but_their_attention_counts(make):
    world = make.planted()
    heard = segment_map(world, base(world), 0, Options(draws=4))
    hidden = np.zeros(len(world.people), bool)
    hidden[5:20] = True
    world.people.hidden[:] = hidden
    found = segment_map(world, base(world), 0, Options(draws=4))
    assert not {*found.rows} & {*range(5, 20)}
    at = {row: i for i, row in enumerate(heard.rows)}
    first = int(np.flatnonzero(found.rows == 0)[0])
    assert found.measures.attention[first] == pytest.approx(heard.measures.attention[at[0]])


def test_a_brands_attention_is_not_that_of_a_peer(make):
    kind = [None] * 9 + ["brand"]
    people = make.people(10, kind=kind)
    posts = make.posts(np.arange(10), np.ones(10))
    world = make.world(people, posts, make.ties([9, 0], [1, 2]))
    found = segment_map(world, base(world), 0, Options(draws=4))
    of = dict(zip(found.rows, found.measures.attention, strict=True))
    assert of[1] == 0
    assert of[2] > 0.9


def test_where_nothing_was_read_the_graph_is_the_subject(make):
    world = make.world(make.people(40), None, make.ties(np.arange(1, 40), np.zeros(39, int)))
    assert world.nothing_judged
    found = segment_map(world, base(world), 0, Options(draws=4))
    of = dict(zip(found.rows, found.measures.attention, strict=True))
    assert of[0] > 30
    assert np.isnan(found.influence).all()
    assert set(found.relevance_missing) == {"no_posts"}


def test_an_empty_world_maps_to_nothing(make):
    world = make.world(make.people(0))
    found = segment_map(world, base(world), 0, Options(draws=4))
    assert len(found.rows) == 0


def test_poisson_counts_have_the_mean_and_variance_of_a_bootstrap():
    drawn = poisson(np.random.default_rng(0), (2000, 100))
    assert drawn.mean() == pytest.approx(1, abs=0.01)
    assert drawn.var() == pytest.approx(1, abs=0.02)


def evidence(m, posts_each, seed=0):
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(m), posts_each)
    quality = rng.normal(0, 1, m)
    residual = quality[owner] + rng.normal(0, 1, len(owner))
    weight = rng.uniform(0, 1, len(owner))
    shrunk = np.array([np.median(residual[owner == i]) for i in range(m)]) * posts_each / (posts_each + 10)
    from graph.cohorts import standing
    from graph.scores.relevance import scale

    return Evidence(
        reach=rng.uniform(0, 100, m),
        cohort_size=np.full(m, m),
        heard=np.zeros(m, bool),
        attention=Items(np.zeros(0, int), np.zeros(0)),
        ladder=np.zeros(1),
        resonance=standing(shrunk, np.sort(shrunk)),
        shrunk=shrunk,
        residual=Items(owner, residual),
        reaction_ladder=np.sort(shrunk),
        relevance=scale(np.bincount(owner, weight, m)),
        mass=Items(owner, weight),
        echo=Items(owner, weight),
        level=np.linspace(0.5, 3.0, m),
        level_spread=np.full(m, np.sqrt(1.0 / posts_each)),
        highest=3.0,
        on_topic=np.full(m, 6.0),
        off_topic=np.full(m, 6.0),
        staying=np.ones(m),
        contender=np.ones(m, bool),
        trust=np.ones(m),
    )


def test_more_posts_give_narrower_intervals():
    few, many = (intervals(evidence(200, k)) for k in (6, 120))
    for name in ("resonance", "relevance", "rank"):
        assert np.median(many.high[name] - many.low[name]) < np.median(few.high[name] - few.low[name])


def test_unknown_scores_have_no_interval():
    drawn = evidence(50, 10)
    drawn.relevance[3], drawn.resonance[4] = np.nan, np.nan
    found = intervals(drawn, draws=40)
    assert np.isnan(found.low["relevance"][3])
    assert np.isnan(found.low["influence"][3])
    assert found.top_20[3] == 0
    assert np.isnan(found.low["resonance"][4])
    assert np.isfinite(found.low["influence"][4])


def test_two_hundred_draws_over_twenty_thousand_people_take_seconds():
    import time

    big = evidence(200, 5)
    m, owner = 20_000, np.repeat(np.arange(20_000), 10)
    rng = np.random.default_rng(0)
    big = Evidence(
        rng.uniform(0, 100, m), np.full(m, m), np.zeros(m, bool), Items(owner, rng.random(len(owner))), np.sort(rng.random(m)),
        rng.uniform(0, 100, m), rng.normal(size=m), Items(owner, rng.normal(size=len(owner))), np.sort(rng.normal(size=m)),
        rng.uniform(0, 100, m), Items(owner, rng.random(len(owner))), Items(owner, rng.random(len(owner))),
        rng.uniform(0, 3, m), np.full(m, 0.3), 3.0, np.full(m, 6.0), np.full(m, 6.0), np.ones(m), np.ones(m, bool), np.ones(m),
    )  # fmt: skip
    started = time.process_time()
    intervals(big)
    assert time.process_time() - started < 15
