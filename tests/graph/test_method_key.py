"""The fingerprint of the mapping's code: what changes it, and what does not."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.detection import method_key as module
from pipelines.detection.method_key import key_of, method_key

FEW = settings(max_examples=40, deadline=None)
NAMED = st.dictionaries(st.text(max_size=8), st.binary(max_size=12), min_size=1, max_size=5)


def test_it_is_the_same_all_along():
    assert method_key() == method_key()
    assert re.fullmatch(r"[0-9a-f]{32}", method_key())


@FEW
@given(NAMED)
def test_the_order_of_files_does_not_matter(parts):
    assert key_of(parts) == key_of(dict(reversed(parts.items())))


@FEW
@given(NAMED, st.data())
def test_a_byte_more_anywhere_is_another_method(parts, data):
    name = data.draw(st.sampled_from(sorted(parts)))
    assert key_of(parts) != key_of({**parts, name: parts[name] + b" "})


def test_what_is_moved_from_one_file_to_the_next_is_another_method():
    assert key_of({"a": b"xy", "b": b"z"}) != key_of({"a": b"x", "b": b"yz"})
    assert key_of({"a": b"", "b": b"z"}) != key_of({"ab": b"z"})


@pytest.fixture
def read():
    """The names of the files that the fingerprint reads."""
    return {f"{room}/{name}" for room in module.ROOMS for name, _ in module._files(module.resources.files(room))}


@pytest.mark.parametrize(
    "name",
    [
        "graph/intervals.py", "graph/scores/relevance.py", "graph/backend/partitions.py", "graph/rules.lark",
        "pipelines.detection/map_read.py", "pipelines.detection/sql/map_posts.sql",
        "pipelines.detection/media_domains.txt",
    ],
)  # fmt: skip
def test_scores_queries_and_lists_are_part_of_it(read, name):
    assert name in read


def test_what_python_leaves_behind_is_not(read):
    assert not [name for name in read if "__pycache__" in name or name.endswith(".pyc")]


def test_sheets_written_after_the_mapping_are_not(read):
    assert not [name for name in read if "fivew" in name]


def test_every_installed_library_that_draws_is_named(monkeypatch):
    before = method_key()
    module.method_key.cache_clear()
    monkeypatch.setattr(module.metadata, "version", lambda name: "0.0")
    try:
        assert method_key() != before
    finally:
        module.method_key.cache_clear()
