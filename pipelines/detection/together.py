"""Who is named together: ties of co-occurrence, told by third persons and given by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from graph.company import Company
from pipelines.detection.map_columns import SQL, arrays

if TYPE_CHECKING:
    from datetime import datetime

    from data.warehouse.store import Connection
    from graph.columns import World

# One namer may have a habit; more names than this in one post are a list.
FEWEST_NAMERS, MOST_NAMES = 2, 10


def read_together(connection: Connection, as_of: datetime) -> tuple[Company, pa.Table]:
    """Return who is named together as the graph room's columns, and the same as rows (persons by number)."""
    values = {"as_of": as_of, "least": FEWEST_NAMERS, "most": MOST_NAMES}
    rows = connection.sql(query("together", SQL), params=values).to_arrow_table()
    columns = arrays(rows.select(["person", "other", "namers", "age_days"]))
    one, other = (columns[name].astype(np.int32) for name in ("person", "other"))
    return Company(one, other, columns["namers"], columns["age_days"]), rows


def together_rows(world: World, rows: pa.Table) -> pa.Table:
    """Return the rows of ecosystem.together, brief and run_id aside: each pair from both sides."""
    ids = world.people.person_id
    one, other = (rows[name].to_numpy().astype(np.int64) for name in ("person", "other"))
    rest = rows.select(["namers", "posts", "first_at", "last_at", "evidence_post"])
    sides = [
        pa.table(
            {"person_id": pa.array(ids[a].tolist(), pa.string()), "other_id": pa.array(ids[b].tolist(), pa.string())}
        )
        for a, b in ((one, other), (other, one))
    ]
    for name in rest.column_names:
        sides = [side.append_column(name, rest[name]) for side in sides]
    return pa.concat_tables(sides)
