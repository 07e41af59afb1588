"""`vigie campaign check|kpi|import|forecast|report`: what appeared, what it brought, what may come."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.commands.campaign_plan import NameArgument
from app.commands.relate_group import AtOption, OutOption, WhoOption, give, login, recording, typed_time
from app.session import BriefArgument, JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import note, plain, print_json, say
from data.bilingual import Bilingual
from data.errors import UserError
from data.figures import day as say_day
from data.figures import natural, number
from data.relations.store import add, add_many, open_relations, rows
from data.relations.text_file import read_text
from pipelines.execution.file import CampaignFile, ask, campaign_row, read_campaign
from pipelines.execution.foresee import make_forecasts, read_levers
from pipelines.execution.kpis import read_values
from pipelines.execution.monitor import keep_checks, keep_matches
from pipelines.execution.report import levers_part, report
from pipelines.relation.circle import Circle, read_circle
from pipelines.relation.desk import find, name_map, person_map
from pipelines.relation.words import words

group = typer.Typer()


@group.command("check")
def check(
    name: NameArgument,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Match posts that appeared with deliverables. Shows the disclosure read in each, to be checked."""
    session = open_session(workspace, lang)
    session.published()
    file, tell = read_campaign(session.workspace, name), words("report", session.lang)
    with recording(session) as people:
        matches = keep_matches(people, file, who=who or login())
    found = [
        {
            "id": one.deliverable["id"],
            "account": file.name(one.deliverable["account_id"]),
            "due": one.deliverable["due"][:10],
            "appeared_at": one.post and one.post["published_at"],
            "disclosure": one.post and one.post["disclosure"],
            "url": one.post and one.post["url"],
        }
        for one in matches
    ]
    if json:
        print_json(found)
        return
    head = Bilingual(
        "n°|qui|pour le|paru le|mention lue|où le lire", "no.|who|due|appeared|wording read|where to read it"
    )
    shown = [
        (
            str(row["id"]),
            row["account"],
            row["due"],
            row["appeared_at"],
            tell.get(str(row["disclosure"] or "none"), tell["none"]) if row["appeared_at"] else "",
            row["url"],
        )
        for row in found
    ]
    print_table(session.say(head).split("|"), shown, lang=session.lang)


@group.command("kpi")
def kpi(
    name: NameArgument,
    key: Annotated[str, typer.Argument(metavar="KPI", help="clicks, visits, leads, sales, sales_cents, …")],
    family: Annotated[Literal["social", "digital", "business"], typer.Argument(metavar="FAMILY", help="Its family.")],
    value: Annotated[float, typer.Argument(metavar="VALUE", help="The value; money in cents.")],
    account: Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="Whom it came through.")] = None,
    at: AtOption = "",
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Record one KPI value."""
    session = open_session(workspace, lang)
    campaign_row(session.workspace, name)
    person = find(session.workspace, account).account_id if account else None
    values = {"campaign": name, "account_id": person, "kpi": key, "family": family, "value": value}
    with recording(session) as people:
        add(people, "kpi_values", values | {"counted_at": typed_time(at)}, who=who or login())
    said = words("kpi", session.lang).get(key, key)
    say(plain(f"{name} · {said} · {natural(value, session.lang)}"))


@group.command("import")
def take_in(
    name: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: kpi, family, value, at; account, code or utm.")],
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Read KPI values from a CSV. Visits, leads, sales, …; the same file twice changes nothing, bad rows are told."""
    session = open_session(workspace, lang)
    session.published()
    campaign_row(session.workspace, name)
    with recording(session) as people:
        codes = {row["value"].casefold(): row["account_id"] for row in rows(people, "codes", campaign=name)}
        read = read_values(file, name, codes, lambda text: find(session.workspace, text).account_id)
        added = add_many(people, "kpi_values", read.rows, who=who or login())
    if json:
        print_json({"added": added, "same": len(read.rows) - added, "refused": read.refused})
    else:
        told = Bilingual(
            f"{added} valeurs ajoutées, {len(read.refused)} refusées",
            f"{added} values added, {len(read.refused)} refused",
        )
        say(session.say(told))
    for line, reason in read.refused[:20]:
        note(plain(f"{file.name}:{line} {reason}"))
    if read.refused and not read.rows:
        raise typer.Exit(2)


