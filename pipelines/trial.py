"""Steps 1 to 3 on a folder of records, in a workspace that lasts as long as the run: for evaluation and benchmarks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data.brief.read import read_brief
from data.errors import UserError
from data.imports.registry import import_file
from data.warehouse.store import connect, open_store
from data.workspace import create_workspace
from pipelines.discovery import STAGES, Discovery
from pipelines.options import Options

RECORDS = ("accounts", "posts", "ties", "observations")
UNTIL = "Detection"


def run_offline(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of detection.candidates for the brief and records in `folder`."""
    with TemporaryDirectory(prefix="vigie-") as scratch:
        discovery = prepare(folder, Path(scratch))
        for stage in STAGES:
            stage.do(discovery)
            if stage.name.en == UNTIL:
                break
        connection = connect(discovery.workspace.store, read_only=True)
        try:
            result = connection.sql("SELECT * FROM detection.candidates")
            return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]
        finally:
            connection.close()


def prepare(folder: Path, scratch: Path) -> Discovery:
    """Return an offline discovery of the folder's brief, its records imported into a new workspace in `scratch`."""
    if not (folder / "brief.toml").is_file():
        raise UserError(f"{folder} : il manque brief.toml", f"{folder}: brief.toml is missing")
    workspace = create_workspace(scratch)
    brief = replace(read_brief(folder / "brief.toml"), sources=())
    found = [folder / f"{name}.parquet" for name in RECORDS if (folder / f"{name}.parquet").is_file()]
    if not found:
        raise UserError(f"{folder} : aucun fichier de données (*.parquet)", f"{folder}: no records (*.parquet)")
    with open_store(workspace.store) as store:
        for path in found:
            import_file(store, "parquet", path, brief=brief.name)
    return Discovery(workspace, brief, Options(offline=True))
