"""What is said in a language whatever the subject, where a crawl holds too little of it to tell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from nlp.background import frequencies
from nlp.tokens import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nlp.topical.segment import TopicalSegment

ENOUGH = 20
"""Unmatched texts of a language from which it tells its own level."""
COMMON = 300
LENGTH = 12
_SEED = 12


def commonplaces(
    spoken: Sequence[str], found: NDArray[np.bool_], segments: Sequence[TopicalSegment]
) -> tuple[list[str], list[str]]:
    """Return texts made of a language's most common words, and their languages: none for a language said enough.

    `spoken` names the language of each text of a sample and `found` (texts, segments) its hits. A language that only
    the hits are written in would otherwise be taken for the subject. Words of the queries are left out.
    """
    matched = np.atleast_1d(found.any(axis=1))
    of_hits = Counter(code for code, hit in zip(spoken, matched, strict=True) if hit)
    unmatched = Counter(code for code, hit in zip(spoken, matched, strict=True) if not hit)
    asked = {word for segment in segments for word in words(segment.as_text())}
    texts: list[str] = []
    languages: list[str] = []
    if len({*of_hits, *unmatched}) < 2:
        return texts, languages
    for code in sorted(of_hits):
        made = _made(code, max(ENOUGH - unmatched[code], 0), asked)
        texts += made
        languages += [code] * len(made)
    return texts, languages


def _made(code: str, count: int, asked: set[str]) -> list[str]:
    shares = [(share, word) for word, share in frequencies(code).items() if word not in asked and len(word) > 1]
    common = sorted(shares, reverse=True)[:COMMON]
    if not common or not count:
        return []
    weights = np.array([share for share, _ in common])
    rng = np.random.default_rng(_SEED)
    drawn = rng.choice(len(common), (count, LENGTH), p=weights / weights.sum())
    return [" ".join(common[i][1] for i in row) for row in drawn]
