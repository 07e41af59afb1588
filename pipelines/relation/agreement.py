"""Step 9: what was agreed, written down; the threshold of a written contract and the disclosure wording with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.documents import say
from pipelines.relation.circle import moment, name_of
from pipelines.relation.disclosure import wording
from pipelines.relation.ledger import CLAUSES, STATES, THRESHOLD_CENTS, missing_clauses
from pipelines.relation.papers.model import Paper, Section, Table
from pipelines.relation.words import euros, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.relations.store import Row
    from pipelines.relation.ledger import Account

TERMS = (
    "campaign", "advertiser", "objective", "parties", "tax_residence", "mission", "autonomy", "validator", "rounds",
    "delay_days", "pay_cents", "gift_cents", "rights", "law", "signed_at",
)  # fmt: skip


def agreement_paper(
    agreement: Row,
    person: Row,
    line: Account | None,
    deliverables: Sequence[Row],
    flags: Sequence[Row],
    *,
    market: str,
    lang: str,
) -> Paper:
    """Return the written summary of an agreement; `line` is the person's ledger line of that year, if any."""
    tell = words("agreement", lang)
    return Paper(
        title=f"{tell['title']} {name_of(person)}",
        lang=lang,
        subtitle=tell["subtitle"],
        sections=(
            Section(tell["terms"], table=Table(tuple(tell["columns"].split("|")), tuple(_terms(agreement, lang)))),
            Section(tell["threshold"], tuple(_threshold(agreement, line, lang))),
            Section(tell["missing"], items=_missing(agreement, flags, lang)),
            Section(
                tell["deliverables"],
                table=Table(
                    tuple(tell["deliverable_columns"].split("|")),
                    tuple((row["format"], row["channel"], say.day(moment(row["due"]), lang)) for row in deliverables),
                ),
            ),
            Section(tell["disclosure"], wording(market, lang)),
        ),
        foot=tell["foot"],
    )


def _terms(agreement: Row, lang: str) -> list[tuple[object, object]]:
    tell = words("agreement", lang)

    def said(name: str) -> object:
        value = agreement[name]
        if value is None:
            return None
        if name.endswith("_cents"):
            return euros(value, lang)
        if name == "signed_at":
            return say.day(moment(value), lang)
        return tell[value] if name == "autonomy" else value

    return [(tell[name], said(name)) for name in TERMS]


def _threshold(agreement: Row, line: Account | None, lang: str) -> list[str]:
    planned = (agreement["pay_cents"] or 0) + (agreement["gift_cents"] or 0)
    needed = planned >= THRESHOLD_CENTS and not agreement["signed_at"]
    state = STATES["contract_needed" if needed else "below" if line is None else line.state].to(lang)
    given = line.total_cents if line else 0
    told = words("threshold", lang)["planned"].format(
        planned=euros(planned, lang), given=euros(given, lang), limit=euros(THRESHOLD_CENTS, lang)
    )
    return [told, state]


def _missing(agreement: Row, flags: Sequence[Row], lang: str) -> tuple[str, ...]:
    tell = words("agreement", lang)
    found = [CLAUSES[key].to(lang) for key in missing_clauses(agreement)] or [tell["complete"]]
    if agreement["gift_cents"] and any(row["flag"] == "journalist" for row in flags):
        found.append(tell["gift_journalist"])
    return tuple(found)
