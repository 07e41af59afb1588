"""Lays out a map as the rows of detection.ecosystem, detection.communities and detection.relations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from graph.cohorts import percentiles
from graph.roles import roles
from pipelines.detection.overridden import override_roles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from data.overrides import Override
    from graph.columns import World
    from graph.ecosystem import Base, SegmentMap
    from graph.roles import Role
    from pipelines.detection.declared import Declarations
    from pipelines.detection.map_read import Details
    from pipelines.detection.map_words import CommunityName

INTEGERS = frozenset(
    {
        "rank", "rank_low", "rank_high", "reach_n", "resonance_n", "relevance_n", "influence_n", "posts_seen",
        "on_topic_posts", "amplifiers", "k_core", "community_rank",
    }
)  # fmt: skip
# Reasons that name what they rest on; all else are a profile's own words.
TOLD_BY = ("signed_site=", "signs_at=", "listed_by=", "schema=")
LARGE = frozenset({"followers"})
# What is sampled or drawn, as ecosystem.carried names it.
DRAWN, SAMPLED = "betweenness, constraint, intervals, tier chances", "betweenness, constraint"
Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What roles are given from, beside the map: the rules in order, what profiles declare, overrides.

    `brand` is posts about the brand and their tone by person_id; `shares` the part of posts of each kind (n,).
    """

    rules: Sequence[Role]
    said: Declarations
    given: Mapping[str, list[Override]]
    brand: Mapping[str, tuple[int, float]]
    shares: Mapping[str, NDArray[np.float64]]


def asked_of(
    world: World, rules: Sequence[Role], said: Declarations, tied: pa.Table, given: Mapping[str, list[Override]]
) -> Asked:
    """Gather what roles are given from, once for all segments; `tied` are the rows of detection.relations."""
    posts, n = world.posts, len(world.people)
    written = np.bincount(posts.person, minlength=n).astype(float)
    shares = {}
    for kind in ("repost", "reply"):
        own = np.bincount(posts.person[posts.of_kind(kind)], minlength=n)
        shares[kind] = np.divide(own, written, out=np.full(n, np.nan), where=written > 0)
    return Asked(rules, said, given, _brand(tied), shares)


def ecosystem(
    brief: str,
    run_id: str,
    world: World,
    shared: Base,
    maps: Sequence[SegmentMap],
    details: Details,
    asked: Asked,
) -> pa.Table:
    """Return one row per person and segment, roles included."""
    tables = []
    for number, found in enumerate(maps):
        columns = {
            **_who(world, found, details),
            **_scores(shared, found),
            **_figures(world, shared, found, details, number),
        }
        _add_roles(columns, world, shared, found, asked)
        tables.append(_stamp(brief, run_id, pa.table({name: _typed(name, values) for name, values in columns.items()})))
    return pa.concat_tables(tables)


def communities(brief: str, run_id: str, shared: Base, names: Sequence[CommunityName]) -> pa.Table:
    """Return one row per community."""
    found = shared.communities
    texts = pa.list_(pa.string())
    table = pa.table(
        {
            "community_id": pa.array(found.ids, pa.string()),
            "name": pa.array([n.name for n in names], pa.string()),
            "size": pa.array(found.sizes, pa.int32()),
            "firmness": pa.array(found.firmness, pa.float64()),
            "terms": pa.array([n.terms for n in names], texts),
            "leaders": pa.array([n.leaders for n in names], texts),
        }
    )
    return _stamp(brief, run_id, table)


def overlaps(brief: str, run_id: str, world: World, maps: Sequence[SegmentMap]) -> pa.Table:
    """Return one row per segment and two candidates who share somebody's attention; nobody hidden is named."""
    tables = []
    for found in maps:
        pairs = found.overlap
        columns = {
            "segment": pa.array([found.segment] * len(pairs.first), pa.string()),
            "person_id": pa.array(world.people.person_id[pairs.first].tolist(), pa.string()),
            "other_id": pa.array(world.people.person_id[pairs.second].tolist(), pa.string()),
            "audience": pa.array(pairs.sizes[:, 0], pa.int32()),
            "other_audience": pa.array(pairs.sizes[:, 1], pa.int32()),
            "shared": pa.array(pairs.shared, pa.int32()),
            "jaccard": pa.array(pairs.jaccard, pa.float64()),
            "containment": pa.array(pairs.containment, pa.float64()),
        }
        tables.append(_stamp(brief, run_id, pa.table(columns)))
    return pa.concat_tables(tables)


