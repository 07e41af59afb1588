"""Hands a crawl's records over to whoever loads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.frontier import open_file, statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Collected:
    """One record as a JSON line, with its place in the crawl file; `via`: the way it was found, as `search: café`."""

    seq: int
    line: str
    source: str
    via: str = "crawl"


def read_records(path: str | Path) -> Iterator[Collected]:
    """Yield the records not yet handed over, accounts first; they stay until `handed_over` says that they are safe."""
    db = open_file(path, read_only=True)
    try:
        for row in db.execute(statement("found")):
            yield Collected(row["seq"], row["payload"], row["source"], row["via"])
    finally:
        db.close()


def handed_over(path: str | Path) -> int:
    """Drop the records that are now in the warehouse; call it after the load has committed. Returns how many."""
    db = open_file(path)
    try:
        db.execute("DELETE FROM ways")
        return db.execute("DELETE FROM records").rowcount
    finally:
        db.close()


def ended_at(path: str | Path) -> float | None:
    """Return when the newest cycle ended (seconds since 1970), or None while it goes on."""
    db = open_file(path, read_only=True)
    try:
        row = db.execute("SELECT finished_at FROM crawls ORDER BY cycle DESC LIMIT 1").fetchone()
        return None if row is None else row["finished_at"]
    finally:
        db.close()
