"""Blogs and sites as their pages: found by sitemaps or links, signed by whoever wrote them, with their comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin, urlsplit

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.guard import origin
from crawlers.mastodon import address_of
from crawlers.recheck import recheck_ask, vanished
from crawlers.shapes import bases, nothing_to_ask, once
from crawlers.text import web_address
from crawlers.web import site_records as records
from crawlers.web.finding import (
    MOST_MAPS,
    MOST_PAGES,
    PAGE,
    folder,
    map_ask,
    next_guess,
    onward_asks,
    read_map,
    same_host,
    usual_places,
)  # fmt: skip
from crawlers.web.site_pages import read_site_page
from crawlers.web.sitemaps import GUESSES, named_in
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.job import Held
    from crawlers.web.site_pages import SitePage
    from data.brief.model import Brief

SOURCE = "web"
MOST_PROOFS = 5
SHUT = frozenset({401, 403, 404, 410})


class Web(Connector):
    """Blogs and sites without an API."""

    kind = SOURCE
    reads_sites = True
    capabilities = frozenset({"profiles", "posts", "replies", "links", "identities", "incremental"})
    options: ClassVar[Mapping[str, Option]] = {
        "sites": Option(list, Bilingual("sites à lire", "sites to read")),
        "sitemaps": Option(
            list, Bilingual("plans de site, s'ils ne se trouvent pas", "sitemaps that are not to be found")
        ),
        "pages": Option(int, Bilingual("pages par site, au plus (200)", "pages per site, at most (200)")),
        "comments": Option(bool, Bilingual("lire les commentaires balisés (oui)", "read marked-up comments (yes)")),
        "verify": Option(bool, Bilingual("vérifier les liens rel=me (oui)", "check rel=me links (yes)")),
    }
    caveats = (
        Bilingual(
            "une signature est déduite de ce que dit la page ; aucun public n'y est compté",
            "who signed is inferred from what the page says; it tells no audience figure",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the listed sites."""
        return tuple(bases(SOURCE, [*options.get("sites", []), *options.get("sitemaps", [])]))

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return, per site, its front page, sitemaps and reservations, its pages, and a few pages of authors."""
        pages = min(int(options.get("pages", MOST_PAGES)), brief.budget.posts_per_account)
        proofs = MOST_PROOFS if options.get("verify", True) else 0
        return max(1, len(self.hosts(options, ())) * (5 + pages + proofs))

    def seeds(self, context: Context) -> Batch:
        """Ask each site for its front page, and for the sitemaps that were named."""
        sites = [folder(site) for site in bases(SOURCE, list(context.options.get("sites", [])))]
        maps = bases(SOURCE, list(context.options.get("sitemaps", [])))
        if not sites and not maps:
            raise nothing_to_ask(SOURCE, "sites")
        asks = [
            Ask(site, "home", {"site": site}, why="listed in the brief", accept=PAGE, recurring=True) for site in sites
        ]
        asks += [map_ask(place, urljoin(place, "/"), 0, "listed in the brief") for place in maps]
        return Batch(asks=asks)

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask for the page of each post held of the listed sites, comments aside: they come with their page."""
        sites = [folder(site) for site in bases(SOURCE, list(context.options.get("sites", [])))]
        own = [(site, one) for one in held for site in sites
               if one.post_id == f"web:{one.url}" and str(one.url).startswith(site)]  # fmt: skip
        return [recheck_ask(str(one.url), [one], site=site) for site, one in own[:room]]

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields, by what was asked for."""
        if answer.purpose == "recheck":
            return _again(answer, context)
        if answer.purpose == "sitemap":
            return read_map(answer, context)
        if answer.status >= 400:
            return _refused(answer, context)
        if not answer.is_html and "content-type" in answer.headers:
            return Batch(troubles=[("no_page", answer.url)]) if answer.purpose == "home" else Batch()
        page = read_site_page(answer.body, answer.url, answer.headers)
        reader = {"home": _home, "author": _author, "me": _proof}.get(answer.purpose, _page)
        batch = reader(answer, page, context)
        batch.records = once(batch.records)
        return batch

    def failed(self, answer: Answer, context: Context) -> Batch:  # noqa: ARG002 - the signature is the connector's
        """Try the next usual place of a sitemap."""
        return next_guess(answer) if answer.purpose == "sitemap" else Batch()


def _refused(answer: Answer, context: Context) -> Batch:
    if answer.purpose == "page" and answer.status in {404, 410}:
        gone = records.gone(answer, context.marks.get(f"web {answer.url}") or "")
        return Batch(records=[gone] if gone else [])
    quiet = answer.purpose in {"author", "me"} or (answer.purpose == "page" and answer.status in SHUT)
    return Batch() if quiet else Batch(troubles=[(f"http_{answer.status}", answer.url)])


def _again(answer: Answer, context: Context) -> Batch:
    """Tell a page that is gone; take one that is there as it is now."""
    if answer.status in {404, 410}:
        return Batch(records=vanished(answer, SOURCE, ()))
    if answer.status >= 400 or not answer.is_html:
        return Batch(troubles=[(f"http_{answer.status}", answer.url)] if answer.status >= 400 else [])
    [asked] = answer.payload["held"]
    batch = _page(answer, read_site_page(answer.body, answer.url, answer.headers), context)
    told = {record.get("post_id") for record in batch.records}
    return Batch(records=once(batch.records), marks=batch.marks) if asked["post_id"] in told else Batch()


# --- finding pages --------------------------------------------------------------------------------------------------


def _home(answer: Answer, page: SitePage, context: Context) -> Batch:
    """The front page tells whose site it is; robots.txt, a link or habit tell where the sitemap is."""
    site = str(answer.payload["site"])
    told = records.site_notes(answer, page)
    batch = Batch(notes={f"site {site}": told})
    payload = answer.payload | {"told": told}
    owner = records.owner(answer, page, told)
    batch.records.append(owner)
    batch.asks += _proofs(owner, page.mine, answer, context)
    named = named_in(context.robots.get(origin(answer.url) or "") or "", answer.url)
    maps = [place for place in named if urlsplit(place).hostname == urlsplit(site).hostname] or [
        urljoin(site, GUESSES[0].lstrip("/"))
    ]
    left = [] if named else usual_places(site)[1:]
    batch.asks += [map_ask(place, site, 0, "sitemap", left, payload) for place in maps[:MOST_MAPS]]
    posts = _page(answer, page, context) if page.is_post else Batch()
    batch.asks += onward_asks(answer, page, context, payload, batch.notes)
    batch.records += posts.records
    return batch


# --- reading pages --------------------------------------------------------------------------------------------------


def _page(answer: Answer, page: SitePage, context: Context) -> Batch:
    """A post yields its authors, itself and its comments; any other page leads on."""
    batch = Batch()
    if not page.is_post or page.page.published is None or page.entry.like_of:
        batch.asks += onward_asks(answer, page, context, answer.payload, batch.notes)
        return batch
    told = _told(answer, context)
    authors = records.authors(answer, page, told)
    post = records.post(answer, page, authors, page.page.wishes, context.since)
    if post is None:
        return batch
    known = {account["account_id"] for account in authors if f"author {account['account_id']}" in context.notes}
    batch.records += [account for account in authors if account["account_id"] not in known]
    batch.records.append(post)
    batch.marks[f"web {answer.url}"] = records.remembered(post)
    for account in authors:
        batch.asks += _author_ask(account, answer, context, batch.notes)
    if context.options.get("comments", True) and "text" in post:
        batch.records += records.comments(answer, page, post, context.since)
    return batch


def _told(answer: Answer, context: Context) -> str:
    site = str(answer.payload["site"])
    return str(context.notes.get(f"site {site}") or answer.payload.get("told") or "")


def _author_ask(account: dict[str, Any], answer: Answer, context: Context, notes: dict[str, str]) -> list[Ask]:
    """An author's own page on the site is read once."""
    url, name = account.get("url"), f"author {account['account_id']}"
    if not url or not account["account_id"].startswith("web:") or name in context.notes or name in notes:
        return []
    if not same_host(url, str(answer.payload["site"])) or url == answer.payload["site"]:
        return []
    notes[name] = "asked"
    payload = {"site": answer.payload["site"], "account": account}
    uid = account["account_id"]
    return [
        Ask(url, "author", payload, hop=answer.hop, why="an author's page", account=uid, accept=PAGE, recurring=True)
    ]


