"""Who wrote a page: claims that agree strengthen each other, and nobody is named for want of better."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawlers.web.declared import ORGANISATIONS, attribute_claims, linked_claims, meta_claims, script_claims
from crawlers.web.linked import Linked, kinds
from crawlers.web.names import fold, is_group, looks_like_a_person, same_person
from crawlers.web.shown import box_claims, byline_claims, format_claims, line_claims, owner_claims
from crawlers.web.zones import Zones

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

    from crawlers.web.claims import Claim, Signer

MOST_AUTHORS = 8
BELIEVED = 0.44  # a name with less is not told
BESIDE = 0.4  # a further author, named beside the first
APART = 0.85  # a further author, named elsewhere only, in what is written for machines
TOLD = frozenset({"json_ld", "meta", "h_entry", "microdata"})
SHOWN = frozenset({"h_entry", "hatom", "rel_author", "byline", "signed", "author_link", "line", "class"})
FURTHER = 0.5  # what each place further from the headline keeps of its weight
AGENCY = re.compile(
    r"(?:^|\s)[(\[]?(Reuters|AP|AFP|dpa|APA|EFE|ANSA|PTI|IANS|ANI|Xinhua|Bloomberg|UPI|Belga|SDA|sid|epd|KNA"
    r"|Associated Press)[)\]]?\s*[-–—:]"
)
SPELLED = {"AP": "Associated Press"}


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who signs a page: how far that is believed (0–1), on which kinds of evidence, and their addresses."""

    name: str
    url: str | None = None
    same_as: tuple[str, ...] = ()
    score: float = 0.0
    evidence: tuple[str, ...] = ()
    group: bool = False


@dataclass(slots=True)
class _Group:
    forms: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, float] = field(default_factory=dict)
    claims: set[int] = field(default_factory=set)
    url: str | None = None
    same_as: tuple[str, ...] = ()
    group: bool = False
    own: bool = False

    @property
    def score(self) -> float:
        doubt = 1.0
        for weight in self.kinds.values():
            doubt *= 1 - weight
        return 1 - doubt

    @property
    def name(self) -> str:
        return max(self.forms, key=lambda form: (self.forms[form], len(form)))


def authors_of(
    tree: LexborHTMLParser, markup: str, url: str, *, linked: Linked | None = None, text: str | None = None
) -> tuple[Author, ...]:
    """Return who signs the page, first author first; none when nobody does.

    `markup` is what `tree` was parsed from. `text`: the article, for an agency's dateline.
    """
    linked = linked or Linked(tree)
    claims = _claims(tree, markup, url, linked)
    chosen = _chosen(_groups(claims), claims)
    if not chosen and text and (match := AGENCY.search(text[:120])):
        return (Author(SPELLED.get(match[1], match[1]), score=BELIEVED, evidence=("dateline",), group=True),)
    return tuple(chosen)


def _claims(tree: LexborHTMLParser, markup: str, url: str, linked: Linked) -> list[Claim]:
    title = _title(tree)
    zones, own = Zones(tree, title), own_names(tree, linked, url)
    found = chain(
        linked_claims(linked, linked.article(url, title), url),
        meta_claims(tree),
        attribute_claims(tree, zones, url),
        format_claims(tree, zones, url),
        byline_claims(tree, zones, url),
        line_claims(markup, zones),
        box_claims(tree, zones),
        owner_claims(tree, markup, url),
        script_claims(markup),
    )
    return [replace(one, signers=tuple(_marked(signer, own) for signer in one.signers)) for one in found if one.signers]


def _marked(signer: Signer, own: frozenset[str]) -> Signer:
    """What bears the site's name, or the first letters of it, is no person."""
    folded = fold(signer.name)
    short = len(folded) > 2 and " " not in signer.name and any(name.startswith(folded) for name in own)
    return replace(signer, group=True, own=True) if folded in own or short else signer


def own_names(tree: LexborHTMLParser, linked: Linked, url: str) -> frozenset[str]:
    """Return the folded names of the site, which sign nothing; a site that bears a person's name is that person's."""
    places = 'meta[property="og:site_name"], meta[name="application-name"]'
    told = [node.attributes.get("content") or "" for node in tree.css(places)]
    told += [str(thing.get("name")) for thing in linked.of_kind("WebSite")[:20]]
    names = [name for name in told if not looks_like_a_person(name)]
    publishers = [one for thing in linked.things[:50] for one in linked.resolve(thing.get("publisher"))]
    groups = [*linked.of_kind(*ORGANISATIONS)[:20], *publishers]
    names += [str(thing.get("name")) for thing in groups if "Person" not in kinds(thing)]
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if any(looks_like_a_person(name) and fold(name) in fold(host) for name in told):
        return frozenset(filter(None, map(fold, names)))
    return frozenset(filter(None, map(fold, [*names, host, *host.split(".")[:-1]])))


def _title(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first('meta[property="og:title"]')
    told = node.attributes.get("content") if node is not None else None
    if not told:
        head = tree.css_first("title")
        told = head.text() if head is not None else None
    return " ".join(told.split())[:500] if told else None


def _groups(claims: list[Claim]) -> list[_Group]:
    """Bring together the claims that name one person, in whatever form."""
    groups: list[_Group] = []
    for number, claim in enumerate(claims):
        weight = claim.weight * (FURTHER ** min(claim.rank, 6) if claim.kind not in {"json_ld", "meta"} else 1)
        for signer in claim.signers:
            known = next((one for one in groups if any(same_person(form, signer.name) for form in one.forms)), None)
            if known is None:
                known = _Group()
                groups.append(known)
            _add(known, signer, claim.source, weight, number)
    return groups


def _add(group: _Group, signer: Signer, kind: str, weight: float, number: int) -> None:
    group.forms[signer.name] = group.forms.get(signer.name, 0.0) + weight
    group.kinds[kind] = max(group.kinds.get(kind, 0.0), weight)
    group.claims.add(number)
    group.url = group.url or signer.url
    group.same_as = tuple(dict.fromkeys([*group.same_as, *signer.same_as]))
    group.group = group.group or signer.group or is_group(signer.name)
    group.own = group.own or signer.own


def _chosen(groups: list[_Group], claims: list[Claim]) -> list[Author]:
    people = [group for group in groups if not group.group and group.score >= BELIEVED]
    able = people or [
        group for group in groups if group.score >= BELIEVED and (not group.own or SHOWN & set(group.kinds))
    ]
    if not able:
        return []
    first = max(
        able,
        key=lambda group: (
            round(group.score + 0.2 * (not people and bool(SHOWN & set(group.kinds))), 3),
            -min(group.claims),
        ),
    )
    beside = {number for number in first.claims if claims[number].weight * FURTHER ** claims[number].rank >= BESIDE}
    kept = [
        group
        for group in able
        if group is first
        or (group.claims & beside and group.score >= BESIDE)
        or (group.score >= APART and TOLD & {kind.split()[0] for kind in group.kinds})
    ]
    return [_author(group) for group in kept][:MOST_AUTHORS] if people else [_author(first)]


def _author(group: _Group) -> Author:
    return Author(group.name, group.url, group.same_as, round(group.score, 3), tuple(sorted(group.kinds)), group.group)
