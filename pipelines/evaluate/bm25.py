"""BM25 of a query's own terms: what plain keyword search would rank, the yardstick of topical fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nlp.query import Document, Matcher
from nlp.tokens import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nlp.query import Node

K1, B = 1.2, 0.75


def bm25(query: Node, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return each text's BM25 score (Robertson and Zaragoza, 2009); a term counts once per matched span."""
    matcher = Matcher(query)
    lengths = np.array([max(len(words(text)), 1) for text in texts], dtype=np.float64)
    counts: dict[str, dict[int, int]] = {}
    for row in map(int, np.flatnonzero(matcher.match_texts(texts))):
        for span in matcher.spans(Document(text=texts[row])):
            term = counts.setdefault(span.term, {})
            term[row] = term.get(row, 0) + 1
    scores = np.zeros(len(texts))
    norms = K1 * (1 - B + B * lengths / lengths.mean())
    for found in counts.values():
        rarity = np.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))
        for row, count in found.items():
            scores[row] += rarity * count * (K1 + 1) / (count + norms[row])
    return scores
