"""Accounts and statuses of Mastodon's client API → records, as the server that told them means them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawlers.attachments import mastodon_media
from crawlers.consent import profile_consent
from crawlers.shapes import as_dict, iso
from crawlers.text import clean, count, html_links, html_text, moment, web_address

if TYPE_CHECKING:
    from crawlers.connector import Answer, Context, Record

SOURCE = "mastodon"
ADDRESS = re.compile(r"^(?:acct:|mastodon:)?@?([\w.\-]{1,100})@([\w.\-]{1,250}(?::\d{1,5})?)$")
PROFILE = re.compile(r"^https?://([^/\s]{1,260})/(?:@|users/|u/)([\w.\-]{1,100})/?$")
PUBLIC = frozenset({"public", "unlisted", None})


class Reader:
    """Reads accounts and statuses of one answer as its server means them."""

    def __init__(self, answer: Answer, context: Context) -> None:
        self.answer, self.context = answer, context
        self.base: str = answer.payload["base"]
        self.domain = (
            context.notes.get(f"domain {self.base}") or answer.payload.get("domain") or urlsplit(self.base).netloc
        )
        self.counts_nothing = context.notes.get(f"software {self.base}") == "snac"
        self.seen_at = answer.at.isoformat()

    def account(self, account: dict[str, Any]) -> Record | None:
        """Return the account line, or None when the object has no identity."""
        uid, name = uid_of(account), text_of(account.get("acct")) or text_of(account.get("username"))
        if uid is None or name is None or not text_of(account.get("id")):
            return None
        fields = [as_dict(field) for field in some(account.get("fields"))][:20]
        values = [text_of(field.get("value")) or "" for field in fields]
        note = html_text(account.get("note")) or ""
        wishes: tuple[str, ...] = ("indexable", "discoverable", "noindex")
        flags = {wish: account[wish] for wish in wishes if wish in account}
        consent = profile_consent(bio=note, fields=[html_text(value) or "" for value in values], flags=flags)
        remote = self._remote(name)
        links = [
            link
            for markup in (text_of(account.get("note")), *values)
            for link, rel in html_links(markup)
            if "hashtag" not in rel
        ]
        verified = [
            link
            for field, value in zip(fields, values, strict=True)
            if field.get("verified_at")
            for link, _ in html_links(value)
        ]
        return {
            "type": "account",
            "account_id": uid,
            "source": SOURCE,
            "native_id": account["id"],
            "instance": name.split("@")[-1] if remote else self.domain,
            "handle": f"@{name}" if "@" in name else f"@{name}@{self.domain}",
            "display_name": clean(account.get("display_name"), 500),
            "url": web_address(account.get("url")),
            "summary": note or None,
            "created_at": iso(account.get("created_at")),
            "is_automated": account.get("bot") if isinstance(account.get("bot"), bool) else None,
            "consent": consent.decision,
            "consent_signals": list(consent.signals) or None,
            "links": unique(links) or None,
            "verified_links": unique(verified) or None,
            "moved_to": uid_of(as_dict(account.get("moved"))),
            "status": _state(account),
            "followers": self._count(account, "followers_count"),
            "following": self._count(account, "following_count"),
            "posts": self._count(account, "statuses_count"),
            "observed_at": self.seen_at,
            "extra": {"view_scope": "remote_view" if remote else "home", "locked": bool(account.get("locked"))},
        }

    def _count(self, account: dict[str, Any], name: str) -> int | None:
        value = count(account.get(name))
        return None if self.counts_nothing and value == 0 else value

    def status(self, status: dict[str, Any], *, boosted: bool = False) -> list[Record]:
        """Return the lines of one status: its author, itself, and for a boost the boosted author and post.

        What is boosted within the window is kept however old it is: the boost is about it.
        """
        account = self.account(as_dict(status.get("account")))
        uid, published = uid_of(status), moment(status.get("created_at"))
        if account is None or uid is None or published is None or status.get("visibility") not in tuple(PUBLIC):
            return []
        if self.context.since is not None and published < self.context.since and not boosted:
            return [account]
        inner = as_dict(status.get("reblog"))
        if inner:
            return self._boost(status, account, uid, published.isoformat(), inner)
        return [account, self._post(status, account["account_id"], uid, published.isoformat())]

    def _boost(
        self, status: dict[str, Any], account: Record, uid: str, published: str, inner: dict[str, Any]
    ) -> list[Record]:
        told = self.status(inner | {"reblog": None}, boosted=True)
        boosted = uid_of(inner)
        if not told or boosted is None:
            return [account]
        return [
            account,
            *told,
            {
                "type": "post",
                "post_id": uid,
                "account_id": account["account_id"],
                "source": SOURCE,
                "native_id": status["id"],
                "kind": "repost",
                "published_at": published,
                "repost_of": boosted,
                "url": web_address(status.get("url")),
                "observed_at": self.seen_at,
                "extra": {"view_scope": self._scope(status)},
            },
        ]

    def _post(self, status: dict[str, Any], account_id: str, uid: str, published: str) -> Record:
        quoted = uid_of(as_dict(as_dict(status.get("quote")).get("quoted_status")))
        reply = text_of(status.get("in_reply_to_id"))
        content = status.get("content")
        links = [
            link for link, rel in html_links(content, self.base) if "mention" not in rel and "tag" not in rel.split()
        ]
        card = web_address(as_dict(status.get("card")).get("url"))
        tags = unique(
            [name.lower() for tag in some(status.get("tags")) if (name := clean(as_dict(tag).get("name"), 200))]
        )
        mentions = [who for mention in some(status.get("mentions")) if (who := self.mentioned(as_dict(mention)))]
        warning = clean(status.get("spoiler_text"), 1000)
        media = mastodon_media(status)
        return {
            "type": "post",
            "post_id": uid,
            "account_id": account_id,
            "source": SOURCE,
            "native_id": status["id"],
            "kind": "reply" if reply else "quote" if quoted else "post",
            "published_at": published,
            "edited_at": iso(status.get("edited_at")),
            "declared_language": clean(status.get("language"), 20),
            "title": warning,
            "text": html_text(content) or "",
            "url": web_address(status.get("url")),
            "in_reply_to": self._parent(status, reply),
            "quote_of": quoted,
            "hashtags": tags,
            "mentions": unique(mentions),
            "links": unique([*links, *([card] if card else [])]),
            "likes": count(status.get("favourites_count")),
            "reposts": count(status.get("reblogs_count")),
            "replies": count(status.get("replies_count")),
            "quotes": count(status.get("quotes_count")),
            "observed_at": self.seen_at,
            "extra": {
                "view_scope": self._scope(status),
                "sensitive": bool(status.get("sensitive")),
                "seen_as": f"{self.base} {status['id']}",
                "reply_seen_as": f"{self.base} {reply}" if reply else None,
                **({} if media is None else {"media": media}),
            },
        }

    def _scope(self, status: dict[str, Any]) -> str:
        return "remote_view" if self._remote(text_of(as_dict(status.get("account")).get("acct")) or "") else "home"

    def _remote(self, name: str) -> bool:
        """Whether an account lives elsewhere: some servers (snac) name their own people with the domain as well."""
        return name.partition("@")[2].lower() not in {"", self.domain.lower()}

    def mentioned(self, mention: dict[str, Any]) -> str | None:
        """Return whom a mention names, as `mastodon:@name@domain`."""
        name = text_of(mention.get("acct")) or text_of(mention.get("username"))
        if name is None:
            return None
        return f"{SOURCE}:@{name if '@' in name else f'{name}@{self.domain}'}".lower()

    def _parent(self, status: dict[str, Any], reply: str | None) -> str | None:
        """Return the uid of the post replied to, when it lives on this server: its address is made like this one's."""
        uid, own = uid_of(status), text_of(status.get("id"))
        account = as_dict(status.get("account"))
        to = text_of(status.get("in_reply_to_account_id"))
        if reply is None or uid is None or own is None or not uid.endswith(f"/statuses/{own}"):
            return None
        author = uid.removesuffix(f"/statuses/{own}")
        if to == account.get("id"):
            return f"{author}/statuses/{reply}"
        parent = next((m for m in map(as_dict, some(status.get("mentions"))) if m.get("id") == to), {})
        name, mine = text_of(parent.get("acct")), text_of(account.get("acct"))
        if name is None or "@" in name or mine is None or "@" in mine:
            return None
        for own_part, other_part in ((account.get("id"), to), (mine, name)):
            if own_part and author.endswith(f"/users/{own_part}"):
                return f"{author.removesuffix(str(own_part))}{other_part}/statuses/{reply}"
        return None


