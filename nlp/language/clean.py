"""What of a post is language: its words, without links, account names, digits and signs."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARS = 2_000
"""Characters of a text that are read: more would not change the answer."""

_NOT_LANGUAGE = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)@[\w.@-]+|[\w.+-]+@[\w-]+\.\w+|&\w+;|[\ud800-\udfff]")
WORD = re.compile(r"[^\W\d_]+")
_HASHTAG = re.compile(r"#\w+")


def plain(text: str) -> str:
    """Return the composed lower-case text without what is no language; typographic apostrophes are straight."""
    cut = unicodedata.normalize("NFC", _NOT_LANGUAGE.sub(" ", text[:MAX_CHARS]))
    return cut.replace("’", "'").lower()


def words(text: str) -> tuple[list[str], list[str]]:
    """Return the words of a plain text and those of its hashtags, which follow fashion more than language."""
    if "#" not in text:
        return WORD.findall(text), []
    tags = [word for tag in _HASHTAG.findall(text) for word in WORD.findall(tag)]
    return WORD.findall(_HASHTAG.sub(" ", text)), tags


def is_latin(found: list[str]) -> bool:
    """Tell whether most words are written in Latin letters (all letters below Greek, and Vietnamese)."""
    latin = sum(ord(word[0]) < 0x370 or 0x1E00 <= ord(word[0]) < 0x1F00 for word in found)
    return 2 * latin > len(found)
