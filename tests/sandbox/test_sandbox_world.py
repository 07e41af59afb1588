"""The planted world: what it promises about its people, posts and truth, whatever the seed."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import UserError
from data.records import FIELDS, REQUIRED
from data.sandbox import Settings, World, generate

if TYPE_CHECKING:
    from pathlib import Path

SMALL = {"accounts": 1500, "posts": 20_000, "days": 90}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return generate(tmp_path_factory.mktemp("world"), seed=5, **SMALL)


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> World:
    return generate(tmp_path_factory.mktemp("flat"), seed=5, difficulty="no-structure", **SMALL)


def ask(world: World, query: str) -> list[tuple[Any, ...]]:
    """Run a query in which the names of the world's tables stand for its files."""
    with duckdb.connect() as connection:
        for name in ("accounts", "posts", "ties", "observations", "latent"):
            connection.execute(f"CREATE VIEW {name} AS FROM '{world.folder}/{name}.parquet'")
        connection.execute(f"CREATE VIEW truth AS FROM read_csv('{world.folder}/truth.csv', all_varchar = true)")
        return connection.execute(query).fetchall()


def one(world: World, query: str) -> Any:
    return ask(world, query)[0][0]


def digest(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def test_the_same_settings_write_the_same_bytes(tmp_path: Path) -> None:
    first = generate(tmp_path / "a", accounts=200, posts=1500, days=30, seed=9)
    second = generate(tmp_path / "b", accounts=200, posts=1500, days=30, seed=9)
    assert digest(first.folder) == digest(second.folder)


def test_another_seed_is_another_world(tmp_path: Path) -> None:
    first = generate(tmp_path / "a", accounts=200, posts=1500, days=30, seed=9)
    second = generate(tmp_path / "b", accounts=200, posts=1500, days=30, seed=10)
    assert digest(first.folder)["posts.parquet"] != digest(second.folder)["posts.parquet"]


def test_every_account_is_in_the_truth_once_per_segment_under_the_id_an_import_gives(world: World) -> None:
    ids = one(world, "SELECT count(DISTINCT source || ':' || native_id) FROM accounts")
    joined = one(
        world, "SELECT count(DISTINCT account) FROM truth JOIN accounts ON account = source || ':' || native_id"
    )
    assert ids == joined == SMALL["accounts"]
    assert not ask(world, "SELECT account, segment FROM truth GROUP BY ALL HAVING count(*) > 1")


def test_the_truth_has_the_promised_columns(world: World) -> None:
    with (world.folder / "truth.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert header == ["account", "segment", "tier", "community", "person", "true_rank", "opted_out"]


@pytest.mark.parametrize(("file", "kind"), [("accounts", "account"), ("posts", "post"), ("ties", "tie")])
def test_the_files_carry_the_columns_that_an_import_needs(world: World, file: str, kind: str) -> None:
    columns = pq.read_schema(world.folder / f"{file}.parquet").names
    assert set(REQUIRED[kind]) <= set(columns)
    assert set(columns) - set(FIELDS[kind]) <= {"hide_collections"}


def test_posts_are_as_many_as_asked_and_inside_the_window(world: World) -> None:
    count, first, last = ask(world, "SELECT count(*), epoch(min(published_at)), epoch(max(published_at)) FROM posts")[0]
    end = world.settings.as_of.timestamp()
    assert count == SMALL["posts"]
    assert end - 91 * 86_400 <= first < last <= end


def test_ids_are_unique_and_sort_like_time(world: World) -> None:
    rows = ask(world, "SELECT native_id FROM posts WHERE source = 'mastodon' ORDER BY published_at, native_id")
    ids = [int(row[0]) for row in rows]
    assert ids == sorted(set(ids))


def test_a_reaction_comes_after_what_it_is_about(world: World) -> None:
    late = one(
        world,
        """SELECT count(*) FROM posts r JOIN posts o
           ON o.native_id = coalesce(r.in_reply_to, r.repost_of, r.quote_of) WHERE r.published_at <= o.published_at""",
    )
    orphans = one(
        world,
        """SELECT count(*) FROM posts r WHERE coalesce(r.in_reply_to, r.repost_of, r.quote_of) IS NOT NULL
           AND NOT EXISTS (FROM posts o WHERE o.native_id = coalesce(r.in_reply_to, r.repost_of, r.quote_of))""",
    )
    assert (late, orphans) == (0, 0)


def test_a_repost_says_nothing_of_its_own(world: World) -> None:
    assert one(world, "SELECT count(*) FROM posts WHERE (kind = 'repost') <> (text = '')") == 0


def test_audiences_have_a_heavy_tail(world: World) -> None:
    rows = ask(world, "SELECT followers FROM accounts WHERE followers > 0 ORDER BY 1 DESC")
    top = np.log(np.array([row[0] for row in rows[:75]], dtype=float))
    hill = 1 / (top[:-1] - top[-1]).mean()
    assert 0.4 < hill < 2.2


def test_tiers_are_few_and_in_the_order_of_a_pyramid(world: World) -> None:
    counts = dict(ask(world, "SELECT coalesce(tier, ''), count(*) FROM truth WHERE segment <> '' GROUP BY 1"))
    inside = sum(counts.values())
    assert 0.01 < counts["macro"] / inside < 0.08
    assert counts["macro"] < counts["magic_middle"] < counts["micro"] < counts[""]


def test_ranks_are_whole_within_a_segment(world: World) -> None:
    for segment in ("filtre", "espresso", "torrefaction"):
        query = f"SELECT DISTINCT true_rank::INT FROM truth WHERE segment = '{segment}' AND true_rank <> '' ORDER BY 1"
        ranks = [row[0] for row in ask(world, query)]
        assert ranks == list(range(1, len(ranks) + 1))


def test_nobody_off_the_subject_has_a_tier_or_a_rank(world: World) -> None:
    assert (
        one(world, "SELECT count(*) FROM truth WHERE coalesce(segment, '') = '' AND coalesce(tier, true_rank) <> ''")
        == 0
    )


def test_the_merely_famous_are_off_the_subject(world: World) -> None:
    query = "SELECT max(followers) FROM accounts JOIN latent ON account = source || ':' || native_id WHERE role_name"
    assert one(world, f"{query} = 'celebrity'") > one(world, f"{query} = 'expert'")
    assert (
        one(
            world, "SELECT count(*) FROM truth JOIN latent USING (account) WHERE role_name = 'celebrity' AND tier <> ''"
        )
        == 0
    )


def amplifiers(world: World, role: str) -> float:
    return float(
        one(
            world,
            f"""WITH heard AS (
                    SELECT 'mastodon:' || o.account AS account, count(DISTINCT r.account) AS people
                    FROM posts r JOIN posts o ON o.native_id = coalesce(r.in_reply_to, r.repost_of, r.quote_of)
                    WHERE r.account <> o.account GROUP BY 1)
                SELECT avg(coalesce(people, 0)) FROM latent LEFT JOIN heard USING (account)
                WHERE role_name = '{role}' AND NOT blog AND "primary" < 0""",
        )
    )


def test_spammers_post_most_and_are_heard_least(world: World) -> None:
    volume = dict(ask(world, "SELECT role_name, avg(posts) FROM latent JOIN accounts USING (url) GROUP BY 1"))
    assert volume["spammer"] > 3 * volume["expert"]
    assert amplifiers(world, "expert") > 5 * amplifiers(world, "spammer")


def test_quiet_experts_post_less_than_media_and_are_heard_more(world: World) -> None:
    volume = dict(ask(world, "SELECT role_name, avg(posts) FROM latent JOIN accounts USING (url) GROUP BY 1"))
    assert volume["expert"] < volume["media"]
    assert amplifiers(world, "expert") > amplifiers(world, "media")


def test_pods_answer_one_another_within_minutes(world: World) -> None:
    query = """SELECT median(epoch(r.published_at) - epoch(o.published_at)) FROM posts r
               JOIN posts o ON o.native_id = coalesce(r.in_reply_to, r.repost_of)
               JOIN latent a ON a.account = 'mastodon:' || r.account
               JOIN latent b ON b.account = 'mastodon:' || o.account
               WHERE a.pod >= 0 AND"""
    inside, outside = one(world, f"{query} a.pod = b.pod"), one(world, f"{query} b.pod < 0")
    assert inside < 600 < outside


def test_some_opted_out_and_every_wish_can_be_read_in_the_records(world: World) -> None:
    told = one(
        world,
        """SELECT count(*) FROM accounts JOIN truth ON account = source || ':' || native_id
           WHERE opted_out::BOOL <> (NOT discoverable OR NOT indexable OR noindex OR regexp_matches(
             coalesce(summary, ''), '#(nobot|noindex|nosearch)', 'i'))""",
    )
    assert told == 0
    assert 0.03 < world.opted_out / SMALL["accounts"] < 0.15


def test_persons_with_two_accounts_share_the_truth(world: World) -> None:
    people = ask(
        world,
        """SELECT count(DISTINCT coalesce(tier, '')), count(DISTINCT coalesce(true_rank, '')) FROM truth
           GROUP BY person, segment HAVING count(*) > 1""",
    )
    assert len(people) > 20
    assert set(people) == {(1, 1)}


def test_visitors_of_a_segment_have_a_rank_there_below_those_at_home_but_no_tier(world: World) -> None:
    ranks = """SELECT median(true_rank::INT) FROM truth JOIN latent USING (account)
               WHERE segment = 'filtre' AND true_rank <> '' AND (topic_name = 'filtre') = """
    assert one(world, ranks + "true") < one(world, ranks + "false")
    tiers = "SELECT count(*) FROM truth JOIN latent USING (account) WHERE tier <> '' AND segment <> topic_name"
    assert one(world, tiers) == 0


def test_neither_brands_nor_those_who_opted_out_take_a_rank(world: World) -> None:
    ranked = "SELECT count(*) FROM truth JOIN latent USING (account) WHERE true_rank <> '' AND "
    assert one(world, ranked + "role_name = 'brand'") == 0
    assert one(world, ranked + "opted_out = 'true'") == 0


def test_declared_doubles_link_both_ways_and_others_only_look_alike(world: World) -> None:
    both = one(world, "SELECT count(*) FROM accounts a JOIN accounts b ON a.links = b.url AND b.links = a.url")
    alike = one(world, "SELECT count(*) FROM accounts WHERE handle LIKE '%\\_bis@%' ESCAPE '\\' AND links IS NULL")
    assert both > 20
    assert alike > 5


def test_doubles_say_the_same_twice(world: World) -> None:
    query = """SELECT count(*) FROM posts p JOIN posts q ON p.text = q.text AND p.account <> q.account
               JOIN latent l ON l.account = 'mastodon:' || p.account WHERE l."primary" >= 0 AND length(p.text) > 40"""
    assert one(world, query) > 50


def test_texts_are_diverse_and_in_several_languages(world: World) -> None:
    distinct, total = ask(world, "SELECT count(DISTINCT text), count(*) FROM posts WHERE text <> ''")[0]
    assert distinct / total > 0.75
    assert one(world, "SELECT count(DISTINCT declared_language) FROM posts") == 4


def test_the_query_words_also_mean_other_things(world: World) -> None:
    assert (
        one(world, "SELECT count(*) FROM posts WHERE text ILIKE '%volvo v60%' OR text ILIKE '%filtre instagram%'") > 0
    )


def test_unfilled_slots_never_show(world: World) -> None:
    assert one(world, "SELECT count(*) FROM posts WHERE regexp_matches(text || coalesce(title, ''), '[{}]')") == 0


def test_ties_stay_mostly_inside_communities(world: World) -> None:
    share = """SELECT avg((a.community = b.community)::INT) FROM ties
               JOIN latent a ON a.account = 'mastodon:' || from_account
               JOIN latent b ON b.account = 'mastodon:' || to_account"""
    chance = "SELECT sum(s * s) FROM (SELECT count(*) / sum(count(*)) OVER () AS s FROM latent GROUP BY community)"
    assert one(world, share) > 3 * one(world, chance)


def test_some_audiences_jump_without_cause(world: World) -> None:
    jumps = one(
        world,
        """SELECT count(*) FROM (SELECT followers / lag(followers)
           OVER (PARTITION BY native_id ORDER BY observed_at) AS g FROM observations) WHERE g > 2.5""",
    )
    assert jumps > 0


def test_a_world_without_structure_has_no_tiers(flat: World) -> None:
    assert one(flat, "SELECT count(*) FROM truth WHERE tier <> '' OR community <> '' OR true_rank <> ''") == 0


def test_a_world_without_structure_has_ties_and_topics_that_know_nothing_of_people(flat: World) -> None:
    share, expected = ask(
        flat,
        """WITH sizes AS (SELECT community, count(*) / sum(count(*)) OVER () AS s FROM latent WHERE NOT blog GROUP BY 1)
           SELECT (SELECT avg((a.community = b.community)::INT) FROM ties
                   JOIN latent a ON a.account = 'mastodon:' || from_account
                   JOIN latent b ON b.account = 'mastodon:' || to_account), (SELECT sum(s * s) FROM sizes)""",
    )[0]
    assert share == pytest.approx(expected, abs=0.04)
    assert amplifiers(flat, "expert") < 2 * amplifiers(flat, "fan")


def test_a_harder_world_is_more_mixed(tmp_path: Path) -> None:
    share = """SELECT avg((a.community = b.community)::INT) FROM ties
               JOIN latent a ON a.account = 'mastodon:' || from_account
               JOIN latent b ON b.account = 'mastodon:' || to_account"""
    easy = generate(tmp_path / "easy", seed=3, difficulty="easy", accounts=800, posts=4000)
    hard = generate(tmp_path / "hard", seed=3, difficulty="hard", accounts=800, posts=4000)
    assert one(easy, share) > one(hard, share) + 0.1


def test_the_brief_can_be_read(world: World) -> None:
    from data.brief.read import read_brief

    brief = read_brief(world.folder / "brief.toml")
    assert brief.name == "cafe-de-specialite"
    assert brief.as_of == world.settings.as_of
    assert [s.name for s in brief.segments] == ["filtre", "espresso", "torrefaction"]
    assert {s.kind for s in brief.sources} == {"mastodon", "feeds"}


def test_the_world_says_how_to_make_it_again(world: World, tmp_path: Path) -> None:
    told = tomllib.loads((world.folder / "world.toml").read_text(encoding="utf-8"))
    assert told.pop("brief") == "cafe-de-specialite"
    assert digest(generate(tmp_path / "again", Settings(**told)).folder) == digest(world.folder)


@pytest.mark.parametrize(
    "wrong", [{"accounts": 3}, {"posts": 0}, {"days": 0}, {"seed": -1}, {"difficulty": "brutal"}, {"instances": 40}]
)
def test_settings_that_make_no_world_are_told_in_one_line(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError) as caught:
        generate(tmp_path / "none", **wrong)
    assert "\n" not in caught.value.message.fr
    assert not (tmp_path / "none").exists()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    accounts=st.integers(50, 400),
    posts=st.integers(100, 1500),
    days=st.integers(2, 400),
    seed=st.integers(0, 2**40),
    difficulty=st.sampled_from(["easy", "default", "hard", "no-structure"]),
    instances=st.integers(1, 15),
)
def test_any_size_and_seed_makes_a_whole_world(tmp_path: Path, **asked: Any) -> None:
    made = generate(tmp_path / "any", as_of=datetime(2025, 3, 1, tzinfo=UTC), **asked)
    assert made.rows["accounts"] == asked["accounts"]
    assert made.rows["posts"] == asked["posts"]
    assert one(made, "SELECT count(*) FROM posts WHERE NOT EXISTS (FROM accounts a WHERE a.native_id = account)") == 0
    assert one(made, "SELECT count(*) FROM ties WHERE from_account = to_account") == 0
