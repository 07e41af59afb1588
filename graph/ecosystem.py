"""The map of a brief: from a world's columns to each segment's scores, measures and intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from graph.authenticity import Authenticity, authenticity
from graph.brokers import brokerage
from graph.carried import Before, Change, Past, as_sure, change
from graph.carried import communities as carry_communities
from graph.carried import intervals as carry_intervals
from graph.cohorts import cohorts, log_scale, percentiles
from graph.communities import Communities, find, keep_names
from graph.company import woven
from graph.evidence import evidence_of
from graph.intervals import DRAWS, Evidence, Intervals, intervals
from graph.measures import Measures, approval, attention, cores, measure, topical_lift
from graph.overlap import CANDIDATES, Overlap, overlap
from graph.reliability import measurement_error
from graph.scores.engagement import Engagement, engagement
from graph.scores.influence import influence, missing, ranks
from graph.scores.reach import Reach, reach
from graph.scores.reactions import comparable, unseen
from graph.scores.relevance import Relevance, belonging, home, relevance, staying
from graph.scores.resonance import Resonance, resonance
from graph.ties import Pairs, generosity, pairs, strengths, unasked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graph.columns import Floats, Ints, Posts, Texts, World

# With no post on the subject, and less than one peer's whole attention on it, a person has no row in the segment.
LEAST_ATTENTION = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    """How scores combine (`preset`, `weights`), how often the world is drawn again, and the seed of the draws."""

    preset: str = "geometric"
    weights: Mapping[str, float] | None = None
    draws: int = DRAWS
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """What each person's posts drew and when the last was (n,): days before as_of, infinite without any."""

    interactions: Floats
    counted: Ints
    last: Floats


@dataclass(frozen=True)
class Base:
    """What holds for the whole brief, one value per person (n,).

    `strength` (n_ties,) is what each tie would be worth wholly on the subject; 0 for organisations' own attention.
    `unseen` is engagement without the reactions that attention reads too: those of people who were seen to react.
    """

    pairs: Pairs
    strength: Floats
    cohort: Ints
    communities: Communities
    core: Ints
    resonance: Resonance
    engagement: Engagement
    unseen: Floats
    authenticity: Authenticity
    activity: Activity
    grounds: tuple[Ground, ...] = ()
    communities_from: str | None = None

    @cached_property
    def heard_ladder(self) -> Floats:
        """Return what everybody receives of attention, whoever gives it, ascending."""
        return np.sort(np.bincount(self.pairs.target, self.pairs.weight, self.pairs.n))

    @cached_property
    def reaction_ladder(self) -> Floats:
        """Return the shrunk medians of reactions that are known, ascending."""
        shrunk = self.resonance.shrunk
        return np.sort(shrunk[np.isfinite(shrunk)])


@dataclass(frozen=True, slots=True)
class SegmentMap:
    """One segment: `rows` are the people who have a place in it; all else has one value per row, best influence first.

    `missing` and `reach_missing` are reasons; `rank` is NaN without influence, and for brands and competitors. `error`
    is that of the measure; `redrawn` tells that everybody's intervals were drawn in this run.
    """

    segment: str
    rows: Ints
    reach: Floats
    reach_missing: Texts
    relevance: Floats
    relevance_missing: Texts
    influence: Floats
    influence_missing: Texts
    rank: Floats
    lift: Floats
    judged: Ints
    on_topic: Ints
    focus: Floats
    engagement: Floats
    belonging: Floats
    home: Floats
    community_rank: Ints
    measures: Measures
    burt_constraint: Floats
    intervals: Intervals
    overlap: Overlap
    error: float
    redrawn: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What a segment stands on before anything is drawn: relevance, attention on the subject, who has a place (m,)."""

    fit: Relevance
    near: Pairs
    attention: Floats
    rows: Ints
    size: Reach
    before: Before | None = None
    change: Change | None = None

    @property
    def kept(self) -> bool:
        """Tell whether what an earlier run drew still holds."""
        return self.change is not None and self.change.small


def base(
    world: World, previous: Sequence[str | None] | Texts | None = None, *, past: Past | None = None, seed: int = 0
) -> Base:
    """Return what segments share; `previous` is each person's community id in the last run, `past` what it leaves."""
    people, n = world.people, len(world.people)
    everybody = ~people.organisations
    cohort = cohorts(people.source, people.language, everybody)
    giver = generosity(people, world.ties)
    free = unasked(world.ties, n)
    all_pairs = pairs(world.ties, strengths(world.ties, giver, free), n)
    shown = comparable(world)
    reaction = resonance(world, cohort, shown)
    signals = authenticity(world, all_pairs, reaction.typical)
    giver = giver * np.nan_to_num(signals.score, nan=100.0) / 100.0
    nobody = Communities(np.full(n, -1), (), np.zeros(0))
    strength = strengths(world.ties, giver, free) * ~people.organisations[world.ties.source]
    near = woven(all_pairs, world.company)
    drawn, core, did = engagement(world, shown), cores(all_pairs.graph()), _activity(world.posts, n)
    alone = engagement(world, comparable(unseen(world))).score if world.acts is not None else drawn.score
    shared = Base(all_pairs, strength, cohort, nobody, core, reaction, drawn, alone, signals, did)
    befores = past.segments if past is not None else [None] * len(world.segments)
    size = _reach(world, shared)
    grounds = tuple(ground(world, shared, number, before, size) for number, before in enumerate(befores))
    shared = replace(shared, grounds=grounds)
    # The same evidence is partitioned again, and alike: what was not written down of the last partition cannot tell.
    moved = any(one.change is not None and bool(one.change.who.any()) for one in grounds)
    if moved and past is not None and previous is not None and past.firmness and all(one.kept for one in grounds):
        carried = carry_communities(near, np.array(previous, object), past.firmness)
        return replace(shared, communities=carried, communities_from=past.communities_from)
    found = find(near, seed=seed)
    return replace(shared, communities=keep_names(found, list(previous)) if previous is not None else found)


