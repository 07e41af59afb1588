"""Who counts as identified, engaged and active: the brief says, the workspace's points.toml goes before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.brief.model import Funnel
from data.errors import UserError
from data.toml import mistake
from graph.rules import Condition, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from data.brief.model import Brief
    from data.relations.store import Row
    from pipelines.relation.points import Points

NUMBERS = ("relevance", "influence", "rank", "followers", "engagement_rate")
TEXTS = ("tier", "segment", "language", "source")
KINDS = {**dict.fromkeys(NUMBERS, "number"), **dict.fromkeys(TEXTS, "text")}
CATALOGUE = Funnel(
    engaged=("answer", "ask", "attend", "meeting", "reply"),
    active=("publish", "mention", "interview", "cocreate"),
    engaged_times=1,
    active_times=1,
    active_days=180,
)


@dataclass(frozen=True, slots=True)
class FunnelRules:
    """The predicates: a condition over candidates, keys of acts, how many of them it takes, and for how long."""

    engaged: frozenset[str] = frozenset(CATALOGUE.engaged)
    active: frozenset[str] = frozenset(CATALOGUE.active)
    engaged_times: int = 1
    active_times: int = 1
    active_days: int = 180
    identified: Condition | None = None

    def listed(self, people: Mapping[str, Row]) -> Collection[str]:
        """Return who the condition holds for; everybody when there is none."""
        if self.identified is None or not people:
            return people.keys()
        columns = {
            name: _column([row.get(name) for row in people.values()], number=name in NUMBERS)
            for name in self.identified.columns
        }
        holds = self.identified.answer(columns, len(people)).holds
        return {person for person, held in zip(people, holds, strict=True) if held}


def funnel_rules(points: Points, brief: Funnel) -> FunnelRules:
    """Return the predicates that apply, key by key; an act or column nobody knows raises UserError."""
    fields = Funnel.__dataclass_fields__
    asked = {name: getattr(points.funnel, name) or getattr(brief, name) for name in fields}
    for key in (*asked["engaged"], *asked["active"]):
        points.action(key)
    given = {name: asked[name] or getattr(CATALOGUE, name) for name in fields}
    condition = given.pop("identified")
    return FunnelRules(
        engaged=frozenset(given.pop("engaged")),
        active=frozenset(given.pop("active")),
        identified=parse(condition, KINDS) if condition else None,
        **given,
    )


def check_funnel(brief: Brief, points: Points) -> None:
    """Raise UserError, with file, line and key, for the first of the brief's `[funnel]` that does not read."""
    asked, text = brief.funnel, brief.path.read_text(encoding="utf-8") if brief.path else ""
    reads: dict[str, Callable[[], object]] = {
        "engaged": lambda: [points.action(key) for key in asked.engaged],
        "active": lambda: [points.action(key) for key in asked.active],
        "identified": lambda: parse(asked.identified, KINDS) if asked.identified else None,
    }
    for name, read in reads.items():
        try:
            read()
        except UserError as error:
            raise mistake(brief.path, text, ("funnel", name), error.message) from None


def _column(values: list[object], *, number: bool) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    if number:
        return np.array([np.nan if value is None else float(str(value)) for value in values], np.float64)
    out = np.empty(len(values), object)
    out[:] = values
    return out
