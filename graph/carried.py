"""What a run may take over from an earlier one, because little has changed since: communities, betweenness, intervals.

Everything that has a formula is computed anew from all posts and ties. What is sampled or drawn (the partition, sampled
paths, bootstrap draws) is kept for whom nothing changed, and moved along with the score it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from graph.communities import Communities
from graph.intervals import Intervals
from graph.scores.influence import AXES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graph.columns import Bools, Floats, Ints, Texts
    from graph.ties import Pairs

# Carried over while at most a tenth of the people and a twentieth of the attention changed, and for a week at most.
MOST_CHANGED = 0.10
MOST_DRIFT = 0.05
LONGEST_DAYS = 7.0
# A person changed when more than a tenth of their posts were read or lost (a tenth narrows an interval by a twentieth),
# when attention moved by more than this beyond common fading, or an axis by more points than this and more than a
# quarter of its own interval.
POSTS_MOVED = 0.10
ATTENTION_MOVED = 0.05
SCORE_MOVED, OF_INTERVAL = 2.0, 0.25
ERROR_MOVED = 0.05
# Everybody who changed is drawn again among one in so many of the others, and those who receive most.
SAMPLED = 50
LADDER = 256
BOUNDED = (*AXES, "influence")


@dataclass(frozen=True, slots=True)
class Before:
    """One segment as an earlier run drew it: each column (n,) by person of today, NaN where absent.

    `error` is how far the measure itself was then found to miss (`graph.reliability.measurement_error`).
    """

    run_id: str
    columns: Mapping[str, Floats]
    error: float = 0.0

    def at(self, name: str, rows: Ints) -> Floats:
        """Return a column for some people."""
        return self.columns[name][rows]


@dataclass(frozen=True, slots=True)
class Change:
    """How much a segment changed: who (m,), what share of its people, what share of its attention beyond fading."""

    who: Bools
    changed: float
    drift: float

    @property
    def small(self) -> bool:
        """Tell whether what was drawn then still holds."""
        return self.changed <= MOST_CHANGED and self.drift <= MOST_DRIFT


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier run left: each segment (None where there is none), and its communities' firmness by id."""

    segments: Sequence[Before | None]
    firmness: Mapping[str, float]
    communities_from: str | None = None


def change(before: Before, rows: Ints, now: Mapping[str, Floats]) -> Change:
    """Compare today's columns (m,) of the people `rows` with the earlier run's; attention fades for all alike."""
    then = before.at("attention", rows)
    known = np.isfinite(then)
    both = known & (then > 0) & (now["attention"] > 0)
    fade = float(np.median(now["attention"][both] / then[both])) if both.any() else 1.0
    moved = np.abs(now["attention"] - fade * np.nan_to_num(then))
    who = ~known | (moved > ATTENTION_MOVED * np.maximum(fade * np.nan_to_num(then), 1.0))
    for name in ("on_topic_posts", "relevance_n", "resonance_n"):
        had = np.nan_to_num(before.at(name, rows))
        who |= np.abs(np.nan_to_num(now[name]) - had) > POSTS_MOVED * had
    for name in AXES:
        width = np.nan_to_num(before.at(f"{name}_high", rows) - before.at(f"{name}_low", rows))
        bound = np.maximum(SCORE_MOVED, OF_INTERVAL * width)
        who |= np.abs(np.nan_to_num(now[name]) - np.nan_to_num(before.at(name, rows))) > bound
    gone = np.isfinite(before.columns["attention"])
    gone[rows] = False
    lost = float(np.nansum(fade * before.columns["attention"][gone]))
    total = max(float(now["attention"].sum()), 1e-9)
    people = max(len(rows), 1)
    return Change(who, float(who.sum() + gone.sum()) / people, (float(moved.sum()) + lost) / total)


def as_sure(error: float, before: Before) -> bool:
    """Tell whether the measure errs as much as it did: it is read off everybody, and widens everybody's intervals."""
    return abs(error - before.error) <= ERROR_MOVED * max(before.error, 1e-9)


def communities(pairs: Pairs, previous: Texts, firmness: Mapping[str, float]) -> Communities:
    """Return the communities of the last run, newcomers with those they attend to most; the empty are dropped.

    `previous` is each person's community id then, None for none; `firmness` is theirs by id.
    """
    known = sorted((name for name in set(previous.tolist()) if name in firmness), key=_order)
    number = {name: i for i, name in enumerate(known)}
    member = np.array([number.get(name, -1) for name in previous.tolist()], np.int64)
    member = _joined(pairs, member, len(known))
    sizes = np.bincount(member[member >= 0], minlength=len(known))
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    place = np.full(len(known) + 1, -1, np.int64)
    place[order] = np.arange(len(order))
    names = tuple(known[i] for i in order)
    return Communities(place[member], names, np.array([firmness[name] for name in names], float))


