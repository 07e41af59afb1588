"""Bluesky through its AppView: profiles, author feeds, follows, quotes, lists and starter packs, without an account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from crawlers.bluesky import HANDLE, POST, SOURCE, URI, Reader, did_of, item_time, uid_of
from crawlers.bluesky_search import FORM, names, search_asks, session
from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option, Policy
from crawlers.jetstream import read_stream, stream_asks
from crawlers.own_key import shown_to
from crawlers.recheck import packs, recheck_ask, vanished
from crawlers.shapes import as_dict, bases, nothing_to_ask, once, query, rows, word
from crawlers.text import clean
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

PUBLIC = "https://public.api.bsky.app"
PAGE = 100  # the most the AppView gives; more is answered by 400
HOPS = 2
MOST_PAGES = 50
MOST_LIST_PAGES = 5
REPOST = "app.bsky.feed.repost"
REPOSTED = re.compile(rf"^at://(did:[a-z]+:[\w.:%-]+)/{re.escape(REPOST)}/([\w.~:-]+)$")
UNFOUND = "Could not locate record"
AT_ONCE = 25  # posts that one getPosts may name
GONE = {"AccountDeactivated": "deactivated", "AccountTakedown": "suspended"}
PROFILE = re.compile(r"^https?://(?:[\w.\-]+\.)?bsky\.app/profile/([^/\s]{3,260})/?$")
LIST = re.compile(r"^https?://(?:[\w.\-]+\.)?bsky\.app/profile/([^/\s]{3,260})/lists/([\w.~:\-]{1,512})/?$")
PACK = re.compile(r"^https?://(?:[\w.\-]+\.)?bsky\.app/starter-pack/([^/\s]{3,260})/([\w.~:\-]{1,512})/?$")
LIST_KIND, PACK_KIND = "app.bsky.graph.list", "app.bsky.graph.starterpack"
PEOPLE = {"follows": "getFollows", "followers": "getFollowers"}


class Bluesky(Connector):
    """Profiles, posts, reposts, quotes and follows of Bluesky."""

    kind = SOURCE
    policy = Policy(credential=FORM)
    capabilities = frozenset({"profiles", "posts", "reposts", "quotes", "mentions", "follows", "lists", "incremental"})
    options: ClassVar[Mapping[str, Option]] = {
        "service": Option(str, Bilingual("adresse de l'AppView", "address of the AppView")),
        "lists": Option(list, Bilingual("listes et starter packs de départ", "lists and starter packs to start from")),
        "hops": Option(int, Bilingual("distance aux graines", "steps away from the seeds")),
        "replies": Option(bool, Bilingual("lire aussi les réponses (oui)", "read replies as well (yes)")),
        "follows": Option(bool, Bilingual("lire les abonnements", "read whom people follow")),
        "followers": Option(bool, Bilingual("lire les abonnés", "read who follows people")),
        "jetstream": Option(
            str, Bilingual("adresse d'un Jetstream à écouter (wss://…)", "address of a Jetstream (wss://…)")
        ),
        "stream_seconds": Option(
            int, Bilingual("secondes d'écoute, une fois à jour", "seconds to listen, once caught up")
        ),
        "stream_people": Option(bool, Bilingual("n'écouter que les graines", "listen to the seeds only")),
        "search": Option(
            bool, Bilingual("chercher des posts avec votre propre compte", "search posts with your own account")
        ),
        "pds": Option(str, Bilingual("serveur de votre compte", "server of your account")),
        "quotes": Option(bool, Bilingual("lire qui cite chaque post", "read who quotes each post")),
    }
    caveats = (
        Bilingual(
            "la recherche de posts est fermée sans compte : on part de personnes, de listes et de biographies",
            "searching posts is shut without an account: the crawl starts from people, lists and bios",
        ),
        Bilingual(
            "les listes d'abonnés sont un peu plus courtes que les nombres affichés (comptes désactivés, bloqués)",
            "lists of followers run a little short of the counts shown (deactivated or blocked accounts)",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the AppView."""
        return (service(options),)

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return one request per profile and one per page of its posts."""
        pages = -(-brief.budget.posts_per_account // PAGE)
        extra = bool(options.get("follows")) + bool(options.get("followers"))
        starts = len(brief.seeds.hashtags) + len(options.get("lists", []))
        return starts + brief.budget.accounts * (1 + min(pages, 3) + extra)

    def seeds(self, context: Context) -> Batch:
        """Ask for the seeds' profiles, the lists, and who speaks of the hashtags in their bio."""
        base = service(context.options)
        actors = [actor for seed in context.seed_accounts if (actor := actor_of(seed))]
        asks = [_profile_ask(base, actor, hop=0, why="seed", texts=()) for actor in dict.fromkeys(actors)]
        asks += [ask for entry in context.options.get("lists", []) for ask in _list_asks(base, entry)]
        for tag in context.hashtags:
            address = query(f"{base}/xrpc/app.bsky.actor.searchActors", q=tag, limit=PAGE)
            asks.append(Ask(address, "people", {"base": base}, why=f"bio: {tag}", recurring=True))
        asks += stream_asks(context.options, context, base) + search_asks(context, base)
        if not asks:
            raise nothing_to_ask(SOURCE, "seeds.accounts, seeds.hashtags, lists")
        return Batch(asks=asks)

    def signed_in(self, secret: str, agent: str, options: Mapping[str, Any]) -> str:
        """Open a session on the server of the user's own account; raises VigieError when it is refused."""
        return session(secret, agent, options)

    def signature(self, url: str, secret: str, now: float) -> dict[str, str]:  # noqa: ARG002
        """Return the session's token, for the account's own server alone."""
        own = shown_to(secret, url)
        return {"Authorization": f"Bearer {own}"} if own else {}

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask for the posts held, 25 at once, and for each repost: those no longer served are gone."""
        base = service(context.options)
        posts = [one for one in held if URI.match(one.native_id) and f"/{POST}/" in one.native_id]
        asks = []
        for group in packs(posts, AT_ONCE)[:room]:
            uris = urlencode([("uris", one.native_id) for one in group])
            asks.append(recheck_ask(f"{base}/xrpc/app.bsky.feed.getPosts?{uris}", group, base=base))
        for one in held:
            told = REPOSTED.match(one.native_id)
            if told and len(asks) < room:
                address = query(
                    f"{base}/xrpc/com.atproto.repo.getRecord", repo=told[1], collection=REPOST, rkey=told[2]
                )
                asks.append(recheck_ask(address, [one], base=base, record=True))
        return asks

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields, by what was asked for."""
        if answer.payload.get("record"):
            return _record_again(answer)
        if answer.status >= 400:
            return _refused(answer)
        if answer.purpose == "stream":
            return read_stream(answer, context)
        body = answer.json()
        if not isinstance(body, dict):
            raise ValueError("not an answer of an AppView")  # noqa: TRY004 - one kind of error for a wrong answer
        readers = {
            "profile": _profile,
            "feed": _feed,
            "quotes": _feed,
            "streamed": _feed,
            "search": _feed,
            "people": _people,
            "list": _people,
            "follows": _people,
            "followers": _people,
            "pack": _pack,
            "resolve": _resolve,
            "recheck": _again,
        }
        return readers[answer.purpose](answer, body, context)


