"""The queue of requests and the politeness of hosts, as statements over one SQLite file."""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import orjson

from crawlers.frontier.polls import WAYS, polled, remember_poll
from crawlers.frontier.store import open_file, statement
from crawlers.guard import host_and_port, origin

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from crawlers.connector import Ask, Record
    from crawlers.guard import AddressGuard
    from crawlers.job import Speed

ROBOTS_FRESH = 86_400.0  # RFC 9309: no cached copy older than a day
ROBOTS_FIRST = 1e9
FOR_EVER = 1e12
ANY_HOP = 1_000_000
ANY_NUMBER = 1 << 62
LONGEST_FRESH = 86_400.0
AGE = re.compile(r"\s*(\d{1,9})\s*")
MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})")
FREE = frozenset({"robots", "tdm"})  # asked out of politeness: no part of any budget
LAYER_HOLDS = 50  # picks for which the nearest hop is taken as known
SEEN = "INSERT OR IGNORE INTO seen (kind, uid, request_id) VALUES (?, ?, ?)"
UIDS = {"account": "account_id", "post": "post_id"}


@dataclass(frozen=True, slots=True)
class Picked:
    """A request that is being sent; `url` is the address to send, its high-water mark included."""

    id: int
    source: str
    origin: str
    url: str
    accept: str | None
    purpose: str
    payload: dict[str, Any]
    account: str | None
    hop: int
    priority: float
    tries: int
    base: str = ""
    stamp: str | None = None
    recurring: bool = False
    mark: str | None = None
    mark_param: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    marked: str | None = None
    who: str | None = None
    chain: bool = False
    polled: bool = False


