"""Pieces recognised by the grammar → nodes, checked as they are made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lark import Token, v_args
from lark.visitors import Transformer_NonRecursive

from nlp.query import fields
from nlp.query import nodes as n
from nlp.query.errors import QueryError, quoted
from nlp.query.pattern import bad_wildcard, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_NEAR = 20
_SPAN = (*n.TERMS, n.Near)
_FOREIGN = re.compile(r"\{(?P<case>\w[^{}]*)\}|(?:/|~)(?P<words>\d{1,3})")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def _searchable(text: str, at: int) -> str:
    """Return the text when its words and wildcards can be searched."""
    wrong = bad_wildcard(text)
    if wrong == "inside":
        raise QueryError("* n'est permis qu'en fin de mot", "* is only allowed at the end of a word", at)
    if wrong:
        raise QueryError(
            f"joker trop court « {quoted(text)} » : 3 lettres au moins avant *",
            f"wildcard too short “{quoted(text)}”: at least 3 letters before *",
            at,
        )
    if not tokens(text):
        raise QueryError(
            f"rien à chercher dans « {quoted(text)} »", f"nothing to search in “{quoted(text)}”", at, 'raw:"…"'
        )
    return text


def places(node: n.Node) -> bool:
    """Tell whether a node says where it is in the text, as NEAR and atleast need."""
    if isinstance(node, n.Or):
        return all(places(child) for child in node.children)
    return places(node.child) if isinstance(node, n.Boost) else isinstance(node, _SPAN)


class Group:
    """What stood between parentheses, told apart from the same thing without them while parsing."""

    def __init__(self, node: n.Node) -> None:
        self.node = node


def _bare(item: n.Node | Group) -> n.Node:
    return item.node if isinstance(item, Group) else item


@v_args(inline=True)
class Builder(Transformer_NonRecursive[Token, n.Node]):
    """Makes nodes bottom-up while the parser reduces, so that no recursion depends on the input."""

    def __init__(self, named: Callable[[str, int], n.Node | None]) -> None:
        super().__init__()
        self._named = named

    def start(self, node: n.Node | Group) -> n.Node:
        """The whole query."""
        return _bare(node)

    def any_of(self, *items: n.Node | Group | Token) -> n.Node | Group:
        """Operands joined by OR."""
        return self._join(n.Or, items, {"OU"})

    def all_of(self, *items: n.Node | Group | Token) -> n.Node | Group:
        """Operands joined by AND or side by side."""
        return self._join(n.And, items, {"ET"})

    def _join(
        self, kind: type[n.And | n.Or], items: tuple[n.Node | Group | Token, ...], french: set[str]
    ) -> n.Node | Group:
        operands = [item for item in items if not isinstance(item, Token)]
        if len(operands) == 1:
            return operands[0]
        written = {str(item) for item in items if isinstance(item, Token)}
        notes = {"french"} & {"french" for word in written & french}
        if kind is n.Or and any(isinstance(item, n.And) for item in operands):
            notes.add("mixed")
        return kind(tuple(_bare(item) for item in operands), frozenset(notes))

    def near(self, first: n.Node | Group, *rest: n.Node | Group | Token) -> n.Node | Group:
        """Operands joined by NEAR, from left to right."""
        if not rest:
            return first
        node = _bare(first)
        for sign, operand in zip(rest[::2], rest[1::2], strict=True):
            node = self._pair(node, sign, _bare(operand))  # type: ignore[arg-type]
        return node

    def _pair(self, left: n.Node, sign: Token, right: n.Node) -> n.Near:
        at = sign.start_pos or 0
        distance = re.search(r"\d+", sign)
        words = int(distance.group()[:9]) if distance else 4
        if words > MAX_NEAR:
            raise QueryError(
                f"NEAR/{words} est trop large ({MAX_NEAR} mots au plus)",
                f"NEAR/{words} is too wide (at most {MAX_NEAR} words)",
                at,
                f"NEAR/{MAX_NEAR}",
            )
        for side in (left, right):
            if not places(side):
                raise _near_operand(side, at)
        return n.Near(left, right, words, sign.startswith("O") or sign.endswith("f"))

    def negated(self, sign: Token, child: n.Node | Group) -> n.Not:
        """NOT, SAUF or a minus sign."""
        return n.Not(_bare(child), frozenset({"french"} if sign == "SAUF" else ()))

    def boosted(self, child: n.Node | Group, weight: Token) -> n.Boost:
        """An operand with its weight."""
        value = float(weight[1:12])
        if not 0 < value <= 1000:
            raise QueryError("poids ^n hors de 0 à 1000", "weight ^n outside 0 to 1000", weight.start_pos or 0)
        return n.Boost(_bare(child), value)

    def group(self, node: n.Node | Group) -> Group:
        """What stands between parentheses."""
        return Group(_bare(node))

    def word(self, token: Token) -> n.Node:
        """A bare word; `!NASA` is one in exact case."""
        at = token.start_pos or 0
        if re.match(r"!\w", token):
            return n.Raw(token[1:])
        if found := _FOREIGN.fullmatch(token):
            hint = f'raw:"{found["case"]}"' if found["case"] else f"NEAR/{found['words']}"
            raise QueryError(
                f"« {quoted(token)} » : écriture d'un autre outil",
                f"“{quoted(token)}” is another tool's spelling",
                at,
                hint,
            )
        if token.startswith("++") or re.search(r"~\d*$", token):
            raise QueryError(
                f"« {quoted(token)} » : ni ++mot ni mot~ (approché) ne sont compris",
                f"“{quoted(token)}”: neither ++word nor word~ (fuzzy) is understood",
                at,
                'raw:"…"' if token.startswith("++") else "mot*",
            )
        return n.Word(_searchable(str(token), at))

    def phrase(self, token: Token) -> n.Phrase:
        """Words between quotes."""
        return n.Phrase(_searchable(token[1:-1], token.start_pos or 0))

    def loose(self, token: Token) -> n.Loose:
        """Words between quotes, with `~n`."""
        text, _, extra = token.rpartition("~")
        count = int(extra[:9])
        if count > MAX_NEAR:
            raise QueryError(f"~{count} est trop large", f"~{count} is too wide", token.start_pos or 0, f"~{MAX_NEAR}")
        return n.Loose(_searchable(text[1:-1], token.start_pos or 0), count)

    def raw(self, token: Token) -> n.Raw:
        """Exact characters."""
        text = token[1:] if token.startswith("!") else token[4:].strip()
        exact = _ESCAPE.sub(r"\1", text[1:-1]) if text.startswith('"') else text
        if not exact.strip():
            raise QueryError("raw: sans rien à chercher", "raw: with nothing to search", token.start_pos or 0)
        return n.Raw(exact)

    def hashtag(self, token: Token) -> n.Hashtag:
        """A word after `#`."""
        return n.Hashtag(_searchable(token[1:], token.start_pos or 0))

    def at(self, token: Token) -> n.Node | Group:
        """A named sub-query, or else an account."""
        found = self._named(token[1:], token.start_pos or 0)
        return n.Mention(_searchable(token[1:], token.start_pos or 0)) if found is None else Group(found)

    def value(self, token: Token) -> n.Node:
        """A field that holds facts, numbers, dates or yes/no."""
        name, _, text = token.partition(":")
        at = token.start_pos or 0
        return fields.read_value(fields.canonical(name, at), text.strip(), at)

    def scoped(self, label: Token, child: n.Node | Group) -> n.Node:
        """A field in which terms are looked for."""
        at = label.start_pos or 0
        name = fields.canonical(label.strip()[:-1], at)
        inner = _bare(child)
        if name in fields.TAGS:
            return _as_tags(name, inner, at)
        if name not in fields.SCOPES:
            raise QueryError(f"valeur illisible pour {name}:", f"unreadable value of {name}:", at)
        for node, _ in n.walk(inner):
            if isinstance(node, n.Scope | n.Fact | n.Flag | n.Range | n.Dates | n.AuthorHas):
                raise QueryError(f"pas de champ à l'intérieur de {name}:", f"no field inside {name}:", at)
        return n.Scope(name, inner)

    def counted(self, head: Token, child: n.Node | Group) -> n.AtLeast:
        """A number of occurrences."""
        at, count = head.start_pos or 0, int(re.findall(r"\d+", head)[0][:9])
        inner = _bare(child)
        if count < 1 or not places(inner):
            raise QueryError(
                "atleast/n compte un mot, une expression ou un OR de ceux-ci, n ≥ 1",
                "atleast/n counts a word, a phrase or an OR of these, n ≥ 1",
                at,
                "atleast/3(café OR thé)",
            )
        return n.AtLeast(count, inner)

    def author_has(self, head: Token, child: n.Node | Group, count: Token | None = None) -> n.AuthorHas:
        """A number of an author's documents."""
        inner = _bare(child)
        least = int(re.findall(r"\d+", count)[0][:9]) if count else 1
        if least < 1 or any(isinstance(node, n.AuthorHas) for node, _ in n.walk(inner)):
            raise QueryError(
                "author_has: s'écrit author_has:(requête) >= n, n ≥ 1, sans s'imbriquer",
                "author_has: is written author_has:(query) >= n, n ≥ 1, and does not nest",
                head.start_pos or 0,
            )
        return n.AuthorHas(inner, least)


def _near_operand(side: n.Node, at: int) -> QueryError:
    if any(isinstance(node, n.Not) for node, _ in n.walk(side)):
        return QueryError("NEAR ne relie pas une négation", "NEAR cannot join a negation", at, "NOT (a NEAR/3 b)")
    return QueryError(
        "NEAR relie des mots, des expressions ou des OR de ceux-ci",
        "NEAR joins words, phrases or ORs of these",
        at,
        "(a NEAR/5 c) AND (b NEAR/5 c)",
    )


def _as_tags(name: str, inner: n.Node, at: int) -> n.Node:
    """Read the words under `hashtag:` or `mention:` as hashtags or mentions."""
    match inner:
        case n.Word(text) | n.Phrase(text) | n.Hashtag(text) | n.Mention(text):
            return (n.Hashtag if name == "hashtag" else n.Mention)(text.lstrip("#@"))
        case n.Or(children, notes):
            return n.Or(tuple(_as_tags(name, child, at) for child in children), notes)
        case n.And(children, notes):
            return n.And(tuple(_as_tags(name, child, at) for child in children), notes)
        case n.Not(child, notes):
            return n.Not(_as_tags(name, child, at), notes)
    raise QueryError(f"{name}: attend des mots", f"{name}: expects words", at)
