"""Sites that look like a newsroom's by their structure: many hands, many posts, many subjects. No list of names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.warehouse.sql import query
from pipelines.detection.map_columns import SQL
from pipelines.detection.outlets import shared

if TYPE_CHECKING:
    from data.warehouse.store import Connection

# So many sign twice or more, on so many posts, under so many tags; without tags, twice as many hands are asked for.
FEWEST_SIGNERS, FEWEST_POSTS, FEWEST_TAGS = 5, 40, 10
TWICE = 2
# A list of news sites says so itself.
LISTS = frozenset({"gdelt"})


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signs where: `site` a host, `posts` theirs there; `signers` and `site_posts` of the site as a whole."""

    site: str
    posts: int
    signers: int
    site_posts: int


@dataclass(frozen=True, slots=True)
class Newsrooms:
    """`signers` are accounts that sign on a site that was read; `sites` are those by many hands."""

    signers: dict[str, Signed]
    sites: dict[str, Signed]

    def reason(self, site: str) -> str:
        """Return the reason code of an outlet: the site, how many sign, how many posts."""
        found = self.sites[site]
        return f"signed_site={site}:{found.signers}/{found.site_posts}"


def newsrooms(connection: Connection) -> Newsrooms:
    """Return who signs where among the brief's posts, and the sites by many hands; hosts shared by all left out."""
    rows = connection.execute(query("site_signers", SQL), {"twice": TWICE}).fetchall()
    signers: dict[str, Signed] = {}
    sites: dict[str, Signed] = {}
    for account, site, signed, posts, hands, site_posts, tags in rows:
        if shared(site) or site.replace(".", "").isdigit():
            continue
        one = Signed(site, posts, hands, site_posts)
        if signed and posts > signers.get(account, Signed("", 0, 0, 0)).posts:
            signers[account] = one
        if many_hands(hands, site_posts, tags):
            sites[site] = one
    return Newsrooms(signers, sites)


def many_hands(signers: int, posts: int, tags: int) -> bool:
    """Tell whether a site has the structure of an outlet: several hands, many posts, many subjects."""
    hands = FEWEST_SIGNERS if tags else 2 * FEWEST_SIGNERS
    return signers >= hands and posts >= FEWEST_POSTS and (not tags or tags >= FEWEST_TAGS)
