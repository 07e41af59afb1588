"""`vigie funnel`: identified, engaged, active."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.tables import print_table
from app.terminal import plain, print_json, say
from data.bilingual import Bilingual
from data.figures import natural
from data.relations.store import open_relations, rows
from pipelines.documents.safe import write_whole
from pipelines.relation.circle import read_circle
from pipelines.relation.desk import person_map
from pipelines.relation.funnel import funnel, passages
from pipelines.relation.funnel_picture import draw_svg, draw_text
from pipelines.relation.words import euros, words


def command(
    brief: BriefArgument,
    target: Annotated[
        int | None, typer.Option("--target", min=0, metavar="N", help="How many active you want.")
    ] = None,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Also draw it to this file.")] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Show who is identified, engaged and active: counts, conversion, time, cohorts, cost, and what more it takes."""
    session = open_session(workspace, lang)
    session.published()
    circle = read_circle(session.workspace, session.workspace.brief(brief))
    person_of = person_map(session.workspace)
    with open_relations(session.workspace.people) as people:
        payments = rows(people, "payments")
    inside = [
        row for row in payments if person_of.get(row["account_id"], f"person:{row['account_id']}") in circle.people
    ]
    found = funnel(passages(circle), cost_cents=sum(row["amount_cents"] for row in inside), target_active=target)
    if svg:
        write_whole(svg, draw_svg(found, session.lang).encode())
    if json:
        print_json(found.as_json())
        return
    for line in draw_text(found, session.lang):
        say(line)
    tell = words("funnel", session.lang)
    days = {stage: natural(value, session.lang) for stage, value in found.median_days.items()}
    say(tell["days"].format(**days))
    cost = euros(found.cost_per_active_cents, session.lang)
    now, again = (natural(count, session.lang) for count in (found.active_now, found.reactivated))
    say(tell["now"].format(now=now, again=again, cost=cost))
    if target is not None:
        needed = {name: "?" if value is None else natural(value, session.lang) for name, value in found.needed.items()}
        say(tell["needed"].format(target=target, **needed))
    head = Bilingual("trimestre|identifiés|engagés|actifs", "quarter|identified|engaged|active")
    print_table(
        session.say(head).split("|"), [tuple(row.values()) for row in found.cohorts], lang=session.lang, right=(1, 2, 3)
    )
    if svg:
        say(plain(svg))
