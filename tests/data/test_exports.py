"""What leaves comes back."""

from __future__ import annotations

import csv
import json

import pytest

from data.exports.records import export_brief
from data.imports.registry import import_file
from data.people import decide, decisions, open_people
from data.warehouse.store import open_store

HOSTILE = ["=HYPERLINK(1)", "'=x", "''+1", "@lea", "-1", "plain ' quote", "two\nlines; and, commas", "\t=1", "é\u202e"]

RECORDS = [
    {
        "type": "account",
        "account_id": "ap:https://a.example/u/lea",
        "source": "mastodon",
        "native_id": "1",
        "handle": "lea@a.example",
        "display_name": "=HYPERLINK(1)",
        "summary": "x",
        "created_at": "2020-01-01",
        "is_automated": False,
        "links": ["https://b.example", "https://a.example"],
        "first_seen": "2026-01-01T00:00:00Z",
        "last_seen": "2026-02-01T00:00:00Z",
        "followers": 5,
        "observed_at": "2026-01-01T00:00:00Z",
        "mood": "joie",
        "extra": None,
    },
    {
        "type": "account",
        "account_id": "ap:https://a.example/u/out",
        "source": "mastodon",
        "native_id": "2",
        "summary": "#nobot",
        "indexable": False,
    },
    {
        "type": "observation",
        "account_id": "ap:https://a.example/u/lea",
        "observed_at": "2026-02-01T00:00:00Z",
        "followers": 9,
    },
    {
        "type": "tie",
        "from_account": "ap:https://a.example/u/lea",
        "to_account": "at:did:plc:x",
        "kind": "follow",
        "weight": 2.5,
    },
    {
        "type": "tie",
        "from_account": "ap:https://a.example/u/lea",
        "to_account": "at:did:plc:x",
        "kind": "follow",
        "at": "2026-01-05",
    },
    {
        "type": "person",
        "person_id": "p1",
        "display_name": "Léa",
        "account_id": "ap:https://a.example/u/lea",
        "evidence": "rel=me",
        "decided_by": "rule",
    },
    {
        "type": "post",
        "post_id": "ap:https://a.example/1",
        "account_id": "ap:https://a.example/u/lea",
        "source": "mastodon",
        "native_id": "10",
        "published_at": "2026-01-02T03:04:05.678Z",
        "text": "café #V60",
        "hashtags": ["v60"],
        "mentions": ["at:did:plc:x", "at:did:plc:a"],
        "links": [],
        "in_reply_to": "ap:https://b.example/9",
        "likes": 3,
        "observed_at": "2026-01-03T00:00:00Z",
        "found_via": "seed",
    },
    {
        "type": "observation",
        "post_id": "ap:https://a.example/1",
        "observed_at": "2026-01-04T00:00:00Z",
        "likes": 4,
        "score": -2,
    },
    *(
        {
            "type": "post",
            "post_id": f"x:{n}",
            "account_id": "x:a",
            "source": "x",
            "native_id": str(n),
            "published_at": "2026-01-02",
            "text": text,
        }
        for n, text in enumerate(HOSTILE)
    ),
]


@pytest.fixture
def filled(tmp_path):
    """A store and a people store that hold one of everything."""
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(record) for record in RECORDS))
    with open_store(tmp_path / "one.duckdb") as store:
        loaded = import_file(store, "jsonl", tmp_path / "in.jsonl", brief="b")
        assert loaded.rejects == []
    with open_people(tmp_path / "one.sqlite") as people:
        decide(people, "b", "ap:https://a.example/u/lea", "in", why="knows her subject", who="ana")
    return tmp_path


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "csv"])
def test_an_export_imported_into_an_empty_store_is_the_same_store(filled, contents, kind):
    written = export_brief(filled / "one.duckdb", filled / "one.sqlite", "b", kind, filled / "out")
    with open_store(filled / "one.duckdb") as store:
        before = contents(store)
    with open_store(filled / "two.duckdb") as store:
        for path in written:
            if path.suffix in {".jsonl", ".csv", ".parquet"} and not path.name.startswith("decision"):
                assert import_file(store, kind, path, brief="b", people=filled / "two.sqlite").rejects == []
        after = contents(store)
    for table in before:
        assert after[table] == before[table], table


def test_decisions_travel_with_the_json_lines_once(filled):
    path, _ = export_brief(filled / "one.duckdb", filled / "one.sqlite", "b", "jsonl", filled / "out")
    with open_store(filled / "two.duckdb") as store:
        first = import_file(store, "jsonl", path, brief="b", people=filled / "two.sqlite")
        again = import_file(store, "jsonl", path, brief="b", people=filled / "two.sqlite")
    with open_people(filled / "one.sqlite") as one, open_people(filled / "two.sqlite") as two:
        assert decisions(one, "b") == decisions(two, "b") != {}
    assert (first.new["decision"], again.new["decision"]) == (1, 0)


def test_no_cell_of_a_csv_runs_in_a_spreadsheet(filled):
    export_brief(filled / "one.duckdb", filled / "one.sqlite", "b", "csv", filled / "out")
    for path in (filled / "out").glob("*.csv"):
        for row in csv.reader(path.open(encoding="utf-8", newline="")):
            assert not [cell for cell in row if cell.lstrip()[:1] in {"=", "+", "@"}]


def test_another_brief_exports_nothing_of_this_one(filled):
    path, _ = export_brief(filled / "one.duckdb", filled / "one.sqlite", "other", "jsonl", filled / "out")
    assert path.read_text() == ""


def test_the_dictionary_explains_every_column(filled):
    *_, path = export_brief(filled / "one.duckdb", filled / "one.sqlite", "b", "csv", filled / "out")
    rows = [line for line in path.read_text().splitlines() if line.startswith("| ") and "---" not in line]
    assert len(rows) > 60
    assert [row for row in rows if row.endswith("|  |")] == []


def test_an_export_leaves_no_half_files(filled):
    export_brief(filled / "one.duckdb", filled / "one.sqlite", "b", "parquet", filled / "out")
    assert [p.name for p in (filled / "out").iterdir() if p.name.startswith((".", "part"))] == []
