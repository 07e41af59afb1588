"""Brands, competitors, media and links that a person cites, with dates and tone."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from nlp.facts.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from nlp.facts.posts import Post

_VIDEO: Final = ("youtube.com", "youtu.be", "vimeo.com", "dailymotion.com", "twitch.tv", "peertube", "tiktok.com")
_IMAGE: Final = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")
_SECOND_LEVEL: Final = frozenset({"co", "com", "org", "gov", "gouv", "ac", "net", "asso"})


@dataclass(frozen=True, slots=True)
class Citation:
    """Who or what is cited in how many posts, when first and last, and in what tone (mean score, None when unknown)."""

    name: str
    kind: str
    posts: int
    first_at: datetime | None
    last_at: datetime | None
    tone: float | None
    tones: dict[str, int]
    post_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spans:
    """Where a brand stands in one post."""

    name: str
    post: Post
    spans: tuple[tuple[int, int], ...]


def spans_of(posts: Iterable[Post], names: Mapping[str, Sequence[str]]) -> list[Spans]:
    """Return where each name, by any of its `terms` (words, @handles, domains), stands in the person's own posts."""
    patterns = {name: _pattern((name, *terms)) for name, terms in names.items()}
    found: list[Spans] = []
    for post in posts:
        if not post.own:
            continue
        folded, places = fold(post.text)
        for name, pattern in patterns.items():
            hits = tuple((places[m.start()], places[m.end() - 1] + 1) for m in pattern.finditer(folded))
            if hits or any(pattern.search(fold(link)[0]) for link in post.links[:50]):
                found.append(Spans(name, post, hits))
    return found


def cited(
    posts: Sequence[Post], brands: Mapping[str, Sequence[str]], *, kind: str = "brand", with_tone: bool = True
) -> tuple[Citation, ...]:
    """Return the brands (name → terms) that a person cites, most cited first, with the tone towards each."""
    found = spans_of(posts, brands)
    labels, scores = _tones(found) if with_tone and found else ([None] * len(found), [float("nan")] * len(found))
    rows: dict[str, list[int]] = defaultdict(list)
    for i, item in enumerate(found):
        rows[item.name].append(i)
    citations = [
        _citation(name, kind, [found[i].post for i in at], [labels[i] for i in at], [scores[i] for i in at])
        for name, at in rows.items()
    ]
    return tuple(sorted(citations, key=lambda c: (-c.posts, c.name)))


def _tones(found: Sequence[Spans]) -> tuple[Sequence[str | None], Sequence[float]]:
    from nlp.tone import tone

    labels, scores = tone([f.post.text for f in found], [f.post.language for f in found], [f.spans for f in found])
    return labels, [float(score) for score in scores]


def _citation(
    name: str, kind: str, posts: Sequence[Post], labels: Sequence[str | None], scores: Sequence[float]
) -> Citation:
    times = sorted(post.published_at for post in posts if post.published_at)
    known = [score for score in scores if score == score]  # noqa: PLR0124
    tones = {label: labels.count(label) for label in ("negative", "neutral", "positive") if label in labels}
    mean = round(sum(known) / len(known), 3) if known else None
    ids = tuple(post.post_id for post in posts)
    return Citation(name, kind, len(ids), times[0] if times else None, times[-1] if times else None, mean, tones, ids)


def _pattern(terms: Iterable[str]) -> re.Pattern[str]:
    folded = (fold(term[:200].strip().strip('"'))[0].strip() for term in terms)
    cleaned = {term for term in folded if len(term) > 1}
    parts = sorted((re.escape(t).replace(r"\ ", r"[\s_-]{1,3}") for t in cleaned), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(parts or ["(?!)"]) + r")(?!\w)")


def domain(url: str) -> str | None:
    """Return the site of a URL: the last two labels of its host, three under `co.uk` and the like."""
    try:
        host = (urlsplit(url[:4000]).hostname or "").removeprefix("www.")
    except ValueError:
        return None
    labels = host.split(".")
    if len(labels) < 2:
        return None
    keep = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    return ".".join(labels[-keep:])


def domains(posts: Iterable[Post], media: Mapping[str, str] | None = None, *, top: int = 30) -> tuple[Citation, ...]:
    """Return the domains that a person links to, most linked first; `media` (domain → name) marks the media."""
    holders: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        for host in dict.fromkeys(domain(link) for link in post.links[:200]):
            if host:
                holders[host].append(post)
    rows = [_citation(host, "link", held, [], []) for host, held in holders.items()]
    named = [replace(row, kind="media", name=media[row.name]) if media and row.name in media else row for row in rows]
    return tuple(sorted(named, key=lambda c: (-c.posts, c.name))[:top])


def format_of(post: Post) -> Literal["repost", "reply", "quote", "video", "image", "article", "link", "text"]:
    """Return the form of one post: what it is to others first, then what it shows."""
    if post.kind in {"repost", "reply", "quote"}:
        return post.kind  # type: ignore[return-value]
    hosts = [link.lower() for link in (*post.links, *post.media)]
    if any("video" in link or any(site in link for site in _VIDEO) for link in hosts):
        return "video"
    if any("image" in link or link.split("?")[0].endswith(_IMAGE) for link in hosts):
        return "image"
    if post.title or len(post.text) > 1500:
        return "article"
    return "link" if hosts else "text"


def formats(posts: Iterable[Post]) -> dict[str, tuple[str, ...]]:
    """Return the posts of each form, most used first."""
    held: dict[str, list[str]] = defaultdict(list)
    for post in posts:
        held[format_of(post)].append(post.post_id)
    return {name: tuple(ids) for name, ids in sorted(held.items(), key=lambda item: -len(item[1]))}
