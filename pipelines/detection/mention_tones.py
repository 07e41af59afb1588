"""The tone of each post towards each organisation that it names: only the clauses around the name are judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from data.warehouse.sql import query
from nlp import tone
from nlp.facts.citations import spans_of
from nlp.facts.posts import Post
from pipelines.detection.map_columns import SQL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.warehouse.store import Connection

BATCH = 5_000


def mention_tones(connection: Connection, names: Mapping[str, Sequence[str]]) -> None:
    """Make the temporary table map_mention_tones (post, counterpart, tone) from map_mentions.

    `names` gives the words of each organisation. A post that only links to it, or whose words are not found, is judged
    whole; NULL where there is no tone to tell.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE map_mention_tones (post BIGINT, counterpart VARCHAR, tone DOUBLE)")
    if not names:
        return
    after: dict[str, int | str] = {"post": -1, "counterpart": ""}
    while rows := connection.execute(query("relate_mentions", SQL), {**after, "batch": BATCH}).fetchall():
        _write(connection, rows, names)
        after = {"post": rows[-1][0], "counterpart": rows[-1][1]}


def _write(
    connection: Connection, rows: Sequence[tuple[int, str, str, str | None]], names: Mapping[str, Sequence[str]]
) -> None:
    spans = [_spans(text, name, names) for _, name, text, _ in rows]
    _, scores = tone.tone([row[2] for row in rows], [row[3] for row in rows], spans)
    table = pa.table(
        {
            "post": pa.array([row[0] for row in rows], pa.int64()),
            "counterpart": pa.array([row[1] for row in rows], pa.string()),
            "tone": pa.array(scores, pa.float64(), from_pandas=True),
        }
    )
    connection.register("toned", table)
    connection.execute("INSERT INTO map_mention_tones SELECT * FROM toned")
    connection.unregister("toned")


def _spans(text: str, name: str, names: Mapping[str, Sequence[str]]) -> tuple[tuple[int, int], ...] | None:
    found = spans_of([Post(post_id="", text=text)], {name: names.get(name, ())})
    return found[0].spans or None if found else None
