"""Searching Bluesky's posts, shut without an account: with the user's own, asked of that account's own server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import orjson

from crawlers.bluesky import SOURCE, whole_text
from crawlers.connector import Ask
from crawlers.mastodon_mentions import is_of
from crawlers.own_key import tied, two_parts
from crawlers.shapes import as_dict, bases, query, rows, word
from crawlers.text import says, web_address
from data.errors import VigieError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.connector import Context

FORM = "HANDLE:APP-PASSWORD"
HOME = "https://bsky.social"
PAGE = 100


def home(options: Mapping[str, Any]) -> str:
    """Return the server of the user's own account."""
    return bases(SOURCE, [str(options.get("pds") or HOME)])[0]


def session(secret: str, agent: str, options: Mapping[str, Any]) -> str:
    """Return the token of a new session, tied to its server; raises VigieError when it is refused."""
    handle, password = two_parts(secret, SOURCE, FORM)
    told = orjson.dumps({"identifier": handle, "password": password})
    headers = {"Content-Type": "application/json", "User-Agent": agent}
    asked = Request(f"{home(options)}/xrpc/com.atproto.server.createSession", told, headers)  # noqa: S310 - see `bases`
    try:
        with urlopen(asked, timeout=30) as answer:  # noqa: S310
            token = word(as_dict(orjson.loads(answer.read(100_000))).get("accessJwt"), 5000)
    except (URLError, OSError, ValueError) as error:
        raise VigieError(f"bluesky : accès refusé ({error})", f"bluesky: access refused ({error})") from None
    if token is None:
        raise VigieError("bluesky : pas de jeton dans la réponse", "bluesky: no token in the answer")
    return tied(token, home(options))


def search_asks(context: Context, appview: str) -> list[Ask]:
    """Ask for the newest posts that name a hashtag of the brief, a brand, or link to a brand's site."""
    if not context.options.get("search"):
        return []
    since = context.since.strftime("%Y-%m-%dT%H:%M:%SZ") if context.since else None
    terms = [*context.searches(), *context.brand_domains]
    return [
        Ask(
            query(
                f"{home(context.options)}/xrpc/app.bsky.feed.searchPosts",
                q=term,
                sort="latest",
                since=since,
                limit=PAGE,
            ),
            "search",
            {"base": appview, "term": term},
            why=f"search: {term}",
            recurring=True,
        )
        for term in dict.fromkeys(terms)
    ]


def names(view: Mapping[str, Any], term: str) -> bool:
    """Whether a found post's own words, tags or links hold the term: the search finds neighbours too."""
    record = as_dict(view.get("record"))
    features = [one for facet in rows(record.get("facets"), 100) for one in rows(facet.get("features"), 10)]
    card = as_dict(as_dict(record.get("embed")).get("external")).get("uri")
    links = [link for raw in (*(one.get("uri") for one in features), card) if (link := web_address(raw))]
    tags = " ".join(str(tag) for tag in record.get("tags") or () if isinstance(tag, str))
    return says(f"{whole_text(record) or ''} {tags}", term) or any(is_of(link, [term.lower()]) for link in links)
