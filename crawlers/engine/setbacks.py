"""What is done when a host does not answer, says too much, or leads nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from crawlers import robots
from crawlers.connector import Answer
from crawlers.frontier import Picked, statement
from crawlers.frontier.queue import FREE
from crawlers.guard import host_and_port
from crawlers.ratelimits import pause
from crawlers.registry import connector

if TYPE_CHECKING:
    import sqlite3

    from crawlers.engine.keeping import Keeper
    from crawlers.frontier import Frontier
    from crawlers.job import Speed
    from crawlers.ratelimits import Limit

AGENT = "vigie"
MOST_DOUBLINGS = 10
MOST_BACKOFFS = 40  # in a row: a host that says "in a second" for ever is left alone within the minute


@dataclass(slots=True)
class Setbacks:
    """Retries, pauses and farewells; `retry`, `limited` and `bury` are transactions of their own."""

    frontier: Frontier
    keeper: Keeper
    speed: Speed

    def free(self, picked: Picked, limit: Limit, now: float) -> None:
        """A host answered: note its limits and when it may be asked again."""
        wait = pause(limit)
        values = {
            "origin": picked.origin,
            "now": now,
            "until": now + wait if wait else 0.0,
            "ceiling": limit.ceiling,
            "remaining": limit.remaining,
            "resets": now + limit.resets_in if limit.resets_in is not None else None,
        }
        self.frontier.db.execute(statement("answered"), values)

    def set_robots(self, origin: str, rules: str, status: int, now: float) -> None:
        """Keep what a host's robots.txt says; `status` 0: it could not be had."""
        values = {
            "origin": origin,
            "rules": rules,
            "status": status,
            "now": now,
            "delay": robots.crawl_delay(rules, AGENT),
            "own": self.frontier.guard.is_own(*host_and_port(origin)),
        }
        self.frontier.db.execute(statement("robots"), values)

    def set_tdm(self, origin: str, told: str | None, now: float) -> None:
        """Keep a site's reservations; None: they could not be had, what was known stands."""
        kept = "UPDATE hosts SET tdm = coalesce(?, tdm), tdm_at = ?, tdm_pending = 0 WHERE origin = ?"
        self.frontier.db.execute(kept, (told, now, origin))

    def retry(
        self,
        picked: Picked,
        kind: str,
        now: float,
        *,
        status: int | None = None,
        detail: str = "",
        network: bool = False,
    ) -> None:
        """Try again after a pause of the whole host, a few times; a host that fails on and on is left alone."""
        wait = self.speed.retry * 2 ** (picked.tries - 1)
        with self.frontier.transaction() as db:
            self._backoff(picked, wait, now, failure=int(network))
            if picked.tries < self.speed.tries:
                db.execute(
                    "UPDATE requests SET state = 'queued', not_before = ?, error = ?, status = ? WHERE id = ?",
                    (now + wait, kind, status, picked.id),
                )
            else:
                self.fail(picked, kind, now, detail, status)
        found = self.frontier.db.execute("SELECT failures FROM hosts WHERE origin = ?", (picked.origin,)).fetchone()
        if found["failures"] >= self.speed.host_failures:
            self.bury(picked.origin, kind, now)

    def refuse(self, picked: Picked, kind: str, now: float, detail: str) -> None:
        """Give a request up at once: trying again would change nothing."""
        with self.frontier.transaction() as db:
            db.execute("UPDATE hosts SET in_flight = max(in_flight - 1, 0) WHERE origin = ?", (picked.origin,))
            self.fail(picked, kind, now, detail)

    def limited(self, picked: Picked, status: int, limit: Limit, now: float) -> None:
        """Too many requests: the whole host waits; when that lasts too long, it is left alone for this crawl."""
        host = self.frontier.db.execute(
            "SELECT backoffs, waited, backoff_until FROM hosts WHERE origin = ?", (picked.origin,)
        ).fetchone()
        wait = pause(limit) or self.speed.backoff * 2 ** min(host["backoffs"], MOST_DOUBLINGS)
        late = host["backoff_until"] > now and not limit.wait  # it was on its way when the pause began
        with self.frontier.transaction() as db:
            self._backoff(picked, 0.0 if late else wait, now)
            db.execute(
                "UPDATE requests SET state = 'queued', tries = tries - 1, error = ?, status = ? WHERE id = ?",
                (f"http_{status}", status, picked.id),
            )
        if host["waited"] + wait > self.speed.patience or host["backoffs"] >= MOST_BACKOFFS:
            self.bury(picked.origin, "rate_limited", now)

    def bury(self, origin: str, why: str, now: float) -> None:
        """Leave a host alone for the rest of this crawl: what waits for it fails, and its connectors are told."""
        with self.frontier.transaction() as db:
            db.execute("UPDATE hosts SET dead = ? WHERE origin = ?", (why, origin))
            rows = db.execute(
                "SELECT id, source, url, purpose, payload, hop FROM requests WHERE origin = ? AND state = 'queued'",
                (origin,),
            ).fetchall()
            for row in rows:
                self.frontier.give_up(row["id"], state="failed", error=why, now=now)
            for source in {row["source"] for row in rows} or {self._source_of(origin)}:
                self.keeper.trouble(source, origin, why, origin)
            for row in rows:
                self._tell_connector(_as_picked(row, origin), now)

    def fail(self, picked: Picked, kind: str, now: float, detail: str = "", status: int | None = None) -> None:
        """Mark a request failed, inside the caller's transaction, and let its connector try another way."""
        if picked.purpose == "robots":
            self._robots_failed(picked.payload["for"], now)
        if picked.purpose == "tdm":
            self.set_tdm(picked.payload["for"], None, now)
        self.frontier.give_up(picked.id, state="failed", error=kind, now=now, status=status)
        if detail:
            self.keeper.trouble(picked.source, picked.origin, kind, f"{picked.url}: {detail[:200]}")
        self._tell_connector(picked, now)

    def _robots_failed(self, origin: str, now: float) -> None:
        """RFC 9309: an unreachable robots.txt disallows everything, unless an older copy is known."""
        kept = self.frontier.db.execute("SELECT robots FROM hosts WHERE origin = ?", (origin,)).fetchone()
        known = kept is not None and kept["robots"] is not None
        self.set_robots(origin, kept["robots"] if known else robots.DENY_ALL, 0, now)

    def _tell_connector(self, picked: Picked, now: float) -> None:
        if picked.purpose in FREE:
            return
        answer = Answer(
            url=picked.url,
            purpose=picked.purpose,
            payload=picked.payload,
            status=0,
            headers={},
            body=b"",
            hop=picked.hop,
            at=datetime.fromtimestamp(now, UTC),
        )
        batch = connector(picked.source).failed(answer, self.keeper.context(picked.source))
        self.keeper.store(batch, picked.source, picked, now)

    def _backoff(self, picked: Picked, wait: float, now: float, *, failure: int = 0) -> None:
        values = {"origin": picked.origin, "until": now + wait, "seconds": wait, "failure": failure, "now": now}
        self.frontier.db.execute(statement("backoff"), values)

    def _source_of(self, origin: str) -> str:
        found = self.frontier.db.execute(
            "SELECT source FROM requests WHERE origin = ? ORDER BY id DESC LIMIT 1", (origin,)
        ).fetchone()
        return str(found["source"])


def _as_picked(row: sqlite3.Row, origin: str) -> Picked:
    return Picked(
        id=row["id"],
        source=row["source"],
        origin=origin,
        url=row["url"],
        accept=None,
        purpose=row["purpose"],
        payload=orjson.loads(row["payload"]),
        account=None,
        hop=row["hop"],
        priority=0.0,
        tries=1,
    )
