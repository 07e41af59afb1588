"""People answer what they care for, and outlets say that they are outlets, whatever the difficulty and the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pytest

from data.sandbox import Settings, generate
from data.sandbox.people import ROLE, People, populate
from data.sandbox.posting import COPY, Posts, write_posts
from data.sandbox.settings import Difficulty, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def drawn(difficulty: Difficulty, seed: int, posts: int = 12_000) -> tuple[People, Posts]:
    settings = Settings(accounts=800, posts=posts, seed=seed, difficulty=difficulty)
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2)]
    people = populate(settings, streams[0])
    return people, write_posts(people, settings, streams[1])


@pytest.mark.parametrize(("difficulty", "seed"), [("easy", 5), ("default", 6), ("default", 17), ("hard", 7)])
def test_reactions_go_to_the_home_topic_as_often_as_the_focus_says(difficulty: Difficulty, seed: int) -> None:
    people, posts = drawn(difficulty, seed)
    reactions = (posts.kind > 0) & (posts.kind != COPY)
    by = posts.author[reactions]
    at_home = np.mean(posts.topic[reactions] == people.topic[by])
    # What strays may stray home: an eighth of a quarter, or a third of a fifth.
    assert np.mean(people.focus[by]) - 0.04 < at_home < np.mean(people.focus[by]) + 0.1


def test_originals_and_reactions_tell_the_same_of_what_a_person_cares_for() -> None:
    people, posts = drawn("default", 23, posts=30_000)
    home = posts.topic == people.topic[posts.author]
    shares = []
    for some in (posts.kind == 0, (posts.kind > 0) & (posts.kind != COPY)):
        written = np.bincount(posts.author[some], minlength=len(people))
        shares.append((np.bincount(posts.author[some & home], minlength=len(people)), written))
    many = (shares[0][1] >= 15) & (shares[1][1] >= 15) & ~people.blog
    first, second = (on[many] / written[many] for on, written in shares)
    assert many.sum() > 50
    assert np.corrcoef(first, second)[0, 1] > 0.5


def test_a_reaction_is_on_the_topic_of_what_it_answers() -> None:
    _, posts = drawn("default", 9)
    rows = np.flatnonzero(posts.target >= 0)
    assert len(rows) > 1000
    assert np.array_equal(posts.topic[rows], posts.topic[posts.target[rows]])


def test_a_ring_still_reacts_mostly_to_itself() -> None:
    people, posts = drawn("default", 11)
    rows = np.flatnonzero((posts.target >= 0) & (people.pod[posts.author] >= 0) & (posts.kind != COPY))
    inside = people.pod[posts.author[rows]] == people.pod[posts.author[posts.target[rows]]]
    assert inside.mean() > 0.4


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[tuple[Any, ...]]]:
    folder: Path = tmp_path_factory.mktemp("outlets")
    generate(folder, accounts=900, posts=8000, days=90, seed=13)

    def run(query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            for name in ("accounts", "posts", "latent"):
                connection.execute(f"CREATE VIEW {name} AS FROM '{folder}/{name}.parquet'")
            return connection.execute(query).fetchall()

    return run


ACCOUNTS = "accounts a JOIN latent l USING (url)"


def test_most_outlets_link_to_a_site_of_their_own_and_no_person_does(ask: Callable[[str], Any]) -> None:
    own = f"SELECT avg((a.links LIKE '%.example/')::INT) FROM {ACCOUNTS} WHERE NOT l.blog AND l.role_name"
    assert ask(f"{own} = 'media'")[0][0] > 0.5
    assert not ask(f"{own} IN ('fan', 'expert', 'figure')")[0][0]


def test_what_outlets_post_mostly_leads_to_their_own_site(ask: Callable[[str], Any]) -> None:
    share = """SELECT avg((p.links LIKE '%://' || split_part(split_part(l.url, '@', 2), '/', 1) || '.example/%')::INT)
        FROM posts p JOIN accounts a ON a.native_id = p.account JOIN latent l ON l.url = a.url
        WHERE p.kind = 'post' AND NOT l.blog AND l.role_name"""
    assert ask(f"{share} = 'media' AND p.links IS NOT NULL")[0][0] > 0.6
    assert ask(f"{share} <> 'media' AND p.links IS NOT NULL")[0][0] == 0


def test_most_outlets_say_what_they_are_and_are_named_as_outlets_are(ask: Callable[[str], Any]) -> None:
    names = {name for bank in ("fr", "en", "de", "es") for name in vocabulary()[bank]["outlet"]}
    told = ask(f"SELECT a.display_name, a.summary FROM {ACCOUNTS} WHERE l.role_name = 'media' AND NOT l.blog")
    assert told
    assert all(any(shown.startswith(name) for name in names) for shown, _ in told)
    words = ("rédaction", "magazine", "journal", "média", "revue", "newsroom", "news", "redaktion", "nachrichten")
    spanish = ("redacción", "periódico", "revista")
    spoken = [any(word in summary.lower() for word in (*words, *spanish)) for _, summary in told]
    assert 0.5 < np.mean(spoken) <= 1


def test_every_role_of_the_world_is_still_there() -> None:
    people, _ = drawn("default", 3, posts=2000)
    assert set(np.unique(people.role)) == set(ROLE.values())
