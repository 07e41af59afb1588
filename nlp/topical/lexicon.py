"""One weight per word and segment, extended to words the sample did not hold through the parts they share."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from nlp.tokens import words
from nlp.topical.features import PART_WEIGHT, Vocabulary, WordIndex, count_words, row_sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_WORDS = 300_000
"""Beyond this many words the lexicon forgets those it learned after the fit, so that memory stays flat."""


class Lexicon:
    """Word weights of a fitted model; grows with the words it meets, up to MAX_WORDS."""

    def __init__(self, vocabulary: Vocabulary, weights: NDArray[np.float32]) -> None:
        self._vocabulary = vocabulary
        words = len(vocabulary.numbers)
        self._part_weights = (weights[words:] * PART_WEIGHT).astype(np.float32)
        own = np.where(vocabulary.known[:, None], weights[:words], 0)
        learned = (own + vocabulary.parts @ self._part_weights).astype(np.float32)
        self._learned = vocabulary.rarity, learned * vocabulary.rarity[:, None]
        self._forget()

    def weigh(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Return (texts, segments) sums of word weights over the text's length, and the number of distinct words."""
        if len(self._index) > MAX_WORDS:
            self._forget()
        counts = count_words(texts, self._index)
        self._extend()
        squares = row_sums(counts, (counts.data * self._rarity[counts.indices]) ** 2)
        length = np.sqrt(np.maximum(squares, 1e-9))
        return np.asarray(counts @ self._weights) / length[:, None], np.diff(counts.indptr)

    def contributions(self, text: str, column: int) -> list[tuple[str, float]]:
        """Return each distinct word of a text with its share of the text's sum."""
        counts = count_words([text], self._index)
        self._extend()
        names = list(dict.fromkeys(words(text)))
        at = np.array([self._index.numbers[name] for name in names], dtype=np.intp)
        sizes = np.asarray(counts[0, at].todense()).ravel()
        length = np.sqrt(max(float(((sizes * self._rarity[at]) ** 2).sum()), 1e-9))
        return [
            (name, float(share)) for name, share in zip(names, sizes * self._weights[at, column] / length, strict=True)
        ]

    def heaviest(self, column: int, count: int) -> list[tuple[str, float]]:
        """Return the words seen twice or more at the fit that weigh most for a segment."""
        weights = np.where(self._vocabulary.known, self._learned[1][:, column], -np.inf)
        names = list(self._vocabulary.numbers)
        order = np.argsort(-weights, kind="stable")[:count]
        return [(names[i], float(weights[i])) for i in order if np.isfinite(weights[i])]

    def _forget(self) -> None:
        self._index = WordIndex(self._vocabulary.numbers)
        self._rarity, self._weights = self._learned

    def _extend(self) -> None:
        """Give a rarity and weights to the words met since the last call."""
        known = len(self._rarity)
        if len(self._index.numbers) == known:
            return
        new = list(islice(self._index.numbers, known, None))
        rarity = self._vocabulary.rarity_of(new)
        weights = (self._vocabulary.part_rows(new) @ self._part_weights) * rarity[:, None]
        self._rarity = np.concatenate([self._rarity, rarity])
        self._weights = np.concatenate([self._weights, weights.astype(np.float32)])
