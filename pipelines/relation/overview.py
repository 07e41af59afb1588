"""What departments should settle between them: everybody's cautions at once, and texts that go against the voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.bilingual import Bilingual
from pipelines.relation.circle import moment, recorded_touch
from pipelines.relation.coherence import DEFAULT_CAP, DEFAULT_GAP_DAYS, FLAGS, Situation, contacts, speaks_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from data.relations.store import Row
    from pipelines.relation.circle import Touch
    from pipelines.relation.points import Points

WINDOW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to settle: whom or what it is about, its code, and what it says."""

    about: str
    code: str
    text: Bilingual


def matters(
    records: Mapping[str, Sequence[Row]], points: Points, person_of: Mapping[str, str], as_of: datetime
) -> list[Matter]:
    """Return what to settle, from the records of all teams.

    `records` hold touchpoints, flags, members, programmes, guidelines, sections and assets. Looked at: contacts by two
    departments closer than the gap agreed, caps passed in the last 30 days, flags of people who are in touch, themes,
    sections and messages that name something to avoid, guidelines that contradict one another.
    """
    programmes = {row["name"]: row for row in records["programmes"]}
    by_person: dict[str, list[Touch]] = {}
    for row in records["touchpoints"]:
        person = person_of.get(row["account_id"], f"person:{row['account_id']}")
        by_person.setdefault(person, []).append(recorded_touch(row, person))
    found = []
    for person, touches in sorted(by_person.items()):
        ours = sorted(contacts(Situation(as_of, touches, points)), key=lambda one: one.at)
        recent = [one for one in ours if 0 <= (as_of - one.at).days < WINDOW_DAYS]
        found += _clashes(person, recent, programmes) + _cap(person, recent, programmes)
    found += _flags(records["flags"], by_person, person_of)
    return found + _voice(records, person_of)


def _clashes(person: str, recent: Sequence[Touch], programmes: Mapping[str, Row]) -> list[Matter]:
    """Return the first clash of each pair of departments."""
    out: dict[frozenset[str], Matter] = {}
    for at, later in enumerate(recent):
        gap = programmes.get(later.programme or "", {}).get("gap_days", DEFAULT_GAP_DAYS)
        for earlier in recent[:at]:
            teams = frozenset((earlier.department or "", later.department or ""))
            days = (later.at - earlier.at).days
            if len(teams) == 2 and "" not in teams and days < gap and teams not in out:
                text = Bilingual(
                    f"{earlier.department} puis {later.department} à {days} jour(s) d'écart (délai convenu : {gap})",
                    f"{earlier.department}, then {later.department} {days} day(s) later (agreed gap: {gap})",
                )
                out[teams] = Matter(person, "other_team", text)
    return list(out.values())


def _cap(person: str, recent: Sequence[Touch], programmes: Mapping[str, Row]) -> list[Matter]:
    caps = [programmes[one.programme]["monthly_cap"] for one in recent if one.programme and one.programme in programmes]
    cap = min(caps, default=DEFAULT_CAP)
    if len(recent) <= cap:
        return []
    text = Bilingual(
        f"{len(recent)} contacts en {WINDOW_DAYS} jours, toutes équipes (plafond : {cap})",
        f"{len(recent)} contacts in {WINDOW_DAYS} days, all teams (cap: {cap})",
    )
    return [Matter(person, "cap", text)]


def _flags(flags: Sequence[Row], by_person: Mapping[str, object], person_of: Mapping[str, str]) -> list[Matter]:
    out = []
    for row in flags:
        person = person_of.get(row["account_id"], f"person:{row['account_id']}")
        if person in by_person:
            out.append(Matter(person, row["flag"], FLAGS[row["flag"]]))
    return out


def _voice(records: Mapping[str, Sequence[Row]], person_of: Mapping[str, str]) -> list[Matter]:
    avoided = [row["theme"] for row in records["guidelines"] if row["stance"] == "avoid"]
    said = [row["theme"] for row in records["guidelines"] if row["stance"] == "say"]
    texts = [(one, one) for one in said]
    texts += [
        (f"{row['campaign']} · {row['section']}", row["text"])
        for row in records["sections"]
        if row["section"] not in ("forbidden", "musts")
    ]
    texts += [
        (f"kit · {row['title']}", f"{row['title']} {row['content'] or ''}")
        for row in records["assets"]
        if row["withdrawn_at"] is None and row["kind"] not in ("dont", "mention")
    ]
    found = [
        Matter(about, "voice", Bilingual(f"parle de « {theme} », à éviter", f'speaks of "{theme}", to be avoided'))
        for about, text in texts
        for theme in avoided
        if speaks_of(theme, text)
    ]
    return found + [_spoken(row, theme, person_of) for row, theme in _said(records["touchpoints"], avoided)]


def _said(touchpoints: Sequence[Row], avoided: Sequence[str]) -> list[tuple[Row, str]]:
    return [(row, theme) for row in touchpoints if row["theme"] for theme in avoided if speaks_of(theme, row["theme"])]


def _spoken(row: Row, theme: str, person_of: Mapping[str, str]) -> Matter:
    day = f"{moment(row['happened_at']):%Y-%m-%d}"
    text = Bilingual(f"le {day}, parle de « {theme} », à éviter", f'on {day}, speaks of "{theme}", to be avoided')
    return Matter(person_of.get(row["account_id"], f"person:{row['account_id']}"), "voice", text)
