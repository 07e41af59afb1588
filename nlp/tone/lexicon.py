"""Word, emoji and face polarity, and the dense features that come from them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from nlp.tone.tokens import negated
from nlp.wordlists import lines as listed
from nlp.wordlists import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

INTENSIFIERS: Final = words("tone_marks.toml", "intensifiers")
SOFTENERS: Final = words("tone_marks.toml", "softeners")
CONTRASTS: Final = words("tone_marks.toml", "contrasts")
IRONY: Final = words("tone_marks.toml", "irony")
DENSE: Final = 29


class Lexicon:
    """Polarity of folded words in one language, from -3 to 3; endings marked `*` match by prefix."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.exact: dict[str, float] = {}
        self.prefixes: dict[str, float] = {}
        for line in lines:
            strength, *words = line.split()
            for word in words:
                target = self.prefixes if word.endswith("*") else self.exact
                target.setdefault(word.rstrip("*"), float(strength))
        self._seen: dict[str, float] = {}

    def polarity(self, word: str) -> float:
        """Return the polarity of a folded word, 0 when it is not listed; the longest listed prefix wins."""
        known = self._seen.get(word)
        if known is None:
            known = self._look_up(word)
            if len(self._seen) < 200_000:
                self._seen[word] = known
        return known

    def _look_up(self, word: str) -> float:
        word = word.lstrip("#")
        if word in self.exact:
            return self.exact[word]
        for end in range(min(len(word), 24), 2, -1):
            if word[:end] in self.prefixes:
                return self.prefixes[word[:end]]
        return 0.0


@cache
def load(language: str) -> Lexicon:
    """Return the lexicon of `fr` or `en`, with the signs (emoji, faces) that both share."""
    return Lexicon([*listed(f"polarity_{language}.txt"), *listed("polarity_signs.txt")])


def polarities(tokens: list[str], language: str) -> list[float]:
    """Return one signed polarity per token: two-word entries looked up, negation turned, intensifiers applied."""
    lexicon = load(language)
    marks = negated(tokens)
    values = [lexicon.polarity(token) for token in tokens]
    for i in range(len(tokens) - 1):
        pair = lexicon.polarity(f"{tokens[i]}_{tokens[i + 1]}")
        if pair:
            values[i], values[i + 1] = pair, 0.0
    for i, value in enumerate(values):
        if not value:
            continue
        before = tokens[i - 1] if i else ""
        scale = 1.4 if before in INTENSIFIERS else 0.6 if before in SOFTENERS else 1.0
        values[i] = value * scale * (-0.6 if marks[i] else 1.0)
    return values


@cache
def rated(language: str) -> dict[str, float]:
    """Return the rated words (VADER, English only): folded word → mean rating from -4 to 4."""
    return Lexicon(listed("vader_en.txt")).exact if language == "en" else {}


def _rated_row(tokens: list[str], language: str) -> tuple[float, ...]:
    ratings = rated(language)
    if not ratings:
        return (0.0,) * 5
    marks = negated(tokens)
    values = [ratings.get(t, 0.0) * (-0.7 if n else 1.0) for t, n in zip(tokens, marks, strict=True)]
    up = sum(v for v in values if v > 0)
    down = -sum(v for v in values if v < 0)
    return up - down, up, down, max(values, default=0.0), min(values, default=0.0)


def dense(tokens: list[str], values: list[float], text: str, language: str) -> NDArray[np.float32]:
    """Return the 29 dense features of one text: lexicon sums, last clause, marks of stress, question, irony, length."""
    scores = np.array(values or [0.0], dtype=np.float32)
    positive, negative = scores.clip(0, None), (-scores).clip(0, None)
    turn = max((i for i, token in enumerate(tokens) if token in CONTRASTS), default=-1)
    hits = scores[scores != 0]
    words = max(len(tokens), 1)
    letters = max(sum(c.isalpha() for c in text), 1)
    row = (
        positive.sum(), negative.sum(), scores.sum(), positive.max(), negative.max(), scores.sum() / words**0.5,
        float(positive.sum() > 0), float(negative.sum() > 0), float(not len(hits)),
        hits[-1] if len(hits) else 0.0, hits[0] if len(hits) else 0.0, scores[turn + 1 :].sum() if turn >= 0 else 0.0,
        float(turn >= 0), min(text.count("!"), 4), min(text.count("?"), 3), float("..." in text or "…" in text),
        sum(c.isupper() for c in text) / letters, float(bool(IRONY.intersection(tokens))), float("http" in tokens),
        np.log1p(words), min(sum(t == "@user" for t in tokens), 3), min(sum(t[0] == "#" for t in tokens), 5),
        sum(c.isdigit() for c in text) / max(len(text), 1), float('"' in tokens or "«" in tokens),
        *_rated_row(tokens, language),
    )  # fmt: skip
    return np.asarray(row, dtype=np.float32)
