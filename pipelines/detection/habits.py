"""How saturated with sponsored posts a person is, and how likely to answer somebody whom they do not follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from pipelines.detection.map_columns import SQL, arrays

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from data.warehouse.store import Connection
    from graph.columns import Floats, World

WINDOW_DAYS = 90
# Of fewer posts read, a share of sponsored ones says nothing.
FEWEST_READ = 5
Z = 1.96


def habits(connection: Connection, world: World) -> pa.Table:
    """Return the rows of ecosystem.habits, brief and run_id aside, for everybody with a place in a segment.

    `saturation` is sponsored posts over posts read in ninety days, NULL under five; `answer_rate` the share, of the
    posts addressed to them by people they do not follow, that they answered, with its Wilson interval, NULL where no
    answer of anybody was read on that network; `answer_hours` the median delay. `follows_known` is false where no
    source says whom they follow: then everybody is a stranger.
    """
    people = connection.sql("SELECT person FROM voice_participants ORDER BY person").to_arrow_table()
    rows = people["person"].to_numpy().astype(np.int64)
    seen = _spread(connection, "habits_sponsored", len(world.people), {"days": WINDOW_DAYS})
    asks = _spread(connection, "habits_answers", len(world.people), {})
    posts, read, sponsored = (np.nan_to_num(seen[name][rows]) for name in ("posts_90", "read_90", "sponsored_90"))
    asked, answered = (np.nan_to_num(asks[name][rows]) for name in ("asked", "answered"))
    heard = answers_read(world.people.source[rows], answered)
    low, high = wilson(answered, np.where(heard, asked, 0))
    known = asks["follows_known"][rows]
    columns = {
        "person_id": pa.array(world.people.person_id[rows].tolist(), pa.string()),
        "posts_90": _whole(posts),
        "sponsored_90": _whole(np.where(read > 0, sponsored, np.nan)),
        "saturation": _figure(np.where(read >= FEWEST_READ, sponsored / np.maximum(read, 1), np.nan)),
        "asked": _whole(asked),
        "answered": _whole(answered),
        "answer_rate": _figure(np.where((asked > 0) & heard, answered / np.maximum(asked, 1), np.nan)),
        "answer_rate_low": _figure(low),
        "answer_rate_high": _figure(high),
        "answer_hours": _figure(asks["answer_hours"][rows]),
        "follows_known": pa.array([value == 1 for value in known.tolist()], pa.bool_()),
    }
    kept = (posts > 0) | (asked > 0)
    return pa.table(columns).filter(pa.array(kept))


def answers_read(source: NDArray[Any], answered: Floats) -> NDArray[np.bool_]:
    """Tell on whose network anybody's answers were read: elsewhere silence tells nothing. One row per person."""
    return np.isin(source, np.unique(source[answered > 0]))


def wilson(hits: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % interval of a share, NaN without trials.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    trials = np.maximum(n, 1.0)
    share = hits / trials
    middle = share + Z**2 / (2 * trials)
    half = Z * np.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2))
    bounds = [np.where(n > 0, (middle + sign * half) / (1 + Z**2 / trials), np.nan) for sign in (-1, 1)]
    known = np.where(n > 0, share, np.nan)
    return np.clip(bounds[0], 0.0, known), np.clip(bounds[1], known, 1.0)  # rounding must not leave the share outside


def _spread(connection: Connection, name: str, n: int, values: dict[str, Any]) -> dict[str, Any]:
    """Return a query's columns with one value per person of the world, NaN or None where there is no row."""
    found = arrays(connection.sql(query(name, SQL), params=values).to_arrow_table())
    person = found.pop("person").astype(np.int64)
    result = {}
    for column, given in found.items():
        empty = np.full(n, None, object) if given.dtype == object else np.full(n, np.nan)
        empty[person] = given
        result[column] = empty
    return result


def _whole(values: Floats) -> pa.Array:
    return pa.array(values, mask=~np.isfinite(values)).cast(pa.int32(), safe=False)


def _figure(values: Floats) -> pa.Array:
    return pa.array(np.asarray(values, np.float64), mask=~np.isfinite(values))
