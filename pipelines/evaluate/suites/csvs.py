"""Reads the CSV files of an evaluation folder, plain or gzipped, with one clear line for what is missing."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

from data.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import IO


def read_csv(path: Path, columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the named columns of a CSV file (`path` or `path`.gz) as texts. Raises UserError when one is not there."""
    gzipped = path.with_name(path.name + ".gz")
    if not path.exists() and not gzipped.exists():
        raise UserError(f"fichier introuvable : {path}", f"no such file: {path}")
    try:
        if path.exists():
            with path.open(encoding="utf-8-sig", newline="") as lines:
                found = _read(lines, path.name, columns)
        else:
            with gzip.open(gzipped, "rt", encoding="utf-8-sig", newline="") as lines:
                found = _read(lines, path.name, columns)
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise UserError(f"{path.name} illisible : {error}", f"cannot read {path.name}: {error}") from None
    if not found[columns[0]]:
        raise UserError(f"{path.name} est vide", f"{path.name} is empty")
    return found


def _read(lines: IO[str], name: str, columns: Sequence[str]) -> dict[str, list[str]]:
    reader = csv.DictReader(lines)
    if absent := [column for column in columns if column not in (reader.fieldnames or ())]:
        names = ", ".join(absent)
        raise UserError(f"{name} : colonnes absentes : {names}", f"{name}: missing columns: {names}")
    found: dict[str, list[str]] = {column: [] for column in columns}
    for row in reader:
        for column in columns:
            found[column].append(row[column] or "")
    return found
