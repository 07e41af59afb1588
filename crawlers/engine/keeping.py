"""Stores what an answer yields: records past the gate of consent, asks with their priority, notes, marks, troubles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawlers.connector import Context
from crawlers.engine.focus import Focus
from crawlers.frontier import statement
from crawlers.frontier.queue import fingerprint
from crawlers.guard import host_and_port, origin
from crawlers.priority import Prices
from crawlers.registry import connector
from crawlers.seeds import as_written

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawlers.connector import Ask, Batch, Record
    from crawlers.consent import Gate
    from crawlers.frontier import Frontier, Picked
    from crawlers.job import CrawlJob

WITHDRAWN = "wish_withdrawn"


@dataclass(slots=True)
class Keeper:
    """Writes into one crawl's file; every method but `context` is part of the caller's transaction."""

    job: CrawlJob
    frontier: Frontier
    gate: Gate
    score: Callable[[list[str]], list[float]] | None = None
    focus: Focus = field(init=False)
    contexts: dict[tuple[int, str], Context] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        prices = Prices(self.job.request_budget, self.job.accounts)
        self.focus = Focus(self.frontier, self.job.curation, self.score, prices)

    def context(self, kind: str) -> Context:
        """Return what the connector of `kind` may know now; several tables of one kind are taken together."""
        name = (self.frontier.cycle, kind)
        if name not in self.contexts:
            self.contexts[name] = self._context(kind)
        return self.contexts[name]

    def _context(self, kind: str) -> Context:
        rows = self.frontier.db.execute(
            "SELECT name, value FROM notes WHERE cycle = ? AND source = ?", (self.frontier.cycle, kind)
        )
        return Context(
            options=merged_options(self.job, kind),
            seed_accounts=tuple(as_written(seed, kind) for seed in self.job.seed_accounts),
            seed_hashtags=self.job.seed_hashtags,
            brand_names=self.job.brand_names,
            brand_domains=self.job.brand_domains,
            topic_tags=self.job.topic_tags,
            topic_terms=self.job.topic_terms,
            posts_per_account=self.job.posts_per_account,
            since=datetime.fromisoformat(self.job.days_since) if self.job.days_since else None,
            notes=dict(rows.fetchall()),
            marks=_Marks(self.frontier),
            seen=_Seen(self.frontier),
            robots=_Robots(self.frontier),
        )

    def store(self, batch: Batch, source: str, picked: Picked | None, now: float) -> tuple[int, float | None]:
        """Keep what a batch tells, queue what it asks for; return its new records and the gain of the visit it was."""
        rows = self._consented(batch, source, picked, now)
        new = self.frontier.keep([(row, _is_home(row)) for row in rows], picked, now) if picked else []
        kept = list(zip(rows, new, strict=False))
        gain = self.focus.read(kept, batch.asks, picked)
        cycle, db = self.frontier.cycle, self.frontier.db
        db.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", batch.marks.items())
        if batch.notes:
            notes = [(cycle, source, name, value) for name, value in batch.notes.items()]
            db.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?)", notes)
            self.contexts.pop((cycle, source), None)
        for kind, detail in batch.troubles:
            self.trouble(source, picked.origin if picked else "", kind, detail)
        asks = [ask for ask in batch.asks if not (ask.account and self.gate.known.get(ask.account) == "deny")]
        places = [origin(ask.url) for ask in asks]
        weighed = self.focus.weigh(asks, source, places)
        self.frontier.put(weighed, source=source, now=now, parent=picked.id if picked else None)
        self.focus.settle()
        self._pace(asks, source)
        return sum(new), gain

    def _pace(self, asks: list[Ask], source: str) -> None:
        """Slow down to the pace that the source's operator asks for, save on the user's own hosts."""
        pace = connector(source).policy.pace
        places = {place for ask in asks if (place := origin(ask.url))} if pace else set()
        own = {place for place in places if self.frontier.guard.is_own(*host_and_port(place))}
        slower = "UPDATE hosts SET delay = max(delay, ?) WHERE origin = ?"
        self.frontier.db.executemany(slower, [(pace, place) for place in places - own])

    def trouble(self, source: str, origin: str, kind: str, detail: str) -> None:
        """Count something that is wrong with a source, with its first example."""
        values = {
            "cycle": self.frontier.cycle,
            "source": source,
            "origin": origin,
            "kind": kind,
            "detail": detail[:500],
        }
        self.frontier.db.execute(statement("trouble"), values)

    def _consented(self, batch: Batch, source: str, picked: Picked | None, now: float) -> list[Record]:
        accounts = {row["account_id"]: row for row in batch.records if row["type"] == "account"}
        before = {account: self.gate.known.get(account) for account in accounts}
        strict = {account for account, decision in before.items() if decision in {"deny", "restricted"}}
        bound = {account for account in strict if not self._shows(accounts[account], picked)}
        records, refused = self.gate.apply(batch.records, bound)
        for account, decision in before.items():
            if decision != self.gate.known[account]:
                self._wish(account, decision, picked, now)
        for account in strict:
            if self.gate.known[account] == "allow":
                self._withdrawn(account, source, picked, now)
        if refused:
            self.frontier.db.execute(
                "INSERT INTO refusals VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records",
                (self.frontier.cycle, source, refused),
            )
        return [
            row | {"consent_signals": [self.withdrawn[row["account_id"]]]}
            if row["type"] == "account" and row["account_id"] in self.withdrawn and row.get("consent") == "allow"
            else row
            for row in records
        ]

    def _shows(self, row: Record, picked: Picked | None) -> bool:
        """Whether a record shows the place where a wish was told: the same request, or a profile of the same source."""
        told = self.frontier.db.execute(
            "SELECT source, told_by FROM consents WHERE account_id = ?", (row["account_id"],)
        ).fetchone()
        if told is None or picked is None:
            return False
        if told["told_by"] == fingerprint(picked.base, picked.accept):
            return True
        return told["source"] in {None, picked.source} and bool(row.get("summary"))

    def _withdrawn(self, account: str, source: str, picked: Picked | None, now: float) -> None:
        """Note that somebody took a refusal back: with their account, where analysts see it, and once with the run."""
        self.withdrawn[account] = note = f"withdrawn={datetime.fromtimestamp(now, UTC).date().isoformat()}"
        self.frontier.db.execute("UPDATE consents SET note = ? WHERE account_id = ?", (note, account))
        self.trouble(source, picked.origin if picked else "", WITHDRAWN, account)

    def _wish(self, account: str, before: str | None, picked: Picked | None, now: float) -> None:
        """Keep an account's decision; a stricter one takes away what was kept of its posts and not yet handed on."""
        db, decision = self.frontier.db, self.gate.known[account]
        told_by = (picked.source, fingerprint(picked.base, picked.accept)) if picked else (None, None)
        db.execute(
            "INSERT OR REPLACE INTO consents (account_id, decision, seen_at, source, told_by) VALUES (?, ?, ?, ?, ?)",
            (account, decision, now, *told_by),
        )
        if before is not None and decision != "allow":
            db.execute("DELETE FROM records WHERE kind = 'post' AND payload ->> '$.account_id' = ?", (account,))


