"""Near-duplicate and cross-posted texts: MinHash signatures of word shingles, banded so that few pairs are compared."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

from nlp.facts.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from nlp.facts.posts import Post

HASHES: Final = 128
BANDS: Final = 32
SHINGLE: Final = 3
LEAST_WORDS: Final = 5
MAX_BUCKET: Final = 200
_PRIME: Final = np.uint64((1 << 31) - 1)
_NOISE = re.compile(r"https?://\S{1,500}|[@#]\w[\w.@-]{0,80}")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that say nearly the same: their posts, and on which sources (more than one: cross-posted)."""

    post_ids: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def cross_posted(self) -> bool:
        """Whether the text stands on more than one source."""
        return len(self.sources) > 1


@cache
def _permutations() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    rng = np.random.default_rng(1)
    return rng.integers(1, 1 << 31, HASHES, dtype=np.uint64), rng.integers(0, 1 << 31, HASHES, dtype=np.uint64)


def signatures(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return one MinHash signature (128 values) per text; under five words, the largest value everywhere."""
    a, b = _permutations()
    out = np.full((len(texts), HASHES), _PRIME, dtype=np.uint64)
    for row, text in enumerate(texts):
        words = _WORD.findall(fold(_NOISE.sub(" ", text[:5000]))[0])
        if len(words) < LEAST_WORDS:
            continue
        shingles = {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
        hashes = np.fromiter((crc32(s.encode("utf-8", "replace")) >> 1 for s in shingles), dtype=np.uint64)
        out[row] = ((hashes[:, None] * a + b) % _PRIME).min(axis=0)
    return out


def similar_pairs(texts: Sequence[str], *, least: float = 0.7) -> list[tuple[int, int, float]]:
    """Return pairs (i, j, estimated Jaccard likeness of their word triples) at or above `least`."""
    marks = signatures(texts)
    usable = marks[:, 0] != _PRIME
    rows = HASHES // BANDS
    seen: dict[tuple[int, int], float] = {}
    for band in range(BANDS):
        buckets: dict[bytes, list[int]] = defaultdict(list)
        for i in np.flatnonzero(usable):
            buckets[marks[i, band * rows : (band + 1) * rows].tobytes()].append(int(i))
        for members in buckets.values():
            # A crowded bucket is one text said many times: its first member stands for the rest.
            pairs = _pairs(members) if len(members) <= MAX_BUCKET else ((members[0], other) for other in members[1:])
            for pair in pairs:
                if pair not in seen:
                    seen[pair] = float((marks[pair[0]] == marks[pair[1]]).mean())
    return sorted((i, j, likeness) for (i, j), likeness in seen.items() if likeness >= least)


def _pairs(members: Sequence[int]) -> Iterable[tuple[int, int]]:
    return ((members[i], members[j]) for i in range(len(members)) for j in range(i + 1, len(members)))


def duplicates(posts: Sequence[Post], *, least: float = 0.7) -> tuple[Group, ...]:
    """Return groups of own posts whose texts are nearly the same, largest first."""
    own = [post for post in posts if post.own]
    root = list(range(len(own)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for i, j, _ in similar_pairs([post.text for post in own], least=least):
        root[find(j)] = find(i)
    groups: dict[int, list[Post]] = defaultdict(list)
    for i, post in enumerate(own):
        groups[find(i)].append(post)
    found = [
        Group(tuple(p.post_id for p in members), tuple(sorted({p.source for p in members if p.source})))
        for members in groups.values()
        if len(members) > 1
    ]
    return tuple(sorted(found, key=lambda group: (-len(group.post_ids), group.post_ids)))
