"""Archived tweets and users, in the JSON of Twitter's API v1.1 or v2, become records."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.imports.emit import Emitter
from data.imports.opened import json_items
from data.imports.values import at, flag, items, number, text

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.load import Staging

SOURCE = "twitter"
DEPTH = 3
Record = dict[str, Any]


def stage_twitter_v1(staging: Staging, path: Path) -> None:
    """Stage v1.1 tweets (statuses with their user, streams, searches, account archives) and users."""
    with Emitter(staging) as emitter:
        for item in json_items(path):
            for one in items(item.value, "statuses") or items(item.value, "users") or [item.value]:
                records = v1_records(one)
                for record in records:
                    emitter.add(record)
                if not records and not at(one, "delete") and not at(one, "limit"):
                    emitter.reject(item.number, item.fault or "neither a tweet nor a user", one)


def stage_twitter_v2(staging: Staging, path: Path) -> None:
    """Stage v2 answers: `data` with its `includes`, or one tweet or user per line."""
    with Emitter(staging) as emitter:
        for item in json_items(path):
            given = at(item.value, "data")
            found = given if isinstance(given, list) else [given] if isinstance(given, dict) else [item.value]
            included = [*items(item.value, "includes", "tweets"), *items(item.value, "includes", "users")]
            authors = {k: text(u, "username") for u in items(item.value, "includes", "users") if (k := text(u, "id"))}
            for one in [*included, *found]:
                records = v2_records(one, authors)
                for record in records:
                    emitter.add(record)
                if not records and at(item.value, "meta", "result_count") != 0:
                    emitter.reject(item.number, item.fault or "neither a tweet nor a user", one)


def v1_records(value: Any, depth: int = 0) -> list[Record]:
    """Return the user and the tweet of a v1.1 status, with the one it retweets or quotes; or a user alone."""
    value = at(value, "tweet") or value
    native = text(value, "id_str") or text(value, "id")
    if not native or depth > DEPTH:
        return []
    if text(value, "screen_name"):
        return [_v1_user(value, native)]
    author = text(value, "user", "id_str") or text(value, "user", "id")
    if not author or not text(value, "created_at"):
        return []
    others = [other for name in ("retweeted_status", "quoted_status") if isinstance(other := at(value, name), dict)]
    records = [record for other in others for record in v1_records(other, depth + 1)]
    return [*records, _v1_user(value["user"], author), _v1_tweet(value, native, author)]


def _v1_tweet(tweet: Record, native: str, author: str) -> Record:
    retweeted = text(tweet, "retweeted_status", "id_str") or text(tweet, "retweeted_status", "id")
    quoted = text(tweet, "quoted_status_id_str") or text(tweet, "quoted_status_id")
    parent = text(tweet, "in_reply_to_status_id_str") or text(tweet, "in_reply_to_status_id")
    whole = at(tweet, "extended_tweet") or tweet
    words = text(whole, "full_text") or text(tweet, "text")
    entities = at(whole, "entities") or at(tweet, "entities")
    return _tweet(native, author, retweeted=retweeted, quoted=quoted, parent=parent) | {
        "published_at": _moment(text(tweet, "created_at")),
        "declared_language": _language(text(tweet, "lang")),
        "text": html.unescape(words) if words and not retweeted else None,
        "hashtags": [tag for entity in items(entities, "hashtags") if (tag := text(entity, "text"))],
        "mentions": _mentions(entities, "user_mentions", "screen_name"),
        "links": [url for entity in items(entities, "urls") if (url := text(entity, "expanded_url"))],
        "likes": None if retweeted else number(tweet, "favorite_count"),
        "reposts": None if retweeted else number(tweet, "retweet_count"),
        "replies": number(tweet, "reply_count"),
        "quotes": number(tweet, "quote_count"),
    }


def _v1_user(user: Record, native: str) -> Record:
    links = [url for entity in items(user, "entities", "url", "urls") if (url := text(entity, "expanded_url"))]
    return _user(native, text(user, "screen_name")) | {
        "display_name": text(user, "name"),
        "summary": text(user, "description"),
        "location": text(user, "location"),
        "created_at": _moment(text(user, "created_at")),
        "links": links,
        "followers": number(user, "followers_count"),
        "following": number(user, "friends_count"),
        "posts": number(user, "statuses_count"),
        "listed": number(user, "listed_count"),
    }


def v2_records(value: Any, authors: dict[str, str | None]) -> list[Record]:
    """Return the record of a v2 tweet or user; `authors` is user id → username, for the tweets' addresses."""
    native = text(value, "id")
    if not native:
        return []
    if text(value, "username"):
        return [_v2_user(value, native)]
    author = text(value, "author_id")
    if not author or not text(value, "created_at"):
        return []
    return [_v2_tweet(value, native, author, authors.get(author))]


