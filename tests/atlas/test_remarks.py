"""Labels and notes of the team: they show at once, keep their history, can be undone, and commands see the same."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from data.errors import UserError
from data.notes import LONGEST, notes, restore_note, withdraw_note, write_note
from data.overrides import overrides
from data.people import open_people, suppress
from data.relations.store import erase, open_relations, rows
from data.workspace import Workspace

from .conftest import BRIEF, acc, client_of, mark, text
from .test_pages import names, person_page

ORIGIN = {"origin": "http://127.0.0.1:8420"}


def post(client: TestClient, leaf: str, key: str = "lea", **fields: str):
    if not hasattr(client, "csrf"):
        client.csrf = mark(client.get(person_page(key)).text)  # type: ignore[attr-defined]
    csrf = client.csrf  # type: ignore[attr-defined]
    form = {"csrf": csrf, "account_id": acc(key), **fields}
    return client.post(f"/b/cafe/{leaf}", data=form, headers=ORIGIN, follow_redirects=False)


def labels_of(workspace: Workspace) -> dict[tuple[str, str], str]:
    with open_people(workspace.people) as people:
        return {(one.account_id, one.word): one.state for one in overrides(people, BRIEF)}


def last_label(workspace: Workspace) -> str:
    with open_people(workspace.people) as people:
        return str(people.execute("SELECT max(id) FROM overrides").fetchone()[0])


def notes_of(workspace: Workspace) -> list[dict]:
    with open_relations(workspace.people) as people:
        return notes(people, BRIEF)


@pytest.fixture(autouse=True)
def no_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing anew has its own tests; here it would only outlive the test."""
    monkeypatch.setattr("app.atlas.routes.remarks.refresh_soon", lambda _: None)


def test_a_label_that_is_given_shows_at_once_filters_and_is_what_the_command_reads(
    client: TestClient, workspace: Workspace
) -> None:
    answer = post(client, "label", "nina", label="jury <2026>", state="given", why="au jury")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("#labels")
    assert labels_of(workspace) == {(acc("nina"), "jury <2026>"): "given"}
    assert "jury &lt;2026&gt;" in client.get(person_page("nina")).text
    assert names(client.get("/b/cafe/people?segment=filtre&label=jury+%3C2026%3E").text) == ["Nina Dupré"]
    assert 'value="jury &lt;2026&gt;"' in client.get("/b/cafe/people").text


def test_a_refused_label_leaves_list_filter_and_downloads(client: TestClient) -> None:
    before = names(client.get("/b/cafe/people?segment=filtre&label=expert").text)
    assert "Léa Martin" in before
    post(client, "label", label="expert", state="refused", why="pas ici")
    assert "Léa Martin" not in names(client.get("/b/cafe/people?segment=filtre&label=expert").text)
    downloaded = client.get("/b/cafe/people.json?segment=filtre").json()
    assert all("expert" not in row["labels"] for row in downloaded if row["display_name"] == "Léa Martin")
    assert any("expert" in row["labels"] for row in downloaded)


def test_undoing_a_label_restores_what_stood_before(client: TestClient, workspace: Workspace) -> None:
    post(client, "label", label="expert", state="given", why="un")
    post(client, "label", label="expert", state="refused", why="deux")
    post(client, "label/undo", id=last_label(workspace))
    assert labels_of(workspace) == {(acc("lea"), "expert"): "given"}
    post(client, "label/undo", id=last_label(workspace))
    assert labels_of(workspace) == {(acc("lea"), "expert"): "refused"}


def test_undoing_the_only_word_leaves_the_label_to_the_rules(client: TestClient, workspace: Workspace) -> None:
    post(client, "label", label="vu", state="given", why="un")
    answer = post(client, "label/undo", id=last_label(workspace))
    assert answer.headers["location"].startswith("/b/cafe/person?id=")
    assert labels_of(workspace) == {}
    assert "annulation : un" in text(client.get("/b/cafe/decisions").text)


def test_a_word_that_no_longer_stands_cannot_be_undone(client: TestClient, workspace: Workspace) -> None:
    post(client, "label", label="vu", state="given", why="un")
    old = last_label(workspace)
    post(client, "label", label="vu", state="refused", why="deux")
    assert post(client, "label/undo", id=old).status_code == 409
    assert post(client, "label/undo", id="99999").status_code == 409


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "", "state": "given", "why": "x"},
        {"label": "x" * 81, "state": "given", "why": "x"},
        {"label": "x", "state": "withdrawn", "why": "x"},
        {"label": "x", "state": "given", "why": " "},
        {"label": "x", "state": "given", "why": "x" * 501},
    ],
)
def test_a_label_without_its_words_is_refused(client: TestClient, workspace: Workspace, fields: dict[str, str]) -> None:
    assert post(client, "label", **fields).status_code == 400
    assert labels_of(workspace) == {}


def test_a_note_shows_on_the_page_and_in_the_history_as_text(client: TestClient, workspace: Workspace) -> None:
    answer = post(client, "note", text="Vue au salon <b>samedi</b>.\nRappeler.")
    assert answer.headers["location"].endswith("#notes")
    assert [note["text"] for note in notes_of(workspace)] == ["Vue au salon <b>samedi</b>.\nRappeler."]
    for page in (person_page("lea"), "/b/cafe/decisions"):
        assert "Vue au salon &lt;b&gt;samedi&lt;/b&gt;. Rappeler." in client.get(page).text


