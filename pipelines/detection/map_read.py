"""Reads a brief's world from the warehouse as the graph room's columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from graph.carried import LONGEST_DAYS, Before, Past
from graph.columns import Acts, People, Posts, World
from pipelines.detection.map_columns import SQL, arrays, coded, register
from pipelines.detection.map_ties import read_ties
from pipelines.detection.method_key import method_key
from pipelines.terms import underived

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from numpy.typing import NDArray

    from data.brief.model import Brand, Brief, Competitor
    from data.warehouse.store import Connection

TABLES = (
    "map_organisations", "map_accounts", "map_people", "map_rows", "map_posts", "map_numbered", "map_matched",
    "map_hits",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Details:
    """What the rows show beside the scores: one value per person (n,), and keyword diversity (n, segments)."""

    account_id: NDArray[np.object_]
    posts_seen: NDArray[np.float64]
    last_post_at: NDArray[np.datetime64]
    engagement_rate: NDArray[np.float64]
    keyword_diversity: NDArray[np.float64]


def prepare(connection: Connection, brief: Brief, run_id: str, as_of: datetime) -> None:
    """Make the temporary tables of one run: accounts, people, posts and hits of the brief, up to `as_of`."""
    _register(connection, "brief_names", ("name", "kind", "counterpart"), list(organisation_names(brief)))
    _register(connection, "brief_segments", ("number", "name"), [(i, s.name) for i, s in enumerate(brief.segments)])
    _register(connection, "underived", ("source",), [(source,) for source in underived(brief)])
    values = {"brief": brief.name, "run_id": run_id, "as_of": as_of}
    for table in TABLES:
        text = query(table, SQL)
        connection.execute(text, {name: value for name, value in values.items() if f"${name}" in text})
    connection.execute(query("account_keys"))


def organisation_names(brief: Brief) -> Iterator[tuple[str, str, str]]:
    """Yield (name as an account may be written, brand or competitor, organisation) for the brief's organisations."""
    if brief.brand is None:
        return
    organisations: list[tuple[str, Brand | Competitor]] = [("brand", brief.brand)]
    organisations += [("competitor", rival) for rival in brief.brand.competitors]
    for kind, organisation in organisations:
        for name in (*organisation.accounts, *organisation.domains):
            yield name.strip().lower().removeprefix("@"), kind, organisation.name


def read_world(connection: Connection, brief: Brief, as_of: datetime) -> World:
    """Return the columns of the prepared tables."""
    people = _people(_columns(connection, "map_people_read"))
    posts = _posts(connection, len(brief.segments))
    ties = read_ties(connection, len(people), len(brief.segments), as_of)
    names, floors = tuple(s.name for s in brief.segments), dict(brief.scale.floors)
    return World(people, posts, ties, names, floors, _acts(connection))


def read_details(connection: Connection, world: World, run_id: str) -> Details:
    """Return what is shown of everybody beside the scores."""
    n = len(world.people)
    told = connection.sql(query("map_seen", SQL)).to_arrow_table()
    seen = arrays(told.drop_columns("last_post_at"))
    person = seen["person"].astype(np.int64)
    posts_seen, rate, last = np.zeros(n), np.full(n, np.nan), np.full(n, np.datetime64("NaT", "us"))
    posts_seen[person], rate[person] = seen["posts_seen"], seen["engagement_rate"]
    last[person] = told["last_post_at"].cast(pa.timestamp("us")).to_numpy()
    diversity = np.full((n, len(world.segments)), np.nan)
    found = _columns(connection, "map_details", run_id=run_id)
    diversity[found["person"].astype(np.int64), found["segment"].astype(np.int64)] = found["keyword_diversity"]
    account = connection.sql("SELECT account_id FROM map_people ORDER BY row_number").to_arrow_table()["account_id"]
    return Details(np.array(account.to_pylist(), object), posts_seen, last, rate, diversity)


