"""Conditions over columns, as analysts write them: parsed into a tree, read off arrays, never executed as code."""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import UserError

if TYPE_CHECKING:
    from graph.columns import Bools

LONGEST = 2000
DEEPEST = 60
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
Columns = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A three-valued answer per row: `value` where `known`, NULL elsewhere."""

    value: Bools
    known: Bools

    @property
    def holds(self) -> Bools:
        """Tell where the condition is true: not where it is NULL."""
        return self.value & self.known


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that parsed: its text, its tree, the columns it reads."""

    text: str
    tree: Any
    columns: frozenset[str]

    def answer(self, columns: Columns, rows: int) -> Answer:
        """Return the condition's answer for each of `rows` rows; every column is an array of that length."""
        return _evaluate(self.tree, columns, rows)


def parse(
    text: str,
    kinds: Mapping[str, str],
    values: Mapping[str, Collection[str]] | None = None,
    *,
    elsewhere: Mapping[str, tuple[str, str]] | None = None,
) -> Condition:
    """Return the condition; `kinds` maps each known column to number, text or list.

    `values` gives the only words that some columns ever hold, `elsewhere` says of columns that exist but are not read
    here where they are, in French and English. Raises UserError with the position of what does not
    parse, of an unknown column or word (and its nearest neighbour), or of a comparison of unlike things.
    """
    from lark.exceptions import LarkError

    if len(text) > LONGEST:
        raise UserError(
            f"condition trop longue : {LONGEST} signes au plus", f"condition too long: at most {LONGEST} characters"
        )
    try:
        tree = _parser().parse(text)
    except LarkError as error:
        raise _unreadable(text, error) from None
    if _depth(tree) > DEEPEST:
        raise UserError("condition trop imbriquée : simplifiez-la", "condition nested too deeply: simplify it")
    names = list(tree.scan_values(lambda token: token.type == "NAME"))
    for token in names:
        if token.lower() not in kinds:
            raise _unknown(token, kinds, elsewhere or {})
    _check(tree, kinds, values or {})
    return Condition(text, tree, frozenset(str(token).lower() for token in names))


@cache
def _parser() -> Any:
    from lark import Lark

    grammar = resources.files("graph").joinpath("rules.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr")


def _unreadable(text: str, error: Exception) -> UserError:
    at = getattr(error, "pos_in_stream", None)
    ended = getattr(getattr(error, "token", None), "type", None) == "$END"
    place = at if isinstance(at, int) and 0 <= at < len(text) and not ended else len(text)
    rest = text[place : place + 30].strip() or "…"
    return UserError(
        f"condition illisible au signe {place + 1}, devant « {rest} » : {_shown(text)}",
        f'condition cannot be read at character {place + 1}, before "{rest}": {text[:80]}',
    )


def _shown(text: str) -> str:
    return " ".join(text[:80].split())


def _unknown(token: Any, kinds: Mapping[str, str], elsewhere: Mapping[str, tuple[str, str]]) -> UserError:
    at = _place(token)
    if found := elsewhere.get(str(token).lower()):
        return UserError(f"« {token} » au signe {at} {found[0]}", f'"{token}" at character {at} {found[1]}')
    fr, en = _near(str(token).lower(), kinds)
    return UserError(
        f"colonne inconnue « {token} » au signe {at}{fr}", f'unknown column "{token}" at character {at}{en}'
    )


def _near(word: str, known: Collection[str]) -> tuple[str, str]:
    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return f" ; vouliez-vous dire « {near[0]} » ?", f'; did you mean "{near[0]}"?'
    if len(known) > 20:
        return "", ""
    listed = ", ".join(sorted(known))
    return f" ; possibles : {listed}", f"; valid: {listed}"


def _place(node: Any) -> int:
    """Return the 1-based character where a token, or the first token of a tree, stands."""
    first = node if hasattr(node, "start_pos") else next(iter(node.scan_values(lambda _: True)))
    return int(first.start_pos) + 1


