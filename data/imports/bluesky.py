"""Saved AppView answers and Jetstream lines become records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.imports.emit import Emitter
from data.imports.opened import json_items
from data.imports.values import at, items, number, text

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.load import Staging

SOURCE = "bluesky"
Record = dict[str, Any]
POST = "app.bsky.feed.post"
HIDDEN = "!no-unauthenticated"
LISTS = ("feed", "posts", "profiles", "actors", "follows", "followers", "likes", "repostedBy", "suggestions")


def stage_bluesky(staging: Staging, path: Path) -> None:
    """Stage profiles, posts, reposts and follows of AppView answers, or of Jetstream events, one per line."""
    with Emitter(staging) as emitter:
        for item in json_items(path):
            if item.fault:
                emitter.reject(item.number, item.fault)
            elif not _emit(emitter, item.value):
                emitter.reject(item.number, "neither a profile, nor a post, nor an event", item.value)


def _emit(emitter: Emitter, value: Any) -> bool:
    """Stage what one JSON value holds; False when it is nothing of Bluesky's."""
    if not isinstance(value, dict):
        return False
    lists = [name for name in LISTS if isinstance(value.get(name), list)]
    if lists:
        if "subject" in value:
            _emit_follows(emitter, value)
        made = [_emit(emitter, one) for name in lists for one in items(value, name)]
        return all(made)
    if "thread" in value:
        return _emit_thread(emitter, value["thread"])
    if "kind" in value and text(value, "did"):
        records = event_records(value)
    elif isinstance(value.get("post"), dict):
        records = feed_records(value)
    elif text(value, "uri") and isinstance(value.get("author"), dict):
        records = post_records(value)
    elif isinstance(value.get("actor"), dict):
        records = _some(profile_record(value["actor"]))
    elif text(value, "did"):
        records = _some(profile_record(value))
    else:
        return bool(value.get("notFound") or value.get("blocked"))
    for record in records:
        emitter.add(record)
    return True


def _emit_thread(emitter: Emitter, thread: Any) -> bool:
    """Stage a thread; walks it without recursion, since how deep it goes is not ours to say."""
    waiting, found = [thread], False
    while waiting:
        node = waiting.pop()
        if isinstance(at(node, "post"), dict):
            found = True
            for record in post_records(node["post"]):
                emitter.add(record)
        waiting += [one for one in (at(node, "parent"), *items(node, "replies")) if isinstance(one, dict)]
    return found or bool(at(thread, "notFound") or at(thread, "blocked"))


def _emit_follows(emitter: Emitter, value: Record) -> None:
    subject = profile_record(value["subject"])
    if subject is None:
        return
    emitter.add(subject)
    for name in ("follows", "followers"):
        for other in items(value, name):
            if did := text(other, "did"):
                pair = (subject["account_id"], f"at:{did}")
                start, end = pair if name == "follows" else pair[::-1]
                emitter.add({"type": "tie", "from_account": start, "to_account": end, "kind": "follow"})


def profile_record(profile: Any) -> Record | None:
    """Return the record of a profile view; None without a did."""
    did = text(profile, "did")
    if not did or not did.startswith("did:"):
        return None
    labels = {text(label, "val") for label in items(profile, "labels") if not at(label, "neg")}
    hidden = HIDDEN in labels
    return {
        "type": "account",
        "account_id": f"at:{did}",
        "source": SOURCE,
        "native_id": did,
        "handle": text(profile, "handle"),
        "display_name": text(profile, "displayName"),
        "url": f"https://bsky.app/profile/{did}",
        "summary": text(profile, "description"),
        "created_at": text(profile, "createdAt"),
        "is_automated": True if "bot" in labels else None,
        "consent": "deny" if hidden else None,
        "consent_signals": [HIDDEN] if hidden else None,
        "followers": number(profile, "followersCount"),
        "following": number(profile, "followsCount"),
        "posts": number(profile, "postsCount"),
    }


def feed_records(entry: Record) -> list[Record]:
    """Return the records of one entry of a feed: the post, and the repost that brought it there."""
    records = post_records(entry["post"])
    reason = at(entry, "reason")
    reposter = profile_record(at(reason, "by"))
    uri = text(entry, "post", "uri")
    if reposter is None or uri is None or "reasonRepost" not in (text(reason, "$type") or ""):
        return records
    native = text(reason, "uri") or f"at://{reposter['native_id']}/app.bsky.feed.repost/{uri.rsplit('/', 1)[-1]}"
    repost = _repost(native, reposter["account_id"], uri, text(reason, "indexedAt"))
    return [*records, reposter, repost]


