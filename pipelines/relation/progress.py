"""Where steps 5 to 12 of a brief stand, read live from what teams recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from data.bilingual import Bilingual
from data.relations.store import Row, open_relations, rows
from pipelines.relation.kit import gaps

if TYPE_CHECKING:
    from pathlib import Path

State = Literal["done", "partial", "todo"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One step's state, the records it rests on, when the last was made, and what is missing to go on."""

    state: State
    rows: int
    last: str | None
    missing: Bilingual


def standings(people: Path, brief: str) -> dict[int, Standing]:
    """Return steps 5 to 12 of `brief`; without a store every one is still to do."""
    if not people.exists():
        return {number: _standing(number, [], done=False) for number in MISSING}
    with open_relations(people) as records:
        named = [row["name"] for row in rows(records, "campaigns", brief=brief)]
        of_brief = {name: rows(records, name, brief=brief) for name in ("selections", "touchpoints", "campaigns")}
        tables = ("sections", "agreements", "deliverables", "kpi_values", "forecasts")
        of_campaigns = {name: rows(records, name, campaign=named or [""]) for name in tables}
        reminders, assets = rows(records, "reminders"), rows(records, "assets", brief=brief)
    touches, agreements = of_brief["touchpoints"], of_campaigns["agreements"]
    newest = {row["account_id"]: row for row in of_brief["selections"]}
    accepted = [row for row in newest.values() if row["verdict"] == "accept"]
    contacts = [row for row in touches if row["action"] == "contact"]
    answers = [row for row in touches if row["action"] in ("answer", "meeting", "attend", "interview")]
    matched = [row for row in of_campaigns["deliverables"] if row["post_id"]]
    complete = [row for row in agreements if row["mission"] and row["autonomy"]]
    families = {row["family"] for row in of_campaigns["kpi_values"]}
    later = [row for row in touches if answers and row["happened_at"] > min(one["happened_at"] for one in answers)]
    return {
        5: _standing(5, of_brief["selections"], done=bool(accepted)),
        6: _standing(6, of_campaigns["sections"] + assets, done=_prepared(of_campaigns["sections"], assets)),
        7: _standing(
            7, contacts, done={row["account_id"] for row in accepted} <= {row["account_id"] for row in contacts}
        ),
        8: _standing(
            8, answers, done={row["account_id"] for row in accepted} <= {row["account_id"] for row in answers}
        ),
        9: _standing(9, agreements, done=bool(complete) and len(complete) == len(agreements)),
        10: _standing(10, of_campaigns["deliverables"], done=len(matched) == len(of_campaigns["deliverables"])),
        11: _standing(11, of_campaigns["kpi_values"] + of_campaigns["forecasts"], done=len(families) == 3),
        12: _standing(12, later + reminders, done=bool(later)),
    }


MISSING = {
    5: Bilingual("vigie relate decide BRIEF COMPTE accept", "vigie relate decide BRIEF ACCOUNT accept"),
    6: Bilingual(
        "vigie relate kit BRIEF ; vigie campaign new, puis write SECTION",
        "vigie relate kit BRIEF; vigie campaign new, then write SECTION",
    ),
    7: Bilingual("vigie relate draft, puis touch … contact", "vigie relate draft, then touch … contact"),
    8: Bilingual("vigie relate touch … meeting ou answer", "vigie relate touch … meeting or answer"),
    9: Bilingual("vigie relate agreement --mission --autonomy", "vigie relate agreement --mission --autonomy"),
    10: Bilingual("vigie campaign deliverable, puis check", "vigie campaign deliverable, then check"),
    11: Bilingual(
        "vigie campaign import : un KPI social, un digital, un business",
        "vigie campaign import: a social, a digital and a business KPI",
    ),
    12: Bilingual("vigie relate next, remind, partner", "vigie relate next, remind, partner"),
}


def _prepared(sections: list[Row], assets: list[Row]) -> bool:
    """Say whether most of a brief is written and the brand kit is complete in one language."""
    written = len({row["section"] for row in sections}) >= 10
    return written and any(not gaps(assets, lang) for lang in ("fr", "en"))


def _standing(number: int, found: list[Row], *, done: bool) -> Standing:
    state: State = "todo" if not found else "done" if done else "partial"
    last = max((row["recorded_at"] for row in found), default=None)
    return Standing(state, len(found), last, MISSING[number])
