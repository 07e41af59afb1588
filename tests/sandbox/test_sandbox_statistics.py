"""What a world promises holds for every difficulty and seed, not for one that was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from data.sandbox import World, generate

if TYPE_CHECKING:
    from collections.abc import Callable

STRUCTURED = [(difficulty, seed) for difficulty in ("easy", "default", "hard") for seed in (3, 41)]
FLAT = [("no-structure", seed) for seed in (3, 41)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], World]:
    """Return the world of a difficulty and a seed, made once."""
    worlds: dict[tuple[str, int], World] = {}

    def make(difficulty: str, seed: int) -> World:
        if (difficulty, seed) not in worlds:
            folder = tmp_path_factory.mktemp(f"{difficulty}{seed}")
            worlds[difficulty, seed] = generate(
                folder, accounts=1200, posts=15_000, days=120, seed=seed, difficulty=difficulty
            )
        return worlds[difficulty, seed]

    return make


@pytest.fixture
def ask(made: Callable[[str, int], World], request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """Return the one value a query gives on the world named by the test's parameters."""
    world = made(*request.param)

    def run(query: str) -> Any:
        with duckdb.connect() as connection:
            for name in ("accounts", "posts", "ties", "observations", "latent"):
                connection.execute(f"CREATE VIEW {name} AS FROM '{world.folder}/{name}.parquet'")
            path = f"{world.folder}/truth.csv"
            connection.execute(f"CREATE VIEW truth AS FROM read_csv('{path}', all_varchar = true)")
            return connection.execute(query).fetchall()[0][0]

    return run


every = pytest.mark.parametrize("ask", [*STRUCTURED, *FLAT], indirect=True, ids=str)
structured = pytest.mark.parametrize("ask", STRUCTURED, indirect=True, ids=str)
flat = pytest.mark.parametrize("ask", FLAT, indirect=True, ids=str)

HEARD = """WITH heard AS (
    SELECT o.account, count(DISTINCT r.account) AS people FROM posts r
    JOIN posts o ON o.native_id = coalesce(r.in_reply_to, r.repost_of, r.quote_of)
    WHERE r.account <> o.account GROUP BY 1
), known AS (
    SELECT l.*, a.native_id, a.posts AS written, coalesce(h.people, 0) AS people
    FROM latent l JOIN (SELECT url, native_id, (SELECT count(*) FROM posts p WHERE p.account = accounts.native_id) AS posts FROM accounts) a
    USING (url) LEFT JOIN heard h ON h.account = a.native_id WHERE NOT l.blog AND l."primary" < 0
)"""


@every
def test_the_posts_of_the_most_active_tenth_are_most_of_all(ask: Callable[[str], Any]) -> None:
    share = ask("""SELECT sum(n) FILTER (WHERE place <= 0.1) / sum(n) FROM (
        SELECT count(*) AS n, percent_rank() OVER (ORDER BY count(*) DESC) AS place FROM posts GROUP BY account)""")
    assert 0.3 < share < 0.95


@every
def test_audiences_are_as_unequal_as_in_life(ask: Callable[[str], Any]) -> None:
    assert ask("SELECT max(followers) / median(followers) FROM accounts WHERE followers > 0") > 30
    assert ask("SELECT skewness(followers) FROM accounts") > 3


@every
def test_some_figures_are_unknown_and_none_is_negative(ask: Callable[[str], Any]) -> None:
    assert 0 < ask("SELECT avg((followers IS NULL)::INT) FROM accounts WHERE source = 'mastodon'") < 0.5
    for name in ("likes", "reposts", "replies", "quotes"):
        assert ask(f"SELECT min({name}) FROM posts") >= 0


@every
def test_counts_of_reactions_are_at_least_those_that_can_be_seen(ask: Callable[[str], Any]) -> None:
    hidden = ask("""SELECT count(*) FROM posts o JOIN (
        SELECT in_reply_to AS id, count(*) AS n FROM posts WHERE in_reply_to IS NOT NULL GROUP BY 1) r
        ON r.id = o.native_id WHERE o.replies < r.n""")
    assert hidden == 0


