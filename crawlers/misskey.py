"""Users and notes of Misskey's API (and of its forks) → records, as the server that told them means them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawlers.consent import Consent, profile_consent
from crawlers.shapes import as_dict, iso, rows, word, words
from crawlers.text import clean, count, web_address

if TYPE_CHECKING:
    from crawlers.connector import Answer, Record

SOURCE = "misskey"
PUBLIC = frozenset({"public", "home"})
CLOSED = ("noCrawle", "noindex")
NAMED = re.compile(r"(?<![\w@/])@([\w.\-]{1,100})(?:@([\w.\-]{1,250}))?")
LINKED = re.compile(r"https?://[^\s<>\"()\[\]]{4,1000}")
TRAILING = ".,;:!?'»…"


class Reader:
    """Reads the users and notes of one answer; `known` maps a user's id on this server to the account's key."""

    def __init__(self, answer: Answer, known: dict[str, str] | None = None) -> None:
        self.base: str = answer.payload["base"]
        self.host = urlsplit(self.base).netloc
        self.seen_at = answer.at.isoformat()
        self.known = known or {}

    def key(self, user: dict[str, Any]) -> str | None:
        """Return the key of an account; a short form of a user from elsewhere has none until it is asked for."""
        if word(user.get("host")) is None:
            identifier = word(user.get("id"), 100)
            return f"ap:{self.base}/users/{identifier}" if identifier else None
        address = web_address(user.get("uri"))
        return f"ap:{address}" if address else self.known.get(str(user.get("id")))

    def account(self, user: dict[str, Any]) -> Record | None:
        """Return the account line, or None when the object has no identity."""
        key, name = self.key(user), word(user.get("username"), 100)
        if key is None or name is None:
            return None
        host = word(user.get("host"), 260)
        fields = rows(user.get("fields"), 20)
        values = [word(field.get("value")) or "" for field in fields]
        about = clean(user.get("description"), 5000)
        consent = self.consent(user, about or "", values)
        links = [address for value in values for found in LINKED.findall(value) if (address := web_address(found))]
        moved = web_address(user.get("movedTo"))
        return {
            "type": "account",
            "account_id": key,
            "source": SOURCE,
            "native_id": word(user.get("id"), 100) or key,
            "instance": host or self.host,
            "handle": f"@{name}@{host or self.host}",
            "display_name": clean(user.get("name"), 500) or name,
            "url": web_address(user.get("url")) or f"{self.base}/@{name}{f'@{host}' if host else ''}",
            "summary": about,
            "location": clean(user.get("location"), 300),
            "language": word(user.get("lang"), 20),
            "created_at": iso(user.get("createdAt")),
            "is_automated": user.get("isBot") if isinstance(user.get("isBot"), bool) else None,
            "consent": consent.decision,
            "consent_signals": list(consent.signals) or None,
            "links": list(dict.fromkeys(links)) or None,
            "verified_links": words(user.get("verifiedLinks"), 20) or None,
            "moved_to": f"ap:{moved}" if moved else None,
            "status": "suspended" if user.get("isSuspended") is True else None,
            "followers": count(user.get("followersCount")),
            "following": count(user.get("followingCount")),
            "posts": count(user.get("notesCount")),
            "observed_at": self.seen_at,
            "extra": {"view_scope": "remote_view" if host else "home", "locked": user.get("isLocked") is True},
        }

    def consent(self, user: dict[str, Any], about: str, values: list[str]) -> Consent:
        """Resolve a user's wishes: hashtags of the bio, the settings against crawlers, posts kept for members."""
        flags: dict[str, Any] = {"noindex": True} if any(user.get(name) is True for name in CLOSED) else {}
        if user.get("isExplorable") is False:
            flags["discoverable"] = False
        told = profile_consent(bio=about, fields=values, flags=flags)
        if user.get("requireSigninToViewContents") is True:
            stricter = "restricted" if told.decision == "allow" else told.decision
            return Consent(stricter, tuple(sorted((*told.signals, "requireSigninToViewContents=true"))))
        return told

    def note(self, note: dict[str, Any]) -> list[Record]:
        """Return the lines of one public note: its author, itself, and what it hands on."""
        user, published, uid = as_dict(note.get("user")), iso(note.get("createdAt")), self.uid(note)
        author = self.account(user)
        if author is None or published is None or uid is None or word(note.get("visibility"), 20) not in PUBLIC:
            return []
        inner, text = as_dict(note.get("renote")), clean(note.get("text"))
        reposted = bool(note.get("renoteId")) and text is None and not note.get("files") and not note.get("poll")
        handed_on = self.note(inner | {"renote": None, "renoteId": None}) if inner else []
        post: Record = {
            "type": "post",
            "post_id": uid,
            "account_id": author["account_id"],
            "source": SOURCE,
            "native_id": word(note.get("id"), 100) or uid,
            "kind": "repost" if reposted else "reply" if note.get("replyId") else "quote" if inner else "post",
            "published_at": published,
            "url": web_address(note.get("url")) or uid.removeprefix("ap:"),
            "observed_at": self.seen_at,
            "extra": {"view_scope": author["extra"]["view_scope"]},
        }
        if reposted:
            target = self.uid(inner)
            return [author, *handed_on, post | {"repost_of": target}] if target else []
        return [author, *handed_on, post | self._words(note, text or "") | {"quote_of": self.uid(inner)}]

    def _words(self, note: dict[str, Any], text: str) -> Record:
        found = [address.rstrip(TRAILING) for address in LINKED.findall(text)]
        return {
            "edited_at": iso(note.get("updatedAt")),
            "title": clean(note.get("cw"), 1000),
            "text": text,
            "in_reply_to": self.uid(as_dict(note.get("reply"))),
            "hashtags": [tag.lower() for tag in words(note.get("tags"), 50)],
            "mentions": self.mentions(text),
            "links": list(dict.fromkeys(address for one in found if (address := web_address(one)))),
            "likes": count(note.get("reactionCount")) if "reactionCount" in note else _sum(note.get("reactions")),
            "reposts": count(note.get("renoteCount")),
            "replies": count(note.get("repliesCount")),
        }

    def mentions(self, text: str) -> list[str]:
        """Return whom a text names, as the fediverse's connectors write it."""
        found = []
        for name, host in NAMED.findall(text)[:50]:
            kind = "mastodon" if host and host.lower() != self.host else SOURCE
            found.append(f"{kind}:@{name}@{host or self.host}".lower())
        return list(dict.fromkeys(found))

    def uid(self, note: dict[str, Any]) -> str | None:
        """Return the key of a note: its address at home, which a note of this server does not carry."""
        address = web_address(note.get("uri"))
        if address:
            return f"ap:{address}"
        identifier = word(note.get("id"), 100)
        local = word(as_dict(note.get("user")).get("host")) is None
        return f"ap:{self.base}/notes/{identifier}" if identifier and local and note.get("user") else None


def _sum(reactions: object) -> int | None:
    """Return how many reactions there are over all emoji."""
    if not isinstance(reactions, dict):
        return None
    return sum(value for value in map(count, reactions.values()) if value)
