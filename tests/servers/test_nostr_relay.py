"""A Nostr relay from PyPI: what it holds of people in reach is found once, requests to delete and to be left out are obeyed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from coincurve import PrivateKey

RELAY = "nostr-relay==1.14"
PROFILE, NOTE, FOLLOWS, DELETION, REPOST = 0, 1, 3, 5, 6
LEA, NINA, OTO, WARY = 11, 12, 13, 14
NAMES = {LEA: "lea", NINA: "nina", OTO: "oto", WARY: "wary"}
NOTES = {LEA: 640, NINA: 30, OTO: 3, WARY: 6}  # more than one question brings for one of them
DAY = 86400
SETTINGS = """
relay_name: essai
storage:
  sqlalchemy.url: sqlite+aiosqlite:///{folder}/nostr.sqlite3
  validators: [nostr_relay.validators.is_signed]
verification:
  nip05_verification: disabled
gunicorn:
  bind: 127.0.0.1:{port}
  workers: 1
authentication:
  enabled: false
max_limit: 500
"""
BRIEF = """
[brief]
name = "essai"
[[segments]]
name = "café"
query = "café*"
[seeds]
hashtags = ["moulin"]
[[sources]]
kind = "nostr"
relays = ["{relay}"]
follows = true
[budget]
requests = 300
accounts = 50
posts_per_account = 2000
days = 365
"""


def public_key(person: int) -> str:
    return PrivateKey(person.to_bytes(32, "big")).public_key.format(compressed=True)[1:].hex()


def event(person: int, kind: int, content: str, *tags: list[str], ago: float = 1) -> dict[str, Any]:
    """Return an event signed by a person."""
    made = int(time.time() - ago * DAY)
    whole = orjson.dumps([0, public_key(person), made, kind, list(tags), content])
    print_of = hashlib.sha256(whole).digest()
    signature = PrivateKey(person.to_bytes(32, "big")).sign_schnorr(print_of, aux_randomness=b"\0" * 32)
    told = {"id": print_of.hex(), "pubkey": public_key(person), "created_at": made, "kind": kind, "tags": list(tags)}
    return told | {"content": content, "sig": signature.hex()}


@dataclass
class Relay:
    """The running relay: `load` and `query` are its own commands."""

    url: str
    command: list[Any]
    folder: Path
    notes: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def load(self, events: list[dict[str, Any]]) -> None:
        path = self.folder / "events.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in events), "utf-8")
        told = subprocess.run([*self.command, "load", path], capture_output=True, check=True, timeout=300, text=True)
        assert f"total: {len(events)}" in told.stdout, told.stdout[-500:] + told.stderr[-500:]

    def held(self, person: int) -> set[str]:
        """Return the notes and reposts that the relay itself tells of somebody."""
        told = subprocess.run([*self.command, "dump"], capture_output=True, check=True, timeout=300, text=True)
        lines = [json.loads(line) for line in told.stdout.splitlines() if line[:1] in "[{"]
        events = [line[-1] if isinstance(line, list) else line for line in lines]
        mine = [one for one in events if one["pubkey"] == public_key(person) and one["kind"] in {NOTE, REPOST}]
        return {one["id"] for one in mine}


def seed(relay: Relay) -> None:
    """Write four people, their notes, a repost, and whom one follows."""
    events = []
    for person, name in NAMES.items():
        about = "café, mais #nobot" if person == WARY else "du café"
        events.append(event(person, PROFILE, json.dumps({"name": name, "about": about}), ago=300))
        words = "confidence" if person == WARY else "café"
        relay.notes[person] = [
            event(
                person, NOTE, f"{words} {name} {turn}", ["t", "moulin" if turn < 2 else "essai"], ago=1 + turn // 4 / 2
            )
            for turn in range(NOTES[person])
        ]
        events += relay.notes[person]
    boosted = relay.notes[LEA][9]
    events.append(event(OTO, REPOST, "", ["e", boosted["id"]], ["p", public_key(LEA)]))
    events.append(event(LEA, FOLLOWS, "", ["p", public_key(NINA)], ["p", public_key(OTO)]))
    relay.load(events)


@pytest.fixture(scope="module")
def relay(tools: Any, programs: Any) -> Relay:
    folder, port = programs.folder / "nostr", tools.free_port()
    folder.mkdir()
    (folder / "relay.yaml").write_text(SETTINGS.format(folder=folder, port=port), "utf-8")
    command = [tools.python_with("nostr", RELAY) / "nostr-relay", "-c", folder / "relay.yaml"]
    programs.wait_for(port, programs.start("nostr", [*command, "serve"], cwd=folder))
    made = Relay(f"ws://127.0.0.1:{port}", command, folder)
    seed(made)
    return made


@pytest.fixture(scope="module")
def desk(relay: Relay, tools: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one discovery finds."""
    made = tools.new_desk(tmp_path_factory.mktemp("nostr"))
    made.brief(BRIEF.format(relay=relay.url))
    assert made.discover() in {0, 3}
    return made


def found(desk: Any) -> list[str]:
    return [one for (one,) in desk.rows("SELECT native_id FROM core.posts WHERE deleted_at IS NULL")]


def test_everything_that_the_relay_holds_of_people_in_reach_is_found_once(relay: Relay, desk: Any) -> None:
    told = found(desk)
    assert len(told) == len(set(told))
    assert set(told) == relay.held(LEA) | relay.held(NINA) | relay.held(OTO)
    assert len(told) == NOTES[LEA] + NOTES[NINA] + NOTES[OTO] + 1


def test_reposts_and_follows_are_ties(desk: Any) -> None:
    ties = {tuple(row) for row in desk.rows("SELECT from_account, to_account, kind FROM core.ties")}
    lea, nina, oto = (f"nostr:{public_key(person)}" for person in (LEA, NINA, OTO))
    assert {(lea, nina, "follow"), (lea, oto, "follow"), (oto, lea, "repost")} <= ties


def test_who_asked_to_be_left_out_leaves_no_words_and_no_rank(desk: Any) -> None:
    assert b"confidence" not in desk.words()
    assert desk.rows(f"SELECT 1 FROM core.posts WHERE account_id = 'nostr:{public_key(WARY)}'") == []
    assert desk.rows(f"SELECT 1 FROM detection.candidates WHERE person_id LIKE '%{public_key(WARY)}%'") == []


def test_what_its_author_asks_to_delete_goes_and_what_another_asks_stays(relay: Relay, desk: Any) -> None:
    """Kept last: it changes the relay."""
    mine, others = relay.notes[NINA][4], relay.notes[LEA][20]
    relay.load(
        [
            event(NINA, DELETION, "", ["e", mine["id"]], ago=0),
            event(NINA, DELETION, "", ["e", others["id"]], ago=0.0001),
            event(OTO, NOTE, "café tout frais", ago=0),
        ]
    )
    assert desk.discover() in {0, 3}
    assert desk.rows("SELECT native_id, text FROM core.posts WHERE deleted_at IS NOT NULL") == [(mine["id"], None)]
    assert desk.rows("SELECT count(*) FROM core.posts WHERE text = 'café tout frais'") == [(1,)]
    assert "café nina 4'" not in desk.words().decode()
