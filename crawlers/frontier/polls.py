"""What visits to recurring addresses told of how often they change, in the crawl file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawlers.frontier.store import statement
from crawlers.polling import Habit

if TYPE_CHECKING:
    import sqlite3

    from crawlers.frontier.queue import Picked

WAYS = frozenset({"tag", "search", "mentions", "link", "streamed"})  # the purposes that find somebody new


def polled(db: sqlite3.Connection, fingerprint: str) -> bool:
    """Whether an earlier crawl, or this one, read this address already."""
    return db.execute("SELECT 1 FROM polls WHERE fingerprint = ?", (fingerprint,)).fetchone() is not None


def remember_poll(db: sqlite3.Connection, key: str, picked: Picked, digest: str | None, now: float) -> None:
    """Note a visit, inside the caller's transaction; `digest`: of what it said, None when nothing new was said."""
    row = db.execute("SELECT * FROM polls WHERE fingerprint = ?", (key,)).fetchone()
    if row is None:
        habit = Habit(now, now)
    else:
        known = Habit(*(row[name] for name in ("first_at", "last_at", "times", "visits", "changes", "elapsed")))
        habit = known.after(now, changed=digest is not None and digest != row["digest"])
    kept = digest or (row["digest"] if row else None)
    values = (key, habit.first_at, habit.last_at, habit.times, habit.visits, habit.changes, habit.elapsed)
    db.execute(statement("poll"), (*values, kept, habit.due_at(finds=picked.purpose in WAYS)))
