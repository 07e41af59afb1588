"""Tree → text that parses back to the same tree."""

from __future__ import annotations

from nlp.query import nodes as n
from nlp.query.pattern import tokens


def render(node: n.Node) -> str:
    """Return the query in its canonical spelling; `parse(render(tree)) == tree`."""
    if isinstance(node, n.Strict):
        return f"hashtag:strict {_operand(node.child)}"
    return _text(node)


def _text(node: n.Node) -> str:  # noqa: PLR0911 - one for each kind
    match node:
        case n.And(children) | n.Or(children):
            return (" AND " if isinstance(node, n.And) else " OR ").join(_operand(child) for child in children)
        case n.Not(child):
            return f"NOT {_operand(child)}"
        case n.Near(left, right, words, ordered):
            return f"{_operand(left)} {'O' if ordered else ''}NEAR/{words} {_operand(right)}"
        case n.Boost(child, weight):
            return f"{_operand(child)}^{number(weight)}"
        case n.Scope(name, child):
            return f"{name}:{_operand(child)}"
        case n.AtLeast(count, child):
            return f"atleast/{count}({_text(child)})"
        case n.AuthorHas(child, count):
            return f"author_has:({_text(child)}) >= {count}"
    return _leaf(node)


def _operand(node: n.Node) -> str:
    """Return a node as it stands inside another; all but leaves in parentheses, so that no precedence is relied on."""
    compound = isinstance(node, n.And | n.Or | n.Not | n.Near | n.Boost | n.Scope)
    return f"({_text(node)})" if compound else _text(node)


def _leaf(node: n.Node) -> str:  # noqa: PLR0911 - one for each kind
    match node:
        case n.Word(text):
            return text
        case n.Phrase(text):
            return f'"{text}"'
        case n.Loose(text, extra):
            return f'"{text}"~{extra}'
        case n.Raw(text):
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            return f'raw:"{escaped}"'
        case n.Hashtag(text):
            return f"#{text}" if _simple(text) else f'hashtag:"{text}"'
        case n.Mention(text):
            return f"@{text}" if _simple(text) else f'mention:"{text}"'
        case n.Fact(name, values):
            return f"{name}:({','.join(_value(value) for value in values)})"
        case n.Flag(name, value):
            return f"{name}:{str(value).lower()}"
        case n.Range():
            return f"{node.name}:{_bounds(node)}"
        case n.Dates(low, high):
            return f"date:{low or ''}..{high or ''}"
    raise TypeError(type(node).__name__)


def _simple(text: str) -> bool:
    return len(tokens(text)) == 1 and all(char.isalnum() or char in "_*" for char in text)


def _value(value: str) -> str:
    return value if value and all(char.isalnum() or char in "_.-" for char in value) else f'"{value}"'


def _bounds(node: n.Range) -> str:
    if node.low is not None and node.high is not None:
        return f"{number(node.low)}..{number(node.high)}"
    if node.low is not None:
        return f">{'' if node.low_open else '='}{number(node.low)}"
    return f"<{'' if node.high_open else '='}{number(node.high or 0)}"


def number(value: float) -> str:
    """Return a number without exponent and without a useless fraction."""
    return f"{value:.9f}".rstrip("0").rstrip(".")
