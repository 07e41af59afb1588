"""Macro, magic middle, micro: what the words mean, relative to comparable people who speak of the subject."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from graph.cohorts import percentiles
from graph.columns import Bools, Floats, Ints, Texts
from graph.scores.relevance import AT_HOME, FULL_FOCUS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Macro is being known far beyond one's peers: a robust outlier (Leys et al. 2013, doi:10.1016/j.jesp.2013.03.013).
OUTLIER = 2.5
MACRO_LEAST, MACRO_MOST = 97.0, 99.0
ATTENTION_CUT = 90.0
# Whom a macro of the subject attends to is heard beyond their own circle: fewer peers then tell as much.
HEARD_CUT = 88.0
# Magic middle is expert content that engages: resonance in the top quarter. Micro engages more than most: by reactions
# to posts and by people who attend, two witnesses that each hear a part, so that their mean is asked, not each alone.
EXPERT_RESONANCE = 75.0
ENGAGEMENT_CUT = 50.0
SMALL_REACH = 95.0
EMERGING_CUT = 90.0
LOWEST_FOCUS = 25.0
SMALLEST_COHORT = 10
# A cut at the top 3 % asks for a hundred people at home in the subject; smaller cohorts are put together.
FULL_COHORT = 100
LINKERS = (20, 1000)
# At home in the subject: half a true expert's focus (with few posts, presumed), or a true expert's volume.
BELONGING, TRUE_EXPERT = 50.0 * FULL_FOCUS, 50.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """The columns that tiers are read from, one value per person of a segment (m,); unknown is NaN.

    `audience` is followers, or attention where that is unknown; `heard` is topical attention from distinct peers;
    `belonging` is 0–100; `home` how much one's community speaks of the subject, as a share of the one that does most.
    `macros` is how many macros of the subject attend to each, None where nobody looked.
    `judged` posts and `resonance_sd` (percentile points) tell how sure focus and resonance are; absent, they are exact.
    `person` is False for brands and automated accounts.
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
    media: Bools | None = None
    home: Floats | None = None
    judged: Ints | None = None
    resonance_sd: Floats | None = None
    macros: Ints | None = None


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
    people = replace(people, cohort=pooled(people, eligible))
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
    if scale.method == "absolute":
        unplaced = _unplaced(people, scale)
        told = eligible & np.array([reason is not None for reason in unplaced], bool)
        missing[told] = unplaced[told]
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
        elsewhere = (people.belonging < home_cut(people)) | visiting(people)
        elsewhere &= np.nan_to_num(people.relevance) < TRUE_EXPERT
        missing[(people.on_topic < 1) | elsewhere] = "off_subject"
        missing[np.isnan(people.relevance)] = "relevance_unknown"
    missing[~people.person] = "not_a_person"
    return missing


def home_cut(people: Candidates) -> float:
    """Return the belonging (0–100) from which a subject is one's own: at most the middle of those who speak of it."""
    speakers = people.belonging[(people.on_topic >= 1) & people.person]
    return min(BELONGING, float(np.median(speakers))) if len(speakers) else BELONGING


def visiting(people: Candidates) -> Bools:
    """Tell whose community (m,) has its home in another subject; of who has none, nothing is said."""
    if people.home is None:
        return np.zeros(len(people.heard), bool)
    return np.asarray(people.home < AT_HOME, bool)


