"""Events of Nostr → records: checked by their own hash and signature, whoever hands them on."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import orjson

from crawlers.consent import profile_consent
from crawlers.shapes import as_dict, epoch, rows, word
from crawlers.text import clean, web_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawlers.connector import Record

SOURCE = "nostr"
HEX = re.compile(r"^[0-9a-f]{64}$")
LINKED = re.compile(r"https?://[^\s<>\"()\[\]]{4,1000}")
PROFILE, NOTE, FOLLOWS, DELETION, REPOST, GENERIC_REPOST, VANISH, ARTICLE = 0, 1, 3, 5, 6, 16, 62, 30023
POSTS = (NOTE, REPOST, GENERIC_REPOST, ARTICLE)
CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def is_true(event: dict[str, Any]) -> bool:
    """Whether an event's id is the hash of what it says, and its signature that of its author (NIP-01, BIP-340)."""
    from coincurve import PublicKeyXOnly

    author, signature, number = event.get("pubkey"), event.get("sig"), event.get("id")
    if not all(isinstance(one, str) for one in (author, signature, number, event.get("content"))):
        return False
    if not HEX.match(str(author)) or not HEX.match(str(number)) or not re.match(r"^[0-9a-f]{128}$", str(signature)):
        return False
    whole = [0, author, event.get("created_at"), event.get("kind"), event.get("tags"), event.get("content")]
    try:
        said = orjson.dumps(whole)
        if hashlib.sha256(said).hexdigest() != number:
            return False
        key = PublicKeyXOnly(bytes.fromhex(str(author)))
        return bool(key.verify(bytes.fromhex(str(signature)), bytes.fromhex(str(number))))
    except (ValueError, TypeError):
        return False


def key_of(name: str) -> str | None:
    """Return the public key, in hex, of an account as people write it: `nostr:…`, `npub1…`, or the hex itself."""
    told = name.strip().lower().removeprefix("nostr:")
    return told if HEX.match(told) else _bech32(told)


def _bech32(text: str) -> str | None:
    """Return the 32 bytes of an `npub1…`, as hex; None when the checksum is wrong (BIP-173)."""
    prefix, _, rest = text.rpartition("1")
    if prefix != "npub" or len(rest) != 58 or any(letter not in CHARSET for letter in rest):
        return None
    values = [CHARSET.index(letter) for letter in rest]
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    if _polymod([*expanded, *values]) != 1:
        return None
    whole = int("".join(f"{value:05b}" for value in values[:-6]), 2) >> 4  # 260 bits hold 256
    return f"{whole:064x}"


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check


