"""A brief's funnel is read before anything is fetched."""

from __future__ import annotations

import pytest

from app.cli import run

BRIEF = """
[brief]
name = "cafe"
why = "x"
[[segments]]
name = "filtre"
query = "V60"
[funnel]
identified = "relevance >= 40"
engaged = ["reply", "attend"]
"""


def check(tmp_path, text):
    (tmp_path / "cafe.toml").write_text(text, encoding="utf-8")
    return run(["check", str(tmp_path / "cafe.toml"), "--lang", "en"])


def test_predicates_that_read_pass(tmp_path):
    assert check(tmp_path, BRIEF) == 0


@pytest.mark.parametrize(
    ("wrong", "line", "told"),
    [
        (BRIEF.replace('"attend"', '"atend"'), 10, "atend"),
        (BRIEF.replace("relevance", "relevence"), 9, "relevence"),
        (BRIEF + 'active = ["nothing"]\n', 11, "nothing"),
    ],
)
def test_a_predicate_that_does_not_is_told_with_its_line(tmp_path, capsys, wrong, line, told):
    assert check(tmp_path, wrong) == 2
    error = capsys.readouterr().err
    assert f"line {line}" in error
    assert told in error


def test_the_example_brief_of_a_new_workspace_passes(tmp_path, capsys):
    root = tmp_path / "w"
    assert run(["init", str(root)]) == 0
    assert run(["check", str(root / "briefs" / "exemple.toml"), "--workspace", str(root)]) == 0
    assert capsys.readouterr().err == ""
