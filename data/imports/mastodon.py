"""Saved answers of the Mastodon API, and account archives (ActivityPub), become records."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from data.imports.emit import Emitter
from data.imports.opened import json_items
from data.imports.values import at, flag, host, items, number, plain, text, uri

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.warehouse.load import Staging

SOURCE = "mastodon"
WRAPPERS = ("orderedItems", "statuses", "accounts", "ancestors", "descendants")
DEPTH = 3  # a boost of a quote; deeper nesting is no answer of a server
Record = dict[str, Any]


def stage_mastodon(staging: Staging, path: Path) -> None:
    """Stage statuses and accounts of `path` (API JSON or an archive's actor.json and outbox.json)."""
    parents = dict(known for item in json_items(path) for known in _ids(item.value))
    with Emitter(staging) as emitter:
        for item in json_items(path):
            if item.fault:
                emitter.reject(item.number, item.fault)
            elif not _emit(emitter, item.value, parents) and re.search(r"(actor|outbox)\.json$|^[^/]*$", item.name):
                emitter.reject(item.number, "neither a status, nor an account, nor an activity", item.value)


def _inside(value: Any) -> list[Any] | None:
    """Return the items of a list, or of an answer that wraps lists; None for a single thing."""
    if isinstance(value, list):
        return value
    if any(isinstance(at(value, name), list) for name in WRAPPERS):
        return [one for name in WRAPPERS for one in items(value, name)]
    return None


def _ids(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the server's own id of each status with its post_id: a reply names its parent by the former."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        inside = _inside(one)
        if inside is not None:
            waiting += inside
        elif isinstance(one, dict):
            waiting += [
                other for name in ("reblog", "quote", "quoted_status") if isinstance(other := one.get(name), dict)
            ]
            native, known = text(one, "id"), uri(text(one, "uri"))
            if native and known and "content" in one:
                yield native, f"ap:{known}"


def _emit(emitter: Emitter, value: Any, parents: dict[str, str], depth: int = 0) -> bool:
    """Stage what one JSON value holds; False when it is nothing of Mastodon's."""
    inside = _inside(value)
    if inside is not None and depth < DEPTH:
        made = [_emit(emitter, one, parents, depth + 1) for one in inside]
        return all(made)
    if not isinstance(value, dict):
        return False
    if at(value, "account") and ("content" in value or "reblog" in value):
        for record in status_records(value, parents):
            emitter.add(record)
        return True
    if "acct" in value and text(value, "id"):
        emitter.add(account_record(value))
        return True
    return _emit_activity(emitter, value)


def status_records(status: Record, parents: dict[str, str], depth: int = 0) -> list[Record]:
    """Return the account and post of a status, and those of the status it boosts or quotes; private ones give none.

    `parents` is the server's id → post_id, for the statuses that are known.
    """
    if depth > DEPTH or text(status, "visibility") in {"private", "direct"}:
        return []
    author = account_record(at(status, "account"))
    if author is None:
        return []
    boosted, quoted = at(status, "reblog"), at(status, "quote", "quoted_status")
    records = [author]
    for other in (boosted, quoted):
        if isinstance(other, dict):
            records += status_records(other, parents, depth + 1)
    body, links = plain(text(status, "content"))
    records.append(
        {
            "type": "post",
            "post_id": _post_id(status),
            "account_id": author["account_id"],
            "source": SOURCE,
            "native_id": text(status, "id"),
            "kind": _kind(status, boosted, quoted),
            "published_at": text(status, "created_at"),
            "edited_at": text(status, "edited_at"),
            "declared_language": text(status, "language"),
            "title": text(status, "spoiler_text"),
            "text": None if boosted else body,
            "url": uri(text(status, "url")),
            "in_reply_to": _reply(status, parents),
            "in_reply_to_id": text(status, "in_reply_to_id"),
            "repost_of": _post_id(boosted) if isinstance(boosted, dict) else None,
            "quote_of": _post_id(quoted) if isinstance(quoted, dict) else None,
            "hashtags": [t for tag in items(status, "tags") if (t := text(tag, "name"))],
            "mentions": [m for one in items(status, "mentions") if (m := _mention(one))],
            "links": list(dict.fromkeys([*links, *filter(None, [uri(text(status, "card", "url"))])])),
            "likes": number(status, "favourites_count"),
            "reposts": number(status, "reblogs_count"),
            "replies": number(status, "replies_count"),
            "quotes": number(status, "quotes_count"),
        }
    )
    return records


def account_record(account: Any) -> Record | None:
    """Return the record of an account as the API tells it; None when it cannot be told who it is."""
    address, native = text(account, "acct"), text(account, "id")
    actor = uri(text(account, "uri")) or uri(text(account, "url"))
    if not address or not native or not actor:
        return None
    summary, links = plain(text(account, "note"))
    fields = items(account, "fields")
    for entry in fields:
        links += plain(text(entry, "value"))[1]
    verified = [link for entry in fields if text(entry, "verified_at") for link in plain(text(entry, "value"))[1]]
    return {
        "type": "account",
        "account_id": f"ap:{actor}",
        "source": SOURCE,
        "native_id": native,
        "instance": host(actor),
        "handle": address if "@" in address else f"{address}@{host(actor)}",
        "display_name": text(account, "display_name"),
        "url": uri(text(account, "url")),
        "summary": " ".join(filter(None, [summary, *(plain(text(entry, "value"))[0] for entry in fields)])),
        "created_at": text(account, "created_at"),
        "is_automated": flag(account, "bot"),
        "discoverable": flag(account, "discoverable"),
        "indexable": flag(account, "indexable"),
        "noindex": flag(account, "noindex"),
        "links": list(dict.fromkeys(links)),
        "verified_links": verified,
        "moved_to": _moved(account),
        "status": next((s for s in ("suspended", "limited", "memorial") if flag(account, s)), None),
        "followers": number(account, "followers_count"),
        "following": number(account, "following_count"),
        "posts": number(account, "statuses_count"),
    }


def _moved(account: Any) -> str | None:
    target = uri(text(account, "moved", "uri")) or uri(text(account, "moved", "url"))
    return f"ap:{target}" if target else None


def _post_id(status: Any) -> str | None:
    known = uri(text(status, "uri")) or uri(text(status, "url"))
    return f"ap:{known}" if known else None


def _reply(status: Record, parents: dict[str, str]) -> str | None:
    """Return the post answered to; one outside the file is known only when the author answers to themselves."""
    parent, own = text(status, "in_reply_to_id"), text(status, "id")
    if not parent or parent in parents:
        return parents.get(parent or "")
    known = uri(text(status, "uri"))
    same_author = text(status, "in_reply_to_account_id") == text(status, "account", "id")
    if known and own and same_author and known.endswith(f"/statuses/{own}"):
        return f"ap:{known.removesuffix(own)}{parent}"
    return None


def _mention(mention: Any) -> str | None:
    address, server = text(mention, "acct"), host(text(mention, "url"))
    if not address or not (server or "@" in address):
        return None
    return f"{SOURCE}:@{(address if '@' in address else f'{address}@{server}').lower()}"


def _kind(status: Record, boosted: Any, quoted: Any) -> str:
    if boosted:
        return "repost"
    if text(status, "in_reply_to_id"):
        return "reply"
    return "quote" if quoted else "post"


def _emit_activity(emitter: Emitter, value: Record) -> bool:
    kind = text(value, "type")
    if kind in {"Person", "Service", "Group", "Organization", "Application"}:
        emitter.add(_actor_record(value))
        return True
    if kind in {"OrderedCollection", "OrderedCollectionPage", "Collection"}:
        return True
    if kind in {"Create", "Announce"} and (record := _activity_record(value, kind)):
        emitter.add(record)
        return True
    return kind in {"Create", "Announce", "Add", "Remove", "Update", "Delete", "Like"}


def _actor_record(actor: Record) -> Record | None:
    address = uri(text(actor, "id"))
    name = text(actor, "preferredUsername")
    if not address or not name:
        return None
    summary, links = plain(text(actor, "summary"))
    return {
        "type": "account",
        "account_id": f"ap:{address}",
        "source": SOURCE,
        "native_id": address,
        "instance": host(address),
        "handle": text(actor, "webfinger") or f"{name}@{host(address)}",
        "display_name": text(actor, "name"),
        "url": uri(text(actor, "url")),
        "summary": summary,
        "created_at": text(actor, "published"),
        "is_automated": text(actor, "type") in {"Service", "Application"},
        "discoverable": flag(actor, "discoverable"),
        "indexable": flag(actor, "indexable"),
        "links": links,
        "moved_to": f"ap:{moved}" if (moved := uri(text(actor, "movedTo"))) else None,
    }


def _activity_record(activity: Record, kind: str) -> Record | None:
    """Return the post of a public Create or Announce; followers-only and direct ones stay out."""
    audience = " ".join(str(who) for field in ("to", "cc") for who in _several(at(activity, field)))
    author = uri(text(activity, "actor"))
    if author is None or "#Public" not in audience:
        return None
    common = {
        "type": "post",
        "account_id": f"ap:{author}",
        "source": SOURCE,
        "published_at": text(activity, "published"),
    }
    if kind == "Announce":
        target = uri(text(activity, "object")) or uri(text(activity, "object", "id"))
        own = uri(text(activity, "id"))
        if target is None or own is None:
            return None
        return common | {
            "post_id": f"ap:{own}",
            "native_id": own,
            "kind": "repost",
            "repost_of": f"ap:{target}",
            "text": None,
        }
    note = at(activity, "object")
    own = uri(text(note, "id"))
    if own is None:
        return None
    return common | _note_fields(note, own)


def _note_fields(note: Record, own: str) -> Record:
    body, links = plain(text(note, "content"))
    parent, quoted = uri(text(note, "inReplyTo")), uri(text(note, "quote")) or uri(text(note, "quoteUri"))
    tags = items(note, "tag")
    content_map = at(note, "contentMap")
    return {
        "post_id": f"ap:{own}",
        "native_id": own,
        "kind": "reply" if parent else "quote" if quoted else "post",
        "published_at": text(note, "published"),
        "edited_at": text(note, "updated"),
        "declared_language": next(iter(content_map), None) if isinstance(content_map, dict) else None,
        "title": text(note, "summary"),
        "text": body,
        "url": uri(text(note, "url")),
        "in_reply_to": f"ap:{parent}" if parent else None,
        "quote_of": f"ap:{quoted}" if quoted else None,
        "hashtags": [n.lstrip("#") for t in tags if text(t, "type") == "Hashtag" and (n := text(t, "name"))],
        "mentions": [f"ap:{who}" for t in tags if text(t, "type") == "Mention" and (who := uri(text(t, "href")))],
        "links": links,
        "likes": number(note, "likes", "totalItems"),
        "reposts": number(note, "shares", "totalItems"),
        "replies": number(note, "replies", "totalItems"),
    }


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
