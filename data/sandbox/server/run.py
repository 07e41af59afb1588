"""Runs a world's servers: one process, one port per instance, one for the blogs, one for Bluesky's AppView."""

from __future__ import annotations

import asyncio
import socket
import threading
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import uvicorn
from starlette.routing import Router

from data.errors import VigieError
from data.sandbox.server import api, blogs, xrpc
from data.sandbox.server.answers import Limiter, refuse
from data.sandbox.server.bluesky import Network
from data.sandbox.server.markup import Places
from data.sandbox.server.mastodon import View
from data.sandbox.server.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import Message, Receive, Scope, Send

_GET = {"GET", "HEAD"}
BESIDE = 2  # servers beside the instances: the blogs, the AppView


class World:
    """The ASGI application of all of a world's servers; which one is asked shows by the port."""

    def __init__(self, store: Store, port: int, limiter: Limiter | None = None) -> None:
        places = Places(store.port, port, store.instances + 1)
        self._first, self._limiter = port, limiter or Limiter()
        self._views = [View(store, places, k) for k in range(store.instances)]
        self._shelf, self._network = blogs.Shelf(store, places), Network(store, places)
        self._xrpc = Router(routes=xrpc.ROUTES)
        self._api, self._blogs = Router(routes=api.ROUTES), Router(routes=blogs.ROUTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        number = scope["server"][1] - self._first
        instance = number < len(self._views)
        left, headers = self._limiter.count(scope["client"][0] if scope["client"] else "", number)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and instance:
                message["headers"] += [(k.lower().encode(), v.encode()) for k, v in headers.items()]
            await send(message)

        if scope["method"] not in _GET:
            await refuse(401, "The access token is invalid")(scope, receive, told)
        elif left < 0:
            await refuse(429, "Too many requests")(scope, receive, told)
        elif instance:
            await self._api({**scope, "vigie.view": self._views[number]}, receive, told)
        elif number == len(self._views):
            await self._blogs({**scope, "vigie.shelf": self._shelf}, receive, told)
        else:
            await self._xrpc({**scope, "vigie.network": self._network}, receive, told)


@dataclass(slots=True)
class Running:
    """A world being served: its first port, and how to stop it. Also a context manager."""

    port: int
    instances: list[str]
    blogs: str
    bluesky: str
    _server: uvicorn.Server
    _thread: threading.Thread
    _sockets: list[socket.socket] = field(default_factory=list)

    @property
    def brief_url(self) -> str:
        """Where the brief with the served addresses is."""
        return f"{self.instances[0]}/brief.toml"

    def stop(self) -> None:
        """Stop answering and free the ports."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        for one in self._sockets:
            one.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()


def bluesky_place(folder: Path) -> int:
    """Return how many ports after the first the AppView of the world in `folder` answers."""
    world = tomllib.loads((folder / "world.toml").read_text(encoding="utf-8"))
    return int(world["instances"]) + BESIDE - 1


def bind(port: int, count: int) -> list[socket.socket]:
    """Return `count` sockets bound on consecutive loopback ports from `port` (0: where there is room).

    Raises VigieError when a port is taken.
    """
    for start in [port] if port else range(21_000, 60_000, 37):
        taken: list[socket.socket] = []
        try:
            for offset in range(count):
                # asyncio switches Nagle's delay off only where the protocol is named.
                one = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
                taken.append(one)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                one.bind(("127.0.0.1", start + offset))
                one.listen(512)
        except OSError:
            for one in taken:
                one.close()
        else:
            return taken
    raise VigieError(
        f"bac à sable : les ports {port} à {port + count - 1} ne sont pas tous libres ; essayez --port",
        f"sandbox: ports {port} to {port + count - 1} are not all free; try --port",
    )


def _prepare(folder: Path, port: int | None, limiter: Limiter | None) -> tuple[uvicorn.Server, list[socket.socket]]:
    store = Store(folder)
    sockets = bind(store.port if port is None else port, store.instances + BESIDE)
    world = World(store, sockets[0].getsockname()[1], limiter)
    config = uvicorn.Config(world, log_level="warning", access_log=False, lifespan="off", server_header=False)
    return uvicorn.Server(config), sockets


def serve(folder: Path, port: int | None = None, *, limiter: Limiter | None = None) -> None:
    """Serve the world in `folder` until interrupted, from `port` on (default: the world's own).

    Raises UserError when the folder holds no world, VigieError when a port is taken.
    """
    server, sockets = _prepare(folder, port, limiter)
    asyncio.run(server.serve(sockets=sockets))


def start(folder: Path, port: int | None = None, *, limiter: Limiter | None = None) -> Running:
    """Serve the world in `folder` from a thread and return once it answers; port 0 takes free ones."""
    server, sockets = _prepare(folder, port, limiter)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=sockets)), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    hosts = [f"http://127.0.0.1:{one.getsockname()[1]}" for one in sockets]
    first = sockets[0].getsockname()[1]
    return Running(first, hosts[:-BESIDE], hosts[-BESIDE], hosts[-1], server, thread, sockets)