def _author(answer: Answer, page: SitePage, context: Context) -> Batch:
    account = records.author_page(answer, page)
    return Batch(records=[account], asks=_proofs(account, page.mine, answer, context))


def _proofs(account: dict[str, Any], claimed: tuple[str, ...], answer: Answer, context: Context) -> list[Ask]:
    """Ask the pages that an account claims as its own whether they claim it back."""
    if not context.options.get("verify", True) or account["consent"] == "deny":
        return []
    elsewhere = [url for url in claimed if address_of(url) or not same_host(url, answer.url)][:MOST_PROOFS]
    payload = {"account": account, "page": answer.url, "site": answer.payload["site"]}
    return [
        Ask(url, "me", payload, hop=answer.hop + 1, why="rel=me", account=account["account_id"], accept=PAGE)
        for url in elsewhere
    ]


def _proof(answer: Answer, page: SitePage, context: Context) -> Batch:
    """A link that leads back with rel=me proves that both pages are one person's."""
    account, asked = dict(answer.payload["account"]), str(answer.payload.get("asked", answer.url))
    own = {_bare(place) for place in (answer.payload["page"], account.get("url")) if place}
    if not own & {_bare(address) for address in page.mine if web_address(address)}:
        return Batch()
    name = f"proved {account['account_id']}"
    proved = sorted({*(context.notes.get(name) or "").split(), asked})
    return Batch(records=[account | {"verified_links": proved}], notes={name: " ".join(proved)})


def _bare(address: str) -> str:
    return address.partition("#")[0].removesuffix("/").removeprefix("https://").removeprefix("http://")
