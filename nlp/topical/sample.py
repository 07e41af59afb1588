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
MAX_SEARCHED = 50_000
_SEED = 20


def choose(
    texts: Sequence[str], segments: Sequence[TopicalSegment], hits: NDArray[np.bool_] | None
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the rows of the texts that teach and their hits (rows, segments); in a draw, at most half are hits.

    Without `hits`, the queries are run on at most MAX_SEARCHED texts, drawn at random with a fixed seed.
    """
    rng = np.random.default_rng(_SEED)
    rows = np.arange(len(texts))
    if hits is None:
        if len(rows) > MAX_SEARCHED:
            rows = np.sort(rng.choice(rows, MAX_SEARCHED, replace=False))
        hits = query_hits(segments, [texts[int(i)] for i in rows])
    if len(rows) <= MAX_TEXTS:
        return rows, hits
    order = rng.permutation(len(rows))
    is_hit = hits[order].any(axis=1)
    first = order[is_hit][: DRAWN // 2]
    chosen = np.sort(np.concatenate([first, order[~is_hit][: DRAWN - len(first)]]))
    return rows[chosen], hits[chosen]