def _v2_tweet(tweet: Record, native: str, author: str, handle: str | None) -> Record:
    linked = {text(one, "type"): text(one, "id") for one in items(tweet, "referenced_tweets")}
    retweeted = linked.get("retweeted")
    counts, entities = at(tweet, "public_metrics"), at(tweet, "entities")
    words = text(tweet, "note_tweet", "text") or text(tweet, "text")
    made = _tweet(native, author, retweeted=retweeted, quoted=linked.get("quoted"), parent=linked.get("replied_to"))
    return made | {
        "published_at": text(tweet, "created_at"),
        "declared_language": _language(text(tweet, "lang")),
        "text": html.unescape(words) if words and not retweeted else None,
        "url": f"https://twitter.com/{handle or 'i'}/status/{native}",
        "hashtags": [tag for entity in items(entities, "hashtags") if (tag := text(entity, "tag"))],
        "mentions": _mentions(entities, "mentions", "username"),
        "links": [url for entity in items(entities, "urls") if (url := text(entity, "expanded_url"))],
        "likes": None if retweeted else number(counts, "like_count"),
        "reposts": None if retweeted else number(counts, "retweet_count"),
        "replies": number(counts, "reply_count"),
        "quotes": number(counts, "quote_count"),
        "views": number(counts, "impression_count"),
    }


def _v2_user(user: Record, native: str) -> Record:
    links = [url for entity in items(user, "entities", "url", "urls") if (url := text(entity, "expanded_url"))]
    return _user(native, text(user, "username")) | {
        "display_name": text(user, "name"),
        "summary": text(user, "description"),
        "location": text(user, "location"),
        "created_at": text(user, "created_at"),
        "links": links,
        "consent": "restricted" if flag(user, "protected") else None,
        "consent_signals": ["protected"] if flag(user, "protected") else None,
        "followers": number(user, "public_metrics", "followers_count"),
        "following": number(user, "public_metrics", "following_count"),
        "posts": number(user, "public_metrics", "tweet_count"),
        "listed": number(user, "public_metrics", "listed_count"),
    }


def _tweet(native: str, author: str, *, retweeted: str | None, quoted: str | None, parent: str | None) -> Record:
    kind = "repost" if retweeted else "reply" if parent else "quote" if quoted else "post"
    return {
        "type": "post",
        "post_id": f"{SOURCE}:{native}",
        "account_id": f"{SOURCE}:{author}",
        "source": SOURCE,
        "native_id": native,
        "kind": kind,
        "url": f"https://twitter.com/i/status/{native}",
        "in_reply_to": f"{SOURCE}:{parent}" if parent else None,
        "repost_of": f"{SOURCE}:{retweeted}" if retweeted else None,
        "quote_of": f"{SOURCE}:{quoted}" if quoted and not retweeted else None,
    }


def _user(native: str, handle: str | None) -> Record:
    return {
        "type": "account",
        "account_id": f"{SOURCE}:{native}",
        "source": SOURCE,
        "native_id": native,
        "handle": handle,
        "url": f"https://twitter.com/{handle}" if handle else None,
    }


def _mentions(entities: Any, name: str, handle: str) -> list[str]:
    """Return who is mentioned, by id where the archive gives it, else by handle."""
    found = []
    for entity in items(entities, name):
        native, known = text(entity, "id_str") or text(entity, "id"), text(entity, handle)
        if native or known:
            found.append(f"{SOURCE}:{native}" if native else f"{SOURCE}:@{str(known).lower()}")
    return found


def _moment(written: str | None) -> str | None:
    """Return a v1.1 time (`Wed Oct 10 20:19:24 +0000 2018`) in ISO; anything else stays, to be judged later."""
    try:
        return datetime.strptime(written or "", "%a %b %d %H:%M:%S %z %Y").astimezone(UTC).isoformat()
    except ValueError:
        return written


def _language(code: str | None) -> str | None:
    return None if code in {"und", "qme", "qht", "qam", "qst", "zxx", "art"} else code
