"""`vigie relate programme|join|touch|owner|flag|consent|voice|import|template|points|publish`: recording."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.commands.relate_group import (
    AtOption,
    DepartmentOption,
    NoteOption,
    PersonArgument,
    ProgrammeOption,
    WhoOption,
    WhyOption,
    login,
    past_time,
    recording,
    typed_time,
)
from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import note, plain, print_json, say
from app.words import called
from data.bilingual import Bilingual
from data.errors import UserError
from data.relations.publish import refresh
from data.relations.store import add, keep, open_relations, rows
from data.warehouse.store import connect
from data.workspace import Workspace
from pipelines.documents.safe import write_whole
from pipelines.relation.circle import read_circle
from pipelines.relation.desk import find, personal_records, weigh
from pipelines.relation.points import FILE, default_text, read_points
from pipelines.relation.record import keep_proximity

group = typer.Typer()


@group.command("programme")
def programme(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="The programme; without it, all are shown.")
    ] = None,
    department: DepartmentOption = None,
    objective: Annotated[str | None, typer.Option("--objective", metavar="TEXT", help="What it is for.")] = None,
    kpis: Annotated[str | None, typer.Option("--kpis", metavar="A,B", help="KPIs it is judged by.")] = None,
    tactics: Annotated[str | None, typer.Option("--tactics", metavar="A,B", help="Tactics it may use.")] = None,
    gap_days: Annotated[
        int | None, typer.Option("--gap-days", min=0, metavar="N", help="Days to leave after another team's contact.")
    ] = None,
    cap: Annotated[
        int | None, typer.Option("--cap", min=1, metavar="N", help="Contacts in 30 days at most, all teams.")
    ] = None,
    why: WhyOption = "",
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Make or change a programme. Without a name, show all."""
    session = open_session(workspace, lang)
    given = {
        "department": department,
        "objective": objective,
        "kpis": kpis,
        "tactics": tactics,
        "gap_days": gap_days,
        "monthly_cap": cap,
    }
    if name is not None:
        with recording(session) as people:
            if not rows(people, "programmes", name=name) and department is None:
                raise UserError("--department manque : quelle équipe mène ce programme ?", "--department is missing")
            values = {key: value for key, value in given.items() if value is not None}
            keep(people, "programmes", {"name": name}, values, who=who or login(), why=why)
    with open_relations(session.workspace.people) as people:
        found = rows(people, "programmes", **({"name": name} if name else {}))
    if json:
        print_json(found)
        return
    head = Bilingual("programme|équipe|objectif|KPI|délai|plafond", "programme|department|objective|KPIs|gap|cap")
    columns = ("name", "department", "objective", "kpis", "gap_days", "monthly_cap")
    print_table(session.say(head).split("|"), [[row[column] for column in columns] for row in found], lang=session.lang)


