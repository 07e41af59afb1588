"""Pages of a site → the project's records: who owns it, who signs, what they wrote, who comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from crawlers.consent import profile_consent
from crawlers.feed_formats import canonical
from crawlers.text import moment, web_address
from crawlers.web.names import fold

if TYPE_CHECKING:
    from datetime import datetime

    from crawlers.connector import Answer, Record
    from crawlers.pages import Byline
    from crawlers.web.site_pages import SitePage

SOURCE = "web"
MOST_LINKS = 100
KEPT = ("type", "post_id", "account_id", "source", "native_id", "kind", "published_at")


def site_notes(answer: Answer, page: SitePage) -> str:
    """Return what later pages must know of their site, as JSON: its address, name and feed."""
    site = str(answer.payload["site"])
    title = page.site_name or page.page.title
    feed = canonical(page.feeds[0]) if page.feeds else None
    return orjson.dumps({"home": site, "title": title, "feed": feed}).decode()


def _notes(told: str, site: str) -> dict[str, Any]:
    try:
        known = orjson.loads(told) if told else {}
    except ValueError:
        known = {}
    return {"home": site, "title": None, "feed": None} | (known if isinstance(known, dict) else {})


def _account(answer: Answer, uid: str, name: str | None, url: str | None, **more: Any) -> Record:
    record = {
        "type": "account",
        "account_id": uid,
        "source": SOURCE,
        "native_id": uid.partition(":")[2],
        "instance": urlsplit(answer.url).netloc,
        "display_name": name,
        "url": url,
        "consent": "allow",
        "observed_at": answer.at.isoformat(),
    }
    return record | {key: value for key, value in more.items() if value is not None}


def owner(answer: Answer, page: SitePage, told: str) -> Record:
    """Return the site itself as an account: a person's when its card says so."""
    known = _notes(told, str(answer.payload["site"]))
    about = page.about if page.page.may_keep_text else None
    consent = profile_consent(bio=about or "")
    name = page.card.name if page.card else known["title"]
    links = list(dict.fromkeys([*page.mine, *(page.card.urls if page.card else ())]))
    return _account(
        answer, f"web:{known['home']}", name, known["home"], summary=about, language=page.page.language,
        links=[link for link in links if link.rstrip("/") != known["home"].rstrip("/")] or None,
        extra={"organisation": page.organisation} if page.organisation else None,
    ) | {"consent": consent.decision, "consent_signals": list(consent.signals) or None}  # fmt: skip


def authors(answer: Answer, page: SitePage, told: str) -> list[Record]:
    """Return who signs a page, first author first; the site itself where nobody does."""
    known = _notes(told, str(answer.payload["site"]))
    own = {fold(name) for name in (known["title"], page.site_name) if name}
    signed = [one for one in page.page.bylines if one.name and not (one.group and fold(one.name) in own)]
    found = [_signer(answer, one, known) for one in signed]
    return found or [_account(answer, f"web:{known['home']}", known["title"], known["home"])]


def _signer(answer: Answer, byline: Byline, known: dict[str, Any]) -> Record:
    """An author is their own page; without one, a name within the site's feed, as `feeds` would call them."""
    url = canonical(byline.url) if byline.url else None
    home = url is not None and url.rstrip("/") == str(known["home"]).rstrip("/")
    place = known["feed"] or known["home"]
    uid = f"web:{known['home'] if home else url}" if url else f"feed:{place}#{byline.name}"
    extra = {"group": True} if byline.group else None
    return _account(answer, uid, byline.name, url or known["home"], links=list(byline.same_as) or None, extra=extra)


def author_page(answer: Answer, page: SitePage) -> Record:
    """Return an author as their own page tells of them: words, other addresses, wishes."""
    account = dict(answer.payload["account"])
    about = page.about if page.page.may_keep_text else None
    consent = profile_consent(bio=about or "")
    links = list(dict.fromkeys([*(account.get("links") or []), *page.mine]))[:MOST_LINKS]
    return account | {
        "summary": about,
        "links": links or None,
        "consent": consent.decision,
        "consent_signals": list(consent.signals) or None,
        "observed_at": answer.at.isoformat(),
    }


def post(
    answer: Answer, page: SitePage, signed: list[Record], wishes: tuple[str, ...], since: datetime | None
) -> Record | None:
    """Return the post that a page is; its words only where the page leaves them."""
    when = moment(page.page.published)
    if when is None or (since is not None and when < since):
        return None
    entry, words = page.entry, page.page
    kind = "repost" if entry.repost_of else "quote" if entry.quote_of else "reply" if entry.in_reply_to else "post"
    extra: dict[str, Any] = {"site": answer.payload["site"]}
    extra |= {"wishes": list(wishes)} if wishes else {}
    extra |= {"syndication": list(entry.syndication)} if entry.syndication else {}
    extra |= {"authors": [one["account_id"] for one in signed]} if len(signed) > 1 else {}
    address = canonical(page.address)
    kept = {
        "title": words.title,
        "text": words.text,
        "tags": list(entry.tags) or None,
        "links": list(words.links)[:MOST_LINKS],
    }
    return {
        "type": "post",
        "post_id": f"web:{address}",
        "account_id": signed[0]["account_id"],
        "source": SOURCE,
        "native_id": address,
        "kind": kind,
        "published_at": when.isoformat(),
        "edited_at": words.edited if words.edited != words.published else None,
        "declared_language": words.language,
        "url": address,
        "in_reply_to": f"web:{entry.in_reply_to}" if entry.in_reply_to else None,
        "repost_of": f"web:{entry.repost_of}" if entry.repost_of else None,
        "quote_of": f"web:{entry.quote_of}" if entry.quote_of else None,
        "hashtags": [],
        "mentions": [],
        "observed_at": answer.at.isoformat(),
        "extra": extra,
    } | (kept if words.may_keep_text else {})


def remembered(told: Record) -> str:
    """Return what must be known of a post to mark it as gone one day."""
    return orjson.dumps({name: told[name] for name in KEPT}).decode()


def gone(answer: Answer, known: str) -> Record | None:
    """Return the marker of a post whose page vanished, when it is known which post it was."""
    try:
        kept = orjson.loads(known) if known else None
    except ValueError:
        return None
    if not isinstance(kept, dict):
        return None
    return kept | {"observed_at": answer.at.isoformat(), "deleted_at": answer.at.isoformat()}


def comments(answer: Answer, page: SitePage, on: Record, since: datetime | None) -> list[Record]:
    """Return the comments under a post and who wrote them."""
    found: list[Record] = []
    for one in page.comments:
        if since is not None and one.published < since.isoformat():
            continue
        site = canonical(one.site) if one.site and web_address(one.site) else None
        uid = f"web:{site}" if site else f"feed:{answer.payload['site']}#{one.name}"
        address = f"{on['url']}{one.key}" if one.key.startswith("#") else one.key
        account = _account(answer, uid, one.name, site, extra={"view_scope": "remote_view"})
        found += [
            account,
            {
                "type": "post",
                "post_id": f"web:{address}",
                "account_id": uid,
                "source": SOURCE,
                "native_id": address,
                "kind": "reply",
                "published_at": one.published,
                "text": one.text,
                "url": address,
                "in_reply_to": on["post_id"],
                "hashtags": [],
                "mentions": [],
                "links": [],
                "observed_at": answer.at.isoformat(),
            },
        ]
    return found
