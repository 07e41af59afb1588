"""The world's people as Bluesky's AppView tells them: identities, profiles, posts and what their words point at."""

from __future__ import annotations

import re
from base64 import b32encode
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from data.sandbox.server.markup import TOKEN
from data.sandbox.server.store import KIND

if TYPE_CHECKING:
    from datetime import datetime

    from data.sandbox.server.markup import Places
    from data.sandbox.server.store import Ints, Store

Entity = dict[str, Any]
POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
HIDDEN = "!no-unauthenticated"
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"  # of record keys: 13 characters that sort by time


def stamp(moment: datetime) -> str:
    """Return a time as the network writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Network:
    """Everybody of the world who is no blog, under one identity each, whatever server is their home elsewhere."""

    def __init__(self, store: Store, places: Places) -> None:
        self.store, self.places = store, places
        self.dids = [self._did(f"{account['source']}:{account['native_id']}") for account in store.accounts]
        self.row_of_did = {did: row for row, did in enumerate(self.dids) if not store.is_blog[row]}
        self.row_of_handle = {self.handle(row): row for row in self.row_of_did.values()}

    @staticmethod
    def _did(identifier: str) -> str:
        digest = blake2b(identifier.encode(), digest_size=15).digest()
        return f"did:plc:{b32encode(digest).decode().lower()}"

    def handle(self, row: int) -> str:
        """Return an account's handle: a name under a domain that leads nowhere."""
        name = re.sub(r"[^a-z0-9]+", "-", self.store.usernames[row].lower()).strip("-") or "someone"
        return f"{name}-{row}.sandbox.test"

    def actor(self, text: str) -> int | None:
        """Return the row of a DID or a handle."""
        return self.row_of_did.get(text, self.row_of_handle.get(text.lower()))

    def left(self, row: int) -> bool:
        """Whether an account was suspended: it and its words are not shown."""
        return bool(self.store.accounts[row]["status"] == "suspended")

    # --- record keys ------------------------------------------------------------------------------------------------

    def key(self, row: int) -> str:
        """Return a post's record key: its time in microseconds, 13 characters of base 32."""
        milliseconds, count = divmod(int(self.store.number[row]), 1 << 16)
        number = (milliseconds * 1000 + count % 1000) << 10 | count // 1000
        return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))

    def row_of(self, uri: str) -> int | None:
        """Return the row of the post or repost that an at-uri names."""
        did, _, rest = uri.removeprefix("at://").partition("/")
        kind, _, key = rest.partition("/")
        author = self.row_of_did.get(did)
        if author is None or self.left(author) or len(key) != 13 or any(mark not in _ALPHABET for mark in key):
            return None
        own = self.store.posts_of.of(author)
        found = [int(row) for row in own if self.key(int(row)) == key]
        return found[0] if found and self.collection(found[0]) == kind else None

    def collection(self, row: int) -> str:
        """Return the kind of record that a row of the world is."""
        return REPOST if self.store.kind[row] == KIND["repost"] else POST

    def uri(self, row: int) -> str:
        """Return the address of a post's record."""
        return f"at://{self.dids[int(self.store.author[row])]}/{self.collection(row)}/{self.key(row)}"

    def reference(self, row: int) -> Entity:
        """Return what points at a record."""
        uri = self.uri(row)
        return {"uri": uri, "cid": f"bafyrei{blake2b(uri.encode(), digest_size=20).hexdigest()}"}

    # --- people -----------------------------------------------------------------------------------------------------

    def basic(self, row: int) -> Entity:
        """Return an account as it stands beside a post."""
        known = self.store.accounts[row]
        hidden = known["noindex"] or known["indexable"] is False
        did = self.dids[row]
        label = {
            "src": did,
            "uri": f"at://{did}/app.bsky.actor.profile/self",
            "val": HIDDEN,
            "cts": "2024-01-01T00:00:00Z",
        }
        view = {
            "did": did,
            "handle": self.handle(row),
            "displayName": known["display_name"],
            "labels": [label] if hidden else [],
        }
        return view | ({"createdAt": stamp(known["created_at"])} if known["created_at"] else {})

    def profile(self, row: int) -> Entity:
        """Return an account in a list: with its bio."""
        return self.basic(row) | {"description": self.places.move(self.store.accounts[row]["summary"] or "")}

    def detailed(self, row: int) -> Entity:
        """Return an account with its counts: those of the lists that the server gives."""
        followers, follows = self.people(self.store.follower, self.store.ties_to.of(row)), self.people(
            self.store.followed, self.store.ties_from.of(row)
        )  # fmt: skip
        own = self.store.posts_of.of(row)
        counts = {"followersCount": len(followers), "followsCount": len(follows)}
        return self.profile(row) | counts | {"postsCount": int((self.store.kind[own] != KIND["repost"]).sum())}

    def people(self, ends: Ints, ties: Ints) -> list[int]:
        """Return the people at one end of some ties, the newest tie first, without blogs and who was suspended."""
        return [int(row) for row in ends[ties][::-1] if not self.store.is_blog[row] and not self.left(int(row))]

    # --- posts ------------------------------------------------------------------------------------------------------

    def shown(self, row: int) -> bool:
        """Whether a post can be shown: by somebody who is there, a repost of one by somebody who is there."""
        author, target = int(self.store.author[row]), int(self.store.target[row])
        if self.store.is_blog[author] or self.left(author):
            return False
        return self.store.kind[row] != KIND["repost"] or (target >= 0 and self.shown(target))

    def item(self, row: int) -> Entity:
        """Return an item of somebody's feed: a post, or the post that was reposted and by whom."""
        if self.store.kind[row] != KIND["repost"]:
            return {"post": self.view(row)}
        when = stamp(self.store.post(row)["published_at"])
        reason = {
            "$type": "app.bsky.feed.defs#reasonRepost",
            "by": self.basic(int(self.store.author[row])),
            "indexedAt": when,
        }
        return {"post": self.view(int(self.store.target[row])), "reason": reason | self.reference(row)}

    def view(self, row: int) -> Entity:
        """Return a post with its author and its counts."""
        known = self.store.post(row)
        told = {"likeCount": known["likes"] or 0, "repostCount": len(self.store.reposts_of.of(row)), "quoteCount": 0}
        told["replyCount"] = len(self.store.replies_of.of(row))
        when = stamp(known["published_at"])
        view = self.reference(row) | {"author": self.basic(int(self.store.author[row])), "record": self.record(row)}
        return view | told | {"indexedAt": when, "labels": []} | self._quoted(row)

    def _quoted(self, row: int) -> Entity:
        target = int(self.store.target[row])
        if self.store.kind[row] != KIND["quote"] or target < 0 or not self.shown(target):
            return {}
        inner = self.reference(target) | {
            "author": self.basic(int(self.store.author[target])),
            "value": self.record(target),
        }
        inner |= {
            "$type": "app.bsky.embed.record#viewRecord",
            "indexedAt": stamp(self.store.post(target)["published_at"]),
        }
        return {"embed": {"$type": "app.bsky.embed.record#view", "record": inner}}

    @lru_cache(maxsize=50_000)  # noqa: B019 - one network lives as long as its server
    def record(self, row: int) -> Entity:
        """Return what the author wrote, its links, tags and mentions as facets over the bytes of the text."""
        known, target = self.store.post(row), int(self.store.target[row])
        text = self.places.move(known["text"] or "")
        record: Entity = {
            "$type": POST,
            "text": text,
            "createdAt": stamp(known["published_at"]),
            "facets": self._facets(text),
        }
        if known.get("declared_language"):
            record["langs"] = [known["declared_language"]]
        there = target >= 0 and self.shown(target)
        if self.store.kind[row] == KIND["reply"] and there:
            record["reply"] = {"parent": self.reference(target), "root": self.reference(self._root(target))}
        if self.store.kind[row] == KIND["quote"] and there:
            record["embed"] = {"$type": "app.bsky.embed.record", "record": self.reference(target)}
        return record

    def _root(self, row: int) -> int:
        for _ in range(100):
            target = int(self.store.target[row])
            if self.store.kind[row] != KIND["reply"] or target < 0 or not self.shown(target):
                return row
            row = target
        return row

    def _facets(self, text: str) -> list[Entity]:
        found = []
        for match in TOKEN.finditer(text):
            url, tag, user, host = match.groups()
            feature = {"$type": "app.bsky.richtext.facet#link", "uri": url} if url else None
            if tag:
                feature = {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
            elif user and (did := self._named(user, host)):
                feature = {"$type": "app.bsky.richtext.facet#mention", "did": did}
            if feature:
                start = len(text[: match.start()].encode())
                index = {"byteStart": start, "byteEnd": start + len(match[0].encode())}
                found.append({"index": index, "features": [feature]})
        return found

    def _named(self, user: str, host: str) -> str | None:
        """Return the DID of somebody whom a text names by their address elsewhere."""
        homes = (k for k in range(self.store.instances) if self.places.move(f"127.0.0.1:{self.store.port + k}") == host)
        row = self.store.row_of_name.get((next(homes, -1), user.lower()))
        return None if row is None or self.store.is_blog[row] else self.dids[row]
