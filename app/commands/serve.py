"""`vigie serve`: the atlas, a local web view of the published database."""

from __future__ import annotations

import secrets
import socket
from typing import Annotated

import typer

from app.session import JsonOption, LangOption, Session, WorkspaceOption, open_session
from app.terminal import note, print_json, say
from data.bilingual import Bilingual
from data.errors import UserError

PORT = 8420


def command(
    host: Annotated[
        str,
        typer.Option("--host", metavar="ADDRESS", help="Address to listen on; beyond loopback a token is asked for."),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, metavar="P", help="Port; 0 takes any free one.")
    ] = PORT,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host", metavar="NAME", help="A further host name under which it may be asked; repeatable."
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Serve the atlas: ranking, people, map, share of voice, coverage, decisions, in a local web page."""
    import uvicorn

    from app.atlas.guard import LOOPBACK, Door
    from app.atlas.server import create_app

    session = open_session(workspace, lang)
    listening = _listen(host, port)
    number = listening.getsockname()[1]
    token = None if host in LOOPBACK else secrets.token_urlsafe(24)
    names = LOOPBACK | {host.lower()} | {name.lower() for name in allow_host or ()}
    door = Door(frozenset(names), token, any_address=token is not None, cookie=f"vigie-{number}")
    app = create_app(session.workspace, session.lang, door)
    _announce(session, host, number, token, as_json=json)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, limit_concurrency=100,
                            timeout_keep_alive=5, timeout_graceful_shutdown=3, lifespan="off")  # fmt: skip
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address; raises UserError when it cannot be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        raise UserError(
            f"impossible d'écouter sur {host}:{port} ({error.strerror}) ; essayez --port 0",
            f"cannot listen on {host}:{port} ({error.strerror}); try --port 0",
        ) from None
    return listening


def _announce(session: Session, host: str, port: int, token: str | None, *, as_json: bool) -> None:
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}/"
    if as_json:
        print_json({"url": url, "token": token})
        return
    say(url if token is None else f"{url}?token={token}")
    if token is not None:
        told = Bilingual(
            "Ce jeton n'est montré qu'ici : qui l'a voit tout et peut décider. Sans chiffrement : réseau de confiance.",
            "This token is shown only here: who has it sees all and may decide. Not encrypted: a trusted network only.",
        )
        note(session.say(told))
    note(session.say(Bilingual("Ctrl-C pour arrêter.", "Ctrl-C stops it.")))
