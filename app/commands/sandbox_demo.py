"""`vigie sandbox demo`: a world is made and served, and a discovery crawls it over HTTP from beginning to end."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from app.terminal import note, plain
from data.bilingual import Bilingual, Lang
from data.errors import UserError, VigieError
from data.workspace import SETTINGS_FILE, create_workspace

ACCOUNTS, POSTS, DAYS, SEED = 1200, 24_000, 365, 7
PORTS = 8  # a world may answer on several consecutive ports


def demo(out: Path, lang: Lang) -> int:
    """Make a workspace in `out` (made anew), run a discovery in it, and return the exit status."""
    from app.cli import run
    from data.sandbox import generate

    _make_room(out)
    note(Bilingual(f"· Monde de synthèse ({ACCOUNTS} comptes)", f"· Synthetic world ({ACCOUNTS} accounts)").to(lang))
    world = out / "world"
    generate(world, accounts=ACCOUNTS, posts=POSTS, days=DAYS, seed=SEED, difficulty="default")
    workspace = create_workspace(out, lang)
    port = _free_port()
    with _served(world, port) as brief:
        name = re.search(r'^name = "(.+?)"', brief, re.MULTILINE)
        (workspace.root / "briefs" / "exemple.toml").unlink()
        (workspace.root / "briefs" / f"{name[1] if name else 'demo'}.toml").write_text(brief, encoding="utf-8")
        _allow(workspace.root / SETTINGS_FILE)
        return run(["discover", name[1] if name else "demo", "--workspace", str(out), "--lang", lang])


def _make_room(out: Path) -> None:
    """Empty the folder of an earlier demo; a folder that is anything else is left alone."""
    if out.exists() and any(out.iterdir()):
        if not (out / "world" / "world.toml").exists():
            raise UserError(f"{out} n'est ni vide ni une démonstration", f"{out} is neither empty nor a demo")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def _allow(settings: Path) -> None:
    text = settings.read_text(encoding="utf-8")
    text = text.replace("allow_private_hosts = []", 'allow_private_hosts = ["127.0.0.0/8"]')
    settings.write_text(text, encoding="utf-8")


class _served:  # noqa: N801 - reads as what it does
    """The world served by a program of its own while the block runs; gives the brief with its real addresses."""

    def __init__(self, world: Path, port: int) -> None:
        self.world, self.port = world, port

    def __enter__(self) -> str:
        command = [sys.executable, "-I", "-m", "app.cli", "sandbox", "serve", str(self.world), "--port", str(self.port)]
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        self.log = (self.world / "server.log").open("wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=environment)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/brief.toml", timeout=5) as answer:
                    return str(answer.read().decode("utf-8"))
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        self.__exit__()
        log = plain((self.world / "server.log").read_text(errors="replace")[-500:])
        raise VigieError(f"le bac à sable n'a pas démarré : {log}", f"the sandbox did not start: {log}")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


def _free_port() -> int:
    """Return a port that is free together with those right after it."""
    for port in range(8765, 9765, PORTS):
        sockets = [socket.socket() for _ in range(PORTS)]
        try:
            for offset, one in enumerate(sockets):
                one.bind(("127.0.0.1", port + offset))
        except OSError:
            continue
        else:
            return port
        finally:
            for one in sockets:
                one.close()
    raise VigieError("aucun port libre entre 8765 et 9765", "no free port between 8765 and 9765")