def previous_communities(
    connection: Connection, brief: Brief, run_id: str, as_of: datetime, n: int
) -> NDArray[np.object_] | None:
    """Return each person's community (n,) in the last finished run, None when there was no such run."""
    found = _columns(connection, "map_previous", brief=brief.name, run_id=run_id, as_of=as_of)
    if not len(found["row_number"]):
        return None
    result = np.full(n, None, object)
    result[found["row_number"].astype(np.int64)] = found["community_id"]
    return result


def read_past(connection: Connection, brief: Brief, run_id: str, as_of: datetime, n: int) -> Past:
    """Return what the last runs of this very brief leave to this one; nothing when they are old or judged otherwise."""
    values = {"run_id": run_id, "as_of": as_of, "longest": int(LONGEST_DAYS), "method": method_key()}
    rows = arrays(connection.sql(query("map_before", SQL), params={**values, "brief": brief.name}).to_arrow_table())
    segments: list[Before | None] = []
    for number in range(len(brief.segments)):
        mine = np.flatnonzero(rows["segment"] == number)
        segments.append(_before(rows, mine, n) if len(mine) else None)
    found = connection.execute(query("map_firmness", SQL), values).fetchall()
    return Past(segments, {name: firmness for _, name, firmness in found}, found[0][0] if found else None)


def _before(rows: dict[str, Any], mine: NDArray[np.int64], n: int) -> Before:
    person = rows["person"][mine]
    here = np.isfinite(person)
    columns = {}
    for name, values in rows.items():
        if name not in ("segment", "run_id", "person", "error"):
            columns[name] = np.full(n, np.nan)
            columns[name][person[here].astype(np.int64)] = values[mine[here]]
    return Before(str(rows["run_id"][mine[0]]), columns, float(rows["error"][mine[0]]))


def _people(columns: dict[str, Any]) -> People:
    return People(
        person_id=columns["person_id"],
        source=columns["source"],
        language=columns["language"],
        followers=columns["followers"],
        following=columns["following"],
        growth=columns["growth"],
        leap=columns["leap"],
        age_days=columns["age_days"],
        automated=columns["automated"].astype(bool),
        kind=columns["kind"],
        hidden=columns["hidden"].astype(bool),
    )


def _posts(connection: Connection, segments: int) -> Posts:
    given = connection.sql(query("map_posts_read", SQL)).to_arrow_table()
    columns, kind = arrays(given.drop_columns("kind")), coded(given["kind"])
    relevance = np.full((len(columns["person"]), segments), np.nan, np.float32, order="F")
    relevance[columns["judged"].astype(bool)] = 0.0
    hits = _arrow(connection, "SELECT post, segment, relevance FROM map_hits")
    relevance[hits["post"].astype(np.int64), hits["segment"].astype(np.int64)] = hits["relevance"]
    return Posts(
        person=columns["person"].astype(np.int32),
        age_days=columns["age_days"],
        kind=kind,
        reactions=columns["reactions"],
        relevance=relevance,
        copies=columns["copies"].astype(np.int32),
        others=columns["others"].astype(np.int32),
        generic=columns["generic"].astype(bool),
    )


def _acts(connection: Connection) -> Acts:
    columns = _columns(connection, "map_acts")
    whole = {name: columns[name].astype(np.int64) for name in ("giver", "receiver", "post", "own")}
    return Acts(**whole, at=columns["at"], minutes=columns["minutes"])


def _columns(connection: Connection, name: str, **values: Any) -> dict[str, Any]:
    return _arrow(connection, query(name, SQL), values)


def _arrow(connection: Connection, text: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
    return arrays(connection.sql(text, params=values or {}).to_arrow_table())


def _register(connection: Connection, name: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    types = [pa.int32() if column == "number" else pa.string() for column in columns]
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    register(connection, name, {c: pa.array(v, t) for c, v, t in zip(columns, values, types, strict=True)})
