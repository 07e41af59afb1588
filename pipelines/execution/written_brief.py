"""Steps 6 to 9: the written brief of a campaign, every section of it, and what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.documents import say
from pipelines.execution.kpis import kpi_name, totals
from pipelines.execution.planning import plan_rows
from pipelines.relation.circle import moment, name_of
from pipelines.relation.disclosure import wording
from pipelines.relation.papers.model import Paper, Section, Table
from pipelines.relation.words import euros, words

if TYPE_CHECKING:
    from pipelines.execution.file import CampaignFile

SECTIONS = (
    "context", "objective", "audience", "brand", "editorial", "role", "others", "message", "deliverables", "freedom",
    "musts", "forbidden", "disclosure", "links", "validation", "rights", "compensation", "kpis", "planning", "changes",
    "contact", "privacy",
)  # fmt: skip
FAMILIES = ("social", "digital", "business")


def written_brief(file: CampaignFile, lang: str, *, partner: str | None = None) -> Paper:
    """Return the campaign's brief; sections nobody wrote are drawn from the records, or marked as to be written.

    With `partner`, a person's id, it is the copy for that person: what is theirs alone, and not what is still missing.
    """
    if partner is not None:
        file = file.for_partner(partner)
    tell, titles = words("brief", lang), words("section", lang)
    missing = missing_sections(file, lang)
    sections = [_section(file, key, titles[key], lang, key in missing) for key in SECTIONS]
    lacking = [titles[key] for key in missing] + _missing_families(file, lang)
    if partner is None:
        sections.append(Section(tell["missing"], () if lacking else (tell["complete"],), tuple(lacking)))
    campaign = file.campaign
    dates = f"{say.day(moment(campaign['starts']), lang)} – {say.day(moment(campaign['ends']), lang)}"
    return Paper(
        title=f"{tell['title']} {campaign['name']}",
        lang=lang,
        subtitle=" · ".join(part for part in (_called(file, partner), campaign["advertiser"], dates) if part),
        sections=tuple(sections),
        foot=tell["foot"],
    )


def _called(file: CampaignFile, partner: str | None) -> str | None:
    row = file.circle.people.get(partner or "")
    return name_of(row) if row else None


def missing_sections(file: CampaignFile, lang: str) -> list[str]:
    """Return the sections that nobody wrote in `lang` and that no record can fill."""
    written = {row["section"] for row in file.records["sections"] if row["lang"] == lang}
    return [key for key in SECTIONS if key not in written and not any(_drawn(file, key, lang))]


def _section(file: CampaignFile, key: str, title: str, lang: str, missing: bool) -> Section:
    text = next((row["text"] for row in file.records["sections"] if (row["section"], row["lang"]) == (key, lang)), None)
    sentences, table = _drawn(file, key, lang)
    if missing:
        return Section(title, (words("brief", lang)["to_write"],))
    return Section(title, (text,) if text else sentences, table=table)


def _drawn(file: CampaignFile, key: str, lang: str) -> tuple[tuple[str, ...], Table | None]:
    """Return what the records say for a section: sentences and a table, either empty."""
    tell, campaign = words("brief", lang), file.campaign
    said: dict[str, str | None] = {
        "context": file.brief.why,
        "objective": campaign["objective"],
        "brand": file.brief.brand.name if file.brief.brand else None,
        "disclosure": "\n".join(wording(campaign["market"] or file.brief.market, lang)),
        "kpis": tell["kpi_default"].format(main=kpi_name(campaign["main_kpi"], lang)) if campaign["main_kpi"] else None,
        "changes": tell["changes_default"],
        "privacy": words("message", lang)["notice"],
        "compensation": _compensation(file, lang),
    }
    sentence = said.get(key)
    return ((sentence,) if sentence else ()), _table(file, key, lang)


def _table(file: CampaignFile, key: str, lang: str) -> Table | None:
    tell = words("brief", lang)
    if key in ("deliverables", "planning"):
        milestones = file.records["milestones"] if key == "planning" else []
        found = plan_rows(milestones, file.records["deliverables"])
        given = [(say.day(moment(row["due"]), lang), file.name(row["account_id"]), row["what"]) for row in found]
        return Table(tuple(tell["plan_columns"].split("|")), tuple(given)) if given else None
    if key == "links" and file.records["codes"]:
        kind = words("code", lang)
        codes = [(file.name(row["account_id"]), kind[row["kind"]], row["value"]) for row in file.records["codes"]]
        return Table(tuple(tell["code_columns"].split("|")), tuple(codes))
    return None


def _compensation(file: CampaignFile, lang: str) -> str | None:
    agreed = [
        row for row in file.records["agreements"] if row["pay_cents"] is not None or row["gift_cents"] is not None
    ]
    if not agreed:
        return None
    return euros(sum((row["pay_cents"] or 0) + (row["gift_cents"] or 0) for row in agreed), lang)


def _missing_families(file: CampaignFile, lang: str) -> list[str]:
    """Return what the mix of KPIs lacks: each campaign needs a social, a digital and a business one."""
    there, tell = {one.family for one in totals(file) if one.values}, words("brief", lang)
    lacking = [tell[family] for family in FAMILIES if family not in there]
    return [tell["mix"].format(families=", ".join(lacking))] if lacking else []
