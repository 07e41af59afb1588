"""Reddit's API with credentials granted to the user: subreddits, searches, people. Shut without them."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import orjson

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option, Policy
from crawlers.consent import profile_consent
from crawlers.own_key import shown_to, tied, two_parts
from crawlers.recheck import packs, recheck_ask, vanished
from crawlers.shapes import as_dict, bases, iso, nothing_to_ask, once, query, rows, word
from crawlers.text import clean, count, html_links, html_text, web_address
from data.bilingual import Bilingual
from data.errors import VigieError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

SOURCE = "reddit"
API, LOGIN, SITE = "https://oauth.reddit.com", "https://www.reddit.com", "https://www.reddit.com"
PAGE = 100
MOST_PAGES = 10  # listings end near a thousand items
HOPS = 1
FORM = "CLIENT_ID:CLIENT_SECRET"
NAME = re.compile(r"^[\w\-]{2,30}$")
SEED = re.compile(r"(?:^|^reddit:@?|reddit\.com)/?(?:u|user)/([\w\-]{2,30})/?$")
THING = re.compile(r"^t3_\w{1,20}$")
NUMBER = re.compile(r"^reddit:t2_\w{1,20}$")
GONE = frozenset({"[deleted]", "[removed]"})


class Reddit(Connector):
    """Posts and people of Reddit, under the agreement by which the user was given access."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "search", "incremental"})
    policy = Policy(needs_credentials=True, credential=FORM, key_places=(API, LOGIN), pace=1.2)
    options: ClassVar[Mapping[str, Option]] = {
        "subreddits": Option(list, Bilingual("communautés à lire", "communities to read")),
        "queries": Option(list, Bilingual("mots à chercher", "words to search for")),
        "hops": Option(int, Bilingual("lire les personnes trouvées", "read the people found")),
        "api": Option(str, Bilingual("adresse de base de l'API", "base address of the API")),
        "login": Option(str, Bilingual("adresse qui donne les jetons", "address that gives tokens")),
    }
    caveats = (
        Bilingual(
            "fermée sans l'accès que Reddit vous a accordé (client « script »), sous [credentials]",
            'shut without the access that Reddit granted you ("script" client), under [credentials]',
        ),
        Bilingual("les scores de Reddit sont brouillés ; personne n'a d'abonnés", "Reddit's scores are fuzzed"),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the API, and where tokens come from."""
        return _base(options, "api", API), _base(options, "login", LOGIN)

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return the pages of each community and search, and two requests per person."""
        lists = len(options.get("subreddits", [])) + len(options.get("queries", [])) + len(brief.seeds.hashtags)
        return max(1, lists * MOST_PAGES + brief.budget.accounts * 2)

    def seeds(self, context: Context) -> Batch:
        """Read the communities, search for words and hashtags, ask for the seeds that are people of Reddit."""
        options, base = context.options, _base(context.options, "api", API)
        names = [str(name).removeprefix("r/") for name in options.get("subreddits", [])]
        terms = [*context.searches(options.get("queries", [])), *(f"site:{site}" for site in context.brand_domains)]
        asks = [_list_ask(base, f"/r/{name}/new", {}, f"r/{name}") for name in names if NAME.match(name)]
        asks += [_list_ask(base, "/search", {"q": term, "sort": "new", "type": "link"}, f"search: {term}")
                 for term in dict.fromkeys(terms)]  # fmt: skip
        asks += [_person_ask(base, found[1], 0, ()) for seed in context.seed_accounts
                 if (found := SEED.search(seed.strip()))]  # fmt: skip
        ids = [told.removeprefix("reddit:") for seed in context.seed_accounts if NUMBER.match(told := seed.strip())]
        if ids:
            address = query(f"{base}/api/user_data_by_account_ids", ids=",".join(ids))
            asks.append(Ask(address, "names", {"base": base}, why="seed", recurring=True))
        if not asks:
            raise nothing_to_ask(SOURCE, "subreddits, queries, seeds.accounts")
        return Batch(asks=asks)

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask for the posts held, a hundred at once: those deleted or removed leave a marker, as the terms ask."""
        base, own = _base(context.options, "api", API), [one for one in held if THING.match(one.native_id)]
        return [
            recheck_ask(query(f"{base}/api/info", id=",".join(one.native_id for one in group), raw_json=1), group)
            for group in packs(own, PAGE)[:room]
        ]

    def signed_in(self, secret: str, agent: str, options: Mapping[str, Any]) -> str:
        """Exchange the client's id and secret for a token that lives a day; raises VigieError when refused."""
        client, hidden = two_parts(secret, SOURCE, FORM)
        proof = base64.b64encode(f"{client}:{hidden}".encode()).decode()
        login = f"{_base(options, 'login', LOGIN)}/api/v1/access_token"
        asked = Request(  # noqa: S310 - `bases` lets only http and https through
            login, urlencode({"grant_type": "client_credentials"}).encode(),
            {"Authorization": f"Basic {proof}", "User-Agent": agent},
        )  # fmt: skip
        try:
            with urlopen(asked, timeout=30) as told:  # noqa: S310
                token = word(as_dict(orjson.loads(told.read(100_000))).get("access_token"), 5000)
        except (URLError, OSError, ValueError) as error:
            raise VigieError(f"reddit : accès refusé ({error})", f"reddit: access refused ({error})") from None
        if token is None:
            raise VigieError("reddit : pas de jeton dans la réponse", "reddit: no token in the answer")
        return tied(token, _base(options, "api", API))

    def signature(self, url: str, secret: str, now: float) -> dict[str, str]:  # noqa: ARG002
        """Return the bearer token."""
        own = shown_to(secret, url)
        return {"Authorization": f"Bearer {own}"} if own else {}

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields."""
        if answer.status >= 400:
            if answer.status == 404 and answer.purpose == "person":
                return Batch() if answer.hop else Batch(troubles=[("unknown_account", answer.url)])
            return (
                Batch()
                if answer.status == 404 and answer.hop
                else Batch(troubles=[(f"http_{answer.status}", answer.url)])
            )
        told = as_dict(answer.json())
        if answer.purpose == "names":
            names = [name for one in told.values() if (name := word(as_dict(one).get("name"), 30)) and NAME.match(name)]
            asks = [_person_ask(answer.payload["base"], name, 0, ()) for name in names[:PAGE]]
            return Batch(asks=asks, troubles=[] if asks else [("unknown_account", answer.url)])
        if answer.purpose == "person":
            return _person(answer, as_dict(told.get("data")))
        if not isinstance(as_dict(told.get("data")).get("children"), list):
            raise ValueError("no listing of Reddit")  # noqa: TRY004 - one kind of error for a wrong answer
        reader = _again if answer.purpose == "recheck" else _listing
        return reader(answer, as_dict(told["data"]), context)


def _base(options: Mapping[str, Any], name: str, default: str) -> str:
    return bases(SOURCE, [str(options.get(name) or default)])[0]


def _list_ask(
    base: str, path: str, search: dict[str, str], why: str, *, after: str | None = None, page: int = 0, hop: int = 0,
    uid: str | None = None, texts: tuple[str, ...] = (),
) -> Ask:  # fmt: skip
    address = query(f"{base}{path}", limit=PAGE, raw_json=1, after=after, **search)
    payload = {"base": base, "path": path, "search": search, "why": why, "page": page, "uid": uid}
    return Ask(address, "list", payload, texts, hop, why, uid, recurring=page == 0, chain=page > 0)


def _person_ask(base: str, name: str, hop: int, texts: tuple[str, ...]) -> Ask:
    address = query(f"{base}/user/{name}/about", raw_json=1)
    return Ask(address, "person", {"base": base, "name": name}, texts, hop, "wrote a post", recurring=True)


def _person(answer: Answer, user: dict[str, Any]) -> Batch:
    number, name = word(user.get("id"), 30), word(user.get("name"), 30)
    if number is None or name is None or not NAME.match(name):
        raise ValueError("no person in the answer")
    page = as_dict(user.get("subreddit"))
    about = clean(page.get("public_description"), 5000)
    consent = profile_consent(bio=about or "")
    record: Record = {
        "type": "account",
        "account_id": f"reddit:t2_{number}",
        "source": SOURCE,
        "native_id": f"t2_{number}",
        "instance": "reddit.com",
        "handle": f"u/{name}",
        "display_name": clean(page.get("title"), 300) or name,
        "url": f"{SITE}/user/{name}",
        "summary": about,
        "created_at": _epoch(user.get("created_utc")),
        "consent": consent.decision,
        "consent_signals": list(consent.signals) or None,
        "status": "suspended" if user.get("is_suspended") is True else None,
        "followers": count(page.get("subscribers")) or None,  # zero is what Reddit writes for hidden
        "observed_at": answer.at.isoformat(),
        "extra": {"karma": count(user.get("total_karma"))},
    }
    batch = Batch(records=[record])
    if consent.decision != "deny" and not record["status"]:
        path = f"/user/{name}/submitted"
        key = record["account_id"]
        batch.asks = [_list_ask(answer.payload["base"], path, {"sort": "new"}, "posts", hop=answer.hop, uid=key)]
    return batch


def _listing(answer: Answer, told: dict[str, Any], context: Context) -> Batch:
    """Read a list; of a community or search only whom to ask: nobody's words are kept before their profile."""
    payload, since = answer.payload, context.since.isoformat() if context.since else ""
    batch, dates = Batch(), []
    for child in rows(told.get("children")):
        thing = as_dict(child.get("data"))
        made, name = _epoch(thing.get("created_utc")), word(thing.get("author"), 30)
        if made is None:
            continue
        dates.append(made)
        if made < since:
            continue
        if payload["uid"]:
            post = _post(thing, answer, made, payload["uid"])
            batch.records += [post] if post else []
        elif name and NAME.match(name) and answer.hop < int(context.options.get("hops", HOPS)):
            text = f"{word(thing.get('title'), 500) or ''} {clean(thing.get('selftext'), 1500) or ''}".strip()
            batch.asks.append(_person_ask(payload["base"], name, answer.hop + 1, (text,) if text else ()))
    batch.records = once(batch.records)
    batch.asks = list({ask.url: ask for ask in batch.asks}.values())
    after, page = word(told.get("after"), 30), int(payload["page"]) + 1
    limit = -(-context.posts_per_account // PAGE) if payload["uid"] else MOST_PAGES
    if after and dates and max(dates) >= since and page < min(limit, MOST_PAGES):
        batch.asks.append(_list_ask(payload["base"], payload["path"], payload["search"], payload["why"], after=after,
                                    page=page, hop=answer.hop, uid=payload["uid"]))  # fmt: skip
    return batch


def _again(answer: Answer, told: dict[str, Any], context: Context) -> Batch:  # noqa: ARG001 - one shape for both
    writers = {row["native_id"]: row["account_id"] for row in answer.payload["held"]}
    posts: list[Record] = []
    for child in rows(told.get("children")):
        thing = as_dict(child.get("data"))
        made, number = _epoch(thing.get("created_utc")), word(thing.get("name"), 30)
        if made and number in writers and (post := _post(thing, answer, made, writers[number])):
            posts.append(post)
    return Batch(records=once(posts) + vanished(answer, SOURCE, {post["post_id"] for post in posts}))


def _post(thing: dict[str, Any], answer: Answer, made: str, uid: str) -> Record | None:
    number, author = word(thing.get("name"), 30), word(thing.get("author_fullname"), 30)
    if number is None or f"reddit:{author}" != uid:
        return None
    whole = {"type": "post", "post_id": f"reddit:{number}", "account_id": f"reddit:{author}", "source": SOURCE,
             "native_id": number, "kind": "post", "published_at": made}  # fmt: skip
    if word(thing.get("selftext")) in GONE or thing.get("removed_by_category"):
        return whole | {"deleted_at": answer.at.isoformat()}  # the terms: what was taken back is not kept
    markup, link = thing.get("selftext_html"), web_address(thing.get("url"))
    page = web_address(f"{SITE}{thing.get('permalink') or ''}")
    links = [*([link] if link and link != page else []), *(one for one, _ in html_links(markup))]
    crossed = word(thing.get("crosspost_parent"), 30)
    return whole | {
        "observed_at": answer.at.isoformat(),
        "kind": "repost" if crossed else "post",
        "repost_of": f"reddit:{crossed}" if crossed else None,
        "edited_at": _epoch(thing.get("edited")),
        "title": clean(thing.get("title"), 500),
        "text": html_text(markup) or clean(thing.get("selftext"), 40_000) or "",
        "url": page,
        "hashtags": [],
        "mentions": [],
        "links": list(dict.fromkeys(links)),
        "replies": count(thing.get("num_comments")),
        "score": count(thing.get("score")),
        "extra": {"community": f"r/{word(thing.get('subreddit'), 60)}", "sensitive": thing.get("over_18") is True},
    }


def _epoch(value: object) -> str | None:
    """Return seconds since 1970, which Reddit writes with a decimal point, as ISO 8601; `false` is unknown."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 2**33:
        return None
    return iso(datetime.fromtimestamp(value, UTC).isoformat())
