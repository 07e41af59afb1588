"""A table fits the terminal: figures stay whole, what has no room is named, no column is cut to nothing."""

import io
import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tables import _least_widths, _left_out, _room, _widths, print_table

HEADERS = ["rank", "account", "segment", "tier", "influence", "relays"]
ROWS = [[1, "@a.long.name.of.somebody@example.org", "espresso", "Magic middle", "79", "170"]]
SHAPE = {"right": (0, 4, 5), "whole": (1, 3), "spare": (5, 3, 2)}


class Terminal(io.StringIO):
    def isatty(self):
        return True


def drawn(monkeypatch, columns, headers=HEADERS, rows=ROWS, shape=SHAPE):
    screen = Terminal()
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "stdout", screen)
    print_table(headers, rows, lang="en", **shape)
    return re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue())


@pytest.mark.parametrize("columns", [24, 30, 40, 60, 80, 120])
def test_figures_are_whole_and_lines_fit_however_narrow(monkeypatch, columns):
    out = drawn(monkeypatch, columns)
    table = out.split("Columns without room")[0]
    assert "79" in table
    assert all(len(line) <= columns for line in table.splitlines())


def test_a_word_that_has_room_is_not_cut_for_the_sake_of_a_head(monkeypatch):
    assert "espresso" in drawn(monkeypatch, 70)


@pytest.mark.parametrize("columns", [24, 40, 52])
def test_what_has_no_room_is_named(monkeypatch, columns):
    out = " ".join(drawn(monkeypatch, columns).split())
    table, told = out.split("Columns without room here, shown in a wider window:")
    for header, value in zip(HEADERS, ("1", "@a", "espresso", "Magic", "79", "170"), strict=True):
        assert value in table or header in told


def test_a_wide_terminal_shows_every_head_and_cell_whole(monkeypatch):
    out = drawn(monkeypatch, 160)
    assert all(word in out for word in [*HEADERS, ROWS[0][1], "Magic middle"])
    assert "Columns without room" not in out


def test_wide_letters_take_their_room(monkeypatch):
    shape = {"right": (1,), "whole": (0,), "spare": ()}
    out = drawn(monkeypatch, 30, ["name", "n"], [["漢字" * 12, "12345"]], shape)
    width = [sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in out.splitlines()]
    assert max(width) <= 30
    assert "12345" in out


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30), st.booleans()), min_size=1, max_size=8),
    st.integers(10, 200),
)
def test_widths_never_exceed_the_terminal_while_words_can_give_way(columns, width):
    least = [low for low, _, _ in columns]
    wanted = [low + more for low, more, _ in columns]
    right = [i for i, (_, _, figure) in enumerate(columns) if figure]
    out = _left_out(least, range(len(columns) - 1), width)
    found = _widths(least, wanted, out, width, right)
    assert set(found) == set(range(len(columns))) - out
    assert all(found[i] >= least[i] for i in found if i in right)
    if _room(least, out) <= width:
        assert sum(found.values()) + 2 * len(found) <= width
        assert all(least[i] <= found[i] <= wanted[i] for i in found)


def test_figures_ask_for_all_of_their_room_and_heads_for_a_part_of_it():
    assert _least_widths(["influence", "account"], [["1,234,567", "x" * 40]], [0], [1]) == [9, 15]
    assert _least_widths(["influence received"], [["79"]], [0], []) == [9]
