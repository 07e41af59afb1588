"""Serving while discoveries publish, with many people, from a real process; saved questions within their limits."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.atlas import saved
from app.atlas.published import NothingPublishedError, Published
from data.warehouse.publish import publish
from data.warehouse.store import Connection, connect, open_store
from data.workspace import Workspace

from .conftest import BRIEF, NEW, client_of, make
from .test_pages import names


def rename_lea(workspace: Workspace, name: str) -> None:
    with open_store(workspace.store) as con:
        con.execute("UPDATE core.accounts SET display_name = ? WHERE native_id = 'lea'", [name])
    publish(workspace)


def test_a_new_publication_shows_at_the_next_page(client: TestClient, workspace: Workspace) -> None:
    assert names(client.get("/b/cafe/people").text)[0] == "Léa Martin"
    rename_lea(workspace, "Léa Nouvelle")
    assert names(client.get("/b/cafe/people").text)[0] == "Léa Nouvelle"


def test_publishing_is_never_held_up_by_a_reader_who_sees_one_whole_publication(workspace: Workspace) -> None:
    shown = Published(workspace.published)
    sql = "SELECT display_name FROM core.accounts WHERE native_id = 'lea'"
    late: list[str] = []
    with shown.reading() as con:
        assert con.execute(sql).fetchall() == [("Léa Martin",)]
        started = time.monotonic()
        rename_lea(workspace, "Léa Nouvelle")
        assert time.monotonic() - started < 10
        assert con.execute(sql).fetchall() == [("Léa Martin",)]

        def read_late() -> None:
            with shown.reading() as other:
                late.append(other.execute(sql).fetchall()[0][0])

        waiting = threading.Thread(target=read_late)
        waiting.start()
        time.sleep(0.2)
        assert not late
    waiting.join(10)
    assert late == ["Léa Nouvelle"]
    shown.close()


def test_a_slow_reader_does_not_keep_others_waiting_for_long(workspace: Workspace) -> None:
    shown = Published(workspace.published)
    sql = "SELECT display_name FROM core.accounts WHERE native_id = 'lea'"
    with shown.reading():
        rename_lea(workspace, "Léa Nouvelle")
        started = time.monotonic()
        with shown.reading() as other:
            assert other.execute(sql).fetchall() == [("Léa Martin",)]
        assert time.monotonic() - started < 8
    with shown.reading() as fresh:
        assert fresh.execute(sql).fetchall() == [("Léa Nouvelle",)]
    shown.close()


def test_many_readers_and_publications_never_meet_an_error(workspace: Workspace) -> None:
    client = client_of(workspace)
    codes: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            codes.append(client.get("/b/cafe/people").status_code)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(4):
        rename_lea(workspace, f"Léa {turn}")
    stop.set()
    for reader in readers:
        reader.join(20)
    assert set(codes) == {200}
    assert names(client.get("/b/cafe/people").text)[0] == "Léa 3"


def test_a_publication_taken_away_is_told_and_its_return_noticed(client: TestClient, workspace: Workspace) -> None:
    client.get("/")
    aside = workspace.published.rename(workspace.root / "aside")
    assert "Rien n’est encore publié" in client.get("/b/cafe/people").text
    aside.rename(workspace.published)
    assert names(client.get("/b/cafe/people").text)


def test_a_file_that_is_no_database_ends_in_a_page(client: TestClient, workspace: Workspace) -> None:
    workspace.published.unlink()
    workspace.published.write_bytes(b"not a database" * 1000)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text


def test_the_published_database_cannot_be_written_or_used_to_read_files(workspace: Workspace) -> None:
    import duckdb

    shown = Published(workspace.published)
    with shown.reading() as con:
        for sql in (
            "DELETE FROM core.accounts",
            "SELECT * FROM read_csv('/etc/hostname')",
            f"ATTACH '{workspace.store}' AS w",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(sql)
    shown.close()


def test_reading_before_any_publication_says_so(tmp_path: Path) -> None:
    with pytest.raises(NothingPublishedError), Published(tmp_path / "none.duckdb").reading():
        pass


def crowd(con: Connection) -> None:
    con.execute(
        "INSERT INTO core.accounts BY NAME SELECT 'x:' || i AS account_id, 'x' AS source, i::VARCHAR AS native_id, "
        "'@p' || i AS handle, 'Personne ' || i AS display_name, 'bio ' || i AS summary, 'allow' AS consent FROM range(20000) t(i)"
    )
    con.execute(
        "INSERT INTO core.person_accounts BY NAME SELECT 'p:' || i AS person_id, 'x:' || i AS account_id FROM range(20000) t(i)"
    )
    con.execute(
        "INSERT INTO detection.candidates BY NAME SELECT ? AS brief, ? AS run_id, 'p:' || i AS person_id, s AS segment, "
        "'x:' || i AS account_id, 'x' AS source, i + 20 AS rank, 'discovered' AS status, (i * 7919 % 1000) / 10.0 AS influence, "
        "[] AS labels FROM range(20000) t(i), (VALUES ('filtre'), ('espresso')) v(s)",
        [BRIEF, NEW],
    )


def test_the_ranking_of_twenty_thousand_people_is_quick(tmp_path: Path) -> None:
    client = client_of(make(tmp_path / "crowd", crowd))
    for query in ("", "?sort=name", "?words=personne+1999", "?page=700"):
        started = time.monotonic()
        answer = client.get(f"/b/cafe/people{query}")
        assert answer.status_code == 200
        assert time.monotonic() - started < 5, query
    assert "40" in answer.text


def questions_of(workspace: Workspace, **files: str) -> TestClient:
    folder = workspace.root / "questions"
    folder.mkdir()
    for name, sql in files.items():
        (folder / f"{name}.sql").write_text(sql, "utf-8")
    return client_of(workspace)


def test_a_question_of_the_workspace_is_listed_asked_and_downloaded(workspace: Workspace) -> None:
    client = questions_of(
        workspace, mine="-- fr: Les <b>comptes</b>\n-- en: The accounts\nSELECT handle, 1.5 AS x FROM core.accounts"
    )
    assert "Les &lt;b&gt;comptes&lt;/b&gt;" in client.get("/questions/?lang=fr").text
    assert "The accounts" in client.get("/questions/?lang=en").text
    assert "@lea@social.example" in client.get("/questions/own/mine").text
    sent = client.get("/questions/own/mine/csv").text.splitlines()
    assert sent[0] == "handle,x"
    assert "'@lea@social.example,1.5" in sent


@pytest.mark.parametrize(
    "name", ["magic_middle_without_brand", "emerging", "bridges", "rising_hashtags", "unknown_figures", "sites_linked"]
)
def test_the_shipped_questions_are_answered(reader: TestClient, name: str) -> None:
    page = reader.get(f"/questions/shipped/{name}").text
    assert "La base refuse" not in page


@pytest.mark.parametrize("sql", ["DELETE FROM core.accounts", "SELECT 1; SELECT 2", "COPY core.accounts TO '/tmp/x'", "SET threads=1",
                                 "SELECT * FROM read_text('/etc/hostname')", "SELEC", "", "PRAGMA database_list", "ATTACH ':memory:'"])  # fmt: skip
def test_a_question_that_does_more_than_read_is_refused_in_one_line(workspace: Workspace, sql: str) -> None:
    answer = questions_of(workspace, bad=sql).get("/questions/own/bad")
    assert answer.status_code == 200
    assert "La base refuse" in answer.text
    assert "Traceback" not in answer.text


def test_a_question_without_end_is_stopped(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.atlas.routes.questions.SECONDS", 0.5)
    client = questions_of(workspace, slow="SELECT count(*) FROM range(10000000) a, range(10000000) b")
    started = time.monotonic()
    assert "a été arrêtée" in client.get("/questions/own/slow").text
    assert time.monotonic() - started < 8
    assert client.get("/b/cafe/people").status_code == 200


def test_an_answer_is_cut_and_says_so(workspace: Workspace) -> None:
    page = questions_of(workspace, big="SELECT * FROM range(2000)").get("/questions/own/big").text
    assert page.count("<tr>") == 501
    assert "Les 500 premières lignes" in page


def test_a_question_shows_hostile_values_as_text(workspace: Workspace) -> None:
    page = questions_of(workspace, odd="SELECT '<script>x</script>' AS \"<b>\", NULL AS n, [1, NULL] AS l, {'a': '<i>'} AS s, 'a'::BLOB AS b, "
                        "TIME '10:00' AS t, DATE '2026-01-01' AS d, repeat('y', 100000) AS long").get("/questions/own/odd").text  # fmt: skip
    assert "<script>x" not in page
    assert "&lt;b&gt;" in page
    assert "y" * 400 not in page


def test_files_that_are_no_questions_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "folder.sql").mkdir()
    (tmp_path / "huge.sql").write_text("-" * (saved.MAX_FILE + 1))
    (tmp_path / "bytes.sql").write_bytes(b"SELECT 1 \xff\xfe")
    assert [q.name for q in saved.questions(tmp_path) if not q.shipped] == ["bytes"]


def serve(workspace: Workspace, *options: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "app.cli",
        "serve",
        "--workspace",
        str(workspace.root),
        "--port",
        "0",
        "--json",
        *options,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def told(process: subprocess.Popen[str]) -> dict[str, str | None]:
    assert process.stdout is not None
    lines = ""
    while not lines.rstrip().endswith("}"):
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        lines += line
    return json.loads(lines)


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def ended(process: subprocess.Popen[str]) -> str:
    process.terminate()
    _, errors = process.communicate(timeout=20)
    return errors


def test_the_command_serves_on_loopback_without_a_token(published: Workspace) -> None:
    process = serve(published)
    try:
        at = told(process)
        assert str(at["url"]).startswith("http://127.0.0.1:")
        assert at["token"] is None
        assert status(f"{at['url']}b/cafe/people") == 200
    finally:
        errors = ended(process)
    assert "Traceback" not in errors


def test_the_command_asks_for_a_token_beyond_loopback(published: Workspace) -> None:
    process = serve(published, "--host", "0.0.0.0")
    try:
        at = told(process)
        here = str(at["url"]).replace("0.0.0.0", "127.0.0.1")
        assert at["token"]
        assert len(at["token"]) >= 24
        assert status(here) == 401
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(f"{here}?token={at['token']}", timeout=20) as answer:
            assert answer.status == 200
            assert "token" not in answer.url
    finally:
        errors = ended(process)
    assert "Traceback" not in errors


def test_a_port_that_is_taken_ends_in_one_line(published: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    from app.cli import run

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert run(["serve", "--workspace", str(published.root), "--port", port, "--lang", "en"]) == 2
    assert "cannot listen" in capsys.readouterr().err


def test_an_unpublished_workspace_can_be_served(tmp_path: Path) -> None:
    con = connect()
    con.close()
    from data.workspace import create_workspace

    assert client_of(create_workspace(tmp_path / "w"), "en").get("/questions/").status_code == 200
