"""What a team's decisions teach: texts of people taken in or left out that the model takes for the subject."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from data.warehouse.sql import query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.warehouse.store import Connection
    from nlp.topical import TopicalModel, TopicalSegment

SQL = "pipelines.detection.sql"
TEXTS_PER_PERSON = 50
ON_THE_SUBJECT = 0.5


def decisions_hash(connection: Connection, brief: str, decided: Mapping[str, str]) -> str:
    """Return what identifies the decisions that can teach: empty when nobody decided upon wrote for the brief."""
    _register(connection, decided)
    rows = connection.execute(query("decided_accounts", SQL), {"brief": brief}).fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:12] if rows else ""


def sharpened(
    connection: Connection,
    brief: str,
    decided: Mapping[str, str],
    fitted: TopicalModel,
    lessons: Sequence[TopicalSegment],
) -> list[TopicalSegment] | None:
    """Return the segments with the decided people's texts that `fitted` takes to be on each; None when there are none.

    Only those texts: people taken in write of other things too, and people left out for another reason than the subject
    lose nothing by texts that were never taken for it.
    """
    _register(connection, decided)
    values = {"brief": brief, "per_person": TEXTS_PER_PERSON}
    rows = connection.execute(query("decided_texts", SQL), values).fetchall()
    if not rows:
        return None
    texts = [row[1] for row in rows]
    fits = fitted.score(texts, [row[2] or "unknown" for row in rows]) >= ON_THE_SUBJECT  # NaN is not
    taught = []
    for column, segment in enumerate(lessons):
        chosen = [(status, text) for (status, text, _), fit in zip(rows, fits[:, column], strict=True) if fit]
        accepted = tuple(text for status, text in chosen if status == "in")
        rejected = tuple(text for status, text in chosen if status == "out")
        taught.append(_with(segment, accepted, rejected))
    return taught


def _with(segment: TopicalSegment, accepted: tuple[str, ...], rejected: tuple[str, ...]) -> TopicalSegment:
    return replace(segment, accepted=accepted, rejected=rejected)


def _register(connection: Connection, decided: Mapping[str, str]) -> None:
    """Make the temporary table of the accounts that were taken in or left out."""
    kept = sorted((account, status) for account, status in decided.items() if status in {"in", "out"})
    table = pa.table(
        {
            "account_id": pa.array([account for account, _ in kept], pa.string()),
            "status": pa.array([status for _, status in kept], pa.string()),
        }
    )
    connection.register("decided_given", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE decided_people AS SELECT * FROM decided_given")
    connection.unregister("decided_given")
