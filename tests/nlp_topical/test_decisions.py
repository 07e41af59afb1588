"""Decisions about people sharpen the subject; understanding costs what is new, whatever the size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.brief.model import Brief
from data.brief.read import read_brief
from data.warehouse.store import Connection, open_store
from pipelines.detection import enrich as module
from pipelines.detection.decided import decisions_hash
from pipelines.detection.enrich import enrich
from pipelines.detection.study import study

BRIEF = """
[brief]
name = "essai"
[brand]
name = "Brûlerie"
[[segments]]
name = "espresso"
query = '"espresso" OR "torréf*"'
"""
COFFEE = (
    "espresso beans with a thick crema",
    "fresh espresso beans and a fine grind",
    "the barista pulled an espresso",
)
COUPONS = ("cheap espresso coupons, click for a discount", "discount coupons, click now, espresso deals")
MORE_COUPONS = ("discount coupons for fine beans, click now", "cheap beans, coupons and deals, click")
CHATTER = ("who is watching the match tonight", "the train is late again this morning", "a novel read in one night")


@pytest.fixture
def brief(tmp_path: Path) -> Brief:
    path = tmp_path / "essai.toml"
    path.write_text(BRIEF, "utf-8")
    return read_brief(path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Connection]:
    with open_store(tmp_path / "work.duckdb") as connection:
        yield connection


@pytest.fixture
def write(store: Connection) -> Callable[..., None]:
    def add(account: str, *texts: str) -> None:
        store.execute(
            "INSERT INTO core.accounts (account_id, source, native_id) VALUES (?, 'net', ?) ON CONFLICT DO NOTHING",
            [account, account],
        )
        for text in texts:
            number = store.execute("SELECT count(*) FROM core.posts").fetchall()[0][0]
            store.execute(
                "INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text)"
                " VALUES (?, ?, 'net', ?, 'post', TIMESTAMPTZ '2026-01-01 00:00:00+00', ?)",
                [f"p{number}", account, f"p{number}", text],
            )
            store.execute("INSERT INTO core.brief_posts VALUES ('essai', ?, NULL)", [f"p{number}"])

    return add


@pytest.fixture
def world(write: Callable[..., None]) -> None:
    for n in range(4):
        write("lea", *(f"{text}, take {n}" for text in COFFEE))
        write("promo", *(f"{text}, offer {n}" for text in COUPONS))
        write("max", *(f"{text} {n}" for text in CHATTER))
    write("shop", *MORE_COUPONS)


def relevance(store: Connection, account: str) -> float:
    rows = store.execute(
        "SELECT coalesce(avg(h.relevance), 0) FROM core.posts p LEFT JOIN detection.hits h USING (post_id) WHERE account_id = ?",
        [account],
    ).fetchall()
    return float(rows[0][0])


def test_people_left_out_lower_what_resembles_their_posts(store: Connection, brief: Brief, world: None) -> None:
    enrich(store, brief, study(brief), "r1")
    before, coffee = relevance(store, "shop"), relevance(store, "lea")
    enrich(store, brief, study(brief), "r2", decided={"promo": "out"})
    assert relevance(store, "shop") < before or before == 0
    assert relevance(store, "promo") < relevance(store, "lea")
    assert relevance(store, "lea") >= coffee - 0.1


def test_a_new_decision_judges_all_again_and_the_same_ones_nothing(
    store: Connection, brief: Brief, world: None
) -> None:
    posts = store.execute("SELECT count(*) FROM core.posts").fetchall()[0][0]
    assert enrich(store, brief, study(brief), "r1") == posts
    assert enrich(store, brief, study(brief), "r2", decided={"promo": "out"}) == posts
    assert enrich(store, brief, study(brief), "r3", decided={"promo": "out"}) == 0
    assert enrich(store, brief, study(brief), "r4", decided={"promo": "in"}) == posts


@pytest.mark.parametrize("decided", [{"nobody": "in"}, {"lea": "undecided"}, {}])
def test_decisions_that_teach_nothing_cost_nothing(
    store: Connection, brief: Brief, world: None, decided: dict[str, str]
) -> None:
    enrich(store, brief, study(brief), "r1")
    assert enrich(store, brief, study(brief), "r2", decided=decided) == 0


def test_the_order_of_decisions_does_not_matter(store: Connection, world: None) -> None:
    one = decisions_hash(store, "essai", {"lea": "in", "promo": "out"})
    assert one == decisions_hash(store, "essai", {"promo": "out", "lea": "in", "max": "undecided"})
    assert one != decisions_hash(store, "essai", {"promo": "in", "lea": "out"})


def test_matched_terms_are_plain_words(store: Connection, brief: Brief, write: Callable[..., None]) -> None:
    write("lea", "Un Espresso chez le torréfacteur, puis #Torréfaction")
    enrich(store, brief, study(brief), "r1")
    rows = store.execute("SELECT matched_terms FROM detection.hits").fetchall()
    assert rows == [(["espresso", "torréfacteur", "torréfaction"],)]


def test_only_new_posts_are_read_in_however_many_batches(
    store: Connection, brief: Brief, world: None, write: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 7)
    monkeypatch.setattr(module, "BATCH_CHARS", 120)
    posts = store.execute("SELECT count(*) FROM core.posts").fetchall()[0][0]
    assert enrich(store, brief, study(brief), "r1") == posts
    write("lea", "one more espresso", "and a longer one " + "with crema " * 100)
    assert enrich(store, brief, study(brief), "r2") == 2
    assert enrich(store, brief, study(brief), "r3") == 0


def test_a_batch_holds_a_bounded_amount_of_text(
    store: Connection, brief: Brief, write: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    judge = module._Judge.write
    monkeypatch.setattr(module, "BATCH_CHARS", 1_000)
    monkeypatch.setattr(
        module._Judge, "write", lambda self, rows, run: (sizes.append(len(rows)), judge(self, rows, run))
    )
    write("lea", *(f"espresso {n} " + "and crema " * 90 for n in range(6)))
    enrich(store, brief, study(brief), "r1")
    assert sum(sizes) == 6
    assert max(sizes) <= 2


def test_the_subject_is_learned_anew_once_the_crawl_has_grown_by_half(
    store: Connection, brief: Brief, world: None, write: Callable[..., None]
) -> None:
    posts = store.execute("SELECT count(*) FROM core.posts").fetchall()[0][0]
    enrich(store, brief, study(brief), "r1")
    added = 0
    for step in range(3):  # a fifth at a time: the growth adds up
        write("max", *(f"rain in the garden {step} {n}" for n in range(posts // 5)))
        added += posts // 5
        read = enrich(store, brief, study(brief), f"r{step + 2}")
    assert added > posts / 2
    assert read == posts + added
