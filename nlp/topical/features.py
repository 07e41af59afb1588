"""Texts to weighted word counts, and words to the parts they share with their kin (plurals, inflections, compounds)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack

from nlp.background import frequency
from nlp.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

BACKGROUND_TEXTS = 500.0
"""How many texts of the crawl the background frequencies weigh as much as."""
WORDS_PER_TEXT = 20.0
PART_SIZES = (3, 4, 5)
PART_WEIGHT = 1.2
MIN_TEXTS = 2
"""A word or part seen in fewer texts of the sample teaches nothing that could carry over."""


def parts_of(word: str) -> list[str]:
    """Return the runs of 3 to 5 characters of a word of four letters or more, its edges marked."""
    if len(word) < 4:
        return []
    edged = f" {word} "
    return [edged[i : i + size] for size in PART_SIZES for i in range(len(edged) - size + 1)]


def unit_rows(matrix: csr_matrix) -> csr_matrix:
    """Return the matrix with each row scaled to length 1; rows of zeros stay as they are."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return csr_matrix(diags(1 / np.maximum(lengths, 1e-9)) @ matrix, dtype=np.float32)


def count_words(texts: Iterable[str], index: dict[str, int]) -> csr_matrix:
    """Return the (texts, words) matrix of 1 + log(count); words that are not in `index` yet are added to it."""
    rows: list[int] = [0]
    columns: list[int] = []
    for text in texts:
        columns.extend([index.setdefault(word, len(index)) for word in words(text)])
        rows.append(len(columns))
    counts = csr_matrix(
        (
            np.ones(len(columns), dtype=np.float32),
            np.asarray(columns, dtype=np.int32),
            np.asarray(rows, dtype=np.int32),
        ),
        shape=(len(rows) - 1, len(index)),
    )
    counts.sum_duplicates()
    np.log(counts.data, out=counts.data)
    counts.data += 1
    return counts


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the sample says of words and their parts; rarity is -log of a share of texts (natural logarithm).

    `rarity` mixes the sample's own share of texts with the language's background frequency.
    """

    index: dict[str, int]
    rarity: NDArray[np.float32]
    known: NDArray[np.bool_]
    part_index: dict[str, int]
    part_rarity: NDArray[np.float32]
    languages: tuple[str, ...]
    n_texts: int

    def rarity_of(self, word: str) -> float:
        """Return the rarity of a word, also of one the sample does not hold."""
        at = self.index.get(word)
        return float(self.rarity[at]) if at is not None else float(_rarity(0, self.n_texts, word, self.languages))

    def part_rows(self, vocabulary: Sequence[str]) -> csr_matrix:
        """Return the (words, parts) matrix, each row of length 1 or empty."""
        rows: list[int] = [0]
        columns: list[int] = []
        for word in vocabulary:
            columns.extend([at for part in parts_of(word) if (at := self.part_index.get(part)) is not None])
            rows.append(len(columns))
        matrix = csr_matrix(
            (self.part_rarity[columns], np.asarray(columns, np.int32), np.asarray(rows, np.int32)),
            shape=(len(vocabulary), len(self.part_index)),
        )
        matrix.sum_duplicates()
        return unit_rows(matrix)


def learn(texts: Sequence[str], languages: tuple[str, ...], *, lessons: int = 0) -> tuple[Vocabulary, csr_matrix]:
    """Return the vocabulary of a sample and the sample's features (see `features`).

    The last `lessons` texts were given to teach: their words count even when no other text has them.
    """
    index: dict[str, int] = {}
    counts = count_words(texts, index)
    seen = np.bincount(counts.indices, minlength=len(index))
    rarity = np.array([_rarity(n, len(texts), w, languages) for w, n in zip(index, seen, strict=True)], np.float32)
    part_index, part_rarity = _parts(counts, list(index), lessons)
    known = _taught(counts, len(index), lessons)
    vocabulary = Vocabulary(index, rarity, known, part_index, part_rarity, languages, len(texts))
    return vocabulary, features(counts, vocabulary)


def weigh(counts: csr_matrix, rarity: NDArray[np.float32]) -> csr_matrix:
    """Return counts times rarity, each text scaled to length 1."""
    return unit_rows(counts @ diags(rarity))


def features(counts: csr_matrix, vocabulary: Vocabulary) -> csr_matrix:
    """Return (texts, words + parts): TF-IDF words of length 1, beside the parts of those words times PART_WEIGHT."""
    weighted = weigh(counts, vocabulary.rarity)
    parts = weighted @ vocabulary.part_rows(list(vocabulary.index)) * PART_WEIGHT
    own = weighted @ diags(vocabulary.known.astype(np.float32))
    return csr_matrix(hstack([own, parts]), dtype=np.float32)


def _rarity(seen: int, texts: int, word: str, languages: tuple[str, ...]) -> float:
    expected = min(1.0, WORDS_PER_TEXT * frequency(word, languages))
    share = (seen + BACKGROUND_TEXTS * expected) / (texts + BACKGROUND_TEXTS)
    return max(0.05, -float(np.log(max(share, 1e-6))))


def _taught(holds: csr_matrix, columns: int, lessons: int) -> NDArray[np.bool_]:
    """Return the columns found in MIN_TEXTS rows or more, or in one of the last `lessons` rows."""
    enough = np.bincount(holds.indices, minlength=columns) >= MIN_TEXTS
    enough[holds.indices[holds.indptr[holds.shape[0] - lessons] :]] = True
    return np.asarray(enough)


def _parts(counts: csr_matrix, vocabulary: list[str], lessons: int) -> tuple[dict[str, int], NDArray[np.float32]]:
    """Return the parts that teach (see `_taught`), with their rarity."""
    found: dict[str, int] = {}
    rows: list[int] = [0]
    columns: list[int] = []
    for word in vocabulary:
        columns.extend({found.setdefault(part, len(found)) for part in parts_of(word)})
        rows.append(len(columns))
    shape = (len(vocabulary), max(len(found), 1))
    holds = csr_matrix((np.ones(len(columns), np.float32), np.asarray(columns), np.asarray(rows)), shape=shape)
    spread = counts @ holds
    seen = np.bincount(spread.indices, minlength=shape[1])
    taught = _taught(spread, shape[1], lessons)
    kept = [(part, seen[at]) for part, at in found.items() if taught[at]]
    rarity = np.log((counts.shape[0] + 1) / (np.array([n for _, n in kept], np.float32) + 1)).astype(np.float32)
    return {part: i for i, (part, _) in enumerate(kept)}, rarity
