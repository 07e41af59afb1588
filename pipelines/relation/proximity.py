"""Proximity (seed 000): points per act, fading with time; stages with evidence that are not lost at once.

All functions are pure and work on columns: 1 million touchpoints of 50,000 people take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.relation.points import Points

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

DAY = 86_400
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Touches:
    """Touchpoints as columns, in any order.

    `person` is an index below `people`; `action` indexes `actions`; `at` is seconds since 1970 (UTC);
    `weight` is quality times the channel's factor; `consented` says whether a consent stood at that moment.
    """

    people: int
    actions: tuple[str, ...]
    person: Integers
    action: Integers
    at: Integers
    weight: Floats
    consented: Flags


@dataclass(frozen=True, slots=True)
class Proximity:
    """Scores and stages at period ends: arrays of shape (people, periods); stage -1 is below the first."""

    ends: Integers
    score: Floats
    stage: Integers
    stopped_at: Integers


def proximity(touches: Touches, points: Points, ends: Integers) -> Proximity:
    """Return score and stage of every person at each of `ends` (ascending seconds); NaN and -1 once stopped."""
    worth = earned(touches, points)
    score = np.round(scores(touches, worth, points, ends), 2)
    stopped = _first(touches, points, "stop")
    gone = stopped[:, None] <= ends[None, :]
    held = stages(score, evidence(touches, worth, points, ends), points)
    return Proximity(ends, np.where(gone, np.nan, score), np.where(gone, -1, held), stopped)


def earned(touches: Touches, points: Points) -> Floats:
    """Return the points each touchpoint earns before decay: off, beyond a monthly cap or without consent earn 0."""
    known = [points.actions[key] for key in touches.actions]
    value = np.array([one.points if one.on else 0.0 for one in known] or [0.0])
    needs = np.array([bool(one.consent) for one in known] or [False])
    worth = value[touches.action] * touches.weight
    worth[needs[touches.action] & ~touches.consented] = 0
    return np.where(_within_cap(touches, [one.cap for one in known], worth != 0), worth, 0)


def scores(touches: Touches, worth: Floats, points: Points, ends: Integers) -> Floats:
    """Return the sum of points times decay(age) at each end; a touchpoint counts from its own moment on."""
    out = np.zeros((touches.people, len(ends)))
    if points.decay.method == "window":
        for column, end in enumerate(ends):
            inside = (touches.at <= end) & (touches.at > end - points.decay.days * DAY)
            out[:, column] = _sum(touches.person[inside], worth[inside], touches.people)
        return out
    half_life = points.decay.days * DAY
    period = np.searchsorted(ends, touches.at, side="left")
    held = np.zeros(touches.people)
    for column, end in enumerate(ends):
        new = period == column
        faded = worth[new] * np.exp2(-(end - touches.at[new]) / half_life)
        since = end - ends[column - 1] if column else 0
        held = held * np.exp2(-since / half_life) + _sum(touches.person[new], faded, touches.people)
        out[:, column] = held
    return out


def evidence(touches: Touches, worth: Floats, points: Points, ends: Integers) -> dict[str, Flags]:
    """Return per kind of evidence whether a person had it by each end.

    `exchange`: a two-way action. `publication`: one about us, and positive points in two distinct quarters.
    """
    exchange = _first(touches, points, "two_way")
    published = _first(touches, points, "publication")
    second = _second_quarter(touches, worth)
    by = {"exchange": exchange, "publication": np.maximum(published, second)}
    return {kind: first[:, None] <= ends[None, :] for kind, first in by.items()}


def stages(score: Floats, proof: dict[str, Flags], points: Points) -> Integers:
    """Return the stage held at each end: risen at once, lost after `drop_after` ends in a row below it."""
    reached = np.full(score.shape, -1, np.int64)
    for index, stage in enumerate(points.stages):
        enough = score >= stage.threshold
        reached[enough & proof[stage.evidence] if stage.evidence else enough] = index
    held = np.full(score.shape, -1, np.int64)
    current = np.full(score.shape[0], -1, np.int64)
    below = np.zeros(score.shape[0], np.int64)
    for column in range(score.shape[1]):
        now = reached[:, column]
        below = np.where(now < current, below + 1, 0)
        moved = (now >= current) | (below >= points.relationship.drop_after)
        current = np.where(moved, now, current)
        below = np.where(moved, 0, below)
        held[:, column] = current
    return held


def _within_cap(touches: Touches, caps: list[int | None], counts: Flags) -> Flags:
    """Return which touchpoints are among the first `cap` of their person, action and calendar month (UTC)."""
    inside = np.ones(len(touches.at), bool)
    capped = np.array([cap is not None for cap in caps] or [False])[touches.action] & counts
    chosen = np.flatnonzero(capped)
    if not len(chosen):
        return inside
    month = touches.at[chosen].astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    order = np.lexsort((touches.at[chosen], month, touches.action[chosen], touches.person[chosen]))
    keys = np.stack([touches.person[chosen], touches.action[chosen], month])[:, order]
    starts = np.r_[True, np.any(keys[:, 1:] != keys[:, :-1], axis=0)]
    place = np.arange(len(order)) - np.flatnonzero(starts)[np.cumsum(starts) - 1]
    limit = np.array([cap or 0 for cap in caps])[touches.action[chosen][order]]
    inside[chosen[order]] = place < limit
    return inside


def _first(touches: Touches, points: Points, quality: str) -> Integers:
    """Return when each person first did an action that has `quality`; NEVER when they did not."""
    known = [points.actions[key] for key in touches.actions]
    wanted = np.array([one.on and getattr(one, quality) for one in known] or [False])
    chosen = wanted[touches.action]
    return _earliest(touches.person[chosen], touches.at[chosen], touches.people)


def _second_quarter(touches: Touches, worth: Floats) -> Integers:
    """Return when each person was first active in a second distinct quarter."""
    good = worth > 0
    person, at = touches.person[good], touches.at[good]
    quarter = at.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) // 3
    first = np.full(touches.people, NEVER)
    np.minimum.at(first, person, quarter)
    later = quarter > first[person]
    return _earliest(person[later], at[later], touches.people)


def _earliest(person: Integers, at: Integers, people: int) -> Integers:
    first = np.full(people, NEVER)
    np.minimum.at(first, person, at)
    return first


def _sum(person: Integers, worth: Floats, people: int) -> Floats:
    return np.bincount(person, worth, minlength=people).astype(np.float64)
