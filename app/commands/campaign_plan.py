"""`vigie campaign new|write|brief|plan|change|deliverable`: before and during a campaign."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.commands.relate_group import (
    OutOption,
    PersonArgument,
    ProgrammeOption,
    WhoOption,
    WhyOption,
    give,
    login,
    recording,
    typed_cents,
    typed_time,
)
from app.session import JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual
from data.errors import UserError
from data.relations.store import Row, add, change, keep, now, open_relations, rows
from pipelines.documents.safe import write_whole
from pipelines.documents.spreadsheet import Book
from pipelines.execution.file import campaign_row, read_campaign
from pipelines.execution.planning import calendar, plan_rows
from pipelines.execution.written_brief import SECTIONS, written_brief
from pipelines.relation.desk import find, name_map
from pipelines.relation.kit import kit_paper, pack
from pipelines.relation.words import words

group = typer.Typer()
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The campaign.")]


@group.command("new")
def new(
    name: NameArgument,
    brief: Annotated[str, typer.Option("--brief", metavar="BRIEF", help="The brief it belongs to.")],
    starts: Annotated[str, typer.Option("--starts", metavar="DATE", help="First day.")],
    ends: Annotated[str, typer.Option("--ends", metavar="DATE", help="Last day.")],
    kind: Annotated[
        Literal["recurring", "one_shot", "event", "lobbying"], typer.Option("--kind", help="Its kind.")
    ] = "one_shot",
    programme: ProgrammeOption = None,
    objective: Annotated[str | None, typer.Option("--objective", metavar="TEXT", help="The one objective.")] = None,
    advertiser: Annotated[
        str | None, typer.Option("--advertiser", metavar="NAME", help="Who pays (default: the brand).")
    ] = None,
    market: Annotated[
        str | None, typer.Option("--market", metavar="CC", help="Whose disclosure rules (default: the brief's).")
    ] = None,
    budget: Annotated[str | None, typer.Option("--budget", metavar="EUR", help="Budget, excluding VAT.")] = None,
    main_kpi: Annotated[str | None, typer.Option("--main-kpi", metavar="KPI", help="The KPI it is judged by.")] = None,
    why: WhyOption = "",
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Make a campaign, or change it."""
    session = open_session(workspace, lang)
    target = session.workspace.brief(brief)
    first, last = typed_time(starts), typed_time(ends)
    if last < first:
        raise UserError("la campagne finit avant de commencer", "the campaign ends before it starts")
    given = {
        "brief": target.name, "programme": programme, "kind": kind, "objective": objective,
        "advertiser": advertiser or (target.brand.name if target.brand else None),
        "market": market or target.market or None,
        "starts": first, "ends": last, "budget_cents": typed_cents(budget) if budget else None, "main_kpi": main_kpi,
    }  # fmt: skip
    with recording(session) as people:
        if programme and not rows(people, "programmes", name=programme):
            raise UserError(f"aucun programme « {programme} »", f'no programme "{programme}"')
        keep(people, "campaigns", {"name": name}, given, who=who or login(), why=why)
        made = rows(people, "campaigns", name=name)[0]
    if json:
        print_json(made)
        return
    say(plain(f"{name} · {first[:10]} – {last[:10]}"))


