"""How much each word speaks for each language: wordfreq's common words of every Latin-script language it knows."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix, hstack

from nlp.language.clean import WORD
from nlp.wordlists import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUPPORTED = ("fr", "en", "de", "es", "it", "pt", "nl", "ca")
"""The languages that are told by name; texts in any other come back unknown."""
NEIGHBOURS = (
    "ro", "pl", "sv", "da", "nb", "fi", "cs", "sk", "sl", "sh", "hu", "tr", "vi", "id", "ms", "fil", "lt", "lv", "is",
)  # fmt: skip
"""Languages known only to be told apart from the supported ones."""
LISTED = SUPPORTED + NEIGHBOURS
RELATIVES = tuple((code, of) for code, entry in table("relatives.toml").items() for of in entry["of"] or [""])
"""Near relatives of the supported languages, known by a hundred words of their own and those they share.

(code, parent) pairs: one with several parents shares with each of them apart, so that a mix of these is no relative.
"""
COLUMNS = LISTED + tuple(code for code, _ in RELATIVES)
UNLISTED_SHARE = 3e-7
"""Share of a language's words given to a word its list does not hold: under the rarest of a small list (1e-6)."""
RAREST_SHARE = 1e-7
RARE_EVIDENCE = 0.3
"""Evidence of a word so rare that other languages may well use it too: it is known, and tells little."""
OWN_SHARE = 1e-3
"""Share of a relative's words given to each of those written down for it."""
SHARED_COST = 0.7
"""What a word costs, as log-odds, when a relative is only taken to share it with the language that lists it."""


@dataclass(frozen=True, slots=True)
class WordLists:
    """`evidence` is (words, COLUMNS): log of the word's share in a language over UNLISTED_SHARE, 0 when not listed."""

    index: dict[str, int]
    evidence: csr_matrix
    listed: csr_matrix

    def weigh(self, texts: Sequence[list[str]]) -> tuple[csr_matrix, csr_matrix]:
        """Return per text and language the sum of evidence, and the number of listed words."""
        rows, columns = [0], list[int]()
        for text in texts:
            columns.extend([at for word in text if (at := self.index.get(word)) is not None])
            rows.append(len(columns))
        counts = csr_matrix((np.ones(len(columns), np.float32), columns, rows), shape=(len(texts), len(self.index)))
        return counts @ self.evidence, counts @ self.listed


@lru_cache(maxsize=1)
def word_lists() -> WordLists:
    """Return the lists, read once (about a second)."""
    index: dict[str, int] = {}
    rows, columns, values = array("i"), array("i"), array("f")
    for column, language in enumerate(LISTED):
        for word, evidence in _common_words(language):
            rows.append(index.setdefault(word, len(index)))
            columns.append(column)
            values.append(evidence)
    own = {code: [index.setdefault(word, len(index)) for word in _own(code)] for code, _ in RELATIVES}
    listed = csc_matrix((np.asarray(values), (np.asarray(rows), np.asarray(columns))), (len(index), len(LISTED)))
    shared = [_relative(listed, of, own[code]) for code, of in RELATIVES]
    evidence = csr_matrix(hstack([listed, *shared]), dtype=np.float32)
    return WordLists(index, evidence, csr_matrix(evidence > 0, dtype=np.float32))


def _common_words(language: str) -> Iterator[tuple[str, float]]:
    """Yield the words of a language with their evidence; of the supported ones, rarer words too.

    wordfreq's own reader of whole lists would keep them in memory for good.
    """
    from wordfreq import available_languages, read_cBpack

    supported = language in SUPPORTED
    for centibels, words in enumerate(read_cBpack(available_languages("large" if supported else "small")[language])):
        share = 10 ** (-centibels / 100)
        if share < RAREST_SHARE:
            break
        evidence = max(math.log(share / UNLISTED_SHARE), RARE_EVIDENCE)
        yield from ((word, evidence) for word in words if word.isalpha())


def _own(relative: str) -> list[str]:
    """Return the words written down for a relative; of a contracted form, its longest part."""
    forms = table("relatives.toml")[relative]["words"].split()
    return sorted({max(WORD.findall(form), key=len) for form in forms})


def _relative(listed: csc_matrix, parent: str, own: list[int]) -> csc_matrix:
    """Return the column (words, 1) of a relative: what its parent knows, at a cost, and its own words in full."""
    column = listed[:, [LISTED.index(parent)]].toarray().ravel() if parent else np.zeros(listed.shape[0], np.float32)
    column[own] = np.maximum(column[own], np.log(OWN_SHARE / UNLISTED_SHARE)) + SHARED_COST
    return csc_matrix(np.maximum(column - SHARED_COST, 0)[:, None])