def carried(brief: str, run_id: str, shared: Base, maps: Sequence[SegmentMap]) -> pa.Table:
    """Return one row per part that was taken over from an earlier run."""
    parts: list[tuple[str | None, str, str, float, float]] = []
    for found, on in zip(maps, shared.grounds, strict=True):
        if on.kept and on.before is not None and on.change is not None:
            what = SAMPLED if found.redrawn else DRAWN
            parts.append((found.segment, what, on.before.run_id, on.change.changed, on.change.drift))
    if shared.communities_from is not None:
        changed, drift = max((p[3] for p in parts), default=0.0), max((p[4] for p in parts), default=0.0)
        parts.append((None, "communities", shared.communities_from, changed, drift))
    names = {"segment": pa.string(), "part": pa.string(), "from_run": pa.string(), "changed": pa.float64()}
    types = {**names, "drift": pa.float64()}
    table = pa.table({name: pa.array([p[i] for p in parts], kind) for i, (name, kind) in enumerate(types.items())})
    return _stamp(brief, run_id, table)


def methods(brief: str, run_id: str, key: str, maps: Sequence[SegmentMap]) -> pa.Table:
    """Return one row per segment with people: by what it was computed, and how far its measure errs."""
    some = [found for found in maps if len(found.rows)]
    columns = {
        "segment": pa.array([found.segment for found in some], pa.string()),
        "method": pa.array([key] * len(some), pa.string()),
        "error": pa.array([found.error for found in some], pa.float64()),
    }
    return _stamp(brief, run_id, pa.table(columns))


def stamped(brief: str, run_id: str, table: pa.Table) -> pa.Table:
    """Return the rows with their brief and run."""
    return _stamp(brief, run_id, table)


def _who(world: World, found: SegmentMap, details: Details) -> Columns:
    people, rows = world.people, found.rows
    return {
        "person_id": people.person_id[rows],
        "segment": np.full(len(rows), found.segment, object),
        "account_id": details.account_id[rows],
        "source": people.source[rows],
        "language": people.language[rows],
    }


def _scores(shared: Base, found: SegmentMap) -> Columns:
    low, high, rows = found.intervals.low, found.intervals.high, found.rows
    axes = {
        "reach": (found.reach, np.where(np.isfinite(found.reach), 1, 0), found.reach_missing),
        "resonance": (shared.resonance.score[rows], shared.resonance.counts[rows], shared.resonance.missing[rows]),
        "relevance": (found.relevance, found.judged, found.relevance_missing),
        "influence": (found.influence, found.judged, found.influence_missing),
    }
    columns: Columns = {}
    for name, (value, n, reason) in axes.items():
        columns[name] = value
        columns[f"{name}_low"] = np.fmin(low[name], value)
        columns[f"{name}_high"] = np.fmax(high[name], value)
        columns[f"{name}_n"], columns[f"{name}_missing"] = n, reason
    columns |= {
        "rank": found.rank,
        "rank_low": np.fmin(low["rank"], found.rank),
        "rank_high": np.fmax(high["rank"], found.rank),
        "in_top_20": found.intervals.top_20,
    }
    return columns


