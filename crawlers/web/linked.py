"""JSON-LD of a page: its things, told once each, references followed; broken scripts are read as far as they go."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import orjson

from crawlers.shapes import as_dict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

MOST_SCRIPTS = 30
LONGEST_SCRIPT = 500_000
MOST_THINGS = 3000
DEEPEST = 12
ARTICLE = re.compile(
    r"(?:Article|Posting|Report|Review|Recipe|VideoObject|PodcastEpisode|Episode|CreativeWork|Chapter|HowTo)$"
)
PAGE = re.compile(r"(?:WebPage|AboutPage|ProfilePage|CollectionPage|ItemPage)$")
WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
CONTROLS = re.compile(r"[\x00-\x1f]+")
TRAILING = re.compile(r",\s*([}\]])")


class Linked:
    """Everything a page says in JSON-LD."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.things: list[dict[str, Any]] = []
        for node in tree.css('script[type*="ld+json"]')[:MOST_SCRIPTS]:
            for thing in _things(_loads(node.text()[:LONGEST_SCRIPT]), 0):
                if len(self.things) >= MOST_THINGS:
                    break
                self.things.append(thing)
        self._named = {
            thing["@id"]: thing
            for thing in reversed(self.things)
            if isinstance(thing.get("@id"), str) and len(thing) > 1
        }

    def resolve(self, value: Any) -> list[dict[str, Any]]:
        """Return what a property points to, as things; a plain text is a thing with a name."""
        listed = value if isinstance(value, list) else [value]
        found: list[dict[str, Any]] = []
        for one in listed[:50]:
            if isinstance(one, str) and one.strip():
                found.append(self._named.get(one, {"name": one}))
            elif isinstance(one, dict):
                inner = one.get("@list") or one.get("item") or one.get("@value")
                known = self._named.get(str(one.get("@id")), {})
                found += self.resolve(inner) if inner and "name" not in one else [{**known, **one}]
        return found

    def article(self, url: str, title: str | None) -> dict[str, Any]:
        """Return the article of the page: the one that names its address or title, else the first that is signed."""
        told = [thing for thing in self.things if any(ARTICLE.search(kind) for kind in kinds(thing))]
        told = told or [thing for thing in self.things if any(PAGE.search(kind) for kind in kinds(thing))]

        def fits(thing: dict[str, Any]) -> tuple[bool, bool, bool]:
            head = str(thing.get("headline") or thing.get("name") or "")[:60].casefold().strip()
            places = [thing.get("url"), thing.get("@id"), thing.get("mainEntityOfPage")]
            places += [as_dict(place).get("@id") for place in places]
            here = any(isinstance(place, str) and _bare(place) == _bare(url) for place in places)
            return (
                here,
                bool(head and title and head in title.casefold()),
                bool(thing.get("author") or thing.get("creator")),
            )

        return max(told, key=fits, default={})

    def of_kind(self, *names: str) -> list[dict[str, Any]]:
        """Return the things of these types."""
        return [thing for thing in self.things if set(kinds(thing)) & set(names)]


def kinds(thing: dict[str, Any]) -> list[str]:
    """Return the types of a thing, without their vocabulary."""
    told = thing.get("@type")
    listed = told if isinstance(told, list) else [told]
    return [re.split(r"[/#:]", kind)[-1] for kind in listed[:10] if isinstance(kind, str)]


def _bare(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|[#?].*$", "", address).rstrip("/")


def _loads(script: str) -> Any:
    text = WRAPPING.sub("", WRAPPING.sub("", script))
    for form in (text, TRAILING.sub(r"\1", CONTROLS.sub(" ", text)), html.unescape(CONTROLS.sub(" ", text))):
        try:
            return orjson.loads(form.encode("utf-8", "ignore"))
        except ValueError:
            continue
    return None


def _things(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for one in value[:500]:
            yield from _things(one, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value or "@id" in value:
            yield value
        for inner in list(value.values())[:200]:
            if isinstance(inner, (dict, list)):
                yield from _things(inner, depth + 1)
