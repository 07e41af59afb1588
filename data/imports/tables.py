"""Tables (CSV, XLSX, Parquet) become staged records, a batch of rows at a time."""

from __future__ import annotations

import csv
import gzip
import re
import sys
import zlib
from datetime import UTC, datetime
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import orjson

from data.errors import UserError
from data.imports.mapping import Mapping, edge_columns, mapping_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from data.imports.mapping import MapFile
    from data.warehouse.load import Staging

    Rows = Iterator[tuple[int, Sequence[str | None]]]

NEUTRALISED = re.compile(r"'+\s*[=+\-@\t\r]")
BATCH = 50_000
CELL_LIMIT = 4_000_000  # characters; a larger cell is an accident or an attack


def stage_csv(staging: Staging, path: Path, given: MapFile | None) -> None:
    """Stage a CSV file (comma, semicolon or tab; UTF-8, quoted as RFC 4180; gzip or not); raises UserError."""
    csv.field_size_limit(min(CELL_LIMIT, sys.maxsize))
    try:
        with _opened(path) as handle:
            head = handle.read(65536)
            if "\0" in head:
                raise UserError(f"{path} : ce n'est pas un fichier texte", f"{path}: not a text file")
            handle.seek(0)
            reader = csv.reader(handle, delimiter=_delimiter(head))
            header = [name.strip() for name in next(reader, [])]
            _stage_rows(staging, path, header, _numbered(reader), given)
    except csv.Error as error:
        raise UserError(f"{path} : CSV mal formé ({error})", f"{path}: malformed CSV ({error})") from None
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from None


def _opened(path: Path) -> IO[str]:
    with path.open("rb") as handle:
        packed = handle.read(2) == b"\x1f\x8b"
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def stage_xlsx(staging: Staging, path: Path, given: MapFile | None) -> None:
    """Stage the first sheet of a workbook; raises UserError when it is not one."""
    from python_calamine import CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        rows = iter(sheet.to_python(skip_empty_area=False))
    except Exception as error:  # noqa: BLE001 - the reader's own errors share no base class
        raise UserError(f"{path} : classeur illisible ({error})", f"{path}: unreadable workbook ({error})") from None
    header = [str(cell).strip() for cell in next(rows, [])]
    numbered = ((number, [_text(cell) for cell in row]) for number, row in enumerate(rows, start=2))
    _stage_rows(staging, path, header, numbered, given)


def stage_parquet(staging: Staging, path: Path, given: MapFile | None) -> None:
    """Stage a Parquet file; columns become text inside DuckDB, lists as JSON."""
    import duckdb

    connection = staging.connection
    try:
        relation = connection.sql(
            "SELECT row_number() OVER () AS line, * FROM read_parquet($path)", params={"path": str(path)}
        )
        types = dict(zip(relation.columns, relation.types, strict=True))
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise UserError(f"{path} : Parquet illisible ({first})", f"{path}: unreadable Parquet ({first})") from None
    columns = [name for name in relation.columns if name != "line"]
    mapping = mapping_for(columns, given, path)
    cells = {target: _as_text(column, str(types[column])) for column, target in mapping.columns.items()}
    for target, value in mapping.constants.items():
        cells[target] = "'" + value.replace("'", "''") + "'"
    if _keeps_rest(mapping, cells):
        packed = ", ".join(f"{_quoted(name)} := {_quoted(name)}" for name in mapping.rest)
        cells["extra"] = f"to_json(struct_pack({packed}))::VARCHAR"
    picked = ", ".join(f"{expression} AS {_quoted(target)}" for target, expression in cells.items())
    staging.add_relation(mapping.kind, relation.project(f"line, {picked}"), cells)


def _stage_rows(staging: Staging, path: Path, header: Sequence[str], rows: Rows, given: MapFile | None) -> None:
    if given is None and edge_columns(header):
        mapping = Mapping(
            "tie", {header[0]: "from_account", header[1]: "to_account"}, {"source": "edges", "kind": "link"}, ()
        )
    else:
        mapping = mapping_for(header, given, path)
    convert = _time_reader(mapping.time_format)
    at = {column: index for index, column in enumerate(header)}
    while batch := list(islice(rows, BATCH)):
        good = []
        for line, row in batch:
            reason = _fault(row, len(header))
            if reason:
                staging.reject(
                    line, "row", reason, ",".join(cell or "" for cell in row).encode(errors="replace").decode()
                )
            else:
                good.append((line, row))
        columns: dict[str, list[str | None]] = {}
        for column, target in mapping.columns.items():
            cells = [_revived(row[at[column]]) for _, row in good]
            columns[target] = [convert(cell) for cell in cells] if target.endswith("_at") or target == "at" else cells
        for target, value in mapping.constants.items():
            columns[target] = [value] * len(good)
        if _keeps_rest(mapping, columns):
            columns["extra"] = [_rest(row, mapping.rest, at) for _, row in good]
        staging.add_columns(mapping.kind, columns, [line for line, _ in good])


def _numbered(reader: Any) -> Rows:
    """Yield each row with the line of the file on which it starts."""
    start = reader.line_num + 1
    for row in reader:
        if row:
            yield start, row
        start = reader.line_num + 1


def _fault(row: Sequence[str | None], width: int) -> str:
    if len(row) != width:
        return f"{len(row)} cells where the header has {width}"
    if any(cell is not None and not _is_utf8(cell) for cell in row):
        return "not UTF-8"
    return ""


def _is_utf8(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def _keeps_rest(mapping: Mapping, given: Collection[str]) -> bool:
    """Tell whether the table has columns that no field takes and none that is the rest already."""
    return bool(mapping.rest) and "extra" not in given


def _rest(row: Sequence[str | None], names: Sequence[str], at: dict[str, int]) -> str | None:
    kept = {name: row[at[name]] for name in names if row[at[name]] not in (None, "")}
    return orjson.dumps(kept).decode() if kept else None


def _revived(cell: str | None) -> str | None:
    """Take off the apostrophe under which our own export keeps a spreadsheet from running a text as a formula."""
    return cell[1:] if cell and cell[0] == "'" and NEUTRALISED.match(cell) else cell


def _time_reader(pattern: str) -> Callable[[str | None], str | None]:
    """Return what turns a cell into an ISO time; a cell that does not fit stays as it is, to be rejected later."""
    if not pattern:
        return lambda cell: cell

    def read(cell: str | None) -> str | None:
        if not cell:
            return cell
        try:
            moment = datetime.strptime(cell.strip(), pattern)  # noqa: DTZ007 - the zone is set on the next line
        except ValueError:
            return cell
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).isoformat()

    return read


def _delimiter(head: str) -> str:
    first = head.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))  # a workbook knows no whole numbers: an id must not become 7.0
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _as_text(column: str, kind: str) -> str:
    name = _quoted(column)
    if kind.endswith("[]") or kind.startswith(("STRUCT", "MAP")):
        return f"to_json({name})::VARCHAR"
    if kind in {"FLOAT", "DOUBLE"}:  # a column of numbers with gaps: 9890.0 stands for 9890
        whole = f"{name} = floor({name}) AND abs({name}) < 9e15"
        return f"CASE WHEN {whole} THEN {name}::BIGINT::VARCHAR ELSE {name}::VARCHAR END"
    return f"{name}::VARCHAR"
