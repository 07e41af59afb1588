"""Signals of authenticity: reasons and counts, never verdicts; they lower a weight gently and are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from graph.coaction import quick_ring, side_by_side
from graph.cohorts import sorted_within

if TYPE_CHECKING:
    from graph.columns import Acts, Bools, Floats, Ints, Posts, World
    from graph.ties import Pairs

# How much of the weight one signal takes at most; all together never take more than about half.
SHARES = {
    "repeated_texts": 0.15,
    "texts_of_others": 0.1,
    "generic_answers": 0.05,
    "posts_per_day": 0.1,
    "clockwork": 0.1,
    "growth_jump": 0.1,
    "reactions_far_above_size": 0.1,
    "reactions_far_below_size": 0.05,
    "reciprocal_ring": 0.15,
    "quick_ring": 0.1,
    "side_by_side": 0.1,
    "declared_automated": 0.1,
}
# Whatever shows, half of the weight stays: each signal has innocent causes, and they go together.
LEAST = 50.0
OUTLIER = 4.0
# A post among the hundredth that drew most reactions explains a jump in audience.
CAUSE = 99.0
CAUSE_DAYS = 90.0
RING_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Authenticity:
    """`score` (n,) 0–100, NaN when there is nothing to judge by; `reasons` one list per person: `code:count`."""

    score: Floats
    reasons: list[list[str]]


def authenticity(world: World, pairs: Pairs, shrunk_resonance: Floats) -> Authenticity:
    """Return 100 · Π (1 - share of each signal that shows), 50 at least. Every signal may have an innocent cause."""
    n = len(world.people)
    signals = {
        **_from_posts(world.posts, n),
        **_together(world.acts, n),
        "growth_jump": (
            (_outlying(world.people.growth) > OUTLIER) & ~_widely_seen(world.posts, n),
            100 * world.people.growth,
        ),
        "reactions_far_above_size": (_outlying(shrunk_resonance) > OUTLIER, shrunk_resonance),
        "reactions_far_below_size": (_outlying(shrunk_resonance) < -OUTLIER, shrunk_resonance),
        "reciprocal_ring": _rings(pairs),
        "declared_automated": (world.people.automated, np.ones(n)),
    }
    score = np.full(n, 100.0)
    found: list[list[str]] = [[] for _ in range(n)]
    for name, (shows, count) in signals.items():
        score[shows] *= 1.0 - SHARES[name]
        for person in np.flatnonzero(shows):
            found[person].append(f"{name}:{count[person]:.3g}")
    seen = np.bincount(world.posts.person, minlength=n) > 0
    touched = np.bincount(pairs.target, minlength=n) + np.bincount(pairs.source, minlength=n) > 0
    return Authenticity(np.where(seen | touched, np.maximum(score, LEAST), np.nan), found)


def _outlying(values: Floats) -> Floats:
    """Return the robust z (median, MAD) of each value, 0 where unknown or where all are alike."""
    known = values[np.isfinite(values)]
    if len(known) < 20:
        return np.zeros(len(values))
    spread = 1.4826 * np.median(np.abs(known - np.median(known)))
    return np.nan_to_num((values - np.median(known)) / spread) if spread > 0 else np.zeros(len(values))


def _together(acts: Acts | None, n: int) -> dict[str, tuple[Bools, Floats]]:
    if acts is None or not len(acts.giver):
        return {}
    return {"quick_ring": quick_ring(acts, n), "side_by_side": side_by_side(acts, n)}


def _widely_seen(posts: Posts, n: int) -> Bools:
    """Tell who lately published a post among the hundredth that drew most reactions: an audience may well jump then."""
    known = np.isfinite(posts.reactions) & ~posts.of_kind("repost")
    if known.sum() < 100:
        return np.zeros(n, bool)
    bar = float(np.percentile(posts.reactions[known], CAUSE))
    seen = known & (np.nan_to_num(posts.reactions) > bar) & (posts.age_days <= CAUSE_DAYS)
    return np.asarray(np.bincount(posts.person[seen], minlength=n) > 0)


def _from_posts(posts: Posts, n: int) -> dict[str, tuple[Bools, Floats]]:
    own = ~posts.of_kind("repost")
    total = np.bincount(posts.person[own], minlength=n).astype(float)
    repeated = np.bincount(posts.person[own & (posts.copies > 1)], minlength=n).astype(float)
    per_day, steadiness = _rhythm(posts.person[own], posts.age_days[own], n)
    more = {}
    if posts.others is not None:
        alike = np.bincount(posts.person[own & (posts.others > 0)], minlength=n).astype(float)
        more["texts_of_others"] = ((total >= 5) & (alike >= 0.3 * total), alike)
    if posts.generic is not None:
        answers = np.bincount(posts.person[posts.of_kind("reply")], minlength=n)
        short = np.bincount(posts.person[posts.generic], minlength=n).astype(float)
        more["generic_answers"] = ((answers >= 10) & (short >= 0.5 * answers), short)
    return {
        **more,
        "repeated_texts": ((total >= 5) & (repeated >= 0.3 * total), repeated),
        "posts_per_day": (per_day > 50, per_day),
        "clockwork": ((total >= 20) & (steadiness < 0.1), total),
    }


def _rhythm(person: Ints, age: Floats, n: int) -> tuple[Floats, Floats]:
    """Return per person posts per day over the span seen, and the coefficient of variation of the gaps."""
    when, counts = sorted_within(age, person, n)
    owner = np.repeat(np.arange(n), counts)
    inside = owner[1:] == owner[:-1]
    gaps, of = np.diff(when)[inside], owner[1:][inside]
    count = np.bincount(of, minlength=n).astype(float)
    span = np.bincount(of, gaps, n)
    mean = np.divide(span, count, out=np.full(n, np.nan), where=count > 0)
    square = np.divide(np.bincount(of, gaps**2, n), count, out=np.full(n, np.nan), where=count > 0)
    variation = np.divide(np.sqrt(np.maximum(square - mean**2, 0)), mean, out=np.full(n, np.nan), where=mean > 0)
    per_day = np.where(count >= 20, count / np.maximum(span, 1.0), 0.0)
    return per_day, variation


def _rings(pairs: Pairs) -> tuple[Bools, Floats]:
    """Tell who gets nearly all attention from people they pay back, who pay one another back too (at least four)."""
    ties = pairs.graph().weights(None)
    mutual = ties.multiply(ties.T).tocsr()
    partners = np.diff(mutual.indptr)
    received = np.asarray(ties.sum(axis=0)).ravel()
    suspects = (partners >= 4) & (partners <= RING_LIMIT) & (partners >= 0.8 * received)
    closed = np.zeros(pairs.n)
    rows = np.flatnonzero(suspects)
    if len(rows):
        own = mutual[rows]
        narrow = sp.diags_array((partners <= RING_LIMIT).astype(float)) @ mutual
        closed[rows] = np.asarray((own @ narrow).multiply(own).sum(axis=1)).ravel()
    possible = np.maximum(partners * (partners - 1.0), 1.0)
    return suspects & (closed / possible >= 0.7), partners.astype(float)
