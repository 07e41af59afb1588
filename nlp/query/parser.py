"""Text of a query → tree, in time that grows with its length, with errors that say where and what to write."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from lark import Lark, Token
from lark.exceptions import UnexpectedInput, VisitError

from nlp.query import nodes as n
from nlp.query.build import Builder
from nlp.query.errors import QueryError, quoted
from nlp.query.fields import ALIASES, FACTS, FLAGS, NUMBERS
from nlp.query.prepare import MAX_DEPTH, prepare, too_deep

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_NODES = 5000


@lru_cache(maxsize=1)
def _grammar() -> str:
    names = [*FACTS, *FLAGS, *NUMBERS, "date"]
    names += [alias for alias, name in ALIASES.items() if name in names]
    text = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return text.replace("@FIELDS@", "|".join(sorted(names, key=len, reverse=True)))


@lru_cache(maxsize=1)
def _lalr() -> Lark:
    return Lark(_grammar(), parser="lalr", lexer="basic", maybe_placeholders=False)


def parse(text: str, named: Mapping[str, str] | None = None) -> n.Node:
    """Return the tree of a query; `named` holds sub-queries that `@name` stands for.

    QueryError when it cannot be read: `position` is an offset in `text`, even when the fault is inside a named query.
    """
    return _Reading(named or {}).read(text)


class _Reading:
    """One parse with the named queries met on the way, each read once."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self.named = named
        self.known: dict[str, n.Node] = {}
        self.open: list[str] = []

    def read(self, text: str) -> n.Node:
        plain, strict = prepare(text)
        node = _run(plain, Builder(self._resolve))
        _check_size(node)
        return n.Strict(node) if strict else node

    def _resolve(self, name: str, at: int) -> n.Node | None:
        if name not in self.named:
            return None
        if name in self.open:
            raise QueryError(f"@{quoted(name)} se contient elle-même", f"@{quoted(name)} contains itself", at)
        if name not in self.known:
            if len(self.open) >= MAX_DEPTH:
                raise too_deep(at)
            self.known[name] = self._read_named(name, at)
        return self.known[name]

    def _read_named(self, name: str, at: int) -> n.Node:
        self.open.append(name)
        try:
            inner = self.read(self.named[name])
        except QueryError as error:
            raise QueryError(f"dans @{name} : {error.message.fr}", f"in @{name}: {error.message.en}", at) from None
        self.open.pop()
        return inner.child if isinstance(inner, n.Strict) else inner


def _run(text: str, builder: Builder) -> n.Node:
    try:
        return builder.transform(_lalr().parse(text))
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _explain(error, text) from None


def _explain(error: UnexpectedInput, text: str) -> QueryError:
    token = getattr(error, "token", None)
    if not isinstance(token, Token):
        at = error.pos_in_stream or 0
        sign = quoted(text[at : at + 1])
        return QueryError(f"caractère inattendu « {sign} »", f"unexpected character “{sign}”", at)
    if token.type == "$END":
        return QueryError("il manque un mot à la fin", "a word is missing at the end", len(text.rstrip()))
    at, sign = token.start_pos or 0, quoted(str(token).strip())
    if token.type == "RPAR":
        empty = text[:at].rstrip().endswith("(")
        fr, en = (
            ("parenthèses vides", "empty parentheses") if empty else ("mot manquant avant )", "word missing before )")
        )
        return QueryError(fr, en, at)
    if token.type in {"AND", "OR", "NEAR", "NOT", "BOOST", "COUNT"}:
        return QueryError(
            f"il manque un mot devant « {sign} »",
            f"a word is missing before “{sign}”",
            at,
            f'"{sign}"' if sign.isalpha() else None,
        )
    return QueryError(f"« {sign} » n'est pas à sa place", f"“{sign}” is out of place", at)


def _check_size(node: n.Node) -> None:
    """Refuse trees that named queries would blow up, without walking more than the limit."""
    for count, (_, depth) in enumerate(n.walk(node)):
        if depth > 2 * MAX_DEPTH:
            raise too_deep(0)
        if count > MAX_NODES:
            raise QueryError(
                f"plus de {MAX_NODES} termes et opérateurs", f"more than {MAX_NODES} terms and operators", 0
            )
