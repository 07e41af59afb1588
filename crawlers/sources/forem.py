"""Forem communities (dev.to and others): articles under a tag or by a person, their comments, and who wrote them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.consent import profile_consent
from crawlers.recheck import recheck_ask, vanished
from crawlers.shapes import as_dict, bases, iso, nothing_to_ask, number_id, once, query, rows, word, words
from crawlers.text import clean, count, html_links, html_text, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

SOURCE = "forem"
SITES = ("https://dev.to",)
ACCEPT = "application/vnd.forem.api-v1+json"
PAGE = 100
MOST_PAGES = 10
MOST_COMMENTS = 2000
PLACES = {"article": "articles", "comment": "comments"}
TAG = re.compile(r"^[A-Za-z0-9]{1,30}$")


class Forem(Connector):
    """Articles, comments and people of Forem communities."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "replies", "hashtags", "links", "incremental"})
    options: ClassVar[Mapping[str, Option]] = {
        "sites": Option(list, Bilingual("communautés (https://dev.to)", "communities (https://dev.to)")),
        "tags": Option(list, Bilingual("étiquettes ; sinon les hashtags du brief", "tags; else the brief's hashtags")),
        "comments": Option(bool, Bilingual("lire les commentaires (oui)", "read comments (yes)")),
    }
    caveats = (
        Bilingual(
            "ni abonnés ni lectures : seules les réactions sont comptées",
            "neither followers nor views: only reactions are counted",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the communities."""
        return tuple(_sites(options))

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return the pages of each tag, and about three requests per article."""
        tags = len(options.get("tags", []) or brief.seeds.hashtags)
        return max(1, len(_sites(options)) * tags * (MOST_PAGES + PAGE)) + 3 * len(brief.seeds.accounts)

    def seeds(self, context: Context) -> Batch:
        """Ask for the newest articles under each tag, and by each seed of the community."""
        tags = context.options.get("tags") or _tags(context)
        asks = []
        for site in _sites(context.options):
            own = re.compile(rf"^(?:{re.escape(site)}/|@)([\w\-]{{1,60}})(?:@{re.escape(urlsplit(site).netloc)})?/?$")
            people = [match[1] for seed in context.seed_accounts if (match := own.match(seed.strip()))]
            numbers = (
                seed.strip().removeprefix(f"forem:{urlsplit(site).netloc}/user/") for seed in context.seed_accounts
            )
            asks += [_number_ask(site, number) for number in numbers if number.isdigit()]
            asks += [_list_ask(site, {"tag": tag.lower()}, 1) for tag in tags]
            asks += [_list_ask(site, {"username": name}, 1) for name in people]
        if not asks:
            raise nothing_to_ask(SOURCE, "tags, seeds.hashtags, seeds.accounts")
        return Batch(asks=asks)

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask each community for the articles and comments held, one at a time."""
        asks: list[Ask] = []
        for site in _sites(context.options):
            for one in held:
                host, what, number = [*one.native_id.split("/"), "", ""][:3]
                if host == urlsplit(site).netloc and (place := PLACES.get(what)) and len(asks) < room:
                    asks.append(recheck_ask(f"{site}/api/{place}/{quote(number, safe='')}", [one], site=site))
        return asks

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields, by what was asked for."""
        if answer.purpose == "recheck":
            return _again(answer, context)
        if answer.status in {404, 410} and answer.purpose != "articles":
            return Batch(troubles=[("unknown_account", answer.url)]) if "seed" in answer.payload else _vanished(answer)
        if answer.status >= 400:
            return Batch(troubles=[(f"http_{answer.status}", answer.url)])
        readers = {"articles": _articles, "article": _article, "comments": _comments, "user": _user}
        return readers[answer.purpose](answer, context)


def _again(answer: Answer, context: Context) -> Batch:
    """Tell what is gone, take an article as it is now; an edited comment comes with its article."""
    if answer.status in {404, 410}:
        return Batch(records=vanished(answer, SOURCE, ()))
    if answer.status >= 400:
        return Batch(troubles=[(f"http_{answer.status}", answer.url)])
    told = as_dict(answer.json())
    return Batch(records=_article(answer, context).records) if told.get("type_of") == "article" else Batch()


def _tags(context: Context) -> list[str]:
    """A Forem tag has no accents and no signs."""
    return list(dict.fromkeys(tag.lower() for tag in context.hashtags if TAG.match(tag)))


def _sites(options: Mapping[str, Any]) -> list[str]:
    return bases(SOURCE, list(options.get("sites") or SITES))


def _number_ask(site: str, number: str) -> Ask:
    """Ask who a member is whose number is known: articles are listed by name."""
    payload = {"site": site, "seed": True}
    return Ask(f"{site}/api/users/{number}", "user", payload, why="seed", recurring=True, accept=ACCEPT)


def _list_ask(site: str, search: dict[str, str], page: int) -> Ask:
    address = query(f"{site}/api/articles", **search, state="fresh" if "tag" in search else None, per_page=PAGE,
                    page=page)  # fmt: skip
    payload = {"site": site, "search": search, "page": page}
    why = " ".join(search.values())
    return Ask(address, "articles", payload, why=why, recurring=page == 1, chain=page > 1, accept=ACCEPT)


def _articles(answer: Answer, context: Context) -> Batch:
    listed = answer.json()
    if not isinstance(listed, list):
        raise ValueError("no list of articles")  # noqa: TRY004 - one kind of error for a wrong answer
    batch, site, recent = Batch(), answer.payload["site"], 0
    for row in rows(listed):
        number, made = number_id(row.get("id")), iso(row.get("published_at") or row.get("published_timestamp"))
        if number is None or made is None or (context.since and made < context.since.isoformat()):
            continue
        recent += 1
        texts = (" ".join(filter(None, (word(row.get("title"), 300), word(row.get("description"), 500)))),)
        stamp = "|".join(str(row.get(name)) for name in ("edited_at", "comments_count", "public_reactions_count"))
        payload = {"site": site, "known": _head(row, number, made, answer)}
        address, why = f"{site}/api/articles/{number}", f"listed under {' '.join(answer.payload['search'].values())}"
        batch.asks.append(Ask(address, "article", payload, texts, answer.hop, why, stamp=stamp, accept=ACCEPT))
    page = int(answer.payload["page"])
    if not listed and page == 1 and (name := answer.payload["search"].get("username")):
        batch.troubles.append(("unknown_account", f"{site}/{name}"))  # or one who has not written: both are told
    if recent and len(listed) >= PAGE and page < MOST_PAGES:
        batch.asks.append(_list_ask(site, answer.payload["search"], page + 1))
    return batch


def _head(row: dict[str, Any], number: str, made: str, answer: Answer) -> Record | None:
    """Return what is needed to mark an article as gone, when it can no longer be had."""
    writer = _account(as_dict(row.get("user")), answer)
    if writer is None:
        return None
    return {
        "type": "post",
        "post_id": f"forem:{_host(answer)}/article/{number}",
        "account_id": writer["account_id"],
        "source": SOURCE,
        "native_id": f"{_host(answer)}/article/{number}",
        "kind": "post",
        "published_at": made,
    }


def _vanished(answer: Answer) -> Batch:
    known = as_dict(answer.payload.get("known"))
    return Batch(records=[{**known, "deleted_at": answer.at.isoformat()}] if known else [])


def _article(answer: Answer, context: Context) -> Batch:
    row = as_dict(answer.json())
    number, made = number_id(row.get("id")), iso(row.get("published_at"))
    writer = _account(as_dict(row.get("user")), answer)
    head = _head(row, number, made, answer) if number and made else None
    if writer is None or head is None:
        raise ValueError("no article in the answer")
    site, markup = answer.payload["site"], row.get("body_html")
    url, canonical = web_address(row.get("url")), web_address(row.get("canonical_url"))
    tags = words(row.get("tags")) or words(row.get("tag_list")) or _split(row.get("tag_list") or row.get("tags"))
    links = [link for link, _ in html_links(markup, site)]
    post = head | {
        "edited_at": iso(row.get("edited_at")),
        "declared_language": word(row.get("language"), 20),
        "title": clean(row.get("title"), 500),
        "text": html_text(markup) or clean(row.get("body_markdown")) or clean(row.get("description")) or "",
        "url": url,
        "hashtags": [tag.lower() for tag in tags],
        "mentions": [],
        "links": list(dict.fromkeys([*([canonical] if canonical and canonical != url else []), *links]))[:100],
        "likes": count(row.get("public_reactions_count")),
        "replies": count(row.get("comments_count")),
        "observed_at": answer.at.isoformat(),
        "extra": {"canonical_url": canonical if canonical != url else None},
    }
    texts = (f"{post['title'] or ''} {post['text']}"[:2000],)
    batch = Batch(records=[writer, post], asks=[_user_ask(site, writer, answer.hop, texts)])
    if context.options.get("comments", True) and post["replies"]:
        address = query(f"{site}/api/comments", a_id=number)
        payload = {"site": site, "parent": post["post_id"], "url": url}
        batch.asks.append(Ask(address, "comments", payload, texts, answer.hop, f"comments of {url}", accept=ACCEPT))
    return batch


def _user_ask(site: str, writer: Record, hop: int, texts: tuple[str, ...]) -> Ask:
    address = f"{site}/api/users/{writer['native_id'].rsplit('/', 1)[-1]}"
    account = writer["account_id"]
    return Ask(address, "user", {"site": site}, texts, hop, "wrote", account, recurring=True, accept=ACCEPT)


def _comments(answer: Answer, context: Context) -> Batch:
    if not isinstance(answer.json(), list):
        raise ValueError("no list of comments")  # noqa: TRY004 - one kind of error for a wrong answer
    batch = Batch()
    for comment, parent in _walk(answer):
        writer, code = _account(as_dict(comment.get("user")), answer), word(comment.get("id_code"), 40)
        made = iso(comment.get("created_at"))
        if writer is None or code is None or made is None or (context.since and made < context.since.isoformat()):
            continue
        batch.records += [
            writer,
            {
                "type": "post",
                "post_id": f"forem:{_host(answer)}/comment/{code}",
                "account_id": writer["account_id"],
                "source": SOURCE,
                "native_id": f"{_host(answer)}/comment/{code}",
                "kind": "reply",
                "published_at": made,
                "text": html_text(comment.get("body_html")) or "",
                "url": f"{answer.payload['url']}#comment-{code}" if answer.payload.get("url") else None,
                "in_reply_to": parent,
                "hashtags": [],
                "mentions": [],
                "links": [link for link, _ in html_links(comment.get("body_html"), answer.payload["site"])][:50],
                "observed_at": answer.at.isoformat(),
            },
        ]
    batch.records = once(batch.records)
    return batch


def _walk(answer: Answer) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each comment of a tree with what it answers, without recursion: the depth is not ours to say."""
    waiting = [(row, answer.payload["parent"]) for row in rows(answer.json())]
    for _ in range(MOST_COMMENTS):
        if not waiting:
            return
        comment, parent = waiting.pop()
        yield comment, parent
        code = word(comment.get("id_code"), 40)
        own = f"forem:{_host(answer)}/comment/{code}" if code else parent
        waiting += [(row, own) for row in rows(comment.get("children"))]


def _account(user: dict[str, Any], answer: Answer, *, whole: bool = False) -> Record | None:
    number, name = (
        number_id(user.get("user_id")) or (number_id(user.get("id")) if whole else None),
        user.get("username"),
    )
    if number is None or (name := word(name, 100)) is None:
        return None
    host, about = _host(answer), clean(user.get("summary"), 2000)
    consent = profile_consent(bio=about or "")
    places = {"github_username": "https://github.com/", "twitter_username": "https://x.com/"}
    links = [web_address(user.get("website_url"))] + [
        web_address(f"{place}{told}") for key, place in places.items() if (told := word(user.get(key), 60))
    ]
    return {
        "type": "account",
        "account_id": f"forem:{host}/user/{number}",
        "source": SOURCE,
        "native_id": f"{host}/user/{number}",
        "instance": host,
        "handle": name,
        "display_name": clean(user.get("name"), 200),
        "url": f"{answer.payload['site']}/{name}",
        "summary": about,
        "location": word(user.get("location"), 200),
        "consent": consent.decision,
        "consent_signals": list(consent.signals) or None,
        "links": list(dict.fromkeys(link for link in links if link)) or None,
        "observed_at": answer.at.isoformat(),
        "extra": {"view_scope": "home" if whole else "remote_view"},
    }


def _user(answer: Answer, context: Context) -> Batch:  # noqa: ARG001 - one shape for all readers
    account = _account(as_dict(answer.json()), answer, whole=True)
    if account is None:
        raise ValueError("no user in the answer")
    seed = answer.payload.get("seed") and account["consent"] != "deny"
    asks = [_list_ask(answer.payload["site"], {"username": account["handle"]}, 1)] if seed else []
    return Batch(records=[account], asks=asks)


def _split(value: object) -> list[str]:
    return [part for one in (clean(value, 1000) or "").split(",") if (part := one.strip())]


def _host(answer: Answer) -> str:
    return urlsplit(str(answer.payload["site"])).netloc
