"""Fold a text (no case, no accents) and keep where each character came from."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=8192)
def _char(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)[:1]
    return "" if unicodedata.combining(char) else "'" if char == "’" else base.lower()[:1]


def fold(text: str) -> tuple[str, range | list[int]]:
    """Return the folded text, and the original place of each of its characters."""
    if text.isascii():
        return text.lower(), range(len(text))
    pieces = [_char(char) for char in text]
    return "".join(pieces), [i for i, piece in enumerate(pieces) if piece]
