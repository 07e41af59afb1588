"""Nostr: a real relay on the loopback, events checked by their own signatures, wishes obeyed, hostile relays survived."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from coincurve import PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import serve

from crawlers import nostr
from crawlers.connector import Answer, Context
from crawlers.job import SourceJob
from crawlers.registry import connector
from crawlers.results import read_records
from crawlers.run import crawl
from data.errors import UserError

FIXTURES = Path(__file__).parent / "fixtures" / "nostr"
AT = datetime(2026, 11, 22, tzinfo=UTC)
START = 1_780_000_000


def pub(number: int) -> str:
    return PrivateKey(number.to_bytes(32, "big")).public_key.format(compressed=True)[1:].hex()


def event(
    number: int, kind: int, content: str, tags: tuple[tuple[str, ...], ...] = (), at: int = START
) -> dict[str, Any]:
    """An event signed by the person of this number."""
    listed = [list(tag) for tag in tags]
    print_of = hashlib.sha256(orjson.dumps([0, pub(number), at, kind, listed, content])).digest()
    signature = PrivateKey(number.to_bytes(32, "big")).sign_schnorr(print_of, aux_randomness=b"\0" * 32)
    return {"id": print_of.hex(), "pubkey": pub(number), "created_at": at, "kind": kind, "tags": listed, "content": content,
            "sig": signature.hex()}  # fmt: skip


class Relay:
    """A relay that keeps events in memory, newest first, with a ceiling of its own; or that does as `script` says."""

    def __init__(self, events: list[dict[str, Any]], ceiling: int = 100, script: Any = None) -> None:
        self.events, self.ceiling, self.script = events, ceiling, script
        self.asked: list[dict[str, Any]] = []
        self.agents: set[str] = set()
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        assert self.ready.wait(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        async with serve(self._meet, "127.0.0.1", 0) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self.stop = asyncio.Event()
            self.ready.set()
            await self.stop.wait()

    async def _meet(self, socket: Any) -> None:
        self.agents.add(socket.request.headers.get("User-Agent", ""))
        async for message in socket:
            told = json.loads(message)
            if told[0] != "REQ":
                continue
            self.asked += told[2:]
            if self.script is not None:
                await self.script(socket, told)
                return
            for found in self.held(told[2]):
                await socket.send(json.dumps(["EVENT", told[1], found], ensure_ascii=False))
            await socket.send(json.dumps(["EOSE", told[1]]))

    def held(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        found = [
            one for one in self.events
            if one["kind"] in wanted.get("kinds", [one["kind"]])
            and one["pubkey"] in wanted.get("authors", [one["pubkey"]])
            and one["created_at"] <= wanted.get("until", one["created_at"])
            and one["created_at"] >= wanted.get("since", 0)
            and ("#t" not in wanted or {t[1] for t in one["tags"] if t[0] == "t"} & set(wanted["#t"]))
        ]  # fmt: skip
        found.sort(key=lambda one: (-one["created_at"], one["id"]))
        return found[: min(self.ceiling, wanted.get("limit", self.ceiling))]

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)


@pytest.fixture
def relay():
    made: list[Relay] = []

    def make(*args: Any, **values: Any) -> Relay:
        made.append(Relay(*args, **values))
        return made[-1]

    yield make
    for one in made:
        one.close()


def told(name: str, *, hop: int = 0, since: datetime | None = None, **options: Any):
    it = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    answer = Answer(
        it["url"], it["purpose"], it["payload"], it["status"], it["headers"], json.dumps(it["body"]).encode(), hop, AT
    )
    return connector("nostr").parse(answer, Context(options=options, since=since, posts_per_account=200))


# --- Events -------------------------------------------------------------------------------------------------------


def test_an_event_is_true_when_hash_and_signature_are():
    assert nostr.is_true(event(7, 1, "Bonjour é ☕ \n\"'"))


@pytest.mark.parametrize("part", ["content", "pubkey", "id", "sig", "created_at", "tags", "kind"])
def test_an_event_with_any_part_altered_is_false(part):
    true, other = event(7, 1, "Bonjour"), event(8, 2, "Salut", (("t", "x"),), START + 1)
    assert not nostr.is_true(true | {part: other[part]})


@given(st.dictionaries(st.sampled_from(["id", "pubkey", "sig", "content", "tags", "kind", "created_at"]),
                       st.none() | st.integers() | st.text() | st.lists(st.text())))  # fmt: skip
def test_whatever_claims_to_be_an_event_is_judged_without_failing(claimed):
    assert nostr.valid([claimed, claimed]) in (([], 0), ([], 1))


def test_of_two_profiles_as_new_the_lower_id_stands():
    pair = [event(7, 0, '{"name": "a"}'), event(7, 0, '{"name": "b"}')]
    assert nostr.newest(pair) == nostr.newest(pair[::-1]) == {pub(7): min(pair, key=lambda one: one["id"])}


def test_a_key_may_be_written_in_three_ways():
    # The example of NIP-19.
    key = "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e"
    npub = "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg"
    assert [nostr.key_of(name) for name in (key, f"nostr:{key}", npub, npub.upper())] == [key] * 4


@pytest.mark.parametrize(
    "name",
    ["npub1", "@lea@social.example", "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptq", "zz" * 32],
)
def test_what_is_no_key_is_none(name):
    assert nostr.key_of(name) is None


@given(st.text(max_size=80))
def test_no_name_breaks_the_reading_of_keys(name):
    assert nostr.key_of(name) is None or nostr.HEX.match(nostr.key_of(name))


# --- Answers ------------------------------------------------------------------------------------------------------


def test_a_hashtag_gives_people_to_ask_and_no_words():
    batch = told("tagged")
    assert batch.records == []
    assert [ask.payload["authors"] for ask in batch.asks] == [[pub(7)]]
    assert batch.troubles[0][0] == "invalid_signature"


def test_profiles_give_whom_to_read_and_who_asked_to_vanish():
    lea, nina = told("profiles").records
    assert (lea["display_name"], lea["handle"], lea["links"]) == (
        "Hello Léa",
        "lea@lea.example",
        ["https://lea.example/"],
    )
    assert (nina["consent"], nina["consent_signals"]) == ("deny", ["request to vanish (NIP-62)"])
    assert [ask.account for ask in told("profiles").asks] == [f"nostr:{pub(7)}"]


def test_who_follows_whom_is_told_when_wanted():
    ties = [record for record in told("profiles", follows=True).records if record["type"] == "tie"]
    assert [(tie["from_account"], tie["to_account"]) for tie in ties] == [(f"nostr:{pub(7)}", f"nostr:{pub(8)}")]


def test_notes_articles_and_reposts_are_read_and_bridged_copies_left():
    found = {record["kind"]: record for record in told("notes").records if not record.get("deleted_at")}
    reply = found["reply"]
    assert (reply["hashtags"], reply["mentions"], reply["links"]) == (
        ["café"], [f"nostr:{pub(8)}"], ["https://lea.example/v60"])  # fmt: skip
    assert reply["in_reply_to"] == f"nostr:{'b' * 64}"
    assert found["repost"]["repost_of"] == f"nostr:{'c' * 64}"
    assert found["post"]["post_id"] == f"nostr:30023:{pub(7)}:hello"
    assert (found["post"]["title"], found["post"]["published_at"]) == ("Hello, filtre", "2025-12-31T16:53:20+00:00")


def test_a_note_its_author_took_back_leaves_a_marker_and_anothers_request_means_nothing():
    [marker] = [record for record in told("notes").records if record.get("deleted_at")]
    assert "text" not in marker
    kept = [record for record in told("notes").records if record["kind"] == "reply"]
    assert kept
    assert kept[0]["post_id"] != marker["post_id"]


@pytest.mark.parametrize("relays", [["http://relay.example"], ["wss://"], ["wss://user:pw@relay.example"]])
def test_what_is_no_relay_is_the_users_mistake(relays):
    with pytest.raises(UserError, match="not a relay"):
        connector("nostr").seeds(Context(options={"relays": relays}, seed_hashtags=("café",)))


# --- A relay ------------------------------------------------------------------------------------------------------


def test_every_note_of_everyone_in_reach_is_found_once(relay, job):
    """Three people, 130 notes past a ceiling of 50 an answer; one asked to vanish."""
    people = [event(number, 0, json.dumps({"name": f"p{number}"})) for number in (1, 2, 3)]
    notes = [event(1 + n % 3, 1, f"café {n}", (("t", "café"),), START + n // 2) for n in range(390)]
    vanish = [event(3, 62, "", (("relay", "ALL_RELAYS"),))]
    false = [event(1, 1, "vrai", at=START + 5) | {"content": "faux"}]
    met = relay([*people, *notes, *vanish, *false], ceiling=50)
    made = job(SourceJob("nostr", {"relays": [met.url]}), seed_hashtags=("Café",))
    report = crawl(made)
    assert report.finished
    records = [json.loads(record.line) for record in read_records(made.path)]
    kept = [record["post_id"] for record in records if record["type"] == "post"]
    wanted = [f"nostr:{one['id']}" for one in notes if one["pubkey"] != pub(3)]
    assert sorted(kept) == sorted(wanted)
    assert {r["consent"] for r in records if r["type"] == "account" and r["account_id"] == f"nostr:{pub(3)}"} == {
        "deny"
    }
    assert any("vigie" in agent for agent in met.agents)
    assert "invalid_signature" in {trouble.kind for trouble in report.sources[0].troubles}


async def _say(socket: Any, *messages: Any) -> None:
    for message in messages:
        await socket.send(message if isinstance(message, (str, bytes)) else json.dumps(message))


SCRIPTS = {
    "auth wanted": lambda s, t: _say(s, ["CLOSED", t[1], "auth-required: members only"]),
    "closed for no reason": lambda s, t: _say(s, ["CLOSED", t[1], ""]),
    "ends at once": lambda s, t: _say(s),
    "nonsense, then the end": lambda s, t: _say(
        s, "{", b"\xff\xfe", [], [1], ["EVENT"], ["EVENT", t[1], 5], ["EOSE", t[1]]
    ),
    "never ends": lambda s, t: asyncio.sleep(30),
    "one enormous message": lambda s, t: _say(s, "x" * 3_000_000),
    "without end": lambda s, t: _flood(s, t),  # noqa: PLW0108 - defined below
}


async def _flood(socket: Any, told_: Any) -> None:
    big = json.dumps(["EVENT", told_[1], {"content": "y" * 50_000}])
    for _ in range(200):
        await socket.send(big)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_hostile_relay_ends_in_a_finished_crawl(name, relay, job):
    met = relay([], script=SCRIPTS[name])
    made = job(SourceJob("nostr", {"relays": [met.url]}), seed_hashtags=("café",))
    report = crawl(made)
    assert report.finished
    assert list(read_records(made.path)) == []
    if name != "nonsense, then the end":
        assert report.sources[0].degraded


def test_a_relay_that_is_busy_is_left_alone_then_asked_again(relay, job):
    turns: list[int] = []

    async def script(socket: Any, asked: Any) -> None:
        turns.append(1)
        await _say(socket, ["CLOSED", asked[1], "rate-limited: slow down"] if len(turns) == 1 else ["EOSE", asked[1]])

    met = relay([], script=script)
    report = crawl(job(SourceJob("nostr", {"relays": [met.url]}), seed_hashtags=("café",)))
    assert report.finished
    assert len(turns) == 2


def test_a_private_relay_that_was_not_named_is_refused(relay, job):
    met = relay([])
    made = job(
        SourceJob("nostr", {"relays": [met.url]}),
        seed_hashtags=("café",),
        allow_private_hosts=(),
        contact="me@example.org",
    )
    report = crawl(made)
    assert met.asked == []
    assert report.sources[0].degraded
