"""What profiles declare that bears on a role: for whom somebody works, and whether they are of the press."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from data.warehouse.sql import query
from nlp.facts.bio import declared
from nlp.facts.folding import fold
from pipelines.detection.map_columns import SQL
from pipelines.detection.newsrooms import LISTS, Newsrooms, newsrooms
from pipelines.detection.outlets import Claim, bare_names, borne_out, claim, hosts, outlet_pattern, says_i

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from data.brief.model import Brand, Brief, Competitor
    from data.warehouse.store import Connection

PRESS_JOB = re.compile(
    r"journaliste?s?|reporter|reportere|pigiste|redact(?:eur|rice) en chef|grand reporter|editor-in-chief|"
    r"news editor|correspondent|correspondante?|columnist|chroniqueu(?:r|se)"
)
PLAIN = re.compile(r'^"?([^"()*?:~]+)"?$')
# A name of two letters stands in half the bios of the world.
SHORTEST = 3
# What stands within so many signs of a job belongs to it.
NEAR_A_JOB = 40


@dataclass(frozen=True, slots=True)
class Declarations:
    """Per person (n,), None where nothing is said: `employer` brand or competitor; `press` outlet or journalist.

    `said` keeps the words of the profile on which each rests, or a reason code of its own (`signed_site=…`); `site` the
    host that an outlet speaks for.
    """

    employer: NDArray[np.object_]
    press: NDArray[np.object_]
    said: NDArray[np.object_]
    site: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Profile:
    """One account's profile, as declared_bios.sql reads it."""

    person: int
    account: str
    source: str
    summary: str | None
    handle: str | None
    display_name: str | None
    url: str | None
    links: Sequence[str]
    verified: Sequence[str]
    organisation: str | None

    @property
    def names(self) -> tuple[str | None, str | None]:
        """Return what the account is called."""
        return self.handle, self.display_name


# What a profile says: employer or press, of which kind, the words or the reason, the site.
Said = tuple[str, str, str, str | None]


def declarations(connection: Connection, brief: Brief, n: int) -> Declarations:
    """Return what the profiles of the prepared people declare; former posts do not count, the opted-out are not read.

    An outlet is an account whose own site is one of the press, or one that calls itself an outlet and speaks for a site
    of its own, or the account of a site that many hands sign; a journalist says so, or signs there. All are signals: a
    fan account may carry a newspaper's address.
    """
    employers, rooms = _employers(brief), newsrooms(connection)
    found = Declarations(*(np.full(n, None, object) for _ in range(4)))
    claims: list[Claim] = []
    for profile in _profiles(connection, employers, rooms):
        among_others = _signs_with_others(profile, rooms)
        said = _of_a_signer(profile, rooms) if among_others else _of(profile, employers, rooms)
        if said is not None:
            _note(found, profile.person, said)
        elif not among_others:
            claims += _claims(profile, rooms)
    for person, (quote, site) in borne_out(connection, claims).items():
        _note(found, person, ("press", "outlet", quote, site))
    return found


def _note(found: Declarations, person: int, said: Said) -> None:
    if found.said[person] is None:
        kind, word, quote, site = said
        (found.employer if kind == "employer" else found.press)[person] = word
        found.said[person], found.site[person] = quote, site


def _profiles(connection: Connection, employers: dict[str, str], rooms: Newsrooms) -> list[Profile]:
    pattern = "|".join(
        [
            PRESS_JOB.pattern,
            outlet_pattern(),
            *(rf"(^|[^\pL\pN]){re.escape(name)}($|[^\pL\pN])" for name in sorted(employers)),
        ]
    )
    values = {
        "pattern": pattern,
        "domains": sorted({*media_domains(), *rooms.sites}),
        "accounts": sorted(rooms.signers),
        "lists": sorted(LISTS),
    }
    return [Profile(*row) for row in connection.execute(query("declared_bios", SQL), values).fetchall()]


def _of(profile: Profile, employers: dict[str, str], rooms: Newsrooms) -> Said | None:
    """Return what a profile says of itself, or what its site or its source say of it."""
    employer = _employer(profile.summary, employers)
    told = employer or _journalist(profile.summary)
    if told is not None:
        return *told, None
    site = _outlet(profile.handle, profile.display_name, profile.url, profile.links)
    if site is not None:
        return "press", "outlet", site, site
    own = next(iter(hosts([profile.url])), None)
    if profile.organisation is not None:
        return "press", "outlet", f"schema={profile.organisation}", own
    if profile.source in LISTS:
        return "press", "outlet", f"listed_by={profile.source}", own
    if own in rooms.sites and profile.account.startswith("web:"):
        return "press", "outlet", rooms.reason(str(own)), own
    return None