def address_of(seed: str) -> tuple[str, str] | None:
    """Return (name, domain) of an account as people write it, or None when it is not one of the fediverse."""
    match = ADDRESS.match(seed.strip())
    if match:
        return match[1].lower(), match[2].lower()
    profile = PROFILE.match(seed.strip())
    return (profile[2].lower(), profile[1].lower()) if profile else None


def uid_of(thing: dict[str, Any]) -> str | None:
    """Return `ap:` and the global address of an account or status, or None.

    A fragment belongs to it: snac tells its boosts from one another by nothing else.
    """
    told = next((name for name in ("uri", "url") if web_address(thing.get(name))), None)
    if told is None:
        return None
    fragment = urlsplit(thing[told].strip()).fragment[:300]
    return f"ap:{web_address(thing[told])}{f'#{fragment}' if fragment else ''}"


def _state(account: dict[str, Any]) -> str | None:
    return next((name for name in ("suspended", "memorial", "limited") if account.get(name) is True), None)


def text_of(value: object) -> str | None:
    """Return a text that is not empty, or None."""
    return value if isinstance(value, str) and value else None


def some(value: object) -> list[Any]:
    """Return the first entries of a list; none when it is no list."""
    return value[:200] if isinstance(value, list) else []


def unique(values: list[str]) -> list[str]:
    """Return each value once, in order."""
    return list(dict.fromkeys(values))


def order(identifier: str) -> tuple[int, str]:
    """Return what sorts ids, which are opaque: newer ones are longer, then greater."""
    return len(identifier), identifier
