"""Misskey and its forks (Sharkey, Firefish, Iceshrimp): hashtags, open searches, people and their notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option, Policy
from crawlers.mastodon import address_of
from crawlers.misskey import PUBLIC, SOURCE, Reader
from crawlers.recheck import recheck_ask, vanished
from crawlers.shapes import as_dict, bases, iso, nothing_to_ask, once, posting, rows, word
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

PAGE = 100
SHORTEST = 20  # a page with fewer is the last one, whatever the server's own ceiling
TAG_PAGES = 10
HOPS = 2
LISTS = {"notes/search-by-tag": "tag", "notes/search": "query"}
BARE = ("type", "post_id", "account_id", "source", "native_id", "kind", "published_at", "url", "observed_at", "extra")
EXPECTED = frozenset({"NO_SUCH_USER", "FORBIDDEN", "NO_SUCH_NOTE"})  # of people met on the way: nothing is wrong


class Misskey(Connector):
    """Notes and people of Misskey servers; every question is a POST."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "reposts", "quotes", "mentions", "hashtags", "search", "follows"})
    policy = Policy(pace=2.0)
    options: ClassVar[Mapping[str, Option]] = {
        "instances": Option(list, Bilingual("serveurs à interroger", "servers to ask")),
        "queries": Option(list, Bilingual("mots à chercher, là où c'est ouvert", "words to search for, where open")),
        "hops": Option(int, Bilingual("distance maximale des graines", "greatest distance from the seeds")),
        "tag_pages": Option(int, Bilingual("pages par mot-dièse", "pages per hashtag")),
        "follows": Option(bool, Bilingual("lire qui suit qui, si c'est visible", "read who follows whom, where shown")),
    }
    caveats = (
        Bilingual(
            "recherche fermée par défaut chez Misskey ; les réactions (emoji) sont comptées ensemble",
            "search is closed by default on Misskey; reactions (emoji) are counted together",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the servers."""
        return tuple(bases(SOURCE, options.get("instances", [])))

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return the pages of each hashtag and search, and three requests per person."""
        lists = len(brief.seeds.hashtags) + len(options.get("queries", []))
        servers = max(1, len(options.get("instances", [])))
        return servers * lists * int(options.get("tag_pages", TAG_PAGES)) + brief.budget.accounts * 3

    def seeds(self, context: Context) -> Batch:
        """Ask each server for the hashtags and searches, and for the seeds that live there."""
        servers = bases(SOURCE, list(context.options.get("instances", [])))
        asks = [_list_ask(base, "notes/search-by-tag", tag) for base in servers
                for tag in context.hashtags]  # fmt: skip
        asks += [_list_ask(base, "notes/search", query) for base in servers
                 for query in context.options.get("queries", [])]  # fmt: skip
        asks += [_ask(base, "users/show", which, why="seed", recurring=True) for base in servers
                 for seed in context.seed_accounts if (which := _who(base, seed))]  # fmt: skip
        if not asks:
            raise nothing_to_ask(SOURCE, "instances, hashtags, queries")
        return Batch(asks=asks)

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask the listed servers for the notes that are their own, one at a time."""
        asks: list[Ask] = []
        for base in bases(SOURCE, list(context.options.get("instances", []))):
            for one in held:
                if one.post_id == f"ap:{base}/notes/{one.native_id}" and len(asks) < room:
                    address, payload = posting(f"{base}/api/notes/show", {"noteId": one.native_id})
                    asks.append(recheck_ask(address, [one], **payload, base=base))
        return asks

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields; errors carry a code in their body."""
        told = answer.json()
        if answer.purpose == "recheck":
            return _again(answer, as_dict(told))
        if answer.status >= 400:
            return _refused(answer, told)
        if answer.purpose == "users/show":
            return _person(answer, context, as_dict(told))
        if not isinstance(told, list):
            raise ValueError("not a list of Misskey")  # noqa: TRY004 - one kind of error for a wrong answer
        if answer.purpose in {"users/followers", "users/following"}:
            return _ties(answer, told)
        return _notes(answer, context, rows(told))


def _who(base: str, seed: str) -> dict[str, str] | None:
    """Return how a server is asked for a seed of its own: by the number that its address holds, else by name."""
    told = seed.strip()
    if told.startswith(f"{base}/users/"):
        return {"userId": told.removeprefix(f"{base}/users/").rstrip("/")}
    found = address_of(told)
    return {"username": found[0]} if found and found[1] == urlsplit(base).netloc.lower() else None


def _ask(
    base: str, endpoint: str, body: dict[str, Any], *, hop: int = 0, why: str = "", texts: tuple[str, ...] = (),
    account: str | None = None, chain: bool = False, recurring: bool = False, **told: Any,
) -> Ask:  # fmt: skip
    address, payload = posting(f"{base}/api/{endpoint}", body)
    return Ask(address, endpoint, payload | {"base": base} | told, texts, hop, why, account, recurring, chain=chain)


def _list_ask(base: str, endpoint: str, term: str, until: str | None = None, page: int = 0) -> Ask:
    body = {LISTS[endpoint]: term, "limit": PAGE, "untilId": until}
    return _ask(base, endpoint, body, why=f"{LISTS[endpoint]}: {term}", chain=page > 0, recurring=page == 0,
                term=term, page=page)  # fmt: skip


def _notes_ask(answer: Answer, user: str, key: str, hop: int, until: str | None = None, seen: int = 0) -> Ask:
    body = {"userId": user, "limit": PAGE, "untilId": until, "withReplies": True, "withRenotes": True}
    return _ask(answer.payload["base"], "users/notes", body, hop=hop, why="notes", account=key, chain=seen > 0,
                recurring=seen == 0, user=user, uid=key, seen=seen)  # fmt: skip


def _refused(answer: Answer, told: object) -> Batch:
    code = word(as_dict(as_dict(told).get("error")).get("code"), 60) or f"http_{answer.status}"
    if code in EXPECTED and (answer.hop or code == "FORBIDDEN"):
        return Batch()
    detail = "notes/search" if code == "UNAVAILABLE" else answer.url
    return Batch(troubles=[("search_closed" if code == "UNAVAILABLE" else code.lower(), detail)])


def _again(answer: Answer, told: dict[str, Any]) -> Batch:
    """Tell a note that is gone or no longer public; take one that is there as it is now."""
    if answer.status >= 400:
        missing = as_dict(told.get("error")).get("code") == "NO_SUCH_NOTE"
        return Batch(records=vanished(answer, SOURCE, ())) if missing else _refused(answer, told)
    [asked] = answer.payload["held"]
    if word(told.get("id"), 100) != asked["native_id"]:
        raise ValueError("another note than was asked for")
    if word(told.get("visibility"), 20) not in PUBLIC:
        return Batch(records=vanished(answer, SOURCE, ()))
    return Batch(records=_kept(Reader(answer).note(told), asked["account_id"]))


def _person(answer: Answer, context: Context, user: dict[str, Any]) -> Batch:
    record = Reader(answer).account(user)
    if record is None:
        raise ValueError("no user in the answer")
    batch = Batch(records=[record])
    if record["consent"] == "deny" or record["status"]:
        return batch
    batch.asks.append(_notes_ask(answer, record["native_id"], record["account_id"], answer.hop))
    if context.options.get("follows"):
        for endpoint in ("users/following", "users/followers"):
            body = {"userId": record["native_id"], "limit": PAGE}
            batch.asks.append(_ask(answer.payload["base"], endpoint, body, hop=answer.hop, why=endpoint,
                                   account=record["account_id"], uid=record["account_id"]))  # fmt: skip
    return batch


def _notes(answer: Answer, context: Context, notes: list[dict[str, Any]]) -> Batch:
    """Return a person's notes; of a list only whom to ask: nobody's words are kept before their profile was read."""
    since = context.since.isoformat() if context.since else ""
    own = answer.payload.get("uid")
    batch, reader = Batch(), Reader(answer, {answer.payload["user"]: own} if own else None)
    dates = [made for note in notes if (made := iso(note.get("createdAt")))]
    for note in notes:
        if own and (iso(note.get("createdAt")) or "") >= since:
            batch.records += _kept(reader.note(note), own)
        batch.asks += _authors(answer, context, reader, note)
    batch.records = once(batch.records)
    batch.asks = list({ask.url: ask for ask in batch.asks}.values())
    last = word(notes[-1].get("id"), 100) if notes else None
    if (
        last
        and len(notes) >= SHORTEST
        and max(dates, default="") >= since
        and last != answer.payload["post"].get("untilId")
    ):
        batch.asks += _next(answer, context, last, len(notes))
    return batch


def _kept(told: list[Record], own: str) -> list[Record]:
    """Return the person's own posts whole, of what they hand on the bare fact: its author's wishes are not known."""
    posts = [record for record in told if record["type"] == "post"]
    return [
        post if post["account_id"] == own else {name: post[name] for name in BARE if name in post} for post in posts
    ]


def _next(answer: Answer, context: Context, last: str, found: int) -> list[Ask]:
    told = answer.payload
    if answer.purpose == "users/notes":
        seen = int(told["seen"]) + found
        return [_notes_ask(answer, told["user"], told["uid"], answer.hop, last, seen)] \
            if seen < context.posts_per_account else []  # fmt: skip
    page = int(told["page"]) + 1
    more = page < int(context.options.get("tag_pages", TAG_PAGES))
    return [_list_ask(told["base"], answer.purpose, told["term"], last, page)] if more else []


def _authors(answer: Answer, context: Context, reader: Reader, note: dict[str, Any]) -> list[Ask]:
    """Return what to ask of the people of a note: who wrote it, whom it hands on, whom it answers."""
    if answer.hop >= int(context.options.get("hops", HOPS)):
        return []
    asks = []
    for one in (note, as_dict(note.get("renote")), as_dict(note.get("reply"))):
        user, text = as_dict(one.get("user")), word(one.get("text"), 2000)
        identifier = word(user.get("id"), 100)
        if identifier and identifier != answer.payload.get("user"):
            asks.append(_ask(answer.payload["base"], "users/show", {"userId": identifier}, hop=answer.hop + 1,
                             why="met in a note", texts=(text,) if text else (), account=reader.key(user),
                             recurring=True))  # fmt: skip
    return asks


def _ties(answer: Answer, told: list[Any]) -> Batch:
    reader, own = Reader(answer), answer.payload["uid"]
    following = answer.purpose == "users/following"
    batch = Batch()
    for row in rows(told):
        record = reader.account(as_dict(row.get("followee" if following else "follower")))
        if record is None:
            continue
        ends = (own, record["account_id"]) if following else (record["account_id"], own)
        batch.records += [record, {"type": "tie", "source": SOURCE, "from_account": ends[0], "to_account": ends[1],
                                   "kind": "follow", "observed_at": answer.at.isoformat()}]  # fmt: skip
    batch.records = once(batch.records)
    return batch
