"""Ties of co-occurrence: people whom others name in one breath belong near one another, though neither attends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.ties import HALF_LIFE_DAYS, KIND_WEIGHTS, Pairs, saturate

if TYPE_CHECKING:
    from graph.columns import Floats, Ints

HEAVIEST = 2.0


@dataclass(frozen=True, slots=True)
class Company:
    """One row per pair of people: `namers` distinct people who named both, `age_days` since the last one did."""

    one: Ints
    other: Ints
    namers: Floats
    age_days: Floats

    @property
    def weight(self) -> Floats:
        """Return the saturated weight of each pair: kind × namers, faded like any other tie."""
        fade = np.exp2(-np.maximum(np.nan_to_num(self.age_days), 0.0) / HALF_LIFE_DAYS)
        return saturate(KIND_WEIGHTS["co_occurrence"] * self.namers * fade)


def woven(pairs: Pairs, company: Company | None) -> Pairs:
    """Return the pairs with those of company added: what communities are found in. Attention is not touched.

    A pair of company counts once, from its first person to its second; communities read ties without direction.
    """
    if company is None or not len(company.one):
        return pairs
    n = np.int64(max(pairs.n, 1))
    key = np.concatenate(
        [pairs.source.astype(np.int64) * n + pairs.target, company.one.astype(np.int64) * n + company.other]
    )
    distinct, place = np.unique(key, return_inverse=True)
    weight = np.bincount(place, np.concatenate([pairs.weight, company.weight]), len(distinct))
    amplifies = np.zeros(len(distinct), bool)
    amplifies[place[: len(pairs.source)][pairs.amplifies]] = True
    source, target = (part.astype(np.int32) for part in (distinct // n, distinct % n))
    return Pairs(source, target, np.minimum(weight, HEAVIEST), amplifies, pairs.n)
