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

SEPARATORS = (",", ";", "\t")
MAX_HEADER = 65_536


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV file (or of `path`.gz) that has `columns` and one row at least, else UserError.

    UTF-8, or Windows-1252 as spreadsheets write it; commas, semicolons or tabs.
    """
    csv.field_size_limit(sys.maxsize)
    try:
        try:
            rows = _rows(path, columns, "utf-8-sig")
        except UnicodeDecodeError:
            rows = _rows(path, columns, "cp1252")
    except FileNotFoundError as error:
        raise UserError(f"{path} : ce fichier manque", f"{path}: this file is missing") from error
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from error
    if not rows:
        raise UserError(f"{path} : aucune ligne", f"{path}: no rows")
    return rows


def _rows(path: Path, columns: Sequence[str], encoding: str) -> list[dict[str, str]]:
    with _open(path, encoding) as stream:
        header = stream.readline(MAX_HEADER)
        between = max(SEPARATORS, key=header.count)
        fields = next(csv.reader([header], delimiter=between), [])
        missing = [column for column in columns if column not in fields]
        if missing:
            names = ", ".join(missing)
            raise UserError(f"{path} : colonne manquante : {names}", f"{path}: missing column: {names}")
        reader = csv.DictReader(stream, fields, delimiter=between)
        return [row for row in reader if all(row[column] is not None for column in columns)]


def read_columns(path: Path, columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the named columns of the table as texts; errors are those of `read_table`."""
    rows = read_table(path, columns)
    return {column: [row[column] for row in rows] for column in columns}


def _open(path: Path, encoding: str) -> TextIO:
    gzipped = path.with_name(path.name + ".gz")
    if not path.exists() and gzipped.exists():
        return cast("TextIO", gzip.open(gzipped, "rt", encoding=encoding, newline=""))
    return path.open(encoding=encoding, newline="")
