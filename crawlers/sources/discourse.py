"""Discourse forums: newest topics and their posts, without the search that their robots.txt closes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.consent import profile_consent
from crawlers.recheck import recheck_ask, vanished
from crawlers.shapes import as_dict, bases, iso, nothing_to_ask, number_id, once, query, rows, word
from crawlers.text import clean, count, html_links, html_text, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

SOURCE = "discourse"
PAGES = 10
TOPICS_PER_PAGE = 30
POSTS_PER_ASK = 20
LIKE = 2


class Discourse(Connector):
    """Topics, posts and people of Discourse forums."""

    kind = SOURCE
    reads_sites = True
    capabilities = frozenset({"profiles", "posts", "replies", "mentions", "incremental"})
    options: ClassVar[Mapping[str, Option]] = {
        "sites": Option(list, Bilingual("forums à lire", "forums to read")),
        "tags": Option(list, Bilingual("étiquettes à lire plutôt que tout", "tags to read rather than everything")),
        "pages": Option(int, Bilingual("pages de sujets (10)", "pages of topics (10)")),
        "profiles": Option(bool, Bilingual("lire les profils (oui)", "read profiles (yes)")),
    }
    caveats = (
        Bilingual(
            "les forums ferment leur recherche aux robots : on lit les sujets récents, ou ceux d'une étiquette",
            "forums shut their search to robots: recent topics are read, or those of a tag",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the forums."""
        return tuple(bases(SOURCE, options.get("sites", [])))

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:  # noqa: ARG002 - the brief says nothing of it
        """Return one request per page of topics and two per topic."""
        lists = max(1, len(options.get("sites", []))) * max(1, len(options.get("tags", [])))
        return lists * int(options.get("pages", PAGES)) * (1 + 2 * TOPICS_PER_PAGE)

    def seeds(self, context: Context) -> Batch:
        """Ask for the newest topics of each forum, or of its tags."""
        sites = bases(SOURCE, list(context.options.get("sites", [])))
        if not sites:
            raise nothing_to_ask(SOURCE, "sites")
        tags = [quote(tag.lstrip("#").lower(), safe="") for tag in context.options.get("tags", [])]
        paths = [f"/tag/{tag}.json" for tag in tags] or ["/latest.json"]
        people = [(site, name) for site in sites for seed in context.seed_accounts if (name := _member(site, seed))]
        asks = [_seed_ask(site, name) for site, name in people]
        return Batch(asks=asks + [_topics_ask(site, path, 0) for site in sites for path in paths])

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask each forum for the posts held, one at a time: topics that rest are not read again."""
        asks = []
        for site in bases(SOURCE, list(context.options.get("sites", []))):
            start = f"{urlsplit(site).netloc}/post/"
            own = [one for one in held if one.native_id.startswith(start)]
            asks += [
                recheck_ask(f"{site}/posts/{quote(one.native_id.removeprefix(start), safe='')}.json", [one], site=site)
                for one in own
            ]
        return asks[:room]

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields, by what was asked for."""
        if answer.purpose == "recheck":
            return _again(answer)
        if answer.status >= 400:
            return _refused(answer)
        told = answer.json()
        if not isinstance(told, dict):
            raise ValueError("not an answer of a forum")  # noqa: TRY004 - one kind of error for a wrong answer
        readers = {"topics": _topics, "topic": _topic, "posts": _posts, "profile": _profile}
        return readers[answer.purpose](answer, told, context)


def _refused(answer: Answer) -> Batch:
    if answer.status in {404, 410} and answer.purpose != "topics":
        return Batch(troubles=[("unknown_account", answer.url)] if "seed" in answer.payload else [])
    closed = answer.status in {401, 403}
    kind = "closed_forum" if closed and answer.purpose == "topics" else f"http_{answer.status}"
    return Batch() if closed and answer.purpose == "profile" else Batch(troubles=[(kind, answer.url)])


def _again(answer: Answer) -> Batch:
    """Tell a post that is hidden or gone, and take one that was edited as it is now."""
    if answer.status in {404, 410}:
        return Batch(records=vanished(answer, SOURCE, ()))
    if answer.status >= 400:
        return _refused(answer)
    post = as_dict(answer.json())
    gone = post.get("user_deleted") is True or post.get("hidden") is True or post.get("deleted_at") is not None
    return Batch(records=vanished(answer, SOURCE, ()) if gone else _edited(post, answer))


def _edited(post: dict[str, Any], answer: Answer) -> list[Record]:
    """A post that was edited, without what only its topic tells: its title, its tags, the post it answers."""
    account, number, made = _writer(post, answer), number_id(post.get("id")), iso(post.get("created_at"))
    if account is None or number is None or made is None or (count(post.get("version")) or 1) < 2:
        return []
    unknown = ("title", "tags", "in_reply_to")
    told = _post(post, number, made, account, {}, answer.payload, answer)
    return [account, {name: value for name, value in told.items() if name not in unknown}]