def _figures(world: World, shared: Base, found: SegmentMap, details: Details, number: int) -> Columns:
    rows, measures = found.rows, found.measures
    ids = np.array([*shared.communities.ids, None], object)
    return {
        "authenticity": shared.authenticity.score[rows],
        "authenticity_reasons": _lists([shared.authenticity.reasons[row] for row in rows]),
        "followers": world.people.followers[rows],
        "posts_seen": details.posts_seen[rows],
        "on_topic_posts": found.on_topic,
        "focus": found.focus,
        "engagement": found.engagement,
        "belonging": found.belonging,
        "home": found.home,
        "keyword_diversity": details.keyword_diversity[rows, number],
        "engagement_rate": details.engagement_rate[rows],
        "last_post_at": details.last_post_at[rows],
        "growth": world.people.growth[rows],
        "attention": measures.attention,
        "amplifiers": measures.amplifiers,
        "pagerank": measures.pagerank * len(world.people),
        "topical_lift": found.lift,
        "k_core": shared.core[rows],
        "betweenness": measures.betweenness,
        "participation": measures.participation,
        "reciprocity": measures.reciprocity,
        "hub": measures.hub,
        "burt_constraint": found.burt_constraint,
        "community_id": ids[shared.communities.member[rows]],
        "community_rank": np.where(found.community_rank > 0, found.community_rank.astype(float), np.nan),
    }


def _add_roles(columns: Columns, world: World, shared: Base, found: SegmentMap, asked: Asked) -> None:
    rows = found.rows
    mentions = _mentions(asked.brand, columns["person_id"])
    sizes = np.append(shared.communities.sizes.astype(float), np.nan)
    between = found.measures.betweenness
    known = {
        **columns,
        "kind": world.people.kind[rows],
        "age_days": world.people.age_days[rows],
        "relay_share": asked.shares["repost"][rows],
        "reply_share": asked.shares["reply"][rows],
        "community_size": sizes[shared.communities.member[rows]],
        "betweenness_percentile": percentiles(between, np.zeros(len(rows), np.int64), np.ones(len(rows), bool)),
        "employer": asked.said.employer[rows],
        "press": asked.said.press[rows],
        "brand_mentions": mentions[:, 0],
        "brand_tone": mentions[:, 1],
    }
    columns["role"], columns["role_reasons"] = roles(known, len(rows), asked.rules)
    for row in np.flatnonzero(asked.said.said[rows] != None):  # noqa: E711 - elementwise on objects
        reasons = columns["role_reasons"][row] or []
        if any(reason.startswith(("employer=", "press=")) and not reason.endswith("=None") for reason in reasons):
            told = str(asked.said.said[rows[row]])
            reasons.append(told if told.startswith(TOLD_BY) else f"declared={told}")
    override_roles(columns["role"], columns["role_reasons"], columns["person_id"], asked.given)


def _mentions(brand: Mapping[str, tuple[int, float]], person_ids: Any) -> NDArray[np.float64]:
    """Return (m, 2) how often each person speaks of the brand, and in what tone."""
    result = np.tile(np.array([0.0, np.nan]), (len(person_ids), 1))
    if brand and len(result):
        result[:] = [brand.get(str(person), (0, np.nan)) for person in person_ids]
    return result


def _brand(tied: pa.Table) -> dict[str, tuple[int, float]]:
    rows = tied.select(["person_id", "counterpart_kind", "ties", "tone"]).to_pylist()
    return {
        row["person_id"]: (row["ties"], np.nan if row["tone"] is None else row["tone"])
        for row in rows
        if row["counterpart_kind"] == "brand"
    }


def _lists(values: list[list[str]]) -> NDArray[np.object_]:
    result = np.empty(len(values), object)
    result[:] = values
    return result


def _typed(name: str, values: Any) -> pa.Array:
    if name == "last_post_at":
        return pa.array(values, pa.timestamp("us", "UTC"))
    if values.dtype != object:
        whole = pa.int32() if name in INTEGERS else pa.int64() if name in LARGE else None
        floats = np.asarray(values, np.float64)
        array = pa.array(floats, mask=~np.isfinite(floats))
        return array.cast(whole, safe=False) if whole is not None else array
    if name.endswith("_reasons"):
        return pa.array(values.tolist(), pa.list_(pa.string()))
    return pa.array(values.tolist(), pa.string())


def _stamp(brief: str, run_id: str, table: pa.Table) -> pa.Table:
    n = table.num_rows
    table = table.add_column(0, "run_id", pa.array([run_id] * n, pa.string()))
    return table.add_column(0, "brief", pa.array([brief] * n, pa.string()))
