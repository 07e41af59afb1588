"""PeerTube: videos found by words or by channel; the audience is the channel's, the person is the account's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.consent import profile_consent
from crawlers.mastodon import address_of
from crawlers.recheck import recheck_ask, vanished
from crawlers.shapes import as_dict, bases, iso, nothing_to_ask, number_id, once, query, rows, word, words
from crawlers.text import clean, count, html_links, html_text, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

SOURCE = "peertube"
ACTOR = re.compile(r"^/(a|accounts|c|video-channels)/([\w.\-]{1,100})(?:/(?:videos|video-channels|about)?)?/?$")
PAGE = 100
MOST_PAGES = 10
HOPS = 1


class PeerTube(Connector):
    """Videos, channels and accounts of PeerTube servers."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "search", "hashtags", "incremental"})
    options: ClassVar[Mapping[str, Option]] = {
        "instances": Option(list, Bilingual("serveurs à interroger", "servers to ask")),
        "queries": Option(list, Bilingual("mots à chercher", "words to search for")),
        "channels": Option(list, Bilingual("chaînes (nom ou nom@domaine)", "channels (name or name@domain)")),
        "hops": Option(int, Bilingual("lire les chaînes trouvées", "read the channels found")),
    }
    caveats = (
        Bilingual(
            "les compteurs des vidéos venues d'autres serveurs sont partiels ; les listes d'abonnés sont fermées",
            "counters of videos from other servers are partial; lists of followers are shut",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the servers."""
        return tuple(bases(SOURCE, options.get("instances", [])))

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return a few pages per search and channel."""
        searches = len(options.get("queries", [])) + len(brief.seeds.hashtags)
        servers = max(1, len(options.get("instances", [])))
        return max(1, servers * searches * 3 + (len(options.get("channels", [])) + brief.budget.accounts) * 2)

    def seeds(self, context: Context) -> Batch:
        """Search each server for the words and hashtags; ask for the channels and for the seeds that live there."""
        servers, options = bases(SOURCE, list(context.options.get("instances", []))), context.options
        terms = context.searches(options.get("queries", []))
        asks = [_search_ask(base, term, 0) for base in servers for term in terms]
        asks += [_actor_ask(base, "video-channels", name, 0, "listed", ()) for base in servers
                 for name in options.get("channels", [])]  # fmt: skip
        for base in servers:
            for told in (_who(base, seed) for seed in context.seed_accounts):
                if told:
                    asks.append(_actor_ask(base, *told, 0, "seed", ()))
        if not asks:
            raise nothing_to_ask(SOURCE, "instances, queries, channels")
        return Batch(asks=asks)

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask the listed servers for the videos that are their own, one at a time."""
        servers = bases(SOURCE, list(context.options.get("instances", [])))
        own = [(base, one) for one in held for base in servers if (one.url or "").startswith(f"{base}/")]
        return [
            recheck_ask(f"{base}/api/v1/videos/{quote(one.native_id, safe='')}", [one], base=base)
            for base, one in own[:room]
        ]

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields; errors are RFC 7807 documents."""
        if answer.purpose == "recheck" and answer.status in {404, 410}:
            return Batch(records=vanished(answer, SOURCE, ()))
        if answer.status >= 400:
            if answer.status in {404, 410} and answer.hop:
                return Batch()
            return Batch(troubles=[(f"http_{answer.status}", answer.url)])
        told = answer.json()
        if not isinstance(told, dict):
            raise ValueError("not an answer of PeerTube")  # noqa: TRY004 - one kind of error for a wrong answer
        if answer.purpose == "recheck":
            return Batch(records=_video(told, answer))
        return _actor(answer, told) if answer.purpose == "actor" else _videos(answer, told, context)


def _who(base: str, seed: str) -> tuple[str, str] | None:
    """Return (kind of actor, name) of a seed that lives on a server: an account or a channel, by its page or its id."""
    place = ACTOR.match(seed.strip().removeprefix(base)) if seed.strip().startswith(f"{base}/") else None
    if place:
        return ("video-channels" if place[1] in {"c", "video-channels"} else "accounts"), place[2]
    found = address_of(seed)
    return ("accounts", found[0]) if found and found[1] == urlsplit(base).netloc else None


def _search_ask(base: str, term: str, start: int) -> Ask:
    address = query(f"{base}/api/v1/search/videos", search=term, sort="-publishedAt", start=start, count=PAGE)
    payload = {"base": base, "term": term, "start": start}
    return Ask(address, "search", payload, why=f"search: {term}", recurring=start == 0, chain=start > 0)


def _actor_ask(base: str, sort: str, name: str, hop: int, why: str, texts: tuple[str, ...], uid: str = "") -> Ask:
    address = f"{base}/api/v1/{sort}/{quote(name.lstrip('@'), safe='@.')}"
    payload = {"base": base, "sort": sort, "name": name.lstrip("@")}
    return Ask(address, "actor", payload, texts, hop, why, uid or None, recurring=True)


def _videos_ask(answer: Answer, uid: str, start: int, hop: int) -> Ask:
    payload = {"base": answer.payload["base"], "sort": answer.payload["sort"], "name": answer.payload["name"]}
    place = f"{payload['base']}/api/v1/{payload['sort']}/{quote(payload['name'], safe='@.')}/videos"
    address = query(place, start=start, count=PAGE, sort="-publishedAt")
    told = payload | {"start": start, "uid": uid}
    return Ask(address, "videos", told, (), hop, "videos", uid, recurring=start == 0, chain=start > 0)


def _actor(answer: Answer, told: dict[str, Any]) -> Batch:
    record = _account(told, answer, whole=True)
    if record is None:
        raise ValueError("no account in the answer")
    owner = _account(as_dict(told.get("ownerAccount")), answer)
    batch = Batch(records=[*([owner] if owner else []), record])
    if record["consent"] != "deny":
        batch.asks.append(_videos_ask(answer, record["account_id"], 0, answer.hop))
    return batch


def _videos(answer: Answer, told: dict[str, Any], context: Context) -> Batch:
    listed, batch, base = told.get("data"), Batch(), answer.payload["base"]
    if not isinstance(listed, list):
        raise ValueError("no list of videos")  # noqa: TRY004 - one kind of error for a wrong answer
    dates = []
    for video in rows(listed):
        found = _video(video, answer)
        if not found:
            continue
        dates.append(found[-1]["published_at"])
        if context.since and dates[-1] < context.since.isoformat():
            continue
        batch.records += found
        maker, text = found[0], f"{found[-1]['title']} {found[-1]['text']}"[:2000]
        if answer.purpose == "search" and int(context.options.get("hops", HOPS)) > answer.hop:
            sort = "video-channels" if maker["extra"].get("channel") else "accounts"
            name, hop = maker["handle"].lstrip("@"), answer.hop + 1
            batch.asks.append(_actor_ask(base, sort, name, hop, "made a video", (text,), maker["account_id"]))
    batch.records = once(batch.records)
    batch.asks = list({ask.url: ask for ask in batch.asks}.values())
    start, total = int(answer.payload.get("start", 0)) + len(listed), count(told.get("total")) or 0
    old = context.since is not None and bool(dates) and max(dates) < context.since.isoformat()
    if listed and start < min(total, PAGE * MOST_PAGES) and not old:
        search = answer.purpose == "search"
        more = _search_ask(base, answer.payload["term"], start) if search else None
        batch.asks.append(more or _videos_ask(answer, answer.payload["uid"], start, answer.hop))
    return batch


def _video(video: dict[str, Any], answer: Answer) -> list[Record]:
    """Return a video's channel (or account) and itself; the maker's line comes first."""
    channel = _account(as_dict(video.get("channel")), answer, channel=True)
    owner = _account(as_dict(video.get("account")), answer)
    maker, url, made = channel or owner, web_address(video.get("url")), iso(video.get("publishedAt"))
    if maker is None or url is None or made is None:
        return []
    markup = video.get("description") or video.get("truncatedDescription")
    text = html_text(markup) or ""
    post: Record = {
        "type": "post",
        "post_id": f"ap:{url}",
        "account_id": maker["account_id"],
        "source": SOURCE,
        "native_id": word(video.get("uuid"), 60) or url,
        "kind": "post",
        "published_at": made,
        "declared_language": word(as_dict(video.get("language")).get("id"), 20),
        "title": clean(video.get("name"), 500),
        "text": text,
        "url": url,
        "hashtags": [tag.lower() for tag in words(video.get("tags"), 20)],
        "mentions": [],
        "links": list(dict.fromkeys(link for link, _ in html_links(markup)))[:50],
        "likes": count(video.get("likes")),
        "replies": count(video.get("comments")),
        "views": count(video.get("views")),
        "observed_at": answer.at.isoformat(),
        "extra": {
            "view_scope": "home" if video.get("isLocal") is True else "remote_view",
            "owner": owner["account_id"] if owner else None,
            "duration": count(video.get("duration")),
        },
    }
    return [maker, *([owner] if owner and owner is not maker else []), post]


def _account(actor: dict[str, Any], answer: Answer, *, whole: bool = False, channel: bool = False) -> Record | None:
    url, name = web_address(actor.get("url")), word(actor.get("name"), 120)
    if url is None or name is None:
        return None
    host = word(actor.get("host"), 260) or urlsplit(url).netloc
    about = clean(actor.get("description"), 5000)
    consent = profile_consent(bio=about or "")
    return {
        "type": "account",
        "account_id": f"ap:{url}",
        "source": SOURCE,
        "native_id": number_id(actor.get("id")) or url,
        "instance": host,
        "handle": f"@{name}@{host}",
        "display_name": clean(actor.get("displayName"), 200) or name,
        "url": url,
        "summary": about,
        "created_at": iso(actor.get("createdAt")),
        "consent": consent.decision,
        "consent_signals": list(consent.signals) or None,
        "followers": count(actor.get("followersCount")),
        "following": count(actor.get("followingCount")),
        "observed_at": answer.at.isoformat(),
        "extra": {"view_scope": "home" if whole and f"{answer.payload['base']}/" in url else "remote_view"}
        | ({"channel": True} if channel or "/video-channels/" in url else {}),
    }
