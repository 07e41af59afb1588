"""How sure the scores are: a bootstrap over posts and ties, and over the weights that one could as well have chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from graph.cohorts import log_scale, sorted_within, standing
from graph.scores import relevance as relevance_axis
from graph.scores.engagement import scale
from graph.scores.influence import AXES, PRESETS, influence, ranks
from graph.scores.resonance import shrink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.columns import Bools, Floats, Ints

DRAWS = 200
BLOCK = 50
# Dirichlet(10 · share): nobody knows the right weights; a share of 0.3 stays within about 0.08 to 0.6, 19 times in 20.
CONCENTRATION = 10.0


@dataclass(frozen=True, slots=True)
class Items:
    """What adds up to a quantity: `weight[i]` belongs to participant `owner[i]` (0 … m-1)."""

    owner: Ints
    weight: Floats

    def matrix(self, m: int) -> sp.csr_array:
        """Return the (m, items) matrix whose product with resampled counts is the quantity resampled."""
        shape = (m, len(self.owner))
        return sp.coo_array((self.weight.astype(np.float32), (self.owner, np.arange(len(self.owner)))), shape).tocsr()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a segment's m participants are scored on, ready to be drawn again.

    `reach` (m,) with the size of its cohort; `heard` marks those whose reach is attention, drawn from `attention` and
    read on `ladder` (sorted). `residual` items are reactions per post, whose `shrunk` medians are read on
    `reaction_ladder`. `mass` items add up to relevance's S, `echo` items to the attention on the subject. NaN in
    `resonance` or `relevance` stays NaN. Engagement is drawn from `level` and its error `level_spread`, belonging from
    `on_topic` and `off_topic` posts, presumed ones included; `staying` is what of a visitor's words counts. `fixed`
    (m,) are the components that are not drawn. Only a `contender` takes a rank; influence is multiplied by `trust`, and
    misses what it measures by `error` (`graph.reliability`).
    """

    reach: Floats
    cohort_size: Ints
    heard: Bools
    attention: Items
    ladder: Floats
    resonance: Floats
    shrunk: Floats
    residual: Items
    reaction_ladder: Floats
    relevance: Floats
    mass: Items
    echo: Items
    level: Floats
    level_spread: Floats
    highest: float
    on_topic: Floats
    off_topic: Floats
    staying: Floats
    contender: Bools
    trust: Floats
    error: float = 0.0
    fixed: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intervals:
    """95 % intervals (m,): `low` and `high` by axis, influence and rank; `top_20` is the share of draws in the top 20.

    `axes` (m, draws) keeps each axis drawn, so that tiers can be drawn from the same worlds.
    """

    low: dict[str, Floats]
    high: dict[str, Floats]
    top_20: Floats
    axes: dict[str, Floats]


