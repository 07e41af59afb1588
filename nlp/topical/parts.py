"""Words to the runs of letters they share with their kin (plurals, inflections, compounds), many words at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PART_SIZES = (3, 4, 5)
SHORTEST_WORD = 4
BUCKETS_LOG2 = 22
"""Parts are known by a hash of this many bits: two parts in a hundred share theirs, which costs nothing."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def word_parts(words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (numbers of words, buckets), one pair per run of 3 to 5 characters of each word, its edges marked.

    Words under four letters have no parts.
    """
    long = np.array([i for i, word in enumerate(words) if len(word) >= SHORTEST_WORD], dtype=np.int64)
    if not long.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    edged = "".join([f" {words[i]} " for i in long])
    codes = np.frombuffer(edged.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    owner = np.repeat(long, [len(words[i]) + 2 for i in long])
    owners, buckets = [], []
    hashed = np.zeros(len(codes), np.uint64)
    for size in range(1, PART_SIZES[-1] + 1):
        hashed = hashed[: len(codes) - size + 1] * _MULTIPLIER + codes[size - 1 :] + np.uint64(1)
        if size in PART_SIZES:
            inside = owner[: len(hashed)] == owner[size - 1 :]
            owners.append(owner[: len(hashed)][inside])
            buckets.append(_bucket(hashed[inside]))
    return np.concatenate(owners), np.concatenate(buckets)


def part_matrix(
    words: Sequence[str], position: NDArray[np.int32], weight: NDArray[np.float32] | None = None
) -> csr_matrix:
    """Return (words, parts) sums of `weight` (default 1) of each known part; `position` is bucket → column, or -1."""
    owner, bucket = word_parts(words)
    column = position[bucket]
    known = column >= 0
    owner, column = owner[known], column[known]
    columns = int(position.max(initial=-1)) + 1 if weight is None else len(weight)
    values = np.ones(len(column), np.float32) if weight is None else weight[column]
    matrix = csr_matrix((values, (owner, column)), shape=(len(words), columns))
    matrix.sum_duplicates()
    return matrix


def _bucket(hashed: NDArray[np.uint64]) -> NDArray[np.int64]:
    mixed = (hashed ^ (hashed >> np.uint64(32))) * _MULTIPLIER
    return (mixed >> np.uint64(64 - BUCKETS_LOG2)).astype(np.int64)