@group.command("forecast")
def forecast(
    name: NameArgument,
    verify: Annotated[bool, typer.Option("--check", help="Compare earlier forecasts with what came.")] = False,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Forecast reactions to partners' next posts. 80 % intervals; --check compares earlier ones with what came."""
    session = open_session(workspace, lang)
    session.published()
    file = read_campaign(session.workspace, name)
    if verify:
        with recording(session) as people:
            keep_checks(people, file, who=who or login())
    else:
        made = make_forecasts(session.workspace, file)
        with recording(session) as people:
            for row in made:
                add(people, "forecasts", row, who=who or login())
    with open_relations(session.workspace.people) as people:
        found = rows(people, "forecasts", campaign=name)
    if json:
        print_json(found)
        return
    columns = ("posts", "low", "median", "high", "observed")
    head = Bilingual("qui|publications|10\u202f%|médiane|90\u202f%|venu", "who|posts|10%|median|90%|came")
    names = name_map(session.workspace)
    shown = [
        [names.get(row["account_id"], row["account_id"])]
        + ["" if row[key] is None else number(row[key], session.lang) for key in columns]
        for row in found
    ]
    print_table(session.say(head).split("|"), shown, lang=session.lang, right=(1, 2, 3, 4, 5))


@group.command("report")
def campaign_report(
    name: NameArgument,
    reader: Annotated[
        Literal["executive", "community", "performance", "pr", "legal", "analyst"],
        typer.Option("--for", help="Who will read it."),
    ] = "executive",
    rate_card: Annotated[
        Path | None,
        typer.Option("--rate-card", metavar="CSV", help="Lines kpi,cents: your own rates, for earned-media value."),
    ] = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Write the report for the one who reads it. Earned-media value only with a rate card."""
    session = open_session(workspace, lang)
    session.published()
    file = read_campaign(session.workspace, name)
    about = {"brief": file.brief.name}
    voices, runs = ask(session.workspace, "voice_share", about), ask(session.workspace, "method", about)
    card = _card(session, rate_card) if rate_card else None
    run, found = runs[0] if runs else None, read_levers(session.workspace, file.circle)
    give(session, report(file, reader, session.lang, voices=voices, run=run, card=card, differences=found), out)


@group.command("levers")
def what_to_change(
    brief: BriefArgument,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show what could be changed in posts. With and without a link, a question, …; each person against themselves."""
    session = open_session(workspace, lang)
    session.published()
    circle = read_circle(session.workspace, session.workspace.brief(brief))
    found = read_levers(session.workspace, circle)
    if json:
        print_json([one.as_json() for one in found])
        return
    section = levers_part(found, session.lang)
    for sentence in section.sentences:
        say(sentence)
    if section.table:
        print_table(list(section.table.columns), section.table.rows, lang=session.lang, right=(1, 2, 3, 4))


def _card(session: Session, path: Path) -> tuple[str, dict[str, int]]:
    try:
        lines = [line for line in csv.reader(read_text(path).splitlines()) if line]
        return path.name, {line[0].strip(): int(line[1]) for line in lines if line[0].strip() != "kpi"}
    except (ValueError, IndexError, csv.Error) as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from None


@group.command("programmes")
def all_programmes(
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show what each programme brought and cost. By department, and all together."""
    from pipelines.execution.programmes import programmes_paper, standings, together

    session = open_session(workspace, lang)
    session.published()
    with open_relations(session.workspace.people) as people:
        records = {name: rows(people, name) for name in ("programmes", "members", "touchpoints")}
        named = [row["name"] for row in rows(people, "campaigns")]
    circles: dict[str, Circle] = {}
    files = [_file(session, name, circles) for name in named]
    found = standings(records, files, person_map(session.workspace))
    if json:
        print_json(
            {"programmes": [one.as_json() for one in found], "departments": [one.as_json() for one in together(found)]}
        )
        return
    give(session, programmes_paper(found, session.lang, day=say_day(datetime.now(UTC), session.lang)), out)


def _file(session: Session, name: str, circles: dict[str, Circle]) -> CampaignFile:
    """Return a campaign's file; campaigns of one brief share its circle."""
    brief = campaign_row(session.workspace, name)["brief"]
    file = read_campaign(session.workspace, name, circle=circles.get(brief))
    circles[brief] = file.circle
    return file
