"""Keeps what was computed beside what was recorded, so that it can be read in the published database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from data.relations.publish import refresh
from data.relations.store import now, open_relations
from pipelines.relation.circle import read_circle

if TYPE_CHECKING:
    from data.brief.model import Brief
    from data.workspace import Workspace
    from pipelines.relation.circle import Circle


def keep_proximity(workspace: Workspace, circle: Circle, *, who: str) -> int:
    """Replace the brief's proximity by that of the circle, for people with a score or a stage; return the rows kept.

    It is derived from touchpoints, crawl and points file, so no history of earlier values is kept.
    """
    found, at = circle.proximity, now()
    ends = [datetime.fromtimestamp(int(end), UTC).isoformat() for end in found.ends]
    keys = [stage.key for stage in circle.points.stages]
    kept = []
    for person, place in circle.index.items():
        score, stage = found.score[place], found.stage[place]
        if not (np.any(np.nan_to_num(score) != 0) or np.any(stage >= 0)):
            continue
        account = circle.people[person]["account_id"]
        kept += [
            (
                circle.brief,
                account,
                end,
                None if np.isnan(value) else float(value),
                keys[held] if held >= 0 else None,
                who,
                at,
            )
            for end, value, held in zip(ends, score, stage, strict=True)
        ]
    with open_relations(workspace.people) as people:
        people.execute("DELETE FROM proximity WHERE brief = ?", (circle.brief,))
        people.executemany(
            "INSERT INTO proximity (brief, account_id, period_end, score, stage, recorded_by, recorded_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            kept,
        )
    return len(kept)


def publish_proximity(workspace: Workspace, circle: Circle) -> int:
    """Keep the circle's proximity and publish it; return the rows kept."""
    kept = keep_proximity(workspace, circle, who="vigie")
    if kept:
        refresh(workspace)
    return kept


def write_proximity(workspace: Workspace, brief: Brief) -> int:
    """Keep and publish the proximity of `brief` as it was just discovered; return the rows kept."""
    return publish_proximity(workspace, read_circle(workspace, brief))
