"""How the columns of a table become fields of a record: by their names, or by a mapping file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from data.bilingual import Bilingual
from data.errors import UserError
from data.records import FIELDS, REQUIRED
from data.toml import mistake, nearest, read_toml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SHOWN = 30
"""Columns named in an error."""

Kind = Literal["account", "post", "tie", "observation", "person"]

IMPLIED: dict[str, dict[str, tuple[str, ...]]] = {
    "account": {"account_id": ("source", "native_id")},
    "post": {"post_id": ("native_id",), "account_id": ("account",)},
    "tie": {},
    "observation": {"account_id": ("source", "native_id"), "post_id": ("source", "native_id")},
    "person": {},
}
"""Kind → a key of the house → the columns that it makes needless."""


@dataclass(frozen=True)
class MapFile:
    """A mapping file: the kind of record, column → field, values that hold for every row, and how times are written."""

    kind: Kind
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    time_format: str = ""


@dataclass(frozen=True)
class Mapping:
    """How one table is read: `columns` is column → field, `constants` field → value, `rest` columns kept as `extra`."""

    kind: Kind
    columns: dict[str, str]
    constants: dict[str, str]
    rest: tuple[str, ...]
    time_format: str = ""


def read_map(path: Path) -> MapFile:
    """Return the mapping file at `path`; an unknown field raises UserError naming the nearest one."""
    given, text = read_toml(path, MapFile)
    for section, names in (("columns", given.columns), ("constants", {name: name for name in given.constants})):
        for key, name in names.items():
            if name not in FIELDS[given.kind]:
                close = nearest(name, FIELDS[given.kind])
                what = Bilingual(f"champ inconnu « {name} »{close.fr}", f'unknown field "{name}"{close.en}')
                raise mistake(path, text, (section, key), what)
    return given


def mapping_for(columns: Sequence[str], given: MapFile | None, file: Path) -> Mapping:
    """Return how to read a table with these columns; raises UserError when what must be there is not."""
    if given is None:
        kind = _kind_of(columns, file)
        named = {column: column for column in columns if column in FIELDS[kind]}
        return Mapping(kind, named, {}, tuple(column for column in columns if column not in named))
    mapped = {_column(name, columns, file): field for name, field in given.columns.items()}
    named = {column: column for column in columns if column in FIELDS[given.kind] and column not in mapped}
    taken = {**named, **mapped}
    _need(given.kind, {*taken.values(), *given.constants}, file, columns)
    rest = tuple(column for column in columns if column not in taken)
    return Mapping(given.kind, taken, given.constants, rest, given.time_format)


def _column(name: str, columns: Sequence[str], file: Path) -> str:
    """Return the column that a map calls `name`: as it stands, else but for case and blanks, which nobody sees."""
    if name in columns:
        return name
    alike = [column for column in columns if _bare(column) == _bare(name)]
    if len(alike) != 1:
        close = nearest(name, columns)
        raise UserError(f"{file} : pas de colonne « {name} »{close.fr}", f'{file}: no column "{name}"{close.en}')
    return alike[0]


def _bare(column: str) -> str:
    return " ".join(column.split()).casefold()


def _kind_of(columns: Sequence[str], file: Path) -> Kind:
    present = set(columns)
    if {"from_account", "to_account"} <= present:
        kind: Kind = "tie"
    elif "person_id" in present:
        kind = "person"
    elif {"account", "published_at"} & present and "text" in present:
        kind = "post"
    elif "observed_at" in present and not present & {"handle", "display_name", "summary", "url", "location"}:
        kind = "observation"
    else:
        kind = "account"
    _need(kind, present, file, columns)
    return kind


def _need(kind: Kind, present: set[str], file: Path, columns: Sequence[str]) -> None:
    told = present | {name for key in present for name in IMPLIED[kind].get(key, ())}
    missing = [name for name in REQUIRED[kind] if name not in told]
    if missing:
        there, lacking = ", ".join(columns[:SHOWN]), ", ".join(missing)
        raise UserError(
            f"{file} : lu comme des lignes « {kind} », il manque {lacking} ; colonnes du fichier : {there}. "
            "Un fichier --map dit ce que sont les lignes et quelle colonne est quoi (vigie import --help)",
            f'{file}: read as "{kind}" rows, {lacking} missing; columns of the file: {there}. '
            "A --map file tells what the rows are and which column is what (vigie import --help)",
        )


def edge_columns(columns: Sequence[str]) -> bool:
    """Tell whether a table of two columns is a bare list of edges."""
    return len(columns) == 2 and not re.search(r"native_id|text", " ".join(columns))
