"""Exports of collection and listening tools (4CAT, minet, Brandwatch, Meltwater, Talkwalker) become records."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from data.imports.emit import Emitter
from data.imports.layouts import Layout, Row, layout, pick
from data.imports.sheets import sheet_rows
from data.imports.twitter import v2_records
from data.imports.values import host, uri

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.load import Staging

HOSTS = {
    "twitter.com": "twitter",
    "x.com": "twitter",
    "tiktok.com": "tiktok",
    "instagram.com": "instagram",
    "facebook.com": "facebook",
    "t.me": "telegram",
    "bsky.app": "bluesky",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "reddit.com": "reddit",
    "linkedin.com": "linkedin",
    "threads.net": "threads",
    "threads.com": "threads",
}
PLATFORMS = frozenset(HOSTS.values())
COUNTS = ("likes", "reposts", "replies", "quotes", "views", "score")
AUDIENCE = ("followers", "following", "posts", "listed")


def stage_suite(staging: Staging, path: Path, name: str) -> None:
    """Stage the rows of an export of the tool `name`: a post and its author each."""
    known = layout(name)
    with Emitter(staging) as emitter:
        for line, row, raw in sheet_rows(path, known):
            records = row_records(row, known, path.name) if row else []
            if not records and name == "4cat":
                records = v2_records(raw, {})
            for record in records:
                emitter.add(record)
            if not records:
                emitter.reject(line, "no author, no date or no id", raw)


def row_records(row: Row, known: Layout, file_name: str) -> list[dict[str, Any]]:
    """Return the author and the post of one row; none when it lacks an author, a date or an id."""
    post = {field: pick(row, columns) for field, columns in known.post.items()}
    author = {field: pick(row, columns) for field, columns in known.account.items()}
    address = uri(post.get("url"))
    source = _source(pick(row, known.platform), address, file_name, post.get("native_id"))
    native = _status(address) if source == "twitter" and address else post.get("native_id") or address
    native = native or post.get("native_id")
    who = _author(source, author, address)
    if not native or not who or not post.get("published_at"):
        return []
    account_id, post_id = _uid(source, who), _uid(source, native)
    return [_account(author, source, who, account_id), _post(post, source, native, post_id, account_id, address, known)]


def _account(author: dict[str, str | None], source: str, who: str, account_id: str) -> dict[str, Any]:
    handle = author.get("handle")
    return {
        "type": "account",
        "account_id": account_id,
        "source": source,
        "native_id": who,
        "handle": handle.lstrip("@") if handle else None,
        "display_name": author.get("display_name"),
        "summary": author.get("summary"),
        "location": author.get("location"),
        "url": uri(author.get("url")),
        "created_at": _moment(author.get("created_at"), ()),
        "observed_at": _moment(author.get("observed_at"), ()),
        **{field: _count(author.get(field)) for field in AUDIENCE},
    }


def _post(
    post: dict[str, str | None],
    source: str,
    native: str,
    post_id: str,
    account_id: str,
    address: str | None,
    known: Layout,
) -> dict[str, Any]:
    body = post.get("text")
    repost = _is_repost(post, body)
    parent, quoted = _reference(source, post.get("in_reply_to")), _reference(source, post.get("quote_of"))
    kind = "repost" if repost else "reply" if parent or _entry(post) in {"reply", "comment"} else "post"
    return {
        "type": "post",
        "post_id": post_id,
        "account_id": account_id,
        "source": source,
        "native_id": native,
        "kind": "quote" if kind == "post" and quoted else kind,
        "published_at": _moment(post.get("published_at"), known.times),
        "declared_language": _language(post.get("declared_language")),
        "title": None if repost else post.get("title"),
        "text": None if repost else body,
        "url": address,
        "in_reply_to": parent,
        "repost_of": _reference(source, post.get("repost_of")),
        "quote_of": quoted,
        "hashtags": [tag.lstrip("#").lower() for tag in _split(post.get("hashtags"))] or _tags(body),
        "mentions": [f"{source}:@{one.lstrip('@').lower()}" for one in _split(post.get("mentions"))],
        "links": [link for one in _split(post.get("links"), r"[|\s]+|,\s*(?=https?:)") if (link := uri(one))],
        **{field: _count(post.get(field)) for field in COUNTS if not (repost and field in {"likes", "reposts"})},
    }


def _source(said: str | None, address: str | None, file_name: str, native: str | None) -> str:
    """Return the platform: by the post's address, else by what the tool says, else by the file's name; else the web."""
    server = (host(address) or "").removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    if found := HOSTS.get(server) or HOSTS.get(".".join(server.split(".")[-2:])):
        return found
    if (native or "").startswith("at://"):
        return "bluesky"
    for words in (said or "", file_name):
        lower = words.lower()
        if lower == "x":
            return "twitter"
        if found := next((one for one in sorted(PLATFORMS) if one in lower), None):
            return found
    return "web"


def _author(source: str, author: dict[str, str | None], address: str | None) -> str | None:
    """Return the author's native id; on the web a name means something on its site only."""
    native = author.get("native_id")
    if source != "web":
        return native.lstrip("@") if native else None
    site = (host(address) or author.get("site") or "").removeprefix("www.").lower()
    if not site:
        return native
    return f"{site}#{native}" if native and native.lower() != site else site


def _uid(source: str, native: str) -> str:
    if source == "bluesky" and native.startswith(("did:", "at://")):
        return f"at:{native.removeprefix('at://')}"
    return native if source == "web" and native.startswith("web:") else f"{source}:{native}"


def _reference(source: str, said: str | None) -> str | None:
    if not said:
        return None
    native = _status(said) if said.startswith("http") and source == "twitter" else said
    return _uid(source, native) if native and " " not in native else None


def _status(address: str) -> str | None:
    found = re.search(r"/status(?:es)?/(\d+)", urlsplit(address).path)
    return found[1] if found else None


def _is_repost(post: dict[str, str | None], body: str | None) -> bool:
    said = (post.get("retweet") or "").lower() in {"yes", "true", "1"}
    told = _entry(post) in {"share", "retweet", "repost", "rt"}
    return bool(post.get("repost_of")) or said or told or bool(body and re.match(r"(RT|QT) @\w+:? ", body))


def _entry(post: dict[str, str | None]) -> str:
    return (post.get("entry") or "").strip().lower()


def _tags(body: str | None) -> list[str]:
    found = re.findall(r"(?:^|[\s(\[«\"'’])#(\w*[^\W\d_]\w*)", body or "")
    return list(dict.fromkeys(tag.lower() for tag in found))


def _split(cell: str | None, pattern: str = r"[|,;\s]+") -> list[str]:
    return [part for part in re.split(pattern, cell or "") if part]


def _count(cell: str | None) -> str | None:
    """Return a count without the marks that group its thousands; anything else stays, to be judged at the load."""
    if cell and re.fullmatch(r"\d{1,3}([,\u00a0\u202f ]\d{3})+", cell):
        return re.sub(r"\D", "", cell)
    return cell if cell and re.fullmatch(r"-?\d+(\.0+)?", cell) else None


def _language(said: str | None) -> str | None:
    first = re.split(r"[|,;\s]", said or "")[0].lower()
    return {"english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it"}.get(first, first)[
        :2
    ] or None


def _moment(written: str | None, patterns: tuple[str, ...]) -> str | None:
    if written is None:
        return None
    for pattern in patterns:
        try:
            moment = datetime.strptime(written, pattern)  # noqa: DTZ007 - the zone is set on the next line
        except ValueError:
            continue
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).isoformat()
    return written
