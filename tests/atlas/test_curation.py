"""Decisions are visible at once, keep their reason and history, and can be undone."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from data.people import decide, decisions, open_people
from data.workspace import Workspace

from .conftest import BRIEF, acc, client_of, mark
from .test_pages import names, person_page

ORIGIN = {"origin": "http://127.0.0.1:8420"}


def post(client: TestClient, leaf: str, key: str = "lea", **fields: str):
    csrf = mark(client.get(person_page(key)).text)
    form = {"csrf": csrf, "account_id": acc(key), **fields}
    return client.post(f"/b/cafe/{leaf}", data=form, headers=ORIGIN, follow_redirects=False)


def standing(workspace: Workspace, key: str = "lea") -> tuple[str, str]:
    with open_people(workspace.people) as people:
        found = decisions(people, BRIEF)[acc(key)]
    return found.status, found.why


def test_a_decision_shows_on_the_next_page_and_leads_back_to_the_person(
    client: TestClient, workspace: Workspace
) -> None:
    answer = post(client, "decide", status="in", why="parle <b>juste</b>")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/b/cafe/person?id=")
    assert standing(workspace) == ("in", "parle <b>juste</b>")
    page = client.get(person_page("lea")).text
    assert "parle &lt;b&gt;juste&lt;/b&gt;" in page
    assert "retenu" in page
    assert names(client.get("/b/cafe/people?status=in&segment=filtre").text) == ["Léa Martin"]


def test_who_is_set_aside_leaves_list_matrix_leaders_and_downloads_at_once(client: TestClient) -> None:
    before = client.get("/b/cafe/").text
    post(client, "decide", status="out", why="hors sujet")
    assert "Léa Martin" not in names(client.get("/b/cafe/people").text)
    assert "Léa Martin" not in client.get("/b/cafe/people.csv").text
    assert names(client.get("/b/cafe/people?status=out&segment=filtre").text) == ["Léa Martin"]
    after = client.get("/b/cafe/").text
    assert "Léa Martin" in before
    assert "Léa Martin" not in after


def test_a_download_carries_the_status_of_today(client: TestClient) -> None:
    post(client, "decide", status="in", why="oui")
    rows = client.get("/b/cafe/people.json?segment=filtre").json()
    assert {row["status"] for row in rows if row["display_name"] == "Léa Martin"} == {"in"}


def latest_id(client: TestClient) -> str:
    return re.findall(r'name="id" value="(\d+)"', client.get("/b/cafe/decisions").text)[0]


def test_undoing_restores_the_decision_before_and_keeps_the_history(client: TestClient, workspace: Workspace) -> None:
    post(client, "decide", status="in", why="première")
    post(client, "decide", status="out", why="seconde")
    assert post(client, "undo", id=latest_id(client)).status_code == 303
    assert standing(workspace)[0] == "in"
    page = client.get("/b/cafe/decisions").text
    for reason in ("première", "seconde", "annulation"):
        assert reason in page


def test_undoing_a_first_decision_leaves_it_undecided(client: TestClient, workspace: Workspace) -> None:
    post(client, "decide", status="out", why="vite")
    post(client, "undo", id=latest_id(client))
    assert standing(workspace)[0] == "undecided"


def test_undoing_what_no_longer_stands_is_refused(client: TestClient, workspace: Workspace) -> None:
    post(client, "decide", status="in", why="première")
    old = latest_id(client)
    with open_people(workspace.people) as people:
        decide(people, BRIEF, acc("lea"), "out", why="entre-temps", who="quelqu'un d'autre")
    assert post(client, "undo", id=old).status_code == 409
    assert standing(workspace) == ("out", "entre-temps")


@pytest.mark.parametrize(
    "fields", [{"status": "in", "why": ""}, {"status": "in", "why": "   "}, {"status": "banned", "why": "x"}, {"why": "x"},
               {"status": "in", "why": "x" * 501}]
)  # fmt: skip
def test_a_decision_needs_a_known_status_and_a_reason(
    client: TestClient, workspace: Workspace, fields: dict[str, str]
) -> None:
    assert post(client, "decide", **fields).status_code == 400
    assert not workspace.people.exists()


def test_nothing_is_decided_about_who_is_not_known_or_objected(client: TestClient, workspace: Workspace) -> None:
    csrf = mark(client.get(person_page("lea")).text)
    for account in ("", "nobody", acc("gone"), "' OR 1=1"):
        form = {"csrf": csrf, "account_id": account, "status": "in", "why": "x"}
        assert client.post("/b/cafe/decide", data=form, headers=ORIGIN).status_code == 404
    assert not workspace.people.exists()


def test_nothing_is_decided_in_a_brief_that_does_not_exist(client: TestClient, workspace: Workspace) -> None:
    csrf = mark(client.get(person_page("lea")).text)
    form = {"csrf": csrf, "account_id": acc("lea"), "status": "in", "why": "x"}
    assert client.post("/b/nope/decide", data=form, headers=ORIGIN).status_code == 404
    assert not workspace.people.exists()


def test_a_decision_made_on_the_command_line_shows_without_restarting(client: TestClient, workspace: Workspace) -> None:
    assert "Nina Dupré" in names(client.get("/b/cafe/people").text)
    with open_people(workspace.people) as people:
        decide(people, BRIEF, acc("nina"), "out", why="ligne de commande", who="test")
    assert "Nina Dupré" not in names(client.get("/b/cafe/people").text)


def test_the_newest_of_two_decisions_about_accounts_of_one_person_counts(tmp_path) -> None:
    from .conftest import make, person

    space = make(tmp_path / "joined", lambda con: con.execute(
        "UPDATE core.person_accounts SET person_id = ? WHERE account_id = ?", [person("lea"), acc("nina")]))  # type: ignore[arg-type, func-returns-value]  # fmt: skip
    with open_people(space.people) as people:
        for account, status, at in ((acc("lea"), "out", "2026-01-02"), (acc("nina"), "in", "2026-01-01")):
            people.execute(
                "INSERT INTO decisions (brief, account_id, status, why, decided_by, decided_at) VALUES (?, ?, ?, 'x', 'y', ?)",
                (BRIEF, account, status, at),
            )
    assert "Léa Martin" not in names(client_of(space).get("/b/cafe/people").text)
