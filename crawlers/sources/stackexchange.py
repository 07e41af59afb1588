"""Stack Exchange: questions under a tag or a search, their answers, and who wrote them."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any, ClassVar

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.consent import profile_consent
from crawlers.shapes import as_dict, bases, epoch, nothing_to_ask, number_id, once, query, rows, word, words
from crawlers.text import clean, count, html_links, html_text, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.connector import Record
    from data.brief.model import Brief

SOURCE = "stackexchange"
API = "https://api.stackexchange.com/2.3"
SITES = ("stackoverflow",)
PAGE = 100
MOST_PAGES = 25  # further pages ask for a key
NAME = re.compile(r"^[a-z][a-z0-9.\-]{1,60}$")


class StackExchange(Connector):
    """Questions, answers and their writers."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "replies", "search", "hashtags"})
    options: ClassVar[Mapping[str, Option]] = {
        "sites": Option(list, Bilingual("sites (stackoverflow)", "sites (stackoverflow)")),
        "queries": Option(list, Bilingual("mots à chercher", "words to search for")),
        "tags": Option(list, Bilingual("étiquettes ; sinon les hashtags du brief", "tags; else the brief's hashtags")),
        "api": Option(str, Bilingual("adresse de l'API", "address of the API")),
    }
    caveats = (
        Bilingual(
            "300 requêtes par jour et par adresse sans clé ; textes sous CC BY-SA : citer l'auteur",
            "300 requests a day and address without a key; texts are CC BY-SA: name the author",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the API."""
        return (_api(options),)

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return three requests (questions, answers, people) per page of each search."""
        searches = len(options.get("queries", [])) + len(options.get("tags", []) or brief.seeds.hashtags)
        return max(1, len(options.get("sites", []) or SITES) * searches * 3 * 3)

    def seeds(self, context: Context) -> Batch:
        """Ask each site for the newest questions under each tag and with each word."""
        options = context.options
        tags = options.get("tags") or [tag.lstrip("#") for tag in context.seed_hashtags]
        searches = [{"tagged": tag.lower()} for tag in tags] + [{"q": term} for term in options.get("queries", [])]
        sites = [site for site in options.get("sites") or SITES if NAME.match(site)]
        asks = [_questions_ask(_api(options), site, search, 1) for site in sites for search in searches]
        if not asks:
            raise nothing_to_ask(SOURCE, "sites, tags, queries")
        return Batch(asks=asks)

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields; a spent quota ends the source for the day."""
        told = as_dict(answer.json())
        if answer.status >= 400:
            detail = f"{word(told.get('error_name'), 100)}: {word(told.get('error_message'), 300)}"
            return Batch(troubles=[(f"http_{answer.status}", detail)])
        if not isinstance(told.get("items"), list):
            raise ValueError("no items in the answer")  # noqa: TRY004 - one kind of error for a wrong answer
        reader = _users if answer.purpose == "users" else _posts
        batch = reader(answer, rows(told["items"]), context)
        batch.records = once(batch.records)
        if told.get("quota_remaining") == 0:
            return Batch(records=batch.records, troubles=[("quota_spent", f"{told.get('quota_max')} a day")])
        return _with_next(answer, told, batch)


def _api(options: Mapping[str, Any]) -> str:
    return bases(SOURCE, [str(options.get("api") or API)])[0]


def _questions_ask(base: str, site: str, search: dict[str, str], page: int) -> Ask:
    address = query(
        f"{base}/search/advanced", site=site, sort="creation", order="desc", pagesize=PAGE, page=page,
        filter="withbody", **search,
    )  # fmt: skip
    payload = {"base": base, "site": site, "page": page, "search": search}
    why = " ".join(search.values())
    return Ask(address, "questions", payload, (), 0, why, recurring=page == 1, chain=page > 1)


def _many_ask(answer: Answer, what: str, ids: list[str], purpose: str, page: int = 1) -> Ask:
    more = {"filter": "withbody", "sort": "creation", "order": "desc"} if purpose == "answers" else {}
    tail = "/answers" if purpose == "answers" else ""
    base, site = answer.payload["base"], answer.payload["site"]
    address = query(f"{base}/{what}/{';'.join(ids)}{tail}", site=site, pagesize=PAGE, page=page, **more)
    payload = {"base": base, "site": site, "page": page, "what": what, "ids": ids}
    return Ask(address, purpose, payload, (), answer.hop, purpose, chain=True)


def _with_next(answer: Answer, told: dict[str, Any], batch: Batch) -> Batch:
    payload, page = answer.payload, int(answer.payload["page"])
    if told.get("has_more") is not True or page >= MOST_PAGES or not batch.records:
        return batch
    if answer.purpose == "questions":
        batch.asks.append(_questions_ask(payload["base"], payload["site"], payload["search"], page + 1))
    else:
        batch.asks.append(_many_ask(answer, payload["what"], payload["ids"], answer.purpose, page + 1))
    return batch


def _posts(answer: Answer, items: list[dict[str, Any]], context: Context) -> Batch:
    """Read questions or answers; ask for the answers of questions, and for the profiles of who wrote."""
    batch, people, questions = Batch(), [], []
    for item in items:
        account, post = _account(as_dict(item.get("owner")), answer), None
        if account is not None:
            post = _post(item, account, answer)
        if account is None or post is None or (context.since and post["published_at"] < context.since.isoformat()):
            continue
        batch.records += [account, post]
        people.append(str(account["extra"]["user_id"]))
        if answer.purpose == "questions" and count(item.get("answer_count")):
            questions.append(str(number_id(item.get("question_id"))))
    if questions:
        batch.asks.append(_many_ask(answer, "questions", questions, "answers"))
    if people:
        batch.asks.append(_many_ask(answer, "users", sorted(set(people))[:PAGE], "users"))
    return batch


def _account(user: dict[str, Any], answer: Answer, *, whole: bool = False) -> Record | None:
    """Return the line of a user: the network's account, known by one number on every site."""
    number, here = number_id(user.get("account_id")), number_id(user.get("user_id"))
    if number is None or here is None or user.get("user_type") == "does_not_exist":
        return None
    about = html_text(user.get("about_me"))
    consent = profile_consent(bio=about or "")
    site = web_address(user.get("website_url"))
    name = clean(unescape(user["display_name"]), 200) if isinstance(user.get("display_name"), str) else None
    return {
        "type": "account",
        "account_id": f"se:account/{number}",
        "source": SOURCE,
        "native_id": number,
        "instance": answer.payload["site"],
        "handle": name,
        "display_name": name,
        "url": web_address(user.get("link")),
        "summary": about,
        "location": clean(html_text(user.get("location")), 200),
        "created_at": epoch(user.get("creation_date")),
        "consent": consent.decision,
        "consent_signals": list(consent.signals) or None,
        "links": [site] if site else None,
        "observed_at": answer.at.isoformat(),
        "extra": {"view_scope": "home" if whole else "remote_view", "user_id": here}
        | {"reputation": count(user.get("reputation"))},
    }


def _post(item: dict[str, Any], account: Record, answer: Answer) -> Record | None:
    question, reply = number_id(item.get("question_id")), number_id(item.get("answer_id"))
    number, published, site = reply or question, epoch(item.get("creation_date")), answer.payload["site"]
    if number is None or published is None:
        return None
    score = item.get("score")
    return {
        "type": "post",
        "post_id": f"se:{site}/{number}",
        "account_id": account["account_id"],
        "source": SOURCE,
        "native_id": f"{site}/{number}",
        "kind": "reply" if reply else "post",
        "published_at": published,
        "edited_at": epoch(item.get("last_edit_date")),
        "title": clean(html_text(item.get("title")), 500),
        "text": html_text(item.get("body")) or "",
        "url": web_address(item.get("link")) or f"https://{site}.com/{'a' if reply else 'q'}/{number}",
        "in_reply_to": f"se:{site}/{question}" if reply and question else None,
        "hashtags": [tag.lower() for tag in words(item.get("tags"), 20)],
        "mentions": [],
        "links": list(dict.fromkeys(address for address, _ in html_links(item.get("body"))))[:50],
        "replies": count(item.get("answer_count")),
        "views": count(item.get("view_count")),
        "score": score if isinstance(score, int) and not isinstance(score, bool) and abs(score) < 2**53 else None,
        "observed_at": answer.at.isoformat(),
        "extra": {"content_license": word(item.get("content_license"), 50)},
    }


def _users(answer: Answer, items: list[dict[str, Any]], context: Context) -> Batch:  # noqa: ARG001 - one shape
    return Batch(records=[found for item in items if (found := _account(item, answer, whole=True)) is not None])
