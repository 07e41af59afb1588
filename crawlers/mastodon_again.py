"""Asks a Mastodon-like server after the posts it once told of: twenty at once where it can (4.3), else one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from crawlers.connector import Batch
from crawlers.mastodon import SOURCE, Reader, text_of, uid_of
from crawlers.recheck import packs, recheck_ask, vanished
from crawlers.shapes import as_dict, once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawlers.connector import Answer, Ask, Context
    from crawlers.job import Held

AT_ONCE = 20  # more is answered by 422
ALONE_AT_FIRST = 1  # of each twenty, when a server turns out to know single posts only
ALONE_MOST = 100  # posts asked after one by one, per server and crawl


def recheck_asks(held: Sequence[Held], room: int, context: Context) -> list[Ask]:
    """Return the asks for posts that their own server told of: what another server holds is a copy, proves little."""
    by_base: dict[str, list[tuple[str, Held]]] = {}
    for one in held:
        base, _, number = (one.seen_as or "").partition(" ")
        if one.home and base.startswith("http") and number:
            by_base.setdefault(base, []).append((number, one))
    asks: list[Ask] = []
    for base, rows in by_base.items():
        if context.notes.get(f"many {base}") == "no":
            asks += [_alone(base, *row) for row in rows[:ALONE_MOST]]
        else:
            asks += [_together(base, group) for group in packs(rows, AT_ONCE)]
    return asks[:room]


def _together(base: str, rows: Sequence[tuple[str, Held]]) -> Ask:
    ids = urlencode([("id[]", number) for number, _ in rows])
    numbers = {one.post_id: number for number, one in rows}
    return recheck_ask(f"{base}/api/v1/statuses?{ids}", [one for _, one in rows], base=base, numbers=numbers)


def _alone(base: str, number: str, one: Held) -> Ask:
    return recheck_ask(f"{base}/api/v1/statuses/{quote(number, safe='')}", [one], base=base)


def read_again(answer: Answer, context: Context) -> Batch:
    """Take the posts still served as they are now, and tell those that are not.

    A server without the list of several posts answers it by 404, or by a list of none of them: they are then asked
    for one by one.
    """
    numbers: dict[str, str] = answer.payload.get("numbers") or {}
    if numbers and answer.status in {404, 405}:
        asks = _one_by_one(answer, ALONE_AT_FIRST)
        return Batch(asks=asks, notes={f"many {answer.payload['base']}": "no"})
    if answer.status in {404, 410}:
        return Batch(records=vanished(answer, SOURCE, ()))
    if answer.status >= 400:
        return Batch(troubles=[("closed_recheck", f"{answer.status} {answer.payload['base']}")])
    body = answer.json()
    statuses = [as_dict(row) for row in body] if isinstance(body, list) else [as_dict(body)]
    if not isinstance(body, list if numbers else dict):
        raise ValueError("not the posts asked for")  # noqa: TRY004 - one kind of error for a wrong answer
    present = {uid for status in statuses if text_of(status.get("id")) and (uid := uid_of(status))}
    if numbers and not present & set(numbers):
        return Batch(asks=_one_by_one(answer, AT_ONCE))
    reader = Reader(answer, context)
    found = [record for status in statuses for record in reader.status(status)]
    return Batch(records=once(found + vanished(answer, SOURCE, present)))


def _one_by_one(answer: Answer, most: int) -> list[Ask]:
    base, numbers = answer.payload["base"], answer.payload["numbers"]
    return [
        recheck_ask(f"{base}/api/v1/statuses/{quote(numbers[row['post_id']], safe='')}", [row], base=base)
        for row in answer.payload["held"][:most]
    ]