def test_a_note_may_fill_a_field_of_the_sheet_and_says_which(client: TestClient, workspace: Workspace) -> None:
    assert '<option value="conflicts">' in client.get(person_page("lea")).text
    post(client, "note", text="Siège au conseil d’un concurrent", field="conflicts")
    assert [note["field"] for note in notes_of(workspace)] == ["conflicts"]
    assert '<span class="status">conflits d’intérêts</span>' in client.get(person_page("lea")).text


def test_a_note_for_a_field_that_no_sheet_has_is_refused(client: TestClient, workspace: Workspace) -> None:
    assert post(client, "note", text="x", field="religion").status_code == 400
    assert notes_of(workspace) == []


def test_a_note_is_withdrawn_and_brought_back_and_its_history_stays(client: TestClient, workspace: Workspace) -> None:
    post(client, "note", text="à revoir")
    number = str(notes_of(workspace)[0]["id"])
    assert post(client, "note/withdraw", id=number).status_code == 303
    assert notes_of(workspace)[0]["withdrawn_at"]
    assert "à revoir" in client.get(person_page("lea")).text
    assert post(client, "note/withdraw", id=number).status_code == 409
    assert post(client, "note/restore", id=number).status_code == 303
    assert notes_of(workspace)[0]["withdrawn_at"] is None
    with open_relations(workspace.people) as people:
        changed = [(row["record"], row["field"]) for row in rows(people, "history")]
    assert changed == [("notes", "withdrawn_at")] * 2


def test_a_note_about_someone_else_cannot_be_taken_back_from_here(client: TestClient, workspace: Workspace) -> None:
    post(client, "note", "nina", text="sur Nina")
    number = str(notes_of(workspace)[0]["id"])
    assert post(client, "note/withdraw", "lea", id=number).status_code == 409
    assert post(client, "note/erase", "nina", id=number).status_code == 400
    assert post(client, "note/withdraw", "nina", id="١").status_code == 400


@pytest.mark.parametrize("words", ["", "   ", "x" * (LONGEST + 1)])
def test_a_note_without_words_or_too_long_is_refused(client: TestClient, workspace: Workspace, words: str) -> None:
    assert post(client, "note", text=words).status_code == 400
    assert notes_of(workspace) == []


@pytest.mark.parametrize("leaf", ["label", "label/undo", "note", "note/withdraw"])
def test_nothing_is_recorded_without_the_mark_or_about_who_is_not_there(
    client: TestClient, workspace: Workspace, leaf: str
) -> None:
    form = {"account_id": acc("lea"), "label": "x", "state": "given", "why": "x", "text": "x", "id": "1"}
    assert client.post(f"/b/cafe/{leaf}", data=form, headers=ORIGIN).status_code == 403
    marked = {**form, "csrf": mark(client.get(person_page("lea")).text)}
    for other in ("nobody", "gone"):
        answer = client.post(f"/b/cafe/{leaf}", data=marked | {"account_id": acc(other)}, headers=ORIGIN)
        assert answer.status_code == 404
    assert labels_of(workspace) == {}
    assert notes_of(workspace) == []


def test_reading_pages_does_not_make_the_store(workspace: Workspace) -> None:
    client = client_of(workspace)
    for page in (person_page("lea"), "/b/cafe/decisions", "/b/cafe/people"):
        assert client.get(page).status_code == 200
    assert not workspace.people.exists()


def test_notes_are_kept_per_brief_and_newest_first(workspace: Workspace) -> None:
    with open_relations(workspace.people) as people:
        first = write_note(people, "cafe", "a", "un", who="lea")
        write_note(people, "autre", "a", "ailleurs", who="lea")
        second = write_note(people, "cafe", "b", "deux", who="lea")
        assert [row["id"] for row in notes(people, "cafe")] == [second, first]
        assert [row["id"] for row in notes(people, "cafe", ["a"])] == [first]
        assert notes(people, "cafe", []) == []
        with pytest.raises(UserError):
            withdraw_note(people, "autre", first, who="lea")
        with pytest.raises(UserError):
            restore_note(people, "cafe", first, who="lea")


def test_no_note_is_written_about_who_objected_and_forgetting_takes_the_notes(workspace: Workspace) -> None:
    with open_relations(workspace.people) as people:
        write_note(people, "cafe", "mastodon:x:lea", "à oublier", who="n")
        write_note(people, "cafe", "mastodon:x:other", "a parlé avec lea@x", who="n")
    with open_people(workspace.people) as people:
        suppress(people, ["mastodon:x:lea"], why="objection")
    assert erase(workspace.people, ["mastodon:x:lea"], "(?i)lea@x") == 1
    with open_relations(workspace.people) as people:
        assert [row["text"] for row in notes(people, "cafe")] == ["a parlé avec …"]
        with pytest.raises(UserError):
            write_note(people, "cafe", "mastodon:x:lea", "encore", who="n")


def test_a_community_is_a_filter_of_the_list(client: TestClient) -> None:
    assert names(client.get("/b/cafe/people?community=c0&segment=filtre").text) == []
    page = client.get("/b/cafe/").text
    assert 'href="people?community=c0"' in page
