"""Tokens → sparse rows: hashed words, word pairs, polarity classes and character n-grams, beside the dense features."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from nlp.tone.lexicon import dense, polarities
from nlp.tone.tokens import negated, normalise, tokenise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

BITS: Final = 17
WIDTH: Final = 1 << BITS


def words(tokens: list[str], values: list[float]) -> list[str]:
    """Return the word features of one text: words (marked when negated), pairs, polarity classes."""
    out: list[str] = []
    before = "^"
    for token, under in zip(tokens, negated(tokens), strict=True):
        out.append(f"NOT_{token}" if under and token[0].isalnum() else token)
        if token[0] == "#":
            out.append(token[1:])
        out.append(f"{before} {token}")
        before = token
    out.extend(f"LEX{round(max(-3.0, min(3.0, v))):+d}" for v in values if v)
    classes = [_polarity_class(v) if abs(v) > 0.5 else t for t, v in zip(tokens, values, strict=True)]
    out.extend(f"2 {a} {b}" for a, b in pairwise(classes) if a[0] == "L" or b[0] == "L")
    return out


def _polarity_class(value: float) -> str:
    return f"L{round(max(-2.0, min(2.0, value))):+d}"


class Rows:
    """The features of some texts of one language: word counts, character n-gram counts, dense columns."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        clean = [normalise(text) for text in texts]
        tokens = [tokenise(text) for text in clean]
        values = [polarities(line, language) for line in tokens]
        self.words = _hasher("word").transform(map(words, tokens, values))
        self.chars = _hasher("char").transform(" ".join(line) for line in tokens)
        self.dense: NDArray[np.float32] = np.array(
            [dense(t, v, x, language) for t, v, x in zip(tokens, values, clean, strict=True)], dtype=np.float32
        )


def _as_is(tokens: list[str]) -> Iterator[str]:
    return iter(tokens)


@cache
def _hasher(kind: str) -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    common: dict[str, Any] = {"n_features": WIDTH, "norm": None, "alternate_sign": False, "dtype": np.float32}
    if kind == "word":
        return HashingVectorizer(analyzer=_as_is, **common)
    return HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), lowercase=False, **common)


def weigh(counts: Any, idf: NDArray[np.float32]) -> Any:
    """Return counts as TF-IDF rows of unit length, frequency damped as 1 + ln(tf); a zero idf drops the feature."""
    from sklearn.preprocessing import normalize

    rows = counts.copy()
    rows.data = (1.0 + np.log(rows.data)) * idf[rows.indices]
    return normalize(rows, copy=False)


def inverse_frequency(seen_in: NDArray[np.integer[Any]], n: int, least: int) -> NDArray[np.float32]:
    """Return smoothed inverse document frequencies (scikit-learn's formula); 0 below `least` texts."""
    idf = np.log((1.0 + n) / (1.0 + seen_in)) + 1.0
    return np.where(seen_in >= least, idf, 0.0).astype(np.float32)