def _member(site: str, seed: str) -> str | None:
    """Return the name of a forum's member as people write it: `@name@forum`, or the address of their page."""
    host = re.escape(urlsplit(site).netloc)
    told = re.match(
        rf"^(?:{re.escape(site)}/u(?:sers)?/([\w.\-]{{1,60}})(?:/.*)?|@?([\w.\-]{{1,60}})@{host})$", seed.strip()
    )
    return (told[1] or told[2]) if told else None


def _seed_ask(site: str, name: str) -> Ask:
    payload = {"site": site, "seed": name}
    return Ask(f"{site}/u/{quote(name, safe='')}.json", "profile", payload, why="seed", recurring=True)


def _topics_ask(site: str, path: str, page: int) -> Ask:
    address = query(f"{site}{path}", page=page or None)
    payload = {"site": site, "path": path, "page": page}
    return Ask(address, "topics", payload, why="listed in the brief", recurring=page == 0, chain=page > 0)


def _topics(answer: Answer, told: dict[str, Any], context: Context) -> Batch:
    """Ask for each topic that had a post within the window and since it was last read."""
    listed = as_dict(told.get("topic_list"))
    if not isinstance(listed.get("topics"), list):
        raise ValueError("no topics in the answer")  # noqa: TRY004 - one kind of error for a wrong answer
    site, batch, recent = answer.payload["site"], Batch(), 0
    for topic in rows(listed["topics"]):
        number, bumped = number_id(topic.get("id")), iso(topic.get("bumped_at") or topic.get("last_posted_at"))
        if number is None or (context.since and bumped and bumped < context.since.isoformat()):
            continue
        recent += topic.get("pinned") is not True
        texts = tuple(filter(None, (html_text(topic.get("title")), html_text(topic.get("excerpt")))))
        payload = {"site": site, "title": word(topic.get("title"), 300)}
        address = f"{site}/t/{number}.json"
        batch.asks.append(Ask(address, "topic", payload, texts, answer.hop, "listed", stamp=bumped))
    page = int(answer.payload["page"]) + 1
    if listed.get("more_topics_url") and recent and page < int(context.options.get("pages", PAGES)):
        batch.asks.append(_topics_ask(site, answer.payload["path"], page))
    return batch


def _topic(answer: Answer, told: dict[str, Any], context: Context) -> Batch:
    """Read the first posts of a topic, and ask for those that the page left out."""
    stream = as_dict(told.get("post_stream"))
    shown = rows(stream.get("posts"))
    tags = [name for tag in _tags(told.get("tags")) if (name := word(tag, 100))]
    number, title = number_id(told.get("id")), word(told.get("title"), 300)
    first = next((number_id(post.get("id")) for post in shown if post.get("post_number") == 1), None)
    payload = {"site": answer.payload["site"], "title": title, "tags": tags, "first": first, "topic": number}
    batch = _read(answer, shown, payload, context)
    have = {number_id(post.get("id")) for post in shown}
    ids = [found for one in _ids(stream.get("stream")) if (found := number_id(one)) and found not in have]
    for start in range(0, min(len(ids), context.posts_per_account), POSTS_PER_ASK):
        wanted = "&".join(f"post_ids[]={one}" for one in ids[start : start + POSTS_PER_ASK])
        address = f"{answer.payload['site']}/t/{number}/posts.json?{wanted}"
        batch.asks.append(Ask(address, "posts", payload, (title or "",), answer.hop, "rest of a topic", chain=True))
    return batch


def _posts(answer: Answer, told: dict[str, Any], context: Context) -> Batch:
    return _read(answer, rows(as_dict(told.get("post_stream")).get("posts")), answer.payload, context)


def _read(answer: Answer, posts: list[dict[str, Any]], payload: dict[str, Any], context: Context) -> Batch:
    batch, site = Batch(), payload["site"]
    numbers = {post.get("post_number"): number_id(post.get("id")) for post in posts if count(post.get("post_number"))}
    for post in posts:
        account, number, made = _writer(post, answer), number_id(post.get("id")), iso(post.get("created_at"))
        if account is None or number is None or made is None or post.get("post_type") not in (None, 1):
            continue
        if context.since and made < context.since.isoformat():
            continue
        gone = post.get("user_deleted") is True or post.get("hidden") is True
        batch.records += [account, _gone(post, number, made, account, answer) if gone else
                          _post(post, number, made, account, numbers, payload, answer)]  # fmt: skip
        if context.options.get("profiles", True):
            texts = (html_text(post.get("cooked")) or "",)
            address = f"{site}/u/{quote(str(post['username']), safe='')}.json"
            why = f"wrote in {payload.get('title') or 'a topic'}"
            batch.asks.append(
                Ask(address, "profile", {"site": site}, texts, answer.hop, why, account["account_id"], recurring=True)
            )
    batch.records = once(batch.records)
    batch.asks = list({ask.url: ask for ask in batch.asks}.values())
    return batch