def service(options: Mapping[str, Any]) -> str:
    """Return the AppView's base address; raises UserError when it is none."""
    return bases(SOURCE, [str(options.get("service") or PUBLIC)])[0]


def actor_of(seed: str) -> str | None:
    """Return the handle or DID of an account as people write it, or None when it is not one of Bluesky's."""
    told = seed.strip()
    profile = PROFILE.match(told)
    name = (profile[1] if profile else told.removeprefix("bluesky:").removeprefix("at://")).removeprefix("at:")
    name = name.removeprefix("@")
    return did_of(name) or (name.lower() if HANDLE.match(name.lower()) else None)


# --- answers ------------------------------------------------------------------------------------------------------


def _refused(answer: Answer) -> Batch:
    try:
        told = as_dict(answer.json())
    except ValueError:
        told = {}
    error, message = word(told.get("error"), 100) or "", word(told.get("message"), 200) or ""
    if answer.purpose == "search" and answer.status in {401, 403}:
        return Batch(troubles=[("login_wanted", answer.url)])
    known = did_of(answer.payload.get("actor"))
    if error in GONE:
        gone: Record = {"type": "account", "account_id": f"at:{known}", "source": SOURCE, "native_id": known}
        gone |= {"consent": "deny", "consent_signals": [error], "status": GONE[error]}
        return Batch(records=[gone | {"observed_at": answer.at.isoformat()}] if known else [])
    if message.endswith("not found") or error.endswith("NotFound"):
        return Batch() if answer.hop else Batch(troubles=[("unknown_account", f"{answer.url}: {message}")])
    return Batch(troubles=[(f"http_{answer.status}", f"{answer.url}: {error} {message}")])


