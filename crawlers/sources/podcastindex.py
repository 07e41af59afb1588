"""Podcast Index, with the user's own key: podcasts found by words or by people named in them, and their episodes."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, ClassVar

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option, Policy
from crawlers.consent import profile_consent
from crawlers.own_key import shown_to, tied, two_parts
from crawlers.shapes import as_dict, bases, epoch, nothing_to_ask, number_id, once, query, rows, word
from crawlers.text import clean, count, html_links, html_text, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.connector import Record
    from data.brief.model import Brief

SOURCE = "podcastindex"
API = "https://api.podcastindex.org/api/1.0"
FOUND = 60
EPISODES = 1000
FORM = "KEY:SECRET"
GUID = re.compile(r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
SEARCHES = {"queries": "search/byterm", "people": "search/byperson"}


class PodcastIndex(Connector):
    """Podcasts and episodes of the open index."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "search", "incremental"})
    policy = Policy(needs_credentials=True, credential=FORM, key_places=(API,))
    options: ClassVar[Mapping[str, Option]] = {
        "queries": Option(list, Bilingual("mots à chercher", "words to search for")),
        "people": Option(list, Bilingual("personnes nommées dans les épisodes", "people named in episodes")),
        "api": Option(str, Bilingual("adresse de base de l'API", "base address of the API")),
    }
    caveats = (
        Bilingual(
            "demande votre propre clé (gratuite), sous [credentials] ; l'audience d'un podcast n'est pas publique",
            "needs your own key (free), under [credentials]; the audience of a podcast is not public",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the index."""
        return (_api(options),)

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return one request per search and one per podcast found."""
        searches = len(options.get("queries", [])) + len(options.get("people", [])) + len(brief.seeds.hashtags)
        return max(1, min(searches * (1 + FOUND), searches + brief.budget.accounts))

    def seeds(self, context: Context) -> Batch:
        """Search for the words, the hashtags and the people."""
        options = context.options
        terms = context.searches(options.get("queries", []))
        asked = [("queries", term) for term in terms] + [("people", name) for name in options.get("people", [])]
        asks = [
            Ask(query(f"{_api(options)}/{SEARCHES[kind]}", q=term, max=FOUND, fulltext=""), kind, {},
                why=f"{kind}: {term}", recurring=True) for kind, term in dict.fromkeys(asked)
        ]  # fmt: skip
        named = (GUID.match(seed.strip().removeprefix("podcast:")) for seed in context.seed_accounts)
        asks += [Ask(query(f"{_api(options)}/podcasts/byguid", guid=one[0]), "podcast", {}, why="seed", recurring=True)
                 for one in named if one]  # fmt: skip
        if not asks:
            raise nothing_to_ask(SOURCE, "queries, people, seeds.accounts")
        return Batch(asks=asks)

    def signed_in(self, secret: str, agent: str, options: Mapping[str, Any]) -> str:  # noqa: ARG002
        """Check the form of the key, and tie it to the index."""
        two_parts(secret, SOURCE, FORM)
        return tied(secret, _api(options))

    def signature(self, url: str, secret: str, now: float) -> dict[str, str]:
        """Return the index's headers: key, time, and the SHA-1 of key, secret and time."""
        own = shown_to(secret, url)
        if own is None:
            return {}
        key, _, hidden = own.partition(":")
        moment = str(int(now))
        proof = hashlib.sha1(f"{key}{hidden}{moment}".encode(), usedforsecurity=False).hexdigest()
        return {"X-Auth-Key": key, "X-Auth-Date": moment, "Authorization": proof}

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields."""
        if answer.status >= 400:
            return Batch(troubles=[("key_refused" if answer.status == 401 else f"http_{answer.status}", answer.url)])
        told = as_dict(answer.json())
        feed = [told["feed"]] if answer.purpose == "podcast" and told.get("feed") else None
        listed = feed or told.get("feeds", told.get("items"))
        if not isinstance(listed, list):
            raise ValueError("no list in the answer")  # noqa: TRY004 - one kind of error for a wrong answer
        reader = {"episodes": _episodes, "people": _people}.get(answer.purpose, _podcasts)
        return reader(answer, rows(listed), context)


def _api(options: Mapping[str, Any]) -> str:
    return bases(SOURCE, [str(options.get("api") or API)])[0]


def _podcasts(answer: Answer, feeds: list[dict[str, Any]], context: Context) -> Batch:
    batch = Batch()
    for feed in feeds:
        account = _account(feed, answer)
        if account is None:
            continue
        batch.records.append(account)
        if account["consent"] != "deny" and not account["status"]:
            about = f"{account['display_name']} {account['summary'] or ''}"[:2000]
            feed_id, key = account["extra"]["feed_id"], account["account_id"]
            batch.asks.append(_episodes_ask(context, feed_id, key, about, answer.hop))
    return batch


def _people(answer: Answer, episodes: list[dict[str, Any]], context: Context) -> Batch:
    """Ask for the podcasts in whose episodes a person is named."""
    batch = Batch()
    for episode in episodes:
        feed = number_id(episode.get("feedId"))
        if feed:
            address = query(f"{_api(context.options)}/podcasts/byfeedid", id=feed)
            texts = tuple(filter(None, [word(episode.get("title"), 500)]))
            batch.asks.append(Ask(address, "podcast", {}, texts, answer.hop + 1, "a person is named in an episode"))
    batch.asks = list({ask.url: ask for ask in batch.asks}.values())
    return batch


def _episodes_ask(context: Context, feed: str, key: str, text: str, hop: int) -> Ask:
    since = int(context.since.timestamp()) if context.since else None
    most = min(EPISODES, context.posts_per_account)
    address = query(f"{_api(context.options)}/episodes/byfeedid", id=feed, max=most, fulltext="", since=since)
    return Ask(address, "episodes", {"uid": key}, (text,), hop, "episodes", key, recurring=True)


def _account(feed: dict[str, Any], answer: Answer) -> Record | None:
    number, guid = number_id(feed.get("id")), word(feed.get("podcastGuid"), 60)
    name = clean(feed.get("title"), 500)
    if number is None or name is None:
        return None
    about = html_text(feed.get("description"))
    consent = profile_consent(bio=about or "")
    address, site = web_address(feed.get("url")), web_address(feed.get("link"))
    return {
        "type": "account",
        "account_id": f"podcast:{guid or number}",
        "source": SOURCE,
        "native_id": number,
        "handle": clean(feed.get("author"), 300) or name,
        "display_name": name,
        "url": site or address,
        "summary": about,
        "language": word(feed.get("language"), 20),
        "consent": consent.decision,
        "consent_signals": list(consent.signals) or None,
        "links": list(dict.fromkeys(filter(None, (site, address)))) or None,
        "status": "gone" if feed.get("dead") == 1 else None,
        "posts": count(feed.get("episodeCount")),
        "observed_at": answer.at.isoformat(),
        "extra": {
            "feed_id": number, "owner": clean(feed.get("ownerName"), 300), "feed": address,
            "itunes_id": number_id(feed.get("itunesId")),
        },
    }  # fmt: skip


def _episodes(answer: Answer, episodes: list[dict[str, Any]], context: Context) -> Batch:
    since = context.since.isoformat() if context.since else ""
    found = [post for episode in episodes if (post := _post(episode, answer)) and post["published_at"] >= since]
    return Batch(records=once(found))


def _post(episode: dict[str, Any], answer: Answer) -> Record | None:
    guid, made = clean(episode.get("guid"), 500), epoch(episode.get("datePublished"))
    if guid is None or made is None:
        return None
    markup, page = episode.get("description"), web_address(episode.get("link"))
    links = [link for link, _ in html_links(markup)]
    persons = [
        {"name": name, "role": word(person.get("role"), 60), "url": web_address(person.get("href"))}
        for person in rows(episode.get("persons"), 20)
        if (name := clean(person.get("name"), 300))
    ]
    open_talks = [row for row in rows(episode.get("socialInteract"), 5) if word(row.get("protocol")) != "disabled"]
    talk = [address for row in open_talks if (address := web_address(row.get("url") or row.get("uri")))]
    return {
        "type": "post",
        "post_id": f"{answer.payload['uid']}/{guid}",
        "account_id": answer.payload["uid"],
        "source": SOURCE,
        "native_id": number_id(episode.get("id")) or guid,
        "kind": "post",
        "published_at": made,
        "declared_language": word(episode.get("feedLanguage"), 20),
        "title": clean(episode.get("title"), 500),
        "text": html_text(markup) or "",
        "url": page or web_address(episode.get("enclosureUrl")),
        "hashtags": [],
        "mentions": [],
        "links": list(dict.fromkeys([*links, *(one["url"] for one in persons if one["url"])]))[:100],
        "observed_at": answer.at.isoformat(),
        "extra": {"persons": persons, "talk": talk, "duration": count(episode.get("duration"))},
    }
