"""Posts already held, asked after again: what vanished upstream is told, so that it vanishes here as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from crawlers.connector import Ask, Batch

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crawlers.connector import Answer, Connector, Context, Record
    from crawlers.job import CrawlJob, Held

Row = TypeVar("Row")
SHARE = 0.2  # of the request budget, at most, goes to what is already known
OF_LAST = 0.25  # and of what the crawl before asked: a monitoring run stays small
LEAST = 20
MARKER = ("post_id", "account_id", "native_id", "kind", "published_at")


def rechecks(connector: Connector, job: CrawlJob, context: Context, last: int | None = None) -> Batch:
    """Return the asks by which a source tells whether the posts held of it are still there, within its share.

    `last`: the requests of the crawl before, when there was one.
    """
    held = job.held.get(connector.kind, ())
    most = job.request_budget * SHARE
    if last is not None:
        most = min(most, max(LEAST, last * OF_LAST))
    room = int(most / max(1, len(job.held)))
    return Batch(asks=connector.recheck(held, room, context)[:room] if held and room else [])


def packs(held: Sequence[Row], size: int) -> list[Sequence[Row]]:
    """Return the posts in groups of `size`, as many as one request may ask after."""
    return [held[start : start + size] for start in range(0, len(held), size)]


def recheck_ask(address: str, held: Sequence[Held | dict[str, Any]], **payload: Any) -> Ask:
    """Return the ask for some posts held (or for what such an ask carried); it carries what marks them as gone."""
    carried = [one if isinstance(one, dict) else {name: getattr(one, name) for name in MARKER} for one in held]
    return Ask(address, "recheck", payload | {"held": carried}, why="still there?")


def vanished(answer: Answer, source: str, present: Collection[str]) -> list[Record]:
    """Return an empty, dated marker of each post asked after whose id is not among those `present`."""
    return [
        {"type": "post", "source": source, "deleted_at": answer.at.isoformat()} | {name: row[name] for name in MARKER}
        for row in answer.payload["held"]
        if row["post_id"] not in present
    ]
