"""Reactions made comparable: per kind of post and network, and against what an audience of that size gets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graph.cohorts import codes, medians_by

if TYPE_CHECKING:
    from graph.columns import Bools, Floats, Ints, Posts, Texts, World

WINDOW_DAYS = 365.0
POINTS_PER_STEP = 15


@dataclass(frozen=True, slots=True)
class Reactions:
    """One row per post of the last year, reposts apart, whose reactions are known: its `owner` and `value`.

    `value` is log(1 + reactions) less the median of its kind on its network; `usual` the mean of log(1 + reactions)
    over all of them, NaN without any.
    """

    owner: Ints
    value: Floats
    usual: float


def comparable(world: World) -> Reactions:
    """Return the reactions of the world's posts, as said above."""
    posts = world.posts
    rows = counting(posts)
    words, kind = posts.kinds
    group = codes(world.people.source)[posts.person[rows]] * len(words) + kind[rows]
    logs = np.log1p(np.maximum(posts.reactions[rows], 0.0))
    centred = logs - medians_by(logs, group, int(group.max(initial=-1)) + 1)[group]
    return Reactions(posts.person[rows], np.asarray(centred), float(logs.mean()) if len(logs) else float("nan"))


def unseen(world: World) -> World:
    """Return the world with each post's reactions less those seen to be given: what nobody was seen to give."""
    if world.acts is None:
        return world
    seen = np.bincount(world.acts.post, minlength=len(world.posts))
    return replace(world, posts=replace(world.posts, reactions=np.maximum(world.posts.reactions - seen, 0.0)))


def counting(posts: Posts) -> Bools:
    """Tell which posts count: of the last year, with known reactions, and no reposts."""
    own = ~posts.of_kind("repost")
    return np.asarray(own & np.isfinite(posts.reactions) & (posts.age_days <= WINDOW_DAYS), bool)


def expected(own: Floats, followers: Floats, source: Texts) -> Floats:
    """Return what each person's audience lets expect of their `own` figure (n,), 0 where nothing tells.

    Per network, the medians of slices of the audience's logarithm, joined by straight lines.
    """
    result = np.zeros(len(own))
    size = np.log10(1.0 + followers)
    network = source.astype(str)
    for name in np.unique(network):
        here = network == name
        fit = here & np.isfinite(own) & np.isfinite(size)
        steps = min(10, int(fit.sum()) // POINTS_PER_STEP)
        if steps < 2:
            continue
        order = np.flatnonzero(fit)[np.argsort(size[fit], kind="stable")]
        slices = np.array_split(order, steps)
        x = np.array([np.median(size[s]) for s in slices])
        y = np.array([np.median(own[s]) for s in slices])
        known = here & np.isfinite(size)
        result[known] = np.interp(size[known], x, y)
    return result
