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
MAX_SEARCHED = 50_000
_SEED = 20


def choose(
    texts: Sequence[str], segments: Sequence[TopicalSegment], hits: NDArray[np.bool_] | None
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the rows of at most MAX_TEXTS texts and their hits (rows, segments), at most half of them hits by design.

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
    first = order[is_hit][: MAX_TEXTS // 2]
    chosen = np.sort(np.concatenate([first, order[~is_hit][: MAX_TEXTS - len(first)]]))
    return rows[chosen], hits[chosen]
