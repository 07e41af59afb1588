"""`extra` comes from files as anything: an object stays, all else becomes one, and nothing ends a load or is lost."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.imports.registry import import_file
from data.warehouse.store import connect, migrate

POST = {
    "type": "post", "post_id": "f:1", "account_id": "f:a", "source": "f", "native_id": "1",
    "published_at": "2026-01-01T00:00:00Z", "text": "café",
}  # fmt: skip
plain = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
anything = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False, width=32) | plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3),
    max_leaves=5,
)


def loaded(path, lines):
    """Return the `extra` of the posts that the lines give, read back as values."""
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    store = connect()
    migrate(store)
    try:
        outcome = import_file(store, "jsonl", path, brief="b")
        assert outcome.rejects == []
        return [
            json.loads(row[0]) if row[0] else None for row in store.execute("SELECT extra FROM core.posts").fetchall()
        ]
    finally:
        store.close()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(anything)
def test_any_value_is_kept_as_an_object(tmp_path, value):
    (kept,) = loaded(tmp_path / "x.jsonl", [POST | {"extra": value}])
    if isinstance(value, dict):
        assert (kept or {}).keys() == value.keys()
    elif isinstance(value, str):
        assert kept is None or isinstance(kept, dict)
        assert kept is not None or value.strip(" \t\r\n") in ("", "null")
    elif isinstance(value, float):
        assert math.isclose(kept["extra"], value, rel_tol=1e-6)
    else:
        assert kept == {"extra": value}


@pytest.mark.parametrize("cell", ["bare", "[1", '{"k"', "5", "null", "", "'; DROP TABLE core.posts; --"])
def test_a_cell_of_a_table_may_say_anything(tmp_path, cell):
    (tmp_path / "a.csv").write_text(
        f'source,native_id,handle,extra\nf,a,lea,"{cell.replace(chr(34), chr(34) * 2)}"\n', "utf-8"
    )
    store = connect()
    migrate(store)
    outcome = import_file(store, "csv", tmp_path / "a.csv", brief="b")
    assert outcome.good == {"account": 1}
    ((kept,),) = store.execute("SELECT extra FROM core.accounts").fetchall()
    said = json.loads(kept)["extra"] if kept else None
    assert said == {"5": 5, "null": None, "": None}.get(cell, cell)


def test_what_is_called_extra_and_what_has_an_unknown_name_are_both_kept(tmp_path):
    (kept,) = loaded(tmp_path / "x.jsonl", [POST | {"extra": {"a": 1}, "mood": "joie"}])
    assert kept == {"a": 1, "mood": "joie"}
