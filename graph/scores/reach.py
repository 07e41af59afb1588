"""Reach: how large the audience is, among comparable people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.cohorts import percentiles

if TYPE_CHECKING:
    from graph.columns import Bools, Floats, Ints, People, Texts

NO_AUDIENCE = "no_audience_figure"
NOTHING_READ = "no_audience_no_attention"


@dataclass(frozen=True, slots=True)
class Reach:
    """`score` (n,) 0–100; `stands_in` where attention received replaces an unknown audience; `missing` says why."""

    score: Floats
    stands_in: Bools
    missing: Texts
    n: Ints


def reach(people: People, attention: Floats, cohort: Ints) -> Reach:
    """Return the percentile of log10(1 + followers) in the cohort.

    Without an audience figure the percentile of attention received stands in, marked by `no_audience_figure`; nobody's
    attention is a reach of 0, not the middle of those who have none. Where neither is known reach is NaN, and so said.
    """
    member = ~people.organisations
    by_audience = percentiles(np.log10(1.0 + people.followers), cohort, member)
    by_audience = np.where(people.followers == 0, 0.0, by_audience)
    heard = percentiles(attention, cohort, member) if attention.any() else np.full(len(people), np.nan)
    heard = np.where((attention <= 0) & np.isfinite(heard), 0.0, heard)
    unknown = np.isnan(by_audience)
    missing = np.full(len(people), None, object)
    missing[unknown] = NO_AUDIENCE
    missing[unknown & np.isnan(heard)] = NOTHING_READ
    sizes = np.bincount(cohort[member], minlength=int(cohort.max(initial=0)) + 1)[cohort]
    return Reach(np.where(unknown, heard, by_audience), unknown, missing, sizes)
