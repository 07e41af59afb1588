"""Whom to contact next, and why: their news, ours, what was promised, and what cools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from data.bilingual import Bilingual
from data.figures import signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.relations.store import Row
    from pipelines.relation.circle import Circle, Touch

NEWS_DAYS = 14


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One person to contact: how pressing (sum of the reasons' weights) and the reasons in words."""

    person_id: str
    weight: float
    reasons: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class State:
    """Where a relationship stands: score, stage's key, change over three months, days since the last exchange."""

    score: float | None
    stage: str | None
    trend: float | None
    days_silent: int | None
    lapsed: bool


def states(circle: Circle) -> dict[str, State]:
    """Return the state of every relationship of the circle."""
    found, points = circle.proximity, circle.points
    now = np.round(found.score[:, -1], 2)
    before = found.score[:, -4]
    last = _last_exchange(circle)
    out = {}
    for person, place in circle.index.items():
        score = None if np.isnan(now[place]) else float(now[place])
        stage = int(found.stage[place, -1])
        days = (circle.as_of - last[person]).days if person in last else None
        out[person] = State(
            score=score,
            stage=points.stages[stage].key if stage >= 0 else None,
            trend=None if score is None else round(score - float(np.nan_to_num(before[place])), 2),
            days_silent=days,
            lapsed=score is not None and days is not None and days > points.relationship.lapsed_days,
        )
    return out


def next_contacts(
    circle: Circle,
    reminders: Mapping[str, Sequence[Row]],
    flagged: frozenset[str],
    news: Mapping[str, int],
    ours: Mapping[str, Sequence[tuple[float, Bilingual]]] | None = None,
) -> list[Suggestion]:
    """Return the people to contact, most pressing first; nobody who asked not to be, was refused, or does not fit.

    `reminders` are those due per person, `flagged` may be minors,
    `news` counts each one's posts on our subject lately, `ours` are weighed reasons that come from us.
    """
    verdicts, state = circle.verdicts(), states(circle)
    out = []
    for person, row in circle.people.items():
        verdict = verdicts.get(person, {}).get("verdict")
        fits = (row["relevance"] or 0) >= circle.points.fit.minimum or verdict in ("accept", "shortlist")
        if circle.stopped(person) or person in flagged or verdict == "refuse" or row["status"] == "out" or not fits:
            continue
        weighed = _reasons(circle, person, state[person], reminders.get(person, ()), news.get(person, 0))
        weighed += (ours or {}).get(person, ())
        if verdict == "accept":
            weighed.append((1.0, Bilingual("retenu par l'équipe", "accepted by the team")))
        if weighed and any(weight >= 1 for weight, _ in weighed):
            total = round(sum(weight for weight, _ in weighed), 2)
            out.append(Suggestion(person, total, tuple(text for _, text in sorted(weighed, key=lambda one: -one[0]))))
    return sorted(out, key=lambda one: (-one.weight, one.person_id))


def _reasons(
    circle: Circle, person: str, state: State, reminders: Sequence[Row], news: int
) -> list[tuple[float, Bilingual]]:
    found: list[tuple[float, Bilingual]] = []
    since = circle.as_of - timedelta(days=NEWS_DAYS)
    towards = [one for one in circle.of(person) if one.at > since and one.action != "follow"]
    unanswered = [one for one in towards if not _ours(circle, one)]
    contacted = any(_ours(circle, one) for one in towards)
    if unanswered and not contacted:
        names = circle.points
        kinds = sorted({one.action for one in unanswered})
        fr = ", ".join(names.action_name(kind, "fr") for kind in kinds)
        en = ", ".join(names.action_name(kind, "en") for kind in kinds)
        found.append(
            (
                3.0,
                Bilingual(
                    f"ces {NEWS_DAYS} jours : {fr} ; sans réponse notée",
                    f"last {NEWS_DAYS} days: {en}; no answer noted",
                ),
            )
        )
    found += [(4.0, Bilingual(f"rappel échu : {row['what']}", f"reminder due: {row['what']}")) for row in reminders]
    if news and not contacted:
        found.append(
            (
                min(1.0 + 0.1 * news, 2.0),
                Bilingual(f"{news} publication(s) récentes sur le sujet", f"{news} recent post(s) on the subject"),
            )
        )
    if state.lapsed:
        found.append(
            (
                2.0,
                Bilingual(
                    f"aucun échange depuis {state.days_silent} jours", f"no exchange for {state.days_silent} days"
                ),
            )
        )
    elif state.trend is not None and state.trend < -5:
        found.append(
            (
                1.5,
                Bilingual(
                    f"la relation refroidit ({signed(state.trend, 'fr', 1)} en 3 mois)",
                    f"the relationship cools ({signed(state.trend, 'en', 1)} in 3 months)",
                ),
            )
        )
    return found


def _ours(circle: Circle, touch: Touch) -> bool:
    action = circle.points.actions.get(touch.action)
    return action is not None and (action.ours or (action.two_way and touch.origin != "crawl"))


def _last_exchange(circle: Circle) -> dict[str, datetime]:
    last: dict[str, datetime] = {}
    for touch in circle.touches:
        action = circle.points.actions.get(touch.action)
        if action and (action.two_way or action.publication or action.ours):
            last[touch.person_id] = max(touch.at, last.get(touch.person_id, touch.at))
    return last