def _is_home(record: Record) -> bool:
    return (record.get("extra") or {}).get("view_scope") != "remote_view"


def merged_options(job: CrawlJob, kind: str) -> dict[str, Any]:
    """Return the options of all `[[sources]]` of one kind: lists are joined, else the last one speaks."""
    merged: dict[str, Any] = {}
    for source in job.sources:
        if source.kind == kind:
            for name, value in source.options.items():
                joined = isinstance(value, list) and isinstance(merged.get(name), list)
                merged[name] = [*merged[name], *value] if joined else value
    return merged


class _Seen:
    """The (kind, id) of records ever seen, looked up when asked for."""

    def __init__(self, frontier: Frontier) -> None:
        self._db = frontier.db

    def __contains__(self, record: object) -> bool:
        """Whether a record of this kind and id was seen."""
        kind, uid = record if isinstance(record, tuple) else (None, None)
        found = self._db.execute("SELECT 1 FROM seen WHERE kind = ? AND uid = ?", (kind, uid)).fetchone()
        return found is not None


class _Marks(dict[str, str]):
    """High-water marks, looked up when asked for."""

    def __init__(self, frontier: Frontier) -> None:
        super().__init__()
        self._db = frontier.db

    def get(self, name: str, default: Any = None) -> Any:
        """Return one mark."""
        found = self._db.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()
        return found[0] if found else default


class _Robots(dict[str, str]):
    """The robots.txt of hosts, looked up when asked for."""

    def __init__(self, frontier: Frontier) -> None:
        super().__init__()
        self._db = frontier.db

    def get(self, name: str, default: Any = None) -> Any:
        """Return the text that was read at one origin."""
        found = self._db.execute("SELECT robots FROM hosts WHERE origin = ?", (name,)).fetchone()
        return found[0] if found and found[0] else default
