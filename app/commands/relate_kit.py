"""`vigie relate kit`: step 6, what a partner receives about the brand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.relate_group import OutOption, WhoOption, WhyOption, give, login, recording
from app.session import BriefArgument, JsonOption, LangOption, WorkspaceOption, open_session
from app.terminal import plain, print_json, say
from data.errors import UserError
from data.relations.store import change, now, open_relations, rows
from pipelines.documents.safe import write_whole
from pipelines.relation.kit import gaps, keep_asset, kit_paper, pack

group = typer.Typer()


@group.command("kit")
def kit(
    brief: BriefArgument,
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND]",
            help="company, product, positioning, identity, message, do, dont, mention, content, link; none shows all.",
        ),
    ] = None,
    title: Annotated[str | None, typer.Argument(metavar="[TITLE]", help="What the asset is called.")] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What it says, in --lang.")] = None,
    address: Annotated[str | None, typer.Option("--link", metavar="URL", help="Where it can be had.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Its file, packed with the brief.")
    ] = None,
    withdraw: Annotated[int | None, typer.Option("--withdraw", metavar="ID", help="Take an asset out.")] = None,
    why: WhyOption = "",
    out: OutOption = None,
    who: WhoOption = "",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Keep the brand kit, or show what it lacks. --out FILE.zip packs papers and files."""
    session = open_session(workspace, lang)
    target, author = session.workspace.brief(brief), who or login()
    if withdraw is not None:
        with recording(session) as people:
            change(people, "assets", withdraw, {"withdrawn_at": now()}, who=author, why=why or "withdrawn")
    elif kind is not None:
        if not title:
            raise UserError("il faut TITLE : quel nom ?", "TITLE is needed: what is it called?")
        key = {"brief": target.name, "kind": kind, "title": title, "lang": session.lang}
        with recording(session) as people:
            keep_asset(people, key, content=text, address=address, file=file, who=author, why=why)
    with open_relations(session.workspace.people) as people:
        assets = rows(people, "assets", brief=target.name)
    if json:
        lacking = [session.say(one) for one in gaps(assets, session.lang)]
        print_json({"assets": assets, "missing": lacking})
        return
    paper = kit_paper(target, assets, market=target.market, lang=session.lang)
    if out is not None and out.suffix.lower() == ".zip":
        say(plain(write_whole(out, pack({"kit": paper}, assets, session.lang))))
        return
    give(session, paper, out)
