"""Who wrote a page, as it tells machines: JSON-LD, metas, microdata, RDFa, and the variables of its scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from crawlers.shapes import as_dict
from crawlers.text import web_address
from crawlers.web.claims import Claim, Signer
from crawlers.web.linked import kinds
from crawlers.web.names import people_in
from crawlers.web.places import AUTHOR_PAGE, beside
from crawlers.web.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

    from crawlers.web.linked import Linked
    from crawlers.web.zones import Zones

METAS = listed(
    """author authors author_name byl byline creator web_author parsely-author sailthru.author sailthru.authors
    article:author
    article:author_name article.author og:article:author dc.creator dcterms.creator dc:creator
    dc.contributor.author dcsext.author
    citation_author cxenseparse:author rbauthors vr:author mediator_author shareaholic:article_author_name
    blogger_name"""
)
WRITTEN_BY = re.compile(
    r"(?i)\W*(?:written|posted|published|verfasst|geschrieben|veröffentlicht|écrit|rédigé|publié|escrito|scritto|geschreven"
    r"|skrevet|by|von|par|por|author|auteur|autor)"
)
SCRIPTED = re.compile(
    r"""["'](?:author|authors|authorName|author_name|articleAuthor|byline|bylineName|pageAuthor|contentAuthor|dcreator)["']"""
    r"""\s*:\s*\[?\s*["']([^"'\\{}<>]{3,80})["']"""
)
ORGANISATIONS = {"Organization", "NewsMediaOrganization", "Corporation"}
PLACES = "[itemprop~=author], [itemprop~=creator], [property$=author]:not(meta), [property$=creator]:not(meta)"
MOST_METAS, MOST_PLACES, MOST_SCRIPTED = 400, 150, 3
LONGEST_SCRIPTS = 1_500_000


def linked_claims(linked: Linked, article: dict[str, Any], url: str) -> Iterator[Claim]:
    """Yield the authors of the page's article in JSON-LD, and the only person it knows."""
    for role in ("author", "creator"):
        signers = tuple(signer for thing in linked.resolve(article.get(role)) for signer in _thing(thing, url))
        if signers:
            yield Claim("json_ld", signers)
            return
    people = linked.of_kind("Person")
    if len({thing.get("name") for thing in people if isinstance(thing.get("name"), str)}) == 1:
        yield Claim("person", tuple(_thing(people[0], url)))


def _thing(thing: dict[str, Any], url: str) -> list[Signer]:
    name = thing.get("name")
    names = people_in(name[0] if isinstance(name, list) and name else name)
    told, same = thing.get("url"), thing.get("sameAs")
    page = web_address(told if isinstance(told, str) else as_dict(told).get("@id"), url)
    listed = tuple(found for one in (same if isinstance(same, list) else [same])[:20] if (found := web_address(one)))
    group, alone = bool(ORGANISATIONS & set(kinds(thing))), len(names) == 1
    return [Signer(one, page if alone else None, listed if alone else (), group) for one in names]


def meta_claims(tree: LexborHTMLParser) -> Iterator[Claim]:
    """Yield what the metas of the head say; an address that spells a name counts as that name."""
    told: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    for node in tree.css("meta[content]")[:MOST_METAS]:
        given = node.attributes
        name, value = (given.get("name") or given.get("property") or "").strip().lower(), given.get("content") or ""
        if name.startswith(("twitter:label", "twitter:data")):
            labels[name] = value
        if name in METAS:
            told.setdefault(name, []).append(value)
    for number in "12":
        if WRITTEN_BY.match(labels.get(f"twitter:label{number}", "")):
            told["twitter:data"] = [labels.get(f"twitter:data{number}", "")]
    for name, values in told.items():
        signers = [signer for value in dict.fromkeys(values) for signer in _meta(value)]
        yield Claim("meta", tuple(signers), part=name)


def _meta(value: str) -> list[Signer]:
    if "://" not in value:
        return [Signer(name) for name in people_in(value)]
    match = AUTHOR_PAGE.search(urlsplit(value[:500]).path) if web_address(value) else None
    words = [word for word in re.split(r"[-_.+ ]", unquote((match and match[1]) or "")) if word]
    spelled = 2 <= len(words) <= 4 and all(word.isalpha() for word in words)
    return [Signer(name, web_address(value)) for name in people_in(" ".join(words).title())] if spelled else []


def attribute_claims(tree: LexborHTMLParser, zones: Zones, url: str) -> Iterator[Claim]:
    """Yield the authors that microdata and RDFa name in the article."""
    rank = 0
    for node in tree.css(PLACES)[:MOST_PLACES]:
        if node.tag in {"meta", "link"} and not node.attributes.get("content"):
            continue
        if zones.aside(node):
            continue
        named = node.css("[itemprop~=name], [property$=name]")[:10] or [node]
        told = [one.attributes.get("content") or zones.words(one) for one in named]
        signers = tuple(Signer(name, beside(node, url)) for value in told for name in people_in(value))
        yield Claim("microdata" if "itemprop" in node.attributes else "rdfa", signers, rank)
        rank += bool(signers)


def script_claims(markup: str) -> Iterator[Claim]:
    """Yield the authors that the page's own variables name, when they are few."""
    told = list(dict.fromkeys(match[1] for match in SCRIPTED.finditer(markup[:LONGEST_SCRIPTS])))
    if len(told) <= MOST_SCRIPTED:
        yield Claim("script", tuple(Signer(name) for value in told for name in people_in(value)))