def _writer(post: dict[str, Any], answer: Answer) -> Record | None:
    number, name, host = number_id(post.get("user_id")), word(post.get("username"), 100), _host(answer)
    if number is None or name is None or number == "0":
        return None
    return {
        "type": "account",
        "account_id": f"discourse:{host}/user/{number}",
        "source": SOURCE,
        "native_id": f"{host}/user/{number}",
        "instance": host,
        "handle": f"@{name}@{host}",
        "display_name": clean(post.get("name"), 200) or name,
        "url": f"{answer.payload['site']}/u/{quote(name, safe='')}",
        "consent": "allow",
        "observed_at": answer.at.isoformat(),
        "extra": {"view_scope": "remote_view"},
    }


def _gone(post: dict[str, Any], number: str, made: str, account: Record, answer: Answer) -> Record:  # noqa: ARG001
    """Leave an empty, dated marker of a post that its writer or the moderators took away."""
    host = _host(answer)
    return {
        "type": "post",
        "post_id": f"discourse:{host}/post/{number}",
        "account_id": account["account_id"],
        "source": SOURCE,
        "native_id": f"{host}/post/{number}",
        "kind": "post",
        "published_at": made,
        "deleted_at": answer.at.isoformat(),
    }


def _post(
    post: dict[str, Any], number: str, made: str, account: Record, numbers: Mapping[Any, str | None],
    payload: dict[str, Any], answer: Answer,
) -> Record:  # fmt: skip
    host, markup = _host(answer), post.get("cooked")
    place, to = count(post.get("post_number")) or 1, count(post.get("reply_to_post_number"))
    parent = (numbers.get(to) if to else None) or payload.get("first")
    likes = next((count(one.get("count")) for one in rows(post.get("actions_summary"), 20) if one.get("id") == LIKE), 0)
    edited = iso(post.get("updated_at")) if (count(post.get("version")) or 1) > 1 else None
    topic = number_id(post.get("topic_id")) or payload.get("topic")
    return {
        "type": "post",
        "post_id": f"discourse:{host}/post/{number}",
        "account_id": account["account_id"],
        "source": SOURCE,
        "native_id": f"{host}/post/{number}",
        "kind": "reply" if place > 1 else "post",
        "published_at": made,
        "edited_at": edited,
        "title": payload.get("title") if place == 1 else None,
        "text": html_text(markup) or "",
        "url": f"{payload['site']}/t/{topic}/{place}",
        "in_reply_to": f"discourse:{host}/post/{parent}" if place > 1 and parent else None,
        "tags": payload.get("tags") or None,
        "hashtags": [],
        "mentions": _mentions(markup, host),
        "links": [link for link, kind in html_links(markup, payload["site"]) if "mention" not in kind][:50],
        "likes": likes,
        "replies": count(post.get("reply_count")),
        "quotes": count(post.get("quote_count")),
        "views": count(post.get("reads")),
        "observed_at": answer.at.isoformat(),
    }


def _mentions(markup: object, host: str) -> list[str]:
    if not isinstance(markup, str) or "mention" not in markup:
        return []
    found = (node.text().strip().lstrip("@").lower() for node in LexborHTMLParser(markup[:200_000]).css("a.mention"))
    return list(dict.fromkeys(f"{SOURCE}:@{clean(name, 100)}@{host}" for name in found if clean(name, 100)))[:50]


def _profile(answer: Answer, told: dict[str, Any], context: Context) -> Batch:  # noqa: ARG001 - one shape for all
    user = as_dict(told.get("user"))
    number, name = number_id(user.get("id")), word(user.get("username"), 100)
    account = _writer({"user_id": number, "username": name, "name": user.get("name")}, answer)
    if account is None:
        raise ValueError("no user in the answer")
    bio, site = html_text(user.get("bio_cooked")), web_address(user.get("website"))
    consent = profile_consent(bio=bio or "")
    hidden = user.get("profile_hidden") is True or user.get("hide_profile") is True
    decision = "restricted" if hidden and consent.decision == "allow" else consent.decision
    account |= {
        "summary": bio,
        "location": word(user.get("location"), 200),
        "created_at": iso(user.get("created_at")),
        "consent": decision,
        "consent_signals": [*consent.signals, *(["profile_hidden=true"] if hidden else [])] or None,
        "status": "suspended" if user.get("suspended_till") else None,
        "links": [site] if site else None,
        "posts": count(user.get("post_count")),
        "extra": {"view_scope": "home", "trust_level": count(user.get("trust_level"))},
    }
    name, site = answer.payload.get("seed"), answer.payload["site"]
    wrote = f"/topics/created-by/{quote(str(name), safe='')}.json"
    return Batch(records=[account], asks=[_topics_ask(site, wrote, 0)] if name and decision != "deny" else [])


def _tags(value: object) -> list[object]:
    """Tags are names, or objects with a name since 2025."""
    return [one.get("name") if isinstance(one, dict) else one for one in value[:30]] if isinstance(value, list) else []


def _ids(value: object) -> list[object]:
    return value[:20_000] if isinstance(value, list) else []


def _host(answer: Answer) -> str:
    return urlsplit(str(answer.payload["site"])).netloc
