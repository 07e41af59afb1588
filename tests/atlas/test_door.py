"""Who may come in, from where, and what every answer carries."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.atlas.guard import LOOPBACK, Door
from data.workspace import Workspace

from .conftest import client_of, mark
from .test_pages import PAGES, person_page

TOKEN = "t" * 32
FORM = {"account_id": "mastodon:social.example:lea", "status": "in", "why": "x"}


def opened(**more: object) -> Door:
    return Door(LOOPBACK | {"atlas.example"}, TOKEN, any_address=True, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("page", [*PAGES, person_page("lea"), "/nope", "/static/atlas.js", "/static/style.css"])
def test_every_answer_carries_strict_headers(reader, page: str) -> None:
    headers = reader.get(page).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors" in policy


def test_only_the_map_may_be_framed_and_only_by_the_atlas(reader) -> None:
    assert "frame-ancestors 'self'" in reader.get("/b/cafe/map.html").headers["content-security-policy"]
    assert "frame-ancestors 'none'" in reader.get("/b/cafe/map").headers["content-security-policy"]


@pytest.mark.parametrize("page", [p for p in PAGES if not p.endswith("map.html")])
def test_pages_ask_for_nothing_outside_this_server(reader, page: str) -> None:
    for address in re.findall(r'(?:src|action|<link[^>]+href)="([^"]+)"', reader.get(page).text):
        assert not re.match(r"(?:[a-z]+:)?//", address), address


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8420", "10.0.0.7", "", "[::1",
                                  "evil.example:80@127.0.0.1", "127.0.0.1:8420,evil.example"])  # fmt: skip
def test_a_foreign_host_name_is_refused_on_loopback(reader, host: str) -> None:
    answer = reader.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["localhost", "localhost:9", "127.0.0.1", "[::1]:8420", "LOCALHOST:8420"])
def test_loopback_names_are_known(reader, host: str) -> None:
    assert reader.get("/", headers={"host": host}).status_code == 200


@given(st.text(max_size=60))
def test_no_host_header_breaks_the_check(host: str) -> None:
    assert Door().knows_host(host) in (True, False)


def test_beyond_loopback_addresses_and_named_hosts_are_known_and_others_not() -> None:
    door = opened()
    assert door.knows_host("192.168.1.7:8420")
    assert door.knows_host("atlas.example")
    assert not door.knows_host("rebound.example")


@pytest.mark.parametrize(
    "page", [*PAGES, person_page("lea"), "/b/cafe/people.csv", "/b/cafe/people.xlsx", "/favicon.ico"]
)
def test_with_a_token_nothing_is_shown_without_it(published: Workspace, page: str) -> None:
    answer = client_of(published, door=opened()).get(page, follow_redirects=False)
    assert answer.status_code == 401
    assert "Léa" not in answer.text
    assert "set-cookie" not in answer.headers


def test_the_token_opens_once_and_leaves_the_address(published: Workspace) -> None:
    client = client_of(published, door=opened())
    answer = client.get(f"/b/cafe/people?tier=macro&token={TOKEN}", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/b/cafe/people?tier=macro"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    assert client.get("/b/cafe/people").status_code == 200


@pytest.mark.parametrize("shown", ["", "wrong", TOKEN[:-1], TOKEN + "t", "é", "%00"])
def test_a_wrong_token_opens_nothing(published: Workspace, shown: str) -> None:
    assert client_of(published, door=opened()).get(f"/?token={shown}").status_code == 401


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "///evil.example"])
def test_the_redirection_after_the_token_stays_here(published: Workspace, path: str) -> None:
    answer = client_of(published, door=opened()).request(
        "GET", f"http://127.0.0.1:8420{path}?token={TOKEN}", follow_redirects=False
    )
    assert re.match(r"/[^/\\]|/$", answer.headers["location"])


@pytest.mark.parametrize("forged", ["vigie=abc", "vigie=abc.def", "vigie=.", "vigie=" + "a" * 4000, 'vigie="\\', "=;;"])
def test_a_forged_cookie_is_nobody(published: Workspace, forged: str) -> None:
    assert client_of(published, door=opened()).get("/", headers={"cookie": forged}).status_code == 401


def test_a_cookie_of_another_server_is_nobody() -> None:
    mine, other = Door(), Door()
    assert mine.session(f"vigie={mine.signed('abc')}") == "abc"
    assert mine.session(f"vigie={other.signed('abc')}") is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(reader, method: str) -> None:
    assert reader.request(method, "/").status_code == 405


def test_reading_never_writes(workspace: Workspace) -> None:
    client = client_of(workspace)
    for page in [*PAGES, person_page("lea"), "/b/cafe/decide", "/b/cafe/undo"]:
        client.get(page)
    assert not workspace.people.exists()


def posted(client, form: dict[str, str], **headers: str):
    return client.post(
        "/b/cafe/decide", data=form, headers={"origin": "http://127.0.0.1:8420", **headers}, follow_redirects=False
    )


def test_a_form_without_its_mark_is_refused(client, workspace: Workspace) -> None:
    client.get("/")
    for csrf in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "é"}):
        assert posted(client, FORM | csrf).status_code == 403
    assert not workspace.people.exists()


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "https://127.0.0.1:1", "http://127.0.0.1:8420.evil.example", "http://["],
)
def test_a_form_from_elsewhere_is_refused_even_with_its_mark(client, workspace: Workspace, origin: str) -> None:
    csrf = mark(client.get(person_page("lea")).text)
    assert posted(client, FORM | {"csrf": csrf}, origin=origin).status_code == 403
    assert not workspace.people.exists()


def test_the_mark_of_another_visitor_is_refused(workspace: Workspace) -> None:
    door = Door()
    first, second = client_of(workspace, door=door), client_of(workspace, door=door)
    csrf = mark(first.get(person_page("lea")).text)
    second.get("/")
    assert posted(second, FORM | {"csrf": csrf}).status_code == 403


def test_a_form_that_is_too_long_is_refused(client) -> None:
    csrf = mark(client.get(person_page("lea")).text)
    assert posted(client, FORM | {"csrf": csrf, "why": "x" * 20_000}).status_code == 413


def test_a_form_that_hides_its_length_is_refused(client) -> None:
    client.get("/")
    answer = client.post("/b/cafe/decide", content=iter([b"a" * 40_000]), headers={"origin": "http://127.0.0.1:8420"})
    assert answer.status_code == 413


def test_another_site_cannot_make_the_atlas_work_in_the_background(reader) -> None:
    background = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert reader.get("/b/cafe/map.html", headers=background).status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert reader.get("/b/cafe/map", headers=link).status_code == 200
