"""`vigie relate remind|benefit|even|coherence|digest|daily`: what was promised, what was granted, what matters now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.commands.relate_group import (
    AtOption,
    MailOption,
    OutOption,
    ProgrammeOption,
    ToOption,
    WebhookOption,
    WhoOption,
    check_delivery,
    give,
    login,
    past_time,
    recording,
    typed_cents,
    typed_time,
)
from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import plain, print_json, say
from app.words import called
from data.bilingual import Bilingual
from data.errors import UserError
from data.figures import number
from data.relations.store import add, change, now, open_relations, rows
from pipelines.relation.circle import Circle, name_of
from pipelines.relation.desk import due, find, name_map, person_map
from pipelines.relation.words import euros

group = typer.Typer()
AccountOption = Annotated[str | None, typer.Argument(metavar="[ACCOUNT]", help="Whom; without it, all are shown.")]


@group.command("remind")
def remind(
    account: AccountOption = None,
    what: Annotated[str | None, typer.Argument(metavar="[WHAT]", help="What was promised.")] = None,
    on: Annotated[str, typer.Option("--due", metavar="DATE", help="When, as 2026-05-04.")] = "",
    assignee: Annotated[str | None, typer.Option("--assignee", metavar="NAME", help="Which colleague.")] = None,
    done: Annotated[int | None, typer.Option("--done", metavar="ID", help="Mark a reminder as done.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those not due yet, too.")] = False,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Make, close or show reminders. Without arguments, those that are due."""
    session = open_session(workspace, lang)
    author = who or login()
    if done is not None:
        with recording(session) as people:
            change(people, "reminders", done, {"done_at": now()}, who=author, why="done")
        return
    if account is not None:
        if not what or not on:
            raise UserError(
                "il faut WHAT et --due : que rappeler, et quand ?", "WHAT and --due are needed: what, and when?"
            )
        session.published()
        found = find(session.workspace, account)
        values = {"account_id": found.account_id, "due": typed_time(on), "what": what, "assignee": assignee or author}
        with recording(session) as people:
            made = add(people, "reminders", values, who=author)
        say(f"n° {made}")
        return
    with open_relations(session.workspace.people) as people:
        listed = [row for row in rows(people, "reminders") if row["done_at"] is None]
    listed = listed if everything else due(listed, datetime.now(UTC))
    if json:
        print_json(listed)
        return
    head = Bilingual("n°|pour le|qui|quoi|collègue", "no.|due|who|what|colleague")
    names = name_map(session.workspace)
    shown = [
        (
            str(row["id"]),
            row["due"][:10],
            names.get(row["account_id"], row["account_id"]),
            row["what"],
            row["assignee"],
        )
        for row in listed
    ]
    print_table(session.say(head).split("|"), shown, lang=session.lang)


