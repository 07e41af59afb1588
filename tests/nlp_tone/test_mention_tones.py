"""The tone towards an organisation is that of the clauses that name it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipelines.detection import mention_tones as module
from pipelines.detection.mention_tones import mention_tones

MIXED = "The service of Nordroast is awful and slow, but I love Canal, wonderful people."
NAMES = {"Canal": ("brûlerie du canal",), "Nordroast": ()}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    con.execute("CREATE SCHEMA core")
    con.execute("CREATE TABLE core.posts (post_id VARCHAR, title VARCHAR, text VARCHAR)")
    con.execute("CREATE TABLE core.reservations (post_id VARCHAR, wishes VARCHAR[], model BOOLEAN)")
    con.execute("CREATE TABLE map_posts (post BIGINT, post_id VARCHAR, language VARCHAR)")
    con.execute("CREATE TABLE map_mentions (post BIGINT, counterpart VARCHAR, kind VARCHAR)")
    yield con
    con.close()


def say(
    con: duckdb.DuckDBPyConnection, text: str, *names: str, language: str | None = "en", title: str | None = None
) -> int:
    post = con.execute("SELECT count(*) FROM core.posts").fetchall()[0][0]
    con.execute("INSERT INTO core.posts VALUES (?, ?, ?)", [f"p{post}", title, text])
    con.execute("INSERT INTO map_posts VALUES (?, ?, ?)", [post, f"p{post}", language])
    con.executemany("INSERT INTO map_mentions VALUES (?, ?, 'brand')", [[post, name] for name in names])
    return post


def tones(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, str], float | None]:
    mention_tones(con, NAMES)
    return {(post, name): tone for post, name, tone in con.execute("FROM map_mention_tones").fetchall()}


def test_one_post_is_negative_for_one_and_positive_for_the_other(connection: duckdb.DuckDBPyConnection) -> None:
    post = say(connection, MIXED, "Canal", "Nordroast")
    found = tones(connection)
    assert found[post, "Canal"] > 0 > found[post, "Nordroast"]


def test_other_names_of_an_organisation_count(connection: duckdb.DuckDBPyConnection) -> None:
    text = "Nordroast, quelle horreur, c'est nul. Mais la Brûlerie du Canal, quel bonheur, j'adore !"
    post = say(connection, text, "Canal", "Nordroast", language="fr")
    found = tones(connection)
    assert found[post, "Canal"] > found[post, "Nordroast"]


def test_a_post_that_only_links_to_it_is_judged_whole(connection: duckdb.DuckDBPyConnection) -> None:
    post = say(connection, "What a wonderful place, I love it https://canal.example", "Nordroast")
    assert tones(connection)[post, "Nordroast"] > 0


def test_a_language_without_weights_has_no_tone(connection: duckdb.DuckDBPyConnection) -> None:
    german, unknown = (
        say(connection, "Canal ist toll", "Canal", language="de"),
        say(connection, "x", "Canal", language=None),
    )
    found = tones(connection)
    assert found[german, "Canal"] is None
    assert found[unknown, "Canal"] is None


def test_titles_are_read_and_reading_goes_on_over_batches(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    for n in range(5):
        say(connection, f"We went there {n} times.", "Canal", "Nordroast", title="I love Canal")
    found = tones(connection)
    assert len(found) == 10
    assert all(found[n, "Canal"] > 0 for n in range(5))


def test_a_post_named_twice_is_judged_once(connection: duckdb.DuckDBPyConnection) -> None:
    post = say(connection, "I love Canal", "Canal", "Canal")
    assert list(tones(connection)) == [(post, "Canal")]


def test_nothing_named_gives_an_empty_table(connection: duckdb.DuckDBPyConnection) -> None:
    assert tones(connection) == {}


@pytest.mark.parametrize("text", ["\x00Canal\x00", "Canal" + "\u0301" * 50_000, "\u202eCanal", "Canal " * 30_000])
def test_a_hostile_text_has_a_tone_or_none(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    post = say(connection, text, "Canal")
    found = tones(connection)[post, "Canal"]
    assert found is None or -1 <= found <= 1


def test_a_post_whose_site_lets_no_model_read_it_has_no_tone(connection: duckdb.DuckDBPyConnection) -> None:
    read, reserved = say(connection, MIXED, "Canal"), say(connection, MIXED, "Canal")
    connection.execute("INSERT INTO core.reservations VALUES (?, ['ai-input'], true)", [f"p{reserved}"])
    found = tones(connection)
    assert found[read, "Canal"] > 0
    assert found.get((reserved, "Canal")) is None
