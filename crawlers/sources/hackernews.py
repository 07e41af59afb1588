"""Hacker News: found by Algolia's index, read from the official API, which alone knows what was taken back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.consent import profile_consent
from crawlers.recheck import recheck_ask, vanished
from crawlers.shapes import as_dict, bases, epoch, nothing_to_ask, number_id, query, rows, word
from crawlers.text import clean, count, html_links, html_text, says, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

SOURCE = "hackernews"
SEARCH = "https://hn.algolia.com/api/v1"
API = "https://hacker-news.firebaseio.com/v0"
SITE = "https://news.ycombinator.com"
PAGE = 100
MOST_SLICES = 50
HOPS = 1
SEED = re.compile(r"^(?:hackernews:@?|hn:(?:user/|@)?|https?://news\.ycombinator\.com/user\?id=)([\w\-]{2,40})$")
NAME = re.compile(r"^[\w\-]{1,40}$", re.ASCII)


class HackerNews(Connector):
    """Stories, comments and their writers."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "replies", "search", "links"})
    options: ClassVar[Mapping[str, Option]] = {
        "queries": Option(list, Bilingual("mots ou expressions à chercher", "words or phrases to search for")),
        "hops": Option(int, Bilingual("remonter aux messages parents", "steps up to the posts answered")),
        "search": Option(str, Bilingual("adresse de la recherche", "address of the search")),
        "api": Option(str, Bilingual("adresse de l'API officielle", "address of the official API")),
    }
    caveats = (
        Bilingual(
            "ni abonnements ni votants : les liens viennent des réponses et des adresses citées",
            "neither follows nor voters: ties come from replies and cited addresses",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the two services."""
        return (_search(options), _api(options))

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return one request per slice of results, per item and per writer."""
        searches = len(options.get("queries", [])) + len(brief.seeds.hashtags)
        return 1 + searches * (2 + PAGE) + brief.budget.accounts * 2

    def seeds(self, context: Context) -> Batch:
        """Search for the queries and hashtags; ask for the seeds."""
        terms = [*context.searches(context.options.get("queries", [])), *context.brand_domains]
        asks = [_search_ask(context.options, term, context) for term in dict.fromkeys(terms)]
        found = (SEED.match(seed.strip()) for seed in context.seed_accounts)
        asks += [_user_ask(context.options, match[1], 0, (), seed=True) for match in found if match]
        if not asks:
            raise nothing_to_ask(SOURCE, "queries, seeds.hashtags, seeds.accounts")
        return Batch(asks=asks)

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask the official API for each item held: taken back, it is null, `deleted` or `dead`."""
        asks = []
        for one in held[:room]:
            if number_id(one.native_id):
                address = f"{_api(context.options)}/item/{one.native_id}.json"
                asks.append(recheck_ask(address, [one]))
        return asks

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields, by what was asked for."""
        if answer.status >= 400:
            return Batch(troubles=[(f"http_{answer.status}", answer.url)])
        if answer.purpose == "recheck":
            return _again(answer)
        return {"search": _hits, "item": _item, "user": _user}[answer.purpose](answer, context)


def _search(options: Mapping[str, Any]) -> str:
    return bases(SOURCE, [str(options.get("search") or SEARCH)])[0]


def _api(options: Mapping[str, Any]) -> str:
    return bases(SOURCE, [str(options.get("api") or API)])[0]


def _search_ask(options: Mapping[str, Any], term: str, context: Context, before: int | None = None, n: int = 0) -> Ask:
    """Ask for results by slices of time: no more than a thousand can be paged through."""
    since = f"created_at_i>{int(context.since.timestamp())}" if context.since and n else None
    limits = ",".join(part for part in (since, f"created_at_i<{before}" if before else None) if part)
    address = query(
        f"{_search(options)}/search_by_date",
        query=f'"{term}"' if " " in term else term,
        tags="(story,comment)",
        hitsPerPage=PAGE,
        numericFilters=limits or None,
    )
    return Ask(address, "search", {"term": term, "n": n}, why=f"search: {term}", recurring=n == 0, chain=n > 0)


def _item_ask(options: Mapping[str, Any], number: str, hop: int, texts: tuple[str, ...], **payload: Any) -> Ask:
    return Ask(
        f"{_api(options)}/item/{number}.json",
        "item",
        payload,
        texts,
        hop,
        "found by search" if hop == 0 else "answered",
    )


def _user_ask(options: Mapping[str, Any], name: str, hop: int, texts: tuple[str, ...], *, seed: bool = False) -> Ask:
    address = f"{_api(options)}/user/{quote(name, safe='')}.json"
    why = "seed" if seed else "wrote a post"
    return Ask(address, "user", {"name": name, "seed": seed}, texts, hop, why, account=_uid(name), recurring=True)


def _hits(answer: Answer, context: Context) -> Batch:
    hits = rows(as_dict(answer.json()).get("hits"))
    term, batch, times = answer.payload["term"], Batch(), []
    since = context.since.timestamp() if context.since else 0
    for hit in hits:
        number, made = number_id(hit.get("objectID")), count(hit.get("created_at_i"))
        if number is None or made is None:
            continue
        times.append(made)
        told = " ".join(html_text(hit.get(name)) or "" for name in ("title", "story_text", "comment_text", "url"))
        if made >= since and says(told, term):
            author = word(hit.get("author"), 40)
            batch.asks.append(_item_ask(context.options, number, 0, (told[:2000],), author=author, at=made))
    n = int(answer.payload["n"])
    oldest = min(times, default=0)
    if len(hits) == PAGE and oldest > since and n < MOST_SLICES and oldest != answer.payload.get("before"):
        more = _search_ask(context.options, term, context, oldest, n + 1)
        batch.asks.append(Ask(more.url, "search", more.payload | {"before": oldest}, why=more.why, chain=True))
    return batch


def _item(answer: Answer, context: Context) -> Batch:
    item = as_dict(answer.json())  # an unknown number is answered by null
    number = number_id(item.get("id"))
    if number is None:
        return Batch()
    name, published = _name(item.get("by")), epoch(item.get("time"))
    if item.get("deleted") is True or item.get("dead") is True:
        return _taken_back(answer, number)
    if name is None or published is None:
        return Batch()
    post = _post(item, number, name, published, answer)
    text = " ".join(filter(None, (post["title"], post["text"])))[:2000]
    batch = Batch(records=[post], asks=[_user_ask(context.options, name, answer.hop, (text,))])
    parent = number_id(item.get("parent"))
    if parent and answer.hop < int(context.options.get("hops", HOPS)):
        batch.asks.append(_item_ask(context.options, parent, answer.hop + 1, (text,)))
    return batch


def _again(answer: Answer) -> Batch:
    item = as_dict(answer.json())
    number, name, made = number_id(item.get("id")), _name(item.get("by")), epoch(item.get("time"))
    gone = item.get("deleted") is True or item.get("dead") is True
    if gone or number is None or name is None or made is None:
        return Batch(records=vanished(answer, SOURCE, ()))
    return Batch(records=[_post(item, number, name, made, answer)])


def _taken_back(answer: Answer, number: str) -> Batch:
    """Leave an empty, dated marker of what the index still showed and its writer took back."""
    name, made = _name(answer.payload.get("author")), epoch(answer.payload.get("at"))
    if name is None or made is None:
        return Batch()
    marker = {"type": "post", "post_id": f"hn:item/{number}", "account_id": _uid(name), "source": SOURCE}
    told = {"native_id": number, "kind": "post", "published_at": made, "deleted_at": answer.at.isoformat()}
    return Batch(records=[marker | told])


def _post(item: dict[str, Any], number: str, name: str, published: str, answer: Answer) -> Record:
    link, parent = web_address(item.get("url")), number_id(item.get("parent"))
    links = [address for address, _ in html_links(item.get("text"))]
    return {
        "type": "post",
        "post_id": f"hn:item/{number}",
        "account_id": _uid(name),
        "source": SOURCE,
        "native_id": number,
        "kind": "reply" if parent else "post",
        "published_at": published,
        "title": clean(html_text(item.get("title")), 500),
        "text": html_text(item.get("text")) or "",
        "url": f"{SITE}/item?id={number}",
        "in_reply_to": f"hn:item/{parent}" if parent else None,
        "hashtags": [],
        "mentions": [],
        "links": list(dict.fromkeys([*([link] if link else []), *links]))[:100],
        "replies": count(item.get("descendants")),
        "score": count(item.get("score")),
        "observed_at": answer.at.isoformat(),
    }


def _user(answer: Answer, context: Context) -> Batch:
    user = as_dict(answer.json())
    name = _name(user.get("id"))
    if name is None:
        return Batch(troubles=[("unknown_account", answer.payload["name"])] if answer.payload.get("seed") else [])
    about = html_text(user.get("about"))
    consent = profile_consent(bio=about or "")
    account: Record = {
        "type": "account",
        "account_id": _uid(name),
        "source": SOURCE,
        "native_id": name,
        "instance": "news.ycombinator.com",
        "handle": name,
        "display_name": name,
        "url": f"{SITE}/user?id={name}",
        "summary": about,
        "created_at": epoch(user.get("created")),
        "consent": consent.decision,
        "consent_signals": list(consent.signals) or None,
        "links": [address for address, _ in html_links(user.get("about"))][:20] or None,
        "observed_at": answer.at.isoformat(),
        "extra": {"karma": count(user.get("karma"))},
    }
    batch = Batch(records=[account])
    if answer.payload.get("seed") and consent.decision != "deny":
        told = user.get("submitted")
        numbers = [number for one in (told if isinstance(told, list) else []) if (number := number_id(one))]
        wanted = numbers[: context.posts_per_account]
        batch.asks = [_item_ask(context.options, number, answer.hop, ()) for number in wanted]
    return batch


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and NAME.match(value) else None


def _uid(name: str) -> str:
    return f"hn:user/{name}"
