"""Posts already held, asked after again: what vanished upstream is told, so that it vanishes here as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawlers.connector import Batch

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crawlers.connector import Answer, Connector, Context, Record
    from crawlers.job import CrawlJob, Held

SHARE = 0.2  # of the request budget, at most, goes to what is already known
MARKER = ("post_id", "account_id", "native_id", "kind", "published_at")


def rechecks(connector: Connector, job: CrawlJob, context: Context) -> Batch:
    """Return the asks by which a source tells whether the posts held of it are still there, within its share."""
    held = job.held.get(connector.kind, ())
    room = int(job.request_budget * SHARE / max(1, len(job.held)))
    return Batch(asks=connector.recheck(held, room, context)[:room] if held and room else [])


def packs(held: Sequence[Held], size: int) -> list[Sequence[Held]]:
    """Return the posts in groups of `size`, as many as one request may ask after."""
    return [held[start : start + size] for start in range(0, len(held), size)]


def told(held: Sequence[Held]) -> list[dict[str, Any]]:
    """Return what an ask must carry to tell a vanished post: plain values for its payload."""
    return [{name: getattr(one, name) for name in MARKER} for one in held]


def vanished(answer: Answer, source: str, present: Collection[str]) -> list[Record]:
    """Return an empty, dated marker of each post asked after whose id is not among those `present`."""
    return [
        {"type": "post", "source": source, "deleted_at": answer.at.isoformat()} | {name: row[name] for name in MARKER}
        for row in answer.payload["held"]
        if row["post_id"] not in present
    ]
