"""What surely is not there: for each kind of source an account, a site or a word that nobody has."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Options = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Absent:
    """What to ask for: a seed that nobody has, or options that name what does not exist."""

    seed: str | None
    options: Options


def absent(kind: str, options: Mapping[str, Any], like: str | None) -> Absent | None:
    """Return what cannot be there for a source; `like` is a seed of its own, whose server is then asked.

    None where the options name no place to ask.
    """
    from crawlers.seeds import people_only

    name, bare = f"vigie{secrets.token_hex(6)}", people_only(options)
    if kind in PLACES:
        changed = PLACES[kind](name, dict(options))
        return Absent(None, changed) if changed else None
    make = SEEDS.get(kind)
    seed = make(name, bare, like or "") if make else None
    return Absent(seed, bare) if seed else None


def _on_server(name: str, options: Options, like: str) -> str | None:
    from crawlers.mastodon import address_of

    known = address_of(like)
    host = known[1] if known else next(iter(_hosts(options.get("instances", []))), None)
    return f"@{name}@{host}" if host else None


def _of_bluesky(name: str, options: Options, like: str) -> str | None:  # noqa: ARG001 - one shape for all
    from crawlers.sources.bluesky import actor_of

    actor = actor_of(like)
    domain = "bsky.social" if actor is None or actor.startswith("did:") else actor.partition(".")[2]
    return f"{name}.{domain}"


def _of_forum(name: str, options: Options, like: str) -> str | None:  # noqa: ARG001 - one shape for all
    return next((f"{_address(site)}/u/{name}" for site in options.get("sites", [])), None)


def _of_forem(name: str, options: Options, like: str) -> str | None:  # noqa: ARG001 - one shape for all
    sites = options.get("sites") or ["https://dev.to"]
    return f"{_address(sites[0])}/{name}"


def _of_stackexchange(name: str, options: Options, like: str) -> str | None:  # noqa: ARG001 - one shape for all
    site = next(iter(options.get("sites", [])), "stackoverflow")
    return f"https://{site}.com/users/{10**11 + secrets.randbelow(10**11)}"


SEEDS: dict[str, Callable[[str, Options, str], str | None]] = {
    "mastodon": _on_server,
    "misskey": _on_server,
    "lemmy": _on_server,
    "peertube": _on_server,
    "bluesky": _of_bluesky,
    "hackernews": lambda name, options, like: f"hn:user/{name}",  # noqa: ARG005 - one shape for all
    "discourse": _of_forum,
    "forem": _of_forem,
    "stackexchange": _of_stackexchange,
    "nostr": lambda name, options, like: secrets.token_hex(32),  # noqa: ARG005
    "reddit": lambda name, options, like: f"u/{name}",  # noqa: ARG005
    "youtube": lambda name, options, like: f"@{name}",  # noqa: ARG005
    "wikidata": lambda name, options, like: f"wikidata:Q{10**11 + secrets.randbelow(10**11)}",  # noqa: ARG005
    "podcastindex": lambda name, options, like: f"podcast:{uuid.uuid4()}",  # noqa: ARG005
}
"""Per kind of source: an account that nobody has, as a seed."""


def _sites(name: str, options: Options) -> Options | None:
    sites = [f"{_address(site)}/{name}" for site in options.get("sites", [])[:1]]
    return options | {"sites": sites, "sitemaps": []} if sites else None


def _feeds(name: str, options: Options) -> Options | None:
    parts = [urlsplit(_address(url)) for url in options.get("urls", [])[:1]]
    urls = [f"{part.scheme}://{part.netloc}/{name}.xml" for part in parts]
    return options | {"urls": urls, "opml": []} if urls else None


PLACES: dict[str, Callable[[str, Options], Options | None]] = {
    "feeds": _feeds,
    "web": _sites,
    "wordpress": _sites,
    "gdelt": lambda name, options: options | {"queries": [name]},
}
"""Per kind of source without accounts to ask for: options that name a site, a feed or a word that does not exist."""


def _address(entry: object) -> str:
    told = str(entry).rstrip("/")
    return told if "://" in told else f"https://{told}"


def _hosts(entries: list[str]) -> list[str]:
    return [urlsplit(_address(entry)).netloc for entry in entries]
