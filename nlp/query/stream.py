r"""Texts as one stream of folded words, so that a word anywhere in thousands of texts is one substring search.

Stream layout: `" \n word word \n word \n "`; every word stands between spaces, every text between newlines.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlp.query.fold import DROPPED, SINGLE, SPACE, fold_char

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
_END = 0x110000  # a code point that no text can hold: the edge of a text
_BLANK, _NEWLINE = 32, 10


class _FoldTable:
    """Folded forms of the code points met so far: a pool of characters, and where each code point's part starts."""

    def __init__(self) -> None:
        self.start = np.full(_END + 1, -1, dtype=np.int32)
        self.length = np.zeros(_END + 1, dtype=np.uint8)
        self.pool = np.zeros(0, dtype=np.uint32)
        self._add({_END: [_BLANK, _NEWLINE, _BLANK]})

    def learn(self, codes: NDArray[np.uint32]) -> None:
        unknown = codes[self.start[codes] < 0]
        if unknown.size:
            self._add({int(code): self._folded(chr(code)) for code in np.unique(unknown)})

    @staticmethod
    def _folded(char: str) -> list[int]:
        folded, kind = fold_char(char)
        if kind == DROPPED:
            return []
        if kind == SPACE:
            return [_BLANK]
        inner = [ord(c) for c in folded]
        return [_BLANK, *inner, _BLANK] if kind == SINGLE else inner

    def _add(self, entries: dict[int, list[int]]) -> None:
        offset = self.pool.size
        for code, chars in entries.items():
            self.start[code] = offset
            self.length[code] = len(chars)
            offset += len(chars)
        new = np.fromiter((c for chars in entries.values() for c in chars), dtype=np.uint32)
        self.pool = np.concatenate([self.pool, new])


_table: list[_FoldTable] = []


def _fold_table() -> _FoldTable:
    if not _table:
        _table.append(_FoldTable())
    return _table[0]


def _encode(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _decode(codes: NDArray[np.uint32]) -> str:
    if codes.size and codes.max() < 256:
        return codes.astype(np.uint8).tobytes().decode("latin-1")
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


class Stream:
    """The folded words of several texts.

    `owners[i]` is the document that text i belongs to; `sign` is `#` or `@` when every text is a hashtag or a mention.
    """

    def __init__(self, texts: Sequence[str], owners: Ints | None = None, sign: str = "") -> None:
        self.joined = "\n" + "\n".join(texts) + "\n"
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        self.text_starts = np.concatenate([[1], 1 + np.cumsum(lengths + 1)]).astype(np.int64)
        self.owners = np.arange(len(texts), dtype=np.int64) if owners is None else owners
        self.codes = _encode(self.joined).copy()
        self.codes[self.text_starts - 1] = _END
        self._fold()
        self.sign = sign
        self.cache: dict[Any, Any] = {}

    def _fold(self) -> None:
        table = _fold_table()
        table.learn(self.codes)
        lengths = table.length[self.codes]
        source = np.repeat(np.arange(self.codes.size, dtype=np.int32), lengths)
        shift = table.start[self.codes] - (np.cumsum(lengths, dtype=np.int32) - lengths)
        chars = table.pool[np.repeat(shift, lengths) + np.arange(source.size, dtype=np.int32)]
        blank = chars == _BLANK
        blank[1:] &= blank[:-1]
        blank[:1] = False
        self.chars = chars[~blank]
        self.source = source[~blank]
        self.text = _decode(self.chars)

    @cached_property
    def items(self) -> Ints:
        """For each text, its place among the texts of the same owner."""
        return np.arange(self.owners.size) - np.searchsorted(self.owners, self.owners)

    @cached_property
    def _newlines(self) -> Ints:
        return np.flatnonzero(self.chars == _NEWLINE)

    @cached_property
    def blanks(self) -> Ints:
        """Offsets of the blanks; a word is named by the number of the blank before it."""
        return np.flatnonzero(self.chars == _BLANK)

    @cached_property
    def edges(self) -> Ints:
        """For each text, and once more after the last, the number of the blank that follows its newline."""
        return np.searchsorted(self.blanks, self._newlines)

    def rows(self, at: Ints) -> Ints:
        """Return the index of the text in which each stream offset lies."""
        return np.searchsorted(self._newlines, at, side="right") - 1

    def word_at(self, source: Ints) -> Ints:
        """Return the word in which, or else before which, offsets of the joined originals lie."""
        at = np.minimum(np.searchsorted(self.source, source), self.chars.size - 1)
        at = np.where(self.chars[at] == _BLANK, np.maximum(at, 0), np.maximum(at - 1, 0))
        word = np.searchsorted(self.blanks, at, side="right") - 1
        first: Ints = self.edges[np.searchsorted(self.text_starts, source, side="right") - 1]
        return np.where(word > first, word, first)

    def original(self, first: int, last: int) -> tuple[int, int, int]:
        """Return (text index, start, end) in the original text of stream characters `first` to `last`, included."""
        row = int(self.rows(np.array([first]))[0])
        base = int(self.text_starts[row])
        start, end = int(self.source[first]) - base, int(self.source[last]) - base + 1
        limit = int(self.text_starts[row + 1]) - 1 - base
        while end < limit and fold_char(self.joined[base + end])[1] == DROPPED:
            end += 1
        return row, start, end
