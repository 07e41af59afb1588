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
from pipelines.detection.outlets import Claim, borne_out, claim, outlet_pattern

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

    `said` keeps the words of the profile on which each rests.
    """

    employer: NDArray[np.object_]
    press: NDArray[np.object_]
    said: NDArray[np.object_]


def declarations(connection: Connection, brief: Brief, n: int) -> Declarations:
    """Return what the profiles of the prepared people declare; former posts do not count, the opted-out are not read.

    An outlet is an account whose own site is one of the press, or one that calls itself an outlet and speaks for a site
    of its own; a journalist says so. All are signals: a fan account may carry a newspaper's address.
    """
    employers = _employers(brief)
    found = Declarations(*(np.full(n, None, object) for _ in range(3)))
    pattern = "|".join(
        [
            PRESS_JOB.pattern,
            outlet_pattern(),
            *(rf"(^|[^\pL\pN]){re.escape(name)}($|[^\pL\pN])" for name in sorted(employers)),
        ]
    )
    rows = connection.execute(
        query("declared_bios", SQL), {"pattern": pattern, "domains": sorted(media_domains())}
    ).fetchall()
    claims: list[Claim] = []
    for person, account, summary, handle, display_name, url, links in rows:
        said = _employer(summary, employers) or _journalist(summary) or _outlet(handle, display_name, url, links)
        if said is not None and found.said[person] is None:
            kind, word, quote = said
            (found.employer if kind == "employer" else found.press)[person] = word
            found.said[person] = quote
        elif said is None and (claimed := claim(person, account, summary, (handle, display_name), (url, *links))):
            claims.append(claimed)
    for person, quote in borne_out(connection, claims).items():
        if found.said[person] is None:
            found.press[person], found.said[person] = "outlet", quote
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


def _outlet(
    handle: str | None, display_name: str | None, url: str | None, links: Sequence[str]
) -> tuple[str, str, str] | None:
    """An account is an outlet's by its page, by a handle under its site, or by a link there and the name it bears."""
    name = (handle or "").lower().lstrip("@")
    for site in (name, ".".join(name.split(".")[-2:])):
        if "@" not in name and site in media_domains():
            return "press", "outlet", name
    names = {re.sub(r"\W", "", fold(name)[0]) for name in (handle or "", display_name or "")}
    for site in _sites([url or ""]):
        return "press", "outlet", site
    for site in _sites(links):
        label = re.sub(r"\W", "", site.split(".")[0])
        if any(name.startswith(label) for name in names):
            return "press", "outlet", site
    return None


def _sites(links: Sequence[Any]) -> Iterator[str]:
    for link in links:
        try:
            host = (urlsplit(str(link)[:2000].lower()).hostname or "").removeprefix("www.")
        except ValueError:
            continue
        if host in media_domains():
            yield host
