"""How a ranking is written: CSV, JSON, Parquet and XLSX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import UserError
from pipelines.documents.safe import one_line, write_whole
from pipelines.documents.tabular import csv_bytes, json_bytes, parquet_bytes
from pipelines.ranking import Filters, ranking_table

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from data.warehouse.store import Connection

FORMS = ("csv", "json", "xlsx", "parquet")


def render(con: Connection, table: pa.Table, form: str, lang: str) -> bytes:
    """Return rows of `ranking_table` as csv, json, xlsx or parquet; another form raises UserError."""
    if form == "xlsx":
        from pipelines.documents.workbook import render_workbook

        return render_workbook(con, table, lang)
    plain = {"csv": csv_bytes, "json": json_bytes, "parquet": parquet_bytes}
    if form not in plain:
        raise UserError(f"format inconnu : {one_line(form)} (connus : {', '.join(FORMS)})",
                        f"unknown format: {one_line(form)} (known: {', '.join(FORMS)})")  # fmt: skip
    return plain[form](table)


def write(
    con: Connection, brief: str, out: Path, form: str, *, lang: str = "en", filters: Filters | None = None
) -> Path:
    """Write the newest ranking of `brief` to the file `out` at once; return its path."""
    return write_whole(out, render(con, ranking_table(con, brief, filters or Filters()), form, lang))