@every
def test_nobody_reacts_to_what_they_wrote_themselves_by_reposting_or_follows_themselves(
    ask: Callable[[str], Any],
) -> None:
    assert ask("SELECT count(*) FROM ties WHERE from_account = to_account") == 0
    assert (
        ask("SELECT count(*) FROM (SELECT 1 FROM ties GROUP BY from_account, to_account, kind HAVING count(*) > 1)")
        == 0
    )


@every
def test_every_language_is_spoken_and_french_or_english_most(ask: Callable[[str], Any]) -> None:
    assert ask("SELECT count(DISTINCT declared_language) FROM posts") >= 3
    share = ask("SELECT avg((declared_language IN ('fr', 'en'))::INT) FROM posts WHERE declared_language IS NOT NULL")
    assert share > 0.5


@every
def test_some_opted_out_and_not_most(ask: Callable[[str], Any]) -> None:
    assert 0.02 < ask("SELECT avg((opted_out = 'true')::INT) FROM truth") < 0.2


@structured
def test_experts_are_heard_by_more_people_than_spammers_who_post_more(ask: Callable[[str], Any]) -> None:
    def mean(what: str, role: str) -> float:
        return float(ask(f"{HEARD} SELECT avg({what}) FROM known WHERE role_name = '{role}'"))

    assert mean("written", "spammer") > mean("written", "expert")
    assert mean("people", "expert") > 2 * mean("people", "spammer")


@structured
def test_each_segment_has_its_tiers_and_its_first_rank(ask: Callable[[str], Any]) -> None:
    for segment in ("filtre", "espresso", "torrefaction"):
        inside = f"FROM truth WHERE segment = '{segment}'"
        assert ask(f"SELECT count(DISTINCT tier) {inside} AND tier <> ''") == 3
        assert ask(f"SELECT count(*) {inside} AND true_rank = '1'") >= 1


@structured
def test_ties_know_communities(ask: Callable[[str], Any]) -> None:
    assert ask(SAME) > 1.3 * ask(CHANCE)


SAME = """SELECT avg((a.community = b.community)::INT) FROM ties
    JOIN latent a ON a.account = 'mastodon:' || from_account JOIN latent b ON b.account = 'mastodon:' || to_account"""
CHANCE = """SELECT sum(s * s) FROM (
    SELECT count(*) / sum(count(*)) OVER () AS s FROM latent WHERE NOT blog GROUP BY community)"""


@flat
def test_without_structure_ties_know_nothing_of_communities(ask: Callable[[str], Any]) -> None:
    assert ask(SAME) == pytest.approx(ask(CHANCE), abs=0.05)


@flat
def test_without_structure_the_words_of_a_person_say_nothing_of_their_subject(ask: Callable[[str], Any]) -> None:
    correlation = ask("""SELECT corr(near, home) FROM (
        SELECT avg((p.text ILIKE '%v60%' OR p.text ILIKE '%chemex%')::INT) AS near, any_value((l.topic = 0)::INT) AS home
        FROM posts p JOIN latent l ON l.account = 'mastodon:' || p.account WHERE p.text <> '' GROUP BY p.account HAVING count(*) > 4)""")
    assert abs(correlation) < 0.15


@structured
def test_with_structure_the_words_of_a_person_tell_their_subject(ask: Callable[[str], Any]) -> None:
    correlation = ask("""SELECT corr(near, home) FROM (
        SELECT avg((p.text ILIKE '%v60%' OR p.text ILIKE '%chemex%')::INT) AS near, any_value((l.topic = 0)::INT) AS home
        FROM posts p JOIN latent l ON l.account = 'mastodon:' || p.account WHERE p.text <> '' GROUP BY p.account HAVING count(*) > 4)""")
    assert correlation > 0.25


@flat
def test_without_structure_roles_are_heard_alike(ask: Callable[[str], Any]) -> None:
    ratio = ask(f"""{HEARD} SELECT avg(people / written) FILTER (WHERE role_name = 'expert')
        / avg(people / written) FILTER (WHERE role_name = 'casual') FROM known WHERE written > 0""")
    assert 0.4 < ratio < 2.5


@flat
def test_without_structure_nobody_has_a_tier_a_rank_or_a_community(ask: Callable[[str], Any]) -> None:
    assert ask("SELECT count(*) FROM truth WHERE tier <> '' OR true_rank <> '' OR community <> ''") == 0
