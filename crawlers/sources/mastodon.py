"""Any server that speaks Mastodon's API: Mastodon, GoToSocial, Pleroma, Akkoma, Pixelfed, snac and their kin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.consent import profile_consent
from crawlers.text import clean, count, html_links, html_text, moment, web_address
from data.bilingual import Bilingual
from data.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.connector import Record
    from data.brief.model import Brief

SOURCE = "mastodon"
PAGE = 40  # the most a server gives
TAG_PAGES = 10
HOPS = 2
ADDRESS = re.compile(r"^(?:acct:|mastodon:)?@?([\w.\-]{1,100})@([\w.\-]{1,250}(?::\d{1,5})?)$")
PROFILE = re.compile(r"^https?://([^/\s]{1,260})/(?:@|users/|u/)([\w.\-]{1,100})/?$")
NEXT = re.compile(r'<([^>]{1,2000})>\s*;\s*rel="?(next|prev)"?')
CLOSED = frozenset({401, 403, 422})
PUBLIC = frozenset({"public", "unlisted", None})


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

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what an answer yields, by what was asked for."""
        readers = {
            "instance": self._instance,
            "lookup": self._account,
            "statuses": self._statuses,
            "tag": self._statuses,
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
            facts = _dict(answer.json()) if answer.status < 400 else {}
        except ValueError:
            facts = {}
        domain = _text(facts.get("domain")) or _bare(_text(facts.get("uri")))
        if not domain and version == 2:
            return Batch(asks=[_instance_ask(base, 1)])
        batch = self._known(base, domain or "", answer, context)
        access = _dict(_dict(_dict(facts.get("configuration")).get("timelines_access")).get("hashtag_feeds"))
        if access.get("local") in ("authenticated", "disabled") and context.seed_hashtags:
            batch.asks = [ask for ask in batch.asks if ask.purpose != "tag"]
            batch.troubles.append(("closed_timeline", f"{base} says beforehand that hashtag timelines are closed"))
        if "snac" in (_text(facts.get("version")) or ""):
            batch.notes[f"software {base}"] = "snac"
        return batch

    def _known(self, base: str, domain: str, answer: Answer, context: Context) -> Batch:
        """A server said which domain its people live on (or nothing): start the hashtags and seeds that are its own."""
        host = urlsplit(base).netloc
        domain = domain.lower() or host
        batch = Batch(notes={f"domain {base}": domain})
        silent = answer.status == 0
        batch.asks += [] if silent else [_tag_ask(base, tag) for tag in context.seed_hashtags]
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
        reader = _Reader(answer, context)
        account = _dict(answer.json())
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
        reader = _Reader(answer, context)
        rows = answer.json()
        if not isinstance(rows, list):
            raise ValueError("not a list of posts")  # noqa: TRY004 - one kind of error for a wrong answer
        statuses = [row for row in map(_dict, rows) if _text(row.get("id"))]
        batch = Batch()
        for status in statuses:
            batch.records += reader.status(status)
        batch.records = _once(batch.records)
        batch.asks += reader.expand(statuses) + reader.follow(statuses)
        reader.page(statuses, batch)
        return batch

    def _following(self, answer: Answer, context: Context) -> Batch:
        reader = _Reader(answer, context)
        rows = answer.json()
        if not isinstance(rows, list):
            raise ValueError("not a list of accounts")  # noqa: TRY004 - one kind of error for a wrong answer
        batch = Batch()
        for account in map(_dict, rows):
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


class _Reader:
    """Reads accounts and statuses of one answer as its server means them."""

    def __init__(self, answer: Answer, context: Context) -> None:
        self.answer, self.context = answer, context
        self.base: str = answer.payload["base"]
        self.domain = (
            context.notes.get(f"domain {self.base}") or answer.payload.get("domain") or urlsplit(self.base).netloc
        )
        self.counts_nothing = context.notes.get(f"software {self.base}") == "snac"
        self.seen_at = answer.at.isoformat()

    def account(self, account: dict[str, Any]) -> Record | None:
        """Return the account line, or None when the object has no identity."""
        uid, name = _uid(account), _text(account.get("acct")) or _text(account.get("username"))
        if uid is None or name is None or not _text(account.get("id")):
            return None
        fields = [_dict(field) for field in _list(account.get("fields"))][:20]
        values = [_text(field.get("value")) or "" for field in fields]
        note = html_text(account.get("note")) or ""
        wishes: tuple[str, ...] = ("indexable", "discoverable", "noindex")
        flags = {wish: account[wish] for wish in wishes if wish in account}
        consent = profile_consent(bio=note, fields=[html_text(value) or "" for value in values], flags=flags)
        remote = "@" in name
        links = [
            link
            for markup in (_text(account.get("note")), *values)
            for link, rel in html_links(markup)
            if "hashtag" not in rel
        ]
        verified = [
            link
            for field, value in zip(fields, values, strict=True)
            if field.get("verified_at")
            for link, _ in html_links(value)
        ]
        return {
            "type": "account",
            "account_id": uid,
            "source": SOURCE,
            "native_id": account["id"],
            "instance": name.split("@")[-1] if remote else self.domain,
            "handle": f"@{name}" if remote else f"@{name}@{self.domain}",
            "display_name": clean(account.get("display_name"), 500),
            "url": web_address(account.get("url")),
            "summary": note or None,
            "created_at": _time(account.get("created_at")),
            "is_automated": account.get("bot") if isinstance(account.get("bot"), bool) else None,
            "consent": consent.decision,
            "consent_signals": list(consent.signals) or None,
            "links": _unique(links) or None,
            "verified_links": _unique(verified) or None,
            "moved_to": _uid(_dict(account.get("moved"))),
            "status": _state(account),
            "followers": self._count(account, "followers_count"),
            "following": self._count(account, "following_count"),
            "posts": self._count(account, "statuses_count"),
            "observed_at": self.seen_at,
            "extra": {"view_scope": "remote_view" if remote else "home", "locked": bool(account.get("locked"))},
        }

    def _count(self, account: dict[str, Any], name: str) -> int | None:
        value = count(account.get(name))
        return None if self.counts_nothing and value == 0 else value

    def status(self, status: dict[str, Any], *, boosted: bool = False) -> list[Record]:
        """Return the lines of one status: its author, itself, and for a boost the boosted author and post.

        What is boosted within the window is kept however old it is: the boost is about it.
        """
        account = self.account(_dict(status.get("account")))
        uid, published = _uid(status), moment(status.get("created_at"))
        if account is None or uid is None or published is None or status.get("visibility") not in tuple(PUBLIC):
            return []
        if self.context.since is not None and published < self.context.since and not boosted:
            return [account]
        inner = _dict(status.get("reblog"))
        if inner:
            return self._boost(status, account, uid, published.isoformat(), inner)
        return [account, self._post(status, account["account_id"], uid, published.isoformat())]

    def _boost(
        self, status: dict[str, Any], account: Record, uid: str, published: str, inner: dict[str, Any]
    ) -> list[Record]:
        told = self.status(inner | {"reblog": None}, boosted=True)
        boosted = _uid(inner)
        if not told or boosted is None:
            return [account]
        return [
            account,
            *told,
            {
                "type": "post",
                "post_id": uid,
                "account_id": account["account_id"],
                "source": SOURCE,
                "native_id": status["id"],
                "kind": "repost",
                "published_at": published,
                "repost_of": boosted,
                "url": web_address(status.get("url")),
                "observed_at": self.seen_at,
                "extra": {"view_scope": self._scope(status)},
            },
        ]

    def _post(self, status: dict[str, Any], account_id: str, uid: str, published: str) -> Record:
        quoted = _uid(_dict(_dict(status.get("quote")).get("quoted_status")))
        reply = _text(status.get("in_reply_to_id"))
        content = status.get("content")
        links = [
            link for link, rel in html_links(content, self.base) if "mention" not in rel and "tag" not in rel.split()
        ]
        card = web_address(_dict(status.get("card")).get("url"))
        tags = _unique(
            [name.lower() for tag in _list(status.get("tags")) if (name := clean(_dict(tag).get("name"), 200))]
        )
        mentions = [who for mention in _list(status.get("mentions")) if (who := self.mentioned(_dict(mention)))]
        warning = clean(status.get("spoiler_text"), 1000)
        return {
            "type": "post",
            "post_id": uid,
            "account_id": account_id,
            "source": SOURCE,
            "native_id": status["id"],
            "kind": "reply" if reply else "quote" if quoted else "post",
            "published_at": published,
            "edited_at": _time(status.get("edited_at")),
            "declared_language": clean(status.get("language"), 20),
            "title": warning,
            "text": html_text(content) or "",
            "url": web_address(status.get("url")),
            "in_reply_to": self._parent(status, reply),
            "quote_of": quoted,
            "hashtags": tags,
            "mentions": _unique(mentions),
            "links": _unique([*links, *([card] if card else [])]),
            "likes": count(status.get("favourites_count")),
            "reposts": count(status.get("reblogs_count")),
            "replies": count(status.get("replies_count")),
            "quotes": count(status.get("quotes_count")),
            "observed_at": self.seen_at,
            "extra": {
                "view_scope": self._scope(status),
                "sensitive": bool(status.get("sensitive")),
                "seen_as": f"{self.base} {status['id']}",
                "reply_seen_as": f"{self.base} {reply}" if reply else None,
            },
        }

    def _scope(self, status: dict[str, Any]) -> str:
        return "remote_view" if "@" in (_text(_dict(status.get("account")).get("acct")) or "") else "home"

    def mentioned(self, mention: dict[str, Any]) -> str | None:
        """Return whom a mention names, as `mastodon:@name@domain`."""
        name = _text(mention.get("acct")) or _text(mention.get("username"))
        if name is None:
            return None
        return f"{SOURCE}:@{name if '@' in name else f'{name}@{self.domain}'}".lower()

    def _parent(self, status: dict[str, Any], reply: str | None) -> str | None:
        """Return the uid of the post replied to, when it lives on this server: its address is made like this one's."""
        uid, own = _uid(status), _text(status.get("id"))
        account = _dict(status.get("account"))
        to = _text(status.get("in_reply_to_account_id"))
        if reply is None or uid is None or own is None or not uid.endswith(f"/statuses/{own}"):
            return None
        author = uid.removesuffix(f"/statuses/{own}")
        if to == account.get("id"):
            return f"{author}/statuses/{reply}"
        parent = next((m for m in map(_dict, _list(status.get("mentions"))) if m.get("id") == to), {})
        name, mine = _text(parent.get("acct")), _text(account.get("acct"))
        if name is None or "@" in name or mine is None or "@" in mine:
            return None
        for own_part, other_part in ((account.get("id"), to), (mine, name)):
            if own_part and author.endswith(f"/users/{own_part}"):
                return f"{author.removesuffix(str(own_part))}{other_part}/statuses/{reply}"
        return None

    # --- what to ask next -----------------------------------------------------------------------------------------

    def statuses_ask(self, account: dict[str, Any], uid: str, *, hop: int, why: str, texts: tuple[str, ...]) -> Ask:
        """Ask for someone's posts: at home when their server is listed or may be gone to, else as seen from here."""
        identifier = quote(str(account["id"]), safe="")
        name = str(account.get("acct") or "")
        home = self._home(name)
        if home is not None:
            user, _, domain = name.partition("@")
            return _lookup(home, user, domain, hop=hop, why=why, texts=texts)
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
            shown = _dict(status.get("reblog")) or status
            text = (html_text(shown.get("content")) or "",)
            for account in (_dict(status.get("account")), _dict(shown.get("account"))):
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
            for mention in map(_dict, _list(shown.get("mentions"))):
                who = self.mentioned(mention)
                if who is None or not _text(mention.get("id")):
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
        ids = sorted((str(status["id"]) for status in statuses), key=_order)
        known = self.context.marks.get(mark)
        if known is None or _order(ids[-1]) > _order(known):
            batch.marks[mark] = ids[-1]
        if self.answer.marked is not None:
            self._forward(ids, known, batch)
            return
        until = payload.get("until", known)
        oldest = payload.get("oldest")
        if oldest is not None and _order(ids[0]) >= _order(oldest):
            batch.troubles.append(("repeating_pages", self.answer.url))
            return
        gathered = int(payload.get("count", 0)) + len(statuses)
        dates = [when for status in statuses if (when := moment(status.get("created_at")))]
        too_old = self.context.since is not None and bool(dates) and max(dates) < self.context.since
        if too_old or gathered >= self._most() or (until is not None and _order(ids[0]) <= _order(until)):
            return
        links = _links(self.answer)
        if "link" in self.answer.headers and "next" not in links:
            return
        following = links.get("next") or f"{self._first_page()}&max_id={quote(ids[0], safe='')}"
        if _same_host(following, self.answer.url):
            self._chain(following, {"count": gathered, "oldest": ids[0], "until": until}, batch)

    def _forward(self, ids: list[str], known: str | None, batch: Batch) -> None:
        if known is None or _order(ids[-1]) > _order(known):
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


def address_of(seed: str) -> tuple[str, str] | None:
    """Return (name, domain) of an account as people write it, or None when it is not one of the fediverse."""
    match = ADDRESS.match(seed.strip())
    if match:
        return match[1].lower(), match[2].lower()
    profile = PROFILE.match(seed.strip())
    return (profile[2].lower(), profile[1].lower()) if profile else None


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
    base: str, name: str, domain: str, *, hop: int, why: str, away: bool = False, texts: tuple[str, ...] = ()
) -> Ask:
    acct = quote(f"{name}@{domain}" if away else name, safe="")
    payload = {"base": base, "name": name, "domain": domain} | ({"away": True} if away else {})
    return Ask(
        f"{base}/api/v1/accounts/lookup?acct={acct}", "lookup", payload, hop=hop, why=why, texts=texts, recurring=True
    )