def _profile(answer: Answer, told: dict[str, Any], context: Context) -> Batch:
    record = Reader(answer.at, context.notes).account(told, whole=True)
    if record is None:
        raise ValueError("no profile in the answer")
    did, batch = record["native_id"], Batch(records=[record])
    wish = f"wish {did}"
    if record["consent"] != "allow" or wish in context.notes:
        signals = " ".join(record["consent_signals"] or ())
        batch.notes[wish] = f"{record['consent']} {signals}" if record["consent"] != "allow" else ""
    if record["consent"] == "deny":
        return batch
    base, texts = answer.payload["base"], (*answer.payload.get("texts", ()), record["summary"] or "")
    told_by = tuple(text for text in texts if text)[:5]
    batch.asks.append(_feed_ask(base, did, context, hop=answer.hop, texts=told_by))
    for name, method in PEOPLE.items():
        if context.options.get(name):
            address = query(f"{base}/xrpc/app.bsky.graph.{method}", actor=did, limit=PAGE)
            payload = {"base": base, "actor": did}
            batch.asks.append(
                Ask(address, name, payload, told_by, answer.hop, name, account=f"at:{did}", recurring=True)
            )
    return batch


def _feed(answer: Answer, told: dict[str, Any], context: Context) -> Batch:
    listed = told.get("feed" if answer.purpose == "feed" else "posts")
    if not isinstance(listed, list):
        raise ValueError("no list of posts in the answer")  # noqa: TRY004 - one kind of error for a wrong answer
    items = [row if answer.purpose == "feed" else {"post": row} for row in rows(listed)]
    if answer.purpose == "search":
        items = [item for item in items if names(item["post"], answer.payload["term"])]
    reader, batch = Reader(answer.at, context.notes), Batch()
    for item in items:
        if _in_window(item, context):
            batch.records += reader.item(item)
    batch.records = once(batch.records)
    batch.asks = _expand(answer, batch.records, context) + _quote_asks(answer, batch.records, context)
    if answer.purpose == "feed" and not _read_enough(answer, items, batch, context):
        _next(answer, told, batch, MOST_PAGES, {"count": answer.payload.get("count", 0) + len(items)})
    elif answer.purpose in {"quotes", "search"}:
        _next(answer, told, batch, MOST_LIST_PAGES, {})
    return batch


def _again(answer: Answer, told: dict[str, Any], context: Context) -> Batch:
    """Take the posts that are still served as they are now, and tell those that are not."""
    listed = told.get("posts")
    if not isinstance(listed, list):
        raise ValueError("no list of posts in the answer")  # noqa: TRY004 - one kind of error for a wrong answer
    views, reader = rows(listed), Reader(answer.at, context.notes)
    asked = {row["post_id"] for row in answer.payload["held"]}
    found = [record for view in views for record in reader.post(view)]
    kept = [record for record in found if record["type"] == "account" or record["post_id"] in asked]
    present = {uid for view in views if (uid := uid_of(view.get("uri")))}
    return Batch(records=once(kept + vanished(answer, SOURCE, present)))


def _record_again(answer: Answer) -> Batch:
    """Tell a repost that its author took back: its record is no longer in the repository."""
    told = as_dict(answer.json())
    if answer.status < 400:
        return Batch()
    missing = word(told.get("error"), 100) == "RecordNotFound" or str(told.get("message")).startswith(UNFOUND)
    if answer.status in {400, 404} and missing:
        return Batch(records=vanished(answer, SOURCE, ()))
    return _refused(answer)


