"""What came from outside is made safe for where it goes."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.documents.safe import cell, clean, file_name, link, markdown, one_line, write_whole

if TYPE_CHECKING:
    from pathlib import Path


@given(st.text())
def test_clean_text_has_no_control_or_direction_changing_character(text: str) -> None:
    kept = clean(text)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\t\n" for c in kept)
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068") & set(kept)
    kept.encode("utf-8")


def test_clean_text_keeps_arabic_and_joined_emoji() -> None:
    assert clean("ليلى 👩‍🚀") == "ليلى 👩‍🚀"


@given(st.text(), st.integers(2, 40))
def test_one_line_is_one_line_of_at_most_the_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert not set("\n\r\t") & set(line)


@given(st.text())
def test_no_cell_starts_a_formula(text: str) -> None:
    made = cell(text)
    assert isinstance(made, str)
    assert not made.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\x00=1", "＝1"])
def test_each_way_to_start_a_formula_is_neutralised(start: str) -> None:
    assert str(cell(start)).startswith("'")


@pytest.mark.parametrize("value", [-3, 4.5, None, True])
def test_what_is_no_text_stays_as_it_is_in_a_cell(value: object) -> None:
    assert cell(value) is value


def test_plain_text_stays_as_it_is_in_a_cell() -> None:
    assert cell("Léa, barista") == "Léa, barista"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil.example",
        "http://",
        'https://a.example/"onclick=x',
        "https://a.example/<b>",
        "https://a.example/a b",
        "https://[",
        "https://a.example/\u202egnp",
        "https://a.example/" + "x" * 3000,
        "",
        None,
    ],
)
def test_what_is_no_plain_web_address_is_no_link(url: str | None) -> None:
    assert link(url) is None


def test_a_web_address_is_a_link() -> None:
    assert link("https://social.example/@léa?x=1&y=2#z") == "https://social.example/@léa?x=1&y=2#z"


@given(st.text())
def test_markdown_text_carries_no_live_markup(text: str) -> None:
    made = markdown(text)
    assert "\n" not in made
    assert "<" not in made
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`\[\]|]", made)


@given(st.text(), st.text())
def test_a_file_name_is_short_plain_and_stable(name: str, key: str) -> None:
    made = file_name(name, key)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,47}-[0-9a-f]{8}", made)
    assert made == file_name(name, key)


def test_two_persons_of_one_name_have_two_files() -> None:
    assert file_name("Léa", "a") != file_name("Léa", "b")


@pytest.mark.parametrize("name", ["../../etc/passwd", "x" * 400, "ليلى", "🌻", "", ".", "..", "CON", "a\x00b", "/"])
def test_a_hostile_name_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    target = tmp_path / f"{file_name(name, 'k')}.html"
    assert target.resolve().parent == tmp_path.resolve()


def test_a_file_is_replaced_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.txt"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


def test_a_line_keeps_the_spaces_that_no_line_breaks_at() -> None:
    assert one_line("1\u202f234 \n\t €") == "1\u202f234 €"
    assert markdown("«\u00a0mot\u00a0»") == "«\u00a0mot\u00a0»"
