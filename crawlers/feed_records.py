"""Entries of feeds → the project's records: who wrote them, what they say, who speaks in an episode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawlers.feed_formats import canonical
from crawlers.mastodon import address_of
from crawlers.pages import Byline
from crawlers.text import html_links, html_text, moment
from crawlers.web.names import fold, people_in, same_person

if TYPE_CHECKING:
    from crawlers.connector import Answer, Context, Record
    from crawlers.feed_formats import Entry
    from crawlers.pages import Page

SOURCE = "feeds"


def records_of(entry: Entry, feed: dict[str, Any], page: Page | None, answer: Answer, context: Context) -> list[Record]:
    """Return who wrote an entry, the entry as its page leaves it, who speaks in it; nothing outside the window."""
    published = entry.published or (page.published if page else None)
    when = moment(published)
    if when is None or (context.since is not None and when < context.since):
        return []
    account = _account(entry, feed, page, answer)
    own = html_text(entry.html)
    told = page.text if page else None
    text = max((told or "", own or ""), key=len)
    keep = page is None or page.may_keep_text
    base = entry.url or feed["home"] or ""
    links = [link for link, _ in html_links(entry.html, base)] + list(page.links if page else ())
    post = {
        "type": "post",
        "post_id": _post_id(entry, feed),
        "account_id": account["account_id"],
        "source": SOURCE,
        "native_id": entry.guid,
        "kind": "post",
        "published_at": when.isoformat(),
        "edited_at": entry.edited if entry.edited != entry.published else None,
        "declared_language": (page.language if page else None) or entry.language or feed["language"],
        "title": (entry.title or (page.title if page else None)) if keep else None,
        "text": text if keep else None,
        "url": entry.url,
        "tags": list(entry.tags) or None,
        "hashtags": [],
        "mentions": [],
        "links": list(dict.fromkeys(links))[:100] if keep else None,
        "replies": entry.comments,
        "observed_at": answer.at.isoformat(),
        "extra": {"feed": feed["feed"], "page": page is not None}
        | ({"wishes": list(page.wishes)} if page and page.wishes else {})
        | ({"authors": list(entry.authors)} if len(entry.authors) > 1 else {})
        | _episode(entry),
    }
    return [account, post, *_speakers(entry, feed, account, when.isoformat(), answer)]


def _episode(entry: Entry) -> dict[str, Any]:
    persons = [{"name": name, "role": role, "url": url} for name, role, url in entry.persons]
    return ({"persons": persons} if persons else {}) | ({"talk": list(entry.talks)} if entry.talks else {})


def _speakers(entry: Entry, feed: dict[str, Any], show: Record, at: str, answer: Answer) -> list[Record]:
    """Return who speaks in an episode, as accounts and as ties to the show.

    A profile on another network is a link of theirs: the account of that network stays the only one at its address.
    """
    found: list[Record] = []
    for name, role, url in entry.persons:
        elsewhere = url is not None and address_of(url) is not None
        page = canonical(url) if url and not elsewhere else None
        uid = f"web:{page}" if page else f"feed:{feed['feed']}#{name}"
        if show["consent"] == "deny" or uid == show["account_id"]:
            continue
        found += [
            _record(uid, name, feed, answer) | {"url": page, "links": [url] if elsewhere else None},
            {
                "type": "tie",
                "source": SOURCE,
                "from_account": uid,
                "to_account": show["account_id"],
                "kind": "appears_in",
                "at": at,
                "observed_at": answer.at.isoformat(),
                "extra": {"role": role, "post": _post_id(entry, feed)},
            },
        ]
    return found


def _account(entry: Entry, feed: dict[str, Any], page: Page | None, answer: Answer) -> Record:
    """Return who wrote an entry: the show, else the byline's own page, else a name within the feed, else the site."""
    named = entry.author if people_in(entry.author) else None  # `admin` names nobody
    byline = _byline(named, page)
    name = named or byline.name
    url = entry.author_url or byline.url
    if url and canonical(url) == entry.url:
        url = None
    if feed.get("guid"):
        uid, name, url = f"podcast:{feed['guid']}", feed["title"] or name, feed["home"] or feed["feed"]
    elif url:
        uid = f"web:{canonical(url)}"
    elif name:
        uid = f"feed:{feed['feed']}#{name}"
    else:
        url = feed["home"] or feed["feed"]
        uid, name = f"web:{url}", feed["title"]
    denied = bool(feed["blocked"])
    return _record(uid, name or feed["title"], feed, answer) | {
        "url": url or feed["home"],
        "summary": feed["summary"],
        "consent": "deny" if denied else "allow",
        "consent_signals": ["podcast:block=yes"] if denied else None,
        "links": list(dict.fromkeys([*byline.same_as, *([feed["home"]] if feed["home"] else [])])) or None,
    }


def _byline(named: str | None, page: Page | None) -> Byline:
    """The signature of the page that is the feed's author's; the first one where the feed names nobody."""
    signed = page.bylines if page else ()
    if named is None:
        return signed[0] if signed else Byline()
    return next((one for one in signed if one.name and _alike(one.name, named)), Byline())


def _alike(one: str, other: str) -> bool:
    """Whether a name is another's, or a part of it: feeds often tell first names only."""
    a, b = fold(one), fold(other)
    return same_person(one, other) or (len(min(a, b, key=len)) > 2 and (a in b or b in a))


def _record(uid: str, name: str | None, feed: dict[str, Any], answer: Answer) -> Record:
    return {
        "type": "account",
        "account_id": uid,
        "source": SOURCE,
        "native_id": uid.partition(":")[2],
        "instance": _host(feed["feed"]),
        "display_name": name,
        "consent": "allow",
        "observed_at": answer.at.isoformat(),
        "extra": {"feed": feed["feed"]} | _pushed(feed),
    }


def _pushed(feed: dict[str, Any]) -> dict[str, str]:
    """Return the WebSub hub of a feed and the topic to name there."""
    hub = feed.get("hub")
    return {"hub": hub, "topic": feed.get("topic") or feed["feed"]} if hub else {}


def _post_id(entry: Entry, feed: dict[str, Any]) -> str:
    if feed.get("guid"):
        return f"podcast:{feed['guid']}/{entry.guid}"
    return f"web:{entry.url}" if entry.url else f"feed:{feed['feed']}#{entry.guid}"


def _host(url: str | None) -> str:
    return urlsplit(url or "").netloc.lower()
