"""Small worlds with planted truth, made from columns."""

import numpy as np
import pytest

from graph.columns import People, Posts, Ties, World


def words(values):
    values = list(values)
    result = np.empty(len(values), object)
    result[:] = values
    return result


def make_people(n, **columns):
    base = {
        "person_id": words(f"p{i}" for i in range(n)),
        "source": words(["net"] * n),
        "language": words(["fr"] * n),
        "followers": np.full(n, np.nan),
        "following": np.full(n, np.nan),
        "growth": np.full(n, np.nan),
        "leap": np.ones(n),
        "age_days": np.full(n, np.nan),
        "automated": np.zeros(n, bool),
        "kind": words([None] * n),
        "hidden": np.zeros(n, bool),
    }
    given = {
        k: words(v) if isinstance(v, list) and base[k].dtype == object else np.asarray(v) for k, v in columns.items()
    }
    return People(**{**base, **given})


def make_posts(person, relevance, **columns):
    person = np.asarray(person, np.int32)
    n = len(person)
    relevance = np.asarray(relevance, np.float32).reshape(n, -1) if n else np.zeros((0, 1), np.float32)
    base = {
        "age_days": np.arange(n, dtype=float),
        "kind": words(["post"] * n),
        "reactions": np.full(n, np.nan),
        "copies": np.ones(n, np.int32),
    }
    given = {
        k: words(v) if isinstance(v, list) and base[k].dtype == object else np.asarray(v) for k, v in columns.items()
    }
    return Posts(person=person, relevance=relevance, **{**base, **given})


def make_ties(source, target, **columns):
    n = len(source)
    base = {
        "kind": words(["mention"] * n),
        "count": np.ones(n),
        "age_days": np.zeros(n),
        "topical": np.ones((n, 1), np.float32),
    }
    given = {
        k: words(v) if isinstance(v, list) and base[k].dtype == object else np.asarray(v) for k, v in columns.items()
    }
    return Ties(source=np.asarray(source, np.int32), target=np.asarray(target, np.int32), **{**base, **given})


def no_ties(segments=1):
    return make_ties([], [], topical=np.zeros((0, segments), np.float32))


def no_posts():
    return make_posts([], [])


def make_world(people, posts=None, ties=None, segments=("cafe",), floors=None):
    posts = no_posts() if posts is None else posts
    ties = no_ties(len(segments)) if ties is None else ties
    return World(people, posts, ties, tuple(segments), floors or {})


def planted(n=400, *, seed=0, structure=True):
    """Four communities, one of them on the subject; the first ten of it are its experts, person n-1 an off-subject star."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) // (n // 4)
    expert = np.arange(n) < 10
    followers = np.round(10 ** rng.normal(2.3, 0.3, n))
    followers[n - 1] = 5_000_000
    person = np.repeat(np.arange(n), 20)
    chance = np.where(expert, 0.8, np.where(group == 0, 0.3, 0.02)) if structure else np.full(n, 0.2)
    fit = np.where(rng.random(len(person)) < chance[person], rng.uniform(0.5, 1, len(person)), 0.0)
    expected = 0.02 * followers * (np.where(expert, 3, 1) if structure else 1)
    reactions = rng.poisson(np.minimum(expected, 1e5)[person])
    posts = make_posts(person, fit, age_days=rng.uniform(0, 300, len(person)), reactions=reactions.astype(float))
    source = np.repeat(np.arange(n), 12)
    peers = (source // (n // 4)) * (n // 4) + rng.integers(0, n // 4, len(source))
    target = np.where(rng.random(len(source)) < 0.9, peers, rng.integers(0, n, len(source)))
    if structure:
        target = np.where(
            (group[source] == 0) & (rng.random(len(source)) < 0.5), rng.integers(0, 10, len(source)), target
        )
    topical = np.where(group[source] == 0, 0.8, 0.02) if structure else np.full(len(source), 0.2)
    ties = make_ties(source, target, topical=topical.reshape(-1, 1).astype(np.float32))
    return make_world(make_people(n, followers=followers), posts, ties)


class Worlds:
    people = staticmethod(make_people)
    posts = staticmethod(make_posts)
    ties = staticmethod(make_ties)
    no_ties = staticmethod(no_ties)
    world = staticmethod(make_world)
    planted = staticmethod(planted)
    words = staticmethod(words)


@pytest.fixture(scope="session")
def make():
    """The makers of people, posts, ties and whole worlds."""
    return Worlds