def _in_window(item: dict[str, Any], context: Context) -> bool:
    when = item_time(item)
    return when is None or context.since is None or when >= context.since.isoformat()


def _read_enough(answer: Answer, items: list[dict[str, Any]], batch: Batch, context: Context) -> bool:
    """Set the mark of what was read, and tell whether older pages are of no use: known, too old, or too many."""
    times = [when for item in items if (when := item_time(item))]
    mark = f"bluesky {answer.payload['base']} {answer.payload['actor']}"
    known = context.marks.get(mark)
    until = answer.payload.setdefault("until", known)
    if times and (known is None or max(times) > known):
        batch.marks[mark] = max(times)
    if answer.payload.get("count", 0) + len(items) >= context.posts_per_account:
        return True
    newest, oldest = max(times, default=""), min(times, default="")
    too_old = bool(times) and context.since is not None and newest < context.since.isoformat()
    return too_old or bool(times and until and oldest < until)


def _people(answer: Answer, told: dict[str, Any], context: Context) -> Batch:
    named = next((name for name in ("actors", "items", "follows", "followers") if isinstance(told.get(name), list)), "")
    if not named:
        raise ValueError("no list of people in the answer")
    reader, batch = Reader(answer.at, context.notes), Batch()
    subject = f"at:{answer.payload.get('actor')}"
    for row in rows(told[named]):
        record = reader.account(as_dict(row.get("subject")) if named == "items" else row)
        if record is None:
            continue
        batch.records.append(record)
        if named in PEOPLE:
            ends = (subject, record["account_id"])[:: 1 if named == "follows" else -1]
            tie = {"type": "tie", "source": SOURCE, "from_account": ends[0], "to_account": ends[1], "kind": "follow"}
            batch.records.append(tie | {"observed_at": answer.at.isoformat()})
        if named != "followers" and record["consent"] != "deny":
            hop = answer.hop + (named == "follows")
            batch.asks += _visit(answer, record, hop, f"{answer.purpose}: {answer.url}", context)
    batch.records = once(batch.records)
    _next(answer, told, batch, MOST_LIST_PAGES, {})
    return batch


def _pack(answer: Answer, told: dict[str, Any], context: Context) -> Batch:  # noqa: ARG001 - one shape for all readers
    uri = as_dict(as_dict(told.get("starterPack")).get("list")).get("uri")
    return Batch(asks=_list_asks(answer.payload["base"], uri) if isinstance(uri, str) and URI.match(uri) else [])


def _resolve(answer: Answer, told: dict[str, Any], context: Context) -> Batch:  # noqa: ARG001 - one shape for all
    did = did_of(told.get("did"))
    if did is None:
        raise ValueError("no DID in the answer")
    return Batch(
        asks=_list_asks(answer.payload["base"], f"at://{did}/{answer.payload['kind']}/{answer.payload['key']}")
    )


# --- what to ask next ---------------------------------------------------------------------------------------------


def _profile_ask(base: str, actor: str, *, hop: int, why: str, texts: tuple[str, ...]) -> Ask:
    address = query(f"{base}/xrpc/app.bsky.actor.getProfile", actor=actor)
    payload = {"base": base, "actor": actor, "texts": [text[:1000] for text in texts[:3]]}
    account = f"at:{actor}" if did_of(actor) else None
    return Ask(address, "profile", payload, texts, hop, why, account=account, recurring=True)


def _feed_ask(base: str, did: str, context: Context, *, hop: int, texts: tuple[str, ...]) -> Ask:
    kept = "posts_with_replies" if context.options.get("replies", True) else "posts_no_replies"
    address = query(f"{base}/xrpc/app.bsky.feed.getAuthorFeed", actor=did, limit=PAGE, filter=kept, includePins="false")
    return Ask(
        address, "feed", {"base": base, "actor": did}, texts, hop, "profile read", account=f"at:{did}", recurring=True
    )


