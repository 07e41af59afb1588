"""YouTube's Data API with the user's own key: channels, their videos, the comments under them; kept for thirty days."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option, Policy
from crawlers.consent import profile_consent
from crawlers.own_key import shown_to, tied
from crawlers.recheck import packs, recheck_ask, vanished
from crawlers.shapes import as_dict, bases, iso, nothing_to_ask, number_id, once, query, rows, word, words
from crawlers.text import clean, html_text, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

SOURCE = "youtube"
API = "https://www.googleapis.com/youtube/v3"
SITE = "https://www.youtube.com"
PAGE = 50
CHANNEL = re.compile(r"(?:^|/channel/|^yt:channel/)(UC[\w\-]{22})/?$")
HANDLE = re.compile(r"(?:^|youtube\.com/)@([\w.\-]{3,60})/?$")
LINKED = re.compile(r"https?://[^\s<>\"()\[\]]{4,1000}")
PARTS = {
    "channels": "snippet,statistics,contentDetails,status",
    "videos": "snippet,statistics,contentDetails,status,paidProductPlacementDetails",
}


class YouTube(Connector):
    """Channels and videos, within the user's own quota and under its terms."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "replies", "search", "incremental"})
    policy = Policy(retention_months=1, may_derive=False, needs_credentials=True, credential="KEY", key_places=(API,))
    options: ClassVar[Mapping[str, Option]] = {
        "channels": Option(list, Bilingual("chaînes (UC… ou @nom)", "channels (UC… or @name)")),
        "queries": Option(list, Bilingual("mots à chercher (100 par jour)", "words to search for (100 a day)")),
        "comments": Option(bool, Bilingual("lire les commentaires", "read the comments")),
        "derive": Option(bool, Bilingual("Google a permis les chiffres dérivés", "Google allowed derived figures")),
        "api": Option(str, Bilingual("adresse de base de l'API", "base address of the API")),
    }
    caveats = (
        Bilingual(
            "demande votre propre clé, sous [credentials] ; 10 000 unités par jour ; effacé au bout de trente jours",
            "needs your own key, under [credentials]; 10,000 units a day; erased after thirty days",
        ),
        Bilingual(
            "les chaînes sont lues, pas classées, tant que derive = true ne dit pas que Google vous permet des scores",
            "channels are read, not ranked, until derive = true says that Google allows you scores",
        ),
        Bilingual(
            "les abonnés sont arrondis à trois chiffres, et peuvent être cachés",
            "subscribers are rounded to three figures, and may be hidden",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the API."""
        return (_api(options),)

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return a search, a channel, its list of uploads and its videos fifty at a time."""
        pages = -(-brief.budget.posts_per_account // PAGE)
        searches = len(options.get("queries", [])) + len(brief.seeds.hashtags)
        channels = min(brief.budget.accounts, len(options.get("channels", [])) + searches * PAGE)
        return max(1, searches * 2 + channels * (1 + 2 * pages))

    def seeds(self, context: Context) -> Batch:
        """Search for the words and hashtags, ask for the channels and for the seeds that are channels."""
        options = context.options
        terms = context.searches(options.get("queries", []))
        since = context.since.strftime("%Y-%m-%dT%H:%M:%SZ") if context.since else None
        asks = [
            Ask(query(f"{_api(options)}/search", part="snippet", type="video", q=term, order="date",
                      publishedAfter=since, maxResults=PAGE), "search", {}, why=f"search: {term}", recurring=True)
            for term in terms
        ]  # fmt: skip
        asks += [ask for name in (*options.get("channels", []), *context.seed_accounts)
                 if (ask := _channel_ask(context, str(name)))]  # fmt: skip
        if not asks:
            raise nothing_to_ask(SOURCE, "channels, queries")
        return Batch(asks=asks)

    def signed_in(self, secret: str, agent: str, options: Mapping[str, Any]) -> str:  # noqa: ARG002
        """Tie the key to the API."""
        return tied(secret, _api(options))

    def signature(self, url: str, secret: str, now: float) -> dict[str, str]:  # noqa: ARG002
        """Return the key as a header: in an address it would stand in every log."""
        own = shown_to(secret, url)
        return {"X-Goog-Api-Key": own} if own else {}

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask for the videos held, fifty at once: those that are private or gone are not in the answer."""
        videos = [one for one in held if one.post_id.startswith("yt:video/")]
        return [
            recheck_ask(query(f"{_api(context.options)}/videos", part=PARTS["videos"],
                              id=",".join(one.native_id for one in group)), group)
            for group in packs(videos, PAGE)[:room]
        ]  # fmt: skip

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields; closed comments are no trouble."""
        told = as_dict(answer.json())
        if answer.status >= 400:
            reasons = [word(row.get("reason"), 60) for row in rows(as_dict(told.get("error")).get("errors"), 5)]
            if "commentsDisabled" in reasons or answer.status == 404:
                return Batch()
            return Batch(troubles=[(str(next(filter(None, reasons), f"http_{answer.status}")), answer.url)])
        if not isinstance(told.get("items", []), list):
            raise ValueError("no items in the answer")  # noqa: TRY004 - one kind of error for a wrong answer
        return READ[answer.purpose](answer, context, told)


def _api(options: Mapping[str, Any]) -> str:
    return bases(SOURCE, [str(options.get("api") or API)])[0]


def _channel_ask(context: Context, name: str) -> Ask | None:
    told, handle = CHANNEL.search(name.strip()), HANDLE.search(name.strip())
    if told is None and handle is None:
        return None
    which = {"id": told[1]} if told else {"forHandle": f"@{handle[1]}" if handle else None}
    address = query(f"{_api(context.options)}/channels", part=PARTS["channels"], **which)
    return Ask(address, "channels", {"seed": name}, why="seed", recurring=True)


def _many(context: Context, what: str, ids: list[str], hop: int, payload: dict[str, Any]) -> list[Ask]:
    """Ask for channels or videos, fifty to a request."""
    return [
        Ask(query(f"{_api(context.options)}/{what}", part=PARTS[what], id=",".join(ids[at : at + PAGE])), what, payload,
            (), hop, what, payload.get("uid"), chain=True, recurring=True)
        for at in range(0, len(ids), PAGE)
    ]  # fmt: skip


def _search(answer: Answer, context: Context, told: dict[str, Any]) -> Batch:
    found = [as_dict(row.get("snippet")) for row in rows(told.get("items"))]
    channels = [name for one in found if CHANNEL.search(name := word(one.get("channelId"), 30) or "")]
    return Batch(asks=_many(context, "channels", list(dict.fromkeys(channels)), answer.hop + 1, {}))


def _channels(answer: Answer, context: Context, told: dict[str, Any]) -> Batch:
    batch = Batch()
    if "seed" in answer.payload and not rows(told.get("items")):
        batch.troubles.append(("unknown_account", str(answer.payload["seed"])))
    for item in rows(told.get("items")):
        record = _channel(item, answer)
        if record is None:
            continue
        batch.records.append(record)
        uploads = word(as_dict(as_dict(item.get("contentDetails")).get("relatedPlaylists")).get("uploads"), 60)
        if uploads and record["consent"] != "deny":
            about = f"{record['display_name']} {record['summary'] or ''}"[:2000]
            batch.asks.append(_uploads_ask(context, uploads, record["account_id"], answer.hop, None, 0, about))
    return batch


def _uploads_ask(
    context: Context, uploads: str, key: str, hop: int, token: str | None, seen: int, about: str = ""
) -> Ask:
    address = query(f"{_api(context.options)}/playlistItems", part="contentDetails", playlistId=uploads,
                    maxResults=PAGE, pageToken=token)  # fmt: skip
    payload = {"uploads": uploads, "uid": key, "seen": seen}
    texts = (about,) if about else ()
    return Ask(address, "uploads", payload, texts, hop, "uploads", key, recurring=seen == 0, chain=seen > 0)


def _uploads(answer: Answer, context: Context, told: dict[str, Any]) -> Batch:
    since = context.since.isoformat() if context.since else ""
    listed = [as_dict(row.get("contentDetails")) for row in rows(told.get("items"))]
    dated = [(word(one.get("videoId"), 20), iso(one.get("videoPublishedAt")) or "") for one in listed]
    wanted = [video for video, made in dated if video and made >= since]
    room = context.posts_per_account - int(answer.payload["seen"])
    asks = _many(context, "videos", wanted[: max(room, 0)], answer.hop, {"uid": answer.payload["uid"]})
    token, seen = word(told.get("nextPageToken"), 200), int(answer.payload["seen"]) + len(listed)
    if token and listed and len(wanted) == len(listed) and seen < context.posts_per_account:
        uploads, key = answer.payload["uploads"], answer.payload["uid"]
        asks.append(_uploads_ask(context, uploads, key, answer.hop, token, seen))
    return Batch(asks=asks)


def _videos(answer: Answer, context: Context, told: dict[str, Any]) -> Batch:
    posts = [post for item in rows(told.get("items")) if (post := _video(item, answer))]
    batch = Batch(records=once(posts))
    if context.options.get("comments"):
        batch.asks = [_comments_ask(context, post, answer.hop + 1) for post in posts if post["replies"]]
    return batch


def _comments_ask(context: Context, post: Record, hop: int) -> Ask:
    address = query(f"{_api(context.options)}/commentThreads", part="snippet", videoId=post["native_id"], order="time",
                    maxResults=100, textFormat="plainText")  # fmt: skip
    return Ask(address, "comments", {"video": post["post_id"]}, (), hop, "comments", recurring=True)


def _comments(answer: Answer, context: Context, told: dict[str, Any]) -> Batch:
    """Keep who commented and when, not the words: their profiles, which could carry a wish, were not read."""
    since = context.since.isoformat() if context.since else ""
    batch = Batch()
    for row in rows(told.get("items")):
        top = as_dict(as_dict(row.get("snippet")).get("topLevelComment"))
        said, number = as_dict(top.get("snippet")), word(top.get("id"), 100)
        channel = word(as_dict(said.get("authorChannelId")).get("value"), 30) or ""
        made = iso(said.get("publishedAt"))
        if number and made and made >= since and CHANNEL.search(channel):
            batch.records.append({
                "type": "post", "post_id": f"yt:comment/{number}", "account_id": f"yt:channel/{channel}",
                "source": SOURCE, "native_id": number, "kind": "reply", "published_at": made,
                "in_reply_to": answer.payload["video"], "observed_at": answer.at.isoformat(),
                "likes": _number(said.get("likeCount")),
            })  # fmt: skip
    return batch


def _channel(item: dict[str, Any], answer: Answer) -> Record | None:
    snippet, numbers = as_dict(item.get("snippet")), as_dict(item.get("statistics"))
    found = CHANNEL.search(word(item.get("id"), 30) or "")
    if found is None:
        return None
    about = clean(snippet.get("description"), 5000)
    consent = profile_consent(bio=about or "")
    handle = word(snippet.get("customUrl"), 100)
    hidden = numbers.get("hiddenSubscriberCount") is True
    return {
        "type": "account",
        "account_id": f"yt:channel/{found[1]}",
        "source": SOURCE,
        "native_id": found[1],
        "instance": "youtube.com",
        "handle": handle or found[1],
        "display_name": clean(snippet.get("title"), 500),
        "url": f"{SITE}/channel/{found[1]}",
        "summary": about,
        "location": word(snippet.get("country"), 10),
        "language": word(snippet.get("defaultLanguage"), 20),
        "created_at": iso(snippet.get("publishedAt")),
        "consent": consent.decision,
        "consent_signals": list(consent.signals) or None,
        "links": _links(about) or None,
        "followers": None if hidden else _number(numbers.get("subscriberCount")),
        "posts": _number(numbers.get("videoCount")),
        "observed_at": answer.at.isoformat(),
        "extra": {"followers_precision": "rounded", "views": _number(numbers.get("viewCount"))},
    }


def _video(item: dict[str, Any], answer: Answer) -> Record | None:
    snippet, numbers = as_dict(item.get("snippet")), as_dict(item.get("statistics"))
    number, made = word(item.get("id"), 20), iso(snippet.get("publishedAt"))
    channel = CHANNEL.search(word(snippet.get("channelId"), 30) or "")
    if number is None or made is None or channel is None:
        return None
    text = clean(snippet.get("description"), 20_000) or ""
    paid = as_dict(item.get("paidProductPlacementDetails")).get("hasPaidProductPlacement")
    return {
        "type": "post",
        "post_id": f"yt:video/{number}",
        "account_id": f"yt:channel/{channel[1]}",
        "source": SOURCE,
        "native_id": number,
        "kind": "post",
        "published_at": made,
        "declared_language": word(snippet.get("defaultAudioLanguage") or snippet.get("defaultLanguage"), 20),
        "title": html_text(snippet.get("title")),
        "text": text,
        "url": f"{SITE}/watch?v={number}",
        "tags": words(snippet.get("tags"), 30) or None,
        "hashtags": list(dict.fromkeys(tag.lower() for tag in re.findall(r"#(\w{2,60})", text)))[:30],
        "mentions": [],
        "links": _links(text),
        "likes": _number(numbers.get("likeCount")),
        "replies": _number(numbers.get("commentCount")),
        "views": _number(numbers.get("viewCount")),
        "observed_at": answer.at.isoformat(),
        "extra": {"paid_placement": paid if isinstance(paid, bool) else None,
                  "duration": word(as_dict(item.get("contentDetails")).get("duration"), 30)},
    }  # fmt: skip


def _again(answer: Answer, context: Context, told: dict[str, Any]) -> Batch:  # noqa: ARG001 - one shape for all
    if not isinstance(told.get("items"), list):
        raise ValueError("no items in the answer")  # noqa: TRY004 - one kind of error for a wrong answer
    posts = [post for item in rows(told["items"]) if (post := _video(item, answer))]
    present = {f"yt:video/{item.get('id')}" for item in rows(told["items"])}
    return Batch(records=once(posts) + vanished(answer, SOURCE, present))


def _number(value: object) -> int | None:
    """Return a count, which this API writes as digits."""
    digits = number_id(value)
    return int(digits) if digits else None


def _links(text: str | None) -> list[str]:
    found = (web_address(one.rstrip(".,;:!?'»…")) for one in LINKED.findall(text or "")[:50])
    return list(dict.fromkeys(address for address in found if address))


READ = {"search": _search, "channels": _channels, "uploads": _uploads, "videos": _videos, "comments": _comments,
        "recheck": _again}  # fmt: skip
