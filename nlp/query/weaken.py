"""The weaker query that a source's API can take; the whole tree stays to be checked locally on what comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from nlp.query import nodes as n
from nlp.query.fold import SPACE, fold_char
from nlp.query.pattern import tokens
from nlp.query.render import render

Style = Literal["hashtags", "keywords", "phrases", "boolean"]


@dataclass(frozen=True, slots=True)
class Capability:
    """What a search takes: one hashtag, one word, one phrase a request, or `boolean` (AND, OR, NOT, quotes).

    `wildcards` and `negation` are understood by the source itself; `max_queries` bounds requests, `max_length` the
    characters of each.
    """

    style: Style
    wildcards: bool = False
    negation: bool = True
    max_queries: int | None = None
    max_length: int | None = None


class Weakened(NamedTuple):
    """`queries` to send, their answers united; `residual` to check locally.

    `relaxed` is the tree that the queries mean; `complete` is False when answers may miss documents that match.
    """

    queries: tuple[str, ...]
    residual: n.Node
    relaxed: n.Node | None
    complete: bool


def weaken(node: n.Node, capability: Capability) -> Weakened:
    """Return queries whose answers together contain every match, wherever the source can express that."""
    if capability.style == "hashtags":
        return _hashtags(node, capability)
    strict = isinstance(node, n.Strict)
    if strict and not all(isinstance(leaf, n.Word | n.Hashtag | n.Mention) for leaf in _alternatives(node)):
        # Phrases look into hashtags all the same, and become words here: words must then do so too, and refuse nothing.
        strict, capability = False, replace(capability, negation=False)
    relaxed = _relax(node.child if isinstance(node, n.Strict) else node, capability)
    complete = relaxed is not None
    if relaxed is None:
        relaxed = _relax(n.Or(_askable(node, capability)), capability) if _askable(node, capability) else None
    if relaxed is None:
        return Weakened((), node, None, complete=False)
    if capability.style == "boolean":
        whole = render(relaxed)
        queries: tuple[str, ...] = (whole,)
    else:
        queries = tuple(dict.fromkeys(_spell(term) for term in _alternatives(relaxed)))
    kept = _within(queries, capability)
    return Weakened(
        kept, node, n.Strict(relaxed) if strict else relaxed, complete=complete and len(kept) == len(queries)
    )


def _askable(node: n.Node, can: Capability) -> tuple[n.Node, ...]:
    """Return the positive terms that a source can be asked for, when the query as a whole cannot be covered."""
    leaves: list[n.Node] = []
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, n.Not) or (isinstance(here, n.Scope) and here.name not in {"title", "text"}):
            continue
        if isinstance(here, n.TERMS) and _relax_term(here, can) is not None:
            leaves.append(here)
        stack.extend(reversed(n.children(here)))
    return tuple(leaves)


def _within(queries: tuple[str, ...], capability: Capability) -> tuple[str, ...]:
    short = [q for q in queries if capability.max_length is None or len(q) <= capability.max_length]
    return tuple(short[: capability.max_queries])


def _relax(node: n.Node, can: Capability) -> n.Node | None:  # noqa: PLR0911 - one for each kind
    """Return a tree that every match of `node` satisfies, made of what the source knows; None: everything."""
    match node:
        case n.Word() | n.Phrase() | n.Loose() | n.Raw() | n.Hashtag() | n.Mention():
            return _relax_term(node, can)
        case n.Boost(child, _) | n.AtLeast(_, child):
            return _relax(child, can)
        case n.Scope(name, child) if name in {"title", "text"}:
            return _relax(child, can)
        case n.AuthorHas(child, _):
            return _relax(child, can)
        case n.Near(left, right, _, _):
            return _join((_relax(left, can), _relax(right, can)), can)
        case n.And(children):
            return _join(tuple(_relax(child, can) for child in children), can)
        case n.Or(children):
            parts = [_relax(child, can) for child in children]
            known = [part for part in parts if part is not None]
            return None if len(known) < len(parts) else n.Or(tuple(dict.fromkeys(known)))
        case n.Not(child) if can.style == "boolean" and can.negation and _exact(child):
            return node
    return None


def _exact(node: n.Node) -> bool:
    """Tell whether a boolean source gives a tree the meaning it has here; it must not refuse more than we do."""
    if isinstance(node, n.Or):
        return all(_exact(child) for child in node.children)
    return isinstance(node, n.Word) and len(tokens(node.text)) == 1 and not set("*?") & set(node.text)


def _relax_term(node: n.Term, can: Capability) -> n.Node | None:
    parts = _spelled(node.text)
    askable = [part for part in parts if can.wildcards or not set("*?") & set(part)]
    if not askable:
        return None
    if isinstance(node, n.Phrase) and len(askable) == len(parts) > 1 and can.style in {"phrases", "boolean"}:
        return _or_hashtag(n.Phrase(" ".join(askable)), node, can)
    found = _join(tuple(n.Word(part) for part in dict.fromkeys(askable)), can)
    return _or_hashtag(found, node, can) if isinstance(node, n.Phrase) and found is not None else found


def _or_hashtag(found: n.Node, phrase: n.Phrase, can: Capability) -> n.Node | None:
    """Return `found`, or the phrase written together; None when the source cannot be asked for that."""
    parts = _spelled(phrase.text)
    together = "".join(parts)
    if len(parts) < 2:
        return found
    return n.Or((found, n.Word(together))) if can.wildcards or not set("*?") & set(together) else None


def _spelled(text: str) -> list[str]:
    """Return the lower-cased words of a query text with their accents: a source may not fold them."""
    plain = "".join(" " if char not in "*?" and fold_char(char)[1] == SPACE else char for char in text)
    words = [word.lower() if "*" in word else word.lower().strip("?") for word in plain.split()]
    return [word for word in words if tokens(word)]


def _join(parts: tuple[n.Node | None, ...], can: Capability) -> n.Node | None:
    """Return the conjunction, or, where the source has none, its most selective part."""
    known = tuple(dict.fromkeys(part for part in parts if part is not None))
    positive = [part for part in known if not isinstance(part, n.Not)]
    if not positive:
        return None
    if can.style == "boolean":
        return known[0] if len(known) == 1 else n.And(known)
    return min(positive, key=lambda part: (len(_alternatives(part)), -min(len(_spell(a)) for a in _alternatives(part))))


def _alternatives(node: n.Node) -> list[n.Node]:
    return [leaf for leaf, _ in n.walk(node) if isinstance(leaf, n.TERMS)]


def _spell(term: n.Node) -> str:
    return term.text if isinstance(term, n.Word) else render(term)


def _hashtags(node: n.Node, can: Capability) -> Weakened:
    """Probe by hashtags: the query's own, and its words and phrases written as one; complete only for the former."""
    found: dict[str, n.Node] = {}
    only_tags = True
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, n.Not) or (isinstance(here, n.Scope) and here.name not in {"title", "text"}):
            continue
        if isinstance(here, n.TERMS) and not isinstance(here, n.Mention):
            parts = tokens(here.text)
            only_tags &= isinstance(here, n.Hashtag)
            if parts and not any(set("*?") & set(part) for part in parts):
                tag = "".join(parts)
                found.setdefault(tag, n.Hashtag(tag))
        stack.extend(reversed(n.children(here)))
    queries = tuple(found)
    kept = _within(queries, can)
    complete = only_tags and _covers(node) and len(kept) == len(queries)
    return Weakened(kept, node, n.Or(tuple(found[tag] for tag in kept)) if kept else None, complete)


def _covers(node: n.Node) -> bool:
    """Tell whether every match carries a hashtag that the query names in full."""
    match node:
        case n.Hashtag(text):
            return len(tokens(text)) == 1 and "*" not in text and "?" not in text
        case n.And(children):
            return any(_covers(child) for child in children)
        case n.Or(children):
            return all(_covers(child) for child in children)
        case n.Near(left, right, _, _):
            return _covers(left) or _covers(right)
        case n.Boost(child, _) | n.AtLeast(_, child) | n.Strict(child) | n.AuthorHas(child, _):
            return _covers(child)
    return False
