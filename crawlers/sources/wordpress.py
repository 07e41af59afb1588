"""WordPress sites through their REST API: posts, authors, comments; a post's page tells whether to keep its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.consent import profile_consent
from crawlers.pages import read_page
from crawlers.recheck import packs, recheck_ask, vanished
from crawlers.shapes import as_dict, bases, iso, nothing_to_ask, number_id, once, query, rows, word, words
from crawlers.text import clean, html_links, html_text, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

SOURCE = "wordpress"
PAGE = 100
MOST_PAGES = 100
SHUT = frozenset({401, 403, 404})
PAGED = re.compile(r"(?<=/)comment-page-\d{1,6}/?$|[?&]cpage=\d{1,6}$")
UNKEPT = ("text", "title", "links", "hashtags", "tags")
KEPT = ("type", "post_id", "account_id", "source", "native_id", "kind", "published_at")


class WordPress(Connector):
    """Posts, authors and comments of sites made with WordPress."""

    kind = SOURCE
    reads_sites = True
    capabilities = frozenset({"profiles", "posts", "replies", "links", "incremental"})
    options: ClassVar[Mapping[str, Option]] = {
        "sites": Option(list, Bilingual("sites à lire", "sites to read")),
        "comments": Option(bool, Bilingual("lire les commentaires (oui)", "read comments (yes)")),
        "pages": Option(
            bool, Bilingual("vérifier sur la page que le texte peut être gardé (oui)", "check on each page (yes)")
        ),
    }
    caveats = (
        Bilingual(
            "beaucoup de sites ferment la liste de leurs auteurs : les signatures viennent alors des billets",
            "many sites shut the list of their authors: names then come from the posts",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the listed sites."""
        return tuple(bases(SOURCE, options.get("sites", [])))

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return the lists of each site, and one request per post where pages are checked."""
        posts = brief.budget.posts_per_account
        each = posts if options.get("pages", True) else 0
        return max(1, len(options.get("sites", [])) * (3 + 2 * -(-posts // PAGE) + each))

    def seeds(self, context: Context) -> Batch:
        """Ask each site what its API is."""
        sites = bases(SOURCE, list(context.options.get("sites", [])))
        if not sites:
            raise nothing_to_ask(SOURCE, "sites")
        return Batch(
            asks=[Ask(f"{site}/wp-json/", "root", {"site": site}, why="listed in the brief") for site in sites]
        )

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask each site for the numbers of the posts and comments held, a hundred at once."""
        asks = []
        for site in bases(SOURCE, list(context.options.get("sites", []))):
            payload = {"site": site, "plain": context.notes.get(f"plain {site}") == "yes"}
            for name, kind in (("posts", "post"), ("comments", "comment")):
                start = f"{urlsplit(site).netloc}/{kind}/"
                own = [one for one in held if one.native_id.startswith(start)]
                for group in packs(own, PAGE):
                    numbers = ",".join(one.native_id.removeprefix(start) for one in group)
                    address = _route(payload, name, include=numbers, per_page=PAGE, _fields="id")
                    asks.append(recheck_ask(address, group, **payload, start=start))
        return asks[:room]

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields, by what was asked for."""
        if answer.purpose == "page":
            return _page(answer)
        if answer.purpose == "root":
            return _root(answer, context)
        if answer.status >= 400:
            return _refused(answer)
        if answer.purpose == "recheck":
            return _again(answer)
        listed = answer.json()
        if not isinstance(listed, list):
            raise ValueError("not a list")  # noqa: TRY004 - one kind of error for a wrong answer
        reader = {"posts": _posts, "users": _users, "comments": _comments}[answer.purpose]
        batch = reader(answer, rows(listed), context)
        batch.records = once(batch.records)
        _next(answer, rows(listed), batch, context)
        return batch

    def failed(self, answer: Answer, context: Context) -> Batch:  # noqa: ARG002 - the signature is the connector's
        """Keep what the API said of a post whose page cannot be had."""
        return _page(answer) if answer.purpose == "page" else Batch()


def _root(answer: Answer, context: Context) -> Batch:
    """The site's API answers under /wp-json/, or under ?rest_route= where permalinks are plain."""
    site, plain = answer.payload["site"], bool(answer.payload.get("plain"))
    try:
        told = as_dict(answer.json()) if answer.status < 400 else {}
    except ValueError:
        told = {}
    if "wp/v2" not in words(told.get("namespaces")):
        if plain:
            return Batch(troubles=[("no_api", site)])
        address = query(f"{site}/", rest_route="/")
        return Batch(asks=[Ask(address, "root", {"site": site, "plain": True}, why="plain permalinks")])
    payload = {"site": site, "plain": plain, "home": web_address(told.get("home")) or site}
    asks = [_list_ask(payload, "users"), _list_ask(payload, "posts")]
    asks += [_list_ask(payload, "comments")] if context.options.get("comments", True) else []
    return Batch(asks=asks, notes={f"plain {site}": "yes" if plain else "no"})


