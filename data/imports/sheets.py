"""Tables as tools export them: a few lines of preamble, any delimiter, UTF-8 or UTF-16, CSV, XLSX or JSON lines."""

from __future__ import annotations

import csv
import io
import re
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, cast

from data.errors import UserError
from data.imports.opened import json_items, members, readable
from data.imports.tables import CELL_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from data.imports.layouts import Layout, Row

PREAMBLE = 40  # rows looked at to find the header


def sheet_rows(path: Path, layout: Layout) -> Iterator[tuple[int, Row | None, Any]]:
    """Yield (line, row with column names in lower case, the raw JSON value if it was JSON); a bad line has no row."""
    if re.search(r"\.(nd|)json(l|)(\.gz)?$", path.name.lower()):
        for item in json_items(path):
            yield item.number, _flat(item.value), item.value
    elif re.search(r"\.xlsx?$|\.xlsm$|\.ods$", path.name.lower()):
        yield from _with_header(path, _workbook(path), layout)
    else:
        with readable(path):
            for _, handle in islice(members(path), 1):
                yield from _csv_rows(path, handle, layout)


def _csv_rows(path: Path, handle: IO[bytes], layout: Layout) -> Iterator[tuple[int, Row | None, Any]]:
    csv.field_size_limit(CELL_LIMIT)
    buffered = io.BufferedReader(cast("io.RawIOBase", handle))
    head = buffered.peek(65536)[:65536]
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    stream = io.TextIOWrapper(buffered, encoding=encoding, errors="replace", newline="")
    try:
        delimiter = _delimiter(head.decode(encoding, "ignore"), layout)
        reader = csv.reader(stream, delimiter=delimiter)
        with stream:
            yield from _with_header(path, ((reader.line_num, row) for row in reader), layout)
    except (csv.Error, UnicodeError) as error:
        raise UserError(f"{path} : CSV mal formé ({error})", f"{path}: malformed CSV ({error})") from None


def _delimiter(head: str, layout: Layout) -> str:
    """Return the delimiter under which a line names most of the columns that are known."""
    lines = head.splitlines()[:PREAMBLE]
    return max(",;\t", key=lambda d: max((_known(line.split(d), layout) for line in lines), default=0))


def _known(cells: Sequence[Any], layout: Layout) -> int:
    return sum(1 for cell in cells if _name(cell) in layout.columns)


def _with_header(
    path: Path, rows: Iterator[tuple[int, Sequence[str]]], layout: Layout
) -> Iterator[tuple[int, Row | None, Any]]:
    looked_at = list(islice(rows, PREAMBLE))
    best = max(range(len(looked_at)), key=lambda i: _known(looked_at[i][1], layout), default=-1)
    if best < 0 or _known(looked_at[best][1], layout) < 3:
        raise UserError(
            f"{path} : aucune ligne ne porte les colonnes d'un export {layout.name}",
            f"{path}: no line holds the columns of a {layout.name} export",
        )
    header = [_name(cell) for cell in looked_at[best][1]]
    for line, cells in chain(looked_at[best + 1 :], rows):
        if any(cells):
            whole = len(cells) <= len(header)
            named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            yield line, {k: v for k, v in named.items() if v} if whole else None, list(cells)


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    from python_calamine import CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as error:  # noqa: BLE001 - the reader's own errors share no base class
        raise UserError(f"{path} : classeur illisible ({error})", f"{path}: unreadable workbook ({error})") from None
    for number, row in enumerate(rows, start=1):
        yield number, [cell.isoformat() if hasattr(cell, "isoformat") else _cell(cell) for cell in row]


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)


def _name(cell: Any) -> str:
    return str(cell).strip().lower()


def _flat(value: Any) -> Row | None:
    """Return a JSON object as a row: nested names joined by points, lists by spaces."""
    if not isinstance(value, dict):
        return None
    row: Row = {}
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    while waiting:
        prefix, one, depth = waiting.pop()
        if isinstance(one, dict) and depth < 6:
            waiting += [(f"{prefix}.{k}" if prefix else str(k), v, depth + 1) for k, v in one.items()]
        elif isinstance(one, list):
            row[prefix.lower()] = " ".join(str(item) for item in one if isinstance(item, (str, int)))
        elif one is not None and not isinstance(one, dict):
            row[prefix.lower()] = str(one)
    return {name: cell for name, cell in row.items() if cell}
