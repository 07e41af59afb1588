"""Any server that speaks Mastodon's API: Mastodon, GoToSocial, Pleroma, Akkoma, Pixelfed, snac and their kin."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.mastodon import ADDRESS, SOURCE, Reader, address_of, order, some, text_of
from crawlers.mastodon_again import read_again, recheck_asks
from crawlers.mastodon_mentions import hashtags, read_trends, trend_asks
from crawlers.shapes import as_dict, once
from crawlers.text import html_text, moment, web_address
from data.bilingual import Bilingual
from data.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawlers.job import Held
    from data.brief.model import Brief

PAGE = 40  # the most a server gives
TAG_PAGES = 10
HOPS = 2
NEXT = re.compile(r'<([^>]{1,2000})>\s*;\s*rel="?(next|prev)"?')
CLOSED = frozenset({401, 403, 422})


class Mastodon(Connector):
    """Profiles, posts, boosts and hashtag timelines of fediverse servers."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "posts", "reposts", "mentions", "hashtags", "follows", "incremental"})
    options: ClassVar[Mapping[str, Option]] = {
        "instances": Option(list, Bilingual("serveurs à interroger", "servers to ask")),
        "hops": Option(int, Bilingual("distance aux graines", "steps away from the seeds")),
        "tag_pages": Option(int, Bilingual("pages par hashtag", "pages per hashtag")),
        "follows": Option(bool, Bilingual("lire les abonnements", "read whom people follow")),
        "roam": Option(bool, Bilingual("aller sur les serveurs d'origine", "go to people's home servers")),
    }
    caveats = (
        Bilingual(
            "un serveur ne connaît que ce qui lui est parvenu : hors du serveur d’origine, tout est partiel",
            "a server knows only what reached it: away from people's home server, lists and counts are partial",
        ),
        Bilingual(
            "chaque serveur a ses conditions : vérifiez qu'elles admettent une collecte, serveur par serveur",
            "each server has its own terms: check, server by server, that they allow a crawl",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the listed servers."""
        return tuple(instances(options))

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return one request per account and page of its posts, and the hashtag timelines."""
        servers = max(1, len(instances(options)))
        pages = -(-brief.budget.posts_per_account // PAGE)
        tags = len(brief.seeds.hashtags) * servers * int(options.get("tag_pages", TAG_PAGES))
        return servers * 2 + tags + len(brief.seeds.accounts) + brief.budget.accounts * min(pages, 3)

    def seeds(self, context: Context) -> Batch:
        """Ask every listed server who it is; with none listed, look the seeds up on their own servers."""
        servers = instances(context.options)
        batch = Batch(asks=[_instance_ask(base, 2) for base in servers])
        if not servers:
            batch.asks += [
                _lookup(f"https://{domain}", name, domain, hop=0, why="seed") for name, domain in _addresses(context)
            ]
        if not batch.asks:
            raise UserError(
                "source mastodon : ni serveur (instances) ni compte de départ",
                "mastodon source: neither a server (instances) nor an account to start from",
            )
        return batch

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:
        """Ask each server after the posts of its own that it told of."""
        return recheck_asks(held, room, context)

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields, by what was asked for."""
        if answer.purpose == "recheck":
            return read_again(answer, context)
        readers = {
            "instance": self._instance,
            "lookup": self._account,
            "statuses": self._statuses,
            "tag": self._statuses,
            "link": self._statuses,
            "trends": read_trends,
            "following": self._following,
        }
        if answer.status >= 400 and answer.purpose != "instance":
            return self._refused(answer, context)
        return readers[answer.purpose](answer, context)

    def failed(self, answer: Answer, context: Context) -> Batch:
        """Try a seed that cannot be looked up at home on the listed servers; a silent server still has its lists."""
        if answer.purpose == "lookup" and answer.hop == 0 and not answer.payload.get("away"):
            away = [
                _lookup(
                    base,
                    answer.payload["name"],
                    answer.payload["domain"],
                    hop=0,
                    why="seed, seen from elsewhere",
                    away=True,
                )
                for base in instances(context.options)
                if base != answer.payload["base"]
            ]
            return Batch(asks=away[:1])
        if answer.purpose == "instance":
            return self._known(answer.payload["base"], "", answer, context)
        return Batch()

    def _refused(self, answer: Answer, context: Context) -> Batch:
        if answer.purpose == "lookup":
            batch = self.failed(answer, context)
            if not batch.asks:
                kind = "unknown_account" if answer.status in {404, 410} else f"http_{answer.status}"
                batch.troubles.append((kind, answer.url))
            return batch
        if answer.status in {404, 410}:
            return Batch()
        kind = "closed_timeline" if answer.status in CLOSED else f"http_{answer.status}"
        return Batch(troubles=[(kind, f"{answer.status} {answer.url}")])

    # --- servers --------------------------------------------------------------------------------------------------

    def _instance(self, answer: Answer, context: Context) -> Batch:
        base, version = answer.payload["base"], answer.payload["v"]
        try:
            facts = as_dict(answer.json()) if answer.status < 400 else {}
        except ValueError:
            facts = {}
        domain = text_of(facts.get("domain")) or _bare(text_of(facts.get("uri")))
        if not domain and version == 2:
            return Batch(asks=[_instance_ask(base, 1)])
        batch = self._known(base, domain or "", answer, context)
        access = as_dict(as_dict(as_dict(facts.get("configuration")).get("timelines_access")).get("hashtag_feeds"))
        if access.get("local") in ("authenticated", "disabled") and hashtags(context):
            batch.asks = [ask for ask in batch.asks if ask.purpose != "tag"]
            batch.troubles.append(("closed_timeline", f"{base} says beforehand that hashtag timelines are closed"))
        if "snac" in (text_of(facts.get("version")) or ""):
            batch.notes |= {f"software {base}": "snac", f"many {base}": "no", f"single {base}": "closed"}
        return batch

    def _known(self, base: str, domain: str, answer: Answer, context: Context) -> Batch:
        """A server said which domain its people live on (or nothing): start the hashtags and seeds that are its own."""
        host = urlsplit(base).netloc
        domain = domain.lower() or host
        batch = Batch(notes={f"domain {base}": domain})
        silent = answer.status == 0
        batch.asks += [] if silent else [_tag_ask(base, tag) for tag in hashtags(context)] + trend_asks(base, context)
        domains = {
            name.removeprefix("domain "): value for name, value in context.notes.items() if name.startswith("domain ")
        }
        domains[base] = domain
        names = {domain, host}
        batch.asks += [
            _lookup(base, name, domain, hop=0, why="seed")
            for name, at in _addresses(context)
            if at in names and not silent
        ]
        if set(domains) >= set(instances(context.options)):  # all have spoken: who lives elsewhere is asked there
            listed = {*domains.values(), *(urlsplit(one).netloc for one in domains)}
            batch.asks += [
                _lookup(f"https://{at}", name, at, hop=0, why="seed")
                for name, at in _addresses(context)
                if at not in listed
            ]
        return batch

    # --- people and posts -----------------------------------------------------------------------------------------

    def _account(self, answer: Answer, context: Context) -> Batch:
        reader = _Asker(answer, context)
        account = as_dict(answer.json())
        record = reader.account(account)
        if record is None:
            raise ValueError("no account in the answer")
        batch = Batch(records=[record])
        if record.get("status") != "suspended" and record["consent"] != "deny":
            batch.asks.append(
                reader.statuses_ask(account, record["account_id"], hop=answer.hop, why="looked up", texts=())
            )
        return batch

    def _statuses(self, answer: Answer, context: Context) -> Batch:
        reader = _Asker(answer, context)
        rows = answer.json()
        if not isinstance(rows, list):
            raise ValueError("not a list of posts")  # noqa: TRY004 - one kind of error for a wrong answer
        statuses = [row for row in map(as_dict, rows) if text_of(row.get("id"))]
        batch = Batch()
        for status in statuses:
            batch.records += reader.status(status)
        batch.records = once(batch.records)
        batch.asks += reader.expand(statuses) + reader.follow(statuses)
        reader.page(statuses, batch)
        return batch

    def _following(self, answer: Answer, context: Context) -> Batch:
        reader = _Asker(answer, context)
        rows = answer.json()
        if not isinstance(rows, list):
            raise ValueError("not a list of accounts")  # noqa: TRY004 - one kind of error for a wrong answer
        batch = Batch()
        for account in map(as_dict, rows):
            record = reader.account(account)
            if record is not None:
                batch.records.append(record)
                tie = {
                    "type": "tie",
                    "source": SOURCE,
                    "from_account": answer.payload["uid"],
                    "to_account": record["account_id"],
                    "kind": "follow",
                    "observed_at": answer.at.isoformat(),
                }
                batch.records.append(tie)
        following = _links(answer).get("next")
        pages = int(answer.payload.get("pages", 1))
        if rows and following and _same_host(following, answer.url) and pages < 5:
            batch.asks.append(
                Ask(
                    following,
                    "following",
                    answer.payload | {"pages": pages + 1},
                    hop=answer.hop,
                    chain=True,
                    why="next page",
                    account=answer.payload["uid"],
                )
            )
        return batch


class _Asker(Reader):
    """Reads one answer, and says what to ask next."""

    def statuses_ask(self, account: dict[str, Any], uid: str, *, hop: int, why: str, texts: tuple[str, ...]) -> Ask:
        """Ask for someone's posts: at home when their server is listed or may be gone to, else as seen from here."""
        identifier = quote(str(account["id"]), safe="")
        name = str(account.get("acct") or "")
        home = self._home(name)
        if home is not None:
            user, _, domain = name.partition("@")
            return _lookup(home, user, domain, hop=hop, why=why, texts=texts, who=uid)
        return Ask(
            f"{self.base}/api/v1/accounts/{identifier}/statuses?limit={PAGE}",
            "statuses",
            {"base": self.base, "domain": self.domain, "id": account["id"], "uid": uid},
            texts=texts,
            hop=hop,
            why=why,
            account=uid,
            recurring=True,
            mark=f"{self.base} statuses {account['id']}",
            mark_param="min_id",
        )

    def _home(self, name: str) -> str | None:
        domain = name.partition("@")[2].lower()
        if not domain or domain == self.domain:
            return None
        for note, value in self.context.notes.items():
            if note.startswith("domain ") and value == domain:
                return note.removeprefix("domain ")
        return f"https://{domain}" if self.context.options.get("roam") and ADDRESS.match(f"x@{domain}") else None

    def expand(self, statuses: list[dict[str, Any]]) -> list[Ask]:
        """Ask for the posts of authors, boosted authors and people mentioned, as far as the hops allow."""
        hop = self.answer.hop + 1
        if hop > int(self.context.options.get("hops", HOPS)):
            return []
        asks: dict[str, Ask] = {}
        for status in statuses:
            shown = as_dict(status.get("reblog")) or status
            text = (html_text(shown.get("content")) or "",)
            for account in (as_dict(status.get("account")), as_dict(shown.get("account"))):
                record = self.account(account)
                if (
                    record is None
                    or record["account_id"] == self.answer.payload.get("uid")
                    or record["consent"] == "deny"
                ):
                    continue
                ask = self.statuses_ask(
                    account,
                    record["account_id"],
                    hop=hop,
                    why=f"{self.answer.purpose}: {shown.get('url') or ''}",
                    texts=text,
                )
                known = asks.get(ask.url)
                asks[ask.url] = ask if known is None else _with_texts(known, text)
            for mention in map(as_dict, some(shown.get("mentions"))):
                who = self.mentioned(mention)
                if who is None or not text_of(mention.get("id")):
                    continue
                ask = self.statuses_ask(mention, who, hop=hop, why=f"mentioned: {shown.get('url') or ''}", texts=text)
                if ask.url not in asks:
                    asks[ask.url] = ask
        return list(asks.values())

    def follow(self, statuses: list[dict[str, Any]]) -> list[Ask]:
        """Ask whom the author of this page follows, when the brief wants it."""
        uid = self.answer.payload.get("uid")
        first = "count" not in self.answer.payload
        if not (
            self.context.options.get("follows") and statuses and first and uid and self.answer.purpose == "statuses"
        ):
            return []
        address = f"{self.base}/api/v1/accounts/{quote(str(self.answer.payload['id']), safe='')}/following?limit=80"
        return [
            Ask(
                address,
                "following",
                {"base": self.base, "domain": self.domain, "uid": uid},
                hop=self.answer.hop,
                why="follows",
                account=uid,
                recurring=True,
            )
        ]

    def page(self, statuses: list[dict[str, Any]], batch: Batch) -> None:
        """Set the high-water mark and ask for the next page, unless the list has given what is wanted."""
        if not statuses:
            return
        payload, mark = self.answer.payload, self._mark_name()
        ids = sorted((str(status["id"]) for status in statuses), key=order)
        known = self.context.marks.get(mark)
        if known is None or order(ids[-1]) > order(known):
            batch.marks[mark] = ids[-1]
        if self.answer.marked is not None:
            self._forward(ids, known, batch)
            return
        until = payload.get("until", known)
        oldest = payload.get("oldest")
        if oldest is not None and order(ids[0]) >= order(oldest):
            batch.troubles.append(("repeating_pages", self.answer.url))
            return
        gathered = int(payload.get("count", 0)) + len(statuses)
        dates = [when for status in statuses if (when := moment(status.get("created_at")))]
        too_old = self.context.since is not None and bool(dates) and max(dates) < self.context.since
        if too_old or gathered >= self._most() or (until is not None and order(ids[0]) <= order(until)):
            return
        links = _links(self.answer)
        if "link" in self.answer.headers and "next" not in links:
            return
        following = links.get("next") or f"{self._first_page()}&max_id={quote(ids[0], safe='')}"
        if _same_host(following, self.answer.url):
            self._chain(following, {"count": gathered, "oldest": ids[0], "until": until}, batch)

    def _forward(self, ids: list[str], known: str | None, batch: Batch) -> None:
        if known is None or order(ids[-1]) > order(known):
            following = f"{self._first_page()}&min_id={quote(ids[-1], safe='')}"
            self._chain(following, {"count": int(self.answer.payload.get("count", 0)) + len(ids)}, batch)

    def _chain(self, url: str, more: dict[str, Any], batch: Batch) -> None:
        forward = {"forward": True} if self.answer.marked is not None else {}
        batch.asks.append(
            Ask(
                url,
                self.answer.purpose,
                self.answer.payload | more | forward,
                hop=self.answer.hop,
                why="next page",
                chain=True,
                account=self.answer.payload.get("uid"),
            )
        )

    def _first_page(self) -> str:
        path = urlsplit(self.answer.payload.get("asked", self.answer.url)).path
        return f"{self.base}{path}?limit={PAGE}"

    def _mark_name(self) -> str:
        payload = self.answer.payload
        return (
            f"{self.base} tag {payload['tag']}"
            if self.answer.purpose == "tag"
            else f"{self.base} statuses {payload['id']}"
        )

    def _most(self) -> int:
        if self.answer.purpose == "tag":
            return PAGE * int(self.context.options.get("tag_pages", TAG_PAGES))
        return self.context.posts_per_account


def instances(options: Mapping[str, Any]) -> list[str]:
    """Return the listed servers as base addresses, without a last slash."""
    found = []
    for entry in options.get("instances", []):
        address = web_address(entry if "://" in entry else f"https://{entry}")
        if address is None:
            raise UserError(
                f"source mastodon : « {entry} » n'est pas un serveur", f'mastodon source: "{entry}" is not a server'
            )
        found.append(address.rstrip("/"))
    return found


def _addresses(context: Context) -> list[tuple[str, str]]:
    return [found for seed in context.seed_accounts if (found := address_of(seed))]


def _instance_ask(base: str, version: int) -> Ask:
    return Ask(f"{base}/api/v{version}/instance", "instance", {"base": base, "v": version}, why="listed in the brief")


def _tag_ask(base: str, tag: str) -> Ask:
    name = tag.lstrip("#").strip()
    return Ask(
        f"{base}/api/v1/timelines/tag/{quote(name, safe='')}?limit={PAGE}",
        "tag",
        {"base": base, "tag": name},
        why=f"#{name}",
        recurring=True,
        mark=f"{base} tag {name}",
        mark_param="min_id",
    )


def _lookup(
    base: str,
    name: str,
    domain: str,
    *,
    hop: int,
    why: str,
    away: bool = False,
    texts: tuple[str, ...] = (),
    who: str | None = None,
) -> Ask:
    acct = quote(f"{name}@{domain}" if away else name, safe="")
    payload = {"base": base, "name": name, "domain": domain} | ({"away": True} if away else {})
    return Ask(
        f"{base}/api/v1/accounts/lookup?acct={acct}",
        "lookup",
        payload,
        hop=hop,
        why=why,
        texts=texts,
        recurring=True,
        who=who or f"{SOURCE}:@{name}@{domain}".lower(),
    )


def _links(answer: Answer) -> dict[str, str]:
    return {rel: url for url, rel in NEXT.findall(answer.headers.get("link", ""))}


def _same_host(url: str, other: str) -> bool:
    try:
        return urlsplit(url).netloc.lower() == urlsplit(other).netloc.lower()
    except ValueError:
        return False


def _bare(address: str | None) -> str | None:
    return urlsplit(address).netloc if address and "://" in address else address


def _with_texts(ask: Ask, texts: tuple[str, ...]) -> Ask:
    return replace(ask, texts=(*ask.texts, *texts)[:5])
