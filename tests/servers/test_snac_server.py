"""snac, a small server with a dialect of Mastodon's API: what it shows is found once, what it takes back goes, its robots.txt holds."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NOTES = {"lea": 90, "nina": 45, "oto": 7, "wary": 5}  # more than two pages for one of them
BRIEF = """
[brief]
name = "essai"
[[segments]]
name = "café"
query = "café*"
[seeds]
accounts = ["lea@{domain}", "oto@{domain}"]
hashtags = ["moulin"]
[[sources]]
kind = "mastodon"
instances = ["{address}", "{own}"]
[budget]
requests = 1000
accounts = 50
posts_per_account = 500
days = 365
"""


@dataclass
class Snac:
    """The running server: its command line writes, its own files tell what it holds."""

    program: Path
    folder: Path
    tools: Any
    own: str
    address: str
    passwords: dict[str, str]

    @property
    def domain(self) -> str:
        return urllib.parse.urlsplit(self.address).netloc

    def says(self, *command: str) -> str:
        return str(self.tools.words(self.program, command[0], self.folder, *command[1:]))

    def person(self, name: str, bio: str) -> None:
        self.passwords[name] = re.search(r"password is (\S+)", self.says("adduser", name))[1]  # type: ignore[index]
        path = self.folder / "user" / name / "user.json"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"bio": bio, "name": name.title()}), "utf-8")

    def note(self, who: str, text: str, how: str = "note") -> str:
        return str(re.search(r'"type": "Note",\s+"id": "([^"]+)"', self.says(how, who, text))[1])  # type: ignore[index]

    def act(self, who: str, path: str, **form: str) -> None:
        """Do what a person does with the buttons of their own page."""
        login = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        login.add_password(None, self.own, who, self.passwords[who])
        opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(login), Stay())
        with opener.open(f"{self.own}/{who}/admin/{path}", urllib.parse.urlencode(form).encode(), timeout=20) as answer:
            assert answer.status < 400

    def held(self, who: str) -> set[str]:
        """Return the addresses of the notes that the server has published for someone, out of its own files."""
        told = [json.loads(path.read_text("utf-8")) for path in (self.folder / "user" / who / "public").glob("*.json")]
        mine = f"{self.address}/{who}"
        return {one["id"] for one in told if one["type"] == "Note" and one["attributedTo"] == mine}


class Stay(urllib.request.HTTPRedirectHandler):
    """The page that a button leads back to carries nothing to read."""

    def redirect_request(self, *_: Any) -> None:
        return None

    def http_error_303(self, _request: Any, answer: Any, *_: Any) -> Any:
        return answer


@pytest.fixture(scope="module")
def snac(tools: Any, programs: Any) -> Snac:
    """Five people and their notes, behind an nginx whose keeper lets crawlers in."""
    program = tools.newer_debian("snac2") / "usr" / "bin" / "snac"
    folder, port, front = programs.folder / "snac", tools.free_port(), tools.free_port()
    tools.run(program, "init", folder, input=f"127.0.0.1\n{port}\n127.0.0.1:{front}\n\n\n".encode())
    settings = folder / "server.json"
    settings.write_text(
        json.dumps(json.loads(settings.read_text("utf-8")) | {"protocol": "http", "dbglevel": 1}), "utf-8"
    )
    made = Snac(program, folder, tools, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{front}", {})
    for name, bio in {"lea": "Torréfactrice", "nina": "Barista", "oto": "", "wary": "du café, mais #nobot"}.items():
        made.person(name, bio)
    for name, notes in NOTES.items():
        for number in range(notes):
            made.note(
                name,
                f"{'confidence' if name == 'wary' else 'café filtre'} {name} {number} #{'moulin' if number % 9 == 0 else 'essai'}",
            )
    made.note("lea", f"café pour @nina@{made.domain} seule, secret", "note_mention")
    programs.wait_for(port, programs.start("snac", [program, "httpd", folder]))
    opened = 'location = /robots.txt { return 200 "User-agent: *\\nAllow: /\\n"; } location / { proxy_set_header Host $http_host; proxy_pass %s; }'
    tools.front(programs, "snac-front", opened % made.own, front)
    return made


@pytest.fixture(scope="module")
def desk(snac: Snac, tools: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one discovery finds; the same server is also named as it comes, without the rules put before it."""
    made = tools.new_desk(tmp_path_factory.mktemp("snac"))
    made.brief(BRIEF.format(address=snac.address, own=snac.own, domain=snac.domain))
    assert made.discover() in {0, 3}
    return made


def found(desk: Any, *, gone: bool = False) -> list[str]:
    query = f"SELECT post_id FROM core.posts WHERE kind <> 'repost' AND (deleted_at IS NOT NULL) = {gone}"
    return [uid.removeprefix("ap:") for (uid,) in desk.rows(query)]


def test_every_public_note_of_everyone_is_found_once(snac: Snac, desk: Any) -> None:
    told = found(desk)
    assert len(told) == len(set(told))
    assert set(told) == snac.held("lea") | snac.held("nina") | snac.held("oto")
    assert {name: len(snac.held(name)) for name in ("nina", "oto")} == {name: NOTES[name] for name in ("nina", "oto")}


def test_counts_that_this_server_never_tells_are_unknown_and_not_nought(desk: Any) -> None:
    assert desk.rows("SELECT count(*) FROM core.account_observations WHERE followers = 0 OR posts = 0") == [(0,)]


def test_who_asked_to_be_left_out_and_what_was_said_to_one_person_leave_nothing(desk: Any) -> None:
    kept = desk.words().decode()
    assert "confidence" not in kept
    assert "secret" not in kept
    assert desk.rows("SELECT 1 FROM detection.candidates WHERE person_id LIKE '%wary%'") == []


def test_its_own_robots_txt_keeps_everybody_out_and_that_is_said(snac: Snac, desk: Any) -> None:
    """As it comes, snac forbids every path to every robot; who runs one for a crawler puts other rules before it."""
    ledger = next((desk.root / ".vigie").rglob("essai*.sqlite"))
    with contextlib.closing(sqlite3.connect(ledger)) as asked:
        rows = asked.execute("SELECT url, state, error FROM ledger WHERE url LIKE ?", (f"{snac.own}/%",)).fetchall()
    assert {(state, error) for url, state, error in rows if not url.endswith("/robots.txt")} == {("refused", "robots")}


def test_what_is_taken_back_or_corrected_on_the_server_changes_here(snac: Snac, desk: Any) -> None:
    """Kept last: it changes the server, which tells visitors nothing of a single post by its API."""
    before = sorted(snac.held("oto"))
    snac.act("oto", "action", id=before[2], action="Delete", actor=f"{snac.address}/oto")
    snac.act("oto", "note", content="café corrigé, et heureux", edit_id=before[4])
    fresh = snac.note("oto", "café tout frais")
    assert before[2] not in snac.held("oto")
    assert desk.discover() in {0, 3}
    assert found(desk, gone=True) == [before[2]]
    assert fresh in found(desk)
    assert desk.rows(f"SELECT text FROM core.posts WHERE post_id = 'ap:{before[4]}'") == [("café corrigé, et heureux",)]
    kept = desk.words().decode()
    assert "café filtre oto 2" not in kept
    assert "café filtre oto 4" not in kept