@group.command("benefit")
def benefit(
    account: AccountOption = None,
    what: Annotated[str | None, typer.Argument(metavar="[WHAT]", help="What was granted.")] = None,
    value: Annotated[str | None, typer.Option("--value", metavar="EUR", help="Its value, excluding VAT.")] = None,
    programme: ProgrammeOption = None,
    why: Annotated[str | None, typer.Option("--why", metavar="TEXT", help="The policy or reason.")] = None,
    at: AtOption = "",
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Record special treatment, or show who got what."""
    session = open_session(workspace, lang)
    if account is not None:
        if not what:
            raise UserError("il faut WHAT : quel avantage ?", "WHAT is needed: which benefit?")
        session.published()
        found = find(session.workspace, account)
        values = {
            "account_id": found.account_id, "programme": programme, "benefit": what, "happened_at": past_time(at),
            "value_cents": typed_cents(value) if value else None, "why": why,
        }  # fmt: skip
        with recording(session) as people:
            add(people, "benefits", values, who=who or login())
    with open_relations(session.workspace.people) as people:
        listed = sorted(rows(people, "benefits"), key=lambda row: (row["benefit"].casefold(), row["happened_at"]))
    if json:
        print_json(listed)
        return
    names = name_map(session.workspace)
    head = Bilingual("avantage|qui|valeur|quand|programme|pourquoi", "benefit|who|value|when|programme|why")
    shown = [
        (
            row["benefit"],
            names.get(row["account_id"], row["account_id"]),
            euros(row["value_cents"], session.lang),
            row["happened_at"][:10],
            row["programme"],
            row["why"],
        )
        for row in listed
    ]
    print_table(session.say(head).split("|"), shown, lang=session.lang, right=(2,))


@group.command("even")
def even(
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show whether treatment is even. Benefits, pay and gifts per programme; what differs between members first."""
    from pipelines.relation.evenness import treatments

    session = open_session(workspace, lang)
    with open_relations(session.workspace.people) as people:
        benefits, payments, members, campaigns = (
            rows(people, name) for name in ("benefits", "payments", "members", "campaigns")
        )
    found = treatments(benefits, payments, members, campaigns, person_map(session.workspace))
    if json:
        print_json([one.as_json() for one in found])
        return
    head = Bilingual(
        "à regarder|programme|avantage|qui l'a|membres sans|de|médiane|à",
        "to look at|programme|benefit|who has it|members without|from|median|to",
    )
    cents = ("low_cents", "median_cents", "high_cents")
    shown = [
        ("!" if one.uneven else "", one.programme, one.benefit, len(one.having), one.lacking,
         *(euros(getattr(one, name), session.lang) for name in cents))
        for one in found
    ]  # fmt: skip
    print_table(session.say(head).split("|"), shown, lang=session.lang, right=(3, 4, 5, 6, 7))


@group.command("coherence")
def coherence(
    brief: BriefArgument,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show what departments should settle. Contacts that clash, caps, flags, texts against the voice."""
    from pipelines.relation.circle import read_circle
    from pipelines.relation.overview import matters

    session = open_session(workspace, lang)
    session.published()
    circle = read_circle(session.workspace, session.workspace.brief(brief))
    with open_relations(session.workspace.people) as people:
        names = ("flags", "programmes", "guidelines")
        records = {name: rows(people, name) for name in names}
        records["touchpoints"] = rows(people, "touchpoints", brief=circle.brief)
        records["assets"] = rows(people, "assets", brief=circle.brief)
        named = [row["name"] for row in rows(people, "campaigns", brief=circle.brief)]
        records["sections"] = rows(people, "sections", campaign=named or [""])
    found = matters(records, circle.points, circle.person_of, circle.as_of)
    listed = [(_called(circle, one.about), one.code, session.say(one.text)) for one in found]
    if json:
        print_json([dict(zip(("about", "code", "text"), line, strict=True)) for line in listed])
        return
    head = Bilingual("sur qui ou quoi|quoi|détail", "about|what|detail")
    shown = [(about, called("matter", code, session.lang), text) for about, code, text in listed]
    print_table(session.say(head).split("|"), shown, lang=session.lang)


def _called(circle: Circle, about: str) -> str:
    row = circle.people.get(about)
    return name_of(row) if row else about


@group.command("digest")
def weekly(
    brief: BriefArgument,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Say what matters since the last run. Entrants, tier changes, bursts, relationships that cool, what is due."""
    from pipelines.execution.daily import brief_digest
    from pipelines.relation.circle import read_circle

    session = open_session(workspace, lang)
    session.published()
    circle = read_circle(session.workspace, session.workspace.brief(brief))
    paper, _ = brief_digest(session.workspace, circle, session.lang)
    give(session, paper, out)


@group.command("daily")
def every_day(
    brief: BriefArgument,
    webhook: WebhookOption = None,
    mail: MailOption = None,
    to: ToOption = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Do the day's work. Proximity, posts that appeared, forecasts, reminders, digest, which is sent when asked."""
    from pipelines.execution.daily import daily

    session = open_session(workspace, lang)
    session.published()
    check_delivery(webhook, mail, to)
    target = session.workspace.brief(brief)
    done = daily(session.workspace, target, session.lang)
    sent: list[str] = []
    if webhook or mail:
        from flows.deliver import deliver

        sent = deliver(done.paper, target.name, webhook=webhook, mail=mail, to=to or [])
    if json:
        print_json(done.as_json() | {"sent": sent})
        return
    looked, waiting = len(done.campaigns), done.reminders
    kept_fr, kept_en = (number(done.proximity, lang) for lang in ("fr", "en"))
    told = Bilingual(
        f"proximité : {kept_fr} lignes · campagnes suivies : {looked} · rappels échus : {waiting}",
        f"proximity: {kept_en} rows · campaigns looked after: {looked} · reminders due: {waiting}",
    )
    say(session.say(told))
    for path in done.files:
        say(plain(path))
    for one in sent:
        say(plain(f"→ {one}"))
