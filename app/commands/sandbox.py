"""`vigie sandbox`: a synthetic ecosystem with known truth, to try and to measure on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.session import LangOption, WorkspaceOption, spoken
from app.terminal import plain, say
from data.bilingual import Bilingual
from data.errors import UserError

group = typer.Typer(
    help="A synthetic ecosystem with known truth: generate it, serve it, discover it.", no_args_is_help=True
)


@group.command("generate")
def generate(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write.")],
    accounts: Annotated[int, typer.Option("--accounts", min=50, max=1_000_000, metavar="N")] = 1200,
    posts: Annotated[int, typer.Option("--posts", min=100, max=10_000_000, metavar="M")] = 24_000,
    days: Annotated[int, typer.Option("--days", min=7, max=3650, metavar="D")] = 365,
    seed: Annotated[int, typer.Option("--seed", metavar="S")] = 1,
    difficulty: Annotated[Literal["easy", "default", "hard", "no-structure"], typer.Option("--difficulty")] = "default",
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Make a world: brief, records and truth. The same seed gives the same world."""
    from data.sandbox import generate as make

    world = make(out, accounts=accounts, posts=posts, days=days, seed=seed, difficulty=difficulty)
    rows, where = world.rows, plain(out)
    done = Bilingual(
        f"Monde prêt dans {where} : {rows['accounts']} comptes, {rows['posts']} publications, {rows['ties']} liens.",
        f"World ready in {where}: {rows['accounts']} accounts, {rows['posts']} posts, {rows['ties']} ties.",
    )
    say(done.to(spoken(lang, workspace)))


@group.command("serve")
def serve(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by generate.")],
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, metavar="P")] = 8765,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Serve a world on loopback as fediverse servers, blogs and feeds, and a Bluesky AppView; Ctrl-C stops."""
    from data.sandbox import server

    if not (directory / "world.toml").is_file():
        raise UserError(
            f"{directory} n'est pas un monde : faites « vigie sandbox generate --out {directory} »",
            f'{directory} is no world: run "vigie sandbox generate --out {directory}"',
        )
    sky = f"http://127.0.0.1:{port + server.bluesky_place(directory)}"
    ready = Bilingual(
        f"http://127.0.0.1:{port}/ (brief : /brief.toml) ; Bluesky : {sky} (source bluesky, option service)",
        f"http://127.0.0.1:{port}/ (brief: /brief.toml); Bluesky: {sky} (bluesky source, option service)",
    )
    say(ready.to(spoken(lang, workspace)))
    server.serve(directory, port)


@group.command("demo")
def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The workspace to make; an earlier demo is replaced.")
    ],
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
) -> None:
    """Make a world, serve it, and run a whole discovery over HTTP in a workspace of its own."""
    from app.commands.sandbox_demo import demo as run_demo

    raise typer.Exit(run_demo(out, spoken(lang, workspace)))
