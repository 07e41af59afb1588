"""A workspace: the folder that holds one team's briefs, records, results and exports."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from data.brief.read import read_brief
from data.errors import UserError, VigieError
from data.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.bilingual import Lang
    from data.brief.model import Brief

SETTINGS_FILE = "vigie.toml"
FOLDERS = ("briefs", ".vigie/crawls", "sheets", "map", "rejects")


@dataclass(frozen=True)
class Workspace:
    """The folder at `root` and where everything in it lives."""

    root: Path

    @property
    def published(self) -> Path:
        """The database strategists open."""
        return self.root / "vigie.duckdb"

    @property
    def store(self) -> Path:
        """The working database: one writer at a time."""
        return self.root / ".vigie" / "work.duckdb"

    @property
    def people(self) -> Path:
        """People's own records (decisions, objections, relationship), in SQLite."""
        return self.root / ".vigie" / "people.sqlite"

    @property
    def crawls(self) -> Path:
        """One SQLite file per crawled brief."""
        return self.root / ".vigie" / "crawls"

    @property
    def sheets(self) -> Path:
        """Profile sheets, one folder per brief."""
        return self.root / "sheets"

    @property
    def maps(self) -> Path:
        """Ecosystem maps, one folder per brief."""
        return self.root / "map"

    @property
    def rejects(self) -> Path:
        """Rows that an import refused, with their reason."""
        return self.root / "rejects"

    @cached_property
    def settings(self) -> Settings:
        """What `vigie.toml` says."""
        return read_settings(self.root / SETTINGS_FILE)

    def brief(self, reference: str) -> Brief:
        """Return the brief at the path `reference`, or the one of that name in `briefs/`."""
        path = Path(reference)
        if path.suffix == ".toml" or path.is_file():
            if not path.exists() and (self.root / path).exists():
                path = self.root / path
            return read_brief(path)
        named = self.root / "briefs" / f"{reference}.toml"
        if "/" not in reference and named.exists():
            return read_brief(named)
        for candidate in sorted((self.root / "briefs").glob("*.toml")):
            try:
                brief = read_brief(candidate)
            except UserError:
                continue
            if brief.name == reference:
                return brief
        names = ", ".join(p.stem for p in sorted((self.root / "briefs").glob("*.toml"))) or "-"
        raise UserError(
            f"brief « {reference} » introuvable : ni fichier, ni nom dans briefs/ ({names})",
            f'no brief "{reference}": neither a file nor a name in briefs/ ({names})',
        )

    @contextmanager
    def writing(self, what: str, *, wait: bool = False) -> Iterator[None]:
        """Hold the workspace's one writer lock; raises VigieError naming the holder unless `wait`."""
        path = self.root / ".vigie" / "lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="utf-8") as handle:
            while not _try_lock(handle.fileno()):
                if not wait:
                    holder = path.read_text(encoding="utf-8").strip() or "?"
                    raise VigieError(
                        f"l'espace de travail est occupé par : {holder} (attendre : --wait)",
                        f"the workspace is in use by: {holder} (to wait: --wait)",
                    )
                time.sleep(0.2)
            handle.seek(0)
            handle.truncate()
            handle.write(f"{what}, pid {os.getpid()}\n")
            handle.flush()
            yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def find_workspace(start: Path) -> Workspace:
    """Return the workspace that `start` lies in, looking upwards like git; raises UserError where there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return Workspace(folder)
    raise UserError(
        f"{start} n'est pas dans un espace de travail : faites « vigie init » d'abord",
        f'{start} is not in a workspace: run "vigie init" first',
    )


def create_workspace(folder: Path, language: Lang = "fr") -> Workspace:
    """Make a workspace in `folder` that speaks `language`; files that are there already stay as they are."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for target, template in ((SETTINGS_FILE, "vigie.toml"), ("briefs/exemple.toml", "exemple.toml")):
        path = folder / target
        if not path.exists():
            text = resources.files("data.templates").joinpath(template).read_text(encoding="utf-8")
            path.write_text(text.replace('language = "fr"', f'language = "{language}"'), "utf-8")
    return Workspace(folder)
