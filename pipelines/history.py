"""The dated runs of a brief: which there are, which one held on a day, and what changed between two."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.warehouse.sql import query
from graph.history import Diff, diff

if TYPE_CHECKING:
    from data.warehouse.store import Connection

MOVES = ("entrants", "leavers", "risers", "fallers", "tier_changes")


@dataclass(frozen=True, slots=True)
class DatedRun:
    """A finished run: the moment it counts from, when it ended, how many people it lists and ranks."""

    run_id: str
    as_of: datetime
    finished_at: datetime
    code_version: str | None
    brief_hash: str | None
    people: int
    ranked: int
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another; `names` are those of the people in it, by person_id."""

    before: DatedRun
    after: DatedRun
    diff: Diff
    names: dict[str, str]

    @property
    def same_brief(self) -> bool:
        """Tell whether both runs read the same brief with the same code: otherwise moves may come from that."""
        return self.before.brief_hash == self.after.brief_hash and self.same_method

    @property
    def same_method(self) -> bool:
        """Tell whether the same code made both, by its fingerprint and its version."""
        return (self.before.method, self.before.code_version) == (self.after.method, self.after.code_version)

    def as_json(self, top: int) -> dict[str, Any]:
        """Return the comparison as JSON-able values, `top` moves of each kind."""
        moves = {
            kind: [
                asdict(move) | {"places": move.places, "name": self.names[move.person_id]}
                for move in getattr(self.diff, kind)[:top]
            ]
            for kind in MOVES
        }
        totals = {kind: len(getattr(self.diff, kind)) for kind in MOVES}
        tops = [asdict(turnover) for turnover in self.diff.turnovers]
        return {"before": asdict(self.before), "after": asdict(self.after), "same_brief": self.same_brief,
                "same_method": self.same_method, "totals": totals, "top_20": tops, **moves}  # fmt: skip


def runs_of(connection: Connection, brief: str) -> list[DatedRun]:
    """Return the finished runs of a brief, newest first."""
    return [
        DatedRun(*row)
        for row in connection.execute(query("runs_of_brief", "pipelines.sql"), {"brief": brief}).fetchall()
    ]


def pick(runs: list[DatedRun], reference: str) -> DatedRun:
    """Return the run meant by a run_id, the beginning of one, or a date: then the last one counted up to that day.

    Raises UserError for none or several, and for a date before the first.
    """
    named = [run for run in runs if run.run_id.startswith(reference.strip())] if reference.strip() else []
    if len(named) == 1:
        return named[0]
    moment = _moment(reference)
    if moment is None:
        known = ", ".join(run.run_id for run in runs[:5]) or "–"
        raise UserError(
            f"« {reference} » n'est ni une date (2026-03-31) ni une seule analyse ; les dernières : {known}",
            f'"{reference}" is neither a date (2026-03-31) nor a single run; the latest: {known}',
        )
    earlier = [run for run in runs if run.as_of <= moment]
    if not earlier:
        first = f"{runs[-1].as_of:%Y-%m-%d}" if runs else "–"
        raise UserError(
            f"aucune analyse jusqu'au {reference} ; la première compte du {first}",
            f"no run up to {reference}; the first counts from {first}",
        )
    return max(earlier, key=lambda run: (run.as_of, run.finished_at))


def compare(
    connection: Connection, brief: str, before: DatedRun, after: DatedRun, segment: str | None = None
) -> Comparison:
    """Return what changed between two runs, of one segment or all."""
    old, new = (_standings(connection, brief, run.run_id, segment) for run in (before, after))
    names = {row["person_id"]: row["handle"] or row["display_name"] or row["person_id"] for row in (*old, *new)}
    return Comparison(before, after, diff(old, new), names)


def _standings(connection: Connection, brief: str, run_id: str, segment: str | None) -> list[dict[str, Any]]:
    values = {"brief": brief, "run_id": run_id, "segment": segment}
    result = connection.sql(query("run_standings", "pipelines.sql"), params=values)
    return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]


def _moment(text: str) -> datetime | None:
    """Return a date's last moment, or a time as it is, in UTC; None for what is no date."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if len(text.strip()) <= len("2026-03-31"):
        found = datetime.combine(found.date(), time.max)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
