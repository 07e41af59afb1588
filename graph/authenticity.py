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
    "repeated_answers": 0.1,
    "hollow_comments": 0.05,
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
# The tenth that stands out most on either side tells the scale of that side: where a normal's would begin, in σ.
TAIL, TAIL_BEGINS = 0.1, 1.2816
FEWEST_KNOWN = 20
# A jump: that much of what an audience gained came in half of the time or less.
JUMP = 0.75
# A post among the hundredth that drew most reactions explains a jump in audience.
CAUSE = 99.0
CAUSE_DAYS = 90.0
RING_LIMIT = 200
# One to three hollow comments in twenty are nothing, half of them are a sign (HypeAuditor, comments authenticity).
FEWEST_COMMENTS, HOLLOW = 20, 0.5


@dataclass(frozen=True, slots=True)
class Authenticity:
    """`score` (n,) 0–100, NaN when there is nothing to judge by; `reasons` one list per person.

    A reason reads `code:count`, or `code:count/of` where the count is a part of something.
    """

    score: Floats
    reasons: list[list[str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """Whom one signal shows at (n,), with its count and, where that is a part, of how many."""

    at: Bools
    count: Floats
    of: Floats | None = None

    def reason(self, name: str, person: int) -> str:
        """Return the reason code of one person."""
        part = f"/{self.of[person]:.3g}" if self.of is not None else ""
        return f"{name}:{self.count[person]:.3g}{part}"


def authenticity(world: World, pairs: Pairs, reaction: Floats) -> Authenticity:
    """Return 100 · Π (1 - share of each signal that shows), 50 at least. Every signal may have an innocent cause.

    `reaction` (n,) is the log of what a post of each person draws, less what the size lets expect; NaN where unknown.
    """
    n = len(world.people)
    grown = (outlying(world.people.growth) > OUTLIER) & (np.nan_to_num(world.people.leap) > JUMP)
    signals = {
        **_from_posts(world.posts, n),
        **_from_answers(world.posts, world.acts, n),
        **_together(world.acts, n),
        "growth_jump": Shown(grown & ~_widely_seen(world.posts, n), 100 * world.people.growth),
        **_against_size(world.people.followers, reaction),
        "reciprocal_ring": Shown(*_rings(pairs)),
        "declared_automated": Shown(world.people.automated, np.ones(n)),
    }
    score = np.full(n, 100.0)
    nothing: list[str] = []
    found = [nothing] * n  # one for all who show nothing: a hundred thousand lists cost as much as half the signals
    for name, shown in signals.items():
        score[shown.at] *= 1.0 - SHARES[name]
        for person in np.flatnonzero(shown.at):
            found[person] = [*found[person], shown.reason(name, int(person))]
    seen = np.bincount(world.posts.person, minlength=n) > 0
    touched = np.bincount(pairs.target, minlength=n) + np.bincount(pairs.source, minlength=n) > 0
    return Authenticity(np.where(seen | touched, np.maximum(score, LEAST), np.nan), found)


def outlying(values: Floats) -> Floats:
    """Return how far (n,) each value is from the median in standard deviations, 0 where unknown or where all are alike.

    The deviation is that of the value's own side: of its outer tenth, as in a normal distribution, and at least the
    median absolute deviation. Where most people draw no reaction at all the latter is nothing by itself, and everybody
    who is heard would stand out.
    """
    known = values[np.isfinite(values)]
    if len(known) < FEWEST_KNOWN:
        return np.zeros(len(values))
    low, middle, high = np.quantile(known, (TAIL, 0.5, 1.0 - TAIL))
    around = 1.4826 * np.median(np.abs(known - middle))
    off = np.nan_to_num(values - middle)
    spread = np.where(off > 0, max((high - middle) / TAIL_BEGINS, around), max((middle - low) / TAIL_BEGINS, around))
    return np.asarray(np.divide(off, spread, out=np.zeros(len(values)), where=spread > 0))


def _against_size(followers: Floats, reaction: Floats) -> dict[str, Shown]:
    """Tell whose reactions are far from what an audience of that size gives: how many times what is usual there."""
    # Where no audience is known there is no size to be far from.
    residual = np.where(np.isfinite(followers), reaction, np.nan)
    known, far = residual[np.isfinite(residual)], outlying(residual)
    times = np.exp(residual - np.median(known)) if len(known) else residual
    return {
        "reactions_far_above_size": Shown(far > OUTLIER, times),
        "reactions_far_below_size": Shown(far < -OUTLIER, times),
    }


def _together(acts: Acts | None, n: int) -> dict[str, Shown]:
    if acts is None or not len(acts.giver):
        return {}
    return {"quick_ring": Shown(*quick_ring(acts, n)), "side_by_side": Shown(*side_by_side(acts, n))}


def _widely_seen(posts: Posts, n: int) -> Bools:
    """Tell who lately published a post among the hundredth that drew most reactions: an audience may well jump then."""
    known = np.isfinite(posts.reactions) & ~posts.of_kind("repost")
    if known.sum() < 100:
        return np.zeros(n, bool)
    bar = float(np.percentile(posts.reactions[known], CAUSE))
    seen = known & (np.nan_to_num(posts.reactions) > bar) & (posts.age_days <= CAUSE_DAYS)
    return np.asarray(np.bincount(posts.person[seen], minlength=n) > 0)


def _from_answers(posts: Posts, acts: Acts | None, n: int) -> dict[str, Shown]:
    """Tell who answers with the same words again, and under whose posts answers say nothing or repeat themselves."""
    answer = posts.of_kind("reply")
    again = answer & (posts.copies > 1)
    written = np.bincount(posts.person[answer], minlength=n).astype(float)
    repeated = np.bincount(posts.person[again], minlength=n).astype(float)
    found = {"repeated_answers": Shown((written >= 5) & (repeated >= 0.3 * written), repeated, written)}
    if acts is None or acts.own is None or posts.generic is None:
        return found
    hollow, given = (again | posts.generic)[acts.own], answer[acts.own]
    received = np.bincount(acts.receiver[given], minlength=n).astype(float)
    empty = np.bincount(acts.receiver[given & hollow], minlength=n).astype(float)
    shows = (received >= FEWEST_COMMENTS) & (empty >= HOLLOW * received)
    return {**found, "hollow_comments": Shown(shows, empty, received)}


def _from_posts(posts: Posts, n: int) -> dict[str, Shown]:
    own = ~posts.of_kind("repost")
    total = np.bincount(posts.person[own], minlength=n).astype(float)
    repeated = np.bincount(posts.person[own & (posts.copies > 1)], minlength=n).astype(float)
    per_day, steadiness = _rhythm(posts.person[own], posts.age_days[own], n)
    more = {}
    if posts.others is not None:
        alike = np.bincount(posts.person[own & (posts.others > 0)], minlength=n).astype(float)
        more["texts_of_others"] = Shown((total >= 5) & (alike >= 0.3 * total), alike, total)
    if posts.generic is not None:
        answers = np.bincount(posts.person[posts.of_kind("reply")], minlength=n)
        short = np.bincount(posts.person[posts.generic], minlength=n).astype(float)
        more["generic_answers"] = Shown((answers >= 10) & (short >= 0.5 * answers), short, answers.astype(float))
    return {
        **more,
        "repeated_texts": Shown((total >= 5) & (repeated >= 0.3 * total), repeated, total),
        "posts_per_day": Shown(per_day > 50, per_day),
        "clockwork": Shown((total >= 20) & (steadiness < 0.1), total),
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
