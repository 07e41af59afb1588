"""Resonance: how strongly the audience reacts, against what is expected at that size on that network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.cohorts import middles, order_within, percentiles
from graph.scores.reactions import WINDOW_DAYS, Reactions, comparable, expected

if TYPE_CHECKING:
    from graph.columns import Floats, Ints, Texts, World

FEWEST_POSTS = 5
SHRINKAGE = 10.0
# Where most posts get no reaction, medians are all alike: the means of the same residuals then decide.
TIE_BREAK = 1e-3


@dataclass(frozen=True, slots=True)
class Resonance:
    """`score` (n,) 0–100 or NaN with `missing`; the ladder of shrunk medians and the residuals allow to draw it again.

    `owner` and `residual` hold one row per post that counts; `counts` (n,) the number of them; `cohort` as given.
    """

    score: Floats
    missing: Texts
    counts: Ints
    shrunk: Floats
    owner: Ints
    residual: Floats

    @property
    def typical(self) -> Floats:
        """Return the median residual of each person (n,) as it is, few posts or many; NaN where there is no score."""
        return np.asarray(self.shrunk * (self.counts + SHRINKAGE) / np.maximum(self.counts, 1))


def resonance(world: World, cohort: Ints, reactions: Reactions | None = None) -> Resonance:
    """Return the cohort percentile of the shrunk median residual of reactions.

    A post's residual is log(1 + reactions) less the median of its kind on its network, less what an account of that
    audience gets there. The person's median is shrunk: n · median / (n + 10). NaN under five posts in a year.
    """
    people, n = world.people, len(world.people)
    shown = reactions if reactions is not None else comparable(world)
    owner, value = shown.owner, shown.value
    counts, order = np.bincount(owner, minlength=n), order_within(value, owner)
    residual = value - expected(middles(value[order], counts), people.followers, people.source)[owner]
    means = np.bincount(owner, residual, n) / np.maximum(counts, 1)
    residual = residual + TIE_BREAK * means[owner]
    # What was taken off is the same for all posts of a person: they are still in order.
    shrunk = shrink(middles(residual[order], counts), counts)
    missing = _reasons(world, counts)
    shrunk = np.where(missing == None, shrunk, np.nan)  # noqa: E711 - elementwise on objects
    score = percentiles(shrunk, cohort, ~people.organisations)
    return Resonance(score, missing, counts, shrunk, owner, residual)


def shrink(median: Floats, counts: Ints | Floats) -> Floats:
    """Return n · median / (n + 10): the fewer the posts, the closer to what is expected."""
    return counts * median / (counts + SHRINKAGE)


def _reasons(world: World, counts: Ints) -> Texts:
    people, posts = world.people, world.posts
    recent = ~posts.of_kind("repost") & (posts.age_days <= WINDOW_DAYS)
    seen = np.bincount(posts.person[recent], minlength=len(people))
    floor = np.array([world.floors.get(name, 0) for name in people.source], float)
    reason = np.full(len(people), None, object)
    reason[counts < FEWEST_POSTS] = "too_few_posts"
    reason[(counts < FEWEST_POSTS) & (seen >= FEWEST_POSTS)] = "no_reaction_figure"
    reason[seen == 0] = "no_posts"
    reason[np.nan_to_num(people.followers, nan=np.inf) < floor] = "below_follower_floor"
    return reason
