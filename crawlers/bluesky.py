"""Views of the Bluesky AppView → records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawlers.attachments import bluesky_media
from crawlers.consent import profile_consent
from crawlers.shapes import as_dict, iso, rows, word, words
from crawlers.text import clean, count, moment, web_address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crawlers.connector import Record

SOURCE = "bluesky"
DID = re.compile(r"^did:[a-z]{2,20}:[\w.:%\-]{1,200}$", re.ASCII)
URI = re.compile(r"^at://(did:[a-z]{2,20}:[\w.:%\-]{1,200})/([a-zA-Z.]{3,200})/([\w.~:\-]{1,512})$", re.ASCII)
HANDLE = re.compile(r"^[a-z0-9]([a-z0-9.\-]{1,250})\.[a-z][a-z0-9\-]*$", re.ASCII)
POST = "app.bsky.feed.post"
LOGGED_OUT = "!no-unauthenticated"
UNLISTED = "hideFromAlgorithmicRecommendations"
CUT = ("...", "…")


def did_of(value: object) -> str | None:
    """Return a decentralised identifier, or None."""
    return value if isinstance(value, str) and DID.match(value) else None


def uid_of(uri: object) -> str | None:
    """Return the uid of a record's address, `at:did/collection/key`, or None."""
    return f"at:{uri[5:]}" if isinstance(uri, str) and URI.match(uri) else None


def labels_in_force(view: Mapping[str, Any], now: datetime) -> set[str]:
    """Return the values of the labels that were neither withdrawn (`neg`) nor have expired."""
    newest: dict[tuple[str | None, str], tuple[str, bool]] = {}
    for label in rows(view.get("labels"), 100):
        value = word(label.get("val"), 100)
        expiry = moment(label.get("exp"))
        if value is None or (expiry is not None and expiry <= now):
            continue
        key, told = (word(label.get("src")), value), (iso(label.get("cts")) or "", label.get("neg") is True)
        if key not in newest or told >= newest[key]:
            newest[key] = told
    return {value for (_, value), (_, withdrawn) in newest.items() if not withdrawn}


def whole_text(record: Mapping[str, Any]) -> str | None:
    """Return a post's text, links that the writer's program cut short written whole.

    Facets count bytes of UTF-8, end exclusive (app.bsky.richtext.facet).
    """
    text = record.get("text")
    if not isinstance(text, str):
        return None
    raw, end = text.encode("utf-8", "ignore"), len(text.encode("utf-8", "ignore"))
    for start, stop, address in sorted(_links(record), reverse=True):
        shown = raw[start:stop].decode("utf-8", "ignore")
        if 0 <= start < stop <= end and shown.endswith(CUT):
            raw, end = raw[:start] + address.encode() + raw[stop:], start
    return clean(raw.decode("utf-8", "ignore"))


