"""All the facts of one person at once, ready for the sheet and for JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from nlp.facts.bio import Declared, declared
from nlp.facts.citations import Citation, cited, domains, formats
from nlp.facts.duplicates import Group, duplicates
from nlp.facts.entities import Entity, entities
from nlp.facts.events import Event, events
from nlp.facts.manner import Engaging, Register, engaging, register
from nlp.facts.rhythm import Rhythm, rhythm
from nlp.facts.topics import Topics, hashtags, topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nlp.facts.posts import Post


@dataclass(frozen=True, slots=True)
class Facts:
    """What one person's posts and profile show: each item carries the posts it rests on."""

    topics: Topics
    hashtags: Topics
    brands: tuple[Citation, ...]
    competitors: tuple[Citation, ...]
    domains: tuple[Citation, ...]
    formats: dict[str, tuple[str, ...]]
    events: tuple[Event, ...]
    declared: tuple[Declared, ...]
    entities: tuple[Entity, ...]
    register: Register
    engaging: Engaging
    duplicates: tuple[Group, ...]
    rhythm: Rhythm
    languages: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return plain mappings, lists, numbers and texts; times in ISO form."""
        plain = _plain(asdict(self))
        assert isinstance(plain, dict)
        return plain


def facts(
    posts: Sequence[Post],
    *,
    summary: str | None = None,
    location: str | None = None,
    brands: Mapping[str, Sequence[str]] | None = None,
    competitors: Mapping[str, Sequence[str]] | None = None,
    media: Mapping[str, str] | None = None,
    as_of: datetime | None = None,
) -> Facts:
    """Return the facts of one person; `brands` and `competitors` are name → terms, `media` is domain → name."""
    return Facts(
        topics=topics(posts),
        hashtags=hashtags(posts),
        brands=cited(posts, brands or {}),
        competitors=cited(posts, competitors or {}, kind="competitor"),
        domains=domains(posts, media),
        formats=formats(posts),
        events=events(posts),
        declared=declared(summary, location),
        entities=entities(posts),
        register=register(posts),
        engaging=engaging(posts),
        duplicates=duplicates(posts),
        rhythm=rhythm(posts, as_of=as_of),
        languages=dict(Counter(post.language for post in posts if post.own and post.language).most_common()),
    )


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else value
