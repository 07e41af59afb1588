"""The ranking of a run: its rows, and how they are written as CSV, JSON, Parquet and XLSX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.warehouse.sql import query
from pipelines.documents.safe import one_line, write_whole
from pipelines.documents.tabular import csv_bytes, json_bytes, parquet_bytes

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from data.warehouse.store import Connection

FORMS = ("csv", "json", "xlsx", "parquet")


def rows(
    con: Connection,
    brief: str,
    run_id: str,
    *,
    segment: str | None = None,
    tier: str | None = None,
    label: str | None = None,
    language: str | None = None,
    top: int | None = None,
) -> pa.Table:
    """Return one row per person and segment, best rank first, in the columns of `vigie rank`."""
    chosen: dict[str, Any] = {"segment": segment, "tier": tier, "label": label, "language": language, "top": top}
    sql = query("ranking", "pipelines.documents.sql")
    return con.sql(sql, params={"brief": brief, "run_id": run_id, **chosen}).to_arrow_table()


def render(con: Connection, table: pa.Table, form: str, lang: str) -> bytes:
    """Return rows of `rows` as csv, json, xlsx or parquet; another form raises UserError."""
    if form == "xlsx":
        from pipelines.documents.workbook import render_workbook

        return render_workbook(con, table, lang)
    plain = {"csv": csv_bytes, "json": json_bytes, "parquet": parquet_bytes}
    if form not in plain:
        raise UserError(f"format inconnu : {one_line(form)} (connus : {', '.join(FORMS)})",
                        f"unknown format: {one_line(form)} (known: {', '.join(FORMS)})")  # fmt: skip
    return plain[form](table)


def write(
    con: Connection, brief: str, run_id: str, out: Path, form: str, *, lang: str = "en", **chosen: str | int | None
) -> Path:
    """Write the ranking, filtered as in `rows`, to the file `out` at once; return its path."""
    return write_whole(out, render(con, rows(con, brief, run_id, **chosen), form, lang))  # type: ignore[arg-type]
