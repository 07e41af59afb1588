"""`vigie relate proximity|next|timeline|draft|callsheet|partner`: reading before acting."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import numpy as np
import typer

from app.commands.relate_group import OutOption, PersonArgument, ProgrammeOption, WhoOption, give, login
from app.session import BriefArgument, JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import print_json
from app.words import called
from data.bilingual import Bilingual, Lang
from data.figures import number, signed
from data.relations.publish import refresh_soon
from data.relations.store import open_relations, rows
from pipelines.relation.circle import Circle, name_of, read_circle
from pipelines.relation.desk import due, find, person_map, read_desk, recent_news
from pipelines.relation.nextbest import next_contacts, states
from pipelines.relation.our_news import our_news
from pipelines.relation.points import Points, read_points
from pipelines.relation.record import keep_proximity

group = typer.Typer()
RECORD_WORDS = {"selections": "verdict", "payments": "payment", "flags": "flag", "history": "field"}
"""Tables of the records whose detail is a code → the words that say it."""


@group.command("proximity")
def proximity(
    brief: BriefArgument,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ACCOUNT", help="Explain one person's score.")
    ] = None,
    lapsed: Annotated[bool, typer.Option("--lapsed", help="Only relationships that sleep.")] = False,
    top: Annotated[int, typer.Option("--top", min=1, metavar="N", help="How many to show.")] = 50,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show how close each person is. Score, stage, trend; history is recomputed from the points file and kept."""
    session = open_session(workspace, lang)
    session.published()
    circle = read_circle(session.workspace, session.workspace.brief(brief))
    if account is not None:
        _explain(session, circle, find(session.workspace, account).person_id, json)
        return
    if keep_proximity(session.workspace, circle, who=login()):
        refresh_soon(session.workspace)
    found = _standings(circle, lapsed=lapsed)[:top]
    if json:
        print_json(found)
        return
    head = Bilingual(
        "compte|score|étape|tendance 3 mois|jours sans échange|pertinence|à regarder",
        "account|score|stage|3-month trend|days silent|fit|to look at",
    )
    names = {one.key: session.say(one.name) for one in circle.points.stages}
    print_table(
        session.say(head).split("|"),
        [_told(row, names, session.lang) for row in found],
        lang=session.lang,
        right=(1, 3, 4, 5),
    )


def _standings(circle: Circle, *, lapsed: bool) -> list[dict[str, Any]]:
    """Return where each relationship stands, closest first; only sleeping ones when `lapsed`."""
    known = states(circle)
    listed = [
        person
        for person in circle.people
        if (known[person].score or known[person].stage or circle.stopped(person))
        and (known[person].lapsed or not lapsed)
    ]
    listed.sort(key=lambda person: (-(known[person].score or 0), person))
    return [
        {
            "person_id": person,
            "account": name_of(circle.people[person]),
            **{name: getattr(known[person], name) for name in ("score", "stage", "trend", "days_silent", "lapsed")},
            "fit": circle.people[person]["relevance"],
            "stopped": circle.stopped(person),
            "to_look_at": sum(one.tone == "negative" and one.origin == "crawl" for one in circle.of(person)),
        }
        for person in listed
    ]


def _told(row: dict[str, Any], stages: dict[str, str], lang: Lang) -> tuple[object, ...]:
    return (
        row["account"],
        number(row["score"], lang, 2),
        stages.get(str(row["stage"]), ""),
        "" if row["trend"] is None else signed(row["trend"], lang),
        row["days_silent"],
        "" if row["fit"] is None else number(row["fit"], lang),
        row["to_look_at"] or "",
    )


def _explain(session: Session, circle: Circle, person: str, json: bool) -> None:
    from pipelines.relation.proximity import earned

    columns, place = circle.columns, circle.index.get(person)
    mine = np.flatnonzero(columns.person == place)
    worth = earned(columns, circle.points)
    order = mine[np.argsort(-columns.at[mine])]
    days = [f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%d}" for at in columns.at[order]]
    done = [columns.actions[action] for action in columns.action[order]]
    acts = list(zip(days, done, worth[order].tolist(), strict=True))
    state = states(circle).get(person)
    if json:
        listed = [dict(zip(("at", "action", "points"), act, strict=True)) for act in acts]
        print_json({"person_id": person, "score": state.score if state else None, "touchpoints": listed})
        return
    name = circle.points.action_name
    head = Bilingual("quand|acte|points avant effacement", "when|act|points before fading")
    print_table(
        session.say(head).split("|"),
        [(at, name(action, session.lang), value) for at, action, value in acts],
        lang=session.lang,
        right=(2,),
    )