def _expand(answer: Answer, records: list[Record], context: Context) -> list[Ask]:
    """Ask for the people of a page: reposted, quoted, answered, mentioned."""
    texts: dict[str, str] = {}
    for record in records:
        if record["type"] == "post":
            for who in (record["account_id"], *record.get("mentions", ())):
                texts.setdefault(who, record.get("text") or "")
    left_out = {record["account_id"] for record in records if record.get("consent") == "deny"}
    own = f"at:{answer.payload.get('actor')}"
    hop = answer.hop + 1
    if hop > int(context.options.get("hops", HOPS)) and answer.purpose != "streamed":  # wishes are told in profiles
        return []
    base, why = answer.payload["base"], f"{answer.purpose} of {answer.payload.get('actor')}"
    return [
        _profile_ask(base, who[3:], hop=hop, why=why, texts=(text,) if text else ())
        for who, text in texts.items()
        if who != own and who not in left_out
    ]


def _quote_asks(answer: Answer, records: list[Record], context: Context) -> list[Ask]:
    if not context.options.get("quotes") or answer.purpose != "feed":
        return []
    base = answer.payload["base"]
    return [
        Ask(
            query(f"{base}/xrpc/app.bsky.feed.getQuotes", uri=record["native_id"], limit=PAGE),
            "quotes",
            {"base": base},
            (record["text"],),
            answer.hop,
            f"quotes of {record['url']}",
            account=record["account_id"],
        )
        for record in records
        if record["type"] == "post" and record.get("quotes") and record["account_id"] == f"at:{answer.payload['actor']}"
    ]


def _visit(answer: Answer, record: Record, hop: int, why: str, context: Context) -> list[Ask]:
    if hop > int(context.options.get("hops", HOPS)):
        return []
    texts = (record["summary"],) if record["summary"] else ()
    return [_profile_ask(answer.payload["base"], record["native_id"], hop=hop, why=why, texts=texts)]


def _list_asks(base: str, entry: str) -> list[Ask]:
    """Ask for a list or a starter pack, given by its at:// or web address; a handle in it is resolved first."""
    pack, listed = PACK.match(entry), LIST.match(entry)
    if pack or listed:
        kind, match = (PACK_KIND, pack) if pack else (LIST_KIND, listed)
        who, key = (match[1], match[2]) if match else ("", "")
        if did_of(who):
            return _list_asks(base, f"at://{who}/{kind}/{key}")
        address = query(f"{base}/xrpc/com.atproto.identity.resolveHandle", handle=who)
        return [Ask(address, "resolve", {"base": base, "kind": kind, "key": key}, why="listed in the brief")]
    match = URI.match(entry)
    if match is None or match[2] not in {LIST_KIND, PACK_KIND}:
        raise nothing_to_ask(SOURCE, f"lists: {clean(entry, 200)}")
    if match[2] == PACK_KIND:
        address = query(f"{base}/xrpc/app.bsky.graph.getStarterPack", starterPack=entry)
        return [Ask(address, "pack", {"base": base}, why="starter pack", recurring=True)]
    address = query(f"{base}/xrpc/app.bsky.graph.getList", list=entry, limit=PAGE)
    return [Ask(address, "list", {"base": base}, why="list", recurring=True)]


def _next(answer: Answer, told: dict[str, Any], batch: Batch, most: int, more: dict[str, Any]) -> None:
    """Ask for the next page: a page may be short or empty, only a missing cursor ends a list; one come again does."""
    cursor, payload = word(told.get("cursor"), 1000), answer.payload
    past = list(payload.get("cursors", ()))
    if cursor is None or len(past) >= most:
        return
    if cursor in past:
        batch.troubles.append(("repeating_pages", answer.url))
        return
    first = payload.get("first", answer.url)
    following = payload | more | {"first": first, "cursors": [*past, cursor]}
    batch.asks.append(
        Ask(
            query(first, cursor=cursor),
            answer.purpose,
            following,
            hop=answer.hop,
            why="next page",
            chain=True,
            account=f"at:{payload['actor']}" if did_of(payload.get("actor")) else None,
        )
    )
