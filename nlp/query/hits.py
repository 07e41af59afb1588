"""Where the terms of a query occur in a stream, and how occurrences combine by distance."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nlp.query import nodes as n
from nlp.query.pattern import compile_words, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.query.stream import Ints, Mask, Stream

NEAR_CAP = 1000  # occurrences per text that NEAR considers: bounds the pairs of a text that repeats one word
_TAGS = re.compile("[#＃]")
_EMPTY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Hits:
    """Occurrences: numbers of the first and last word (blanks of the stream) and the text of each, sorted."""

    first: Ints
    last: Ints
    rows: Ints

    @property
    def size(self) -> int:
        """How many occurrences."""
        return int(self.first.size)


NO_HITS = Hits(_EMPTY, _EMPTY, _EMPTY)


def _sorted(first: Ints, last: Ints, stream: Stream) -> Hits:
    """Return distinct occurrences in reading order."""
    if not first.size:
        return NO_HITS
    pairs = np.unique((first << 32) | last)
    first = pairs >> 32
    return Hits(first, pairs & 0xFFFFFFFF, stream.rows(stream.blanks[first]))


def _occurrences(parts: tuple[str, ...], stream: Stream) -> Hits:
    if not parts:
        return NO_HITS
    pattern = compile_words(parts)
    at = np.fromiter(pattern.starts(stream.text), dtype=np.int64)
    if not at.size:
        return NO_HITS
    first = np.searchsorted(stream.blanks, at)
    return Hits(first, first + pattern.count - 1, stream.rows(at))


def _signed(hits: Hits, stream: Stream, sign: str) -> Mask:
    """Return which occurrences start right after `#` or `@`; an `@` inside an address is none."""
    at = stream.source[stream.blanks[hits.first] + 1] - 1
    codes = stream.codes[at]
    if sign == "#":
        return np.isin(codes, [ord("#"), ord("＃")])
    before = np.maximum(at - 1, 0)
    inside = np.fromiter((stream.joined[i].isalnum() for i in before), dtype=bool, count=before.size)
    return np.asarray((codes == ord("@")) & ~inside)


def _keep(hits: Hits, mask: Mask) -> Hits:
    return Hits(hits.first[mask], hits.last[mask], hits.rows[mask])


def _tagged(parts: tuple[str, ...], stream: Stream, sign: str) -> Hits:
    """Return occurrences written as a hashtag or a mention; a stream of tags holds nothing else."""
    hits = _occurrences(parts, stream)
    if not hits.size or stream.sign != sign:
        return _keep(hits, _signed(hits, stream, sign)) if hits.size else hits
    # Between two texts stand the two blanks around a newline: the first word of text r follows blank number edge[r].
    edges = stream.edges
    whole = hits.first == edges[hits.rows]
    if sign == "#":
        whole &= hits.last + 1 == edges[hits.rows + 1] - 1
    return _keep(hits, whole)


def raw_offsets(text: str, stream: Stream) -> Iterator[int]:
    """Yield where an exact text stands by itself in the joined originals."""
    joined, size = stream.joined, len(text)
    at = joined.find(text)
    while at >= 0:
        before, after = joined[at - 1] if at else "\n", joined[at + size : at + size + 1]
        opens = not (_is_letter(text[0]) and (_is_letter(before) or before in "#@"))
        if opens and not (_is_letter(text[-1]) and _is_letter(after)):
            yield at
        at = joined.find(text, at + 1)


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_"


def _raw(node: n.Raw, stream: Stream) -> Hits:
    at = np.fromiter(raw_offsets(node.text, stream), dtype=np.int64)
    if not at.size:
        return NO_HITS
    row = np.searchsorted(stream.text_starts, at, side="right") - 1
    inside = at + len(node.text) < stream.text_starts[row + 1]
    at, row = at[inside], row[inside]
    first = stream.word_at(at)
    return Hits(first, np.maximum(stream.word_at(at + len(node.text) - 1), first), row)


def _loose(node: n.Loose, stream: Stream) -> Hits:
    parts = tokens(node.text)
    need = Counter(parts)
    found = [(int(w), part) for part in need for w in _occurrences((part,), stream).first]
    found.sort()
    rows = stream.rows(stream.blanks[np.array([w for w, _ in found], dtype=np.int64)])
    reach = len(parts) + node.extra - 1
    first, last = [], []
    for i, (start, _) in enumerate(found):
        end = _window_end(found, i, start + reach, int(rows[i]), rows, need)
        if end is not None:
            first.append(start)
            last.append(end)
    return _sorted(np.array(first, dtype=np.int64), np.array(last, dtype=np.int64), stream)


def _window_end(
    found: list[tuple[int, str]], begin: int, limit: int, row: int, rows: Ints, need: Counter[str]
) -> int | None:
    """Return the word at which every needed word has been seen, if that is within `limit`."""
    missing, left = dict(need), need.total()
    for i in range(begin, len(found)):
        word, part = found[i]
        if word > limit or rows[i] != row:
            return None
        if missing[part]:
            missing[part] -= 1
            left -= 1
        if not left:
            return word
    return None


def _cap(hits: Hits) -> Hits:
    rank = np.arange(hits.size) - np.searchsorted(hits.rows, hits.rows)
    return hits if not hits.size or rank.max() < NEAR_CAP else _keep(hits, rank < NEAR_CAP)


def _followed(left: Hits, right: Hits, reach: int) -> tuple[Ints, Ints]:
    """Return (first, last) of every pair where right starts at most `reach` words after left has ended."""
    gap_left, gap_right = left.rows * 64, right.rows * 64
    starts = right.first + gap_right
    low = np.searchsorted(starts, left.last + gap_left, side="right")
    high = np.searchsorted(starts, left.last + gap_left + 1 + reach, side="right")
    counts = high - low
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    picked = np.repeat(low, counts) + within
    return np.repeat(left.first, counts), right.last[picked]


def _near(node: n.Near, stream: Stream, *, strict: bool) -> Hits:
    left, right = (_cap(find(side, stream, strict=strict)) for side in (node.left, node.right))
    pairs = [_followed(left, right, node.words)]
    if not node.ordered:
        pairs.append(_followed(right, left, node.words))
    return _sorted(np.concatenate([p[0] for p in pairs]), np.concatenate([p[1] for p in pairs]), stream)


def find(node: n.Node, stream: Stream, *, strict: bool = False) -> Hits:
    """Return the occurrences of a term, of an OR of terms, or of a NEAR, in one stream; remembered by the stream."""
    place = (node, strict)
    if place not in stream.cache:
        stream.cache[place] = _find(node, stream, strict=strict)
    found: Hits = stream.cache[place]
    return found


def _find(node: n.Node, stream: Stream, *, strict: bool) -> Hits:  # noqa: PLR0911 - one for each kind
    if stream.sign == "@" and isinstance(node, n.Word | n.Phrase | n.Raw | n.Loose):
        return NO_HITS  # cited accounts are searched by mentions only; their names in the text count as text
    match node:
        case n.Word(text):
            hits = _occurrences(tokens(text), stream)
            return _plain_only(hits, stream) if strict and hits.size else hits
        case n.Phrase(text):
            hits = _occurrences(tokens(text), stream)
            return hits if strict else _also_as_hashtag(hits, tokens(text), stream)
        case n.Hashtag(text):
            return _tagged(tokens(text), stream, "#")
        case n.Mention(text):
            return _tagged(tokens(text), stream, "@")
        case n.Raw():
            return _raw(node, stream)
        case n.Loose():
            return _loose(node, stream)
        case n.Near():
            return _near(node, stream, strict=strict)
        case n.Or(children):
            found = [find(child, stream, strict=strict) for child in children]
            return _sorted(np.concatenate([h.first for h in found]), np.concatenate([h.last for h in found]), stream)
        case n.Boost(child, _):
            return find(child, stream, strict=strict)
    raise TypeError(f"no places in the text for {type(node).__name__}")


def _also_as_hashtag(hits: Hits, parts: tuple[str, ...], stream: Stream) -> Hits:
    """Return the occurrences of a phrase with those of the hashtag that writes its words together: #SlowCoffee."""
    if len(parts) < 2 or not (_TAGS.search(stream.joined) or stream.sign == "#"):
        return hits
    tagged = _tagged(("".join(parts),), stream, "#")
    if not tagged.size:
        return hits
    return _sorted(np.concatenate([hits.first, tagged.first]), np.concatenate([hits.last, tagged.last]), stream)


def _plain_only(hits: Hits, stream: Stream) -> Hits:
    if stream.sign:
        return NO_HITS
    return _keep(hits, ~(_signed(hits, stream, "#") | _signed(hits, stream, "@")))