@group.command("next")
def next_best(
    brief: BriefArgument,
    top: Annotated[int, typer.Option("--top", min=1, metavar="N", help="How many to show.")] = 20,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Say whom to contact next, and why. Their news and ours, reminders due, relationships that cool or sleep."""
    session = open_session(workspace, lang)
    session.published()
    circle = read_circle(session.workspace, session.workspace.brief(brief))
    person_of = person_map(session.workspace)
    with open_relations(session.workspace.people) as people:
        waiting = due(rows(people, "reminders"), circle.as_of)
        minors = rows(people, "flags", flag="maybe_minor")
    reminders: dict[str, list[dict[str, object]]] = {}
    for row in waiting:
        reminders.setdefault(person_of.get(row["account_id"], f"person:{row['account_id']}"), []).append(row)
    flagged = frozenset(person_of.get(row["account_id"], f"person:{row['account_id']}") for row in minors)
    news, ours = recent_news(session.workspace, circle), our_news(session.workspace, circle)
    found = next_contacts(circle, reminders, flagged, news, ours)[:top]
    if json:
        print_json(
            [
                {
                    "person_id": one.person_id,
                    "account": name_of(circle.people[one.person_id]),
                    "weight": one.weight,
                    "reasons": [session.say(text) for text in one.reasons],
                }
                for one in found
            ]
        )
        return
    head = Bilingual("compte|pourquoi maintenant", "account|why now")
    print_table(
        session.say(head).split("|"),
        [
            (name_of(circle.people[one.person_id]), " ; ".join(session.say(text) for text in one.reasons))
            for one in found
        ],
        lang=session.lang,
    )


@group.command("timeline")
def timeline(
    account: PersonArgument,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show all that was recorded about a person. Every team's, newest first; to be read before any contact."""
    session = open_session(workspace, lang)
    session.published()
    found = find(session.workspace, account)
    when = {"touchpoints": "happened_at", "payments": "happened_at", "benefits": "happened_at", "history": "changed_at"}
    what = {
        "touchpoints": "action",
        "payments": "kind",
        "benefits": "benefit",
        "selections": "verdict",
        "flags": "flag",
    }
    listed = []
    with open_relations(session.workspace.people) as people:
        for table in ("touchpoints", "selections", "payments", "benefits", "flags", "agreements", "history"):
            listed += [
                (
                    row[when.get(table, "recorded_at")],
                    table,
                    row.get(what.get(table, "")) or row.get("field") or row.get("campaign"),
                    row.get("department") or "",
                    row.get("recorded_by") or row.get("changed_by"),
                    row.get("note") or row.get("why") or "",
                )
                for row in rows(people, table, account_id=found.accounts)
            ]
    listed.sort(key=lambda row: str(row[0]), reverse=True)
    points = read_points(session.workspace)
    if json:
        print_json(
            [dict(zip(("at", "record", "what", "department", "by", "note"), row, strict=True)) for row in listed]
        )
        return
    head = Bilingual("quand|quoi|détail|équipe|par|note", "when|what|detail|department|by|note")
    shown = [_recorded(session, points, row) for row in listed]
    print_table(session.say(head).split("|"), shown, lang=session.lang)


def _recorded(session: Session, points: Points, row: tuple[Any, ...]) -> list[object]:
    """Return one record's cells in words: acts as the points file names them, verdicts, flags, changed fields."""
    at, table, what, *rest = row
    lang = session.lang
    if table == "touchpoints":
        what = points.action_name(what, lang)
    elif table in RECORD_WORDS:
        what = called(RECORD_WORDS[table], what, lang)
    return [str(at)[:16].replace("T", " "), called("record", table, lang), what, *rest]


@group.command("draft")
def first_message(
    brief: BriefArgument,
    account: PersonArgument,
    theme: Annotated[str | None, typer.Option("--theme", metavar="TEXT", help="What you want to write about.")] = None,
    programme: ProgrammeOption = None,
    out: OutOption = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Draft a first message from cited facts. To one person, for you to rewrite and send yourself."""
    from pipelines.relation.contact import draft

    session = open_session(workspace, lang)
    session.published()
    desk = read_desk(session.workspace, session.workspace.brief(brief), account)
    give(session, draft(desk, session.lang, theme=theme, programme=programme, who=who or login()), out)


@group.command("callsheet")
def call(
    brief: BriefArgument,
    account: PersonArgument,
    programme: ProgrammeOption = None,
    out: OutOption = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Write what to have in sight when calling."""
    from pipelines.relation.contact import call_sheet

    session = open_session(workspace, lang)
    session.published()
    desk = read_desk(session.workspace, session.workspace.brief(brief), account)
    give(session, call_sheet(desk, session.lang, programme=programme, who=who or login()), out)


@group.command("partner")
def partner(
    brief: BriefArgument,
    account: PersonArgument,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Write the partner page. Standing, trend, posts, exchanges, money, benefits, reminders, deliverables."""
    from pipelines.relation.partner import partner_page

    session = open_session(workspace, lang)
    session.published()
    give(
        session, partner_page(read_desk(session.workspace, session.workspace.brief(brief), account), session.lang), out
    )