def _depth(tree: Any) -> int:
    deepest, stack = 0, [(tree, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        stack.extend((child, level + 1) for child in getattr(node, "children", ()))
    return deepest


def _check(tree: Any, kinds: Mapping[str, str], values: Mapping[str, Collection[str]]) -> None:
    """Refuse to compare a number with a text, or a list with anything: the answer would never hold."""
    for node in tree.iter_subtrees_topdown():
        if node.data == "compare":
            left, right = (_kind(node.children[i], kinds) for i in (0, 2))
            if left != right or left == "list":
                _refuse(node, left, right)
            _check_words(node.children[0], node.children[2:], values)
            _check_words(node.children[2], node.children[:1], values)
        elif node.data == "among":
            kind = kinds[str(node.children[0]).lower()]
            for literal in node.children[1:]:
                if _kind(literal, kinds) != kind:
                    _refuse(node, kind, _kind(literal, kinds))
            _check_words(node, node.children[1:], values)
        elif node.data == "contains" and kinds[str(node.children[0]).lower()] == "number":
            _refuse(node, "number", "text")


def _check_words(column: Any, literals: Sequence[Any], values: Mapping[str, Collection[str]]) -> None:
    """Refuse a word that the column never holds."""
    known = values.get(str(column.children[0]).lower()) if column.data in {"column", "among"} else None
    for literal in literals if known is not None else ():
        if literal.data == "text" and _literal(literal.children[0]) not in (known or ()):
            word, at = _literal(literal.children[0]), _place(literal)
            fr, en = _near(str(word), known or ())
            raise UserError(
                f"valeur inconnue « {word} » au signe {at}{fr}", f'unknown value "{word}" at character {at}{en}'
            )


def _kind(node: Any, kinds: Mapping[str, str]) -> str:
    return kinds[str(node.children[0]).lower()] if node.data == "column" else str(node.data)


def _refuse(node: Any, left: str, right: str) -> None:
    words, at = " ".join(str(token) for token in node.scan_values(lambda _: True)), _place(node)
    said = {"number": "un nombre", "text": "un texte", "list": "une liste"}
    named = {"number": "a number", "text": "a text", "list": "a list"}
    raise UserError(
        f"au signe {at}, on ne peut comparer {said[left]} et {said[right]} : {words} (une liste se lit avec CONTAINS)",
        f"at character {at}, cannot compare {named[left]} with {named[right]}: {words} (a list is read with CONTAINS)",
    )


def _evaluate(node: Any, columns: Columns, rows: int) -> Answer:
    if node.data == "deny":
        inner = _evaluate(node.children[0], columns, rows)
        return Answer(~inner.value, inner.known)
    if node.data in {"either", "both"}:
        return _joined(node, columns, rows)
    if node.data == "compare":
        (left, left_known), (right, right_known) = (_operand(node.children[i], columns, rows) for i in (0, 2))
        known = left_known & right_known
        return Answer(_compared(_COMPARE[str(node.children[1])], left, right, known), known)
    values, known = _column(node.children[0], columns)
    if node.data in {"unknown", "known"}:
        return Answer(known if node.data == "known" else ~known, np.ones(rows, bool))
    if node.data == "contains":
        word = _literal(node.children[1])
        return Answer(np.array([word in (value or ()) for value in values], bool), known)
    wanted = [_literal(child.children[0]) for child in node.children[1:]]
    return Answer(np.array([value in wanted for value in values.tolist()], bool), known)


def _joined(node: Any, columns: Columns, rows: int) -> Answer:
    """Kleene's logic: one true side decides OR, one false side decides AND, whatever the other side does not know."""
    answers = [_evaluate(child, columns, rows) for child in node.children]
    true: Bools = np.array([answer.value & answer.known for answer in answers])
    false: Bools = np.array([~answer.value & answer.known for answer in answers])
    if node.data == "either":
        some, none = np.any(true, axis=0), np.all(false, axis=0)
        return Answer(np.asarray(some), np.asarray(some | none))
    whole, broken = np.all(true, axis=0), np.any(false, axis=0)
    return Answer(np.asarray(whole), np.asarray(whole | broken))


def _compared(compare: Callable[[Any, Any], Any], left: Any, right: Any, known: Bools) -> Bools:
    result = np.zeros(len(known), bool)
    result[known] = compare(left[known], right[known]).astype(bool)
    return result


def _operand(node: Any, columns: Columns, rows: int) -> tuple[np.ndarray[Any, Any], Bools]:
    if node.data == "column":
        return _column(node.children[0], columns)
    value = _literal(node.children[0])
    return np.full(rows, value, object if isinstance(value, str) else float), np.ones(rows, bool)


def _column(name: Any, columns: Columns) -> tuple[np.ndarray[Any, Any], Bools]:
    values = columns[str(name).lower()]
    if values.dtype == object:
        return values, np.array([value is not None for value in values], bool)
    return values, np.isfinite(values.astype(float))


def _literal(token: Any) -> float | str:
    return str(token)[1:-1] if token.type == "STRING" else float(token)
