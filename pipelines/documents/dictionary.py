"""The data dictionary: what every table and column means, taken from the comments of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.warehouse.sql import query
from pipelines.documents.safe import write_whole
from pipelines.documents.tabular import csv_bytes

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from data.warehouse.store import Connection


def data_dictionary(con: Connection) -> pa.Table:
    """Return one row per column of the database: table, column, type, comment."""
    return con.sql(query("dictionary", "pipelines.documents.sql")).to_arrow_table()


def write(con: Connection, out_dir: Path) -> Path:
    """Write `dictionary.csv` into `out_dir`; return its path."""
    return write_whole(out_dir / "dictionary.csv", csv_bytes(data_dictionary(con)))