def _links(answer: Answer) -> dict[str, str]:
    return {rel: url for url, rel in NEXT.findall(answer.headers.get("link", ""))}


def _same_host(url: str, other: str) -> bool:
    try:
        return urlsplit(url).netloc.lower() == urlsplit(other).netloc.lower()
    except ValueError:
        return False


def _order(identifier: str) -> tuple[int, str]:
    """Ids are opaque; newer ones are longer, then greater."""
    return len(identifier), identifier


def _uid(thing: dict[str, Any]) -> str | None:
    address = web_address(thing.get("uri")) or web_address(thing.get("url"))
    return f"ap:{address}" if address else None


def _state(account: dict[str, Any]) -> str | None:
    return next((name for name in ("suspended", "memorial", "limited") if account.get(name) is True), None)


def _time(value: object) -> str | None:
    when = moment(value)
    return when.isoformat() if when else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value[:200] if isinstance(value, list) else []


def _bare(address: str | None) -> str | None:
    return urlsplit(address).netloc if address and "://" in address else address


def _unique(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _with_texts(ask: Ask, texts: tuple[str, ...]) -> Ask:
    from dataclasses import replace

    return replace(ask, texts=(*ask.texts, *texts)[:5])


def _once(records: list[Record]) -> list[Record]:
    """Each record once: a page tells the same author forty times."""
    found = {(record["type"], record.get("post_id") or record["account_id"]): record for record in records}
    return list(found.values())