@group.command("join")
def join(
    name: Annotated[str, typer.Argument(metavar="PROGRAMME", help="The programme.")],
    account: PersonArgument,
    role: Annotated[str | None, typer.Option("--role", metavar="TEXT", help="expert, relay, ambassador, …")] = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Take a person into a programme. One person may be in several."""
    session = open_session(workspace, lang)
    session.published()
    found = find(session.workspace, account)
    with recording(session) as people:
        if not rows(people, "programmes", name=name):
            raise UserError(f"aucun programme « {name} »", f'no programme "{name}"')
        key = {"programme": name, "account_id": found.account_id}
        keep(people, "members", key, {"role": role}, who=who or login(), why="role")
    say(plain(f"{found.account_id} → {name}"))


@group.command("touch")
def touch(
    brief: BriefArgument,
    account: PersonArgument,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="A key of points.toml: contact, answer, meeting, …")],
    name: ProgrammeOption = None,
    department: DepartmentOption = None,
    channel: Annotated[str | None, typer.Option("--channel", metavar="C", help="mail, phone, mastodon, …")] = None,
    theme: Annotated[str | None, typer.Option("--theme", metavar="TEXT", help="What it was about.")] = None,
    tone: Annotated[
        Literal["negative", "neutral", "positive"] | None, typer.Option("--tone", help="As you judge it.")
    ] = None,
    at: AtOption = "",
    quality: Annotated[
        float, typer.Option("--quality", min=0, max=2, metavar="Q", help="Multiplies the points.")
    ] = 1.0,
    text: NoteOption = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Record a touchpoint. Says what other teams should make you mind; a contact that must not be is refused."""
    session = open_session(workspace, lang)
    session.published()
    target, found = session.workspace.brief(brief), find(session.workspace, account)
    points, author, when = read_points(session.workspace), who or login(), past_time(at)
    known = points.action(action)
    with recording(session) as people:
        if name and not (mine := rows(people, "programmes", name=name)):
            raise UserError(f"aucun programme « {name} »", f'no programme "{name}"')
        team = department or (mine[0]["department"] if name else None)
        minding = weigh(
            personal_records(people, found.accounts), points,
            programme=name, theme=theme, who=author, at=datetime.fromisoformat(when), department=team,
        )  # fmt: skip
        if known.ours and minding and minding[0].stop:
            told = minding[0].text
            raise UserError(f"contact refusé : {told.fr}", f"contact refused: {told.en}")
        values = {
            "account_id": found.account_id, "brief": target.name, "programme": name, "department": team,
            "action": action, "channel": channel, "theme": theme, "tone": tone, "happened_at": when,
            "quality": quality, "note": text,
        }  # fmt: skip
        made = add(people, "touchpoints", values, who=author)
    if json:
        print_json({"id": made, "account_id": found.account_id, "cautions": [one.code for one in minding]})
        return
    say(plain(f"n° {made} · {found.account_id} · {points.action_name(action, session.lang)}"))
    for one in minding:
        note(plain(f"! {session.say(one.text)}"))


@group.command("owner")
def owner(
    account: PersonArgument,
    name: Annotated[str, typer.Argument(metavar="OWNER", help="The colleague who keeps the relationship.")],
    department: DepartmentOption = None,
    why: WhyOption = "",
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Name the colleague who keeps a relationship."""
    session = open_session(workspace, lang)
    session.published()
    found = find(session.workspace, account)
    with recording(session) as people:
        before = rows(people, "owners", account_id=found.accounts)
        key = {"account_id": before[0]["account_id"] if before else found.account_id}
        keep(people, "owners", key, {"owner": name, "department": department}, who=who or login(), why=why)
    say(plain(f"{found.account_id} → {name}"))


@group.command("flag")
def flag(
    account: PersonArgument,
    kind: Annotated[
        Literal["employee", "journalist", "open_case", "maybe_minor"],
        typer.Argument(metavar="FLAG", help="What is declared."),
    ],
    text: NoteOption = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Declare what to know before any contact. A signal for colleagues, never a verdict."""
    session = open_session(workspace, lang)
    session.published()
    found = find(session.workspace, account)
    with recording(session) as people:
        key = {"account_id": found.account_id, "flag": kind}
        keep(people, "flags", key, {"note": text}, who=who or login(), why="note")
    say(plain(f"{found.account_id} · {called('flag', kind, session.lang)}"))


@group.command("consent")
def consent(
    account: PersonArgument,
    purpose: Annotated[str, typer.Argument(metavar="PURPOSE", help="email_open, contact_data, …")],
    evidence: Annotated[str, typer.Option("--evidence", metavar="TEXT", help="Where the consent can be read.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="The person took it back.")] = False,
    at: AtOption = "",
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Record a consent that a person gave, or took back."""
    session = open_session(workspace, lang)
    session.published()
    found, when = find(session.workspace, account), typed_time(at)
    key = {"account_id": found.account_id, "purpose": purpose}
    with recording(session) as people:
        if withdraw and not rows(people, "consents", **key):
            raise UserError("aucun consentement à retirer", "no consent to withdraw")
        if not withdraw and not evidence:
            raise UserError(
                "--evidence manque : où lire ce consentement ?", "--evidence is missing: where can it be read?"
            )
        given = {"withdrawn_at": when} if withdraw else {"evidence": evidence, "given_at": when}
        keep(people, "consents", key, given, who=who or login(), why="withdrawn" if withdraw else "given")
    say(plain(f"{found.account_id} · {purpose} · {'-' if withdraw else '+'}"))


@group.command("voice")
def voice(
    theme: Annotated[str, typer.Argument(metavar="THEME", help="The message theme.")],
    stance: Annotated[Literal["say", "avoid"], typer.Argument(metavar="STANCE", help="say or avoid.")],
    wording: Annotated[str | None, typer.Option("--wording", metavar="TEXT", help="How, or why not.")] = None,
    why: WhyOption = "",
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Keep what every team says, or avoids."""
    session = open_session(workspace, lang)
    with recording(session) as people:
        keep(
            people, "guidelines", {"theme": theme}, {"stance": stance, "wording": wording}, who=who or login(), why=why
        )
    say(plain(f"{theme} · {called('stance', stance, session.lang)}"))


@group.command("template")
def template(
    brief: BriefArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The workbook (.xlsx) to write.")],
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Write touchpoints as a workbook to fill in. Importing it back changes what you changed."""
    from pipelines.relation.workbook import template as workbook

    session = open_session(workspace, lang)
    session.published()
    target = session.workspace.brief(brief)
    circle = read_circle(session.workspace, target)
    with open_relations(session.workspace.people) as people:
        stored = rows(people, "touchpoints", brief=target.name)
    say(plain(write_whole(out, workbook(circle, stored, session.lang))))


@group.command("import")
def take_in(
    brief: BriefArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook or CSV with the template's columns.")],
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Read touchpoints from a workbook or CSV. The same file twice changes nothing; bad rows are told."""
    from functools import cache

    from pipelines.relation.workbook import read_rows, take

    session = open_session(workspace, lang)
    session.published()
    target, points = session.workspace.brief(brief), read_points(session.workspace)
    account_of = cache(lambda text: find(session.workspace, text).account_id)
    with recording(session) as people:
        done = take(
            people, read_rows(file), brief=target.name, points=points, account_of=account_of, who=who or login()
        )
    if json:
        print_json({"added": done.added, "changed": done.changed, "same": done.same, "refused": done.refused})
    else:
        told = Bilingual(
            f"{done.added} ajoutés, {done.changed} changés, {done.same} inchangés, {len(done.refused)} refusés",
            f"{done.added} added, {done.changed} changed, {done.same} unchanged, {len(done.refused)} refused",
        )
        say(session.say(told))
    for line, reason in done.refused[:20]:
        note(plain(f"{file.name}:{line} {reason}"))
    if done.refused and not done.added + done.changed + done.same:
        raise typer.Exit(2)


@group.command("points")
def points_file(
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Write points.toml for the team to edit. One that is there is checked and kept."""
    session = open_session(workspace, lang)
    path = session.workspace.root / FILE
    if not path.exists():
        write_whole(path, default_text().encode())
    read_points(session.workspace)
    say(plain(path))


@group.command("publish")
def publish(
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Copy the records into vigie.duckdb now. Computes proximity; records follow by themselves within a minute."""
    session = open_session(workspace, lang)
    session.published()
    for name in _discovered(session.workspace):
        with suppress(UserError):  # a brief whose file is gone keeps what was computed
            circle = read_circle(session.workspace, session.workspace.brief(name))
            keep_proximity(session.workspace, circle, who=login())
    refresh(session.workspace)
    say(plain(session.workspace.published))


def _discovered(workspace: Workspace) -> list[str]:
    """Return the names of the briefs that were discovered."""
    connection = connect(workspace.published, read_only=True)
    try:
        return [row[0] for row in connection.execute("SELECT DISTINCT brief FROM detection.runs_latest").fetchall()]
    finally:
        connection.close()
