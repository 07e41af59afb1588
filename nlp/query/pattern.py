"""A query's word or phrase as something to search a stream for: a substring, or an expression without backtracking."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from nlp.query.fold import words

if TYPE_CHECKING:
    from collections.abc import Iterator

MIN_PREFIX = 3  # letters before `*`: fewer would match a good part of the dictionary
_REST = r"[^ \n]"


def tokens(text: str) -> tuple[str, ...]:
    """Split query text into folded words that keep `*` and an inner `?`; a closing question mark is punctuation."""
    split = (word.strip("?") if "*" not in word else word.lstrip("?") for word in words(text, keep="*?"))
    return tuple(word for word in split if word.strip("*?"))


def bad_wildcard(text: str) -> str | None:
    """Return what is wrong with the wildcards of a text: `inside`, `short`, or None."""
    for word in words(text, keep="*?"):
        stem = word.rstrip("*")
        if "*" in stem:
            return "inside"
        if stem != word and stem.isascii() and len(stem.replace("?", "")) < MIN_PREFIX:
            return "short" if stem.strip("?") or not _follows_single(text) else None
    return None


def _follows_single(text: str) -> bool:
    """Tell whether the `*` stands after an unspaced script, where it adds nothing."""
    bare = words(text)
    return bool(bare) and not bare[-1].isascii()


@dataclass(frozen=True, slots=True)
class Pattern:
    """`count` words; `literal` when a plain substring says it all, else `regex`."""

    count: int
    literal: str
    regex: re.Pattern[str] | None

    def starts(self, stream: str) -> Iterator[int]:
        """Yield the offset of the blank before every occurrence, overlapping ones included."""
        if self.regex is None:
            at = stream.find(self.literal)
            while at >= 0:
                yield at
                at = stream.find(self.literal, at + 1)
            return
        found = self.regex.search(stream)
        while found:
            yield found.start()
            found = self.regex.search(stream, found.start() + 1)


@lru_cache(maxsize=4096)
def compile_words(parts: tuple[str, ...]) -> Pattern:
    """Return the pattern of folded query words side by side."""
    plain = " ".join(parts)
    if "?" not in plain and "*" not in plain[:-1]:
        return Pattern(len(parts), f" {plain[:-1]}" if plain.endswith("*") else f" {plain} ", None)
    body = re.escape(plain).replace(r"\*", f"{_REST}*").replace(r"\?", _REST).replace(r"\ ", " ")
    return Pattern(len(parts), "", re.compile(f" {body}(?= )"))