def post_records(view: Record) -> list[Record]:
    """Return the author and the post of a post view."""
    author, uri, record = profile_record(at(view, "author")), text(view, "uri"), at(view, "record")
    if author is None or not uri or not isinstance(record, dict):
        return []
    moments = [moment for moment in (text(record, "createdAt"), text(view, "indexedAt")) if moment]
    counts = {
        "published_at": _earlier(moments),
        "likes": number(view, "likeCount"),
        "reposts": number(view, "repostCount"),
        "replies": number(view, "replyCount"),
        "quotes": number(view, "quoteCount"),
    }
    return [author, _post(uri, author["account_id"], record) | counts]


def event_records(event: Record) -> list[Record]:
    """Return the records of one Jetstream event; likes, and what is deleted without having been seen, give none."""
    did, commit = text(event, "did"), at(event, "commit")
    known = {"type": "account", "account_id": f"at:{did}", "source": SOURCE, "native_id": did}
    if text(event, "kind") in {"identity", "account"}:
        return [known | {"handle": text(event, "identity", "handle"), "status": text(event, "account", "status")}]
    record, collection = at(commit, "record"), text(commit, "collection")
    if text(commit, "operation") in {"create", "update"} and isinstance(record, dict):
        return _commit_records(known, f"at://{did}/{collection}/{text(commit, 'rkey')}", collection, record)
    return []


def _commit_records(known: Record, uri: str, collection: str | None, record: Record) -> list[Record]:
    did = known["native_id"]
    if collection == POST:
        return [known, _post(uri, f"at:{did}", record)]
    if collection == "app.bsky.feed.repost" and (target := text(record, "subject", "uri")):
        return [known, _repost(uri, f"at:{did}", target, text(record, "createdAt"))]
    if collection == "app.bsky.graph.follow" and (followed := text(record, "subject")):
        tie = {"from_account": f"at:{did}", "to_account": f"at:{followed}", "at": text(record, "createdAt")}
        return [known, {"type": "tie", "kind": "follow"} | tie]
    described = record | {"did": did, "labels": items(record, "labels", "values")}
    return _some(profile_record(described)) if collection == "app.bsky.actor.profile" else []


def _post(uri: str, account_id: str, record: Record) -> Record:
    parent, quoted = text(record, "reply", "parent", "uri"), _quoted(record)
    body = text(record, "text")
    features = [feature for facet in items(record, "facets") for feature in items(facet, "features")]
    tags = [tag for feature in features if (tag := text(feature, "tag"))]
    links = [link for feature in features if (link := text(feature, "uri"))]
    card = text(record, "embed", "external", "uri") or text(record, "embed", "media", "external", "uri")
    return {
        "type": "post",
        "post_id": _uid(uri),
        "account_id": account_id,
        "source": SOURCE,
        "native_id": uri,
        "kind": "reply" if parent else "quote" if quoted else "post",
        "published_at": text(record, "createdAt"),
        "declared_language": text(record, "langs", 0),
        "text": body,
        "url": _page(uri),
        "in_reply_to": _uid(parent),
        "quote_of": _uid(quoted),
        "hashtags": list(dict.fromkeys([*tags, *(str(tag) for tag in items(record, "tags"))])),
        "mentions": [f"at:{did}" for feature in features if (did := text(feature, "did"))],
        "links": list(dict.fromkeys([*links, *([card] if card else [])])),
    }


def _repost(uri: str, account_id: str, target: str, moment: str | None) -> Record:
    return {
        "type": "post",
        "post_id": _uid(uri),
        "account_id": account_id,
        "source": SOURCE,
        "native_id": uri,
        "kind": "repost",
        "published_at": moment,
        "repost_of": _uid(target),
    }


def _quoted(record: Record) -> str | None:
    quoted = text(record, "embed", "record", "uri") or text(record, "embed", "record", "record", "uri")
    return quoted if quoted and f"/{POST}/" in quoted else None


def _uid(uri: str | None) -> str | None:
    return f"at:{uri.removeprefix('at://')}" if uri else None


def _page(uri: str) -> str:
    did, _, rest = uri.removeprefix("at://").partition("/")
    return f"https://bsky.app/profile/{did}/post/{rest.rsplit('/', 1)[-1]}"


def _earlier(moments: list[str]) -> str | None:
    """Return the earliest time: a post's own is its client's to choose."""
    known = []
    for moment in moments:
        try:
            parsed = datetime.fromisoformat(moment)
        except ValueError:
            continue
        known.append((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC), moment))
    return min(known)[1] if known else next(iter(moments), None)


def _some(record: Record | None) -> list[Record]:
    return [record] if record else []