class Frontier:
    """One brief's crawl file, opened for one cycle. Methods are part of the caller's transaction, else their own."""

    def __init__(self, path: str | Path, speed: Speed, guard: AddressGuard) -> None:
        self.db = open_file(path)
        self.speed = speed
        self.guard = guard
        self.cycle = 0
        self.host_most: int | None = None
        self._picks = 0
        self._layer = 0
        self._waiting = ANY_NUMBER  # how many requests wait, at most

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run statements that hold together: all of them, or none after a kill. Inside another one it is part of it."""
        if self.db.in_transaction:
            yield self.db
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo alone what fails inside a transaction, and pass the error on."""
        self.db.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK TO attempt")
            raise
        finally:
            self.db.execute("RELEASE attempt")

    def begin(self, brief: str, *, resume: bool, now: float, sources: Sequence[str], bonus: float = 0.0) -> bool:
        """Go on with the unfinished cycle, or open the next one; returns whether it is new (seeds are wanted)."""
        with self.transaction() as db:
            last = db.execute("SELECT cycle, state FROM crawls ORDER BY cycle DESC LIMIT 1").fetchone()
            db.execute(
                "UPDATE hosts SET in_flight = 0, failures = 0, backoffs = 0, waited = 0, dead = NULL, tdm_pending = 0"
            )
            if last and resume and last["state"] == "running":
                self.cycle = last["cycle"]
                db.execute("UPDATE requests SET state = 'queued' WHERE state = 'in_flight'")
                return False
            self.cycle = last["cycle"] + 1 if last else 1
            db.execute("UPDATE crawls SET state = 'stopped', stop = 'superseded' WHERE state = 'running'")
            db.execute("INSERT INTO crawls (cycle, brief, started_at) VALUES (?, ?, ?)", (self.cycle, brief, now))
            db.execute("UPDATE hosts SET sent = 0")
            if last:
                self._again(last["cycle"], now, sources, bonus)
            return True

    def _again(self, last: int, now: float, sources: Sequence[str], bonus: float) -> None:
        values = {"cycle": self.cycle, "last": last, "now": now, "bonus": bonus}
        self.db.execute(statement("again"), values | {"sources": orjson.dumps(list(sources)).decode()})
        self.db.execute(
            "UPDATE requests SET state = 'dropped' WHERE cycle < ? AND state IN ('queued', 'in_flight')", (self.cycle,)
        )
        self.db.execute(
            "INSERT INTO notes SELECT ?, source, name, value FROM notes WHERE cycle = ?", (self.cycle, last)
        )
        for row in self.db.execute("SELECT DISTINCT origin FROM requests WHERE cycle = ?", (self.cycle,)).fetchall():
            self._host(row["origin"])

    def put(
        self, asks: Iterable[tuple[Ask, float, str | None]], *, source: str, now: float, parent: int | None = None
    ) -> int:
        """Queue asks with their priorities and whom they are about, inside the caller's transaction.

        Returns how many could not be asked.
        """
        refused = 0
        for ask, weight, who in asks:
            place = origin(ask.url)
            if place is None:
                refused += 1
                continue
            self._host(place)
            self._put(ask, weight, source, place, now, parent, who)
        return refused

    def _put(
        self, ask: Ask, weight: float, source: str, place: str, now: float, parent: int | None, who: str | None
    ) -> None:
        key = fingerprint(ask.url, ask.accept)
        if (
            ask.stamp
            and self.db.execute(
                "SELECT 1 FROM validators WHERE fingerprint = ? AND stamp = ?", (key, ask.stamp)
            ).fetchone()
        ):
            return
        self._waiting += 1
        self.db.execute(
            statement("put"),
            {
                "cycle": self.cycle,
                "fingerprint": key,
                "source": source,
                "origin": place,
                "url": ask.url,
                "accept": ask.accept,
                "purpose": ask.purpose,
                "payload": orjson.dumps(ask.payload).decode(),
                "account": ask.account,
                "hop": ask.hop,
                "priority": weight,
                "why": ask.why[:500],
                "parent": parent,
                "recurring": ask.recurring,
                "chain": ask.chain,
                "mark": ask.mark,
                "mark_param": ask.mark_param,
                "stamp": ask.stamp,
                "now": now,
                "who": who,
            },
        )

    def _host(self, place: str) -> None:
        if self.db.execute("SELECT 1 FROM hosts WHERE origin = ?", (place,)).fetchone():
            return
        own = self.guard.is_own(*host_and_port(place))
        delay = self.speed.local_delay if own else self.speed.delay
        connections = self.speed.local_connections if own else self.speed.connections
        self.db.execute("INSERT INTO hosts (origin, delay, connections) VALUES (?, ?, ?)", (place, delay, connections))
        if place.startswith("ws"):  # robots.txt is a rule of HTTP; a relay states its own over its protocol
            self.db.execute(
                "UPDATE hosts SET robots = '', robots_status = 404, robots_at = ? WHERE origin = ?", (FOR_EVER, place)
            )

    def candidate(self, now: float, room: int) -> sqlite3.Row | None:
        """Return the best request that may go out now, not yet marked as sent.

        While all that waits fits into the `room` left in the budget, hops are asked one after the other: everyone is
        then reached by the shortest way, whatever the order of the answers. Past that, the best come first.
        """
        self._picks += 1
        if self._picks % LAYER_HOLDS and (found := self._pick(now)) is not None:
            return found
        values = {"now": now, "host_most": self.host_most}
        layer = self.db.execute(statement("layer"), values).fetchone()[0] if self.fits(max(room, 0)) else None
        self._layer = ANY_HOP if layer is None else layer
        return self._pick(now)

    def fits(self, room: int) -> bool:
        """Whether no more than `room` requests wait; they are counted only when there may be more."""
        if self._waiting + self.speed.total <= room:  # those under way may come back
            return True
        count = "SELECT count(*) FROM (SELECT 1 FROM requests WHERE state = 'queued' LIMIT ?)"
        found = int(self.db.execute(count, (room + 1,)).fetchone()[0])
        self._waiting = found if found <= room else ANY_NUMBER
        return found <= room

    def scarce(self, room: int) -> bool:
        """Whether more waits than may still be asked."""
        values = {"room": max(room, 0), "host_most": self.host_most}
        return bool(self.db.execute(statement("scarce"), values).fetchone()[0])

    def _pick(self, now: float) -> sqlite3.Row | None:
        values = {"now": now, "fresh": now - ROBOTS_FRESH, "layer": self._layer}
        found: sqlite3.Row | None = self.db.execute(statement("pick"), values).fetchone()
        return found

    def send(self, row: sqlite3.Row, now: float) -> Picked:
        """Mark a candidate as in flight and return it with the validators or the mark it is to be sent with."""
        with self.transaction() as db:
            db.execute(
                "UPDATE requests SET state = 'in_flight', tries = tries + 1, sent_at = ? WHERE id = ?", (now, row["id"])
            )
            counts = row["purpose"] not in FREE
            db.execute(statement("asked"), {"now": now, "origin": row["origin"], "counts": counts})
            if row["account"]:
                db.execute("INSERT OR IGNORE INTO served VALUES (?, ?)", (self.cycle, row["account"]))
            known = db.execute(
                "SELECT etag, last_modified FROM validators WHERE fingerprint = ?", (row["fingerprint"],)
            ).fetchone()
            marked = self._mark(row) if not (known and (known["etag"] or known["last_modified"])) else None
        url = row["url"]
        if marked and row["mark_param"]:
            url += f"{'&' if '?' in url else '?'}{row['mark_param']}={marked}"
        return Picked(
            id=row["id"],
            source=row["source"],
            origin=row["origin"],
            url=url,
            accept=row["accept"],
            purpose=row["purpose"],
            payload=orjson.loads(row["payload"]),
            account=row["account"],
            hop=row["hop"],
            priority=row["priority"],
            tries=row["tries"] + 1,
            etag=known["etag"] if known else None,
            last_modified=known["last_modified"] if known else None,
            marked=marked if row["mark_param"] else None,
            base=row["url"],
            stamp=row["stamp"],
            recurring=bool(row["recurring"]),
            mark=row["mark"],
            mark_param=row["mark_param"],
            who=row["who"],
            chain=bool(row["chain"]),
            polled=bool(row["recurring"]) and polled(self.db, row["fingerprint"]),
        )

    def _mark(self, row: sqlite3.Row) -> str | None:
        if not row["mark"]:
            return None
        found = self.db.execute("SELECT value FROM marks WHERE name = ?", (row["mark"],)).fetchone()
        return str(found["value"]) if found else None

    def wait(self) -> float | None:
        """Return when something may go out next (epoch seconds), or None when nothing is queued on a live host."""
        found = self.db.execute(statement("wait")).fetchone()[0]
        return None if found is None else float(found)

    def due(self, now: float) -> tuple[bool, float | None]:
        """Return whether anything is queued on a live host, and when the next host's pause is over (epoch seconds)."""
        hosts, due = self.db.execute(statement("due"), {"now": now}).fetchone()
        return bool(hosts), due

    def done(
        self,
        picked: Picked,
        *,
        status: int,
        size: int,
        now: float,
        new: int = 0,
        error: str | None = None,
        gain: float | None = None,
        relevant: int | None = None,
    ) -> None:
        """Mark a request done with what it yielded, inside the caller's transaction."""
        values = {
            "id": picked.id,
            "status": status,
            "bytes": size,
            "now": now,
            "error": error,
            "new": new,
            "gain": gain,
            "relevant": relevant,
        }
        self.db.execute(statement("done"), values)

    def keep(self, records: Sequence[tuple[Record, bool]], picked: Picked, now: float) -> list[bool]:
        """Keep the records of an answer, inside the caller's transaction; for each whether it was never seen before.

        `records`: each with whether the server that told of it is its home.
        """
        names = [(record["type"], _uid(record)) for record, _ in records]
        rows = [
            (*name, home, orjson.dumps(record).decode(), self.cycle, picked.id, picked.source, picked.hop, now)
            for name, (record, home) in zip(names, records, strict=True)
        ]
        self.db.executemany(statement("keep"), rows)
        told = [(record.get("extra") or {}).get("seen_as") for record, _ in records]
        aliases = [(alias, uid) for alias, (_, uid) in zip(told, names, strict=True) if alias]
        self.db.executemany("INSERT OR IGNORE INTO aliases VALUES (?, ?)", aliases)
        if picked.purpose in WAYS and (way := self.db.execute(statement("found_by"), (picked.id,)).fetchone()[0]):
            self.db.executemany(statement("ways"), [(*name, way) for name in names if name[0] in UIDS])
        return [bool(self.db.execute(SEEN, (*name, picked.id)).rowcount) for name in names]

    def poll(self, picked: Picked, digest: str | None, now: float) -> None:
        """Note a visit to what recurs, inside the caller's transaction; `digest`: of what it said, None for no news."""
        remember_poll(self.db, fingerprint(picked.base, picked.accept), picked, digest, now)

    def remember(self, picked: Picked, headers: Mapping[str, str], now: float, rest: float = 0.0) -> None:
        """Keep an answer's validators and how long it stays fresh, inside the caller's transaction.

        `rest`: how long the answer itself asks to be left alone, in seconds.
        """
        fresh = max(fresh_for(headers), min(rest, LONGEST_FRESH))
        if picked.recurring or picked.stamp or fresh:
            key = fingerprint(picked.base, picked.accept)
            again = picked.recurring or picked.stamp  # else a 304 would hide where the answer leads
            etag, modified = (headers.get(name) if again else None for name in ("etag", "last-modified"))
            values = (key, etag, modified, picked.stamp, now, now + fresh)
            self.db.execute("INSERT OR REPLACE INTO validators VALUES (?, ?, ?, ?, ?, ?)", values)

    def still_fresh(self, picked: Picked, headers: Mapping[str, str], now: float) -> None:
        """Not modified: what is known of it stays fresh as long as the answer says."""
        until = now + fresh_for(headers)
        key = fingerprint(picked.base, picked.accept)
        self.db.execute("UPDATE validators SET fresh_until = ? WHERE fingerprint = ?", (until, key))

    def give_up(self, picked_id: int, *, state: str, error: str, now: float, status: int | None = None) -> None:
        """Mark a request failed or refused, inside the caller's transaction."""
        self.db.execute(
            "UPDATE requests SET state = ?, error = ?, status = ?, done_at = ? WHERE id = ?",
            (state, error, status, now, picked_id),
        )

    def queued(self) -> int:
        """Return how many requests wait."""
        return int(self.db.execute("SELECT count(*) FROM requests WHERE state = 'queued'").fetchone()[0])

    def close(self) -> None:
        """Close the file; its write-ahead log is folded in."""
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()


