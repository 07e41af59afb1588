"""Reads the CSV files of an evaluation folder, plain or gzipped, with one clear line for what is missing."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

from data.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read_csv(path: Path, columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the named columns of a CSV file (`path` or `path`.gz) as texts. Raises UserError when one is not there."""
    gzipped = path.with_name(path.name + ".gz")
    if not path.exists() and not gzipped.exists():
        raise UserError(f"fichier introuvable : {path}", f"no such file: {path}")
    opened = (
        path.open(encoding="utf-8-sig", newline="") if path.exists() else gzip.open(gzipped, "rt", encoding="utf-8-sig")
    )
    try:
        with opened as lines:
            reader = csv.DictReader(lines)
            absent = [name for name in columns if name not in (reader.fieldnames or ())]
            if absent:
                names = ", ".join(absent)
                raise UserError(f"{path.name} : colonnes absentes : {names}", f"{path.name}: missing columns: {names}")
            found: dict[str, list[str]] = {name: [] for name in columns}
            for row in reader:
                for name in columns:
                    found[name].append(row[name] or "")
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise UserError(f"{path.name} illisible : {error}", f"cannot read {path.name}: {error}") from None
    if not found[columns[0]]:
        raise UserError(f"{path.name} est vide", f"{path.name} is empty")
    return found