def _again(answer: Answer) -> Batch:
    """Tell the posts and comments that the site no longer lists; what changed comes with the lists themselves."""
    listed = answer.json()
    if not isinstance(listed, list):
        raise ValueError("not a list")  # noqa: TRY004 - one kind of error for a wrong answer
    start = answer.payload["start"]
    there = {f"{start}{number}" for row in rows(listed) if (number := number_id(row.get("id")))}
    present = {row["post_id"] for row in answer.payload["held"] if row["native_id"] in there}
    return Batch(records=vanished(answer, SOURCE, present))


def _list_ask(payload: dict[str, Any], name: str, page: int = 1) -> Ask:
    more = {"_embed": "author,wp:term", "orderby": "date"} if name == "posts" else {}
    address = _route(payload, name, per_page=PAGE, page=page, **more)
    param = "modified_after" if name == "posts" else "after" if name == "comments" else None
    return Ask(
        address,
        name,
        payload | {"page": page},
        why=name if page == 1 else "next page",
        recurring=page == 1,
        chain=page > 1,
        mark=f"wordpress {payload['site']} {name}" if param and page == 1 else None,
        mark_param=param if page == 1 else None,
    )


def _route(payload: dict[str, Any], name: str, **values: object) -> str:
    if payload.get("plain"):
        return query(f"{payload['site']}/", rest_route=f"/wp/v2/{name}", **values)
    return query(f"{payload['site']}/wp-json/wp/v2/{name}", **values)


def _refused(answer: Answer) -> Batch:
    try:
        code = word(as_dict(answer.json()).get("code"), 100) or ""
    except ValueError:
        code = ""
    if code.endswith("invalid_page_number"):  # the end of the list
        return Batch()
    kind = f"closed_{answer.purpose}" if answer.status in SHUT else f"http_{answer.status}"
    return Batch(troubles=[(kind, f"{answer.status} {answer.url} {code}")])


def _next(answer: Answer, listed: list[dict[str, Any]], batch: Batch, context: Context) -> None:
    payload, page = answer.payload, int(answer.payload["page"])
    dates = [when for row in listed if (when := _gmt(row, "modified")) or (when := _gmt(row, "date"))]
    if dates and answer.purpose in {"posts", "comments"}:
        mark = f"wordpress {payload['site']} {answer.purpose}"
        known = context.marks.get(mark) or ""
        batch.marks |= {mark: newest} if (newest := max(dates)[:19]) > known else {}
    published = [when for row in listed if (when := _gmt(row, "date"))]
    too_old = published and context.since is not None and max(published) < context.since.isoformat()
    told = number_id(answer.headers.get("x-wp-totalpages"))
    more = page < int(told) if told else len(listed) == PAGE
    if listed and more and not too_old and page < MOST_PAGES:
        following = _list_ask(payload, answer.purpose, page + 1)
        if answer.marked is not None:
            mark_param = "modified_after" if answer.purpose == "posts" else "after"
            following = Ask(query(following.url, **{mark_param: answer.marked}), following.purpose, following.payload,
                            why="next page", chain=True)  # fmt: skip
        batch.asks.append(following)


