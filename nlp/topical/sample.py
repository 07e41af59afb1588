"""Which texts teach: a bounded, repeatable sample that keeps the query's hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nlp.topical.segment import query_hits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nlp.topical.segment import TopicalSegment

MAX_TEXTS = 12_000
"""A crawl of this size or less teaches whole."""
DRAWN = 8_000
"""Texts drawn from a larger one: the neighbour graph costs the square of them."""
SEARCHED = 15_000
"""Texts searched at a time for hits in a larger crawl, until each segment has ENOUGH_HITS or all were searched."""
ENOUGH_HITS = 200
_SEED = 20


def choose(
    texts: Sequence[str], segments: Sequence[TopicalSegment], hits: NDArray[np.bool_] | None
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the rows of the texts that teach and their hits (rows, segments); in a draw, at most half are hits.

    Without `hits`, the queries are run on as many texts, drawn at random with a fixed seed, as give enough hits.
    """
    rng = np.random.default_rng(_SEED)
    rows = np.arange(len(texts))
    if hits is None:
        rows, hits = _search(texts, segments, rng)
    if len(rows) <= MAX_TEXTS:
        return rows, hits
    order = rng.permutation(len(rows))
    is_hit = hits[order].any(axis=1)
    first = order[is_hit][: DRAWN // 2]
    chosen = np.sort(np.concatenate([first, order[~is_hit][: DRAWN - len(first)]]))
    return rows[chosen], hits[chosen]


def _search(
    texts: Sequence[str], segments: Sequence[TopicalSegment], rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the rows that were searched, in order, and their hits."""
    order = rng.permutation(len(texts)) if len(texts) > MAX_TEXTS else np.arange(len(texts))
    found = [np.zeros((0, len(segments)), bool)]
    searched = 0
    while searched < len(order) and (searched == 0 or min(sum(part.sum(axis=0) for part in found)) < ENOUGH_HITS):
        rows = order[searched : searched + SEARCHED]
        found.append(query_hits(segments, [texts[int(i)] for i in rows]))
        searched += len(rows)
    hits = np.concatenate(found)
    sorting = np.argsort(order[:searched], kind="stable")
    return order[:searched][sorting], hits[sorting]
