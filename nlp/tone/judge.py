"""Tone of texts in bulk, and of the part of a text that speaks of a target."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from nlp.tone.model import LABELS, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Tone: TypeAlias = Literal["negative", "neutral", "positive"]
Target: TypeAlias = tuple[int, int]

VERSION: Final = "tone-1"
BATCH: Final = 2000
_WORDS = re.compile(r"[^\W\d_]{2,}")
_NOISE = re.compile(r"(?:https?://|www\.)\S{1,500}|@[\w.-]{1,60}")
_SIGN = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]|[:;=][-']?[)(DPp]|<3")
_CLAUSE = re.compile(
    r"(?<=[.!?;…\n])\s+|\n+"
    r"|,?\s(?=(?:mais|but|however|cependant|pourtant|alors que|tandis que|while|whereas|although)\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_LEAST_WORDS: Final = 2
_LOOK: Final = 3000


def supported() -> tuple[str, ...]:
    """Return the languages with weights."""
    return tuple(sorted(load()))


def tone(
    texts: Sequence[str],
    languages: Sequence[str | None],
    targets: Sequence[Sequence[Target] | None] | None = None,
) -> tuple[list[Tone | None], NDArray[np.float32]]:
    """Return one label and one score in [-1, 1] per text: the probability of positive less that of negative.

    `targets` holds per text the character spans of what is spoken of; then only the clauses around them are judged.
    The label is None and the score NaN for other languages and for texts without words or signs.
    """
    models = load()
    labels: list[Tone | None] = [None] * len(texts)
    scores = np.full(len(texts), np.nan, dtype=np.float32)
    rows: dict[str, list[int]] = {}
    for i, (text, language) in enumerate(zip(texts, languages, strict=True)):
        if language in models and speaks(text):
            rows.setdefault(language, []).append(i)
    for language, members in rows.items():
        for start in range(0, len(members), BATCH):
            batch = members[start : start + BATCH]
            parts = [_part(texts[i], targets[i] if targets is not None else None) for i in batch]
            chances = models[language].probabilities(parts, language)
            scores[batch] = chances[:, 2] - chances[:, 0]
            for i, best in zip(batch, chances.argmax(axis=1), strict=True):
                labels[i] = LABELS[best]
    return labels, scores


def speaks(text: str) -> bool:
    """Return whether a text has a word or a sign of feeling beside links and mentions."""
    shown = _NOISE.sub(" ", text[:_LOOK])
    return bool(_WORDS.search(shown) or _SIGN.search(shown))


def _part(text: str, spans: Sequence[Target] | None) -> str:
    if not spans:
        return text
    first = min(start for start, _ in spans)
    # A far mention is still read in its own surroundings.
    offset = max(0, first - _LOOK // 2)
    text = text[offset : offset + _LOOK]
    moved = [(start - offset, end - offset) for start, end in spans if 0 <= start - offset < len(text)]
    window = around(text, moved)
    return window if speaks(window) else text


def around(text: str, spans: Sequence[Target]) -> str:
    """Return the clauses that hold a span, or their sentences when the clauses have fewer than two other words."""
    clauses = _holding(text, spans, _CLAUSE)
    rest = len(_WORDS.findall(clauses)) - sum(len(_WORDS.findall(text[a:b])) for a, b in spans)
    return clauses if rest >= _LEAST_WORDS else _holding(text, spans, _SENTENCE)


def _holding(text: str, spans: Sequence[Target], border: re.Pattern[str]) -> str:
    edges = [0, *(match.end() for match in border.finditer(text)), len(text)]
    pieces = pairwise(edges)
    return " ".join(text[a:b].strip() for a, b in pieces if any(s < b and e > a for s, e in spans))
