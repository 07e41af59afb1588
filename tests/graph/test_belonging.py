"""Who is at home in a subject, and how sure a ranking can be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.ecosystem import Options, base, segment_map
from graph.scores.relevance import ANSWERED, AT_HOME, PRESUMED_POSTS, SMALLEST_HOME, belonging, home, relevance

WEIGHTS = {"a": 1.0, "b": 1.0, "c": 1.0}


def test_with_few_posts_one_is_presumed_to_speak_as_the_community_does():
    on_topic, judged = np.array([1, 1, 18, 1, 16]), np.array([2, 2, 20, 20, 20])
    found = belonging(on_topic, judged, np.array([0, 1, 0, 1, 0]))
    assert found[0] > found[1] + 20


def test_with_many_posts_ones_own_words_decide():
    on_topic, judged = np.array([0, 360, 360]), np.array([400, 400, 400])
    assert belonging(on_topic, judged, np.zeros(3, int))[0] < 6


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(-1, 3)), min_size=1, max_size=30))
def test_belonging_is_a_share(people):
    on_topic, off_topic, community = np.array(people).T
    found = belonging(on_topic, on_topic + off_topic, community)
    assert np.all((found > 0) & (found < 100))


def test_ones_own_posts_do_not_raise_what_one_is_presumed_to_say():
    alone = belonging(np.array([9]), np.array([9]), np.array([-1]))[0]
    assert alone == pytest.approx(100 * (9 + PRESUMED_POSTS / 3) / (9 + PRESUMED_POSTS))


def towns(sizes, shares, posts=20):
    """Communities of the given sizes, whose members all give that share of their posts to the subject."""
    community = np.repeat(np.arange(len(sizes)), sizes)
    return np.repeat(shares, sizes) * posts, np.full(len(community), float(posts)), community


def test_the_subject_is_at_home_in_the_community_that_speaks_of_it_most():
    said, spoken, community = towns([20, 20, 20], [0.6, 0.4, 0.1])
    found = home(said, spoken, community)
    assert found[0] == pytest.approx(1.0)
    assert found[20] > AT_HOME > found[40]


def test_a_handful_of_people_does_not_set_the_measure_of_home():
    said, spoken, community = towns([SMALLEST_HOME - 1, 30], [1.0, 0.4])
    found = home(said, spoken, community)
    assert found[-1] == pytest.approx(1.0)
    assert found.max() == pytest.approx(1.0)


def test_of_who_has_no_community_home_is_unknown():
    said, spoken, community = towns([20, 20], [0.6, 0.1])
    community[:3] = -1
    found = home(said, spoken, community)
    assert np.isnan(found[:3]).all()
    assert np.isfinite(found[3:]).all()


def test_without_communities_nobody_is_said_to_visit():
    assert np.isnan(home(np.ones(5), np.ones(5) * 4, np.full(5, -1))).all()
    assert len(home(np.zeros(0), np.zeros(0), np.zeros(0, int))) == 0


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(-1, 2)), min_size=1, max_size=60))
def test_home_is_a_share_of_the_highest(people):
    said, rest, community = np.array(people).T
    found = home(said, said + rest, community)
    assert np.all(np.isnan(found) | ((found > 0) & (found <= 1)))


def test_what_one_says_unasked_weighs_four_times_an_answer(make):
    world = make.planted()
    fit = relevance(world, 0)
    kinds = np.where(world.posts.kind == "post", 1.0, ANSWERED)
    judged = np.isfinite(world.posts.relevance[:, 0])
    expected = np.bincount(world.posts.person[judged], kinds[judged], len(world.people))
    assert np.allclose(fit.spoken, expected)
    assert np.all(fit.said <= fit.spoken + 1e-9)
    assert np.all(fit.said <= fit.on_topic + 1e-9)


def test_the_brands_own_accounts_take_no_rank(make):
    world = make.planted()
    world.people.kind[0], world.people.kind[1] = "brand", "competitor"
    found = segment_map(world, base(world), 0, Options(draws=20))
    place = {int(row): i for i, row in enumerate(found.rows)}
    assert {0, 1} <= set(place)
    for row in (0, 1):
        assert np.isnan(found.rank[place[row]])
        assert np.isnan(found.intervals.low["rank"][place[row]])
    ranks = found.rank[np.isfinite(found.rank)]
    assert sorted(ranks) == list(range(1, len(ranks) + 1))