def _joined(pairs: Pairs, member: Ints, k: int) -> Ints:
    """Put each person who has none into the community with which they exchange most attention."""
    alone = member < 0
    given, received = (np.flatnonzero(alone[one] & ~alone[other]) for one, other in _both_ways(pairs))
    if not len(given) + len(received) or not k:
        return member
    person = np.concatenate([pairs.source[given], pairs.target[received]]).astype(np.int64)
    where = member[np.concatenate([pairs.target[given], pairs.source[received]])]
    unique, index = np.unique(person * k + where, return_inverse=True)
    total = np.bincount(index.reshape(-1), pairs.weight[np.concatenate([given, received])])
    order = np.lexsort((unique, total))
    result = member.copy()
    result[unique[order] // k] = unique[order] % k
    return result


def _both_ways(pairs: Pairs) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
    return (pairs.source, pairs.target), (pairs.target, pairs.source)


def _order(name: str) -> tuple[int, str]:
    return (int(name[1:]) if name[1:].isdigit() else 10**9, name)


def intervals(
    before: Before,
    rows: Ints,
    who: Bools,
    scores: Mapping[str, Floats],
    redraw: Callable[[Ints], Intervals],
    attention: Floats,
) -> Intervals:
    """Return the earlier run's bounds, moved along with the scores; those of who changed are drawn again.

    `scores` (m,) holds the axes, influence and rank of today. `redraw` draws the people at some places of `rows` from
    their evidence; it is asked for those who changed, among a few of the others and those who receive most attention.
    Ranks of who was drawn again are read off the mean number of people above a score.
    """
    low, high = ({name: _moved(before, rows, scores, name, side) for name in BOUNDED} for side in ("low", "high"))
    fresh = np.flatnonzero(who)
    if len(fresh):
        some = _sample(who, attention)
        drawn = redraw(some)
        mine = np.searchsorted(some, fresh)
        for name in BOUNDED:
            low[name][fresh], high[name][fresh] = drawn.low[name][mine], drawn.high[name][mine]
    rank_low, rank_high = (
        _moved(before, rows, scores, "rank", side, 1.0, float(len(rows))) for side in ("low", "high")
    )
    top = before.at("in_top_20", rows).copy()
    _rank_anew(fresh, scores, low["influence"], high["influence"], (rank_low, rank_high, top))
    low["rank"], high["rank"] = rank_low, rank_high
    return Intervals(low, high, np.where(np.isfinite(scores["rank"]), np.nan_to_num(top), 0.0), {})


def _moved(
    before: Before,
    rows: Ints,
    scores: Mapping[str, Floats],
    name: str,
    side: str,
    least: float = 0.0,
    most: float = 100.0,
) -> Floats:
    offset = before.at(f"{name}_{side}", rows) - before.at(name, rows)
    moved = np.clip(scores[name] + np.nan_to_num(offset), least, most)
    return np.asarray(np.round(moved) if name == "rank" else moved)


def _sample(who: Bools, attention: Floats) -> Ints:
    chosen = who.copy()
    chosen[::SAMPLED] = True
    chosen[np.argsort(-attention, kind="stable")[:20]] = True
    return np.flatnonzero(chosen)


def _rank_anew(
    fresh: Ints, scores: Mapping[str, Floats], low: Floats, high: Floats, bounds: tuple[Floats, Floats, Floats]
) -> None:
    """Write rank bounds and the share in the top twenty of the people `fresh`, in place."""
    ranked = np.flatnonzero(np.isfinite(scores["rank"]))
    if not len(ranked) or not len(fresh):
        return
    centre = scores["influence"][ranked]
    spread = np.maximum((high[ranked] - low[ranked]) / (2 * 1.96), 1e-6)
    ladder = np.linspace(0.0, 100.0, LADDER)
    above = _above(centre, spread, ladder)
    rank_low, rank_high, top = bounds
    mine = fresh[np.isfinite(scores["rank"][fresh])]
    rank_low[mine] = np.minimum(np.round(1 + np.interp(high[mine], ladder, above)), scores["rank"][mine])
    rank_high[mine] = np.maximum(np.round(1 + np.interp(low[mine], ladder, above)), scores["rank"][mine])
    bar = float(np.interp(-20.0, -above[::1], ladder)) if above[0] > 20 else 0.0
    width = np.maximum((high[mine] - low[mine]) / (2 * 1.96), 1e-6)
    top[mine] = ndtr((scores["influence"][mine] - bar) / width)


def _above(centre: Floats, spread: Floats, ladder: Floats) -> Floats:
    """Return the mean number of people above each step; the bell's curve is read off a table, six times as fast."""
    nearest, per_point = centre / spread * STEPS + FAR * STEPS + 0.5, STEPS / spread
    last = len(_BELL) - 1
    return np.array([_BELL[np.clip(nearest - at * per_point, 0, last).astype(np.int32)].sum() for at in ladder])


# Eight standard deviations on either side, in thousandths of one.
FAR, STEPS = 8, 1000
_BELL = ndtr(np.arange(-FAR * STEPS, FAR * STEPS + 1) / STEPS)
