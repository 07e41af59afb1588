"""Asks Mastodon-like servers after the posts they told of: twenty at once where they can (4.3), else by people's lists.

A list tells what was corrected, and which posts it no longer has; each of those is asked for alone: that proves it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from crawlers.connector import Batch
from crawlers.guard import origin
from crawlers.mastodon import SOURCE, Reader, order, some, text_of, uid_of, unique
from crawlers.recheck import MARKER, packs, recheck_ask, vanished
from crawlers.shapes import as_dict, iso, once
from crawlers.text import clean, html_links, html_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawlers.connector import Answer, Ask, Context
    from crawlers.job import Held

AT_ONCE = 20  # more is answered by 422
PAGE = 40
LIST_PAGES = 5  # of one person, per crawl
AGAIN = "#again"  # is not sent: it tells these asks from those for what is new
FEW = 2  # posts of one person that are asked for alone sooner than a list is read
ALONE_MOST = 100  # posts asked after one by one, per server and crawl
CLOSED = frozenset({401, 403, 422})
ACTIVITY = "application/activity+json"
GONE = frozenset({404, 410})


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
            asks += _by_author(base, rows, context)
        else:
            asks += [_together(base, group) for group in packs(rows, AT_ONCE)]
    return asks[:room]


def _together(base: str, rows: Sequence[tuple[str, Held]]) -> Ask:
    ids = urlencode([("id[]", number) for number, _ in rows])
    numbers = {one.post_id: number for number, one in rows}
    return recheck_ask(f"{base}/api/v1/statuses?{ids}", [one for _, one in rows], base=base, numbers=numbers)


def _by_author(base: str, rows: Sequence[tuple[str, Held | dict[str, Any]]], context: Context) -> list[Ask]:
    """Return an ask per person with several posts, and one for each other post."""
    people: dict[str, list[tuple[str, Held | dict[str, Any]]]] = {}
    for row in rows:
        people.setdefault(_told(row[1], "account_id"), []).append(row)
    asks = []
    for uid, theirs in people.items():
        if len(theirs) <= FEW:
            asks += [_single(base, number, one, context) for number, one in theirs]
            continue
        name = quote(uid.rstrip("/").rpartition("/")[2].lstrip("@"), safe="")
        numbers = {_told(one, "post_id"): number for number, one in theirs}
        address = f"{base}/api/v1/accounts/lookup?acct={name}{AGAIN}"
        asks.append(recheck_ask(address, [one for _, one in theirs], base=base, numbers=numbers, step="who"))
    return asks[:ALONE_MOST]


def _told(one: Held | dict[str, Any], name: str) -> str:
    return str(one[name] if isinstance(one, dict) else getattr(one, name))


def _single(base: str, number: str, one: Held | dict[str, Any], context: Context) -> Ask:
    return (_as_activity if context.notes.get(f"single {base}") == "closed" else _alone)(base, number, one)


def _alone(base: str, number: str, one: Held | dict[str, Any]) -> Ask:
    return recheck_ask(f"{base}/api/v1/statuses/{quote(number, safe='')}", [one], base=base)


def _as_activity(base: str, _number: str, one: Held | dict[str, Any]) -> Ask:
    """Ask for a post at its own address: a server that shows no single post by its API (snac) shows it there."""
    return replace(
        recheck_ask(_told(one, "post_id").removeprefix("ap:"), [one], base=base, activity=True), accept=ACTIVITY
    )


def read_again(answer: Answer, context: Context) -> Batch:
    """Take the posts still served as they are now, and tell those that are not.

    A server without the list of several posts answers it by 404, or by a list of none of them: they are then asked
    for one by one.
    """
    if answer.payload.get("step"):
        return _read_list(answer, context)
    numbers: dict[str, str] = answer.payload.get("numbers") or {}
    if numbers and answer.status in {404, 405}:
        rows = [(numbers[row["post_id"]], row) for row in answer.payload["held"]]
        base = answer.payload["base"]
        return Batch(asks=_by_author(base, rows, context), notes={f"many {base}": "no"})
    if answer.status >= 400:
        return _refused(answer, alone=not numbers)
    if answer.payload.get("activity"):
        return _read_activity(answer)
    body = answer.json()
    statuses = [as_dict(row) for row in body] if isinstance(body, list) else [as_dict(body)]
    if not isinstance(body, list if numbers else dict):
        raise ValueError("not the posts asked for")  # noqa: TRY004 - one kind of error for a wrong answer
    present = {uid for status in statuses if text_of(status.get("id")) and (uid := uid_of(status))}
    if numbers and not present & set(numbers):
        return Batch(asks=_one_by_one(answer, context))
    reader = Reader(answer, context)
    found = [record for status in statuses for record in reader.status(status)]
    return Batch(records=once(found + vanished(answer, SOURCE, present)))


def _refused(answer: Answer, *, alone: bool) -> Batch:
    if answer.status in GONE:
        return Batch(records=vanished(answer, SOURCE, ()))
    base = answer.payload["base"]
    if answer.status in CLOSED and alone and not answer.payload.get("activity"):
        asks = _at_home(base, answer.payload["held"][0])
        if asks:
            return Batch(asks=asks, notes={f"single {base}": "closed"})
    return Batch(troubles=[("closed_recheck", f"{answer.status} {base}")])


def _at_home(base: str, row: dict[str, Any]) -> list[Ask]:
    ask = _as_activity(base, "", row)
    return [ask] if origin(ask.url) == origin(base) else []


def _read_activity(answer: Answer) -> Batch:
    """Take over what was corrected since; a tombstone is a post that is gone, a page for people proves it is there."""
    try:
        told = as_dict(answer.json())
    except ValueError:
        return Batch()
    [row] = answer.payload["held"]
    if told.get("type") == "Tombstone":
        return Batch(records=vanished(answer, SOURCE, ()))
    edited = iso(told.get("updated"))
    if f"ap:{told.get('id')}" != row["post_id"] or edited is None or edited <= row["published_at"]:
        return Batch()
    content, tags = told.get("content"), told.get("tag")
    named = [clean(as_dict(tag).get("name"), 200) for tag in some(tags) if as_dict(tag).get("type") == "Hashtag"]
    links = [link for link, rel in html_links(content) if not {"mention", "hashtag", "tag"} & set(rel.split())]
    words = {"title": clean(told.get("summary"), 1000), "text": html_text(content) or "", "links": unique(links),
             "hashtags": unique([name.lstrip("#").lower() for name in named if name])}  # fmt: skip
    seen = {"source": SOURCE, "edited_at": edited, "observed_at": answer.at.isoformat()}
    return Batch(records=[{"type": "post"} | {name: row[name] for name in MARKER} | words | seen])


def _read_list(answer: Answer, context: Context) -> Batch:
    """Read one page of somebody's posts: what was corrected comes in, what is missing from it is asked for alone."""
    if answer.status >= 400:
        return Batch(asks=_one_by_one(answer, context))
    told = answer.json()
    if answer.payload["step"] == "who":
        number = text_of(as_dict(told).get("id"))
        if number is None:
            return Batch(asks=_one_by_one(answer, context))
        return Batch(asks=[_page_ask(answer, answer.payload["held"], {"id": number, "pages": 1})])
    if not isinstance(told, list):
        raise ValueError("not a list of posts")  # noqa: TRY004 - one kind of error for a wrong answer
    statuses = [status for status in map(as_dict, told) if text_of(status.get("id"))]
    reader, present = Reader(answer, context), {uid_of(status) for status in statuses}
    batch = Batch(records=once([record for status in statuses for record in reader.status(status)]))
    left = [row for row in answer.payload["held"] if row["post_id"] not in present]
    oldest = min((order(status["id"]) for status in statuses), default=None)
    numbers = answer.payload["numbers"]
    older = [row for row in left if oldest and order(numbers[row["post_id"]]) < oldest]
    repeated = "max" in answer.payload and oldest is not None and oldest >= order(answer.payload["max"])
    if older and not repeated and answer.payload["pages"] < LIST_PAGES:
        left = [row for row in left if row not in older]
        more = {"pages": answer.payload["pages"] + 1, "max": min((s["id"] for s in statuses), key=order)}
        batch.asks.append(_page_ask(answer, older, more))
    base = answer.payload["base"]
    batch.asks += [_single(base, numbers[row["post_id"]], row, context) for row in left[:ALONE_MOST]]
    return batch


def _page_ask(answer: Answer, rows: list[dict[str, Any]], more: dict[str, Any]) -> Ask:
    told = {name: value for name, value in answer.payload.items() if name != "held"} | more | {"step": "list"}
    before = f"&max_id={quote(told['max'], safe='')}" if "max" in told else ""
    address = f"{told['base']}/api/v1/accounts/{quote(told['id'], safe='')}/statuses?limit={PAGE}{before}{AGAIN}"
    return recheck_ask(address, rows, **told)


def _one_by_one(answer: Answer, context: Context) -> list[Ask]:
    base, numbers = answer.payload["base"], answer.payload["numbers"]
    return [_single(base, numbers[row["post_id"]], row, context) for row in answer.payload["held"][:AT_ONCE]]
