"""Bluesky's Jetstream: listens for a bounded while, from where it stopped last; finds mentions, obeys deletions.

What a mention says is not taken from the stream: the post is asked for at the AppView, which knows its author's wishes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawlers.bluesky import POST, SOURCE, did_of, whole_text
from crawlers.connector import Ask, Batch
from crawlers.mastodon_mentions import is_of
from crawlers.recheck import packs
from crawlers.shapes import as_dict, rows, word, words
from crawlers.text import count, says, web_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.connector import Answer, Context, Record

SECONDS = 20  # of one turn of listening
MOST = 5000  # events of one turn
MOST_TURNS = 500
CAUGHT_UP = 5.0  # seconds behind now
LATE = 3600 * 1_000_000  # microseconds by which a first event after the cursor tells that the server started later
AT_ONCE = 25
DIDS = 100
TID = "234567abcdefghijklmnopqrstuvwxyz"
GONE = {"deleted", "deactivated", "suspended", "takendown"}


def stream_asks(options: Mapping[str, Any], context: Context, appview: str) -> list[Ask]:
    """Ask to listen, from the mark of the last time; nothing where the brief names no stream."""
    base = str(options.get("jetstream") or "").rstrip("/")
    if not base:
        return []
    people = [did for seed in context.seed_accounts if (did := did_of(seed))] if options.get("stream_people") else []
    return [_ask(base, appview, context.marks.get(_mark(base)), people[:DIDS], 1, None)]


def _mark(base: str) -> str:
    return f"jetstream {base}"


def _ask(base: str, appview: str, cursor: str | None, people: list[str], turn: int, began: str | None) -> Ask:
    wanted = [("wantedCollections", POST), *(("wantedDids", did) for did in people)]
    wanted += [("cursor", cursor)] if cursor else []
    listen = {"seconds": SECONDS, "most": MOST}
    payload = {
        "stream": base,
        "base": appview,
        "post": listen,
        "cursor": cursor,
        "people": people,
        "turn": turn,
        "began": began,
    }
    return Ask(f"{base}/subscribe?{urlencode(wanted)}", "stream", payload, why="listening", chain=turn > 1)


def read_stream(answer: Answer, context: Context) -> Batch:
    """Return what a turn of listening heard: posts to ask for, what is gone, the new cursor, and the next turn."""
    told = answer.json()
    if not isinstance(told, list):
        raise ValueError("no list of events")  # noqa: TRY004 - one kind of error for a wrong answer
    events = [
        event for event in told if isinstance(event, dict) and did_of(event.get("did")) and count(event.get("time_us"))
    ]
    batch, found = Batch(), []
    for event in {_key(event): event for event in events}.values():  # delivered at least once
        if event.get("kind") == "commit":
            found += _commit(event, answer, context, batch)
        elif event.get("kind") in {"account", "identity"}:
            _person(event, answer, context, batch)
    batch.asks += _posts_asks(answer.payload["base"], list(dict.fromkeys(found)))
    if events:
        _go_on(events, answer, context, batch)
    return batch


def _key(event: dict[str, Any]) -> str:
    commit = as_dict(event.get("commit"))
    return (
        f"{event['did']} {event.get('kind')} {commit.get('collection')} {commit.get('rkey')} {commit.get('operation')}"
    )


def _commit(event: dict[str, Any], answer: Answer, context: Context, batch: Batch) -> list[str]:
    """Return the address of a post that speaks of what is looked for; a deletion of one known leaves a marker."""
    commit = as_dict(event.get("commit"))
    key = word(commit.get("rkey"), 512)
    if commit.get("collection") != POST or key is None:
        return []
    uri = f"at://{event['did']}/{POST}/{key}"
    if commit.get("operation") == "delete":
        if ("post", f"at:{uri[5:]}") in context.seen:
            batch.records.append(_marker(event["did"], uri, key, answer))
        return []
    return [uri] if speaks(as_dict(commit.get("record")), context) else []


def speaks(record: Mapping[str, Any], context: Context) -> bool:
    """Whether a post's own words, tags or links name a hashtag of the brief, a brand, or a brand's site."""
    features = [one for facet in rows(record.get("facets"), 100) for one in rows(facet.get("features"), 10)]
    card = as_dict(as_dict(record.get("embed")).get("external")).get("uri")
    links = [link for raw in (*(one.get("uri") for one in features), card) if (link := web_address(raw))]
    told = " ".join([whole_text(record) or "", *words(record.get("tags"), 30)])
    terms = [*context.searches(), *context.topic_tags]
    return any(says(told, term) for term in terms) or any(is_of(link, context.brand_domains) for link in links)


def _marker(did: str, uri: str, key: str, answer: Answer) -> Record:
    head = {"type": "post", "post_id": f"at:{uri[5:]}", "account_id": f"at:{did}", "source": SOURCE, "native_id": uri}
    made = made_at(key) or answer.at
    return head | {"kind": "post", "published_at": made.isoformat(), "deleted_at": answer.at.isoformat()}


def made_at(key: str) -> datetime | None:
    """Return when a record key was made: a TID is 13 characters of base 32, microseconds in its upper 53 bits."""
    if len(key) != 13 or any(mark not in TID for mark in key):
        return None
    number = 0
    for mark in key:
        number = number * 32 + TID.index(mark)
    seconds = (number >> 10) / 1_000_000
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 4e9 else None


def _person(event: dict[str, Any], answer: Answer, context: Context, batch: Batch) -> None:
    """Whoever is known and left leaves; whoever is known and changed their handle is asked for again."""
    did = event["did"]
    if ("account", f"at:{did}") not in context.seen:
        return
    account = as_dict(event.get("account"))
    status = word(account.get("status"), 30)
    if event.get("kind") == "account" and account.get("active") is False and status in GONE:
        told = {"type": "account", "account_id": f"at:{did}", "source": SOURCE, "native_id": did, "consent": "deny"}
        batch.records.append(
            told | {"consent_signals": [status], "status": status, "observed_at": answer.at.isoformat()}
        )
        return
    base = answer.payload["base"]
    address = f"{base}/xrpc/app.bsky.actor.getProfile?{urlencode({'actor': did})}"
    batch.asks.append(
        Ask(address, "profile", {"base": base, "actor": did}, why=str(event["kind"]), account=f"at:{did}")
    )


def _posts_asks(base: str, uris: list[str]) -> list[Ask]:
    return [
        Ask(
            f"{base}/xrpc/app.bsky.feed.getPosts?{urlencode([('uris', uri) for uri in group])}",
            "streamed",
            {"base": base},
            why="heard on the stream",
        )
        for group in packs(uris, AT_ONCE)
    ]


def _go_on(events: list[dict[str, Any]], answer: Answer, context: Context, batch: Batch) -> None:
    """Save the cursor; listen on until the present is reached and the brief's seconds are over."""
    payload, times = answer.payload, [int(event["time_us"]) for event in events]
    base, known = payload["stream"], payload.get("cursor")
    last = max(*times, int(known or 0))
    batch.marks[_mark(base)] = str(last)
    if known and min(times) - int(known) > LATE:
        batch.troubles.append(("stream_gap", f"{base}: the server no longer holds what came after {known}"))
    began = payload.get("began") or answer.at.isoformat()
    listened = (answer.at - datetime.fromisoformat(began)).total_seconds() + SECONDS
    behind = answer.at.timestamp() - last / 1_000_000 > CAUGHT_UP
    wanted = listened < float(context.options.get("stream_seconds", SECONDS))
    if (behind or wanted) and str(last) != known and payload["turn"] < MOST_TURNS:
        batch.asks.append(_ask(base, payload["base"], str(last), payload["people"], payload["turn"] + 1, began))
