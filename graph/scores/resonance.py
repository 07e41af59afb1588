"""Resonance: how strongly the audience reacts, against what is expected at that size on that network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.cohorts import codes, medians_by, percentiles

if TYPE_CHECKING:
    from graph.columns import Bools, Floats, Ints, Posts, Texts, World

WINDOW_DAYS = 365.0
FEWEST_POSTS = 5
SHRINKAGE = 10.0
POINTS_PER_STEP = 15
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


def resonance(world: World, cohort: Ints) -> Resonance:
    """Return the cohort percentile of the shrunk median residual of reactions.

    A post's residual is log(1 + reactions) less the median of its kind on its network, less what an account of that
    audience gets there. The person's median is shrunk: n · median / (n + 10). NaN under five posts in a year.
    """
    people, posts, n = world.people, world.posts, len(world.people)
    rows = _counting(posts)
    owner, value = posts.person[rows], _centred(world, rows)
    expected = _expected(medians_by(value, owner, n), people.followers, people.source)
    residual = value - expected[owner]
    counts = np.bincount(owner, minlength=n)
    means = np.bincount(owner, residual, n) / np.maximum(counts, 1)
    residual = residual + TIE_BREAK * means[owner]
    shrunk = shrink(medians_by(residual, owner, n), counts)
    missing = _reasons(world, counts)
    shrunk = np.where(missing == None, shrunk, np.nan)  # noqa: E711 - elementwise on objects
    score = percentiles(shrunk, cohort, ~people.organisations)
    return Resonance(score, missing, counts, shrunk, owner, residual)


def shrink(median: Floats, counts: Ints | Floats) -> Floats:
    """Return n · median / (n + 10): the fewer the posts, the closer to what is expected."""
    return counts * median / (counts + SHRINKAGE)


def _counting(posts: Posts) -> Bools:
    own = ~posts.of_kind("repost")
    return np.asarray(own & np.isfinite(posts.reactions) & (posts.age_days <= WINDOW_DAYS), bool)


def _centred(world: World, rows: Bools) -> Floats:
    posts = world.posts
    words, kind = posts.kinds
    group = codes(world.people.source)[posts.person[rows]] * len(words) + kind[rows]
    value = np.log1p(np.maximum(posts.reactions[rows], 0.0))
    return np.asarray(value - medians_by(value, group, int(group.max(initial=-1)) + 1)[group])


def _expected(median: Floats, followers: Floats, source: Texts) -> Floats:
    """Return per person the median reaction at their audience's size: medians of slices, joined by straight lines."""
    result = np.zeros(len(median))
    size = np.log10(1.0 + followers)
    for name in np.unique(source.astype(str)):
        here = source.astype(str) == name
        fit = here & np.isfinite(median) & np.isfinite(size)
        steps = min(10, int(fit.sum()) // POINTS_PER_STEP)
        if steps < 2:
            continue
        order = np.flatnonzero(fit)[np.argsort(size[fit], kind="stable")]
        slices = np.array_split(order, steps)
        x = np.array([np.median(size[s]) for s in slices])
        y = np.array([np.median(median[s]) for s in slices])
        known = here & np.isfinite(size)
        result[known] = np.interp(size[known], x, y)
    return result


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
