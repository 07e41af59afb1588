"""Reading a corpus goes batch by batch, each bounded, and whatever the batches the answer is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.reading import fill, read
from data.warehouse.store import open_store
from pipelines.detection import enrich as module

POSTS = 400


def tables(store: Any) -> dict[str, list[tuple[Any, ...]]]:
    return {
        name: store.execute(f"SELECT {columns} FROM {name} ORDER BY ALL").fetchall()
        for name, columns in {
            "nlp.post_features": "post_id, text_hash, language, disclosure, tone",
            "nlp.judged": "post_id, text_hash",
            "detection.hits": "post_id, segment, round(relevance, 4), matched, matched_terms",
        }.items()
    }


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Posts and characters of every batch that is read."""
    seen: list[tuple[int, int]] = []
    whole = module._Batches.read

    def watched(self: Any, statement: str) -> Any:
        for rows in whole(self, statement):
            seen.append((len(rows), sum(len(row[2]) for row in rows)))
            yield rows

    monkeypatch.setattr(module._Batches, "read", watched)
    return seen


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    with open_store(tmp_path_factory.mktemp("whole") / "store.duckdb") as store:
        fill(store, POSTS)
        read(store)
        return tables(store)


@pytest.mark.parametrize(("posts", "chars"), [(37, 20_000_000), (20_000, 6_000), (1_000, 1_000_000)])
def test_the_answer_is_the_same_in_however_many_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: Any, at_once: Any, posts: int, chars: int
) -> None:
    monkeypatch.setattr(module, "BATCH", posts)
    monkeypatch.setattr(module, "BATCH_CHARS", chars)
    with open_store(tmp_path / "store.duckdb") as store:
        fill(store, POSTS)
        read(store)
        assert tables(store) == at_once
    longest = 24 * 45
    assert max(count for count, _ in sizes) <= posts
    assert max(size for _, size in sizes) <= chars + longest
    assert sum(count for count, _ in sizes) == 2 * POSTS


def test_a_second_reading_reads_nothing(tmp_path: Path, sizes: list[tuple[int, int]]) -> None:
    with open_store(tmp_path / "store.duckdb") as store:
        fill(store, POSTS)
        read(store)
        before = tables(store)
        sizes.clear()
        read(store)
        assert sizes == []
        assert tables(store) == before


def test_only_texts_that_changed_are_read_again(tmp_path: Path, sizes: list[tuple[int, int]]) -> None:
    with open_store(tmp_path / "store.duckdb") as store:
        fill(store, POSTS)
        read(store)
        sizes.clear()
        store.execute("UPDATE core.posts SET text = text || ' again' WHERE post_id IN ('p0000001', 'p0000007')")
        read(store)
        assert [count for count, _ in sizes] == [2, 2]


def test_a_hit_that_no_judgement_stands_behind_does_not_stay_beside_the_next_one(
    tmp_path: Path, at_once: dict[str, list[tuple[Any, ...]]]
) -> None:
    """As the migration that names identities anew leaves them: hits renamed, judgements to be made again."""
    with open_store(tmp_path / "store.duckdb") as store:
        fill(store, POSTS)
        read(store)
        store.execute("DELETE FROM nlp.judged")
        read(store)
        assert tables(store) == at_once


def test_hits_of_another_brief_are_left_alone(tmp_path: Path) -> None:
    other = "('other', 'r0', 'p0000001', 's', 0.5, true, [], [])"
    with open_store(tmp_path / "store.duckdb") as store:
        fill(store, POSTS)
        store.execute(f"INSERT INTO detection.hits VALUES {other}")
        read(store)
        assert store.execute("SELECT count(*) FROM detection.hits WHERE brief = 'other'").fetchall() == [(1,)]
