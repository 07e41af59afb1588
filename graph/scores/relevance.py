"""Relevance: how much a person speaks of the subject, on an absolute scale where 50 is the true expert."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graph.columns import Floats, Ints, Posts, Texts, World

HALF_LIFE_DAYS = 180.0
# The true expert: one post wholly on the subject every fortnight for a year, in their own words, and at least half of
# all they write. Below half, what they write on it counts in proportion: a newspaper mentions everything.
EXPERT_POSTS, EXPERT_EVERY_DAYS = 26, 14.0
EXPERT = float(np.exp2(-np.arange(EXPERT_POSTS) * EXPERT_EVERY_DAYS / HALF_LIFE_DAYS).sum())
TAU = EXPERT / float(np.log(2.0))
FULL_FOCUS = 0.5
KIND_WEIGHTS = {"post": 1.0, "quote": 0.8, "reply": 0.6, "repost": 0.3}
ON_TOPIC = 0.3
# As many posts as a person must write before their own count for more than what their community speaks of. An answer or
# a quote speaks of what somebody else brought up: a quarter of the evidence of what one speaks of unasked.
PRESUMED_POSTS = 20.0
ANSWERED = 0.25
# The subject is at home in a community that speaks of it half as much as the one that does most, of ten people or more.
AT_HOME, SMALLEST_HOME = 0.5, 10


@dataclass(frozen=True, slots=True)
class Relevance:
    """`score` (n,) 0–100 or NaN with `missing`; `on_topic` posts, `judged` posts and their ratio `focus` (n,).

    `said` and `spoken` (n,) count the same posts, on topic and judged, with answers and quotes at a quarter.
    `owner` and `weight` hold what each on-topic post adds to S, so that it can be drawn again.
    """

    score: Floats
    missing: Texts
    on_topic: Ints
    judged: Ints
    focus: Floats
    said: Floats
    spoken: Floats
    owner: Ints
    weight: Floats
    items: Ints


def relevance(world: World, segment: int) -> Relevance:
    """Return 100 · (1 - exp(-S / tau)), S = devotion · Σ 2^(-age / 180 d) · kind · fit · 2^(1 - rank in day) / copies.

    Devotion is min(1, focus / 0.5), focus shrunk to (on_topic + 1) / (judged + 3). The second-best post of a day counts
    half, the third a quarter; a text repeated counts half, then a third: volume alone buys little.
    NaN when no post of the person was judged.
    """
    posts, n = world.posts, len(world.people)
    fit = posts.relevance[:, segment] if len(posts) else np.zeros(0)
    known = np.isfinite(fit)
    judged = np.bincount(posts.person, known, n).astype(np.int64)
    rows = np.flatnonzero(known & (fit > 0.0))
    owner = posts.person[rows]
    on_topic = np.bincount(owner[fit[rows] >= ON_TOPIC], minlength=n)
    weight = _weights(posts, rows, fit[rows]) * devotion(on_topic, judged)[owner]
    mass = np.bincount(owner, weight, n)
    focus = np.divide(on_topic, judged, out=np.full(n, np.nan), where=judged > 0)
    unasked = np.where(posts.of_kind("post"), 1.0, ANSWERED)
    spoken = np.bincount(posts.person, np.where(known, unasked, 0.0), n)
    said = np.bincount(owner[fit[rows] >= ON_TOPIC], unasked[rows][fit[rows] >= ON_TOPIC], n)
    missing = np.full(n, None, object)
    missing[judged == 0] = "no_posts"
    missing[(judged == 0) & _posted(posts, n)] = "not_judged"
    score = np.where(judged > 0, scale(mass), np.nan)
    return Relevance(score, missing, on_topic, judged, focus, said, spoken, owner, weight, rows)


def devotion(on_topic: Ints, judged: Ints) -> Floats:
    """Return min(1, focus / 0.5) with focus shrunk to (on_topic + 1) / (judged + 3)."""
    return np.asarray(np.minimum(1.0, (on_topic + 1.0) / (judged + 3.0) / FULL_FOCUS))


def belonging(said: Floats, spoken: Floats, community: Ints) -> Floats:
    """Return 100 · (said + 20 · f) / (spoken + 20) per person (n,), f the share on the subject in their community.

    The posterior mean of a beta-binomial: with few posts one is presumed to speak as those around do. The person's own
    posts are left out of f, itself shrunk to (said + 1) / (spoken + 3); people outside any community count as one.
    """
    return 100.0 * (said + PRESUMED_POSTS * presumed(said, spoken, community)) / (spoken + PRESUMED_POSTS)


def presumed(said: Floats, spoken: Floats, community: Ints) -> Floats:
    """Return the share (n,) of posts on the subject among the other members of each person's community."""
    group = community + 1
    on_topic, written = np.bincount(group, said)[group], np.bincount(group, spoken)[group]
    return np.asarray((on_topic - said + 1.0) / (written - spoken + 3.0))


def home(said: Floats, spoken: Floats, community: Ints) -> Floats:
    """Return how much each person's community speaks of the subject (n,), as a share of the one that does most.

    Shares are shrunk to (said + 1) / (spoken + 3); a community under ten people does not set the measure. NaN outside
    any community, and where none is large enough.
    """
    group = community + 1
    share = (np.bincount(group, said) + 1.0) / (np.bincount(group, spoken) + 3.0)
    large = np.bincount(group, minlength=1) >= SMALLEST_HOME
    large[0] = False
    if not large.any():
        return np.full(len(said), np.nan)
    return np.where(group > 0, np.minimum(share[group] / share[large].max(), 1.0), np.nan)


def staying(home: Floats) -> Floats:
    """Return √min(1, home / 0.5) of communities' homes (0…1): what of a visitor's words is counted; NaN takes nothing.

    Away from home a word is as often another thing of the same name, or an aside: half of the discount on a log scale.
    """
    return np.asarray(np.sqrt(np.minimum(np.nan_to_num(home, nan=1.0) / AT_HOME, 1.0)))


def scale(mass: Floats) -> Floats:
    """Return 100 · (1 - exp(-S / tau)): 0 for nothing, 50 for the true expert, never quite 100."""
    return 100.0 * (1.0 - np.exp(-mass / TAU))


def _weights(posts: Posts, rows: Ints, fit: Floats) -> Floats:
    words, place = posts.kinds
    kind = np.array([KIND_WEIGHTS.get(word, 1.0) for word in words])[place[rows]] if words else np.zeros(0)
    age = np.maximum(posts.age_days[rows], 0.0)
    alone = kind * fit / posts.copies[rows]
    return np.asarray(
        alone * np.exp2(-age / HALF_LIFE_DAYS) * np.exp2(1.0 - _rank_in_day(posts.person[rows], age, alone)), np.float64
    )


def _rank_in_day(person: Ints, age: Floats, value: Floats) -> Ints:
    day = np.floor(age).astype(np.int64)
    order = np.lexsort((-value, day, person))
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(person[order]) != 0) | (np.diff(day[order]) != 0)
    place = np.arange(len(order))
    first = np.maximum.accumulate(np.where(new, place, 0))
    rank = np.empty(len(order), np.int64)
    rank[order] = place - first + 1
    return rank


def _posted(posts: Posts, n: int) -> Ints:
    return np.bincount(posts.person, minlength=n) > 0
