"""One person, several departments (seed 003): what a colleague should know before the next contact."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.relations.store import Row
    from pipelines.relation.circle import Touch
    from pipelines.relation.points import Points

DEFAULT_GAP_DAYS, DEFAULT_CAP, CAP_DAYS = 14, 4, 30
FLAGS = {
    "employee": Bilingual("déclaré salarié : demander aux RH d'abord", "declared an employee: ask HR first"),
    "journalist": Bilingual("déclaré journaliste : aucun cadeau", "declared a journalist: no gift"),
    "open_case": Bilingual(
        "client avec un dossier ouvert : le service client d'abord", "customer with an open case: customer care first"
    ),
    "maybe_minor": Bilingual(
        "peut-être mineur : ne rien engager sans examen humain", "may be a minor: nothing without human review"
    ),
}


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to know: its code, what it says, and whether contact should stop."""

    code: str
    text: Bilingual
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when someone is about to be contacted."""

    at: datetime
    touches: Sequence[Touch]
    points: Points
    programme: Row | None = None
    department: str | None = None
    owner: Row | None = None
    flags: Sequence[Row] = ()
    guidelines: Sequence[Row] = ()
    theme: str | None = None
    who: str = ""


def cautions(situation: Situation) -> list[Caution]:
    """Return what to know before this contact, what stops it first."""
    found = [*_stops(situation), *_flags(situation), *_other_team(situation), *_cap(situation), *_voice(situation)]
    if situation.owner and situation.owner["owner"] != situation.who:
        name = situation.owner["owner"]
        found.append(
            Caution("owner", Bilingual(f"la relation est suivie par {name}", f"{name} keeps this relationship"))
        )
    return sorted(found, key=lambda one: not one.stop)


def _stops(s: Situation) -> list[Caution]:
    asked = [touch for touch in s.touches if touch.action in s.points.actions and s.points.actions[touch.action].stop]
    text = Bilingual("a demandé à ne plus être contacté", "asked not to be contacted any more")
    return [Caution("refused", text, stop=True)] if asked else []


def _flags(s: Situation) -> list[Caution]:
    return [Caution(row["flag"], FLAGS[row["flag"]], stop=row["flag"] == "maybe_minor") for row in s.flags]


def _other_team(s: Situation) -> list[Caution]:
    gap = s.programme["gap_days"] if s.programme else DEFAULT_GAP_DAYS
    department = s.department or (s.programme["department"] if s.programme else None)
    since = s.at - timedelta(days=gap)
    theirs = [one for one in contacts(s) if since <= one.at <= s.at and one.department and one.department != department]
    if not theirs:
        return []
    last = max(theirs, key=lambda one: one.at)
    days = (s.at - last.at).days
    text = Bilingual(
        f"{last.department} l'a contacté il y a {days} jour(s) (délai convenu : {gap})",
        f"{last.department} was in touch {days} day(s) ago (agreed gap: {gap})",
    )
    return [Caution("other_team", text)]


def _cap(s: Situation) -> list[Caution]:
    cap = s.programme["monthly_cap"] if s.programme else DEFAULT_CAP
    recent = [one for one in contacts(s) if s.at - timedelta(days=CAP_DAYS) < one.at <= s.at]
    if len(recent) < cap:
        return []
    text = Bilingual(
        f"{len(recent)} contacts en {CAP_DAYS} jours, toutes équipes (plafond : {cap})",
        f"{len(recent)} contacts in {CAP_DAYS} days, all teams (cap: {cap})",
    )
    return [Caution("cap", text)]


def _voice(s: Situation) -> list[Caution]:
    avoided = [row for row in s.guidelines if row["stance"] == "avoid" and speaks_of(row["theme"], s.theme or "")]
    return [
        Caution(
            "voice",
            Bilingual(
                f"thème à éviter « {row['theme']} » : {row['wording'] or '-'}",
                f'theme to avoid "{row["theme"]}": {row["wording"] or "-"}',
            ),
        )
        for row in avoided
    ]


def speaks_of(theme: str, text: str) -> bool:
    """Say whether `text` names `theme` as whole words, whatever the case and the accents."""
    wanted = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", _folded(theme)))
    return bool(wanted) and re.search(rf"(?<!\w){wanted}(?!\w)", _folded(text)) is not None


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def contacts(s: Situation) -> list[Touch]:
    """Return the contacts that came from us or were met with us; what the crawl saw is theirs alone."""
    known = s.points.actions
    return [
        one for one in s.touches
        if one.origin != "crawl" and one.action in known and (known[one.action].ours or known[one.action].two_way)
    ]  # fmt: skip
