"""Macro, magic middle, micro: what the words mean, relative to comparable people who speak of the subject."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from graph.cohorts import percentiles
from graph.columns import Bools, Floats, Ints, Texts
from graph.scores.relevance import FULL_FOCUS

if TYPE_CHECKING:
    from collections.abc import Mapping

# Macro is being known far beyond one's peers: a robust outlier (Leys et al. 2013, doi:10.1016/j.jesp.2013.03.013).
OUTLIER = 2.5
ATTENTION_CUT = 90.0
RESONANCE_CUT = 50.0
SMALL_REACH = 80.0
EMERGING_CUT = 90.0
SMALLEST_COHORT = 10
LINKERS = (20, 1000)
# At home in the subject: half a true expert's focus (with few posts, presumed), or a true expert's volume.
BELONGING, TRUE_EXPERT = 50.0 * FULL_FOCUS, 50.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """The columns that tiers are read from, one value per person of a segment (m,); unknown is NaN.

    `audience` is followers, or attention where that is unknown; `heard` is topical attention from distinct peers;
    `belonging` is 0–100;
    `person` is False for organisations and automated accounts.
    """

    audience: Floats
    followers: Floats
    heard: Floats
    amplifiers: Ints
    resonance: Floats
    relevance: Floats
    focus: Floats
    belonging: Floats
    on_topic: Ints
    growth: Floats
    source: Texts
    cohort: Ints
    person: Bools


@dataclass(frozen=True, slots=True)
class Scale:
    """The brief's scale; `cuts` (absolute): source → {"macro": followers, "micro": followers}."""

    method: str = "relative"
    cuts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tiers:
    """Per person (m,): the tier or None with `missing`, the rule that fired, the distance to its nearest cut.

    `margin` is in percentile points (relative), in followers or linkers as a percentage of the cut (other scales):
    how far the held tier is from being lost, or, negative, how far the nearest one is from being reached.
    """

    tier: Texts
    missing: Texts
    rule: Texts
    margin: Floats
    emerging: Bools


def tiers(people: Candidates, scale: Scale | None = None, *, network_only: bool = False) -> Tiers:
    """Return everybody's tier. `network_only`: no text was judged, and whoever receives attention is on the subject."""
    scale = scale or Scale()
    missing = _not_eligible(people, network_only=network_only)
    eligible = np.array([reason is None for reason in missing], bool)
    by = {"absolute": _absolute, "linkers": _linkers}.get(scale.method, _relative)
    tests = by(people, eligible, scale)
    tier, rule = np.full(len(missing), None, object), np.full(len(missing), None, object)
    margin = np.full(len(missing), np.nan)
    for name, (text, distance) in tests.items():
        free = eligible & np.array([value is None for value in tier], bool)
        fires = free & (distance >= 0)
        tier[fires], margin[fires] = name, distance[fires]
        rule[fires] = text[fires] if isinstance(text, np.ndarray) else text
        open_ = free & ~fires & np.isfinite(distance)
        margin[open_] = np.fmax(margin[open_], distance[open_])
    small = eligible & (_sizes(people.cohort, eligible) < SMALLEST_COHORT) & (scale.method == "relative")
    tier[small], rule[small], margin[small] = None, None, np.nan
    missing[eligible] = "below_cuts"
    missing[small] = "cohort_too_small"
    missing[np.array([value is not None for value in tier], bool)] = None
    return Tiers(tier, missing, rule, margin, emerging(people, eligible))


def emerging(people: Candidates, eligible: Bools) -> Bools:
    """Tell who grows faster than nine in ten of their cohort, and grows at all."""
    standing = percentiles(people.growth, people.cohort, eligible)
    return np.asarray(eligible & (np.nan_to_num(standing) >= EMERGING_CUT) & (np.nan_to_num(people.growth) > 0), bool)


Tests = dict[str, tuple[str | Texts, Floats]]


