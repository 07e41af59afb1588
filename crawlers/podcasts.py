"""What the podcast namespace adds to a feed: its lasting id, who speaks in an episode, where that is discussed."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawlers.shapes import word
from crawlers.text import clean, web_address

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PERSONS = 20
MOST_TALKS = 5
MOST_ITEMS = 1000
NAMESPACES = ("podcastindex.org/namespace", "podcast-namespace")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part: `role` as the feed writes it, host where it is silent."""

    name: str
    role: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Podcast:
    """One feed's additions: `persons` of the show, and by number of item its own and its places of discussion."""

    guid: str | None = None
    persons: tuple[Person, ...] = ()
    of_items: dict[int, tuple[Person, ...]] = field(default_factory=dict)
    talks: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def speakers(self, number: int) -> tuple[Person, ...]:
        """Return who takes part in an item: its own persons replace those of the show."""
        return self.of_items.get(number) or self.persons


def podcast_of(body: bytes) -> Podcast:
    """Return the additions of the podcast namespace; none where the feed does not use it, or is broken before them."""
    if not any(name.encode() in body[:20_000] for name in NAMESPACES):
        return Podcast()
    from lxml import etree  # type: ignore[import-untyped]

    guid: str | None = None
    found: dict[int | None, tuple[list[Person], list[str]]] = {}
    number, inside = -1, False
    try:
        for event, node in _events(etree, body):
            if node.tag == "item":
                number, inside = number + (event == "start"), event == "start"
                if number > MOST_ITEMS:
                    break
            elif event == "end" and isinstance(node.tag, str) and any(name in node.tag for name in NAMESPACES):
                persons, talks = found.setdefault(number if inside else None, ([], []))
                guid = _take(etree.QName(node).localname, node, guid, persons, talks, inside=inside)
            if event == "end" and node.tag not in {"channel", "rss"}:
                node.clear()
    except etree.XMLSyntaxError:
        pass
    shown = found.pop(None, ([], []))[0]
    return Podcast(
        guid,
        tuple(shown),
        {key: tuple(persons) for key, (persons, _) in found.items() if key is not None and persons},
        {key: tuple(talks) for key, (_, talks) in found.items() if key is not None and talks},
    )


def _events(etree: Any, body: bytes) -> Iterator[tuple[str, Any]]:
    options = {"recover": True, "resolve_entities": False, "no_network": True, "huge_tree": False}
    yield from etree.iterparse(io.BytesIO(body), events=("start", "end"), **options)


def _take(
    name: str, node: Any, guid: str | None, persons: list[Person], talks: list[str], *, inside: bool
) -> str | None:
    if name == "guid" and not inside:
        return guid or word(node.text, 100)
    if name == "person" and len(persons) < MOST_PERSONS and (who := clean(node.text, 300)):
        persons.append(
            Person(" ".join(who.split()), word(node.get("role"), 60) or "host", web_address(node.get("href")))
        )
    if name == "socialInteract" and len(talks) < MOST_TALKS and node.get("protocol") != "disabled":
        talks += [address] if (address := web_address(node.get("uri"))) else []
    return guid
