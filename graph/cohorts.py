"""Who is compared with whom, and where a figure stands among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graph.columns import Bools, Floats, Ints, Texts

SMALLEST = 30


def cohorts(source: Texts, language: Texts, member: Bools, *, smallest: int = SMALLEST) -> Ints:
    """Return a cohort number (n,) per person: source × language, else source, else everybody.

    A group with fewer than `smallest` members is too small to rank in and falls back on the wider one.
    """
    wide = _codes(source)
    fine = _codes(np.array([f"{s}\0{lang or ''}" for s, lang in zip(source, language, strict=True)], object))
    result = np.zeros(len(source), np.int64)
    for codes, offset in ((wide, 1), (fine, 1 + len(source))):
        sizes = np.bincount(codes[member], minlength=int(codes.max(initial=0)) + 1)
        enough = sizes[codes] >= smallest
        result = np.where(enough, codes + offset, result)
    return result


def _codes(words: Texts) -> Ints:
    return np.unique(words.astype(str), return_inverse=True)[1].reshape(-1)


def percentiles(values: Floats, cohort: Ints, member: Bools) -> Floats:
    """Return 100 · (members below + half of those equal) / members for each value in its cohort; NaN stays NaN."""
    result = np.full(len(values), np.nan)
    known = np.isfinite(values)
    for code in np.unique(cohort[known]):
        here = known & (cohort == code)
        ladder = np.sort(values[here & member])
        if len(ladder):
            result[here] = standing(values[here], ladder)
    return result


def standing(values: Floats, ladder: Floats) -> Floats:
    """Return the mid-rank percentile (0–100) of values of any shape on a sorted ladder."""
    below, through = np.searchsorted(ladder, values, "left"), np.searchsorted(ladder, values, "right")
    return 50.0 * (below + through) / max(len(ladder), 1)


def log_scale(values: Floats, highest: float | None = None) -> Floats:
    """Return 100 · log(1 + x) / log(1 + highest) of counts of any shape; by default `highest` is the largest."""
    top = float(np.max(values, initial=0.0)) if highest is None else highest
    return 100.0 * np.log1p(values) / np.log1p(top) if top > 0 else np.zeros_like(values)


def medians_by(values: Floats, group: Ints, n: int) -> Floats:
    """Return the median of the finite values of each group 0…n-1, NaN for an empty group."""
    known = np.isfinite(values)
    order = np.lexsort((values[known], group[known]))
    ordered, owners = values[known][order], group[known][order]
    counts = np.bincount(owners, minlength=n)
    first = np.cumsum(counts) - counts
    result = np.full(n, np.nan)
    some = counts > 0
    low, high = first[some] + (counts[some] - 1) // 2, first[some] + counts[some] // 2
    result[some] = (ordered[low] + ordered[high]) / 2
    return result
