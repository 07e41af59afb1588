"""Nostr: hashtags and people on the relays that the brief names; what a relay shows is its own view of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from crawlers import nostr
from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option, Policy
from crawlers.guard import origin
from crawlers.nostr import SOURCE
from crawlers.recheck import packs, recheck_ask, vanished
from crawlers.shapes import epoch, nothing_to_ask, once, word
from data.bilingual import Bilingual
from data.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.job import Held
    from data.brief.model import Brief

PAGE = 500
SHORTEST = 20  # relays have ceilings of their own; an answer with fewer is the last
AUTHORS = 50  # profiles to a question
TAG_PAGES = 10
HOPS = 2


class Nostr(Connector):
    """Notes, articles and profiles held by relays, each checked by its signature."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "reposts", "quotes", "mentions", "hashtags", "follows"})
    policy = Policy(pace=3.0)
    options: ClassVar[Mapping[str, Option]] = {
        "relays": Option(list, Bilingual("relais (wss://…)", "relays (wss://…)")),
        "authors": Option(list, Bilingual("personnes (npub… ou clé en hexadécimal)", "people (npub… or hex key)")),
        "hops": Option(int, Bilingual("distance maximale des graines", "greatest distance from the seeds")),
        "follows": Option(bool, Bilingual("lire qui suit qui", "read who follows whom")),
    }
    caveats = (
        Bilingual(
            "un relais ne montre que ce qu'il garde : aucun total n'est celui du réseau",
            "a relay shows only what it keeps: no total is the network's",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the relays."""
        return tuple(_relays(options))

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return the pages of the hashtags, and per relay a question per person and fifty profiles a question."""
        relays = max(1, len(options.get("relays", [])))
        people = brief.budget.accounts
        return relays * (min(len(brief.seeds.hashtags), 1) * TAG_PAGES + people + people // AUTHORS + 1)

    def seeds(self, context: Context) -> Batch:
        """Ask each relay for the hashtags and for the people named."""
        relays = _relays(context.options)
        named = [key for name in (*context.options.get("authors", []), *context.seed_accounts)
                 if (key := nostr.key_of(str(name)))]  # fmt: skip
        tags = list(dict.fromkeys(tag.lower() for tag in context.hashtags))
        asks = [_tagged_ask(relay, tags, context, None, 0) for relay in relays if tags]
        asks += [ask for relay in relays for ask in _profile_asks(relay, list(dict.fromkeys(named)), {}, 0)]
        if not asks:
            raise nothing_to_ask(SOURCE, "relays, hashtags, authors")
        return Batch(asks=asks)

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask each relay for their authors' requests to delete the events held (NIP-09), fifty events at once.

        That a relay lacks an event proves nothing: relays forget.
        """
        known = [one for one in held if nostr.HEX.match(one.native_id)]
        asks: list[Ask] = []
        for group in packs(known, AUTHORS):
            for relay in _relays(context.options):
                wanted = {"kinds": [nostr.DELETION], "#e": [one.native_id for one in group], "limit": PAGE}
                told = _ask(relay, "recheck", wanted, {})
                asks.append(recheck_ask(told.url, group, **told.payload))
        return asks[:room]

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields; what its signature does not bear out is counted and left."""
        if answer.status >= 400:
            return Batch(troubles=[("login_wanted" if answer.status == 401 else f"http_{answer.status}", answer.url)])
        told = answer.json()
        if not isinstance(told, list):
            raise ValueError("no list of events")  # noqa: TRY004 - one kind of error for a wrong answer
        events, wrong = nostr.valid(told)
        reader = {"tagged": _tagged, "profiles": _profiles, "recheck": _again}.get(answer.purpose, _notes)
        batch = reader(answer, context, events)
        batch.records = once(batch.records)
        if wrong:
            batch.troubles.append(("invalid_signature", f"{wrong} of {len(told)}: {answer.payload['relay']}"))
        return batch


def _relays(options: Mapping[str, Any]) -> list[str]:
    found = []
    for entry in options.get("relays", []):
        address = str(entry) if "://" in str(entry) else f"wss://{entry}"
        if not address.startswith(("ws://", "wss://")) or origin(address) is None:
            raise UserError(
                f"source {SOURCE} : « {entry} » n'est pas un relais (wss://…)",
                f'{SOURCE} source: "{entry}" is not a relay (wss://…)',
            )
        found.append(address.rstrip("/"))
    return list(dict.fromkeys(found))


def _ask(relay: str, purpose: str, wanted: dict[str, Any], payload: dict[str, Any], **told: Any) -> Ask:
    """Return a question; the fragment, which is not sent, tells it from others to the same relay."""
    asked = {name: value for name, value in wanted.items() if value is not None}
    shown = "&".join(f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"
                     for name, value in sorted(asked.items()))  # fmt: skip
    return Ask(f"{relay}#{shown}", purpose, payload | {"post": [asked], "relay": relay}, **told)


def _since(context: Context) -> int | None:
    return int(context.since.timestamp()) if context.since else None


def _tagged_ask(relay: str, tags: list[str], context: Context, until: int | None, page: int) -> Ask:
    wanted = {"kinds": [nostr.NOTE, nostr.ARTICLE], "#t": tags, "since": _since(context), "until": until, "limit": PAGE}
    return _ask(relay, "tagged", wanted, {"tags": tags, "page": page}, why=f"#{' #'.join(tags)}", recurring=page == 0,
                chain=page > 0)  # fmt: skip


def _profile_asks(relay: str, authors: list[str], texts: dict[str, str], hop: int) -> list[Ask]:
    """Ask for profiles, requests to vanish and follows, fifty people to a question."""
    asks = []
    for at in range(0, len(authors), AUTHORS):
        some = authors[at : at + AUTHORS]
        wanted = {"kinds": [nostr.PROFILE, nostr.FOLLOWS, nostr.VANISH], "authors": some}
        read = {key: texts[key] for key in some if key in texts}
        asks.append(_ask(relay, "profiles", wanted, {"authors": some, "texts": read}, hop=hop, why="profiles",
                         texts=tuple(read.values())[:20], recurring=True))  # fmt: skip
    return asks


def _notes_ask(
    relay: str, author: str, context: Context, hop: int, text: str, until: int | None = None, seen: int = 0
) -> Ask:
    wanted = {"kinds": [*nostr.POSTS, nostr.DELETION], "authors": [author], "since": _since(context), "until": until,
              "limit": PAGE}  # fmt: skip
    texts = (text,) if text else ()
    return _ask(relay, "notes", wanted, {"author": author, "seen": seen}, hop=hop, why="notes", texts=texts,
                account=f"nostr:{author}", recurring=seen == 0, chain=seen > 0)  # fmt: skip


def _tagged(answer: Answer, context: Context, events: list[dict[str, Any]]) -> Batch:
    """Read who used a hashtag: nobody's words are kept before their profile."""
    told, batch = answer.payload, Batch()
    if answer.hop < int(context.options.get("hops", HOPS)):
        texts = {event["pubkey"]: word(event["content"], 500) or "" for event in events}
        batch.asks += _profile_asks(told["relay"], list(texts), texts, answer.hop + 1)
    page, until = int(told["page"]) + 1, _before(answer, events)
    if until is not None and page < TAG_PAGES:
        batch.asks.append(_tagged_ask(told["relay"], told["tags"], context, until, page))
    return batch


def _profiles(answer: Answer, context: Context, events: list[dict[str, Any]]) -> Batch:
    batch, told, seen_at = Batch(), answer.payload, answer.at.isoformat()
    gone = {event["pubkey"] for event in events if event["kind"] == nostr.VANISH and _to_all(event, told["relay"])}
    asked = set(told["authors"])
    for author, event in nostr.newest(e for e in events if e["kind"] == nostr.PROFILE and e["pubkey"] in asked).items():
        record = nostr.account(event, vanished=author in gone, seen_at=seen_at)
        batch.records.append(record)
        if record["consent"] != "deny":
            text = told["texts"].get(author, "")
            batch.asks.append(_notes_ask(told["relay"], author, context, answer.hop, text))
    if context.options.get("follows"):
        allowed = {record["native_id"] for record in batch.records if record["consent"] == "allow"}
        for author, event in nostr.newest(e for e in events if e["kind"] == nostr.FOLLOWS).items():
            if author in allowed:
                people = [key for name, key in nostr.pairs(event) if name == "p" and nostr.HEX.match(key)]
                batch.records += [
                    {"type": "tie", "source": SOURCE, "from_account": f"nostr:{author}", "to_account": f"nostr:{key}",
                     "kind": "follow", "observed_at": seen_at} for key in dict.fromkeys(people)
                ]  # fmt: skip
    return batch


def _to_all(event: dict[str, Any], relay: str) -> bool:
    return any(name == "relay" and value in {"ALL_RELAYS", relay} for name, value in nostr.pairs(event))


def _notes(answer: Answer, context: Context, events: list[dict[str, Any]]) -> Batch:
    told, seen_at = answer.payload, answer.at.isoformat()
    own = [event for event in events if event["pubkey"] == told["author"]]
    markers = nostr.taken_back(own, seen_at)
    gone = {marker["post_id"] for marker in markers}
    since = context.since.isoformat() if context.since else ""
    posts = [post for event in own if event["kind"] in nostr.POSTS and (post := nostr.post(event, seen_at))]
    kept = [post for post in posts if post["post_id"] not in gone and post["published_at"] >= since]
    batch = Batch(records=[*kept, *markers])
    if answer.hop < int(context.options.get("hops", HOPS)):
        texts = {
            key.removeprefix("nostr:"): post.get("text", "")[:500] for post in kept for key in post.get("mentions", [])
        }
        batch.asks += _profile_asks(
            told["relay"], [key for key in texts if key != told["author"]], texts, answer.hop + 1
        )
    seen, until = int(told["seen"]) + len(events), _before(answer, events)
    if until is not None and seen < context.posts_per_account:
        batch.asks.append(_notes_ask(told["relay"], told["author"], context, answer.hop, "", until, seen))
    return batch


def _again(answer: Answer, context: Context, events: list[dict[str, Any]]) -> Batch:  # noqa: ARG001 - one shape
    """Tell the events held that their own authors asked to delete: others' requests mean nothing."""
    told = {(marker["post_id"], marker["account_id"]) for marker in nostr.taken_back(events, answer.at.isoformat())}
    there = {row["post_id"] for row in answer.payload["held"] if (row["post_id"], row["account_id"]) not in told}
    return Batch(records=vanished(answer, SOURCE, there))


def _before(answer: Answer, events: list[dict[str, Any]]) -> int | None:
    """Return the time to go on from: the oldest seen, itself included, since others may share its second."""
    dates: list[int] = [event["created_at"] for event in events if epoch(event["created_at"])]
    if len(dates) < SHORTEST:
        return None
    last: int | None = answer.payload["post"][0].get("until")
    oldest = min(dates)
    return oldest - 1 if last is not None and oldest >= last else oldest