@group.command("write")
def write(
    name: NameArgument,
    section: Annotated[str, typer.Argument(metavar="SECTION", help=f"One of: {', '.join(SECTIONS)}.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What it says.")],
    why: WhyOption = "",
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Write one section of its brief. In the language of --lang; the earlier text stays in the history."""
    session = open_session(workspace, lang)
    if section not in SECTIONS:
        there = ", ".join(SECTIONS)
        raise UserError(f"section « {section} » inconnue : {there}", f'no section "{section}": {there}')
    campaign_row(session.workspace, name)
    key = {"campaign": name, "section": section, "lang": session.lang}
    with recording(session) as people:
        keep(people, "sections", key, {"text": text}, who=who or login(), why=why)
    say(plain(f"{name} · {section} · {session.lang}"))


@group.command("brief")
def brief_paper(
    name: NameArgument,
    account: Annotated[
        str | None, typer.Option("--for", metavar="ACCOUNT", help="The copy for this partner: what is theirs alone.")
    ] = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Write its brief, with what is missing. Every section; --out FILE.zip adds the brand kit."""
    session = open_session(workspace, lang)
    session.published()
    file = read_campaign(session.workspace, name)
    partner = find(session.workspace, account).person_id if account else None
    paper = written_brief(file, session.lang, partner=partner)
    if out is None or out.suffix.lower() != ".zip":
        give(session, paper, out)
        return
    with open_relations(session.workspace.people) as people:
        assets = rows(people, "assets", brief=file.brief.name)
    market = file.campaign["market"] or file.brief.market
    kit = kit_paper(file.brief, assets, market=market, lang=session.lang)
    say(plain(write_whole(out, pack({"brief": paper, "kit": kit}, assets, session.lang))))


@group.command("plan")
def plan(
    name: NameArgument,
    what: Annotated[str | None, typer.Option("--add", metavar="TEXT", help="Add a milestone.")] = None,
    due: Annotated[str, typer.Option("--due", metavar="DATE", help="When the milestone is.")] = "",
    account: Annotated[
        str | None, typer.Option("--for", metavar="ACCOUNT", help="Whom it concerns (default: all).")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it as .ics or .xlsx.")] = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show or write the planning. Milestones and deliverables; adds a milestone."""
    session = open_session(workspace, lang)
    campaign_row(session.workspace, name)
    if what is not None:
        if not due:
            raise UserError("--due manque : quand ?", "--due is missing: when?")
        person = find(session.workspace, account).account_id if account else None
        with recording(session) as people:
            values = {"campaign": name, "account_id": person, "due": typed_time(due), "what": what}
            add(people, "milestones", values, who=who or login())
    with open_relations(session.workspace.people) as people:
        found = plan_rows(rows(people, "milestones", campaign=name), rows(people, "deliverables", campaign=name))
    if not json:
        found = _said(session, found)
    head = Bilingual("sorte|n°|pour le|qui|quoi", "kind|no.|due|who|what")
    shown = session.say(head).split("|")
    lines = [(row.get("kind_said"), str(row["id"]), row["due"][:10], row["account_id"], row["what"]) for row in found]
    if out is not None:
        if out.suffix not in (".ics", ".xlsx"):
            raise UserError("--out attend .ics ou .xlsx", "--out expects .ics or .xlsx")
        book = Book()
        book.add("planning", shown, lines)
        content = book.close() if out.suffix == ".xlsx" else calendar(name, found, datetime.now(UTC))
        say(plain(write_whole(out, content)))
    elif json:
        print_json(found)
    else:
        print_table(shown, lines, lang=session.lang)


@group.command("change")
def move(
    name: NameArgument,
    kind: Annotated[
        Literal["milestone", "deliverable"], typer.Argument(metavar="KIND", help="milestone or deliverable.")
    ],
    number: Annotated[int, typer.Argument(metavar="ID", help="Its number in the planning.")],
    due: Annotated[str, typer.Option("--due", metavar="DATE", help="Its new date.")],
    why: WhyOption,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Move a date, and list whom to tell."""
    session = open_session(workspace, lang)
    author, when = who or login(), typed_time(due)
    table = f"{kind}s"
    with recording(session) as people:
        found = rows(people, table, id=number, campaign=name)
        if not found:
            raise UserError(f"{kind} n° {number} : absent de « {name} »", f'{kind} no. {number} is not in "{name}"')
        before = found[0]
        change(people, table, number, {"due": when}, who=author, why=why)
        everyone = {row["account_id"] for row in rows(people, "deliverables", campaign=name)}
        told = {before["account_id"]} if before["account_id"] else everyone
        label = before.get("what") or before.get("format")
        notice = {"campaign": name, "what": f"{label}: {before['due'][:10]} → {when[:10]}", "why": why}
        made = [add(people, "notices", notice | {"account_id": one}, who=author) for one in sorted(told)]
        listed = rows(people, "notices", id=made or [0])
    if json:
        print_json(listed)
        return
    head = Bilingual("n°|à prévenir|de quoi|pourquoi", "no.|to tell|what|why")
    called = name_map(session.workspace)
    shown = [
        (str(row["id"]), called.get(row["account_id"], row["account_id"]), row["what"], row["why"]) for row in listed
    ]
    print_table(session.say(head).split("|"), shown, lang=session.lang)


@group.command("told")
def told(
    numbers: Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers of the notices that were given.")],
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Record that people were told of a change."""
    session = open_session(workspace, lang)
    with recording(session) as people:
        for number in numbers:
            change(people, "notices", number, {"told_at": now()}, who=who or login(), why="told")


@group.command("deliverable")
def deliverable(
    name: NameArgument,
    account: PersonArgument,
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="post, video, article, …")],
    due: Annotated[str, typer.Option("--due", metavar="DATE", help="When it should appear.")],
    channel: Annotated[str | None, typer.Option("--channel", metavar="C", help="Where it should appear.")] = None,
    code: Annotated[str | None, typer.Option("--code", metavar="CODE", help="A promotion code of theirs.")] = None,
    utm: Annotated[str | None, typer.Option("--utm", metavar="TEXT", help="The utm_content of their link.")] = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Record what a partner is to publish. With the code or link that tells whom a sale came through."""
    session = open_session(workspace, lang)
    session.published()
    campaign_row(session.workspace, name)
    found, author = find(session.workspace, account), who or login()
    with recording(session) as people:
        values = {"format": form, "channel": channel, "due": typed_time(due)}
        made = add(people, "deliverables", {"campaign": name, "account_id": found.account_id} | values, who=author)
        for kind, value in (("code", code), ("utm", utm)):
            key = {"campaign": name, "kind": kind, "value": value}
            if value and not rows(people, "codes", **key, account_id=found.account_id):
                add(people, "codes", key | {"account_id": found.account_id}, who=author)
    if json:
        print_json({"id": made})
        return
    say(plain(f"n° {made} · {found.account_id} · {form}"))


def _said(session: Session, found: list[Row]) -> list[Row]:
    """Return the planning as people read it: names instead of account ids, days, kinds in words."""
    called, kinds = name_map(session.workspace), words("plan", session.lang)
    return [
        row | {"account_id": called.get(row["account_id"], row["account_id"]), "kind_said": kinds[row["kind"]]}
        for row in found
    ]
