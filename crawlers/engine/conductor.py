"""Decides what is sent next and what becomes of every answer; knows the frontier, not Scrapy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawlers import robots
from crawlers.connector import Answer, Ask, Batch
from crawlers.drift import Drift
from crawlers.engine.keeping import Keeper
from crawlers.engine.setbacks import AGENT, Setbacks
from crawlers.frontier import Frontier, Picked, statement
from crawlers.frontier.polls import polled
from crawlers.frontier.queue import FREE, ROBOTS_FIRST, ROBOTS_FRESH
from crawlers.guard import origin
from crawlers.polling import substance
from crawlers.priority import RECURRING
from crawlers.ratelimits import read_limit
from crawlers.recheck import rechecks
from crawlers.registry import connector
from crawlers.report import stops
from crawlers.reservations import TDM_PATH, Site, longest_tdm, obeyed
from crawlers.stopping import APART, Stop, Yields

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from crawlers.consent import Gate
    from crawlers.job import CrawlJob
    from crawlers.ratelimits import Limit

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5
FORBIDDEN = frozenset({401, 403, 451})
MOST_FORBIDDEN = 8
LEFT = frozenset({"budget_accounts", "curated_out", "opted_out", "yield"})  # not sent, and nothing is wrong
FATAL = frozenset({"address_refused", "too_large", "bad_address", "internal"})


@dataclass(slots=True)
class Conductor:
    """One crawl in one process."""

    job: CrawlJob
    frontier: Frontier
    gate: Gate
    score: Callable[[list[str]], list[float]] | None = None
    sent: int = 0
    records: int = 0
    accounts: int = 0
    last_host: str = ""
    forbidden: Counter[str] = field(default_factory=Counter)
    drift: Drift = field(default_factory=Drift)
    sites: dict[str, Site] = field(default_factory=dict)
    stopped: dict[str, Stop] = field(default_factory=dict)
    yields: Yields = field(init=False)
    keeper: Keeper = field(init=False)
    setbacks: Setbacks = field(init=False)

    def __post_init__(self) -> None:
        self.keeper = Keeper(self.job, self.frontier, self.gate, self.score)
        self.setbacks = Setbacks(self.frontier, self.keeper, self.job.speed)
        self.frontier.host_most = self.job.requests_per_host
        self.yields = Yields(self.job.stop_after, self.job.stop_below)

    def begin(self, now: float) -> None:
        """Open or resume the cycle. Seeds are put in either way: a kill may have come before they were.

        Raises UserError, with nothing written, when a source has nothing to start from.
        """
        kinds = list(dict.fromkeys(source.kind for source in self.job.sources))
        seeds = {kind: connector(kind).seeds(self.keeper.context(kind)) for kind in kinds}
        self.frontier.begin(self.job.brief, resume=self.job.resume, now=now, sources=kinds, bonus=RECURRING)
        db, cycle = self.frontier.db, self.frontier.cycle
        self.gate.known = dict(db.execute("SELECT account_id, decision FROM consents").fetchall())
        noted = db.execute("SELECT account_id, note FROM consents WHERE note IS NOT NULL AND decision = 'allow'")
        self.keeper.withdrawn = dict(noted.fetchall())
        with self.frontier.transaction():
            self.keeper.focus.begin()
            for kind, batch in seeds.items():
                self.keeper.store(batch, kind, None, now)
                held = rechecks(connector(kind), self.job, self.keeper.context(kind), self._asked_before())
                self.keeper.store(held, kind, None, now)
        asked = "SELECT count(*) FROM requests WHERE cycle = ? AND tries > 0 AND purpose NOT IN ('robots', 'tdm')"
        self.sent = db.execute(asked, (cycle,)).fetchone()[0]
        for row in db.execute(statement("yielded"), {"cycle": cycle, "window": self.job.stop_after}):
            self.yields.tell(row["source"], row["new"], row["relevant"])
        self.stopped = {stop.source: stop for stop in stops(db)}
        self.accounts = db.execute("SELECT count(*) FROM served WHERE cycle = ?", (cycle,)).fetchone()[0]

    def _asked_before(self) -> int | None:
        """How many requests the crawl before sent, or None when this is the first."""
        asked = "SELECT count(*) FROM requests WHERE cycle = ? AND tries > 0 AND purpose NOT IN ('robots', 'tdm')"
        found = int(self.frontier.db.execute(asked, (self.frontier.cycle - 1,)).fetchone()[0])
        return found or None

    def signature(self, picked: Picked, now: float) -> dict[str, str]:
        """Return the headers that carry the user's own key, where the source has one."""
        secret = self.job.credentials.get(picked.source)
        return connector(picked.source).signature(picked.url, secret, now) if secret else {}

    def finish(self, now: float) -> None:
        """Close the cycle: what the budget left unasked is told, not lost in silence."""
        with self.frontier.transaction() as db:
            db.execute(statement("unsent"), {"now": now})
            db.execute(statement("thread"))
            spent = db.execute(
                "SELECT 1 FROM requests WHERE cycle = ? AND error = 'budget_requests'", (self.frontier.cycle,)
            ).fetchone()
            db.execute(
                "UPDATE crawls SET state = 'done', stop = ?, finished_at = ? WHERE cycle = ?",
                ("budget" if spent else "yield" if self.stopped else None, now, self.frontier.cycle),
            )

    # --- sending --------------------------------------------------------------------------------------------------

    def next(self, now: float) -> Picked | None:
        """Return the next request to send, or None when nothing may go out now."""
        while (row := self.frontier.candidate(now, self.job.request_budget - self.sent)) is not None:
            own = row["purpose"] in FREE
            if (
                row["purpose"] != "robots"
                and not self._by_agreement(row)
                and (row["robots_at"] is None or row["robots_at"] < now - ROBOTS_FRESH)
            ):
                self._ask_robots(row, now)
                continue
            if not own and row["tdm_unknown"] and connector(row["source"]).reads_sites:
                self._ask_tdm(row, now)
                continue
            reason = None if own else self._refusal(row)
            if reason is None:
                self.sent += not own
                self.accounts += bool(row["account"]) and not self._is_served(row["account"])
                self.last_host = row["origin"]
                return self.frontier.send(row, now)
            self._leave(row, reason, now)
        return None

    def _refusal(self, row: sqlite3.Row) -> str | None:
        """Why a request is not sent, as a code, or None."""
        account = row["account"]
        unheard = not 200 <= (row["robots_status"] or 0) < 300
        if self.sent >= self.job.request_budget:
            reason = "budget_requests"
        elif self.job.requests_per_host and row["host_sent"] >= self.job.requests_per_host:
            reason = "budget_host"
        elif row["source"] in self.stopped and not self._known(row):
            reason = "yield"
        elif self.job.curation.get(account or "") == "out":
            reason = "curated_out"
        elif self.gate.kept_out(account):
            reason = "objection"
        elif self._said_no(row):
            reason = "opted_out"
        elif self._one_too_many(row):
            reason = "budget_accounts"
        elif not self._by_agreement(row) and not robots.may_fetch(row["robots"] or "", row["url"], AGENT):
            reason = "robots_unreachable" if unheard else "robots"
        else:
            return None
        return reason

    def _by_agreement(self, row: sqlite3.Row) -> bool:
        """Whether the user's own key opens this address: the terms that came with it govern, not robots.txt."""
        return self._opened_by_key(row["source"], row["origin"])

    def _opened_by_key(self, source: str, place: str) -> bool:
        if source not in self.job.credentials:
            return False
        return place in {origin(known) for known in connector(source).policy.key_places}

    def _leave(self, row: sqlite3.Row, reason: str, now: float) -> None:
        with self.frontier.transaction() as db:
            if reason in {"budget_requests", "budget_host"}:
                place = row["origin"] if reason == "budget_host" else None
                db.execute(statement("spent"), {"now": now, "origin": place, "reason": reason})
            else:
                state = "dropped" if reason in LEFT else "refused"
                self.frontier.give_up(row["id"], state=state, error=reason, now=now)

    def _known(self, row: sqlite3.Row) -> bool:
        """Whether a request looks for nothing new: it is read again, or asks after posts held."""
        return row["purpose"] in APART or (bool(row["recurring"]) and polled(self.frontier.db, row["fingerprint"]))

    def _one_too_many(self, row: sqlite3.Row) -> bool:
        """Whether a request is about somebody beyond the accounts that may be asked: a profile would lead nowhere."""
        if self.accounts < self.job.accounts:
            return False
        about = row["account"] or (None if self._known(row) else row["who"])
        return bool(about) and not self._is_served(str(about))

    def _said_no(self, row: sqlite3.Row) -> bool:
        """Whether it is about somebody whose profile says no: of them the profile alone is asked, now and then."""
        names = {name for name in (row["account"], row["who"]) if name}
        if not any(self.gate.known.get(name) == "deny" for name in names):
            return False
        told_by = "SELECT 1 FROM consents WHERE told_by = ?"
        return self.frontier.db.execute(told_by, (row["fingerprint"],)).fetchone() is None

    def _is_served(self, account: str) -> bool:
        known = "SELECT 1 FROM served WHERE cycle = ? AND account = ?"
        return self.frontier.db.execute(known, (self.frontier.cycle, account)).fetchone() is not None

    def _ask_robots(self, row: sqlite3.Row, now: float) -> None:
        ask = Ask(f"{row['origin']}/robots.txt", "robots", {"for": row["origin"]}, why="robots.txt")
        with self.frontier.transaction() as db:
            first = max(ROBOTS_FIRST, row["priority"]) + 1.0  # before whatever waits for it
            self.frontier.put([(ask, first, None)], source=row["source"], now=now)
            waiting = db.execute(
                "SELECT 1 FROM requests WHERE origin = ? AND state = 'queued' AND purpose = 'robots'", (row["origin"],)
            ).fetchone()
            if waiting is None:  # it was asked and led nowhere: a maze of redirects counts as unreachable
                self.setbacks.set_robots(row["origin"], robots.DENY_ALL, 0, now)

    def _ask_tdm(self, row: sqlite3.Row, now: float) -> None:
        """Where pages or feeds of a site are read, its reservations are asked for before anything else."""
        place, url = row["origin"], f"{row['origin']}{TDM_PATH}"
        with self.frontier.transaction() as db:
            if robots.may_fetch(row["robots"] or "", url, AGENT):
                ask = Ask(url, "tdm", {"for": place}, why="reservations of the site")
                self.frontier.put([(ask, ROBOTS_FIRST, None)], source=row["source"], now=now)
                db.execute(statement("tdm_asked"), {"origin": place})
            pending = db.execute("SELECT tdm_pending FROM hosts WHERE origin = ?", (place,)).fetchone()[0]
            if not pending:  # it may not be asked, or was asked in vain
                self.setbacks.set_tdm(place, None, now)

    def _site(self, place: str) -> Site:
        """Return what a host says of the use of what it serves."""
        if place not in self.sites:
            row = self.frontier.db.execute("SELECT robots, tdm FROM hosts WHERE origin = ?", (place,)).fetchone()
            self.sites[place] = Site(row["robots"] or "", row["tdm"] or "") if row else Site()
        return self.sites[place]

    # --- answers --------------------------------------------------------------------------------------------------

    def failure(self, picked: Picked, kind: str, now: float, detail: str = "") -> None:
        """Record that no usable answer came: `kind` is a code such as timeout, dns, refused, too_large."""
        if kind in FATAL:
            self.setbacks.refuse(picked, kind, now, detail)
        else:
            self.setbacks.retry(picked, kind, now, detail=detail, network=True)

    def answer(self, picked: Picked, status: int, headers: Mapping[str, str], body: bytes, now: float) -> None:
        """Record an answer and everything that follows from it, in one transaction."""
        limit = read_limit(status, headers, body, datetime.fromtimestamp(now, UTC))
        if limit.exceeded:
            self.sent -= picked.purpose not in FREE
            self.setbacks.limited(picked, status, limit, now)
        elif status >= 500 and picked.purpose not in FREE:
            self.setbacks.retry(picked, f"http_{status}", now, status=status)
        elif status in REDIRECTS:
            self._redirect(picked, status, headers, now, limit)
        elif picked.purpose == "robots":
            with self.frontier.transaction():
                self.setbacks.free(picked, limit, now)
                self.setbacks.set_robots(picked.payload["for"], robots.rules_from(status, body), status, now)
                self.sites.pop(picked.payload["for"], None)
                self.frontier.done(picked, status=status, size=len(body), now=now)
        elif picked.purpose == "tdm":
            with self.frontier.transaction():
                self.setbacks.free(picked, limit, now)
                told = longest_tdm(body) if 200 <= status < 300 else ""
                self.setbacks.set_tdm(picked.payload["for"], told if status < 500 else None, now)
                self.sites.pop(picked.payload["for"], None)
                self.frontier.done(picked, status=status, size=len(body), now=now)
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
        seeks = not picked.polled and picked.purpose not in APART
        digest = substance(batch.records, batch.asks) if status != 304 and picked.recurring else None
        with self.frontier.transaction():
            self.setbacks.free(picked, limit, now)
            new, gain = self.keeper.store(batch, picked.source, picked, now)
            relevant = self.keeper.focus.relevant if seeks else None
            self.frontier.done(
                picked, status=status, size=len(body), now=now, new=new, error=error, gain=gain, relevant=relevant
            )
            self.records += new
            if picked.recurring and error is None and (200 <= status < 300 or status == 304):
                self.frontier.poll(picked, None if picked.marked and not new else digest, now)
            if relevant is not None:
                self.yields.tell(picked.source, new, relevant)
                self._mind_yield(picked.source, now)
            if 200 <= status < 300 and error is None and not picked.marked:
                self.frontier.remember(picked, headers, now, batch.rest)
            elif status == 304:
                self.frontier.still_fresh(picked, headers, now)
        self._mind_refusals(picked, status, now)

    def _read(self, picked: Picked, answer: Answer) -> tuple[Batch, str | None]:
        """Let the connector read an answer; what is wrong with it is a trouble of the source, never of the crawl."""
        try:
            batch = connector(picked.source).parse(answer, self.keeper.context(picked.source))
            if not self._opened_by_key(picked.source, picked.origin):
                batch.records = obeyed(batch.records, answer, self._site(picked.origin))
            batch.troubles += self.drift.troubles(picked.source, picked.origin, answer)
        except Exception as error:  # noqa: BLE001 - a body from outside can break a parser in any way
            kind = "not_json" if answer.is_html else "unreadable_answer"
            detail = f"{answer.url}: {type(error).__name__}: {str(error)[:200]}"
            return Batch(troubles=[(kind, detail)]), kind
        return batch, None

    def _mind_yield(self, source: str, now: float) -> None:
        """End a source that has nothing more to tell, inside the caller's transaction; said once."""
        if source in self.stopped or not self.yields.suspect(source):
            return
        stop = self.yields.verdict(source, scarce=self.frontier.scarce(self.job.request_budget - self.sent))
        if stop is not None:
            self.stopped[source] = stop
            db, values = self.frontier.db, (self.frontier.cycle, source, stop.window, stop.brought, stop.least)
            db.execute("INSERT OR IGNORE INTO stops VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, stop.on_subject, now))
            db.execute(statement("stop_source"), {"source": source, "now": now})

    def _mind_refusals(self, picked: Picked, status: int, now: float) -> None:
        """A host that refuses again and again is left alone, not asked from another side."""
        if status not in FORBIDDEN:
            self.forbidden.pop(picked.origin, None)
            return
        self.forbidden[picked.origin] += 1
        if self.forbidden[picked.origin] >= MOST_FORBIDDEN:
            self.setbacks.bury(picked.origin, "forbidden", now)

    def _redirect(self, picked: Picked, status: int, headers: Mapping[str, str], now: float, limit: Limit) -> None:
        target = urljoin(picked.url, headers.get("location", ""))
        steps = int(picked.payload.get("redirects", 0)) + 1
        looping = steps > MOST_REDIRECTS or target == picked.url
        with self.frontier.transaction() as db:
            self.setbacks.free(picked, limit, now)
            if origin(target) is None or looping:
                kind = "redirect_loop" if looping else "redirect_refused"
                self.setbacks.fail(picked, kind, now, status=status)
                return
            payload = picked.payload | {"redirects": steps, "asked": picked.payload.get("asked", picked.url)}
            robots_txt = picked.purpose == "robots"
            follow = Ask(
                target,
                picked.purpose,
                payload,
                hop=picked.hop,
                why=f"redirect {status}",
                account=picked.account,
                accept=picked.accept,
                recurring=picked.recurring,
                stamp=picked.stamp,
            )
            self.frontier.put(
                [(follow, picked.priority + 0.1, picked.who)], source=picked.source, now=now, parent=picked.id
            )
            self.frontier.done(picked, status=status, size=0, now=now)
            if robots_txt:  # the host it is for waits until the rules have been found
                until = "UPDATE hosts SET backoff_until = max(backoff_until, ?) WHERE origin = ?"
                db.execute(until, (now + self.job.speed.timeout, picked.payload["for"]))


def lower_headers(pairs: Mapping[bytes, list[bytes]]) -> dict[str, str]:
    """Return headers by lower-case name; repeated ones are joined by a comma, long ones cut."""
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")[:4000] for name, values in pairs.items()
    }
