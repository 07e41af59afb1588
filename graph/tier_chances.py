"""How sure a tier is: the standings that it is read from are drawn again, and the rule is asked each time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graph.cohorts import standing
from graph.scores.relevance import PRESUMED_POSTS
from graph.tiers import (
    TRUE_EXPERT,
    Candidates,
    Scale,
    Standing,
    Tiers,
    attention_cuts,
    distances,
    home_cut,
    macro_cut,
    pooled,
    standing_of,
    tiers,
    visiting,
)

if TYPE_CHECKING:
    from graph.columns import Bools, Floats, Ints, Texts

NAMES = ("macro", "magic_middle", "micro", None)
DRAWS = 200
BLOCK = 4096
# In percentile points: a chance drawn 200 times errs by as much as a cut that moves so far.
MARGIN_MOVED = 1.0


@dataclass(frozen=True, slots=True)
class Chances:
    """Per person (m,): the chance of the tier given, and the likeliest other outcome (None: no tier) with its chance.

    NaN where the scale is not relative (its cuts are counts, read and not estimated), or where a reason other than
    `below_cuts` or `off_subject` stands in the way.
    """

    chance: Floats
    other: Texts
    other_chance: Floats


@dataclass(frozen=True, slots=True)
class Held:
    """What an earlier run told of today's people (m,); `same` are those whose evidence is as it was."""

    same: Bools
    tier: Texts
    missing: Texts
    margin: Floats
    chances: Chances

    def still(self, today: Tiers) -> Bools:
        """Tell whose chances still hold: same tier, same reason, and the nearest cut within a point of where it was."""
        alike = np.asarray((self.tier == today.tier) & (self.missing == today.missing), bool)
        near = np.abs(self.margin - today.margin) <= MARGIN_MOVED
        return np.asarray(self.same & alike & near & np.isfinite(self.chances.chance))


def tier_chances(
    people: Candidates,
    scale: Scale | None = None,
    *,
    network_only: bool = False,
    draws: int = DRAWS,
    seed: int = 0,
    held: Held | None = None,
    given: Tiers | None = None,
) -> Chances:
    """Return how often each tier comes out over `draws` worlds in which cuts stay and people's standings move.

    Attention is drawn as a Poisson count, reach by the standard error of its percentile, focus and belonging by those
    of a share of the posts read, resonance by its own interval. Same seed, same answer. Chances that were `held` and
    still hold are taken over. `given` are the tiers of these people, where they are known already.
    """
    m = len(people.heard)
    result = Chances(np.full(m, np.nan), np.full(m, None, object), np.full(m, np.nan))
    given = given or tiers(people, scale, network_only=network_only)
    asked = _in_play(people, given.missing)
    if (scale or Scale()).method != "relative" or not asked.any():
        return result
    if held is not None:
        kept = asked & held.still(given)
        for mine, then in ((result.chance, held.chances.chance), (result.other_chance, held.chances.other_chance)):
            mine[kept] = then[kept]
        result.other[kept] = held.chances.other[kept]
        asked &= ~kept
    _ask(people, given, np.flatnonzero(asked), draws, seed, result, sure=network_only)
    return result


def _ask(people: Candidates, given: Tiers, asked: Ints, draws: int, seed: int, result: Chances, *, sure: bool) -> None:
    """Draw the people `asked`, and write their chances in place."""
    if not len(asked):
        return
    eligible = (given.missing == None) | (given.missing == "below_cuts")  # noqa: E711 - elementwise on objects
    share = _outcomes(people, eligible, asked, draws, seed, sure=sure)
    code = np.array([NAMES.index(tier) for tier in given.tier[asked]])
    line = np.arange(len(asked))
    result.chance[asked] = share[line, code]
    share[line, code] = -1.0
    other = share.argmax(axis=1)
    result.other_chance[asked] = share[line, other]
    result.other[asked] = np.array(NAMES, object)[other]


def _in_play(people: Candidates, missing: Texts) -> Bools:
    """Tell who has a tier or could have one: those nearly at home in the subject are asked as well."""
    held = np.isin(missing.astype(str), ["None", "below_cuts"])
    near = (missing == "off_subject") & (people.on_topic >= 1) & ~visiting(people)
    near &= people.belonging + 2.0 * _belonging_error(people) >= home_cut(people)
    return np.asarray(held | near, bool)