def _uid(record: Record) -> str:
    kind = record["type"]
    if kind in UIDS:
        return str(record[UIDS[kind]])
    ends = ("from_account", "to_account", "kind", "at", "account_id", "observed_at")
    return "|".join(str(record.get(name) or "") for name in ends)


def fingerprint(url: str, accept: str | None) -> str:
    """Return what makes two requests the same: address and the form asked for."""
    return hashlib.blake2b(f"GET {url} {accept or ''}".encode(), digest_size=16).hexdigest()


def fresh_for(headers: Mapping[str, str]) -> float:
    """Return the seconds an answer may be used without asking again, a day at most (RFC 9111: `max-age`, `Expires`)."""
    told = headers.get("cache-control", "").lower()
    if "no-cache" in told or "no-store" in told:
        return 0.0
    age = MAX_AGE.search(told)
    seconds = float(age[1]) if age else _until(headers)
    spent = AGE.fullmatch(headers.get("age", ""))
    return min(max(seconds - (float(spent[1]) if spent else 0.0), 0.0), LONGEST_FRESH)


def _until(headers: Mapping[str, str]) -> float:
    """Seconds from `Date` to `Expires`; a date that is none, such as `0`, is in the past."""
    try:
        ends, made = (parsedate_to_datetime(headers.get(name, "")) for name in ("expires", "date"))
        return (ends - made).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