def ground(world: World, shared: Base, segment: int, before: Before | None = None, size: Reach | None = None) -> Ground:
    """Return what one segment stands on, and how far that is from an earlier run."""
    fit = relevance(world, segment)
    near = segment_pairs(world, shared, segment, fit)
    heard, size = attention(near), size if size is not None else _reach(world, shared)
    rows = _participants(world, fit, heard)
    moved = None
    if before is not None:
        now = {
            "attention": heard[rows],
            "on_topic_posts": fit.on_topic[rows].astype(float),
            "relevance_n": fit.judged[rows].astype(float),
            "resonance_n": shared.resonance.counts[rows].astype(float),
            "reach": size.score[rows],
            "resonance": shared.resonance.score[rows],
            "relevance": fit.score[rows],
        }
        moved = change(before, rows, now)
    return Ground(fit, near, heard, rows, size, before, moved)


def segment_map(world: World, shared: Base, segment: int, options: Options) -> SegmentMap:
    """Return the map of one segment."""
    on = shared.grounds[segment] if shared.grounds else ground(world, shared, segment)
    fit, near, size, rows = on.fit, on.near, on.size, on.rows
    paths = np.nan_to_num(on.before.columns["betweenness"]) if on.kept and on.before is not None else None
    applause = approval(world.posts, segment, len(world.people), world.acts)
    restart = applause if applause.any() else fit.score
    found = measure(near, restart, shared.communities.member, seed=options.seed, betweenness=paths)
    parts = _components(world, shared, rows, size, fit, found)
    trust = np.nan_to_num(shared.authenticity.score[rows], nan=100.0) / 100.0
    score = influence(parts, options.preset, options.weights) * trust
    contender = np.where(world.people.contenders[rows], score, np.nan)
    order = np.lexsort((rows, -fit.score[rows], np.where(np.isnan(contender), np.inf, -contender)))
    rows, score, contender, trust = rows[order], score[order], contender[order], trust[order]
    parts = {name: values[order] for name, values in parts.items()}

    def evidence(some: Ints) -> Evidence:
        cut = {name: values[some] for name, values in parts.items()}
        return evidence_of(shared, rows[some], size, fit, near, cut, np.isfinite(contender[some]), trust[some], error)

    # Read off everybody, whoever is drawn.
    apart = {"engagement": shared.unseen[rows]} if shared.engagement.known else {}
    error = measurement_error(parts, options.preset, options.weights, apart)
    redrawn = not on.kept or on.before is None or not as_sure(error, on.before)
    drawn = _intervals(
        on, order, rows, evidence, {**parts, "influence": score, "rank": ranks(contender)}, options, redrawn
    )
    at_large = np.where(np.isnan(world.people.followers), np.nan, world.people.followers)
    return SegmentMap(
        segment=world.segments[segment],
        rows=rows,
        reach=size.score[rows],
        reach_missing=size.missing[rows],
        relevance=fit.score[rows],
        relevance_missing=fit.missing[rows],
        influence=score,
        influence_missing=missing(size.score[rows], shared.resonance.score[rows], fit.score[rows]),
        rank=ranks(contender),
        lift=topical_lift(found.attention, at_large)[rows],
        judged=fit.judged[rows],
        on_topic=fit.on_topic[rows],
        focus=fit.focus[rows],
        engagement=parts["engagement"],
        belonging=parts["belonging"],
        home=home(fit.said, fit.spoken, shared.communities.member)[rows],
        community_rank=_leadership(shared.communities.member, found.pagerank)[rows],
        measures=_taken(found, rows),
        burt_constraint=_brokers(on, rows, order),
        intervals=drawn,
        overlap=overlap(near, rows[np.isfinite(contender)][:CANDIDATES]),
        error=error,
        redrawn=redrawn,
    )