def _signs_with_others(profile: Profile, rooms: Newsrooms) -> bool:
    """Tell whether an account is one of several names on a site, or signs on one of the press."""
    at = rooms.signers.get(profile.account)
    return at is not None and (at.signers > 1 or at.site in media_domains())


def _of_a_signer(profile: Profile, rooms: Newsrooms) -> Said | None:
    """Who signs on an outlet's site is a journalist there; what a feed says of itself tells nothing of its authors."""
    at = rooms.signers[profile.account]
    if at.site in rooms.sites or at.site in media_domains():
        return "press", "journalist", f"signs_at={at.site}:{at.posts}", None
    told = None if profile.account.startswith("feed:") else _journalist(profile.summary)
    return (*told, None) if told is not None else None


def _claims(profile: Profile, rooms: Newsrooms) -> list[Claim]:
    """Return what a profile may be that a second sign must bear out: it calls itself an outlet, or its site is one."""
    links = (profile.url, *profile.links)
    claimed = claim(profile.person, profile.account, profile.summary, profile.names, links, profile.verified)
    found = [claimed] if claimed else []
    sites = tuple(site for site in dict.fromkeys(hosts(links)) if site in rooms.sites)
    if sites and not says_i(profile.summary):
        told = rooms.sites[sites[0]]
        word = f"{told.signers}/{told.site_posts}"
        proven = tuple(site for site in hosts(profile.verified) if site in sites)
        found.append(Claim(profile.person, profile.account, word, sites, bare_names(profile.names), proven))
    return found


@cache
def media_domains() -> frozenset[str]:
    """Return the sites of the press that are known by name."""
    text = resources.files("pipelines.detection").joinpath("media_domains.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _employers(brief: Brief) -> dict[str, str]:
    """Return folded name, handle or term → brand or competitor."""
    if brief.brand is None:
        return {}
    known: dict[str, str] = {}
    organisations: list[tuple[str, Brand | Competitor]] = [("competitor", rival) for rival in brief.brand.competitors]
    for kind, organisation in (*organisations, ("brand", brief.brand)):
        terms = [found[1] for term in organisation.terms if (found := PLAIN.match(term.strip()))]
        handles = [account.lstrip("@").split("@")[0] for account in organisation.accounts if "/" not in account]
        for name in (organisation.name, *terms, *handles):
            if len(folded := fold(name)[0].strip()) >= SHORTEST:
                known[folded] = kind
    return known


def _employer(summary: str | None, employers: dict[str, str]) -> tuple[str, str, str] | None:
    items = declared(summary)
    past = [item for item in items if item.former]
    for item in items:
        if item.former or any(one.start <= item.start < one.end + NEAR_A_JOB for one in past):
            continue
        said = item.text if item.kind == "organisation" else (summary or "")[item.end : item.end + NEAR_A_JOB]
        named = fold(said)[0].strip(" .")
        if item.kind == "job":  # a handle in small letters is no name to the reader of bios
            found = re.match(r"[\s,]*(?:chez |at |pour |for )?@([\w.-]+)", named)
            named = found[1] if found else ""
        for name, kind in employers.items():
            if re.match(rf"@?{re.escape(name)}(?!\w)", named):
                return "employer", kind, item.text if item.kind == "organisation" else f"{item.text} @{named}"
    return None


def _journalist(summary: str | None) -> tuple[str, str, str] | None:
    for item in declared(summary):
        if item.kind == "job" and not item.former and PRESS_JOB.search(fold(item.text)[0]):
            return "press", "journalist", item.text
    return None


def _outlet(handle: str | None, display_name: str | None, url: str | None, links: Sequence[str]) -> str | None:
    """An account is an outlet's by its page, by a handle under its site, or by a link there and the name it bears."""
    name = (handle or "").lower().lstrip("@")
    for site in (name, ".".join(name.split(".")[-2:])):
        if "@" not in name and site in media_domains():
            return name
    names = {re.sub(r"\W", "", fold(name)[0]) for name in (handle or "", display_name or "")}
    for site in _sites([url or ""]):
        return site
    for site in _sites(links):
        label = re.sub(r"\W", "", site.split(".")[0])
        if any(name.startswith(label) for name in names):
            return site
    return None


def _sites(links: Sequence[Any]) -> Iterator[str]:
    for link in links:
        try:
            host = (urlsplit(str(link)[:2000].lower()).hostname or "").removeprefix("www.")
        except ValueError:
            continue
        if host in media_domains():
            yield host
