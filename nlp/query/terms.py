"""The positive terms of a query with their weights: what BM25 and the models of a subject start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nlp.query import nodes as n

Kind = Literal["word", "phrase", "wildcard", "hashtag", "mention"]
_SUBJECT = {"title", "text"}  # scopes whose words speak of the subject; a name or an address does not


@dataclass(frozen=True, slots=True)
class Term:
    """One positive term: its text as written, its kind, its weight (the product of the boosts around it)."""

    text: str
    kind: Kind
    weight: float = 1.0


def terms(node: n.Node) -> list[Term]:
    """Return the distinct positive terms in the order written, each with its greatest weight."""
    found: dict[tuple[str, Kind], float] = {}
    stack: list[tuple[n.Node, float]] = [(node, 1.0)]
    while stack:
        here, weight = stack.pop()
        if isinstance(here, n.Not) or (isinstance(here, n.Scope) and here.name not in _SUBJECT):
            continue
        weight *= here.weight if isinstance(here, n.Boost) else 1.0
        if isinstance(here, n.TERMS):
            place = (here.text, _kind(here))
            found[place] = max(weight, found.get(place, 0.0))
        stack.extend((child, weight) for child in reversed(n.children(here)))
    return [Term(text, kind, weight) for (text, kind), weight in found.items()]


def _kind(term: n.Term) -> Kind:
    match term:
        case n.Hashtag():
            return "hashtag"
        case n.Mention():
            return "mention"
        case n.Word(text):
            return "wildcard" if "*" in text or "?" in text.strip("?") else "word"
    return "phrase"