def _intervals(
    on: Ground,
    order: Ints,
    rows: Ints,
    evidence: Callable[[Ints], Evidence],
    scores: Mapping[str, Floats],
    options: Options,
    redrawn: bool,
) -> Intervals:
    """Draw the segment, or take over what an earlier run drew of whom has not changed since."""

    def draw(some: Ints) -> Intervals:
        preset, weights = options.preset, options.weights
        return intervals(evidence(some), preset=preset, weights=weights, draws=options.draws, seed=options.seed)

    if redrawn or on.before is None or on.change is None:
        return draw(np.arange(len(rows)))
    return carry_intervals(on.before, rows, on.change.who[order], scores, draw, on.attention[rows])


def _brokers(on: Ground, rows: Ints, order: Ints) -> Floats:
    """Return Burt's constraint of the segment's first; of whom nothing changed since an earlier run, what it found."""
    if not on.kept or on.before is None or on.change is None:
        return brokerage(on.near, rows)
    found = on.before.at("burt_constraint", rows)
    first = int(np.flatnonzero(np.isfinite(found)).max(initial=-1)) + 1
    again = np.flatnonzero(on.change.who[order][:first])
    found[again] = brokerage(on.near, rows[again])
    return found


def segment_pairs(world: World, shared: Base, segment: int, fit: Relevance) -> Pairs:
    """Return the attention given on the subject.

    A tie with texts behind it counts by how far they are on the subject, a follow by how far its giver is.
    Organisations' attention is their own kind and is left out; where nothing was judged, every tie counts whole.
    """
    ties, people = world.ties, world.people
    whole = shared.strength
    if not world.nothing_judged:
        known = ties.topical[:, segment]
        by_giver = (np.nan_to_num(fit.score) / 100.0)[ties.source]
        whole = whole * np.where(np.isnan(known), by_giver, known)
    return pairs(ties, whole, len(people))


def _reach(world: World, shared: Base) -> Reach:
    """Attention stands in for audience: that of the whole brief, so that reach stays the same across segments."""
    people = world.people
    mine = ~people.organisations[shared.pairs.source]
    heard = np.bincount(shared.pairs.target[mine], shared.pairs.weight[mine], len(people))
    return reach(people, heard, shared.cohort)


def _participants(world: World, fit: Relevance, heard: Floats) -> Ints:
    present = (fit.on_topic > 0) | (heard >= LEAST_ATTENTION)
    return np.flatnonzero(present & ~world.people.hidden)


def _components(
    world: World, shared: Base, rows: Ints, size: Reach, fit: Relevance, found: Measures
) -> dict[str, Floats]:
    """Return what the presets combine, each 0–100 among the segment's people (m,)."""
    everybody, one = np.ones(len(rows), bool), np.zeros(len(rows), np.int64)

    own = belonging(fit.said, fit.spoken, shared.communities.member)[rows]

    def standing(values: Floats) -> Floats:
        return percentiles(values[rows].astype(float), one, everybody)

    total, count, last = shared.activity.interactions, shared.activity.counted, shared.activity.last
    unknown = np.where(count > 0, 0.0, np.nan)
    volume = np.bincount(fit.owner, fit.weight, len(world.people))
    return {
        "reach": size.score[rows],
        "resonance": shared.resonance.score[rows],
        "relevance": fit.score[rows],
        "audience": standing(world.people.followers),
        "interactions": standing(total + unknown),
        "interactions_per_post": standing(total / np.maximum(count, 1) + unknown),
        "mentions": standing(fit.on_topic),
        "activity": standing(np.where(np.isfinite(last), -last, np.nan)),
        "growth": standing(world.people.growth),
        "exposure": standing(np.nan_to_num(size.score) * np.nan_to_num(fit.score)),
        "share_of_voice": standing(volume),
        "echo": standing(found.attention),
        "attention": log_scale(found.attention[rows]),
        # Where nobody's reactions are shown, the audience stands in.
        "engagement": (shared.engagement.score if shared.engagement.known else size.score)[rows],
        "belonging": own,
        "share": own * staying(home(fit.said, fit.spoken, shared.communities.member)[rows]),
    }


def _activity(posts: Posts, n: int) -> Activity:
    reacted = np.isfinite(posts.reactions)
    owner, last = posts.person[reacted], np.full(n, np.inf)
    np.minimum.at(last, posts.person, posts.age_days)
    return Activity(np.bincount(owner, posts.reactions[reacted], n), np.bincount(owner, minlength=n), last)


def _leadership(member: Ints, pagerank: Floats) -> Ints:
    """Return each person's rank by PageRank inside their community, 0 without one."""
    order = np.lexsort((-pagerank, member))
    place = np.arange(len(order))
    new = np.concatenate([[True], np.diff(member[order]) != 0]) if len(order) else np.zeros(0, bool)
    rank = np.empty(len(order), np.int64)
    rank[order] = place - np.maximum.accumulate(np.where(new, place, 0)) + 1
    return np.where(member >= 0, rank, 0)


def _taken(found: Measures, rows: Ints) -> Measures:
    return Measures(
        found.attention[rows],
        found.amplifiers[rows],
        found.pagerank[rows],
        found.betweenness[rows],
        found.participation[rows],
        found.reciprocity[rows],
        found.hub[rows],
    )
