"""Columns of text, counts and times, put together row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.sandbox.people import Bools, Floats, Ints

_UTC = pa.timestamp("us", tz="UTC")


def join(*parts: Any) -> pa.Array:
    """Concatenate text columns and constants, row by row; a null part makes a null."""
    return pc.binary_join_element_wise(*[p if isinstance(p, pa.Array) else pa.scalar(str(p)) for p in parts], "")


def text(values: Ints) -> pa.Array:
    """Return integers as text."""
    return pa.array(values).cast(pa.string())


def moments(milliseconds: NDArray[Any]) -> pa.Array:
    """Return times as UTC timestamps; NaN is null."""
    values = np.asarray(milliseconds, dtype=np.float64)
    known = np.nan_to_num(values).astype(np.int64) * 1000
    return pa.array(known, pa.int64(), mask=np.isnan(values)).cast(_UTC)


def whole(values: Floats) -> pa.Array:
    """Return counts as integers; NaN is null."""
    return pa.array(np.nan_to_num(values).astype(np.int64), pa.int64(), mask=np.isnan(values))


def where(mask: Bools, yes: Any, no: Any) -> pa.Array:
    """Choose row by row between two columns or constants."""
    return pc.if_else(pa.array(mask), yes, no)
