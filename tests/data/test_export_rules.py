"""Whatever stands in a record, an export gives it back, and no spreadsheet runs it."""

from __future__ import annotations

import csv
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.exports.records import export_brief
from data.imports.registry import import_file
from data.warehouse.store import open_store

pieces = st.sampled_from(
    [
        "=",
        "+",
        "-",
        "@",
        "'",
        '"',
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        " ",
        "é",
        "\u202e",
        "\u200b",
        "\ufeff",
        "NULL",
        "[",
        "{",
        "\\",
    ]
)
words = st.lists(pieces | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=4), min_size=1, max_size=5)
texts = st.lists(words.map("".join), min_size=1, max_size=8)
COLUMNS = "SELECT post_id, text, title, handle, display_name, summary FROM core.posts JOIN core.accounts USING (account_id) ORDER BY 1"


def records(values):
    for number, value in enumerate(values):
        account = {"source": "x", "native_id": f"a{number}", "account_id": f"x:a{number}"}
        yield {"type": "account", "handle": value, "display_name": value, "summary": value} | account
        post = {"source": "x", "native_id": str(number), "post_id": f"x:{number}", "account_id": f"x:a{number}"}
        yield {"type": "post", "published_at": "2026-01-02", "text": value, "title": value} | post


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=texts)
def test_any_words_come_back_from_an_export_as_they_were(tmp_path_factory, kind, values):
    folder = tmp_path_factory.mktemp("there")
    (folder / "in.jsonl").write_text("\n".join(json.dumps(record) for record in records(values)), "utf-8")
    with open_store(folder / "one.duckdb") as store:
        import_file(store, "jsonl", folder / "in.jsonl", brief="b")
        before = store.sql(COLUMNS).fetchall()
    written = export_brief(folder / "one.duckdb", folder / "none.sqlite", "b", kind, folder / "out")
    with open_store(folder / "two.duckdb") as store:
        for path in written:
            if path.name in {"records.jsonl", f"accounts.{kind}", f"posts.{kind}"}:
                assert import_file(store, kind, path, brief="b").rejects == []
        assert store.sql(COLUMNS).fetchall() == before
    for path in (folder / "out").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.reader(handle):
                assert not [cell for cell in row if cell.strip()[:1] in {"=", "+", "@"}]
