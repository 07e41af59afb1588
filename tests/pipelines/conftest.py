"""A small store that a test fills with records of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data.brief.model import Brief
from data.brief.read import read_brief
from data.warehouse.load import Staging, load
from data.warehouse.store import Connection, open_store

BRIEF = """
[brief]
name = "essai"
why = "Parce que."
objectives = ["awareness"]
[brand]
name = "Brûlerie"
[[segments]]
name = "filtre"
query = '"café filtre" OR V60'
[[segments]]
name = "espresso"
query = "espresso*"
"""


@pytest.fixture
def brief_of(tmp_path: Path) -> Callable[..., Brief]:
    """Make a brief out of TOML; by default a small sound one, with words replaced as asked."""

    def make(text: str = BRIEF, **replaced: str) -> Brief:
        for old, new in replaced.items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "essai.toml"
        path.write_text(text, "utf-8")
        return read_brief(path)

    return make


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Connection]:
    """An empty working store."""
    with open_store(tmp_path / "work.duckdb") as connection:
        yield connection


@pytest.fixture
def put(store: Connection) -> Callable[..., None]:
    """Load records written as dictionaries into the store, for the brief `essai`."""

    def write(*records: dict[str, Any]) -> None:
        staging = Staging(store)
        staging.add_json_lines([json.dumps(record) for record in records])
        report = load(staging, brief="essai", found_via="test")
        assert not report.rejects

    return write


@pytest.fixture
def account() -> Callable[..., dict[str, Any]]:
    def make(name: str, **fields: Any) -> dict[str, Any]:
        known = {
            "account_id": name,
            "source": "forum",
            "native_id": name,
            "handle": name,
            "url": f"https://forum.example/{name}",
        }
        return {"type": "account", **known, **fields}

    return make


@pytest.fixture
def post() -> Callable[..., dict[str, Any]]:
    def make(number: int, text: str, author: str = "lea", **fields: Any) -> dict[str, Any]:
        known = {
            "post_id": f"p{number}",
            "account_id": author,
            "source": "forum",
            "native_id": str(number),
            "kind": "post",
        }
        return {
            "type": "post",
            **known,
            "published_at": f"2026-05-{1 + number % 28:02d}T10:00:00Z",
            "text": text,
            **fields,
        }

    return make