def pooled(people: Candidates, eligible: Bools) -> Ints:
    """Return the cohorts (m,) with those under a hundred eligible people put together, all in one if still too few.

    Media are compared with media alone.
    """
    media = np.zeros(len(eligible), bool) if people.media is None else people.media
    cohort = people.cohort + 2
    small = _sizes(cohort, eligible & ~media) < FULL_COHORT
    left = int(np.count_nonzero(small & eligible & ~media))
    if left:
        cohort = np.where(small, 1, cohort) if left >= FULL_COHORT else np.ones_like(cohort)
    return np.where(media, 0, cohort)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where people stand in their cohort, in percentiles, of any one shape; unknown is NaN."""

    reach: Floats
    heard: Floats
    focus: Floats
    resonance: Floats
    attention_cut: Floats | float = ATTENTION_CUT


def distances(at: Standing, macro: Floats) -> dict[str, Floats]:
    """Return how far each relative tier is from its nearest cut, positive when all its conditions hold.

    `macro` is the cut of reach; `heard` is -inf for those whom nobody attends to. An unknown resonance stops nobody
    from the magic middle and gives no micro; an unknown reach is a small one.
    """
    engaged = np.where(np.isnan(at.resonance), np.inf, at.resonance - EXPERT_RESONANCE)
    focused = np.where(np.isnan(at.focus), np.inf, at.focus - LOWEST_FOCUS)
    small = np.where(np.isnan(at.reach), np.inf, SMALL_REACH - at.reach)
    engagement = (np.maximum(at.heard, 0.0) + at.resonance) / 2.0
    return {
        "macro": at.reach - macro,
        "magic_middle": np.minimum(np.minimum(at.heard - at.attention_cut, focused), engaged),
        "micro": np.minimum(engagement - ENGAGEMENT_CUT, small),
    }


def standing_of(people: Candidates, eligible: Bools) -> Standing:
    """Return where everybody (m,) stands among the eligible of their cohort."""
    heard = percentiles(people.heard, people.cohort, eligible)
    return Standing(
        percentiles(np.log10(1.0 + people.audience), people.cohort, eligible),
        np.where(people.heard > 0, heard, -np.inf),
        percentiles(people.focus, people.cohort, eligible),
        people.resonance,
        attention_cuts(people),
    )


def attention_cuts(people: Candidates) -> Floats:
    """Return the percentile (m,) from which attention makes the magic middle: lower for whom macros attend to."""
    heard = np.zeros(len(people.heard), np.int64) if people.macros is None else people.macros
    return np.where(heard > 0, HEARD_CUT, ATTENTION_CUT)


def macros(people: Candidates, scale: Scale | None = None, *, network_only: bool = False) -> Bools:
    """Tell who (m,) is macro: that asks for an audience alone, so that it can be told before all else."""
    if (scale or Scale()).method != "relative":
        return np.asarray(tiers(people, scale, network_only=network_only).tier == "macro", bool)
    eligible = np.array([reason is None for reason in _not_eligible(people, network_only=network_only)], bool)
    cohort, size = pooled(people, eligible), np.log10(1.0 + people.audience)
    enough = _sizes(cohort, eligible) >= SMALLEST_COHORT
    reach = np.nan_to_num(percentiles(size, cohort, eligible), nan=-1.0)
    return np.asarray(eligible & enough & (reach >= macro_cut(size, cohort, eligible)[0]), bool)


def _relative(people: Candidates, eligible: Bools, _: Scale) -> Tests:
    cut, text = macro_cut(np.log10(1.0 + people.audience), people.cohort, eligible)
    far = distances(standing_of(people, eligible), cut)
    alike = f"focus>={LOWEST_FOCUS:g},resonance>={EXPERT_RESONANCE:g}"
    others = f"magic_middle:attention>={ATTENTION_CUT:g},{alike}"
    nearer = f"magic_middle:heard_by_macros>=1,attention>={HEARD_CUT:g},{alike}"
    expert = np.where(attention_cuts(people) < ATTENTION_CUT, nearer, others).astype(object)
    return {
        "macro": (text, far["macro"]),
        "magic_middle": (expert, far["magic_middle"]),
        "micro": (f"micro:engagement>={ENGAGEMENT_CUT:g},reach<{SMALL_REACH:g}", far["micro"]),
    }


def macro_cut(size: Floats, cohort: Ints, eligible: Bools) -> tuple[Floats, Texts]:
    """Return the cohort percentile (m,) from which an audience is an outlier among peers, and the rule in words."""
    cut = np.full(len(size), MACRO_MOST)
    for code in np.unique(cohort[eligible]):
        here = eligible & (cohort == code) & np.isfinite(size)
        if not here.any():
            continue
        middle = np.median(size[here])
        spread = 1.4826 * np.median(np.abs(size[here] - middle))
        # Among peers all alike nobody is known far beyond the others; else between the top 3 % and the top 1 %.
        below = np.mean(size[here] < middle + OUTLIER * spread) if spread > 0 else 1.0
        cut[cohort == code] = np.clip(100.0 * below, MACRO_LEAST, MACRO_MOST)
    distinct, place = np.unique(cut, return_inverse=True)
    return cut, np.array([f"macro:reach>={value:.1f}" for value in distinct], object)[place]


def _absolute(people: Candidates, eligible: Bools, scale: Scale) -> Tests:
    del eligible
    cut = {
        name: np.array([scale.cuts.get(str(source), {}).get(name, np.nan) for source in people.source], float)
        for name in ("macro", "micro")
    }
    above, under = (100.0 * (people.followers - cut[name]) / cut[name] for name in ("macro", "micro"))
    told = [(f"followers>={low:.10g}", f"followers<{low:.10g}", f"followers>={high:.10g}", f"followers<{high:.10g}")
            for low, high in zip(cut["micro"].tolist(), cut["macro"].tolist(), strict=True)]  # fmt: skip
    return {
        "macro": (_texts(f"macro:{high}" for _, _, high, _ in told), above),
        "magic_middle": (_texts(f"magic_middle:{low},{less}" for low, _, _, less in told), np.minimum(under, -above)),
        "micro": (_texts(f"micro:{under}" for _, under, _, _ in told), -under),
    }


def _unplaced(people: Candidates, scale: Scale) -> Texts:
    """Return why an absolute scale has nothing to say of a person, None where it has."""
    result = np.full(len(people.source), None, object)
    result[~np.isfinite(people.followers)] = "followers_unknown"
    result[[str(source) not in scale.cuts for source in people.source]] = "no_cut_for_source"
    return result


def _texts(values: Iterable[str]) -> Texts:
    return np.array(list(values), object)


def _linkers(people: Candidates, eligible: Bools, _: Scale) -> Tests:
    del eligible
    few, many = LINKERS
    linkers = people.amplifiers.astype(float)
    above, under = 100.0 * (linkers - many - 1) / many, 100.0 * (linkers - few) / few
    engaged = people.resonance - ENGAGEMENT_CUT
    return {
        "macro": (f"macro:amplifiers>{many}", above),
        "magic_middle": (f"magic_middle:{few}<=amplifiers<={many}", under),
        "micro": (f"micro:amplifiers<{few},resonance>={ENGAGEMENT_CUT:g}", engaged),
    }


def _sizes(cohort: Ints, eligible: Bools) -> Ints:
    return np.bincount(cohort[eligible], minlength=int(cohort.max(initial=0)) + 1)[cohort]
