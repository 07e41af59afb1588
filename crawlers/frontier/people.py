"""What is known of each person before and after a visit, in the crawl file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from crawlers.frontier.store import statement
from crawlers.priority import Evidence

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


@dataclass(slots=True)
class Signs:
    """What one answer adds to what is known of a person; the fields are those of `Evidence`."""

    links: int = 0
    warm: float = 0.0
    posts: int = 0
    fit: float = 0.0
    attention: float = 0.0
    heard: float = 0.0
    audience: float | None = None
    home: bool = False


class People:
    """The table `people`; every method is part of the caller's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def call(self, name: str, who: str) -> None:
        """Note that mentions call the account `who` by `name`; what was known under the name is theirs."""
        if self.db.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (name, who)).rowcount:
            self.db.execute(statement("merge"), {"name": name, "who": who})
            self.db.execute("DELETE FROM people WHERE who = ?", (name,))
            self.db.execute("UPDATE requests SET who = ? WHERE who = ? AND state = 'queued'", (who, name))

    def resolve(self, name: str) -> str:
        """Return the account id behind a name, or the name."""
        found = self.db.execute("SELECT who FROM names WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else name

    def point(self, by: str, to: str) -> bool:
        """Note that somebody points at somebody; whether that is new."""
        pair = int.from_bytes(hashlib.blake2b(f"{by}\n{to}".encode(), digest_size=8).digest(), "big", signed=True)
        return bool(self.db.execute("INSERT OR IGNORE INTO pointed VALUES (?)", (pair,)).rowcount)

    def add(self, signs: dict[str, Signs]) -> None:
        """Add what an answer told."""
        rows = [
            (who, s.links, s.warm, s.posts, s.fit, s.attention, s.heard, s.audience, s.home)
            for who, s in signs.items()
            if who
        ]
        self.db.executemany(statement("signs"), rows)

    def told(self, who: str, worth: float) -> None:
        """Note what a visit told."""
        self.db.execute("UPDATE people SET worth = ? WHERE who = ?", (worth, who))

    def known(self, names: Iterable[str]) -> dict[str, Evidence]:
        """Return what is known of each person; those of whom nothing is known are left out."""
        wanted = orjson.dumps(list(names)).decode()
        rows = self.db.execute(statement("known"), (wanted,)).fetchall()
        return {row["who"]: evidence(row) for row in rows}


def evidence(row: sqlite3.Row) -> Evidence:
    """Return a row of `people` as evidence."""
    return Evidence(
        links=row["links"],
        warm=row["warm"],
        posts=row["posts"],
        fit=row["fit"],
        attention=row["attention"],
        heard=row["heard"],
        audience=row["audience"],
        home=bool(row["home"]),
        worth=row["worth"],
    )