def _outcomes(people: Candidates, eligible: Bools, asked: Ints, draws: int, seed: int, *, sure: bool) -> Floats:
    """Return the share of draws (asked, 4) in which each of NAMES comes out; `sure` that all are at home."""
    # Everybody is asked apart, so that blocks of people may share their noise.
    noise = np.random.default_rng(seed).standard_normal((5, min(BLOCK, len(asked)), draws), np.float32)
    cohort = pooled(people, eligible)
    cut, _ = macro_cut(np.log10(1.0 + people.audience), cohort, eligible)
    at = standing_of(replace(people, cohort=cohort), eligible)
    share = np.empty((len(asked), len(NAMES)))
    for first in range(0, len(asked), BLOCK):
        rows = asked[first : first + BLOCK]
        moved = _moved(people, at, cohort, eligible, rows, noise[:4, : len(rows)])
        home = np.ones((len(rows), draws), bool) if sure else _at_home(people, rows, noise[4, : len(rows)])
        left = home.copy()
        far = distances(moved, cut[rows][:, None])
        for column, name in enumerate(("macro", "magic_middle", "micro")):
            fires = left & (np.nan_to_num(far[name], nan=-1.0) >= 0)
            share[first : first + len(rows), column] = fires.mean(axis=1)
            left &= ~fires
        share[first : first + len(rows), 3] = (left | ~home).mean(axis=1)
    return share


def _moved(people: Candidates, at: Standing, cohort: Ints, eligible: Bools, rows: Ints, noise: Floats) -> Standing:
    size = np.bincount(cohort[eligible], minlength=int(cohort.max(initial=0)) + 1)[cohort[rows]]
    reach = _drawn(at.reach[rows], _share_error(at.reach[rows], size), noise[0])
    focus = _drawn(at.focus[rows], _focus_error(people, at, rows), noise[1])
    spread = np.zeros(len(rows)) if people.resonance_sd is None else np.nan_to_num(people.resonance_sd[rows])
    resonance = np.clip(_drawn(at.resonance[rows], spread, noise[2]), 0.0, 100.0)
    heard = _heard(people.heard, cohort, eligible, rows, noise[3])
    return Standing(reach, heard, focus, resonance, attention_cuts(people)[rows][:, None])


def _heard(heard: Floats, cohort: Ints, eligible: Bools, rows: Ints, noise: Floats) -> Floats:
    """Return the percentile of attention drawn again as whole counts, so that each cohort needs one short table.

    A Poisson count is (z / 2 + sqrt(mean + 3/8))^2 - 3/8, rounded (Anscombe 1948, doi:10.1093/biomet/35.3-4.246).
    """
    mean = heard[rows][:, None].astype(np.float32)
    root = np.maximum(noise / 2 + np.sqrt(mean + np.float32(0.375)), 0)
    count = np.where(mean > 0, root * root + np.float32(0.125), 0).astype(np.int32)
    result = np.empty(count.shape, np.float32)
    for code in np.unique(cohort[rows]):
        here = np.flatnonzero(cohort[rows] == code)
        whole = np.arange(int(count[here].max(initial=0)) + 1, dtype=float)
        table = standing(whole, np.sort(heard[(cohort == code) & eligible]))
        table[0] = -np.inf
        result[here] = table[count[here]]
    return result


def _at_home(people: Candidates, rows: Ints, noise: Floats) -> Bools:
    belonging = _drawn(people.belonging[rows], _belonging_error(people)[rows], noise)
    own = (np.nan_to_num(people.relevance) >= TRUE_EXPERT)[rows][:, None]
    return np.asarray(((belonging >= home_cut(people)) & ~visiting(people)[rows][:, None]) | own, bool)


def _drawn(value: Floats, spread: Floats, noise: Floats) -> Floats:
    return np.asarray(value[:, None].astype(np.float32) + noise * spread[:, None].astype(np.float32))


def _share_error(percent: Floats, n: Floats | Ints) -> Floats:
    """Return the standard error in points of a percentage of n."""
    share = np.clip(percent / 100.0, 0.0, 1.0)
    return np.asarray(100.0 * np.sqrt(np.maximum(share * (1.0 - share), 0.0) / np.maximum(n, 1)))


def _belonging_error(people: Candidates) -> Floats:
    if people.judged is None:
        return np.zeros(len(people.heard))
    return _share_error(people.belonging, people.judged + PRESUMED_POSTS + 1)


def _focus_error(people: Candidates, at: Standing, rows: Ints) -> Floats:
    """Return how far (len(rows),) a focus read from few posts may be from its percentile, in points."""
    if people.judged is None:
        return np.zeros(len(rows))
    spread = float(np.nanstd(people.focus[rows])) if np.isfinite(people.focus[rows]).any() else 0.0
    if spread <= 0:
        return np.zeros(len(rows))
    error = _share_error(100.0 * np.nan_to_num(people.focus[rows]), people.judged[rows] + 3) / 100.0
    # The percentiles of a bell of that spread: 1 point of a standard deviation is at most 0.4 of the whole.
    return np.asarray(np.where(np.isnan(at.focus[rows]), 0.0, 100.0 * 0.4 * np.minimum(error / spread, 1.0)))