# --- records ------------------------------------------------------------------------------------------------------


def _users(answer: Answer, listed: list[dict[str, Any]], context: Context) -> Batch:  # noqa: ARG001 - one shape
    found = [record for user in listed if (record := _author(user, answer)) is not None]
    return Batch(records=found)


def _author(user: dict[str, Any], answer: Answer) -> Record | None:
    """Return the account line of an author; their page on the site is their address."""
    identifier, link = number_id(user.get("id")), web_address(user.get("link"))
    if identifier is None or link is None:
        return None
    about = html_text(user.get("description"))
    consent = profile_consent(bio=about or "")
    site = web_address(user.get("url"))
    return {
        "type": "account",
        "account_id": f"web:{link}",
        "source": SOURCE,
        "native_id": f"{_host(answer)}/user/{identifier}",
        "instance": _host(answer),
        "handle": word(user.get("slug"), 200),
        "display_name": clean(user.get("name"), 300),
        "url": link,
        "summary": about,
        "consent": consent.decision,
        "consent_signals": list(consent.signals) or None,
        "links": [site] if site else None,
        "observed_at": answer.at.isoformat(),
    }


def _unnamed(identifier: str, answer: Answer) -> Record:
    """Return the line of an author of whom the site tells a number only."""
    address = query(f"{answer.payload['home'].rstrip('/')}/", author=identifier)
    return {
        "type": "account",
        "account_id": f"web:{address}",
        "source": SOURCE,
        "native_id": f"{_host(answer)}/user/{identifier}",
        "instance": _host(answer),
        "url": address,
        "consent": "allow",
        "observed_at": answer.at.isoformat(),
    }


def _posts(answer: Answer, listed: list[dict[str, Any]], context: Context) -> Batch:
    batch = Batch()
    for row in listed:
        embedded = as_dict(row.get("_embedded"))
        number = number_id(row.get("author"))
        author = next((found for one in rows(embedded.get("author")) if (found := _author(one, answer))), None)
        account = author or (_unnamed(number, answer) if number else None)
        post = _post(row, account, embedded, answer) if account else None
        if account is None or post is None or (context.since and post["published_at"] < context.since.isoformat()):
            continue
        batch.records.append(account)
        if context.options.get("pages", True):
            batch.asks.append(_page_ask(post, row, answer))
        else:
            batch.records.append(post)
    return batch


def _post(row: dict[str, Any], account: Record, embedded: dict[str, Any], answer: Answer) -> Record | None:
    link, published = web_address(row.get("link")), _gmt(row, "date")
    if link is None or published is None or row.get("status") not in (None, "publish"):
        return None
    body = as_dict(row.get("content"))
    markup = None if body.get("protected") is True else body.get("rendered")
    terms = [term for group in _groups(embedded) for term in group]
    names = [name for term in terms if (name := html_text(term.get("name")))]
    edited = _gmt(row, "modified")
    return {
        "type": "post",
        "post_id": f"web:{link}",
        "account_id": account["account_id"],
        "source": SOURCE,
        "native_id": f"{_host(answer)}/post/{number_id(row.get('id'))}",
        "kind": "post",
        "published_at": published,
        "edited_at": edited if edited != published else None,
        "title": clean(html_text(as_dict(row.get("title")).get("rendered")), 500),
        "text": html_text(markup),
        "url": link,
        "tags": list(dict.fromkeys(names))[:50] or None,
        "hashtags": [],
        "mentions": [],
        "links": list(dict.fromkeys(address for address, _ in html_links(markup, link)))[:100],
        "observed_at": answer.at.isoformat(),
    }


