"""Reads the people and ties of a run as columns ready to lay out, show and export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from pipelines.documents.read import cleaned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.warehouse.store import Connection

SQL = "pipelines.documents.map.sql"
MAX_PEOPLE, MAX_TIES = 20_000, 200_000


@dataclass(frozen=True, slots=True)
class Ecosystem:
    """People (one dict each, best influence first), communities, and ties as arrays of positions among the people."""

    brief: str
    run_id: str
    people: list[dict[str, Any]]
    communities: list[dict[str, Any]]
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    weight: NDArray[np.float64]
    kinds: list[list[str]]

    def groups(self) -> NDArray[np.int32]:
        """Return each person's community as its place in `communities`; -1 when there is none."""
        place = {item["community_id"]: at for at, item in enumerate(self.communities)}
        return np.array([place.get(item["community_id"], -1) for item in self.people], dtype=np.int32)


def ecosystem_graph(
    con: Connection, brief: str, run_id: str, *, people: int = MAX_PEOPLE, ties: int = MAX_TIES
) -> Ecosystem:
    """Return at most `people` people by influence and the `ties` strongest ties among them."""
    run = {"brief": brief, "run_id": run_id}
    found = con.sql(query("people", SQL), params={**run, "people": people}).to_arrow_table().to_pylist()
    ids = [item["person_id"] for item in found]
    con.register("shown_people", pa.table({"person_id": pa.array(ids, pa.string()), "place": range(len(ids))}))
    edges = con.sql(query("ties", SQL), params={"run_id": run_id, "ties": ties}).to_arrow_table()
    con.unregister("shown_people")
    communities = con.sql(query("communities", SQL), params=run).to_arrow_table().to_pylist()
    return Ecosystem(
        brief=brief,
        run_id=run_id,
        people=[cleaned(item) for item in found],
        communities=[cleaned(item) for item in communities],
        source=np.asarray(edges["source"].to_numpy(), dtype=np.int32),
        target=np.asarray(edges["target"].to_numpy(), dtype=np.int32),
        weight=np.asarray(edges["weight"].to_numpy(), dtype=np.float64),
        kinds=edges["kinds"].to_pylist(),
    )
