"""Stack Exchange: questions under a tag or a search, what people named wrote, answers, and who wrote them."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any, ClassVar

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.consent import profile_consent
from crawlers.recheck import packs, recheck_ask, vanished
from crawlers.shapes import as_dict, bases, epoch, nothing_to_ask, number_id, once, query, rows, word, words
from crawlers.text import clean, count, html_links, html_text, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.connector import Record
    from crawlers.job import Held
    from data.brief.model import Brief

SOURCE = "stackexchange"
API = "https://api.stackexchange.com/2.3"
SITES = ("stackoverflow",)
PAGE = 100
MOST_PAGES = 25  # further pages ask for a key
NETWORK = re.compile(
    r"^(?:se:account/|stackexchange:|https?://(?:www\.)?stackexchange\.com/users/)(\d{1,12})(?:[/?#].*)?$"
)
PERSON = re.compile(r"^https?://((?:[a-z0-9-]+\.)+(?:com|net))/users/(\d{1,12})(?:[/?#].*)?$")
HELD = re.compile(r"^([a-z][a-z0-9.\-]{1,60})/(\d{1,18})$")
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
        people = sum(person_of(seed) is not None for seed in brief.seeds.accounts)
        return max(1, len(options.get("sites", []) or SITES) * searches * 3 * 3 + people * 4)

    def seeds(self, context: Context) -> Batch:
        """Ask each site for the newest questions under each tag, word and brand; ask for the seeds."""
        options = context.options
        tags = options.get("tags") or [tag.lstrip("#") for tag in context.seed_hashtags]
        own = options.get("queries") or ([] if tags else context.topic_terms)
        searches = [{"tagged": tag.lower()} for tag in tags] + [{"q": term} for term in (*own, *context.brand_names)]
        searches += [{"url": f"*{domain}/*"} for domain in context.brand_domains]
        sites = [site for site in options.get("sites") or SITES if NAME.match(site)]
        asks = [_questions_ask(_api(options), site, search, 1) for site in sites for search in searches]
        people = dict.fromkeys(found for seed in context.seed_accounts if (found := person_of(seed)))
        asks += [_seed_ask(_api(options), site, number) for site, number in people]
        if not asks:
            raise nothing_to_ask(SOURCE, "sites, tags, queries, seeds.accounts")
        return Batch(asks=asks)

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask for the questions and answers held, a hundred of one site at once."""
        groups: dict[tuple[str, str], list[Held]] = {}
        for one in held:
            if one.post_id == f"se:{one.native_id}" and (found := HELD.match(one.native_id)):
                groups.setdefault((found[1], "answers" if one.kind == "reply" else "questions"), []).append(one)
        return [_again_ask(_api(context.options), site, what, pack)
                for (site, what), own in groups.items() for pack in packs(own, PAGE)][:room]  # fmt: skip

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields; a spent quota ends the source for the day."""
        told = as_dict(answer.json())
        if answer.status >= 400:
            detail = f"{word(told.get('error_name'), 100)}: {word(told.get('error_message'), 300)}"
            return Batch(troubles=[(f"http_{answer.status}", detail)])
        if not isinstance(told.get("items"), list):
            raise ValueError("no items in the answer")  # noqa: TRY004 - one kind of error for a wrong answer
        reader = READERS.get(answer.purpose, _posts)
        batch = reader(answer, rows(told["items"]), context)
        batch.records = once(batch.records)
        if told.get("quota_remaining") == 0:
            return Batch(records=batch.records, troubles=[("quota_spent", f"{told.get('quota_max')} a day")])
        return _with_next(answer, told, batch)


def _api(options: Mapping[str, Any]) -> str:
    return bases(SOURCE, [str(options.get("api") or API)])[0]


def person_of(seed: str) -> tuple[str, str] | None:
    """Return (site, number) of a user as people write them; the site is empty for an account of the whole network."""
    told = seed.strip()
    if network := NETWORK.match(told):
        return "", network[1]
    found = PERSON.match(told.lower())
    if found is None:
        return None
    site = found[1].removeprefix("www.").removesuffix(".com").removesuffix(".stackexchange")
    return (site, found[2]) if NAME.match(site) else None


def _seed_ask(base: str, site: str, number: str) -> Ask:
    """Ask for a user of a site, or on which sites an account of the network is known."""
    place = f"{base}/users/{number}" if site else f"{base}/users/{number}/associated"
    payload = {"base": base, "site": site, "page": 1, "seed": number}
    address = query(place, site=site or None, pagesize=PAGE)
    return Ask(address, "seed" if site else "associated", payload, why="seed", recurring=True)


def _again_ask(base: str, site: str, what: str, group: Sequence[Held]) -> Ask:
    ids = ";".join(one.native_id.rpartition("/")[2] for one in group)
    address = query(f"{base}/{what}/{ids}", site=site, pagesize=PAGE, filter="withbody")
    return recheck_ask(address, group, base=base, site=site, page=MOST_PAGES)


def _questions_ask(base: str, site: str, search: dict[str, str], page: int) -> Ask:
    address = query(
        f"{base}/search/advanced", site=site, sort="creation", order="desc", pagesize=PAGE, page=page,
        filter="withbody", **search,
    )  # fmt: skip
    payload = {"base": base, "site": site, "page": page, "search": search}
    why = " ".join(search.values())
    return Ask(address, "questions", payload, (), 0, why, recurring=page == 1, chain=page > 1)


def _own_ask(answer: Answer, site: str, number: str, what: str, page: int = 1) -> Ask:
    base = answer.payload["base"]
    address = query(f"{base}/users/{number}/{what}", site=site, sort="creation", order="desc", pagesize=PAGE, page=page,
                    filter="withbody")  # fmt: skip
    payload = {"base": base, "site": site, "page": page, "number": number, "what": what}
    return Ask(address, "own", payload, (), answer.hop, f"{what} of a seed", recurring=page == 1, chain=page > 1)


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
    elif answer.purpose == "own":
        batch.asks.append(_own_ask(answer, payload["site"], payload["number"], payload["what"], page + 1))
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
    if people and answer.purpose != "own":
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


def _associated(answer: Answer, items: list[dict[str, Any]], context: Context) -> Batch:
    """Ask for an account of the network on the sites that the brief reads."""
    wanted = set(context.options.get("sites") or SITES)
    found = [told for item in items
             if (told := person_of(f"{item.get('site_url')}/users/{number_id(item.get('user_id'))}"))]  # fmt: skip
    asks = [_seed_ask(answer.payload["base"], site, number) for site, number in found if site in wanted]
    return Batch(asks=asks) if asks else Batch(troubles=[("unknown_account", answer.url)])


def _seed(answer: Answer, items: list[dict[str, Any]], context: Context) -> Batch:
    """Read a seed's profile; ask for their questions and answers unless they asked to be left out."""
    batch = _users(answer, items, context)
    if not batch.records:
        return Batch(troubles=[("unknown_account", answer.url)])
    if batch.records[0]["consent"] != "deny":
        batch.asks = [_own_ask(answer, answer.payload["site"], answer.payload["seed"], what)
                      for what in ("questions", "answers")]  # fmt: skip
    return batch


def _again(answer: Answer, items: list[dict[str, Any]], context: Context) -> Batch:  # noqa: ARG001 - one shape
    """Take what is still there as it is now, tell what is not; who left the network has no account to hold it."""
    writers = {row["post_id"]: row["account_id"] for row in answer.payload["held"]}
    read = [(account, _post(item, account, answer)) for item in items
            if (account := _account(as_dict(item.get("owner")), answer))]  # fmt: skip
    posts = [post for account, post in read if post and writers.get(post["post_id"]) == account["account_id"]]
    return Batch(records=once(posts) + vanished(answer, SOURCE, {post["post_id"] for post in posts}))


READERS = {"users": _users, "seed": _seed, "associated": _associated, "recheck": _again}