def newest(events: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return per author the event that replaces the others: the newest, of two as new the one with the lower id."""
    found: dict[str, dict[str, Any]] = {}
    for event in events:
        known = found.get(event["pubkey"])
        if known is None or (-event["created_at"], event["id"]) < (-known["created_at"], known["id"]):
            found[event["pubkey"]] = event
    return found


def account(event: dict[str, Any], *, vanished: bool, seen_at: str) -> Record:
    """Return the account line of a profile event; one who asked to vanish is a marker."""
    try:
        told = as_dict(orjson.loads(event["content"][:100_000]))
    except ValueError:
        told = {}
    about, author = clean(told.get("about"), 5000), event["pubkey"]
    consent = profile_consent(bio=about or "", flags={"noindex": True} if vanished else {})
    name = clean(told.get("display_name"), 300) or clean(told.get("name"), 300)
    site = web_address(told.get("website"))
    return {
        "type": "account",
        "account_id": f"nostr:{author}",
        "source": SOURCE,
        "native_id": author,
        "handle": word(told.get("nip05"), 300) or word(told.get("name"), 100) or f"{author[:8]}…",
        "display_name": name or f"{author[:8]}…",
        "url": f"https://njump.me/{author}",
        "summary": about,
        "is_automated": told["bot"] if isinstance(told.get("bot"), bool) else None,
        "consent": consent.decision,
        "consent_signals": ["request to vanish (NIP-62)"] if vanished else list(consent.signals) or None,
        "links": [site] if site else None,
        "observed_at": seen_at,
        "extra": {"view_scope": "home", "address_checked": False},
    }


def post(event: dict[str, Any], seen_at: str) -> Record | None:
    """Return the line of a note, an article or a repost; None for bridged copies and for what has no date."""
    tags = pairs(event)
    made = epoch(event["created_at"])
    if made is None or any(name == "proxy" for name, _ in tags):
        return None  # the original is found where it lives
    kind, author, text = event["kind"], event["pubkey"], clean(event["content"]) or ""
    first = dict(reversed(tags))
    whole: Record = {
        "type": "post",
        "post_id": f"nostr:{event['id']}",
        "account_id": f"nostr:{author}",
        "source": SOURCE,
        "native_id": event["id"],
        "kind": "post",
        "published_at": made,
        "url": f"https://njump.me/{event['id']}",
        "observed_at": seen_at,
    }
    if kind in {REPOST, GENERIC_REPOST}:
        target = first.get("e", "")
        return whole | {"kind": "repost", "repost_of": f"nostr:{target}"} if HEX.match(target) else None
    if kind == ARTICLE:
        published = first.get("published_at", "")
        dated = epoch(int(published)) if published.isascii() and published.isdigit() and len(published) < 12 else None
        whole["post_id"] = f"nostr:{ARTICLE}:{author}:{first.get('d', '')[:300]}"
        whole["published_at"] = dated or made
        whole["edited_at"] = made if dated and dated != made else None
    parent, quoted = _parent(event), first.get("q", "")
    found = (web_address(one.rstrip(".,;:!?'»…")) for one in LINKED.findall(text))
    return whole | {
        "kind": "reply" if parent else "quote" if HEX.match(quoted) else "post",
        "title": clean(first.get("title"), 500) or clean(first.get("content-warning"), 500),
        "text": text,
        "in_reply_to": f"nostr:{parent}" if parent else None,
        "quote_of": f"nostr:{quoted}" if HEX.match(quoted) else None,
        "hashtags": list(
            dict.fromkeys(tag for name, value in tags if name == "t" and (tag := word(value.lower(), 100)))
        ),
        "mentions": list(dict.fromkeys(f"nostr:{value}" for name, value in tags if name == "p" and HEX.match(value)))[
            :50
        ],
        "links": list(dict.fromkeys(address for address in found if address))[:50],
    }


def taken_back(events: list[dict[str, Any]], seen_at: str) -> list[Record]:
    """Return a marker for each event that its own author asked to delete (NIP-09); others' requests mean nothing."""
    markers: list[Record] = []
    authors = {event["id"]: event["pubkey"] for event in events}
    for event in (one for one in events if one["kind"] == DELETION):
        made = epoch(event["created_at"])
        for name, value in pairs(event):
            if name == "e" and HEX.match(value) and made and authors.get(value, event["pubkey"]) == event["pubkey"]:
                markers.append({
                    "type": "post", "post_id": f"nostr:{value}", "account_id": f"nostr:{event['pubkey']}",
                    "source": SOURCE, "native_id": value, "kind": "post", "published_at": made, "deleted_at": seen_at,
                })  # fmt: skip
    return markers


def pairs(event: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the name and the first value of each tag that has both as texts."""
    told = event.get("tags")
    listed = told[:1000] if isinstance(told, list) else []
    return [
        (tag[0], tag[1])
        for tag in listed
        if isinstance(tag, list) and len(tag) > 1 and isinstance(tag[0], str) and isinstance(tag[1], str)
    ]


def _values(tags: list[tuple[str, str]], name: str, form: re.Pattern[str]) -> list[str]:
    """Return the values of the tags of one name that have a form, each once."""
    found = (clean(value.lower(), 200) for named, value in tags if named == name)
    return list(dict.fromkeys(value for value in found if value and form.match(value)))[:50]


def _parent(event: dict[str, Any]) -> str | None:
    """Return the event replied to: the tag marked `reply`, else `root`, else the last unmarked one (NIP-10)."""
    told = event.get("tags")
    tags = [
        tag for tag in (told[:1000] if isinstance(told, list) else []) if isinstance(tag, list) and tag[:1] == ["e"]
    ]
    marked = {str(tag[3]): tag[1] for tag in tags if len(tag) > 3 and tag[3]}
    bare = [tag[1] for tag in tags if len(tag) > 1 and not (len(tag) > 3 and tag[3])]
    found = marked.get("reply") or marked.get("root") or (bare[-1] if bare else None)
    return found if isinstance(found, str) and HEX.match(found) else None


def valid(told: object) -> tuple[list[dict[str, Any]], int]:
    """Return the events of an answer that are what they claim to be, each once, and how many were not."""
    listed = rows(told, 5000)
    dated = [one for one in listed if isinstance(one.get("created_at"), int) and isinstance(one.get("kind"), int)]
    good = {event["id"]: event for event in dated if is_true(event)}
    return list(good.values()), len({str(event.get("id")) for event in listed}) - len(good)
