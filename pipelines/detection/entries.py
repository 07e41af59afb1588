"""By what a crawl looks for the brief's subjects: the hashtags and search words that its queries and brands make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, TypeVar

from nlp.query.tags import hashtags, searched, tag_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from data.brief.model import Brief
    from pipelines.detection.study import Study

T = TypeVar("T")
MOST_TAGS = 24  # names, whatever the ways to write them
MOST_TERMS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A hashtag without `#`, in the ways it is written, and the segment or brand that it stands for."""

    forms: tuple[str, ...]
    stands_for: str


@dataclass(frozen=True, slots=True)
class Entries:
    """What is looked for beside the brief's own seeds: hashtags, and words for sources that search."""

    tags: tuple[Entry, ...]
    terms: tuple[str, ...]

    @property
    def written(self) -> tuple[str, ...]:
        """Every way to write every hashtag."""
        return tuple(dict.fromkeys(form for entry in self.tags for form in entry.forms))


def entries(brief: Brief, studied: Study) -> Entries:
    """Return what the brief's queries and brands are looked for by; the brief's own hashtags are not repeated.

    Segments and brands take turns, so that a long query leaves room for the others.
    """
    known = {forms[0] for tag in brief.seeds.hashtags if (forms := tag_forms(tag.lstrip("#")))}
    lists = [
        [Entry(forms, segment.name) for forms in hashtags(segment.node, brief.languages)]
        for segment in studied.segments
    ]
    lists += [_brand_tags(name, studied, brief.languages) for name in studied.brand_terms]
    fresh: dict[str, Entry] = {}
    for entry in _in_turns(lists):
        if entry.forms[0] not in known:
            fresh.setdefault(entry.forms[0], entry)
    terms = dict.fromkeys(_in_turns([searched(segment.node, brief.languages) for segment in studied.segments]))
    return Entries(tuple(fresh.values())[:MOST_TAGS], tuple(terms)[:MOST_TERMS])


def with_entries(brief: Brief, found: Entries) -> Brief:
    """Return the brief as a crawl takes it, to estimate what it costs: a hashtag for each that will be asked."""
    tags = (*brief.seeds.hashtags, *(entry.forms[0] for entry in found.tags))
    return replace(brief, seeds=replace(brief.seeds, hashtags=tags))


def _brand_tags(name: str, studied: Study, languages: Sequence[str]) -> list[Entry]:
    told = [tag_forms(name), *(forms for node in studied.brand_terms[name] for forms in hashtags(node, languages))]
    return [Entry(forms, name) for forms in told if forms]


def _in_turns(lists: Iterable[Sequence[T]]) -> Iterable[T]:
    return (one for one in chain.from_iterable(zip_longest(*lists)) if one is not None)
