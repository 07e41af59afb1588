"""What the commands of everyday answer: to people, to pipes, to machines, and with which exit status."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import run
from data.people import open_people
from data.warehouse.store import connect

VIGIE = Path(sys.executable).with_name("vigie")


@pytest.fixture
def ask(capsys):
    """Run a command in English and return what it wrote to standard output and to standard error."""

    def run_it(*arguments, status=0, lang="en"):
        capsys.readouterr()
        assert run([*map(str, arguments), "--lang", lang]) == status
        return capsys.readouterr()

    return run_it


@pytest.fixture
def where(discovered):
    return ["--workspace", str(discovered)]


@pytest.fixture
def copy(discovered, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(discovered, root)
    return root


@pytest.fixture
def made(tmp_path):
    """A workspace in which nothing was discovered yet, with a brief and one good row stored."""
    root = tmp_path / "made"
    assert run(["init", str(root), "--lang", "en"]) == 0
    (root / "briefs" / "b.toml").write_text('[brief]\nname = "b"\n[[segments]]\nname = "s"\nquery = "V60"\n', "utf-8")
    return root


def account(root):
    connection = connect(root / "vigie.duckdb", read_only=True)
    try:
        return connection.sql(
            "SELECT account_id, handle FROM detection.candidates_latest JOIN core.accounts USING (account_id)"
            " WHERE handle IS NOT NULL ORDER BY rank, account_id LIMIT 1"
        ).fetchall()[0]
    finally:
        connection.close()


# --- sql


def pipe(discovered, words, given=None):
    return subprocess.run(
        [VIGIE, "sql", *words, "--workspace", discovered, "--lang", "en"],
        input=given, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_query_may_come_through_a_pipe(discovered):
    done = pipe(discovered, [], "SELECT 6 * 7 AS answer;\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "answer\n42\n", "")


def test_several_statements_answer_the_last(discovered):
    assert pipe(discovered, ["SELECT 1; SELECT 2 AS b"]).stdout == "b\n2\n"


@pytest.mark.parametrize("query", ["", "   ", "-- only a comment"])
def test_a_query_that_asks_nothing_answers_nothing_or_is_refused_in_one_line(discovered, query):
    done = pipe(discovered, [query])
    assert done.returncode in {0, 2}
    assert len((done.stdout + done.stderr).strip().splitlines()) <= 1
    assert "Traceback" not in done.stderr


def test_an_answer_for_machines_keeps_numbers_lists_times_and_nulls(ask, where):
    query = "SELECT 1 AS n, NULL AS u, [1, 2] AS l, TIMESTAMPTZ '2026-01-02 03:04:05+00' AS t, 'é' AS s, 1.5::DECIMAL(4, 1) AS d"
    (row,) = json.loads(ask("sql", query, "--json", *where).out)
    assert (row["n"], row["u"], row["l"], row["s"]) == (1, None, [1, 2], "é")
    assert row["t"].startswith("2026-01-02")
    assert float(row["d"]) == 1.5


@pytest.mark.parametrize(
    "query",
    [
        "COPY core.posts TO '/tmp/out.csv'",
        "ATTACH '/tmp/other.duckdb'",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/hostname')",
        "INSERT INTO core.posts (post_id) VALUES ('x')",
        "UPDATE core.accounts SET handle = 'x'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "EXPORT DATABASE '/tmp/out'",
        "PRAGMA nothing_known",
    ],
)
def test_a_query_can_only_read_the_published_database(discovered, where, ask, query):
    before = (discovered / "vigie.duckdb").read_bytes()
    refused = ask("sql", query, *where, status=2)
    assert refused.out == ""
    assert len(refused.err.strip().splitlines()) == 1
    assert (discovered / "vigie.duckdb").read_bytes() == before


def test_the_prompt_answers_line_by_line_survives_a_mistake_and_ends_on_an_empty_line(discovered, monkeypatch, capsys):
    lines = iter(["SELECT 1 AS a", "SELEKT", "SELECT 2 AS b", ""])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _prompt: next(lines))
    assert run(["sql", "--workspace", str(discovered), "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert out == "a\n1\nb\n2\n"
    assert "query refused" in err


def test_the_prompt_ends_with_the_input(discovered, monkeypatch):
    def end(_prompt):
        raise EOFError

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", end)
    assert run(["sql", "--workspace", str(discovered)]) == 0


def test_words_from_outside_are_harmless_in_an_answer(discovered, where, ask):
    assert "\x1b" not in ask("sql", "SELECT chr(27) || '[31mrouge' AS x", *where).out


# --- check, doctor, import --list


def test_a_brief_is_checked_without_a_workspace(ask, small_world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = json.loads(ask("check", small_world / "brief.toml", "--json").out)
    assert answer["brief"] == "cafe-de-specialite"
    assert [segment["name"] for segment in answer["segments"]] == ["filtre", "espresso", "torrefaction"]
    assert all(segment["tree"] for segment in answer["segments"])
    assert {row["source"] for row in answer["estimates"]} == {"mastodon", "feeds"}
    assert all(row["requests"] >= 0 and row["seconds"] >= 0 and row["bytes"] >= 0 for row in answer["estimates"])
    assert list(tmp_path.iterdir()) == []


def test_the_doctors_report_is_json_and_names_what_is_missing(ask, made):
    report = json.loads(ask("doctor", "--json", "--workspace", made).out)
    assert {"version", "python", "libraries", "languages", "sources", "free_bytes", "missing"} <= set(report)
    assert {"mastodon", "feeds"} <= set(report["sources"])
    assert any("contact" in line for line in report["missing"])
    assert report["free_bytes"] > 0


def test_the_doctor_needs_no_workspace(ask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert any("vigie init" in line for line in json.loads(ask("doctor", "--json").out)["missing"])


def test_every_promised_format_is_listed_and_needs_no_workspace(ask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {line.split("\t")[0] for line in ask("import", "--list").out.splitlines()[1:]}
    promised = "csv xlsx jsonl parquet opml twitter-v1 twitter-v2 bluesky mastodon 4cat minet brandwatch meltwater talkwalker graphml"
    assert set(promised.split()) <= names


# --- workspaces


def test_a_workspace_is_found_from_any_folder_in_it(discovered, ask, monkeypatch):
    monkeypatch.chdir(discovered / "sheets")
    assert len(ask("rank", "cafe", "--top", "3", "--format", "csv").out.splitlines()) == 4


@pytest.mark.parametrize("command", [["rank", "b"], ["discover", "b"], ["sql", "SELECT 1"], ["export", "b"]])
def test_a_folder_that_does_not_exist_is_told_and_not_made(ask, tmp_path, command):
    missing = tmp_path / "none"
    said = ask(*command, "--workspace", missing, status=2)
    assert str(missing) in said.err
    assert not missing.exists()


def test_init_does_not_make_a_workspace_in_a_file(ask, tmp_path):
    (tmp_path / "file").write_text("mine", "utf-8")
    assert "not a folder" in ask("init", tmp_path / "file", status=2).err
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_nothing_published_yet_says_what_to_run(ask, made):
    for command in (["rank", "b"], ["export", "b"], ["sql", "SELECT 1"], ["sheet", "b"], ["map", "b"]):
        assert "vigie discover" in ask(*command, "--workspace", made, status=2).err


# --- imports


def rows(root):
    connection = connect(root / ".vigie" / "work.duckdb", read_only=True)
    try:
        return connection.sql("SELECT post_id, text FROM core.posts ORDER BY 1").fetchall()
    finally:
        connection.close()


CSV = "source,native_id,account,published_at,text\nx,1,a,2026-01-01,un\nx,2,a,jamais,deux\n"


def test_a_bad_row_is_told_kept_and_does_not_stop_the_rest(ask, made):
    (made / "p.csv").write_text(CSV, "utf-8")
    said = ask("import", "csv", made / "p.csv", "--brief", "b", "--workspace", made)
    assert "p.csv, line 3: published_at: not a time" in said.out
    assert rows(made) == [("x:1", "un")]
    kept = list(csv.DictReader(io.StringIO((made / "rejects" / "p.rejects.csv").read_text("utf-8"))))
    assert [(row["line"], row["kind"], row["reason"]) for row in kept] == [("3", "post", "published_at: not a time")]
    assert "deux" in kept[0]["row"]


def test_the_counts_of_an_import_are_told_to_machines(ask, made):
    (made / "p.csv").write_text(CSV, "utf-8")
    (answer,) = json.loads(ask("import", "csv", made / "p.csv", "--brief", "b", "--json", "--workspace", made).out)
    assert (answer["read"], answer["loaded"], answer["new"], answer["rejected"]) == (
        {"post": 2},
        {"post": 1},
        {"post": 1},
        1,
    )
    (again,) = json.loads(ask("import", "csv", made / "p.csv", "--brief", "b", "--json", "--workspace", made).out)
    assert again["new"] == {"post": 0}


def test_a_file_without_one_good_row_ends_in_2_and_loads_nothing(ask, made):
    (made / "p.csv").write_text(CSV.replace("2026-01-01", "hier"), "utf-8")
    assert (
        "nothing was loaded" in ask("import", "csv", made / "p.csv", "--brief", "b", "--workspace", made, status=2).err
    )
    assert rows(made) == []


def test_one_missing_file_among_several_loads_none(ask, made):
    (made / "p.csv").write_text(CSV, "utf-8")
    ask("import", "csv", made / "p.csv", made / "none.csv", "--brief", "b", "--workspace", made, status=2)
    assert not (made / ".vigie" / "work.duckdb").exists()


# --- curate, explain, export


def test_decisions_stay_as_history_and_the_last_one_stands(ask, copy):
    who = account(copy)[0]
    for status, why in (("in", "knows her subject"), ("out", "moved on")):
        answer = json.loads(ask("curate", "cafe", who, status, "--why", why, "--json", "--workspace", copy).out)
        assert (answer["account_id"], answer["status"], answer["why"]) == (who, status, why)
    with open_people(copy / ".vigie" / "people.sqlite") as people:
        kept = people.execute("SELECT status, why FROM decisions WHERE account_id = ? ORDER BY rowid", [who]).fetchall()
    assert [tuple(row) for row in kept] == [("in", "knows her subject"), ("out", "moved on")]


def test_a_decision_without_a_reason_is_refused(ask, copy):
    assert "--why" in ask("curate", "cafe", account(copy)[0], "in", "--workspace", copy, status=2).err


def test_an_unknown_account_is_told_with_the_handles_written_most_alike(ask, discovered, where):
    handle = account(discovered)[1].lstrip("@")
    name = handle.partition("@")[0]
    typo = name[:-3] + name[-2] + name[-3] + name[-1] + "x"
    said = ask("explain", "cafe", f"@{typo}", *where, status=2).err
    assert "did you mean" in said
    assert handle in said
    assert len(said.strip().splitlines()) == 1


def test_an_account_like_nobody_gets_no_suggestion(ask, where):
    said = ask("explain", "cafe", "@zzzzqqqq", *where, status=2).err
    assert said.strip() == 'vigie: no account "@zzzzqqqq"'


def test_an_export_names_its_files_and_comes_back_whole(ask, discovered, where, made, tmp_path):
    files = json.loads(ask("export", "cafe", "--out", tmp_path / "out", "--json", *where).out)
    assert all(Path(name).exists() for name in files)
    (jsonl,) = [name for name in files if name.endswith(".jsonl")]
    answer = json.loads(ask("import", "jsonl", jsonl, "--brief", "b", "--json", "--workspace", made).out)[0]
    assert answer["rejected"] == 0
    count = "SELECT count(*) FROM core.brief_posts"
    assert len(rows(made)) == int(ask("sql", count, *where).out.splitlines()[1])


def test_an_export_of_an_unknown_brief_is_refused(ask, where):
    said = ask("export", "nowhere.toml", *where, status=2)
    assert "nowhere.toml" in said.err


# --- the whole


def test_a_command_that_is_interrupted_ends_in_1_without_a_traceback(monkeypatch, capsys, discovered):
    def interrupt(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("app.commands.sql.connect", interrupt)
    assert run(["sql", "SELECT 1", "--workspace", str(discovered), "--lang", "fr"]) == 1
    assert capsys.readouterr().err == "vigie: interrompu\n"


def test_the_version_of_python_and_the_program_are_told_by_the_doctor(ask):
    assert f"Python {sys.version.split()[0]}" in ask("doctor").out
