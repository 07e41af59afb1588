"""What a user writes, and where it lives: every mistake is told with file, line, key and the nearest word."""

from __future__ import annotations

import multiprocessing
import time

import pytest

from data.brief.read import read_brief
from data.errors import UserError, VigieError
from data.people import decide, decisions, fingerprint, open_people, suppress, suppressed, suppression_key
from data.settings import read_settings
from data.workspace import Workspace, create_workspace, find_workspace

GOOD = '[brief]\nname = "cafe"\n\n[[segments]]\nname = "filtre"\nquery = "V60"\n'


def read(tmp_path, text):
    path = tmp_path / "b.toml"
    path.write_text(text, encoding="utf-8")
    return read_brief(path)


def test_a_brief_needs_only_a_name_and_a_segment(tmp_path):
    brief = read(tmp_path, GOOD)
    assert (brief.name, brief.segments[0].query, brief.budget.requests) == ("cafe", "V60", 5000)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("query", "qury"), 'line 6, segments.0.qury: unknown key; did you mean "query"'),
        (GOOD.replace('"cafe"', '"../etc"'), "line 2, brief.name: a brief's name is used in file names"),
        (GOOD + "[budget]\nrequests = 0\n", "line 8, budget.requests: value 0 refused"),
        (
            GOOD + '[score]\npreset = "geometri"\n',
            'line 8, score.preset: unknown value "geometri"; did you mean "geometric"',
        ),
        (GOOD + GOOD.split("\n\n")[1], 'segment "filtre" is defined twice'),
        (GOOD + "[[sources]]\nurls = []\n", 'line 7, sources.0: needs "kind"'),
        ("[brief\n", "malformed TOML"),
        ("", "is missing"),
    ],
)
def test_a_mistake_is_told_with_file_line_key_and_the_nearest_word(tmp_path, text, told):
    with pytest.raises(UserError) as error:
        read(tmp_path, text)
    assert told in error.value.message.en
    assert "b.toml" in error.value.message.fr
    assert "\n" not in error.value.message.fr.strip()


def test_a_mistake_is_told_in_french_too(tmp_path):
    with pytest.raises(UserError) as error:
        read(tmp_path, GOOD.replace("query", "qury"))
    assert "ligne 6" in error.value.message.fr
    assert "vouliez-vous dire « query »" in error.value.message.fr


def test_a_brief_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        read_brief(tmp_path / "none.toml")


def test_settings_refuse_a_key_they_do_not_know(tmp_path):
    (tmp_path / "vigie.toml").write_text('[crawler]\ncontct = "x"\n')
    with pytest.raises(UserError, match=r'line 2, crawler\.contct: unknown key; did you mean "contact"'):
        read_settings(tmp_path / "vigie.toml")


def test_a_workspace_is_found_upwards_like_git(tmp_path):
    create_workspace(tmp_path)
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert find_workspace(tmp_path / "a" / "b").root == tmp_path.resolve()
    assert find_workspace(tmp_path).brief("exemple").segments


def test_a_folder_that_is_no_workspace_is_told(tmp_path):
    with pytest.raises(UserError, match="not in a workspace"):
        find_workspace(tmp_path)


def test_making_a_workspace_twice_keeps_what_was_written(tmp_path):
    create_workspace(tmp_path)
    (tmp_path / "vigie.toml").write_text("# mine\n")
    create_workspace(tmp_path)
    assert (tmp_path / "vigie.toml").read_text() == "# mine\n"


def hold(root, ready, seconds):
    with Workspace(root).writing("vigie discover cafe"):
        ready.set()
        time.sleep(seconds)


@pytest.fixture
def holder(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=hold, args=(tmp_path, ready, 1.5))
    process.start()
    assert ready.wait(60)
    yield process
    process.join()


def test_a_second_writer_is_refused_and_told_who_holds_the_workspace(tmp_path, holder):
    with pytest.raises(VigieError, match=f"vigie discover cafe, pid {holder.pid}"), Workspace(tmp_path).writing("me"):
        pass


def test_a_second_writer_may_wait(tmp_path, holder):
    with Workspace(tmp_path).writing("me", wait=True):
        assert "me" in (tmp_path / ".vigie" / "lock").read_text()


def test_the_last_decision_stands(tmp_path):
    with open_people(tmp_path / "p.sqlite") as people:
        decide(people, "b", "x:1", "in", why="good", who="ana")
        decide(people, "b", "x:1", "out", why="moved on", who="ana")
        assert decisions(people, "b")["x:1"].status == "out"
        assert decisions(people, "other") == {}


def test_who_objected_is_kept_as_a_keyed_hash_only(tmp_path):
    with open_people(tmp_path / "p.sqlite") as people:
        suppress(people, ["ap:https://a.example/u/lea", "@Lea@a.example"], why="asked")
        key = suppression_key(people)
        assert fingerprint(key, "@lea@a.example ") in suppressed(people)
    assert b"a.example" not in (tmp_path / "p.sqlite").read_bytes()


def test_a_folder_of_the_same_name_does_not_hide_a_brief(tmp_path, monkeypatch):
    workspace = create_workspace(tmp_path / "w")
    (workspace.root / "briefs" / "cafe.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "cafe").mkdir()
    monkeypatch.chdir(tmp_path)
    assert workspace.brief("cafe").name == "cafe"
