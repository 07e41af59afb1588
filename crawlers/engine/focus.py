"""Keeps the queue in order of promise: gathers what answers tell of people, learns from visits, weighs what waits."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from crawlers.frontier import statement
from crawlers.frontier.people import People, Signs, evidence
from crawlers.priority import (
    BASE_RATE,
    CURATED,
    FIRST,
    Evidence,
    Prices,
    Promise,
    list_priority,
    next_page_priority,
    visit_priority,
    worth,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from crawlers.connector import Ask, Record
    from crawlers.frontier import Frontier, Picked

UNKNOWN_RELEVANCE = 0.5
REACTIONS = ("likes", "reposts", "replies", "quotes")
GROWTH = 1.1  # what waits is weighed anew when a tenth more visits were learned from
FEW_VISITS = 20
MOST_WEIGHED = 50_000
NOTHING = Evidence()


@dataclass(slots=True)
class Focus:
    """The learned order of one crawl; every method is part of the caller's transaction."""

    frontier: Frontier
    curation: dict[str, str]
    score: Callable[[list[str]], list[float]] | None = None
    prices: Prices = field(default_factory=Prices)
    promise: Promise = field(default_factory=Promise)
    people: People = field(init=False)
    scores: dict[str, float] = field(default_factory=dict)
    yields: dict[tuple[str, str, str], tuple[float, int]] = field(default_factory=dict)
    visits: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    due: int = FEW_VISITS
    relevant: int = 0

    def __post_init__(self) -> None:
        self.people = People(self.frontier.db)

    def begin(self) -> None:
        """Go on with what earlier crawls of the brief have learned."""
        db = self.frontier.db
        found = db.execute("SELECT value FROM learned WHERE name = 'promise'").fetchone()
        self.promise = Promise(found[0] if found else None)
        self.due = max(FEW_VISITS, int(self.promise.visits * GROWTH))
        rows = db.execute("SELECT source, purpose, origin, relevant, told FROM yields")
        self.yields = {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}

    # --- what an answer tells -------------------------------------------------------------------------------------

    def read(self, records: Sequence[tuple[Record, bool]], asks: Sequence[Ask], picked: Picked | None) -> float | None:
        """Gather what an answer tells of people, learn from the visit it was; returns its gain, None for no visit.

        `records`: each with whether it was never seen before.
        """
        posts = [(row, new) for row, new in records if row["type"] == "post"]
        self._score([str(row.get("text") or "") for row, _ in posts], asks)
        self.relevant = sum(new and self.scores.get(str(row.get("text") or ""), 0.0) > 0 for row, new in posts)
        if picked is None or picked.purpose == "robots":
            return None
        for row, _ in records:
            if row["type"] == "account" and row.get("handle"):
                self.people.call(f"{row['source']}:{row['handle']}".lower(), row["account_id"])
        who = self.people.resolve(picked.who) if picked.who else None
        if who and who != picked.who:
            self.frontier.db.execute("UPDATE requests SET who = ? WHERE id = ?", (who, picked.id))
        before = self.people.known([who]).get(who, NOTHING) if who else NOTHING
        signs = self._signs(records)
        self.people.add(signs)
        self.touched = set(signs)
        gain = self._visit(who, before, posts, picked) if who else None
        if not who:
            self._list(picked, [row for row, new in posts if new])
        return gain

    def _score(self, texts: list[str], asks: Sequence[Ask]) -> None:
        wanted = [text for text in dict.fromkeys([*texts, *(t for ask in asks for t in ask.texts)]) if text]
        told = self.score(wanted) if self.score and wanted else [UNKNOWN_RELEVANCE] * len(wanted)
        self.scores = dict(zip(wanted, told, strict=True))

    def _signs(self, records: Sequence[tuple[Record, bool]]) -> dict[str, Signs]:
        signs: dict[str, Signs] = defaultdict(Signs)
        author = {row["post_id"]: row["account_id"] for row, _ in records if row["type"] == "post"}
        for row, _ in records:
            if row["type"] == "account":
                self._account(row, signs[row["account_id"]])
        told: dict[str, list[float]] = defaultdict(list)
        for row, new in records:
            if row["type"] == "post" and new and row.get("kind") != "repost":
                score = self.scores.get(str(row.get("text") or ""), 0.0)
                told[row["account_id"]].append(score)
                one = signs[row["account_id"]]
                one.posts += 1
                one.fit += score
                one.attention += score * (1.0 + reactions(row))
                one.heard += math.log1p(reactions(row))
        links = [(row, to) for row, new in records if new for to in _pointed_at(row, author)]
        self._links(links, told, signs)
        return signs

    @staticmethod
    def _account(row: Record, one: Signs) -> None:
        if row.get("followers") is not None:
            one.audience = float(row["followers"])
            one.home = (row.get("extra") or {}).get("view_scope") != "remote_view"

    def _links(
        self, links: Iterable[tuple[Record, str]], told: dict[str, list[float]], signs: dict[str, Signs]
    ) -> None:
        """Count whom people point at, each pair once, as much as the one who points speaks of the subject."""
        by_author = {row["account_id"] if row["type"] == "post" else row["from_account"] for row, _ in links}
        known = self.people.known(by_author)
        warmth = {}
        for by in by_author:
            if self.curation.get(by) in {"in", "out"}:
                warmth[by] = float(self.curation[by] == "in")
                continue
            one, now = known.get(by, NOTHING), told.get(by, ())
            warmth[by] = (one.fit + sum(now) + BASE_RATE) / (one.posts + len(now) + 1.0)
        for row, name in links:
            by = row["account_id"] if row["type"] == "post" else row["from_account"]
            to = self.people.resolve(name)
            if to != by and self.people.point(by, to):
                signs[to].links += 1
                signs[to].warm += warmth[by]

    def _visit(self, who: str, before: Evidence, posts: Sequence[tuple[Record, bool]], picked: Picked) -> float | None:
        own = [row for row, _ in posts if row["account_id"] == who and row.get("kind") != "repost"]
        asked, told = self.visits.get((picked.source, picked.purpose), (0, 0))
        self.visits[picked.source, picked.purpose] = (asked + 1, told + bool(own))
        if not own:
            return None
        scores = [self.scores.get(str(row.get("text") or ""), 0.0) for row in own]
        gain = worth(scores, [reactions(row) for row in own])
        if before.worth is None and not picked.chain:
            self.promise.learn(before, gain)
            if self.promise.visits % FEW_VISITS == 0:
                self._keep_learned()
        if before.worth is None or gain > before.worth:
            self.people.told(who, gain)
        return gain

    def _keep_learned(self) -> None:
        self.frontier.db.execute("INSERT OR REPLACE INTO learned VALUES ('promise', ?)", (self.promise.state(),))

    def _list(self, picked: Picked, posts: Sequence[Record]) -> None:
        relevant = sum(self.scores.get(str(row.get("text") or ""), 0.0) for row in posts)
        key = (picked.source, picked.purpose, picked.origin)
        before = self.yields.get(key, (0.0, 0))
        self.yields[key] = (before[0] + relevant, before[1] + len(posts))
        self.frontier.db.execute(statement("yields"), (*key, len(posts), relevant))

    # --- what waits -----------------------------------------------------------------------------------------------

    def weigh(
        self, asks: Sequence[Ask], source: str, origins: Sequence[str | None]
    ) -> list[tuple[Ask, float, str | None]]:
        """Return each ask with its priority and whom it is about."""
        whos = [self.people.resolve(name) if (name := ask.who or ask.account) else None for ask in asks]
        known = self.people.known({who for who in whos if who})
        told = [self._known(ask, known.get(who or "", NOTHING)) for ask, who in zip(asks, whos, strict=True)]
        hopes = self.promise.expect(told)
        weighed = []
        for ask, who, place, one, hope in zip(asks, whos, origins, told, hopes, strict=True):
            if who is None:
                relevant, count = self.yields.get((source, ask.purpose, place or ""), (0.0, 0))
                value = list_priority(relevant, count, hop=ask.hop) * self._led_by(ask)
            elif ask.hop == 0 and not ask.chain and not one.links and not one.posts:
                value = FIRST + CURATED.get(self.curation.get(who, ""), 0.0)  # a seed: the analyst's own word
            else:
                value = self._value(one, hope, ask.hop, ask.chain, source, ask.purpose, who)
            weighed.append((ask, value, who))
        return weighed

    def _known(self, ask: Ask, known: Evidence) -> Evidence:
        """A text that led to somebody speaks for them where nothing else does."""
        if known.links or known.posts or not ask.texts:
            return known
        scores = [self.scores.get(text, UNKNOWN_RELEVANCE) for text in ask.texts]
        return Evidence(links=1, warm=max(scores), audience=known.audience, home=known.home, worth=known.worth)

    def _led_by(self, ask: Ask) -> float:
        scores = [self.scores.get(text, UNKNOWN_RELEVANCE) for text in ask.texts]
        return 0.25 + 0.75 * max(scores) if scores else 1.0

    def _value(self, one: Evidence, hope: float, hop: int, chain: bool, source: str, purpose: str, who: str) -> float:
        curated = self.curation.get(who, "")
        if chain or one.worth is not None:
            return next_page_priority(one, hop=hop, curated=curated)
        return visit_priority(hope, hop=hop, price=self.prices.of(self._cost(source, purpose)), curated=curated)

    def _cost(self, source: str, purpose: str) -> float:
        """How many requests it takes until someone's posts come: those that bring none need another one."""
        asked, told = self.visits.get((source, purpose), (0, 0))
        return 2.0 - (told + 1.0) / (asked + 1.0)

    def settle(self) -> None:
        """Weigh anew what waits for those of whom something new became known, and all of it now and then."""
        self._reweigh_about(self.touched)
        self.touched = set()
        self._refresh()

    def _reweigh_about(self, names: Iterable[str]) -> None:
        """Weigh anew the visits that wait for these people: something new is known of them."""
        wanted = orjson.dumps(list(names)).decode()
        rows = self.frontier.db.execute(statement("about"), (wanted,)).fetchall()
        if rows:
            known = self.people.known({row["who"] for row in rows})
            self._reweigh(rows, [known.get(row["who"], NOTHING) for row in rows])

    def _refresh(self) -> None:
        """Weigh anew all that waits, when enough was learned since the last time."""
        if self.promise.visits < self.due:
            return
        self.due = max(self.due + 1, int(self.promise.visits * GROWTH))
        values = {"cycle": self.frontier.cycle, "most": MOST_WEIGHED}
        rows = self.frontier.db.execute(statement("waiting"), values).fetchall()
        self._reweigh(rows, [evidence(row) for row in rows])

    def _reweigh(self, rows: Sequence[sqlite3.Row], known: Sequence[Evidence]) -> None:
        new = [
            (
                self._value(one, hope, row["hop"], bool(row["chain"]), row["source"], row["purpose"], row["who"]),
                row["id"],
            )
            for row, one, hope in zip(rows, known, self.promise.expect(known), strict=True)
            if row["hop"] or one.links or one.posts
        ]
        self.frontier.db.executemany(statement("reweigh"), new)


def reactions(row: Record) -> float:
    """Return how many reactions a post is known to have had."""
    counts: list[Any] = [row.get(name) for name in REACTIONS]
    return float(sum(count for count in counts if isinstance(count, (int, float)) and count > 0))


def _pointed_at(row: Record, author: dict[str, str]) -> list[str]:
    """Return whom a record points at: those it mentions, reposts, quotes, answers, follows."""
    if row["type"] == "tie":
        return [row["to_account"]] if row.get("from_account") and row.get("to_account") else []
    if row["type"] != "post":
        return []
    found = [author[post] for name in ("repost_of", "quote_of", "in_reply_to") if (post := row.get(name)) in author]
    return list(dict.fromkeys([*found, *(row.get("mentions") or ())]))
