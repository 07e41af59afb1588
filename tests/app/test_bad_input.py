"""Whatever a user can get wrong ends in one clear line and exit status 2, and nothing is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.cli import run

GOOD = '[brief]\nname = "b"\n[[segments]]\nname = "s"\nquery = "café OR thé"\n'


@pytest.fixture
def workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    root = tmp_path / "veille"
    assert run(["init", str(root), "--lang", "en"]) == 0
    (root / "briefs" / "b.toml").write_text(GOOD, "utf-8")
    capsys.readouterr()
    return root


def told(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert "Traceback" not in err
    return lines[0]


def files(root: Path) -> dict[str, int]:
    return {str(p.relative_to(root)): p.stat().st_size for p in root.rglob("*") if p.is_file() and p.name != "lock"}


@pytest.mark.parametrize("command", ["check", "discover", "rank"])
def test_a_missing_brief_is_named(workspace, capsys, command):
    before = files(workspace)
    assert run([command, "absent", "--workspace", str(workspace), "--lang", "en"]) == 2
    assert "absent" in told(capsys)
    assert files(workspace) == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("query", "qery"), "query"),
        (GOOD.replace("[[segments]]", "[[segment]]"), "segments"),
        (GOOD + '[[sources]]\nkind = "mastodont"\n', 'did you mean "mastodon"'),
        (GOOD.replace("café OR thé", "(café OR thé"), "query"),
        (GOOD.replace("café OR thé", 'café \\"thé'), "query"),
        (GOOD + "[budget]\nrequests = 0\n", "requests"),
        (GOOD + '[score]\npreset = "geometrik"\n', 'did you mean "geometric"'),
        (GOOD.replace('name = "b"', 'name = "../b"'), "name"),
        ("[brief\n", "TOML"),
    ],
)
def test_a_wrong_brief_is_told_with_its_file_and_what_to_change(workspace, capsys, text, said):
    path = workspace / "briefs" / "wrong.toml"
    path.write_text(text, "utf-8")
    before = files(workspace)
    assert run(["discover", str(path), "--offline", "--workspace", str(workspace), "--lang", "en"]) == 2
    line = told(capsys)
    assert "wrong.toml" in line
    assert said in line
    assert files(workspace) == before


def test_the_line_of_the_mistake_is_told_in_french_too(workspace, capsys):
    path = workspace / "briefs" / "wrong.toml"
    path.write_text(GOOD.replace("query", "qery"), "utf-8")
    assert run(["check", str(path), "--workspace", str(workspace), "--lang", "fr"]) == 2
    assert "ligne" in told(capsys)


def test_a_folder_that_is_no_workspace_is_told(tmp_path, capsys):
    assert run(["rank", "b", "--workspace", str(tmp_path), "--lang", "en"]) == 2
    assert "vigie init" in told(capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", b"\0\1\2"), ("a.csv", b"x,y,z\n1,2,3\n"), ("a.parquet", b"PAR"), ("a.xlsx", b"no")]
)
def test_an_unreadable_import_is_told(workspace, capsys, name, content):
    path = workspace / name
    path.write_bytes(content)
    assert (
        run(["import", path.suffix[1:], str(path), "--brief", "b", "--workspace", str(workspace), "--lang", "en"]) == 2
    )
    assert name in told(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "cvs", "x.csv", "--brief", "b"],
        ["evaluate", "relevanse", "."],
        ["rank"],
        ["rank", "b", "--tier", "x"],
        ["nope"],
    ],
)
def test_an_unknown_word_is_told(workspace, capsys, arguments):
    (workspace / "x.csv").write_text("a,b\n", "utf-8")
    extra = [] if arguments in (["nope"], ["rank"]) else ["--workspace", str(workspace), "--lang", "en"]
    assert run([*arguments, *extra]) == 2
    told(capsys)


def test_discovering_offline_with_nothing_stored_says_what_to_do(workspace, capsys):
    assert run(["discover", "b", "--offline", "--workspace", str(workspace), "--lang", "en"]) == 2
    assert "vigie import" in capsys.readouterr().err.splitlines()[-1]


def test_a_second_writer_is_told_who_is_writing(discovered, tmp_path, capsys):
    from data.workspace import Workspace

    root = tmp_path / "copy"
    shutil.copytree(discovered, root)
    capsys.readouterr()
    with Workspace(root).writing("vigie discover cafe"):
        assert run(["discover", "cafe", "--offline", "--workspace", str(root), "--lang", "en"]) == 1
    assert "vigie discover cafe, pid" in told(capsys)


def test_a_refused_query_is_one_line(discovered, capsys):
    for query in (
        "SELEKT 1",
        "SELECT * FROM read_csv('/etc/passwd')",
        "CREATE TABLE t (a INT)",
        "DROP TABLE core.posts",
    ):
        assert run(["sql", query, "--workspace", str(discovered), "--lang", "en"]) == 2
        told(capsys)


@pytest.mark.parametrize("blank", ["", "  ", "\t"])
@pytest.mark.parametrize("decision", [["curate", "in"], ["role", "expert"], ["label", "emerging", "give"]])
def test_a_decision_without_a_reason_is_refused(workspace, capsys, decision, blank):
    command, *rest = decision
    line = [command, "b", "@lea@host.example", *rest, "--why", blank, "--workspace", str(workspace)]
    assert run([*line, "--lang", "en"]) == 2
    assert "--why is empty" in told(capsys)
    assert run([*line, "--lang", "fr"]) == 2
    assert "--why est vide" in told(capsys)


def test_a_run_is_not_compared_with_itself(discovered, capsys):
    where = ["--workspace", str(discovered), "--lang", "en"]
    for dates in (["--from", "2099-01-01"], ["--from", "2099-01-01", "--to", "2098-01-01"]):
        assert run(["history", "cafe", *dates, *where]) == 2
        assert "mean the same run" in told(capsys)


CUTS = "cuts = { mastodon = { macro = 1000, micro = 100 } }\n"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ('[scale]\nmethod = "absolute"\n', "no cuts: write"),
        ('[scale]\nmethod = "linkers"\n' + CUTS, 'method = "absolute" only'),
        ("[scale]\n" + CUTS, 'method = "absolute" only'),
        ('[scale]\nmethod = "absolute"\n' + CUTS.replace("1000", "10"), "0 < micro < macro"),
        ('[scale]\nmethod = "absolute"\n' + CUTS.replace("100 ", "-5 "), "0 < micro < macro"),
        ('[scale]\nmethod = "absolute"\n' + CUTS.replace("1000", "nan"), "0 < micro < macro"),
        ('[scale]\nmethod = "absolute"\n' + CUTS.replace("micro", "mid"), "macro and micro are needed"),
        ("[scale]\nfloors = { mastodon = -3 }\n", "a floor is zero or more, not -3"),
        ("[score]\nweights = { reach = 1e308, relevance = 1e308 }\n", "a million at most"),
    ],
)
@pytest.mark.parametrize("command", ["check", "discover"])
def test_a_scale_or_weights_that_would_mean_nothing_are_refused_where_they_stand(
    workspace, capsys, command, section, said
):
    (workspace / "briefs" / "b.toml").write_text(GOOD + section, "utf-8")
    before = files(workspace)
    assert run([command, "b", "--workspace", str(workspace), "--lang", "en"]) == 2
    line = told(capsys)
    assert said in line
    assert "b.toml, line " in line
    assert files(workspace) == before


def test_a_scale_that_means_something_passes(workspace, capsys):
    (workspace / "briefs" / "b.toml").write_text(f'{GOOD}[scale]\nmethod = "absolute"\n{CUTS}', "utf-8")
    assert run(["check", "b", "--workspace", str(workspace), "--lang", "en"]) == 0
    assert capsys.readouterr().err == ""
