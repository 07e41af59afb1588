"""GDELT's news search: which articles of the last three months name a word, by slices of time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option, Policy
from crawlers.shapes import as_dict, bases, nothing_to_ask, once, query, rows, word
from crawlers.text import clean, html_text, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.connector import Record
    from data.brief.model import Brief

SOURCE = "gdelt"
API = "https://api.gdeltproject.org/api/v2/doc/doc"
MOST = 250  # what one answer holds; there are no pages
MOST_SLICES = 40
SEEN = re.compile(r"^\d{8}T\d{6}Z$")
DOMAIN = re.compile(r"^[a-z0-9.\-]{3,250}$")
LANGUAGES = {
    "arabic": "ar", "chinese": "zh", "dutch": "nl", "english": "en", "french": "fr", "german": "de", "italian": "it",
    "japanese": "ja", "korean": "ko", "polish": "pl", "portuguese": "pt", "russian": "ru", "spanish": "es",
    "turkish": "tr", "ukrainian": "uk",
}  # fmt: skip


class Gdelt(Connector):
    """News articles and the media that published them."""

    kind = SOURCE
    capabilities = frozenset({"posts", "search"})
    options: ClassVar[Mapping[str, Option]] = {
        "queries": Option(list, Bilingual("recherches, dans la syntaxe de GDELT", "searches, in GDELT's own syntax")),
        "api": Option(str, Bilingual("adresse de l'API", "address of the API")),
    }
    caveats = (
        Bilingual(
            "titres seulement, sur trois mois ; le service refuse souvent des requêtes : il est repris plus tard",
            "headlines only, over three months; the service often sheds load: it is asked again later",
        ),
    )
    policy = Policy(pace=5.0)

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the service."""
        return (_api(options),)

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return a few slices of time per search."""
        return max(1, (len(options.get("queries", [])) + len(brief.seeds.hashtags)) * 5)

    def seeds(self, context: Context) -> Batch:
        """Search for each query, hashtag and brand, newest first."""
        terms = context.searches(context.options.get("queries", []))
        if not terms:
            raise nothing_to_ask(SOURCE, "queries, seeds.hashtags")
        base = _api(context.options)
        return Batch(asks=[_ask(base, term, None, 0) for term in terms])

    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return the articles of an answer; errors come as plain text, with status 200 as well."""
        if answer.status >= 400:
            return Batch(troubles=[(f"http_{answer.status}", answer.url)])
        head = answer.body[:400].lstrip()
        if head and not head.startswith((b"{", b"[")):
            told = html_text(head.decode("utf-8", "replace")) or ""
            return Batch(troubles=[("refused_query", f"{answer.payload['term']}: {told[:200]}")])
        return _articles(answer, context)


def _api(options: Mapping[str, Any]) -> str:
    return bases(SOURCE, [str(options.get("api") or API)])[0]


def _ask(base: str, term: str, until: str | None, n: int) -> Ask:
    window = {"startdatetime": "20150218000000", "enddatetime": until} if until else {"timespan": "3months"}
    address = query(base, query=term, mode="artlist", format="json", maxrecords=MOST, sort="datedesc", **window)
    payload = {"base": base, "term": term, "until": until, "n": n}
    return Ask(address, "articles", payload, why=f"search: {term}", recurring=n == 0, chain=n > 0)


def _articles(answer: Answer, context: Context) -> Batch:
    listed = rows(as_dict(answer.json() if answer.body.strip() else {}).get("articles"))
    batch, times = Batch(), []
    for row in listed:
        seen = _seen(row.get("seendate"))
        found = _article(row, seen, answer) if seen else []
        if seen is None or not found:
            continue
        times.append(seen)
        if context.since is None or seen >= context.since:
            batch.records += found
    batch.records = once(batch.records)
    n, payload = int(answer.payload["n"]), answer.payload
    if len(listed) >= MOST and times and n < MOST_SLICES:
        until = (min(times) - timedelta(seconds=1)).strftime("%Y%m%d%H%M%S")
        if (context.since is None or min(times) > context.since) and until != payload["until"]:
            batch.asks.append(_ask(payload["base"], payload["term"], until, n + 1))
    return batch


def _seen(value: object) -> datetime | None:
    if not isinstance(value, str) or not SEEN.match(value):
        return None
    try:
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _article(row: dict[str, Any], seen: datetime, answer: Answer) -> list[Record]:
    """Return the medium and its article: the time is that at which GDELT saw it."""
    url, domain = web_address(row.get("url")), (word(row.get("domain"), 250) or "").lower()
    if url is None or not DOMAIN.match(domain):
        return []
    language = LANGUAGES.get((word(row.get("language"), 40) or "").lower())
    medium: Record = {
        "type": "account",
        "account_id": f"web:https://{domain}/",
        "source": SOURCE,
        "native_id": domain,
        "instance": domain,
        "handle": domain,
        "display_name": domain,
        "url": f"https://{domain}/",
        "consent": "allow",
        "observed_at": answer.at.isoformat(),
        "extra": {"view_scope": "remote_view", "medium": True, "country": word(row.get("sourcecountry"), 60)},
    }
    article: Record = {
        "type": "post",
        "post_id": f"web:{url}",
        "account_id": medium["account_id"],
        "source": SOURCE,
        "native_id": url,
        "kind": "post",
        "published_at": seen.isoformat(),
        "declared_language": language,
        "title": clean(html_text(row.get("title")), 500),
        "url": url,
        "hashtags": [],
        "mentions": [],
        "links": [],
        "observed_at": answer.at.isoformat(),
        "extra": {"view_scope": "remote_view", "published_at_is": "seen"},
    }
    return [medium, article]
