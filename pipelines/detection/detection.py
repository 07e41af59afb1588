"""Step 3, detection: ranks, tiers, labels and status of everyone who has a place in a segment."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from graph.cohorts import cohorts
from graph.roles import labels
from graph.scores.relevance import belonging
from graph.tiers import Candidates, Scale, Tiers, tiers
from pipelines.detection.map_read import SQL, arrays
from pipelines.detection.overridden import override_labels

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from data.brief.model import Brief
    from data.overrides import Override
    from data.warehouse.store import Connection

Columns = dict[str, Any]
# Media are read like people: a newspaper's audience is compared with others' on its network.
ORGANISATIONS = ("brand", "competitor")


def detect(
    connection: Connection,
    brief: Brief,
    run_id: str,
    as_of: datetime,
    decisions: Mapping[str, str],
    given: Mapping[str, list[Override]] = MappingProxyType({}),
) -> dict[str, pa.Table]:
    """Return the rows of detection.candidates of one run, from its detection.ecosystem and detection.relations.

    `decisions` maps a person_id to in, out or undecided; who is not named there is `discovered`. `given`
    (person_id → overrides) are labels that an analyst gave or refused.
    """
    del as_of  # the run's rows are already those of that moment
    tables = []
    for segment in brief.segments:
        rows = connection.sql(
            query("candidates", SQL), params={"run_id": run_id, "segment": segment.name}
        ).to_arrow_table()
        if rows.num_rows:
            tables.append(_candidates(rows, brief, decisions, given))
    if not tables:
        empty = connection.sql("SELECT * FROM detection.candidates LIMIT 0").to_arrow_table()
        return {"detection.candidates": empty}
    return {"detection.candidates": pa.concat_tables(tables)}


def _candidates(
    rows: pa.Table, brief: Brief, decisions: Mapping[str, str], given_words: Mapping[str, list[Override]]
) -> pa.Table:
    columns = arrays(rows)
    n = rows.num_rows
    given = _tiers(columns, brief)
    columns |= {"tier": given.tier, "tier_missing": given.missing, "tier_rule": given.rule, "tier_margin": given.margin}
    columns["status"] = np.array([decisions.get(person, "discovered") for person in columns["person_id"]], object)
    columns["labels"] = _lists([["emerging"] if flag else [] for flag in given.emerging])
    named = labels(columns, n, brief.rules)
    every = [
        [*own, *(label for label in more if label not in own)]
        for own, more in zip(columns["labels"], named, strict=True)
    ]
    every = override_labels(every, columns["person_id"], given_words)
    added = {
        "tier": pa.array(given.tier.tolist(), pa.string()),
        "tier_missing": pa.array(given.missing.tolist(), pa.string()),
        "tier_rule": pa.array(given.rule.tolist(), pa.string()),
        "tier_margin": pa.array(given.margin, mask=~np.isfinite(given.margin)),
        "status": pa.array(columns["status"].tolist(), pa.string()),
        "labels": pa.array(every, pa.list_(pa.string())),
    }
    for name, array in added.items():
        rows = rows.append_column(name, array)
    return rows


def _tiers(columns: Columns, brief: Brief) -> Tiers:
    role, source = columns["role"], columns["source"]
    automated = np.array(
        ["declared_automated:1" in (reasons or ()) for reasons in columns["authenticity_reasons"]], bool
    )
    person = ~np.isin(role.astype(str), ORGANISATIONS) & ~automated
    followers, attention = columns["followers"], columns["attention"]
    alone = not np.isfinite(columns["relevance"]).any()
    speaks = person & (alone | (np.nan_to_num(columns["on_topic_posts"]) > 0))
    candidates = Candidates(
        audience=np.asarray(np.where(_all_unknown(followers, source), attention, followers)),
        followers=followers,
        heard=attention,
        amplifiers=np.nan_to_num(columns["amplifiers"]).astype(np.int64),
        resonance=columns["resonance"],
        relevance=columns["relevance"],
        focus=columns["focus"],
        belonging=_belonging(columns),
        on_topic=np.nan_to_num(columns["on_topic_posts"]).astype(np.int64),
        growth=columns["growth"],
        source=source,
        cohort=cohorts(source, columns["language"], speaks),
        person=person,
    )
    return tiers(candidates, Scale(brief.scale.method, brief.scale.cuts), network_only=alone)


def _belonging(columns: Columns) -> Any:
    community = np.unique(columns["community_id"].astype(str), return_inverse=True)[1].reshape(-1)
    on_topic, judged = np.nan_to_num(columns["on_topic_posts"]), np.nan_to_num(columns["relevance_n"])
    return belonging(on_topic, judged, community)


def _all_unknown(followers: Any, source: Any) -> Any:
    """Tell per row whether nobody on that network shows an audience: only then are attentions compared instead."""
    known = {name for name, value in zip(source, followers, strict=True) if np.isfinite(value)}
    return np.array([name not in known for name in source], bool)


def _lists(values: list[list[str]]) -> Any:
    result = np.empty(len(values), object)
    result[:] = values
    return result
