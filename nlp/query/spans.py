"""Where the terms that made a document match stand in its own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nlp.query import nodes as n
from nlp.query.batch import ANYWHERE
from nlp.query.document import Span
from nlp.query.hits import NEAR_CAP, Hits, find, raw_offsets
from nlp.query.render import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.query.batch import Batch
    from nlp.query.evaluate import Evaluator
    from nlp.query.stream import Stream


def spans_of(node: n.Node, batch: Batch, evaluator: Evaluator) -> dict[int, list[Span]]:
    """Return the sorted spans of each matching document, by place in the batch; at most 1,000 per term and field."""
    out: dict[int, set[Span]] = {int(i): set() for i in np.flatnonzero(evaluator.holds(node))}
    for doc, span in _collect(node, batch, ANYWHERE, None, strict=False):
        if doc in out:
            out[doc].add(span)
    return {doc: sorted(spans) for doc, spans in out.items()}


def _collect(
    node: n.Node, batch: Batch, scope: str, around: n.Near | None, *, strict: bool
) -> Iterator[tuple[int, Span]]:
    """Yield (document, span) of the positive terms; inside a NEAR only those that lie in a stretch it found."""
    if isinstance(node, n.TERMS):
        for name, stream in batch.streams(scope):
            yield from _term(node, name, stream, around, strict=strict)
        return
    if isinstance(node, n.Not):
        return
    scope = node.name if isinstance(node, n.Scope) else scope
    strict = strict or isinstance(node, n.Strict)
    around = node if isinstance(node, n.Near) and around is None else around
    for child in n.children(node):
        yield from _collect(child, batch, scope, around, strict=strict)


def _term(
    node: n.Term, name: str, stream: Stream, around: n.Near | None, *, strict: bool
) -> Iterator[tuple[int, Span]]:
    term = render(node)
    if isinstance(node, n.Raw) and around is None:
        yield from _raw(node, term, name, stream)
        return
    hits = find(node, stream, strict=strict)
    inside = _inside(hits, find(around, stream, strict=strict)) if around else np.ones(hits.size, dtype=bool)
    inside &= np.arange(hits.size) - np.searchsorted(hits.rows, hits.rows) < NEAR_CAP
    for first, last in zip(hits.first[inside], hits.last[inside], strict=True):
        row, start, end = stream.original(int(stream.blanks[first]) + 1, int(stream.blanks[last + 1]) - 1)
        owner, item = int(stream.owners[row]), int(stream.items[row])
        yield owner, Span(name, start, end, term, item)


def _inside(hits: Hits, outer: Hits) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which hits lie within one of the outer stretches (both sorted by first word)."""
    if not outer.size:
        return np.zeros(hits.size, dtype=bool)
    reach = np.maximum.accumulate(outer.last)
    at = np.searchsorted(outer.first, hits.first, side="right") - 1
    return (at >= 0) & (reach[np.maximum(at, 0)] >= hits.last)


def _raw(node: n.Raw, term: str, name: str, stream: Stream) -> Iterator[tuple[int, Span]]:
    for count, at in enumerate(raw_offsets(node.text, stream)):
        row = int(np.searchsorted(stream.text_starts, at, side="right")) - 1
        start = at - int(stream.text_starts[row])
        if count >= NEAR_CAP * 10:
            return
        if at + len(node.text) < stream.text_starts[row + 1]:
            yield int(stream.owners[row]), Span(name, start, start + len(node.text), term, int(stream.items[row]))
