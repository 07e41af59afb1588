"""What each programme brought, and all departments together: people, contacts, KPIs, cost; nothing counted twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.execution.kpis import FAMILIES, kpi_name, totals
from pipelines.execution.report import said_value
from pipelines.relation.papers.model import Paper, Section, Table
from pipelines.relation.words import euros, pair, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.relations.store import Row
    from pipelines.execution.file import CampaignFile

SHARED = frozenset(("mentions", "authors"))
"""KPIs of a campaign that are the same posts for every campaign of that time: they do not add up."""


@dataclass
class Standing:
    """One programme: whose it is, its people, contacts and campaigns, what they cost, and its KPIs (family, key)."""

    programme: str
    department: str
    people: set[str] = field(default_factory=set)
    contacts: int = 0
    campaigns: int = 0
    cost_cents: int = 0
    kpis: dict[tuple[str, str], float] = field(default_factory=dict)
    unmeasured: tuple[str, ...] = ()

    def as_json(self) -> Row:
        """Return the figures as JSON-able values."""
        same = ("programme", "department", "contacts", "campaigns", "cost_cents", "unmeasured")
        kpis = [{"family": family, "kpi": kpi, "value": value} for (family, kpi), value in sorted(self.kpis.items())]
        return {name: getattr(self, name) for name in same} | {"people": len(self.people), "kpis": kpis}


def standings(
    records: Mapping[str, Sequence[Row]], files: Sequence[CampaignFile], person_of: Mapping[str, str]
) -> list[Standing]:
    """Return each programme's figures; `records` hold programmes, members and touchpoints, `files` all campaigns."""
    found = {row["name"]: Standing(row["name"], row["department"]) for row in records["programmes"]}
    for row in records["members"]:
        if row["programme"] in found:
            found[row["programme"]].people.add(person_of.get(row["account_id"], f"person:{row['account_id']}"))
    for row in records["touchpoints"]:
        if row["programme"] in found:
            found[row["programme"]].contacts += 1
    for file in files:
        one = found.get(file.campaign["programme"] or "")
        if one is None:
            continue
        one.campaigns += 1
        one.cost_cents += sum(row["amount_cents"] for row in file.payments)
        for total in totals(file):
            if not (total.kpi in SHARED and total.origin == "crawl"):
                _add(one.kpis, {(total.family, total.kpi): total.value})
    for row in records["programmes"]:
        wanted = [name.strip() for name in (row["kpis"] or "").split(",") if name.strip()]
        known = {kpi for _, kpi in found[row["name"]].kpis}
        found[row["name"]].unmeasured = tuple(name for name in wanted if name not in known)
    return list(found.values())


def together(found: Sequence[Standing]) -> list[Standing]:
    """Return the figures of each department, and of all at the end; someone in two programmes is one person."""
    groups: dict[str, list[Standing]] = {}
    for one in found:
        groups.setdefault(one.department, []).append(one)
    lines = [_sum("", department, groups[department]) for department in sorted(groups)]
    return [*lines, _sum("", "", found)]


def programmes_paper(found: Sequence[Standing], lang: str, *, day: str) -> Paper:
    """Return the roll-up as a paper: each programme, its KPIs, then departments and all."""
    tell = words("programmes", lang)
    kpis = [
        (one.programme, kpi_name(family, lang), kpi_name(kpi, lang), said_value(kpi, value, lang))
        for one in found
        for (family, kpi), value in sorted(one.kpis.items(), key=lambda item: (FAMILIES.index(item[0][0]), item[0][1]))
    ]
    lacking = tuple(
        tell["unmeasured"].format(
            programme=one.programme, kpis=", ".join(kpi_name(key, lang) for key in one.unmeasured)
        )
        for one in found
        if one.unmeasured
    )
    return Paper(
        title=tell["title"],
        lang=lang,
        subtitle=day,
        sections=(
            Section(
                tell["each"], table=Table(tuple(tell["columns"].split("|")), tuple(_line(one, lang) for one in found))
            ),
            Section(tell["kpis"], items=lacking, table=Table(tuple(tell["kpi_columns"].split("|")), tuple(kpis))),
            _departments(together(found), lang),
        ),
        foot=tell["foot"],
    )


def _departments(lines: Sequence[Standing], lang: str) -> Section:
    tell = words("programmes", lang)
    rows = tuple((one.department or tell["all"], *_line(one, lang)[2:]) for one in lines)
    sums = tuple(
        pair(kpi_name(kpi, lang), said_value(kpi, value, lang), lang)
        for (_, kpi), value in sorted(lines[-1].kpis.items())
    )
    return Section(tell["departments"], items=sums, table=Table(tuple(tell["department_columns"].split("|")), rows))


def _line(one: Standing, lang: str) -> tuple[object, ...]:
    return (one.programme, one.department, len(one.people), one.contacts, one.campaigns, euros(one.cost_cents, lang))


def _sum(programme: str, department: str, parts: Sequence[Standing]) -> Standing:
    out = Standing(programme, department)
    for one in parts:
        out.people |= one.people
        out.contacts += one.contacts
        out.campaigns += one.campaigns
        out.cost_cents += one.cost_cents
        _add(out.kpis, one.kpis)
    return out


def _add(sums: dict[tuple[str, str], float], more: Mapping[tuple[str, str], float]) -> None:
    for key, value in more.items():
        sums[key] = sums.get(key, 0.0) + value
