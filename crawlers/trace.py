"""Why something was fetched, and how far from the subject a crawl has gone, read off its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawlers.frontier import open_file, statement
from crawlers.report import stops

if TYPE_CHECKING:
    from pathlib import Path

    from data.bilingual import Bilingual


def way_to(path: str | Path, name: str) -> list[dict[str, Any]]:
    """Return the requests that led to a record, the seed first; empty when nothing is known of it.

    `name`: the id of an account or post, an address, or `source:@handle`. Keys: source, purpose, url, hop, priority
    (expected gain per cost when it was queued or last weighed), why, who, state, gain (what it told), sent_at.
    """
    db = open_file(path, read_only=True)
    try:
        found = db.execute(statement("first_told"), {"name": name}).fetchone()
        return [dict(row) for row in db.execute(statement("way"), {"id": found[0]})] if found else []
    finally:
        db.close()


def ended(path: str | Path) -> list[Bilingual]:
    """Return in words which sources the newest crawl ended, and why."""
    db = open_file(path, read_only=True)
    try:
        return [stop.sentence for stop in stops(db)]
    finally:
        db.close()


def drift(path: str | Path) -> list[dict[str, Any]]:
    """Return per hop of the newest crawl: requests, new_records, visits, relevant (on the subject), gain (mean).

    Also `posts` (new ones on the subject), `left` (what the budget or the stop rule left unasked), `not_due`.
    """
    db = open_file(path, read_only=True)
    try:
        return [dict(row) for row in db.execute(statement("hops"))]
    finally:
        db.close()
