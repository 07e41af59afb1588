"""Decides what is sent next and what becomes of every answer and failure; knows the frontier, not Scrapy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from crawlers import robots
from crawlers.connector import Answer, Ask, Batch, Context
from crawlers.frontier.queue import ROBOTS_FIRST, ROBOTS_FRESH, Frontier, Picked
from crawlers.guard import origin
from crawlers.priority import priority
from crawlers.ratelimits import Limit, pause, read_limit
from crawlers.registry import connector

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping

    from crawlers.consent import Gate
    from crawlers.job import CrawlJob

AGENT = "vigie"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5
FORBIDDEN = frozenset({401, 403, 451})
MOST_FORBIDDEN = 8
FATAL = frozenset({"address_refused", "too_large", "bad_encoding", "bad_address"})
Scorer = "Callable[[list[str]], list[float]]"


@dataclass(slots=True)
class Conductor:
    """One crawl in one process."""

    job: CrawlJob
    frontier: Frontier
    gate: Gate
    score: Callable[[list[str]], list[float]] | None = None
    sent: int = 0
    full: int = 0
    records: int = 0
    last_host: str = ""
    accounts: int = 0
    forbidden: Counter[str] = field(default_factory=Counter)
    since: datetime | None = None

    # --- starting -------------------------------------------------------------------------------------------------

    def begin(self, now: float) -> None:
        """Open or resume the cycle, with the seeds of every source in a new one."""
        kinds = [source.kind for source in self.job.sources]
        bonus = priority(0.0, hop=0, recurring_known=True)
        new = self.frontier.begin(self.job.brief, resume=self.job.resume, now=now, sources=kinds, bonus=bonus)
        db = self.frontier.db
        self.gate.known = dict(db.execute("SELECT account_id, decision FROM consents").fetchall())
        self.since = datetime.fromisoformat(self.job.days_since) if self.job.days_since else None
        if new:
            for source in self.job.sources:
                batch = connector(source.kind).seeds(self.context(source.kind))
                with self.frontier.transaction():
                    self._store(batch, source.kind, None, now)
        row = db.execute(
            "SELECT count(*) FROM requests WHERE cycle = ? AND tries > 0 AND purpose <> 'robots'",
            (self.frontier.cycle,),
        ).fetchone()
        self.sent = row[0]
        self._count_accounts()

    def _count_accounts(self) -> None:
        found = self.frontier.db.execute(
            "SELECT count(*) FROM served WHERE cycle = ?", (self.frontier.cycle,)
        ).fetchone()
        self.accounts = found[0]

    def context(self, kind: str) -> Context:
        """Return what the connector of `kind` may know now."""
        options = next((source.options for source in self.job.sources if source.kind == kind), {})
        notes = dict(
            self.frontier.db.execute(
                "SELECT name, value FROM notes WHERE cycle = ? AND source = ?", (self.frontier.cycle, kind)
            ).fetchall()
        )
        return Context(
            options=options,
            seed_accounts=self.job.seed_accounts,
            seed_hashtags=self.job.seed_hashtags,
            posts_per_account=self.job.posts_per_account,
            since=self.since,
            notes=notes,
            marks=_Marks(self.frontier),
        )

    # --- sending --------------------------------------------------------------------------------------------------

    def next(self, now: float) -> Picked | None:
        """Return the next request to send, or None when nothing may go out now."""
        while (row := self.frontier.candidate(now)) is not None:
            if row["purpose"] != "robots" and (row["robots_at"] is None or row["robots_at"] < now - ROBOTS_FRESH):
                self._ask_robots(row, now)
                continue
            reason = self._refusal(row)
            if reason is None:
                self.sent += row["purpose"] != "robots"
                self.accounts += bool(row["account"]) and not self._is_served(row["account"])
                self.last_host = row["origin"]
                return self.frontier.send(row, now)
            self._leave(row, reason, now)
        return None

    def _leave(self, row: sqlite3.Row, reason: str, now: float) -> None:
        """Do not send a request; when the budget is spent, none of those that wait."""
        with self.frontier.transaction() as db:
            if reason == "budget_requests":
                db.execute(
                    "UPDATE requests SET state = 'dropped', error = ?, done_at = ? WHERE state = 'queued' AND purpose <> 'robots'",
                    (reason, now),
                )
                return
            state = "dropped" if reason in {"budget_accounts", "curated_out"} else "refused"
            self.frontier.give_up(row["id"], state=state, error=reason, now=now)

    def _refusal(self, row: sqlite3.Row) -> str | None:
        if row["purpose"] == "robots":
            return None
        if self.sent >= self.job.request_budget:
            return "budget_requests"
        account = row["account"]
        if account:
            if self.job.curation.get(account) == "out":
                return "curated_out"
            if self.gate.kept_out(account):
                return "objection"
            if self.accounts >= self.job.accounts and not self._is_served(account):
                return "budget_accounts"
        if not robots.may_fetch(row["robots"] or "", row["url"], AGENT):
            return "robots" if 200 <= row["robots_status"] < 300 else "robots_unreachable"
        return None

    def _is_served(self, account: str) -> bool:
        found = self.frontier.db.execute(
            "SELECT 1 FROM served WHERE cycle = ? AND account = ?", (self.frontier.cycle, account)
        ).fetchone()
        return found is not None

    def _ask_robots(self, row: sqlite3.Row, now: float) -> None:
        ask = Ask(f"{row['origin']}/robots.txt", "robots", {"for": row["origin"]}, why="robots.txt")
        with self.frontier.transaction() as db:
            self.frontier.put([(ask, ROBOTS_FIRST)], source=row["source"], now=now)
            waiting = db.execute(
                "SELECT 1 FROM requests WHERE origin = ? AND state = 'queued' AND purpose = 'robots'", (row["origin"],)
            ).fetchone()
            if waiting is None:  # it was asked and led nowhere: a maze of redirects counts as unreachable
                self._set_robots(row["origin"], robots.DENY_ALL, 0, now)

    # --- answers --------------------------------------------------------------------------------------------------

    def answer(self, picked: Picked, status: int, headers: Mapping[str, str], body: bytes, now: float) -> None:
        """Record an answer and everything that follows from it, in one transaction."""
        moment = datetime.fromtimestamp(now, UTC)
        limit = read_limit(status, headers, body, moment)
        if limit.exceeded:
            self._limited(picked, status, limit, now)
        elif status >= 500 and picked.purpose != "robots":
            self._retry(picked, f"http_{status}", now, status=status)
        elif picked.purpose == "robots":
            self._robots(picked, status, headers, body, now, limit)
        elif status in REDIRECTS:
            self._redirect(picked, status, headers, now, limit)
        else:
            self._parse(picked, status, headers, body, now, limit)

    def _parse(
        self, picked: Picked, status: int, headers: Mapping[str, str], body: bytes, now: float, limit: Limit
    ) -> None:
        answer = Answer(
            url=picked.url,
            purpose=picked.purpose,
            payload=picked.payload,
            status=status,
            headers=headers,
            body=body,
            hop=picked.hop,
            at=datetime.fromtimestamp(now, UTC),
            marked=picked.marked,
        )
        batch, error = (Batch(), None) if status == 304 else self._read(picked, answer)
        self.full += 200 <= status < 300
        with self.frontier.transaction():
            self._free(picked, limit, now)
            rows = self._store(batch, picked.source, picked, now)
            self.records += self.frontier.done(
                picked, status=status, size=len(body), now=now, records=rows, error=error
            )
            if 200 <= status < 300 and error is None and not picked.marked and (picked.recurring or picked.stamp):
                self.frontier.remember(
                    picked.base,
                    picked.accept,
                    etag=headers.get("etag"),
                    modified=headers.get("last-modified"),
                    stamp=picked.stamp,
                    now=now,
                )
        self._mind_refusals(picked, status, now)

    def _read(self, picked: Picked, answer: Answer) -> tuple[Batch, str | None]:
        """Let the connector read an answer; whatever is wrong with it is a trouble of the source, never of the crawl."""
        try:
            return connector(picked.source).parse(answer, self.context(picked.source)), None
        except Exception as error:  # noqa: BLE001 - a body from outside can break a parser in any way
            kind = "not_json" if answer.is_html else "unreadable_answer"
            detail = f"{answer.url}: {type(error).__name__}: {str(error)[:200]}"
            return Batch(troubles=[(kind, detail)]), kind

    def _mind_refusals(self, picked: Picked, status: int, now: float) -> None:
        if status not in FORBIDDEN:
            self.forbidden.pop(picked.origin, None)
            return
        self.forbidden[picked.origin] += 1
        if self.forbidden[picked.origin] >= MOST_FORBIDDEN:
            self._bury(picked.origin, "forbidden", now)

    def _redirect(self, picked: Picked, status: int, headers: Mapping[str, str], now: float, limit: Limit) -> None:
        target = urljoin(picked.url, headers.get("location", ""))
        steps = int(picked.payload.get("redirects", 0)) + 1
        error = None
        if origin(target) is None:
            error = "redirect_refused"
        elif steps > MOST_REDIRECTS or target == picked.url:
            error = "redirect_loop"
        with self.frontier.transaction():
            self._free(picked, limit, now)
            if error:
                self.frontier.give_up(picked.id, state="failed", error=error, now=now, status=status)
                self._after_failure(picked, now)
                return
            follow = Ask(
                target,
                picked.purpose,
                picked.payload | {"redirects": steps, "asked": picked.payload.get("asked", picked.url)},
                hop=picked.hop,
                why=f"redirect {status}",
                account=picked.account,
                accept=picked.accept,
                recurring=picked.recurring and picked.purpose != "robots",
                stamp=picked.stamp,
            )
            self.frontier.put([(follow, picked.priority + 0.1)], source=picked.source, now=now, parent=picked.id)
            self.frontier.done(picked, status=status, size=0, now=now)

    def _robots(
        self, picked: Picked, status: int, headers: Mapping[str, str], body: bytes, now: float, limit: Limit
    ) -> None:
        if status in REDIRECTS:
            self._redirect(picked, status, headers, now, limit)
            place = picked.payload["for"]
            with self.frontier.transaction() as db:
                until = now + self.job.speed.timeout
                db.execute("UPDATE hosts SET backoff_until = max(backoff_until, ?) WHERE origin = ?", (until, place))
            return
        with self.frontier.transaction():
            self._free(picked, limit, now)
            self._set_robots(picked.payload["for"], robots.rules_from(status, body) or "", status, now)
            self.frontier.done(picked, status=status, size=len(body), now=now)

    def _set_robots(self, place: str, rules: str, status: int, now: float) -> None:
        delay = robots.crawl_delay(rules, AGENT)
        own = origin(place) is not None and self.frontier.guard.is_own(*_parts(place))
        self.frontier.db.execute(
            "UPDATE hosts SET robots = ?, robots_status = ?, robots_at = ?, crawl_delay = ?, backoff_until = 0, "
            "connections = CASE WHEN ? THEN connections ELSE 1 END, next_at = max(next_at, ? + coalesce(?, 0)) WHERE origin = ?",
            (rules, status, now, delay, own, now, delay, place),
        )

    def _free(self, picked: Picked, limit: Limit, now: float) -> None:
        """The host answered: note its limits and when it may be asked again."""
        from crawlers.frontier.store import statement

        wait = pause(limit)
        resets = now + limit.resets_in if limit.resets_in is not None else None
        self.frontier.db.execute(
            statement("answered"),
            {
                "origin": picked.origin,
                "now": now,
                "until": now + wait if wait else 0.0,
                "ceiling": limit.ceiling,
                "remaining": limit.remaining,
                "resets": resets,
            },
        )

    # --- failures -------------------------------------------------------------------------------------------------

    def failure(self, picked: Picked, kind: str, now: float, detail: str = "") -> None:
        """Record that no usable answer came: `kind` is a code such as timeout, dns, refused, too_large."""
        if kind in FATAL:
            with self.frontier.transaction() as db:
                db.execute("UPDATE hosts SET in_flight = max(in_flight - 1, 0) WHERE origin = ?", (picked.origin,))
                self._fail(picked, kind, now, detail)
        else:
            self._retry(picked, kind, now, detail=detail, network=True)

    def _retry(
        self,
        picked: Picked,
        kind: str,
        now: float,
        *,
        status: int | None = None,
        detail: str = "",
        network: bool = False,
    ) -> None:
        wait = self.job.speed.retry * 2 ** (picked.tries - 1)
        with self.frontier.transaction() as db:
            self._backoff(picked, wait, now, failure=int(network))
            if picked.tries < self.job.speed.tries:
                db.execute(
                    "UPDATE requests SET state = 'queued', not_before = ?, error = ?, status = ? WHERE id = ?",
                    (now + wait, kind, status, picked.id),
                )
            else:
                self._fail(picked, kind, now, detail, status)
        found = self.frontier.db.execute("SELECT failures FROM hosts WHERE origin = ?", (picked.origin,)).fetchone()
        if found["failures"] >= self.job.speed.host_failures:
            self._bury(picked.origin, kind, now)

    def _fail(self, picked: Picked, kind: str, now: float, detail: str = "", status: int | None = None) -> None:
        if picked.purpose == "robots":
            kept = self.frontier.db.execute(
                "SELECT robots FROM hosts WHERE origin = ?", (picked.payload["for"],)
            ).fetchone()
            rules = kept["robots"] if kept and kept["robots"] is not None else robots.DENY_ALL
            self._set_robots(picked.payload["for"], rules, 0, now)
        self.frontier.give_up(picked.id, state="failed", error=kind, now=now, status=status)
        if detail:
            self._trouble(picked.source, picked.origin, kind, f"{picked.url}: {detail[:200]}")
        self._after_failure(picked, now)

    def _after_failure(self, picked: Picked, now: float) -> None:
        if picked.purpose == "robots":
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
        batch = connector(picked.source).failed(answer, self.context(picked.source))
        self._store(batch, picked.source, picked, now)

    def _backoff(self, picked: Picked, wait: float, now: float, *, failure: int = 0) -> None:
        from crawlers.frontier.store import statement

        values = {"origin": picked.origin, "until": now + wait, "seconds": wait, "failure": failure, "now": now}
        self.frontier.db.execute(statement("backoff"), values)

    def _limited(self, picked: Picked, status: int, limit: Limit, now: float) -> None:
        """Too many requests: the whole host waits; when that lasts too long, it is left alone for this crawl."""
        host = self.frontier.db.execute(
            "SELECT backoffs, waited, backoff_until FROM hosts WHERE origin = ?", (picked.origin,)
        ).fetchone()
        wait = pause(limit) or self.job.speed.backoff * 2 ** min(host["backoffs"], 10)
        with self.frontier.transaction() as db:
            already = host["backoff_until"] > now  # an answer to a request that was on its way when the pause began
            self._backoff(picked, 0.0 if already and not limit.wait else wait, now)
            db.execute(
                "UPDATE requests SET state = 'queued', tries = tries - 1, error = ?, status = ? WHERE id = ?",
                (f"http_{status}", status, picked.id),
            )
        self.sent -= picked.purpose != "robots"
        if host["waited"] + wait > self.job.speed.patience:
            self._bury(picked.origin, "rate_limited", now)

    def _bury(self, place: str, why: str, now: float) -> None:
        """Leave a host alone for the rest of this crawl; what was queued for it fails, and its connectors are told."""
        with self.frontier.transaction() as db:
            db.execute("UPDATE hosts SET dead = ? WHERE origin = ?", (why, place))
            rows = db.execute(
                "SELECT id, source, url, purpose, payload, hop FROM requests WHERE origin = ? AND state = 'queued'",
                (place,),
            ).fetchall()
            for row in rows:
                self.frontier.give_up(row["id"], state="failed", error=why, now=now)
            self._trouble(rows[0]["source"] if rows else self._source_of(place), place, why, place)
            for row in rows:
                self._after_failure(_buried(row, place), now)

    def _source_of(self, place: str) -> str:
        found = self.frontier.db.execute(
            "SELECT source FROM requests WHERE origin = ? ORDER BY id DESC LIMIT 1", (place,)
        ).fetchone()
        return str(found["source"])

    def finish(self, now: float) -> None:
        """Close the cycle: what the budget left unasked is told, not lost in silence."""
        with self.frontier.transaction() as db:
            db.execute(
                "UPDATE requests SET state = 'failed', done_at = ?, error = coalesce((SELECT dead FROM hosts h WHERE h.origin = "
                "requests.origin), 'unsent') WHERE state IN ('queued', 'in_flight')",
                (now,),
            )
            left = db.execute(
                "SELECT 1 FROM requests WHERE cycle = ? AND error = 'budget_requests'", (self.frontier.cycle,)
            )
            db.execute(
                "UPDATE crawls SET state = 'done', stop = ?, finished_at = ? WHERE cycle = ?",
                ("budget" if left.fetchone() else None, now, self.frontier.cycle),
            )

    # --- storing --------------------------------------------------------------------------------------------------

    def _store(self, batch: Batch, source: str, picked: Picked | None, now: float) -> list[tuple[dict[str, Any], bool]]:
        """Queue what a batch asks for, keep its marks, notes and troubles; return the records that may be kept."""
        db = self.frontier.db
        known = {
            row["account_id"]: self.gate.known.get(row["account_id"])
            for row in batch.records
            if row["type"] == "account"
        }
        records, refused = self.gate.apply(batch.records)
        for account, before in known.items():
            if before != self.gate.known[account]:
                self._wish(account, before, now)
        if refused:
            db.execute(
                "INSERT INTO refusals VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records",
                (self.frontier.cycle, source, refused),
            )
        db.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", batch.marks.items())
        db.executemany(
            "INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?)",
            [(self.frontier.cycle, source, name, value) for name, value in batch.notes.items()],
        )
        place = picked.origin if picked else ""
        for kind, detail in batch.troubles:
            self._trouble(source, place, kind, detail)
        asks = [ask for ask in batch.asks if not (ask.account and self.gate.known.get(ask.account) == "deny")]
        weights = self._weigh(asks)
        self.frontier.put(zip(asks, weights, strict=True), source=source, now=now, parent=picked.id if picked else None)
        return [(record, (record.get("extra") or {}).get("view_scope") != "remote_view") for record in records]

    def _wish(self, account: str, before: str | None, now: float) -> None:
        """Keep an account's decision; a stricter one empties what was kept of its posts and not yet handed on."""
        db, decision = self.frontier.db, self.gate.known[account]
        db.execute("INSERT OR REPLACE INTO consents VALUES (?, ?, ?)", (account, decision, now))
        if before is not None and decision != "allow":
            db.execute("DELETE FROM records WHERE kind = 'post' AND payload ->> '$.account_id' = ?", (account,))

    def _trouble(self, source: str, place: str, kind: str, detail: str) -> None:
        self.frontier.db.execute(
            "INSERT INTO troubles VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1",
            (self.frontier.cycle, source, place, kind, detail[:500]),
        )

    def _weigh(self, asks: list[Ask]) -> list[float]:
        """Return the priority of each ask; texts are scored in one call, each text once."""
        texts = list(dict.fromkeys(text for ask in asks for text in ask.texts)) if self.score else []
        scores = dict(zip(texts, self.score(texts), strict=True)) if self.score and texts else {}
        return [
            priority(
                max((scores.get(text, 0.5) for text in ask.texts), default=0.5),
                hop=ask.hop,
                chain=ask.chain,
                curated=self.job.curation.get(ask.account or "", ""),
            )
            for ask in asks
        ]


class _Marks(dict[str, str]):
    """High-water marks, looked up when asked for."""

    def __init__(self, frontier: Frontier) -> None:
        super().__init__()
        self._db = frontier.db

    def __missing__(self, name: str) -> str:
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        found = self._db.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()
        return found[0] if found else default


def _parts(place: str) -> tuple[str, int]:
    from crawlers.guard import host_and_port

    return host_and_port(place)


def _buried(row: sqlite3.Row, place: str) -> Picked:
    import orjson

    return Picked(
        id=row["id"],
        source=row["source"],
        origin=place,
        url=row["url"],
        accept=None,
        purpose=row["purpose"],
        payload=orjson.loads(row["payload"]),
        account=None,
        hop=row["hop"],
        priority=0.0,
        tries=1,
    )


def lower_headers(pairs: Iterable[tuple[bytes, list[bytes]]]) -> dict[str, str]:
    """Return headers by lower-case name; repeated ones are joined by a comma, bytes that are no text are dropped."""
    return {name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")[:4000] for name, values in pairs}
