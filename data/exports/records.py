"""Everything of a brief as JSON lines, CSV or Parquet, with a data dictionary."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from data.errors import VigieError
from data.exports.dictionary import dictionary
from data.people import decisions, open_people
from data.warehouse.sql import query
from data.warehouse.store import connect

if TYPE_CHECKING:
    from data.warehouse.store import Connection

PACKAGE = "data.exports.queries"
KINDS = ("account", "post", "observation", "tie", "person")
Kind = Literal["jsonl", "csv", "parquet"]
DECISION = pa.schema([(name, pa.string()) for name in ("account_id", "status", "why", "decided_by", "decided_at")])


def export_brief(store: Path, people: Path, brief: str, kind: Kind, folder: Path) -> list[Path]:
    """Write all records of `brief` into `folder`, made when it is not there, and return the files.

    jsonl: one `records.jsonl`, which an import reads back with nothing lost. csv, parquet: one file per record type.
    Files appear whole or not at all; raises VigieError when the folder cannot be written.
    """
    connection = connect()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as fresh:
            _attach(connection, store, brief)
            _decided(connection, people, brief)
            names = _write(connection, kind, Path(fresh))
            return [_in_place(Path(fresh) / name, folder / name) for name in names]
    except OSError as error:
        raise VigieError(
            f"{folder} : impossible d'écrire ({error})", f"{folder}: cannot be written ({error})"
        ) from None
    finally:
        connection.close()


def _attach(connection: Connection, store: Path, brief: str) -> None:
    quoted = str(store).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS store (READ_ONLY)")
    for statement in connection.extract_statements(query("scope", PACKAGE)):
        connection.execute(statement, {"brief": brief} if "$brief" in statement.query else None)


def _decided(connection: Connection, people: Path, brief: str) -> None:
    """Make the table of standing decisions; a workspace without people's records has none."""
    rows: list[dict[str, Any]] = []
    if people.exists():
        with open_people(people) as records:
            rows = [one._asdict() for one in decisions(records, brief).values()]
    connection.register("standing", pa.Table.from_pylist(rows, schema=DECISION))


def _select(kind: str) -> str:
    return "SELECT * FROM standing ORDER BY account_id" if kind == "decision" else query(kind, PACKAGE).rstrip()


def _write(connection: Connection, kind: Kind, folder: Path) -> list[str]:
    columns: dict[str, list[tuple[str, str]]] = {}
    files: dict[str, str] = {}
    for record in (*KINDS, "decision"):
        relation = connection.sql(_select(record))
        columns[record] = [(n, str(t)) for n, t in zip(relation.columns, relation.types, strict=True)]
        files[record] = "records.jsonl" if kind == "jsonl" else f"{record}s.{kind}"
        part = folder / (f"part-{record}.jsonl" if kind == "jsonl" else files[record])
        _copy(connection, record, kind, part, columns[record])
    if kind == "jsonl":
        _join([folder / f"part-{record}.jsonl" for record in files], folder / "records.jsonl")
    (folder / "dictionary.md").write_text(dictionary(files, columns), encoding="utf-8")
    return [*dict.fromkeys(files.values()), "dictionary.md"]


def _copy(connection: Connection, record: str, kind: Kind, path: Path, columns: list[tuple[str, str]]) -> None:
    inner = _select(record)
    if kind == "jsonl":
        inner = f"SELECT '{record}' AS type, * {_json_extra(columns)} FROM ({inner})"
    elif kind == "csv":
        inner = f"SELECT {', '.join(_safe(name, type_) for name, type_ in columns)} FROM ({inner})"
    options = {"jsonl": "FORMAT json", "csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}[kind]
    quoted = str(path).replace("'", "''")
    connection.execute(f"COPY ({inner}) TO '{quoted}' ({options})")


def _json_extra(columns: list[tuple[str, str]]) -> str:
    return "REPLACE (extra::JSON AS extra)" if any(name == "extra" for name, _ in columns) else ""


def _safe(name: str, type_: str) -> str:
    """Return a column as a spreadsheet may hold it: a text that it would run as a formula begins with an apostrophe."""
    column = f'"{name}"'
    if type_.endswith("[]"):
        return f"to_json({column})::VARCHAR AS {column}"
    if type_ != "VARCHAR":
        return column
    formula = f"regexp_matches({column}, '^''*\\s*[=+\\-@\\t\\r]')"
    return f"CASE WHEN {formula} THEN '''' || {column} ELSE {column} END AS {column}"


def _join(parts: list[Path], whole: Path) -> None:
    with whole.open("wb") as out:
        for part in parts:
            with part.open("rb") as handle:
                shutil.copyfileobj(handle, out)


def _in_place(fresh: Path, target: Path) -> Path:
    with fresh.open("rb") as handle:
        os.fsync(handle.fileno())
    fresh.replace(target)
    return target
