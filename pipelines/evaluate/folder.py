"""Reading the tables of an evaluation folder, with errors that say what is wrong with it."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

from data.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path


def read_table(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a UTF-8 CSV file that must have `columns` and one row at least. UserError otherwise."""
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                names = ", ".join(missing)
                raise UserError(f"{path} : colonne manquante : {names}", f"{path}: missing column: {names}")
            rows = [row for row in reader if all(row[column] is not None for column in columns)]
    except FileNotFoundError as error:
        raise UserError(f"{path} : ce fichier manque", f"{path}: this file is missing") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from error
    if not rows:
        raise UserError(f"{path} : aucune ligne", f"{path}: no rows")
    return rows
