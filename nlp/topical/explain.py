"""Why a text fits a segment: the words that weigh, in the unit of the score."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordWeight:
    """A folded word of the text and what it adds to the log-odds of the score (negative: speaks against)."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """One text's score for one segment: `sum(words) + base` is the log-odds of `score`.

    `reason` is a code when there is no score (None), and `excluded` when the query's NOT side holds the score down.
    """

    segment: str
    score: float | None
    base: float
    words: tuple[WordWeight, ...]
    reason: str | None = None
