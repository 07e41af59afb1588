"""How much each word speaks for each language: wordfreq's common words of every Latin-script language it knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

SUPPORTED = ("fr", "en", "de", "es", "it", "pt", "nl", "ca")
"""The languages that are told by name; texts in any other come back unknown."""
NEIGHBOURS = (
    "ro", "pl", "sv", "da", "nb", "fi", "cs", "sk", "sl", "sh", "hu", "tr", "vi", "id", "ms", "fil", "lt", "lv", "is",
)  # fmt: skip
"""Languages known only to be told apart from the supported ones."""
LISTED = SUPPORTED + NEIGHBOURS
UNLISTED_SHARE = 3e-7
"""Share of a language's words given to a word its list does not hold: under the rarest of a small list (1e-6)."""


@dataclass(frozen=True, slots=True)
class WordLists:
    """`evidence` is (words, LISTED): log of the word's share in a language over UNLISTED_SHARE, 0 when not listed."""

    index: dict[str, int]
    evidence: csr_matrix

    def weigh(self, texts: Sequence[list[str]]) -> tuple[csr_matrix, csr_matrix]:
        """Return per text and language the sum of evidence, and the number of listed words."""
        rows, columns = [0], list[int]()
        for text in texts:
            columns.extend([at for word in text if (at := self.index.get(word)) is not None])
            rows.append(len(columns))
        counts = csr_matrix((np.ones(len(columns), np.float32), columns, rows), shape=(len(texts), len(self.index)))
        return counts @ self.evidence, counts @ (self.evidence > 0).astype(np.float32)


@lru_cache(maxsize=1)
def word_lists() -> WordLists:
    """Return the lists, read once (about a second)."""
    from wordfreq import get_frequency_dict

    index: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for column, language in enumerate(LISTED):
        for word, share in get_frequency_dict(language, wordlist="small").items():
            if word.isalpha():
                rows.append(index.setdefault(word, len(index)))
                columns.append(column)
                values.append(share / UNLISTED_SHARE)
    evidence = csr_matrix((np.log(values).astype(np.float32), (rows, columns)), shape=(len(index), len(LISTED)))
    return WordLists(index, evidence)
