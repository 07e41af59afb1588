"""Conditions over columns, as analysts write them: parsed into a tree, read off arrays, never executed as code."""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable, Mapping
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


def parse(text: str, kinds: Mapping[str, str]) -> Condition:
    """Return the condition; `kinds` maps each known column to number, text or list.

    Raises UserError naming what does not parse, the unknown column and its nearest neighbour, or a mixed comparison.
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
    columns = frozenset(_names(tree))
    for name in sorted(columns):
        if name not in kinds:
            raise _unknown(name, kinds)
    _check(tree, kinds)
    return Condition(text, tree, columns)


@cache
def _parser() -> Any:
    from lark import Lark

    grammar = resources.files("graph").joinpath("rules.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr")


def _unreadable(text: str, error: Exception) -> UserError:
    column = getattr(error, "column", None)
    place = column - 1 if isinstance(column, int) and 0 < column <= len(text) else len(text)
    rest = text[place : place + 30].strip() or "…"
    return UserError(
        f"condition illisible au signe {place + 1}, devant « {rest} » : {text[:80]}",
        f'condition cannot be read at character {place + 1}, before "{rest}": {text[:80]}',
    )


def _unknown(name: str, kinds: Mapping[str, str]) -> UserError:
    near = difflib.get_close_matches(name, kinds, n=1)
    hint = (f" ; vouliez-vous dire « {near[0]} » ?", f'; did you mean "{near[0]}"?') if near else ("", "")
    return UserError(f"colonne inconnue « {name} »{hint[0]}", f'unknown column "{name}"{hint[1]}')


def _depth(tree: Any) -> int:
    deepest, stack = 0, [(tree, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        stack.extend((child, level + 1) for child in getattr(node, "children", ()))
    return deepest


def _names(tree: Any) -> set[str]:
    return {str(token).lower() for token in tree.scan_values(lambda token: token.type == "NAME")}


def _check(tree: Any, kinds: Mapping[str, str]) -> None:
    """Refuse to compare a number with a text, or a list with anything: the answer would never hold."""
    for node in tree.iter_subtrees():
        if node.data == "compare":
            left, right = (_kind(node.children[i], kinds) for i in (0, 2))
            if left != right or left == "list":
                _refuse(node, left, right)
        elif node.data == "among":
            kind = kinds[str(node.children[0]).lower()]
            for literal in node.children[1:]:
                if _kind(literal, kinds) != kind:
                    _refuse(node, kind, _kind(literal, kinds))


def _kind(node: Any, kinds: Mapping[str, str]) -> str:
    return kinds[str(node.children[0]).lower()] if node.data == "column" else str(node.data)


def _refuse(node: Any, left: str, right: str) -> None:
    words = " ".join(str(token) for token in node.scan_values(lambda _: True))
    raise UserError(
        f"on ne peut comparer {left} et {right} : {words} (une liste se lit avec CONTAINS)",
        f"cannot compare {left} with {right}: {words} (a list is read with CONTAINS)",
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
        return Answer(np.array([word in (value if value is not None else ()) for value in values], bool), known)
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