def intervals(
    evidence: Evidence,
    *,
    preset: str = "geometric",
    weights: Mapping[str, float] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Intervals:
    """Return how far scores and ranks move over `draws` resampled worlds. Same seed, same answer."""
    rng = np.random.default_rng(seed)
    m = len(evidence.reach)
    kept = {name: np.empty((m, draws), np.float32) for name in (*AXES, "influence", "rank")}
    mass, attention, echo = (items.matrix(m) for items in (evidence.mass, evidence.attention, evidence.echo))
    echo_ladder = np.sort(np.asarray(echo.sum(axis=1)).ravel())
    medians = _Medians(evidence.residual, m, evidence.reaction_ladder)
    for first in range(0, draws, BLOCK):
        width = min(BLOCK, draws - first)
        drawn = {
            "reach": _reach(evidence, attention, rng, width),
            "resonance": _resonance(evidence, medians, rng, width),
            "relevance": _relevance(evidence, mass, rng, width),
        }
        heard = echo @ poisson(rng, (echo.shape[1], width))
        own = 100.0 * rng.beta(evidence.on_topic[:, None], evidence.off_topic[:, None], (m, width))
        others = {
            "echo": standing(heard, echo_ladder),
            "attention": log_scale(heard, float(echo_ladder.max(initial=0.0))),
            "engagement": _engagement(evidence, drawn["reach"], rng, width),
            "belonging": own,
            "share": own * evidence.staying[:, None],
        }
        score = _combined(evidence, {**drawn, **others}, preset, weights, rng) * evidence.trust[:, None]
        for name, values in {**drawn, "influence": score}.items():
            kept[name][:, first : first + width] = values
    kept["influence"] = _blurred(kept["influence"], evidence.error, rng)
    kept["rank"] = _places(kept["influence"], evidence.contender)
    bounds = {name: _bounds(values) for name, values in kept.items()}
    low, high = ({name: pair[i] for name, pair in bounds.items()} for i in (0, 1))
    return Intervals(low, high, (kept["rank"] <= 20).mean(axis=1), {name: kept[name] for name in AXES})


def poisson(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Return Poisson(1) counts as float32, read off a table of 65,536 quantiles: the bootstrap's weights."""
    return np.asarray(_QUANTILES[rng.integers(0, len(_QUANTILES), shape, np.uint16)])


def _table() -> Floats:
    mass = np.exp(-1.0) / np.cumprod(np.concatenate([[1.0], np.arange(1.0, 12.0)]))
    return np.searchsorted(np.cumsum(mass), (np.arange(65536) + 0.5) / 65536).astype(np.float32)


_QUANTILES = _table()


class _Medians:
    """Bootstrapped medians: that of a resample of n values is the value at rank ⌊n·B⌋, B ~ Beta((n+1)/2, (n+1)/2).

    A median is one of the values: where each would stand on the ladder is looked up once, not once per draw.
    """

    def __init__(self, items: Items, m: int, ladder: Floats) -> None:
        values, self.counts = sorted_within(items.weight, items.owner, m)
        self.first = np.cumsum(self.counts) - self.counts
        self.heights = standing(shrink(values, np.repeat(self.counts, self.counts)), ladder)

    def draw(self, rng: np.random.Generator, people: Ints, width: int) -> Floats:
        """Return where the medians (len(people), width) of as many resamples stand; every person must own a value."""
        n = self.counts[people][:, None]
        spot = np.minimum((rng.beta((n + 1) / 2, (n + 1) / 2, (len(people), width)) * n).astype(np.int64), n - 1)
        return np.asarray(self.heights[self.first[people][:, None] + spot])


def _reach(evidence: Evidence, attention: sp.csr_array, rng: np.random.Generator, width: int) -> Floats:
    share = evidence.reach[:, None] / 100.0
    spread = np.sqrt(np.maximum(share * (1 - share), 0) / np.maximum(evidence.cohort_size[:, None], 1))
    result = 100.0 * np.clip(share + rng.standard_normal((1, width)) * spread, 0.0, 1.0)
    heard = np.flatnonzero(evidence.heard & np.isfinite(evidence.reach))
    if len(heard):
        again = attention[heard] @ poisson(rng, (attention.shape[1], width))
        seen = standing(np.asarray(attention[heard].sum(axis=1)).reshape(-1, 1), evidence.ladder)
        moved = evidence.reach[heard][:, None] + standing(again, evidence.ladder) - seen
        result[heard] = np.where(again > 0, np.clip(moved, 0.0, 100.0), 0.0)
    return np.asarray(result)


def _resonance(evidence: Evidence, medians: _Medians, rng: np.random.Generator, width: int) -> Floats:
    result = np.full((len(evidence.resonance), width), np.nan)
    known = np.flatnonzero(np.isfinite(evidence.resonance))
    if len(known):
        seen = standing(evidence.shrunk[known], evidence.reaction_ladder)[:, None]
        moved = evidence.resonance[known][:, None] + medians.draw(rng, known, width) - seen
        result[known] = np.clip(moved, 0.0, 100.0)
    return result


def _engagement(evidence: Evidence, reach: Floats, rng: np.random.Generator, width: int) -> Floats:
    if not np.isfinite(evidence.level).any():
        return reach
    moved = rng.standard_normal((len(evidence.level), width)) * evidence.level_spread[:, None]
    return scale(evidence.level[:, None] + moved, evidence.highest)


def _relevance(evidence: Evidence, mass: sp.csr_array, rng: np.random.Generator, width: int) -> Floats:
    again = mass @ poisson(rng, (mass.shape[1], width))
    return np.where(np.isfinite(evidence.relevance)[:, None], relevance_axis.scale(again), np.nan)


def _combined(
    evidence: Evidence,
    drawn: dict[str, Floats],
    preset: str,
    weights: Mapping[str, float] | None,
    rng: np.random.Generator,
) -> Floats:
    chosen = weights or PRESETS[preset]
    names = [name for name, weight in chosen.items() if weight > 0]
    share = np.array([chosen[name] for name in names])
    trials = rng.dirichlet(CONCENTRATION * share / share.sum(), drawn["relevance"].shape[1])
    world = {**{name: values[:, None] for name, values in evidence.fixed.items()}, **drawn}
    return influence(world, preset, dict(zip(names, np.maximum(trials, 1e-6).T, strict=True)))


def _blurred(score: Floats, error: float, rng: np.random.Generator) -> Floats:
    """Add to the draws (m, draws) what they lack of the error: how far they already move is part of it.

    The error is the same all along the scale of scores (not of their logs): so it is found to be where truth is known.
    """
    known = np.isfinite(score[:, 0])
    moves = float(score[known].var(axis=1).mean()) if known.any() else 0.0
    noise = rng.standard_normal(score.shape, np.float32) * np.float32(np.sqrt(max(error**2 - moves, 0.0)))
    return np.asarray(np.clip(score + noise, 0.0, 100.0))


def _places(score: Floats, contender: Bools) -> Floats:
    result = np.empty_like(score)
    for first in range(0, score.shape[1], BLOCK):
        block = slice(first, first + BLOCK)
        result[:, block] = ranks(np.where(contender[:, None], score[:, block], np.nan))
    return result


def _bounds(values: Floats) -> tuple[Floats, Floats]:
    ordered = np.sort(values, axis=1)
    draws = values.shape[1]
    low, high = int(0.025 * draws), min(int(np.ceil(0.975 * draws)), draws - 1)
    unknown = np.isnan(ordered[:, -1])
    return tuple(np.where(unknown, np.nan, ordered[:, i]).astype(np.float64) for i in (low, high))  # type: ignore[return-value]
