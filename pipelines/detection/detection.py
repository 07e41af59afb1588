"""Step 3, detection: ranks, tiers, labels and status of everyone who has a place in a segment."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from graph.cohorts import cohorts
from graph.roles import labels
from graph.tier_chances import tier_chances
from graph.tiers import Candidates, Scale, tiers
from pipelines.detection.map_read import SQL, arrays
from pipelines.detection.overridden import override_labels

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from data.brief.model import Brief
    from data.overrides import Override
    from data.warehouse.store import Connection

Columns = dict[str, Any]
# Media are read like people, and compared with media.
ORGANISATIONS = ("brand", "competitor")
# A 95 % interval is this many standard deviations wide.
BOTH_SIDES = 3.92


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
    people, scale, alone = _candidates_of(columns), Scale(brief.scale.method, brief.scale.cuts), _unread(columns)
    given, chances = tiers(people, scale, network_only=alone), tier_chances(people, scale, network_only=alone)
    columns |= {"tier": given.tier, "tier_missing": given.missing, "tier_rule": given.rule, "tier_margin": given.margin}
    columns |= {
        "tier_chance": chances.chance,
        "tier_other": chances.other,
        "tier_other_chance": chances.other_chance,
    }
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
        "tier_chance": pa.array(chances.chance, mask=np.isnan(chances.chance)),
        "tier_other": pa.array(chances.other.tolist(), pa.string()),
        "tier_other_chance": pa.array(chances.other_chance, mask=np.isnan(chances.other_chance)),
        "status": pa.array(columns["status"].tolist(), pa.string()),
        "labels": pa.array(every, pa.list_(pa.string())),
    }
    for name, array in added.items():
        rows = rows.append_column(name, array)
    return rows


def _unread(columns: Columns) -> bool:
    return not np.isfinite(columns["relevance"]).any()


def _candidates_of(columns: Columns) -> Candidates:
    role, source = columns["role"], columns["source"]
    automated = np.array(
        ["declared_automated:1" in (reasons or ()) for reasons in columns["authenticity_reasons"]], bool
    )
    person = ~np.isin(role.astype(str), ORGANISATIONS) & ~automated
    followers, attention = columns["followers"], columns["attention"]
    speaks = person & (_unread(columns) | (np.nan_to_num(columns["on_topic_posts"]) > 0))
    return Candidates(
        audience=np.asarray(np.where(_all_unknown(followers, source), attention, followers)),
        followers=followers,
        heard=attention,
        amplifiers=np.nan_to_num(columns["amplifiers"]).astype(np.int64),
        resonance=columns["resonance"],
        relevance=columns["relevance"],
        focus=columns["focus"],
        belonging=np.nan_to_num(columns["belonging"]),
        on_topic=np.nan_to_num(columns["on_topic_posts"]).astype(np.int64),
        growth=columns["growth"],
        source=source,
        cohort=cohorts(source, columns["language"], speaks),
        person=person,
        # A network alone says nothing of who is a person: all are compared.
        media=np.zeros(len(role), bool) if _unread(columns) else role == "media",
        home=columns["home"],
        judged=np.nan_to_num(columns["relevance_n"]).astype(np.int64),
        resonance_sd=(columns["resonance_high"] - columns["resonance_low"]) / BOTH_SIDES,
    )


def _all_unknown(followers: Any, source: Any) -> Any:
    """Tell per row whether nobody on that network shows an audience: only then are attentions compared instead."""
    known = {name for name, value in zip(source, followers, strict=True) if np.isfinite(value)}
    return np.array([name not in known for name in source], bool)


def _lists(values: list[list[str]]) -> Any:
    result = np.empty(len(values), object)
    result[:] = values
    return result
