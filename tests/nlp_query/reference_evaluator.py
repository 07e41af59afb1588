"""A slow, obvious evaluator of the query language over one text, sharing no matching code with it."""

from __future__ import annotations

import re
import unicodedata
from itertools import product

from nlp.query import nodes as n

Place = tuple[int, int]


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE")).casefold()
    return "".join(char for char in plain if not unicodedata.combining(char))


def read(text: str) -> list[tuple[str, str]]:
    """Return (word, sign before it) for each word of the text."""
    out = []
    for found in re.finditer(r"\w+", fold(text)):
        before = fold(text)[: found.start()]
        sign = before[-1:] if before[-1:] in {"#", "@"} else ""
        if sign == "@" and before[-2:-1].isalnum():
            sign = ""
        out.append((found.group(), sign))
    return out


def same(pattern: str, word: str) -> bool:
    expression = "".join({"*": r"\w*", "?": r"\w"}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(expression, word) is not None


def parts(text: str) -> list[str]:
    """Return the words of a pattern; a question mark at the edge of a word is punctuation."""
    return [part.strip("?") for part in re.findall(r"[\w*?]+", fold(text)) if part.strip("*?")]


def sequences(text: str, words: list[tuple[str, str]]) -> set[Place]:
    wanted = parts(text)
    size = len(wanted)
    return {
        (i, i + size - 1)
        for i in range(len(words) - size + 1)
        if all(same(p, words[i + k][0]) for k, p in enumerate(wanted))
    }


def loose(node: n.Loose, words: list[tuple[str, str]]) -> set[Place]:
    """Return, from each word asked for, the shortest stretch that holds them all."""
    wanted = parts(node.text)
    out = set()
    for i in range(len(words)):
        for j in range(i, min(len(words), i + len(wanted) + node.extra)):
            inside = [word for word, _ in words[i : j + 1]]
            enough = all(sum(same(p, w) for w in inside) >= wanted.count(p) for p in wanted)
            if enough and any(same(p, inside[0]) for p in wanted):
                out.add((i, j))
                break
    return out


def near(node: n.Near, words: list[tuple[str, str]], *, strict: bool) -> set[Place]:
    out = set()
    for a, b in product(places(node.left, words, strict=strict), places(node.right, words, strict=strict)):
        if 0 <= b[0] - a[1] - 1 <= node.words:
            out.add((a[0], b[1]))
        if not node.ordered and 0 <= a[0] - b[1] - 1 <= node.words:
            out.add((b[0], a[1]))
    return out


def places(node: n.Node, words: list[tuple[str, str]], *, strict: bool) -> set[Place]:
    match node:
        case n.Word(text):
            return {p for p in sequences(text, words) if not (strict and words[p[0]][1])}
        case n.Phrase(text):
            written_together = "".join(parts(text)) if len(parts(text)) > 1 and not strict else ""
            return sequences(text, words) | {
                (i, i) for i, (word, sign) in enumerate(words) if sign == "#" and same(written_together, word)
            }
        case n.Hashtag(text):
            return {p for p in sequences(text, words) if words[p[0]][1] == "#"}
        case n.Mention(text):
            return {p for p in sequences(text, words) if words[p[0]][1] == "@"}
        case n.Loose():
            return loose(node, words)
        case n.Near():
            return near(node, words, strict=strict)
        case n.Or(children):
            return set().union(*(places(child, words, strict=strict) for child in children))
        case n.Boost(child, _):
            return places(child, words, strict=strict)
    raise TypeError(node)


def holds(node: n.Node, text: str, *, strict: bool = False) -> bool | None:
    """Return True, False, or None for what a text alone cannot tell."""
    match node:
        case n.And(children):
            values = [holds(child, text, strict=strict) for child in children]
            return False if False in values else None if None in values else True
        case n.Or(children):
            values = [holds(child, text, strict=strict) for child in children]
            return True if True in values else None if None in values else False
        case n.Not(child):
            value = holds(child, text, strict=strict)
            return None if value is None else not value
        case n.Boost(child, _):
            return holds(child, text, strict=strict)
        case n.Strict(child):
            return holds(child, text, strict=True)
        case n.Scope("text", child):
            return holds(child, text, strict=strict)
        case n.AtLeast(count, child):
            return len(places(child, read(text), strict=strict)) >= count
        case n.Raw(exact):
            guard = r"(?<![\w#@])" if re.match(r"\w", exact) else ""
            end = r"(?!\w)" if re.search(r"\w$", exact) else ""
            return re.search(guard + re.escape(exact) + end, text) is not None
        case n.Fact() | n.Flag() | n.Range() | n.Dates() | n.AuthorHas():
            return None
    return bool(places(node, read(text), strict=strict))