def _links(record: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    found = []
    for facet in rows(record.get("facets"), 100):
        index = as_dict(facet.get("index"))
        start, stop = count(index.get("byteStart")), count(index.get("byteEnd"))
        for feature in rows(facet.get("features"), 10):
            address = web_address(feature.get("uri"))
            if address and start is not None and stop is not None:
                found.append((start, stop, address))
    return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the views of one answer; `wishes` are the notes of people who asked to be left out, by DID."""

    at: datetime
    wishes: Mapping[str, str]

    def account(self, view: Mapping[str, Any], *, whole: bool = False) -> Record | None:
        """Return the account line of a profile view, or None without an identity.

        A view inside a post is not the `whole` profile: it tells no bio and no counts, so wishes told there stand.
        """
        did = did_of(view.get("did"))
        if did is None:
            return None
        decision, signals = self.consent(view, did, whole=whole)
        handle = word(view.get("handle"), 260)
        bio = clean(view.get("description"), 5000)
        labels = labels_in_force(view, self.at)
        site = web_address(view.get("website"))
        return {
            "type": "account",
            "account_id": f"at:{did}",
            "source": SOURCE,
            "native_id": did,
            "instance": "bsky.app",
            "handle": handle if handle != "handle.invalid" else None,
            "display_name": clean(view.get("displayName"), 500),
            "url": f"https://bsky.app/profile/{did}",
            "summary": bio,
            "created_at": iso(view.get("createdAt")),
            "is_automated": True if "bot" in labels else None,
            "consent": decision,
            "consent_signals": list(signals) or None,
            "links": _unique([*([site] if site else []), *re.findall(r"https?://[^\s<>\"')\]]{4,500}", bio or "")]),
            "followers": count(view.get("followersCount")),
            "following": count(view.get("followsCount")),
            "posts": count(view.get("postsCount")),
            "observed_at": self.at.isoformat(),
            "extra": {"view_scope": "home" if whole else "remote_view"},
        }

    def consent(self, view: Mapping[str, Any], did: str, *, whole: bool) -> tuple[str, tuple[str, ...]]:
        """Return the decision on a person and the signals it rests on."""
        told = profile_consent(bio=clean(view.get("description"), 5000) or "")
        decision, signals = told.decision, list(told.signals)
        if LOGGED_OUT in labels_in_force(view, self.at):
            decision, signals = "deny", [*signals, LOGGED_OUT]
        places = (view, as_dict(view.get("associated")), as_dict(view.get("contentVisibilityDeclaration")))
        if any(place.get(UNLISTED) is True for place in places):
            decision, signals = ("restricted" if decision == "allow" else decision), [*signals, f"{UNLISTED}=true"]
        kept = "" if whole else self.wishes.get(f"wish {did}", "")
        if kept and decision != "deny":
            decision, _, told_before = kept.partition(" ")
            signals = [*signals, *told_before.split()]
        return decision, tuple(dict.fromkeys(signals))

    def post(self, view: Mapping[str, Any]) -> list[Record]:
        """Return the author and the post of a post view, and what it quotes; what is gone or blocked gives none."""
        author, uri, record = self.account(as_dict(view.get("author"))), uid_of(view.get("uri")), _record(view)
        times = [when for when in (iso(record.get("createdAt")), iso(view.get("indexedAt"))) if when]
        if author is None or uri is None or not times or not uri.startswith(f"{author['account_id']}/{POST}/"):
            return []
        quoted = _quoted(as_dict(view.get("embed")))
        inner = self.post(quoted) if quoted is not None and "embed" not in quoted else []
        return [author, self._post(view, record, author["account_id"], uri, min(times)), *inner]

    def _post(
        self, view: Mapping[str, Any], record: Mapping[str, Any], author: str, uid: str, published: str
    ) -> Record:
        parent = uid_of(as_dict(as_dict(record.get("reply")).get("parent")).get("uri"))
        embed = as_dict(record.get("embed"))
        quoted = _quoted_uid(embed)
        features = [one for facet in rows(record.get("facets"), 100) for one in rows(facet.get("features"), 10)]
        tags = [tag.lstrip("#").lower() for one in features if (tag := word(one.get("tag"), 200))]
        links = [link for one in features if (link := web_address(one.get("uri")))]
        card = web_address(as_dict(embed.get("external")).get("uri")) or web_address(
            as_dict(as_dict(embed.get("media")).get("external")).get("uri")
        )
        languages = words(record.get("langs"), 5)
        return {
            "type": "post",
            "post_id": uid,
            "account_id": author,
            "source": SOURCE,
            "native_id": f"at://{uid[3:]}",
            "kind": "reply" if parent else "quote" if quoted else "post",
            "published_at": published,
            "declared_language": languages[0][:20] if languages else None,
            "text": whole_text(record) or "",
            "url": f"https://bsky.app/profile/{author[3:]}/post/{uid.rsplit('/', 1)[-1]}",
            "in_reply_to": parent,
            "quote_of": quoted,
            "hashtags": _unique([*tags, *(tag.lstrip("#").lower() for tag in words(record.get("tags"), 30))]),
            "mentions": _unique([f"at:{did}" for one in features if (did := did_of(one.get("did")))]),
            "links": _unique([*links, *([card] if card else [])]),
            "likes": count(view.get("likeCount")),
            "reposts": count(view.get("repostCount")),
            "replies": count(view.get("replyCount")),
            "quotes": count(view.get("quoteCount")),
            "observed_at": self.at.isoformat(),
            "extra": {"media": bluesky_media(dict(record))},
        }

    def item(self, item: Mapping[str, Any]) -> list[Record]:
        """Return the lines of one feed item: the post, what it answers, and the repost that brought it there."""
        post = as_dict(item.get("post"))
        found = self.post(post)
        if not found:
            return []
        parent = as_dict(as_dict(item.get("reply")).get("parent"))
        lines = [*self.post(parent), *found]
        return lines + self._repost(as_dict(item.get("reason")), found[1]["post_id"])

    def _repost(self, reason: Mapping[str, Any], target: str) -> list[Record]:
        by, when = self.account(as_dict(reason.get("by"))), iso(reason.get("indexedAt"))
        if by is None or when is None or not str(reason.get("$type")).endswith("#reasonRepost"):
            return []
        uid = uid_of(reason.get("uri")) or f"{by['account_id']}/app.bsky.feed.repost/{target.rsplit('/', 1)[-1]}"
        repost = {
            "type": "post",
            "post_id": uid,
            "account_id": by["account_id"],
            "source": SOURCE,
            "native_id": f"at://{uid[3:]}",
            "kind": "repost",
            "published_at": when,
            "repost_of": target,
            "observed_at": self.at.isoformat(),
        }
        return [by, repost]


def item_time(item: Mapping[str, Any]) -> str | None:
    """Return the time by which a feed item is sorted: that of the repost, else the earlier of the post's two."""
    reason = as_dict(item.get("reason"))
    if str(reason.get("$type")).endswith("#reasonPin"):
        return None
    post = as_dict(item.get("post"))
    told = (iso(_record(post).get("createdAt")), iso(post.get("indexedAt")))
    return iso(reason.get("indexedAt")) or min((when for when in told if when), default=None)


def _record(view: Mapping[str, Any]) -> dict[str, Any]:
    return as_dict(view.get("record")) or as_dict(view.get("value"))


def _quoted(embed: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the view of a quoted post: it is the embed's record, or lies in it beside pictures."""
    for place in (as_dict(embed.get("record")), as_dict(as_dict(embed.get("record")).get("record"))):
        if isinstance(place.get("author"), dict) and place.get("value"):
            return place
    return None


def _quoted_uid(embed: Mapping[str, Any]) -> str | None:
    record = as_dict(embed.get("record"))
    uid = uid_of(record.get("uri")) or uid_of(as_dict(record.get("record")).get("uri"))
    return uid if uid and f"/{POST}/" in uid else None


def _unique(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))
