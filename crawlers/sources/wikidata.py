"""Wikidata: which handles on which networks one person or organisation is known by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from crawlers.bluesky import HANDLE
from crawlers.connector import Answer, Ask, Batch, Connector, Context, Option
from crawlers.mastodon import ADDRESS, address_of
from crawlers.shapes import as_dict, bases, nothing_to_ask, query, rows, word
from crawlers.text import clean, moment, web_address
from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crawlers.connector import Record
    from data.brief.model import Brief

SOURCE = "wikidata"
API = "https://www.wikidata.org/w/api.php"
AT_ONCE = 50
ITEM = re.compile(r"^Q[1-9]\d{0,11}$", re.ASCII)
MASTODON, BLUESKY = "P4033", "P12361"
PLACES = {
    "P856": "{}",
    "P1019": "{}",
    MASTODON: "{}",
    BLUESKY: "https://bsky.app/profile/{}",
    "P2002": "https://x.com/{}",
    "P2003": "https://www.instagram.com/{}/",
    "P2013": "https://www.facebook.com/{}",
    "P2397": "https://www.youtube.com/channel/{}",
    "P11245": "https://www.youtube.com/@{}",
    "P11892": "https://www.threads.net/@{}",
    "P7085": "https://www.tiktok.com/@{}",
    "P5797": "https://www.twitch.tv/{}",
    "P4265": "https://www.reddit.com/user/{}",
    "P3899": "https://medium.com/@{}",
    "P2037": "https://github.com/{}",
    "P6634": "https://www.linkedin.com/in/{}/",
}
"""Property → the address its value stands for (Wikidata's formatter URLs)."""
DEPRECATED, ENDED = "deprecated", "P582"


class Wikidata(Connector):
    """The identity hub: items with the addresses of one person across networks."""

    kind = SOURCE
    capabilities = frozenset({"profiles", "identities"})
    options: ClassVar[Mapping[str, Option]] = {
        "items": Option(list, Bilingual("éléments (Q…)", "items (Q…)")),
        "api": Option(str, Bilingual("adresse de l'API", "address of the API")),
    }
    caveats = (
        Bilingual(
            "seules les personnes notoires y sont ; un pseudonyme peut y être périmé",
            "only notable people are there; a handle may be out of date",
        ),
    )

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the service."""
        return (_api(options),)

    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return one request per seed and one per fifty items."""
        return 1 + len(brief.seeds.accounts) + len(options.get("items", [])) // AT_ONCE

    def seeds(self, context: Context) -> Batch:
        """Ask for the listed items, and which items hold the seeds' addresses."""
        base = _api(context.options)
        named = (seed.strip().removeprefix("wikidata:").rpartition("/")[2] for seed in context.seed_accounts)
        listed = [item for item in (*context.options.get("items", []), *named) if ITEM.match(item)]
        asks = [_items_ask(base, listed[start : start + AT_ONCE]) for start in range(0, len(listed), AT_ONCE)]
        for seed in context.seed_accounts:
            asks += [_search_ask(base, *statement) for statement in _statements(seed)]
        if not asks:
            raise nothing_to_ask(SOURCE, "items, seeds.accounts")
        return Batch(asks=asks)

    def parse(self, answer: Answer, context: Context) -> Batch:  # noqa: ARG002 - the signature is the connector's
        """Return items as accounts whose links are the person's other addresses."""
        if answer.status >= 400:
            return Batch(troubles=[(f"http_{answer.status}", answer.url)])
        told = as_dict(answer.json())
        if "error" in told:
            error = as_dict(told["error"])
            return Batch(troubles=[(word(error.get("code"), 50) or "error", word(error.get("info"), 300) or "")])
        if answer.purpose == "search":
            hits = rows(as_dict(told.get("query")).get("search"), 20)
            found = [title for hit in hits if (title := word(hit.get("title"), 20)) and ITEM.match(title)]
            return Batch(asks=[_items_ask(answer.payload["base"], found)] if found else [])
        entities = as_dict(told.get("entities"))
        return Batch(records=[one for item in entities.values() if (one := _account(as_dict(item), answer))])


def _api(options: Mapping[str, Any]) -> str:
    return bases(SOURCE, [str(options.get("api") or API)])[0]


def _statements(seed: str) -> list[tuple[str, str]]:
    """Return the (property, value) by which an item would name this account."""
    told = seed.strip()
    fediverse = address_of(told)
    if fediverse:
        return [(MASTODON, "@".join(fediverse))]
    handle = told.removeprefix("@").removeprefix("https://bsky.app/profile/").lower()
    if HANDLE.match(handle):
        return [(BLUESKY, handle)]
    return [("P856", told)] if web_address(told) else []


def _search_ask(base: str, name: str, value: str) -> Ask:
    statement = f'haswbstatement:"{name}={value.replace(chr(34), "")}"'
    address = query(base, action="query", list="search", srsearch=statement, format="json", maxlag=5)
    return Ask(address, "search", {"base": base}, why=f"who is {value}", recurring=True)


def _items_ask(base: str, items: list[str]) -> Ask:
    address = query(
        base, action="wbgetentities", ids="|".join(items), props="claims|labels|descriptions|aliases",
        languages="fr|en", format="json", maxlag=5,
    )  # fmt: skip
    return Ask(address, "items", {"base": base}, why="handles of one person", recurring=True)


def _account(item: dict[str, Any], answer: Answer) -> Record | None:
    number = word(item.get("id"), 20)
    if number is None or not ITEM.match(number) or "missing" in item:
        return None
    handles = _handles(as_dict(item.get("claims")), answer.at)
    return {
        "type": "account",
        "account_id": f"wikidata:{number}",
        "source": SOURCE,
        "native_id": number,
        "instance": urlsplit(answer.payload["base"]).netloc,
        "display_name": _label(item.get("labels")),
        "url": f"https://www.wikidata.org/wiki/{number}",
        "summary": _label(item.get("descriptions")),
        "consent": "allow",
        "links": list(dict.fromkeys(address for _, address in handles)) or None,
        "observed_at": answer.at.isoformat(),
        "extra": {"view_scope": "remote_view", "same_as": [f"{name} {address}" for name, address in handles]},
    }


def _label(told: object) -> str | None:
    labels = as_dict(told)
    return next((name for code in ("fr", "en") if (name := clean(as_dict(labels.get(code)).get("value"), 300))), None)


def _handles(claims: dict[str, Any], now: datetime) -> list[tuple[str, str]]:
    """Return (property, address) of every statement that is neither deprecated nor ended."""
    found = []
    for name, place in PLACES.items():
        for claim in rows(claims.get(name), 20):
            value = as_dict(as_dict(claim.get("mainsnak")).get("datavalue")).get("value")
            if claim.get("rank") == DEPRECATED or _ended(claim, now) or not isinstance(value, str):
                continue
            match = ADDRESS.match(value) if name == MASTODON else None
            address = f"https://{match[2]}/@{match[1]}" if match else place.format(value.strip())
            if web_address(address):
                found.append((name, web_address(address) or ""))
    return found


def _ended(claim: dict[str, Any], now: datetime) -> bool:
    """Whether a statement says that it ended; a time on Wikidata is `+2024-05-00T00:00:00Z`, zeros for the unknown."""
    for snak in rows(as_dict(claim.get("qualifiers")).get(ENDED), 5):
        told = str(as_dict(as_dict(snak.get("datavalue")).get("value")).get("time") or "")
        when = moment(told.removeprefix("+").replace("-00", "-01"))
        if when is None or when <= now:
            return True
    return False
