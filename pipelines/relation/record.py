"""Keeps what was computed beside what was recorded, so that it can be read in the published database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from data.relations.store import now, open_relations

if TYPE_CHECKING:
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
