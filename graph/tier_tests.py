"""What each tier asks of one person, condition by condition: where they stand, and where the cut is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graph.cohorts import percentiles
from graph.scores.relevance import AT_HOME
from graph.tiers import (
    ENGAGEMENT_CUT,
    EXPERT_RESONANCE,
    LOWEST_FOCUS,
    SMALL_REACH,
    TRUE_EXPERT,
    Candidates,
    attention_cuts,
    home_cut,
    macro_cut,
    pooled,
    standing_of,
)

if TYPE_CHECKING:
    from graph.columns import Bools, Floats

# Reasons under which somebody was compared with a cohort.
COMPARED = (None, "below_cuts", "cohort_too_small")


@dataclass(frozen=True, slots=True)
class TierTest:
    """One condition: `stands` and `cut` on the same scale (percentiles, or 0–100), None where unknown.

    `tier` is home, macro, magic_middle or micro; `most` when the person must stay under the cut. `figure` and
    `figure_at_cut` are what was measured (followers, distinct peers, a share), None where the scale is the measure.
    """

    tier: str
    measure: str
    stands: float | None
    cut: float
    most: bool = False
    figure: float | None = None
    figure_at_cut: float | None = None

    @property
    def gap(self) -> float | None:
        """Return by how much the condition holds, negative when it does not; None when that is unknown."""
        if self.stands is None:
            return None
        return self.cut - self.stands if self.most else self.stands - self.cut

    @property
    def holds(self) -> bool | None:
        """Tell whether the condition holds, None when that is unknown."""
        return None if self.gap is None else self.gap >= 0


def tier_tests(people: Candidates, eligible: Bools, row: int) -> list[TierTest]:
    """Return what the relative tiers ask of one row; the conditions of being at home alone for who was not compared.

    `eligible` are those who were compared; the same standings and cuts as `graph.tiers.tiers` reads.
    """
    if not eligible[row]:
        return _home(people, row)
    people = replace(people, cohort=pooled(people, eligible))
    here = eligible & (people.cohort == people.cohort[row])
    cut = float(macro_cut(np.log10(1.0 + people.audience), people.cohort, eligible)[0][row])
    at = standing_of(people, eligible)
    stands = {name: _known(getattr(at, name)[row]) for name in ("reach", "heard", "focus", "resonance")}
    attended = None if stands["heard"] is None else max(stands["heard"], 0.0)
    both = attended is not None and stands["resonance"] is not None
    engagement = (attended + stands["resonance"]) / 2.0 if both else None  # type: ignore[operator]
    attention = float(attention_cuts(people)[row])
    audience, heard, focus = people.audience, people.heard, people.focus

    def measured(values: Floats, level: float) -> tuple[float | None, float | None]:
        return _known(values[row]), _at(values, here, level)

    return [
        TierTest("macro", "audience", stands["reach"], cut, False, *measured(audience, cut)),
        TierTest("magic_middle", "attention", attended, attention, False, *measured(heard, attention)),
        TierTest("magic_middle", "focus", stands["focus"], LOWEST_FOCUS, False, *measured(focus, LOWEST_FOCUS)),
        TierTest("magic_middle", "resonance", stands["resonance"], EXPERT_RESONANCE),
        TierTest("micro", "engagement", engagement, ENGAGEMENT_CUT),
        TierTest("micro", "small_audience", stands["reach"], SMALL_REACH, True, *measured(audience, SMALL_REACH)),
    ]


def _home(people: Candidates, row: int) -> list[TierTest]:
    """Return what being at home in a subject asks: one's words and one's community's, or a true expert's volume."""
    spoken = TierTest("home", "on_topic_posts", float(people.on_topic[row]), 1.0)
    own = TierTest("home", "belonging", _known(people.belonging[row]), home_cut(people))
    expert = TierTest("home", "relevance", _known(people.relevance[row]), TRUE_EXPERT)
    if people.home is None or np.isnan(people.home[row]):
        return [spoken, own, expert]
    return [spoken, own, TierTest("home", "home", 100.0 * float(people.home[row]), 100.0 * AT_HOME), expert]


def _at(values: Floats, here: Bools, level: float) -> float | None:
    """Return the smallest figure among those compared that stands at `level` or above, None when none does."""
    known = values[here & np.isfinite(values)].astype(float)
    if not len(known):
        return None
    standing = percentiles(known, np.zeros(len(known), np.int64), np.ones(len(known), bool))
    reached = known[standing >= level]
    return float(reached.min()) if len(reached) else None


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else (0.0 if value == -np.inf else None)
