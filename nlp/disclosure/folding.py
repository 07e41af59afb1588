"""Fold a text for matching while every character keeps its place in the original."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_CHARS: Final = 20_000
_PLAIN: Final = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "–": "-",
    "—": "-",
    "‑": "-",
    "−": "-",
    "＃": "#",
    "\u00a0": " ",
    "\u202f": " ",
}


class _Folds(dict[int, str]):
    """One folded character (or none, for a combining or invisible mark) per code point, worked out once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _PLAIN.get(char)
        if folded is None:
            base = unicodedata.normalize("NFKD", char)[:1] or char
            drop = unicodedata.combining(char) or unicodedata.category(char) in {"Cf", "Cs"} or char == "\ufe0f"
            folded = "" if drop else base.lower()[:1]
        self[code] = folded
        return folded


_FOLDS: Final = _Folds()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, when marks were dropped, the original place of each character."""

    text: str
    original: str
    places: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that a folded span stands for."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Return `text` (its first 20,000 characters) without case, accents and invisible marks."""
    text = text[:MAX_CHARS]
    if text.isascii():
        return Folded(text.lower(), text)
    folded = text.translate(_FOLDS)
    if len(folded) == len(text):
        return Folded(folded, text)
    return Folded(folded, text, [i for i, char in enumerate(text) if _FOLDS[ord(char)]])
