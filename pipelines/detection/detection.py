"""Step 3, detection: ranks, tiers, labels and status of everyone who has a place in a segment."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.warehouse.sql import query
from graph.carried import Before, change
from graph.cohorts import cohorts
from graph.roles import labels
from graph.tier_chances import Chances, Held, tier_chances
from graph.tiers import Candidates, Scale, tiers
from pipelines.detection.map_columns import SQL, array
from pipelines.detection.overridden import override_labels

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from data.brief.model import Brief
    from data.overrides import Override
    from data.warehouse.store import Connection

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
    carried = dict(connection.execute(query("candidates_carried", SQL), {"run_id": run_id}).fetchall())
    for segment in brief.segments:
        rows = connection.sql(
            query("candidates", SQL), params={"run_id": run_id, "segment": segment.name}
        ).to_arrow_table()
        if rows.num_rows:
            asked = {"run_id": run_id, "segment": segment.name, "from_run": carried.get(segment.name)}
            held = _held(connection, asked, rows) if segment.name in carried else None
            tables.append(_candidates(rows, brief, decisions, given, held))
    if not tables:
        empty = connection.sql("SELECT * FROM detection.candidates LIMIT 0").to_arrow_table()
        return {"detection.candidates": empty}
    return {"detection.candidates": pa.concat_tables(tables)}


class Read(dict[str, Any]):
    """A table's columns as arrays, each made when it is first asked for."""

    def __init__(self, table: pa.Table) -> None:
        super().__init__()
        self.table = table

    def __missing__(self, name: str) -> Any:
        self[name] = array(self.table[name])
        return self[name]


def _held(connection: Connection, asked: dict[str, str | None], rows: pa.Table) -> Held:
    """Return what the run told of these people from which this segment's draws were taken over."""
    before = Read(connection.sql(query("candidates_before", SQL), params=asked).to_arrow_table())
    moved = change(Before(str(asked["from_run"]), before), np.arange(rows.num_rows), Read(rows))
    chances = Chances(before["tier_chance"], before["tier_other"], before["tier_other_chance"])
    return Held(~moved.who, before["tier"], before["tier_missing"], before["tier_margin"], chances)


def _candidates(
    rows: pa.Table,
    brief: Brief,
    decisions: Mapping[str, str],
    given_words: Mapping[str, list[Override]],
    held: Held | None = None,
) -> pa.Table:
    columns = Read(rows)
    n = rows.num_rows
    alone = unread(columns)
    people, scale = candidates_of(columns), Scale(brief.scale.method, brief.scale.cuts)
    given = tiers(people, scale, network_only=alone)
    chances = tier_chances(people, scale, network_only=alone, held=held, given=given)
    columns |= {"tier": given.tier, "tier_missing": given.missing, "tier_rule": given.rule, "tier_margin": given.margin}
    columns |= {
        "tier_chance": chances.chance,
        "tier_other": chances.other,
        "tier_other_chance": chances.other_chance,
    }
    columns["status"] = np.full(n, "discovered", object)
    if decisions:
        columns["status"][:] = [decisions.get(person, "discovered") for person in columns["person_id"].tolist()]
    none: list[str] = []
    every = [none] * n
    for row in np.flatnonzero(given.emerging).tolist():
        every[row] = ["emerging"]
    columns["labels"] = _lists(every)
    if brief.rules:
        named = labels(columns, n, brief.rules)
        every = [[*own, *(label for label in more if label not in own)] for own, more in zip(every, named, strict=True)]
    if given_words:
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
    for name, values in added.items():
        rows = rows.append_column(name, values)
    return rows


def unread(columns: Read) -> bool:
    """Tell whether no text at all was judged: then the network itself is the subject."""
    return not np.isfinite(columns["relevance"]).any()


def candidates_of(columns: Read) -> Candidates:
    """Return what tiers are read from, off one segment's rows of detection.candidates or of what becomes them."""
    role, source = columns["role"], columns["source"]
    person = ~np.isin(role.astype(str), ORGANISATIONS) & ~_declared_automated(columns.table["authenticity_reasons"])
    followers, attention = columns["followers"], columns["attention"]
    speaks = person & (unread(columns) | (np.nan_to_num(columns["on_topic_posts"]) > 0))
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
        media=np.zeros(len(role), bool) if unread(columns) else role == "media",
        home=columns["home"],
        judged=np.nan_to_num(columns["relevance_n"]).astype(np.int64),
        resonance_sd=(columns["resonance_high"] - columns["resonance_low"]) / BOTH_SIDES,
    )


def _declared_automated(reasons: pa.ChunkedArray) -> Any:
    """Tell per row whether one of its reasons is that the account says so itself."""
    whole = reasons.combine_chunks()
    said = pc.equal(pc.list_flatten(whole), "declared_automated:1")
    result = np.zeros(len(whole), bool)
    result[pc.list_parent_indices(whole).filter(said).to_numpy(zero_copy_only=False)] = True
    return result


def _all_unknown(followers: Any, source: Any) -> Any:
    """Tell per row whether nobody on that network shows an audience: only then are attentions compared instead."""
    known = set(source[np.isfinite(followers)].tolist())
    return np.array([name not in known for name in source], bool)


def _lists(values: list[list[str]]) -> Any:
    result = np.empty(len(values), object)
    result[:] = values
    return result
