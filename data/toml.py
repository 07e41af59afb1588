"""Reads a TOML file into a dataclass; every mistake is told with file, line, key and the nearest valid word."""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Any, TypeVar

from data.bilingual import Bilingual
from data.errors import UserError
from data.reasons import why_refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

T = TypeVar("T")
Location = tuple[str | int, ...]


def parse_toml(path: Path) -> tuple[dict[str, Any], str]:
    """Return the parsed tables of `path` and its text; unreadable or malformed files raise UserError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path} : fichier introuvable", f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise UserError(f"{path} : n'est pas en UTF-8", f"{path}: is not UTF-8") from None
    except OSError as error:
        raise UserError(
            f"{path} : illisible ({error.strerror})", f"{path}: cannot be read ({error.strerror})"
        ) from None
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        place = f"ligne {at[1]}, colonne {at[2]}" if at else "à la fin"
        raise UserError(f"{path} : TOML mal formé, {place}", f"{path}: malformed TOML: {error}") from None


def read_toml(path: Path, schema: type[T]) -> tuple[T, str]:
    """Return `path` as an instance of the dataclass `schema`, and its text; the first mistake raises UserError."""
    from pydantic import TypeAdapter, ValidationError

    tables, text = parse_toml(path)
    if unknown := _unknown_key(tables, schema, ()):
        close = nearest(str(unknown[-1]), _fields_at(schema, unknown[:-1]))
        raise mistake(path, text, unknown, Bilingual(f"clé inconnue{close.fr}", f"unknown key{close.en}"))
    try:
        return TypeAdapter(schema).validate_python(tables), text
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _explain(path, text, first) from None


def mistake(path: Path | None, text: str, location: Location, what: Bilingual) -> UserError:
    """Return the error for the key at `location`, with its file and line when they can be told."""
    line = line_of(text, location)
    where = ".".join(str(part) for part in location)
    if path is None:
        return UserError(f"{where} : {what.fr}", f"{where}: {what.en}")
    return UserError(f"{path}, ligne {line}, {where} : {what.fr}", f"{path}, line {line}, {where}: {what.en}")


def nearest(word: str, valid: Iterable[str]) -> Bilingual:
    """Return « ; did you mean …? » for the closest valid word, or the list of valid words."""
    words = sorted(valid)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return Bilingual(f" ; vouliez-vous dire « {close[0]} » ?", f'; did you mean "{close[0]}"?')
    listed = ", ".join(words)
    return Bilingual(f" ; possibles : {listed}", f"; valid: {listed}")


def line_of(text: str, location: Sequence[str | int]) -> int:
    """Return the 1-based line of the key at `location` (tables by name, arrays of tables by index), or of its table."""
    prefix: list[str] = []
    counts: dict[str, int] = {}
    best, best_depth = 1, 0
    wanted = [str(part) for part in location]
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?", line):
            prefix = _table_path(header, counts)
            at = prefix
        elif key := re.match(r"\s*([\w\-\"'.]+)\s*=", line):
            at = [*prefix, *(part.strip("\"' ") for part in key[1].split("."))]
        else:
            continue
        depth = len(at) if wanted[: len(at)] == at else 0
        if depth > best_depth:
            best, best_depth = number, depth
    return best


def _table_path(header: re.Match[str], counts: dict[str, int]) -> list[str]:
    path: list[str] = []
    parts = [part.strip("\"' ") for part in header[2].split(".")]
    for index, part in enumerate(parts):
        path.append(part)
        key = ".".join(path)
        last = index == len(parts) - 1
        if last and header[1] == "[[":
            counts[key] = counts.get(key, -1) + 1
        if key in counts:
            path.append(str(counts[key]))
    return path


def _unknown_key(given: Any, schema: type, location: Location) -> Location | None:
    """Return where the first key stands that the dataclass `schema` does not have; None when there is none.

    It is looked for before the values are judged: a misspelt key reads as one that is missing.
    """
    for key, value in given.items() if isinstance(given, dict) else ():
        here = (*location, key)
        if key not in _fields_at(schema, ()):
            return here
        inner = _dataclass_at(schema, key)
        nested = _tables(here, value, named=inner is not None and _is_mapping(schema, key))
        for place, one in nested if inner else ():
            if found := _unknown_key(one, inner, place):  # type: ignore[arg-type]
                return found
    return None


def _tables(here: Location, value: Any, *, named: bool) -> list[tuple[Location, Any]]:
    """Return the tables under a key: itself, those of an array, or those that carry names of the user's choice."""
    if isinstance(value, list):
        return [((*here, i), one) for i, one in enumerate(value)]
    if named and isinstance(value, dict):
        return [((*here, name), one) for name, one in value.items()]
    return [(here, value)]


def _is_mapping(schema: type, name: str) -> bool:
    from typing import get_origin, get_type_hints

    return get_origin(get_type_hints(schema).get(name)) is dict


def _explain(path: Path, text: str, error: Any) -> UserError:
    location: Location = tuple(error["loc"])
    kind, given = error["type"], error.get("input")
    if kind == "missing":
        return mistake(path, text, location, Bilingual("il manque", "is missing"))
    if kind == "literal_error":
        valid = re.findall(r"'([^']+)'", error["ctx"]["expected"])
        close = nearest(str(given), valid)
        return mistake(
            path,
            text,
            location,
            Bilingual(f"valeur inconnue « {given} »{close.fr}", f'unknown value "{given}"{close.en}'),
        )
    shown = repr(given)[:60]
    why = why_refused(kind, error.get("ctx", {}))
    return mistake(
        path, text, location, Bilingual(f"valeur refusée {shown} ({why.fr})", f"value {shown} refused ({why.en})")
    )


def _fields_at(schema: type, location: Location) -> list[str]:
    """Return the field names of the dataclass found by walking `location` from `schema`."""
    from dataclasses import fields

    current: Any = schema
    for part in location:
        if isinstance(part, str):
            current = _dataclass_at(current, part)
            if current is None:
                return []
    return [field.name for field in fields(current)]


def _dataclass_at(schema: type, name: str) -> type | None:
    """Return the dataclass that the field `name` holds, be it alone, optional, annotated or in a tuple."""
    from dataclasses import is_dataclass
    from typing import get_args, get_type_hints

    waiting = [get_type_hints(schema).get(name)]
    while waiting:
        hint = waiting.pop(0)
        if isinstance(hint, type) and is_dataclass(hint):
            return hint
        waiting += get_args(hint)
    return None
