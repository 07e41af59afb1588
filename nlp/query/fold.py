"""How one character folds: compatibility forms, case, accents, look-alike letters; and the kind of character it is."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SPACE, WORD, SINGLE, DROPPED = 0, 1, 2, 3

# Letters that Unicode does not decompose but that people type without: cœur/coeur, Łódź/Lodz.
_LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ð": "d", "ς": "σ"}

# Scripts written without spaces: each character is a word, so that a term matches inside a run as a phrase.
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1100, 0x11FF), (0x2E80, 0x2FDF), (0x3005, 0x3007),
    (0x3040, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip


def _is_stripped_mark(char: str) -> bool:
    """Accents and vowel points by combining class; marks of classes 0, 7, 8, 9 make letters (Indic, kana)."""
    rank = unicodedata.combining(char)
    return rank == 1 or 10 <= rank <= 35 or rank >= 200 or 0xFE00 <= ord(char) <= 0xFE0F


def _fold_letters(char: str) -> str:
    lowered = unicodedata.normalize("NFKC", char).casefold()
    marked = unicodedata.normalize("NFD", lowered)
    bare = "".join(_LETTERS.get(c, c) for c in marked if not _is_stripped_mark(c))
    return unicodedata.normalize("NFC", bare)


def _is_word_char(char: str) -> bool:
    return char.isalnum() or char == "_" or unicodedata.category(char) in {"Mn", "Mc"}


@lru_cache(maxsize=1 << 16)
def fold_char(char: str) -> tuple[str, int]:
    """Return what a character folds to and its kind.

    SPACE parts words and folds to nothing; WORD belongs to a word; SINGLE is a word alone (unspaced scripts, pictures);
    DROPPED (accents, joiners, direction marks) leaves no trace.
    """
    code = ord(char)
    category = unicodedata.category(char)
    if category == "Cf" or _is_stripped_mark(char):
        return "", DROPPED
    if category in {"So", "Sk"} and code >= 0x2190:
        return char, SINGLE
    folded = "".join(c for c in _fold_letters(char) if _is_word_char(c))
    if not folded:
        return "", SPACE
    if category not in {"Mn", "Mc"} and any(low <= ord(folded[0]) <= high for low, high in _UNSPACED):
        return folded, SINGLE
    return folded, WORD


def words(text: str, keep: str = "") -> list[str]:
    """Split a text into folded words; characters of `keep` count as letters and stay as they are."""
    out: list[str] = []
    current = ""
    for char in text:
        folded, kind = (char, WORD) if char in keep else fold_char(char)
        if kind in {WORD, DROPPED}:
            current += folded
            continue
        if current:
            out.append(current)
        current = ""
        if kind == SINGLE:
            out.append(folded)
    return [*out, current] if current else out


def key(text: str) -> str:
    """Return the folded words of a text joined by spaces: two names are the same when their keys are."""
    return " ".join(words(text))
