"""What a segment brings to its model: a query, example texts, and the analyst's decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nlp.query import MatcherSet, terms
from nlp.query.nodes import And, Boost, Not, Or, Strict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nlp.query import Node


@dataclass(frozen=True, slots=True)
class TopicalSegment:
    """One subject to learn.

    `examples` are texts on the subject; `accepted` and `rejected` are texts of people the analyst took in or left out.
    """

    name: str
    query: Node
    examples: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()

    def as_text(self) -> str:
        """Return the words of the query's positive side: what the segment is about when nothing hits."""
        return " ".join(term.text.replace("*", "").replace("?", "") for term in terms(self.query))


def exclusion(node: Node) -> Node | None:
    """Return what a text must not say, or None: the negated operands at the root of the query."""
    if isinstance(node, (Boost, Strict)):
        return exclusion(node.child)
    if isinstance(node, Not):
        return node.child
    if isinstance(node, And):
        found = tuple(part for part in map(exclusion, node.children) if part is not None)
        return None if not found else found[0] if len(found) == 1 else Or(found)
    return None


def query_hits(segments: Sequence[TopicalSegment], texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return (n_texts, n_segments): whether each text satisfies each segment's query."""
    return _matches({str(i): segment.query for i, segment in enumerate(segments)}, texts, len(segments))


def excluded(segments: Sequence[TopicalSegment], texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return (n_texts, n_segments): whether each text says what the segment's query excludes."""
    nodes = {str(i): node for i, segment in enumerate(segments) if (node := exclusion(segment.query)) is not None}
    return _matches(nodes, texts, len(segments))


def without_texts(segment: TopicalSegment) -> TopicalSegment:
    """Return the segment without its texts: a fitted model does not need to keep people's words."""
    return replace(segment, examples=(), accepted=(), rejected=())


def _matches(nodes: dict[str, Node], texts: Sequence[str], columns: int) -> NDArray[np.bool_]:
    answer = np.zeros((len(texts), columns), dtype=bool)
    if nodes and len(texts):
        for name, rows in MatcherSet(nodes).match_texts(texts).items():
            answer[:, int(name)] = rows
    return answer
