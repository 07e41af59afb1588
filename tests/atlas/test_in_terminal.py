"""`vigie rank`, `explain` and `steps` fit a terminal of a hundred columns, and are plain in a pipe."""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from typing import TYPE_CHECKING

import pytest

from app.cli import run

from .conftest import BRIEF

if TYPE_CHECKING:
    from data.workspace import Workspace

COLUMNS = 100
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
COMMANDS = {
    "rank": ["rank", BRIEF],
    "explain": ["explain", BRIEF, "@lea@social.example"],
    "explain-hostile": ["explain", BRIEF, "@control@social.example"],
    "explain-long": ["explain", BRIEF, "@long@social.example"],
    "steps": ["steps", BRIEF],
}


class Terminal(io.StringIO):
    """A standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


def in_terminal(
    monkeypatch: pytest.MonkeyPatch, workspace: Workspace, name: str, lang: str, columns: int = COLUMNS
) -> list[str]:
    screen = Terminal()
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stdout", screen)
    assert run([*COMMANDS[name], "--lang", lang, "--workspace", str(workspace.root)]) == 0
    return [ESCAPE.sub("", line).rstrip() for line in screen.getvalue().splitlines()]


def in_pipe(capsys: pytest.CaptureFixture[str], workspace: Workspace, name: str, lang: str) -> str:
    assert run([*COMMANDS[name], "--lang", lang, "--workspace", str(workspace.root)]) == 0
    return capsys.readouterr().out


def width(line: str) -> int:
    """Return how many columns a line takes: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in line
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_is_wider_than_a_hundred_columns(
    monkeypatch: pytest.MonkeyPatch, published: Workspace, name: str, lang: str
) -> None:
    lines = in_terminal(monkeypatch, published, name, lang)
    assert len(lines) > 5
    # An address is never broken: it could not be copied.
    assert [line for line in lines if width(line) > COLUMNS and "://" not in line] == []


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_pipe_gets_no_colour_and_no_drawing(
    capsys: pytest.CaptureFixture[str], published: Workspace, name: str, lang: str
) -> None:
    text = in_pipe(capsys, published, name, lang)
    assert "\x1b" not in text
    assert not set("─│━┃╭╮█…") & set(text.split("\n")[0])
    assert not set("─│━┃╭╮") & set(text)


def test_every_row_of_the_ranking_in_a_pipe_has_the_columns_of_its_head(
    capsys: pytest.CaptureFixture[str], published: Workspace
) -> None:
    lines = in_pipe(capsys, published, "rank", "fr").splitlines()
    table = [line.split("\t") for line in lines if "\t" in line]
    assert table[0][:4] == ["rang", "de–à", "20\u202fprem.", "compte"]
    assert len({len(row) for row in table}) == 1
    assert len(table) > 10


def test_names_are_whole_in_a_pipe_and_cut_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], published: Workspace
) -> None:
    assert "@control@social.example" in in_pipe(capsys, published, "rank", "en")
    screen = "\n".join(in_terminal(monkeypatch, published, "rank", "en"))
    assert re.search(r"@control@s\S*…", screen)
    assert "@control@social.example" not in screen


def test_the_phases_of_the_steps_are_told_in_the_readers_words(
    monkeypatch: pytest.MonkeyPatch, published: Workspace
) -> None:
    french = "\n".join(in_terminal(monkeypatch, published, "steps", "fr"))
    assert "détection" in french
    assert "exécution" in french
    assert len([line for line in french.splitlines() if re.match(r"\s*\d+ ", line)]) == 12


def test_counts_of_the_steps_are_plain_numbers_in_a_pipe(
    capsys: pytest.CaptureFixture[str], published: Workspace
) -> None:
    rows = [line.split("\t") for line in in_pipe(capsys, published, "steps", "fr").splitlines()[1:]]
    assert [row[4] for row in rows[:2]] == ["10", "20"]
    assert all(row[4] == "" or row[4].isdigit() for row in rows)


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_other_widths_keep_every_row(monkeypatch: pytest.MonkeyPatch, published: Workspace, columns: int) -> None:
    lines = in_terminal(monkeypatch, published, "rank", "fr", columns)
    assert sum(bool(re.match(r"\s*\d+\s", line)) for line in lines) >= 10
    assert all(width(line) <= columns for line in lines if "·" not in line)


@pytest.mark.parametrize("columns", [50, 60, 80, 100, 140])
def test_figures_are_never_cut_and_what_has_no_room_is_named(
    monkeypatch: pytest.MonkeyPatch, published: Workspace, columns: int
) -> None:
    lines = in_terminal(monkeypatch, published, "rank", "fr", columns)
    head = next(line for line in lines if "rang" in line)
    rows = [line for line in lines if re.match(r"\s*\d+\s", line)]
    assert all(re.match(r"\s*\d+\s+\d+–\d+\s", row) for row in rows)
    assert all(re.search(r"\s\d+(\s|$)", row) for row in rows)
    missing = [name for name in ("20\u202fprem.", "niveau", "port.", "réson.", "pert.", "relais") if name not in head]
    told = re.sub(r"\s+", " ", " ".join(line for line in lines if line not in rows))
    missing = [name.replace("\u202f", " ") for name in missing]
    assert "infl." in head
    assert all(name in told for name in missing)
    assert ("fenêtre plus large" in told) == bool(missing)


def test_no_text_from_outside_reaches_the_terminal_as_a_command(
    monkeypatch: pytest.MonkeyPatch, published: Workspace
) -> None:
    screen = Terminal()
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "stdout", screen)
    assert run([*COMMANDS["explain-hostile"], "--lang", "fr", "--workspace", str(published.root)]) == 0
    assert "\x1b[31m" not in screen.getvalue()
    assert not set("\x0b\u202e") & set(screen.getvalue())
