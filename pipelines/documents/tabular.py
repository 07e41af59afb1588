"""Writes a table as CSV, JSON or Parquet; in CSV no cell can run when a spreadsheet opens it."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING

import orjson

from pipelines.documents.safe import cell

if TYPE_CHECKING:
    import pyarrow as pa


def csv_bytes(table: pa.Table) -> bytes:
    """Return UTF-8 CSV; unknown is empty, lists are joined by `; `."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([cell(name) for name in table.column_names])
    columns = [column.to_pylist() for column in table.columns]
    writer.writerows([flat(value) for value in row] for row in zip(*columns, strict=True))
    return out.getvalue().encode("utf-8", "replace")


def flat(value: object) -> object:
    """Return one cell: text made safe, lists joined, times in ISO, unknown as an empty text."""
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return ""
    if isinstance(value, list):
        return cell("; ".join(str(item) for item in value if item is not None))
    if isinstance(value, datetime):
        return value.isoformat()
    return cell(value)


def json_bytes(table: pa.Table) -> bytes:
    """Return a JSON array of one object per row; times are UTC."""
    return orjson.dumps(table.to_pylist(), option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z, default=str)


def parquet_bytes(table: pa.Table) -> bytes:
    """Return the table as Parquet, values as they are."""
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