def _not_eligible(people: Candidates, *, network_only: bool) -> Texts:
    missing = np.full(len(people.heard), None, object)
    if network_only:
        missing[people.heard <= 0] = "no_attention"
    else:
        elsewhere = (people.belonging < _home(people)) & (np.nan_to_num(people.relevance) < TRUE_EXPERT)
        missing[(people.on_topic < 1) | elsewhere] = "off_subject"
        missing[np.isnan(people.relevance)] = "relevance_unknown"
    missing[~people.person] = "not_a_person"
    return missing


def _home(people: Candidates) -> float:
    """Return the belonging (0–100) from which a subject is one's own: at most the middle of those who speak of it."""
    speakers = people.belonging[(people.on_topic >= 1) & people.person]
    return min(BELONGING, float(np.median(speakers))) if len(speakers) else BELONGING


def _relative(people: Candidates, eligible: Bools, _: Scale) -> Tests:
    size = np.log10(1.0 + people.audience)
    reach = percentiles(size, people.cohort, eligible)
    heard = percentiles(people.heard, people.cohort, eligible)
    known, text = _macro_cut(size, people.cohort, eligible)
    focus = percentiles(people.focus, people.cohort, eligible)
    engaged = np.where(np.isnan(people.resonance), np.inf, people.resonance - RESONANCE_CUT / 2)
    focused = np.where(np.isnan(focus), np.inf, focus - 50.0 + 25.0)
    peers = np.where(people.heard > 0, heard - ATTENTION_CUT, -np.inf)
    return {
        "macro": (text, reach - known),
        "magic_middle": (
            f"magic_middle:attention>={ATTENTION_CUT:g},focus>=25,resonance>={RESONANCE_CUT / 2:g}",
            np.minimum(np.minimum(peers, focused), engaged),
        ),
        "micro": (
            f"micro:resonance>={RESONANCE_CUT:g},reach<{SMALL_REACH:g}",
            np.minimum(people.resonance - RESONANCE_CUT, np.where(np.isnan(reach), np.inf, SMALL_REACH - reach)),
        ),
    }


def _macro_cut(size: Floats, cohort: Ints, eligible: Bools) -> tuple[Floats, Texts]:
    """Return the cohort percentile (m,) from which an audience is an outlier among peers, and the rule in words."""
    cut = np.full(len(size), 99.0)
    for code in np.unique(cohort[eligible]):
        here = eligible & (cohort == code) & np.isfinite(size)
        if not here.any():
            continue
        middle = np.median(size[here])
        spread = 1.4826 * np.median(np.abs(size[here] - middle))
        # Among peers all alike nobody is known far beyond the others; else between the top twentieth and the top 1 %.
        below = np.mean(size[here] < middle + OUTLIER * spread) if spread > 0 else 1.0
        cut[cohort == code] = np.clip(100.0 * below, 95.0, 99.0)
    return cut, np.array([f"macro:reach>={value:.1f}" for value in cut], object)


def _absolute(people: Candidates, eligible: Bools, scale: Scale) -> Tests:
    del eligible
    cut = {
        name: np.array([scale.cuts.get(str(source), {}).get(name, np.nan) for source in people.source], float)
        for name in ("macro", "micro")
    }
    above, under = (100.0 * (people.followers - cut[name]) / cut[name] for name in ("macro", "micro"))
    return {
        "macro": ("macro:followers>=cut", above),
        "magic_middle": ("magic_middle:followers_between_cuts", np.minimum(under, -above)),
        "micro": ("micro:followers<cut", -under),
    }


def _linkers(people: Candidates, eligible: Bools, _: Scale) -> Tests:
    del eligible
    few, many = LINKERS
    linkers = people.amplifiers.astype(float)
    above, under = 100.0 * (linkers - many - 1) / many, 100.0 * (linkers - few) / few
    engaged = people.resonance - RESONANCE_CUT
    return {
        "macro": (f"macro:amplifiers>{many}", above),
        "magic_middle": (f"magic_middle:{few}<=amplifiers<={many}", under),
        "micro": (f"micro:amplifiers<{few},resonance>={RESONANCE_CUT:g}", engaged),
    }


def _sizes(cohort: Ints, eligible: Bools) -> Ints:
    return np.bincount(cohort[eligible], minlength=int(cohort.max(initial=0)) + 1)[cohort]
