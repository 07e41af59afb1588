"""Which documents satisfy a query: it holds, does not hold, or is unknown. Only what is known to hold matches."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from nlp.query import nodes as n
from nlp.query.batch import ANYWHERE, Batch, Mask, site_of
from nlp.query.fold import key
from nlp.query.hits import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_COLUMNS = {"lang": "language", "type": "kind", "label": "labels", "brand": "brands", "sentiment": "tone"}
_Leaf = tuple[Mask, Mask]


class Evaluator:
    """Evaluates trees over one batch. `now` gives ages; each node is visited once, with the truth value asked for."""

    def __init__(self, batch: Batch, now: dt.datetime | None = None) -> None:
        self.batch = batch
        self.now = now or dt.datetime.now(dt.UTC)

    def holds(self, node: n.Node, *, wanted: bool = True, scope: str = ANYWHERE, strict: bool = False) -> Mask:
        """Return which documents are known to satisfy (`wanted`) or known not to satisfy (not `wanted`) a tree."""
        if isinstance(node, n.Not):
            return self.holds(node.child, wanted=not wanted, scope=scope, strict=strict)
        if isinstance(node, n.Boost):
            return self.holds(node.child, wanted=wanted, scope=scope, strict=strict)
        if isinstance(node, n.Strict):
            return self.holds(node.child, wanted=wanted, scope=scope, strict=True)
        if isinstance(node, n.Scope):
            return self.holds(node.child, wanted=wanted, scope=node.name, strict=strict)
        if isinstance(node, n.And | n.Or):
            parts = (self.holds(child, wanted=wanted, scope=scope, strict=strict) for child in node.children)
            return _all(parts) if isinstance(node, n.And) == wanted else _any(parts)
        true, known = self._leaf(node, scope, strict=strict)
        return true & known if wanted else ~true & known

    def _leaf(self, node: n.Node, scope: str, *, strict: bool) -> _Leaf:  # noqa: PLR0911 - one for each kind of leaf
        match node:
            case n.AtLeast(count, child):
                return self._count(child, scope, strict=strict) >= count, self.batch.known(scope)
            case n.Fact(name, values):
                return self._fact(name, values)
            case n.Flag(name, value):
                return self._test(self.batch.column(name), lambda seen: seen is value)
            case n.Range():
                return self._test(self._numbers(node.name), lambda seen: within(node, seen))
            case n.Dates(low, high):
                days = [None if at is None else _utc(at).date() for at in self.batch.column("published_at")]
                return self._test(days, lambda day: (low is None or low <= day) and (high is None or day <= high))
            case n.AuthorHas():
                nobody = np.zeros(self.batch.size, dtype=bool)
                return nobody, nobody
        return self._count(node, scope, strict=strict) > 0, self.batch.known(scope)

    def _count(self, node: n.Node, scope: str, *, strict: bool) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return how often a term, an OR of terms or a NEAR occurs in each document."""
        total = np.zeros(self.batch.size, dtype=np.int64)
        for _, stream in self.batch.streams(scope):
            found = find(node, stream, strict=strict)
            total += np.bincount(stream.owners[found.rows], minlength=self.batch.size)
        return total

    def _fact(self, name: str, values: tuple[str, ...]) -> _Leaf:
        if name == "site":
            wanted = tuple(value.casefold().strip(".").removeprefix("www.") for value in values)
            sites = [site_of(doc) for doc in self.batch.docs] if self.batch.docs else [None] * self.batch.size
            return self._test(sites, lambda host: any(host == w or host.endswith(f".{w}") for w in wanted))
        column = self.batch.column(_COLUMNS.get(name, name))
        keys = {key(value) for value in values}
        if name == "lang":
            return self._test(column, lambda tag: key(tag.replace("_", "-")) in keys or key(tag[:2]) in keys)
        return self._test(column, lambda seen: any(key(one) in keys for one in _several(seen)))

    def _numbers(self, name: str) -> list[float | None]:
        if name == "age":
            return [None if at is None else _days(self.now, at) for at in self.batch.column("published_at")]
        return [None if numbers is None else numbers.get(name) for numbers in self.batch.column("numbers")]

    def _test(self, column: Sequence[object], holds: Callable[..., bool]) -> _Leaf:
        known = np.array([value is not None for value in column], dtype=bool)
        return np.array([value is not None and holds(value) for value in column], dtype=bool), known


def within(node: n.Range, value: float) -> bool:
    """Tell whether a number lies in a range; NaN lies in none."""
    if value != value:  # noqa: PLR0124 - NaN is the one number that differs from itself
        return False
    above = node.low is None or (value > node.low if node.low_open else value >= node.low)
    return above and (node.high is None or (value < node.high if node.high_open else value <= node.high))


def _several(seen: str | tuple[str, ...]) -> tuple[str, ...]:
    return (seen,) if isinstance(seen, str) else seen


def _utc(at: dt.datetime) -> dt.datetime:
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)


def _days(now: dt.datetime, at: dt.datetime) -> float:
    return (_utc(now) - _utc(at)).total_seconds() / 86_400


def _all(masks: Iterable[Mask]) -> Mask:
    return reduce(np.logical_and, masks)


def _any(masks: Iterable[Mask]) -> Mask:
    return reduce(np.logical_or, masks)
