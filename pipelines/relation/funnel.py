"""The funnel (seed 000): identified, engaged, active; how many, how fast, at what cost, and how many more it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.relation.circle import Circle
    from pipelines.relation.funnel_rules import FunnelRules

STAGES = ("identified", "engaged", "active")


@dataclass(frozen=True, slots=True)
class Passage:
    """When one person reached each stage; None when they did not."""

    identified: datetime
    engaged: datetime | None = None
    active: datetime | None = None
    active_now: bool = False
    reactivated: int = 0


@dataclass(frozen=True, slots=True)
class Funnel:
    """The figures; `cost_cents` is what was paid and given over the same people."""

    counts: dict[str, int]
    active_now: int
    conversion: dict[str, dict[str, float] | None]
    median_days: dict[str, float | None]
    cohorts: list[dict[str, Any]]
    reactivated: int
    cost_cents: int
    cost_per_active_cents: int | None
    needed: dict[str, int | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as JSON-able values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def passages(circle: Circle) -> dict[str, Passage]:
    """Return when each person of the circle passed each stage.

    Identified: on the list and within the brief's condition, which those marked `out` are not; whoever was shortlisted
    or acted is identified all the same.
    """
    candidates = circle.funnel.listed(circle.people)
    shortlisted: dict[str, datetime] = {}
    for row in circle.selections:
        at = datetime.fromisoformat(row["recorded_at"])
        shortlisted[row["person_id"]] = min(at, shortlisted.get(row["person_id"], at))
    by_person: dict[str, list[tuple[datetime, str]]] = {}
    for touch in circle.touches:
        if not circle.points.actions.get(touch.action) or not circle.points.actions[touch.action].on:
            continue
        by_person.setdefault(touch.person_id, []).append((touch.at, touch.action))
    out = {}
    for person, row in circle.people.items():
        acts = sorted(act for act in by_person.get(person, []) if act[0] <= circle.as_of)
        if not acts and person not in shortlisted and (row["status"] == "out" or person not in candidates):
            continue
        listed = circle.started if row["rank"] is not None else shortlisted.get(person, circle.as_of)
        out[person] = passage(acts, listed, circle.funnel, circle.as_of)
    return out


def passage(acts: list[tuple[datetime, str]], listed: datetime, rules: FunnelRules, as_of: datetime) -> Passage:
    """Return one person's passage from their dated acts, in order; who is active is engaged too."""
    engaged = [at for at, action in acts if action in rules.engaged]
    active = [at for at, action in acts if action in rules.active]
    span = timedelta(days=rules.active_days)
    first_active = active[rules.active_times - 1] if len(active) >= rules.active_times else None
    engaged_at = engaged[rules.engaged_times - 1] if len(engaged) >= rules.engaged_times else None
    firsts = [at for at in (engaged_at, first_active) if at is not None]
    first_engaged = min(firsts) if firsts else None
    identified = min([listed, *(at for at, _ in acts[:1])])
    again = sum(later - earlier > span for earlier, later in pairwise(active))
    return Passage(
        identified, first_engaged, first_active, first_active is not None and as_of - active[-1] <= span, again
    )


def funnel(found: Mapping[str, Passage], *, cost_cents: int = 0, target_active: int | None = None) -> Funnel:
    """Return the figures of the funnel; `target_active` asks how many more engaged it takes."""
    everyone = list(found.values())
    counts = _counts(everyone)
    needed = {}
    if target_active is not None:
        needed = needed_engaged(counts["engaged"], counts["active"], target_active)
    return Funnel(
        counts=counts,
        active_now=sum(one.active_now for one in everyone),
        conversion={
            "engaged": share(counts["engaged"], counts["identified"]),
            "active": share(counts["active"], counts["engaged"]),
        },
        median_days={
            "engaged": _median_days((one.identified, one.engaged) for one in everyone),
            "active": _median_days((one.engaged, one.active) for one in everyone),
        },
        cohorts=_cohorts(everyone),
        reactivated=sum(one.reactivated > 0 for one in everyone),
        cost_cents=cost_cents,
        cost_per_active_cents=round(cost_cents / counts["active"]) if counts["active"] else None,
        needed=needed,
    )


def needed_engaged(engaged: int, active: int, target: int) -> dict[str, int | None]:
    """Return how many more engaged people `target` active ones take, at the conversion seen and at its 95 % bounds."""
    rate = share(active, engaged)
    if rate is None:
        return {"more_engaged": None, "low": None, "high": None}

    def more(value: float) -> int | None:
        return max(0, math.ceil((target - active) / value - 1e-9)) if value > 0 else None

    return {"more_engaged": more(rate["value"]), "low": more(rate["high"]), "high": more(rate["low"])}


def share(part: int, whole: int) -> dict[str, float] | None:
    """Return a share with its 95 % Wilson interval (Wilson 1927); None of nothing."""
    if not whole:
        return None
    z = 1.959964
    p, d = part / whole, 1 + z * z / whole
    middle = (p + z * z / (2 * whole)) / d
    half = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / d
    return {"value": p, "low": max(0.0, middle - half), "high": min(1.0, middle + half)}


def _counts(everyone: Iterable[Passage]) -> dict[str, int]:
    listed = list(everyone)
    return {stage: sum(getattr(one, stage) is not None for one in listed) for stage in STAGES}


def _median_days(pairs: Iterable[tuple[datetime | None, datetime | None]]) -> float | None:
    days = [(b - a).total_seconds() / 86_400 for a, b in pairs if a is not None and b is not None]
    return round(median(days), 2) if days else None


def _cohorts(everyone: Iterable[Passage]) -> list[dict[str, Any]]:
    """Return the counts by the quarter in which people were identified, oldest first."""
    groups: dict[str, list[Passage]] = {}
    for one in everyone:
        groups.setdefault(f"{one.identified.year}-Q{(one.identified.month + 2) // 3}", []).append(one)
    return [{"quarter": quarter, **_counts(groups[quarter])} for quarter in sorted(groups)]
