"""Moves columns between the warehouse and numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from graph.columns import Coded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.warehouse.store import Connection

SQL = "pipelines.detection.sql"


def arrays(table: pa.Table) -> dict[str, Any]:
    """Return a table's columns as arrays: numbers as float64 with NaN for NULL, all else as objects with None.

    A column of truths without NULL is one of booleans.
    """
    return {name: array(table[name]) for name in table.column_names}


def array(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return one column as an array, as `arrays` does."""
    kind = column.type
    if pa.types.is_boolean(kind) and not column.null_count:
        return np.asarray(column.cast(pa.uint8()).to_numpy()).astype(bool)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    result = np.empty(len(column), object)
    result[:] = column.to_pylist() if not pa.types.is_string(kind) else _interned(column)
    return result


def coded(column: pa.ChunkedArray) -> Coded:
    """Return a column of texts without NULL as places among the distinct ones, without an object per row."""
    told = column.combine_chunks().dictionary_encode()
    words = told.dictionary.to_pylist()
    place = np.empty(len(words), np.int16)
    place[sorted(range(len(words)), key=words.__getitem__)] = np.arange(len(words))
    return Coded(sorted(words), place[told.indices.to_numpy()])


def register(connection: Connection, name: str, columns: dict[str, Any]) -> None:
    """Make a temporary table `name` from arrays."""
    connection.register("map_given", pa.table(columns))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM map_given")
    connection.unregister("map_given")


def _interned(column: pa.ChunkedArray) -> Any:
    """Return texts as objects, each distinct one made once: a million repeated words cost a dozen objects."""
    coded = column.combine_chunks().dictionary_encode()
    words = np.array([*coded.dictionary.to_pylist(), None], object)
    return words[coded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)]
