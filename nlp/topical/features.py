"""Texts to weighted word counts, beside the parts that words share; what a sample says of both."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack

from nlp.background import frequency
from nlp.tokens import folded_word, written
from nlp.topical.parts import BUCKETS_LOG2, part_matrix, word_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BACKGROUND_TEXTS = 500.0
"""How many texts of the crawl the background frequencies weigh as much as."""
WORDS_PER_TEXT = 20.0
PART_WEIGHT = 1.2
MIN_TEXTS = 2
"""A word or part seen in fewer texts of the sample teaches nothing that could carry over."""


class WordIndex(dict[str, int]):
    """Written word → number of the folded word it counts as, -1 for none; words met for the first time are added."""

    def __init__(self, numbers: dict[str, int] | None = None) -> None:
        super().__init__()
        self.numbers: dict[str, int] = dict(numbers or {})

    def __missing__(self, word: str) -> int:
        folded = folded_word(word)
        number = -1 if folded is None else self.numbers.setdefault(folded, len(self.numbers))
        self[word] = number
        return number

    def __reduce__(self) -> tuple[type[WordIndex], tuple[dict[str, int]]]:
        return WordIndex, (self.numbers,)


def unit_rows(matrix: csr_matrix) -> csr_matrix:
    """Return the matrix with each row scaled to length 1; rows of zeros stay as they are."""
    lengths = np.sqrt(np.maximum(row_sums(matrix, matrix.data**2), 1e-18))
    scaled = matrix.data / np.repeat(lengths, np.diff(matrix.indptr))
    return csr_matrix((scaled.astype(np.float32), matrix.indices, matrix.indptr), shape=matrix.shape)


def row_sums(matrix: csr_matrix, values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the sum of `values`, one per stored entry, over each row."""
    totals = csr_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)
    return np.asarray(totals @ np.ones(matrix.shape[1], values.dtype))


