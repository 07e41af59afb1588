"""Outlets of the press by general signs: what a profile calls itself, and whether it speaks for a site of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa

from data.warehouse.sql import query
from nlp.facts.folding import fold
from pipelines.detection.map_columns import SQL, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from data.warehouse.store import Connection

# Of the posts that link anywhere, so many at least, and at least half, lead to the account's own site.
FEWEST_LINKS, OWN_SHARE = 5, 0.5
# Somebody who says I is somebody; a blog is a person's until it is shown otherwise.
FIRST_PERSON = re.compile(r"(?<!\w)(?:je|j['’]\w*|moi|mes?|mon|ma|my|ich|meine?|yo|soy|mis?|blog\w*)(?!\w)")
# In small letters it is an article of Italian.
ENGLISH_I = re.compile(r"(?<!\w)I(?:['’](?:m|ve|d|ll))?(?!\w)")
BARE_SITE = re.compile(r"(?<![\w@.-])(?:https?://)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})(?![\w-])")
# Where everybody has a page nobody has a site.
SHARED = frozenset(
    {
        "bsky.app", "dailymotion.com", "facebook.com", "github.com", "instagram.com", "ko-fi.com", "linkedin.com",
        "linktr.ee", "medium.com", "patreon.com", "pinterest.com", "reddit.com", "soundcloud.com", "spotify.com",
        "t.co", "t.me", "threads.net", "tiktok.com", "twitch.tv", "twitter.com", "vimeo.com", "wikipedia.org", "x.com",
        "youtu.be", "youtube.com",
    }
)  # fmt: skip
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Claim:
    """A profile that may be an outlet's: `word` is how it calls itself, or what else is known of its site.

    `sites` are the hosts it names, `names` its own, folded; `verified` those of which the site says that it is theirs.
    """

    person: int
    account: str
    word: str
    sites: tuple[str, ...]
    names: tuple[str, ...]
    verified: tuple[str, ...] = ()


@cache
def outlet_pattern() -> str:
    """Return a regular expression (of RE2 and of Python) of the words by which outlets call themselves, folded."""
    text = resources.files("pipelines.detection").joinpath("outlet_words.txt").read_text(encoding="utf-8")
    words = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return "|".join(re.escape(word).replace(r"\ ", " ") for word in sorted(words, key=len, reverse=True))


@cache
def _self_description() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({outlet_pattern()})(?!\w)")


def called(summary: str | None) -> str | None:
    """Return the word by which a profile calls itself an outlet, None when it does not or when it says I."""
    said = (summary or "")[:LONGEST]
    folded = fold(said)[0]
    found = _self_description().search(folded)
    return found[1] if found and not says_i(summary) else None


def claim(
    person: int,
    account: str,
    summary: str | None,
    names: Sequence[str | None],
    links: Iterable[str | None],
    verified: Iterable[str | None] = (),
) -> Claim | None:
    """Return what a profile claims to be, None when it does not call itself an outlet or names no site of its own."""
    word = called(summary)
    if word is None:
        return None
    bare = BARE_SITE.findall((summary or "")[:LONGEST].lower())
    proven = tuple(site for site in dict.fromkeys(hosts(verified)) if not shared(site))
    sites = dict.fromkeys(site for site in (*proven, *hosts(links), *map(_plain, bare)) if not shared(site))
    return Claim(person, account, word, tuple(sites), bare_names(names), proven) if sites else None


def says_i(summary: str | None) -> bool:
    """Tell whether a profile speaks in the first person: then it is somebody's."""
    said = (summary or "")[:LONGEST]
    return bool(FIRST_PERSON.search(fold(said)[0]) or ENGLISH_I.search(said))


def bare_names(names: Sequence[str | None]) -> tuple[str, ...]:
    """Return names as a host would spell them: no accents, no spaces, nothing after the @."""
    return tuple(re.sub(r"\W", "", fold(name.split("@")[0])[0]) for name in names if name)


def borne_out(connection: Connection, claims: Sequence[Claim]) -> dict[int, tuple[str, str]]:
    """Return person → the claim with what bears it out, and the site, for claims that a second sign supports.

    The second sign: half of the posts that link anywhere, five at least, lead to the site that the profile names; or
    the account bears that site's name; or the site itself links back to the account (`rel=me`).
    """
    led = _led(connection, claims)
    found: dict[int, tuple[str, str]] = {}
    for one in claims:
        counts = [(site, *led.get((one.account, site), (0, 0))) for site in one.sites]
        own = [(s, n, m) for s, n, m in counts if m >= FEWEST_LINKS and n >= OWN_SHARE * m]
        named = [site for site in one.sites if re.sub(r"\W", "", site.split(".")[0]) in one.names]
        if one.person not in found and own:
            found[one.person] = f"{one.word}; {own[0][0]} {own[0][1]}/{own[0][2]}", own[0][0]
        elif one.person not in found and named:
            found[one.person] = f"{one.word}; {named[0]}", named[0]
        elif one.person not in found and one.verified:
            found[one.person] = f"{one.word}; {one.verified[0]} rel=me", one.verified[0]
    return found


def _led(connection: Connection, claims: Sequence[Claim]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (account, site) → posts that lead there, posts that link anywhere."""
    pairs = sorted({(one.account, site) for one in claims for site in one.sites})
    if not pairs:
        return {}
    accounts, sites = zip(*pairs, strict=True)
    columns = {"account_id": pa.array(accounts, pa.string()), "site": pa.array(sites, pa.string())}
    register(connection, "claimed_sites", columns)
    rows = connection.execute(query("declared_sites", SQL)).fetchall()
    return {(account, site): (led, linking) for account, site, led, linking in rows}


def hosts(links: Iterable[str | None]) -> Iterator[str]:
    """Yield the hosts of addresses, without `www`; what is no address of a named host is left out."""
    for link in links:
        try:
            host = urlsplit(str(link or "")[:2000].lower()).hostname or ""
        except ValueError:
            continue
        if "." in host and not host.replace(".", "").isdigit():
            yield _plain(host)


def _plain(host: str) -> str:
    return host.removeprefix("www.")


def shared(site: str) -> bool:
    """Tell whether anybody may have a page on a host."""
    return site in SHARED or ".".join(site.split(".")[-2:]) in SHARED
