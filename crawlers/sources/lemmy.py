"""Lemmy in both generations of its API: communities, searches, people, posts and comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.consent import profile_consent
from crawlers.mastodon import address_of
from crawlers.recheck import recheck_ask, vanished
from crawlers.shapes import as_dict, bases, iso, nothing_to_ask, number_id, once, query, rows, word
from crawlers.text import clean, count, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

SOURCE = "lemmy"
OWN = re.compile(r"^/(post|comment)/(\d{1,19})$", re.ASCII)
PAGE = 50
MOST_PAGES = 20
HOPS = 1
LISTS = ("posts", "comments", "items", "search")


class Lemmy(Connector):
    """Posts, comments and people of Lemmy servers."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "replies", "search", "incremental"})
    options: ClassVar[Mapping[str, Option]] = {
        "instances": Option(list, Bilingual("serveurs à interroger", "servers to ask")),
        "communities": Option(list, Bilingual("communautés (nom ou nom@domaine)", "communities (name or name@domain)")),
        "queries": Option(list, Bilingual("mots à chercher", "words to search for")),
        "hops": Option(int, Bilingual("lire les pages des auteurs trouvés", "read the pages of people found")),
        "comments": Option(bool, Bilingual("lire les commentaires (oui)", "read comments (yes)")),
    }
    caveats = (
        Bilingual(
            "ni abonnés ni votants d'une personne ; les votes venus d'ailleurs sont partiels",
            "neither a person's followers nor voters; votes from elsewhere are partial",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the listed servers."""
        return tuple(bases(SOURCE, options.get("instances", [])))

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return the pages of each list, and one or two requests per person."""
        lists = len(options.get("communities", [])) + len(options.get("queries", [])) + len(brief.seeds.hashtags)
        return max(1, len(options.get("instances", []))) * (1 + lists * MOST_PAGES) + brief.budget.accounts * 2

    def seeds(self, context: Context) -> Batch:
        """Ask each server which program it runs: that tells the generation of its API."""
        servers = bases(SOURCE, list(context.options.get("instances", [])))
        if not servers:
            raise nothing_to_ask(SOURCE, "instances")
        asks = [Ask(f"{base}/nodeinfo/2.1", "nodeinfo", {"base": base}, why="listed in the brief") for base in servers]
        return Batch(asks=asks)

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask the listed servers for the posts and comments that are their own, one at a time."""
        asks: list[Ask] = []
        for base in bases(SOURCE, list(context.options.get("instances", []))):
            version = 4 if context.notes.get(f"version {base}") == "4" else 3
            for one in held:
                found = (
                    OWN.match((one.url or "").removeprefix(base)) if (one.url or "").startswith(f"{base}/") else None
                )
                if found and len(asks) < room:
                    address = query(f"{base}/api/v{version}/{found[1]}", id=found[2])
                    asks.append(recheck_ask(address, [one], base=base, v=version, page=1))
        return asks

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields, by what was asked for."""
        if answer.purpose == "nodeinfo":
            return _start(answer, context)
        if answer.purpose == "recheck" and _unknown(answer):
            return Batch(records=vanished(answer, SOURCE, ()))
        if answer.status >= 400:
            return _refused(answer)
        told = answer.json()
        if not isinstance(told, dict):
            raise ValueError("not an answer of Lemmy")  # noqa: TRY004 - one kind of error for a wrong answer
        if answer.purpose == "recheck":
            return Batch(records=[one for name in ("post_view", "comment_view") if name in told
                                  for one in _view(as_dict(told[name]), answer)])  # fmt: skip
        return _read(answer, told, context)

    def failed(self, answer: Answer, context: Context) -> Batch:
        """A server that hides what it runs is asked in the older way."""
        return _start(answer, context) if answer.purpose == "nodeinfo" else Batch()


def _start(answer: Answer, context: Context) -> Batch:
    """Ask a server for its lists; version 0 speaks v3, later ones v4."""
    try:
        software = as_dict(as_dict(answer.json()).get("software")) if 200 <= answer.status < 300 else {}
    except ValueError:
        software = {}
    version = word(software.get("version"), 50) or "0"
    base, options = answer.payload["base"], context.options
    payload = {"base": base, "v": 3 if version.startswith("0") else 4, "page": 1}
    asks = [_ask(payload, "community", name) for name in options.get("communities", [])]
    terms = context.searches(options.get("queries", []))
    asks += [_ask(payload, "search", term) for term in dict.fromkeys(terms)]
    own = (address_of(seed) for seed in context.seed_accounts)
    names = [name for name, domain in (one for one in own if one) if domain == urlsplit(base).netloc]
    asks += [ask for name in names for ask in _person_asks(payload, name, 0, "seed", None, ())]
    if not asks:
        asks = [_ask(payload, "community", "")]
    return Batch(asks=asks, notes={f"version {base}": str(payload["v"])})


def _ask(payload: dict[str, Any], purpose: str, name: str, cursor: str | None = None, **more: Any) -> Ask:
    """Ask for one page of a list; `purpose` names the list."""
    v4, page = payload["v"] == 4, payload["page"]
    new, place = ("new" if v4 else "New"), f"{payload['base']}/api/v{payload['v']}"
    turn = {"page_cursor": cursor} if v4 or purpose == "community" else {"page": page}
    if purpose == "community":
        address = query(f"{place}/post/list", community_name=name or None, type_="all" if v4 else "All", sort=new,
                        limit=PAGE, **turn)  # fmt: skip
    elif purpose == "search" and v4:
        address = query(f"{place}/search", search_term=name, type_="posts", limit=PAGE, **turn)
    elif purpose == "search":
        address = query(f"{place}/search", q=name, type_="Posts", sort=new, listing_type="All", limit=PAGE, **turn)
    elif purpose == "comments":
        address = query(f"{place}/comment/list", post_id=name, sort=new, limit=PAGE, **turn)
    elif v4 and purpose == "person":
        address = query(f"{place}/person", username=name)
    elif v4:
        address = query(f"{place}/person/content", username=name, type_="all", limit=PAGE, **turn)
    else:
        address = query(f"{place}/user", username=name, sort=new, limit=PAGE, **turn)
    kept = payload | {"name": name}
    return Ask(address, purpose, kept, recurring=page == 1 and cursor is None, chain=page > 1, **{"why": name} | more)


def _person_asks(
    payload: dict[str, Any], name: str, hop: int, why: str, account: str | None, texts: tuple[str, ...]
) -> list[Ask]:
    """Ask for a person; the later generation tells profile and posts in two answers."""
    purposes = ("person", "content") if payload["v"] == 4 else ("person",)
    first = {"base": payload["base"], "v": payload["v"], "page": 1}
    return [_ask(first, one, name, hop=hop, why=why, account=account, texts=texts) for one in purposes]


def _error(answer: Answer) -> str:
    try:
        return word(as_dict(answer.json()).get("error"), 100) or ""
    except ValueError:
        return ""


def _unknown(answer: Answer) -> bool:
    """A thing that is not there is answered by 404, by older servers by 400 with a word."""
    return answer.status in {404, 410} or (
        answer.status == 400 and _error(answer).startswith(("couldnt_find", "not_found"))
    )


def _refused(answer: Answer) -> Batch:
    error, unknown = _error(answer), _unknown(answer)
    if unknown and answer.hop:
        return Batch()
    return Batch(troubles=[("unknown_account" if unknown else f"http_{answer.status}", f"{answer.url} {error}")])


def _read(answer: Answer, told: dict[str, Any], context: Context) -> Batch:
    batch = Batch()
    person = as_dict(told.get("person_view"))
    if person and (record := _account(as_dict(person.get("person")), person, answer)) is not None:
        batch.records.append(record)
    views = [view for name in LISTS for view in rows(told.get(name), 200)]
    if not person and not any(isinstance(told.get(name), list) for name in LISTS):
        raise ValueError("neither posts nor a person in the answer")
    dates = []
    for view in views:
        found = _view(view, answer)
        if len(found) == 2:
            dates.append(found[1]["published_at"])
            if context.since is None or found[1]["published_at"] >= context.since.isoformat():
                batch.records += found
                batch.asks += _further(view, found, answer, context)
    batch.records = once(batch.records)
    batch.asks = list({ask.url: ask for ask in batch.asks}.values())
    fresh = context.since is None or any(date >= context.since.isoformat() for date in dates)
    _next(answer, told, len(views), batch, fresh=fresh)
    return batch


def _further(view: dict[str, Any], found: list[Record], answer: Answer, context: Context) -> list[Ask]:
    """Ask for a post's comments, and for the person who wrote it."""
    account, post = found
    if "deleted_at" in post:
        return []
    payload, asks = {"base": answer.payload["base"], "v": answer.payload["v"], "page": 1}, []
    texts = (" ".join(filter(None, (post.get("title"), post.get("text"))))[:2000],)
    number = number_id(as_dict(view.get("post")).get("id"))
    if context.options.get("comments", True) and post.get("replies") and number and "comment" not in view:
        asks.append(_ask(payload, "comments", number, hop=answer.hop, why=f"comments of {post['url']}", texts=texts))
    hop = answer.hop + 1
    if hop <= int(context.options.get("hops", HOPS)) and answer.purpose not in {"person", "content"}:
        name = account["handle"].lstrip("@")
        asks += _person_asks(payload, name, hop, f"wrote {post['url']}", account["account_id"], texts)
    return asks


def _next(answer: Answer, told: dict[str, Any], shown: int, batch: Batch, *, fresh: bool) -> None:
    cursor = word(told.get("next_page"), 500)
    payload, v4 = answer.payload, answer.payload["v"] == 4
    by_cursor = v4 or answer.purpose == "community"
    more = bool(cursor) if by_cursor else shown >= PAGE
    if not (shown and more and fresh) or payload["page"] >= MOST_PAGES or cursor == payload.get("cursor", ""):
        return
    following = {"base": payload["base"], "v": payload["v"], "page": payload["page"] + 1, "cursor": cursor or ""}
    batch.asks.append(_ask(following, answer.purpose, payload["name"], cursor, hop=answer.hop, why="next page"))


# --- records: what is named otherwise in the two generations ---------------------------------------------------------


def _view(view: dict[str, Any], answer: Answer) -> list[Record]:
    """Return the writer and the post or comment of a view, or nothing when a part is missing."""
    account = _account(as_dict(view.get("creator")), {}, answer)
    comment, post = as_dict(view.get("comment")), as_dict(view.get("post"))
    thing = comment or post
    uid, made = _uid(thing), _time(thing, "published")
    if account is None or uid is None or made is None:
        return []
    head: Record = {
        "type": "post",
        "post_id": uid,
        "account_id": account["account_id"],
        "source": SOURCE,
        "native_id": number_id(thing.get("id")) or uid,
        "kind": "reply" if comment else "post",
        "published_at": made,
    }
    if thing.get("deleted") is True or thing.get("removed") is True:
        by = "deleted" if thing.get("deleted") is True else "removed"
        return [account, head | {"deleted_at": answer.at.isoformat(), "extra": {"taken_away": by}}]
    counts = {**thing, **as_dict(view.get("counts"))}
    link = None if comment else web_address(post.get("url"))
    score = counts.get("score")
    return [
        account,
        head
        | {
            "edited_at": _time(thing, "updated"),
            "title": None if comment else clean(post.get("name"), 500),
            "text": clean(thing.get("content") if comment else thing.get("body")) or "",
            "url": uid[3:],
            "in_reply_to": _parent(comment, post, answer) if comment else None,
            "tags": [name] if (name := word(as_dict(view.get("community")).get("name"), 100)) else None,
            "hashtags": [],
            "mentions": [],
            "links": [link] if link else [],
            "likes": count(counts.get("upvotes")),
            "replies": count(counts.get("child_count" if comment else "comments")),
            "score": score if isinstance(score, int) and not isinstance(score, bool) and abs(score) < 2**53 else None,
            "observed_at": answer.at.isoformat(),
            "extra": {"view_scope": "home" if thing.get("local") is True else "remote_view"},
        },
    ]


def _parent(comment: dict[str, Any], post: dict[str, Any], answer: Answer) -> str | None:
    """A comment's path lists its ancestors by their local numbers: `0.12.34` answers 12, `0.12` the post."""
    path = word(comment.get("path"), 2000) or "0"
    above = [part for part in path.split(".")[1:-1] if part.isascii() and part.isdigit()]
    local = comment.get("local") is True or f"{answer.payload['base']}/" in (_uid(comment) or "")
    return f"ap:{answer.payload['base']}/comment/{above[-1]}" if above and local else None if above else _uid(post)


def _account(person: dict[str, Any], view: dict[str, Any], answer: Answer) -> Record | None:
    uid, name = _uid(person), word(person.get("name"), 100)
    if uid is None or name is None:
        return None
    host = urlsplit(uid[3:]).netloc
    bio = clean(person.get("bio"), 5000)
    consent = profile_consent(bio=bio or "")
    counts = {**person, **as_dict(view.get("counts"))}
    banned = person.get("banned") is True or view.get("banned") is True
    return {
        "type": "account",
        "account_id": uid,
        "source": SOURCE,
        "native_id": number_id(person.get("id")) or uid,
        "instance": host,
        "handle": f"@{name}@{host}",
        "display_name": clean(person.get("display_name"), 200) or name,
        "url": uid[3:],
        "summary": bio,
        "created_at": _time(person, "published"),
        "is_automated": person["bot_account"] if isinstance(person.get("bot_account"), bool) else None,
        "consent": "deny" if person.get("deleted") is True else consent.decision,
        "consent_signals": (["deleted=true"] if person.get("deleted") is True else list(consent.signals)) or None,
        "status": "deleted" if person.get("deleted") is True else "suspended" if banned else None,
        "posts": count(counts.get("post_count")) if view else None,
        "observed_at": answer.at.isoformat(),
        "extra": {"view_scope": "home" if f"{answer.payload['base']}/" in uid else "remote_view"},
    }


def _uid(thing: dict[str, Any]) -> str | None:
    address = web_address(thing.get("ap_id")) or web_address(thing.get("actor_id"))
    return f"ap:{address}" if address else None


def _time(thing: dict[str, Any], name: str) -> str | None:
    return iso(thing.get(name)) or iso(thing.get(f"{name}_at"))
