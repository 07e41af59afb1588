"""`vigie note` writes what the atlas shows, and shows what the atlas wrote."""

from __future__ import annotations

import json

import pytest

from app.cli import run
from data.notes import write_note
from data.relations.store import open_relations
from data.workspace import Workspace

from .conftest import client_of
from .test_pages import person_page

LEA = "@lea@social.example"


@pytest.fixture(autouse=True)
def no_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.commands.note.refresh_soon", lambda _: None)


def note(workspace: Workspace, *arguments: str) -> int:
    return run(["note", "cafe", LEA, *arguments, "--workspace", str(workspace.root), "--lang", "fr"])


def test_a_note_of_the_command_is_on_the_persons_page(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert note(workspace, "vue au salon") == 0
    assert "vue au salon" in capsys.readouterr().out
    assert "vue au salon" in client_of(workspace).get(person_page("lea")).text


def test_a_note_of_the_atlas_is_shown_withdrawn_and_brought_back_by_the_command(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_relations(workspace.people) as people:
        number = write_note(people, "cafe", "mastodon:social.example:lea", "du site\x1b[31m", who="nina (atlas)")
    assert note(workspace, "--withdraw", str(number)) == 0
    line = capsys.readouterr().out.splitlines()[1].split("\t")
    assert line == [str(number), line[1], "nina (atlas)", "du site[31m", "retirée"]
    assert note(workspace, "--restore", str(number), "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["withdrawn_at"] is None


@pytest.mark.parametrize(
    "arguments", [["x", "--withdraw", "1"], ["--withdraw", "7"], ["--restore", "7"], ["  "], ["x" * 2001]]
)
def test_a_wrong_note_ends_in_one_line(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert note(workspace, *arguments) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_nobody_has_a_note_at_first(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert note(workspace) == 0
    assert capsys.readouterr().out == "Aucune note.\n"


def test_a_note_can_fill_in_a_field_of_the_sheet(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert note(workspace, "800 € par vidéo", "--field", "compensation") == 0
    assert "[compensation] 800 € par vidéo" in capsys.readouterr().out
    assert note(workspace, "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["field"] == "compensation"


@pytest.mark.parametrize("arguments", [["x", "--field", "compensatio"], ["--field", "risks"]])
def test_a_field_is_one_of_the_sheets_and_comes_with_a_text(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert note(workspace, *arguments) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
