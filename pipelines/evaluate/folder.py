"""Reading the tables of an evaluation folder, plain or gzipped, with errors that say what is wrong with it."""

from __future__ import annotations

import csv
import gzip
import sys
from typing import TYPE_CHECKING, TextIO, cast

from data.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a UTF-8 CSV file (or of `path`.gz) that has `columns` and one row at least, else UserError."""
    csv.field_size_limit(sys.maxsize)
    try:
        with _open(path) as stream:
            reader = csv.DictReader(stream)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                names = ", ".join(missing)
                raise UserError(f"{path} : colonne manquante : {names}", f"{path}: missing column: {names}")
            rows = [row for row in reader if all(row[column] is not None for column in columns)]
    except FileNotFoundError as error:
        raise UserError(f"{path} : ce fichier manque", f"{path}: this file is missing") from error
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from error
    if not rows:
        raise UserError(f"{path} : aucune ligne", f"{path}: no rows")
    return rows


def read_columns(path: Path, columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the named columns of the table as texts; errors are those of `read_table`."""
    rows = read_table(path, columns)
    return {column: [row[column] for row in rows] for column in columns}


def _open(path: Path) -> TextIO:
    gzipped = path.with_name(path.name + ".gz")
    if not path.exists() and gzipped.exists():
        return cast("TextIO", gzip.open(gzipped, "rt", encoding="utf-8-sig", newline=""))
    return path.open(encoding="utf-8-sig", newline="")