def _groups(embedded: dict[str, Any]) -> list[list[dict[str, Any]]]:
    told = embedded.get("wp:term")
    return [rows(group, 50) for group in told[:5]] if isinstance(told, list) else []


def _page_ask(post: Record, row: dict[str, Any], answer: Answer) -> Ask:
    told = " ".join(filter(None, (post["title"], post["text"])))[:2000]
    kept = post | {"text": (post["text"] or "")[:50_000] or None}
    stamp = str(row.get("modified_gmt") or row.get("date_gmt"))[:40]
    return Ask(
        post["url"], "page", {"post": kept}, (told,) if told else (), answer.hop, "its page tells its wishes",
        account=post["account_id"], stamp=stamp, accept="text/html, application/xhtml+xml",
    )  # fmt: skip


def _page(answer: Answer) -> Batch:
    """Keep a post as its page allows: the API's own `noindex` is about the JSON."""
    post: Record = dict(answer.payload["post"])
    if answer.status in {404, 410}:
        marker = {name: value for name, value in post.items() if name in KEPT}
        return Batch(records=[marker | {"deleted_at": answer.at.isoformat()}])
    page = read_page(answer.body, answer.url, dict(answer.headers), with_text=False) if answer.status == 200 else None
    if page is None:
        return Batch(records=[post])
    post |= {"declared_language": page.language} | ({} if page.may_keep_text else dict.fromkeys(UNKEPT))
    return Batch(records=[post | ({"extra": {"wishes": list(page.wishes)}} if page.wishes else {})])


def _comments(answer: Answer, listed: list[dict[str, Any]], context: Context) -> Batch:
    batch = Batch()
    for row in listed:
        link, published, number = _commented(row.get("link")), _gmt(row, "date"), number_id(row.get("id"))
        name, site = clean(row.get("author_name"), 200), web_address(row.get("author_url"))
        if link is None or published is None or number is None or not (name or site):
            continue
        if (context.since and published < context.since.isoformat()) or row.get("type") not in (None, "comment"):
            continue
        account = _commenter(name, site, answer)
        markup = as_dict(row.get("content")).get("rendered")
        parent = number_id(row.get("parent"))
        batch.records += [
            account,
            {
                "type": "post",
                "post_id": f"web:{link}#comment-{number}",
                "account_id": account["account_id"],
                "source": SOURCE,
                "native_id": f"{_host(answer)}/comment/{number}",
                "kind": "reply",
                "published_at": published,
                "text": html_text(markup),
                "url": f"{link}#comment-{number}",
                "in_reply_to": f"web:{link}#comment-{parent}" if parent and parent != "0" else f"web:{link}",
                "hashtags": [],
                "mentions": [],
                "links": list(dict.fromkeys(address for address, _ in html_links(markup, link)))[:50],
                "observed_at": answer.at.isoformat(),
            },
        ]
    return batch


def _commented(link: object) -> str | None:
    """Return the address of the post that a comment's link leads to: comments move between pages, posts do not."""
    address = web_address(link)
    return PAGED.sub("", address) if address else None


def _commenter(name: str | None, site: str | None, answer: Answer) -> Record:
    uid = f"web:{site}" if site else f"feed:{answer.payload['home']}#{name}"
    return {
        "type": "account",
        "account_id": uid,
        "source": SOURCE,
        "native_id": uid.partition(":")[2],
        "instance": _host(answer),
        "display_name": name,
        "url": site,
        "consent": "allow",
        "observed_at": answer.at.isoformat(),
        "extra": {"view_scope": "remote_view"},
    }


def _gmt(row: dict[str, Any], name: str) -> str | None:
    """WordPress writes times of Greenwich without a zone; `date` alone is in the site's own."""
    return iso(row.get(f"{name}_gmt"))


def _host(answer: Answer) -> str:
    return urlsplit(str(answer.payload["site"])).netloc