def count_words(texts: Iterable[str], index: WordIndex) -> csr_matrix:
    """Return the (texts, words) matrix of 1 + log(count); words that are not in `index` yet are added to it."""
    found = array("i")
    ends = array("q", [0])
    lookup = index.__getitem__
    for text in texts:
        found.extend(map(lookup, written(text)))
        ends.append(len(found))
    columns = np.frombuffer(found, np.int32) if found else np.zeros(0, np.int32)
    kept = columns >= 0
    rows = np.concatenate([[0], np.cumsum(kept)])[np.asarray(ends)].astype(np.int32)
    columns = columns[kept]
    counts = csr_matrix((np.ones(len(columns), np.float32), columns, rows), shape=(len(rows) - 1, len(index.numbers)))
    counts.sum_duplicates()
    np.log(counts.data, out=counts.data)
    counts.data += 1
    return counts


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the sample says of words and their parts; rarity is -log of a share of texts (natural logarithm).

    `rarity` mixes the sample's own share of texts with the language's background frequency. `parts` is (words, parts),
    each row of length 1 or empty; `part_position` gives the column of a part's bucket, -1 when it teaches nothing.
    """

    numbers: dict[str, int]
    rarity: Floats
    known: NDArray[np.bool_]
    parts: csr_matrix
    part_position: NDArray[np.int32]
    part_rarity: Floats
    languages: tuple[str, ...]
    n_texts: int

    def rarity_of(self, words: Sequence[str]) -> Floats:
        """Return the rarity of words that the sample does not hold."""
        return _rarity(np.zeros(len(words)), self.n_texts, words, self.languages)

    def part_rows(self, words: Sequence[str]) -> csr_matrix:
        """Return the (words, parts) matrix of any words, each row of length 1 or empty."""
        return unit_rows(part_matrix(words, self.part_position, self.part_rarity))


class Features:
    """Texts as TF-IDF words of length 1 beside the parts of those words times PART_WEIGHT, (texts, words + parts).

    Kept as the product of (texts, words) and (words, words + parts): a product with it costs a fifth of the whole.
    """

    def __init__(self, counts: csr_matrix, vocabulary: Vocabulary) -> None:
        self._texts = weigh(counts, vocabulary.rarity)
        self._texts_t = self._texts.T.tocsr()
        self._known = vocabulary.known.astype(np.float32)[:, None]
        self._parts = csr_matrix(vocabulary.parts * np.float32(PART_WEIGHT))
        self._parts_t = self._parts.T.tocsr()
        self.shape = (counts.shape[0], sum(self._parts.shape))

    def __matmul__(self, weights: Floats) -> Floats:
        """Return (texts, k) products with `weights` (words + parts, k)."""
        words = len(self._known)
        return np.asarray(self._texts @ (self._known * weights[:words] + self._parts @ weights[words:]))

    def back(self, values: Floats) -> Floats:
        """Return (words + parts, k): the transposed product with `values` (texts, k)."""
        words = self._texts_t @ values
        return np.concatenate([self._known * words, self._parts_t @ words])

    def whole(self) -> csr_matrix:
        """Return the matrix itself."""
        own = self._texts @ diags(self._known.ravel())
        return csr_matrix(hstack([own, self._texts @ self._parts]), dtype=np.float32)


def learn(texts: Sequence[str], languages: tuple[str, ...], *, lessons: int = 0) -> tuple[Vocabulary, Features]:
    """Return the vocabulary of a sample and the sample's features.

    The last `lessons` texts were given to teach: their words count even when no other text has them.
    """
    index = WordIndex()
    counts = count_words(texts, index)
    words = list(index.numbers)
    seen = np.bincount(counts.indices, minlength=len(words))
    taught = np.zeros(len(words), bool)
    taught[counts.indices[counts.indptr[counts.shape[0] - lessons] :]] = True
    position, part_rarity = _parts(words, seen, taught, len(texts))
    vocabulary = Vocabulary(
        numbers=index.numbers,
        rarity=_rarity(seen, len(texts), words, languages),
        known=taught | (seen >= MIN_TEXTS),
        parts=unit_rows(part_matrix(words, position, part_rarity)),
        part_position=position,
        part_rarity=part_rarity,
        languages=languages,
        n_texts=len(texts),
    )
    return vocabulary, Features(counts, vocabulary)


def weigh(counts: csr_matrix, rarity: Floats) -> csr_matrix:
    """Return counts times rarity, each text scaled to length 1."""
    values = counts.data * rarity[counts.indices]
    return unit_rows(csr_matrix((values, counts.indices, counts.indptr), shape=counts.shape))


def _rarity(seen: NDArray[Any], texts: int, words: Sequence[str], languages: tuple[str, ...]) -> Floats:
    expected = np.fromiter((frequency(word, languages) for word in words), np.float64, len(words))
    share = (seen + BACKGROUND_TEXTS * np.minimum(WORDS_PER_TEXT * expected, 1)) / (texts + BACKGROUND_TEXTS)
    return np.maximum(-np.log(np.maximum(share, 1e-6)), 0.05).astype(np.float32)


def _parts(
    words: Sequence[str], seen: NDArray[np.int64], taught: NDArray[np.bool_], texts: int
) -> tuple[NDArray[np.int32], Floats]:
    """Return bucket → column for the parts of MIN_TEXTS texts or more, or of a lesson; and the rarity of each column.

    A part is taken to stand in as many texts as its words together.
    """
    owner, bucket = word_parts(words)
    pairs = np.unique(bucket * len(words) + owner)
    spread = np.bincount(pairs // max(len(words), 1), seen[pairs % max(len(words), 1)], 1 << BUCKETS_LOG2)
    kept = spread >= MIN_TEXTS
    kept[bucket[taught[owner]]] = True
    position = np.full(1 << BUCKETS_LOG2, -1, np.int32)
    position[kept] = np.arange(kept.sum(), dtype=np.int32)
    rarity = np.log((texts + 1) / (np.minimum(spread[kept], texts) + 1))
    return position, rarity.astype(np.float32)
