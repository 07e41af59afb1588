"""Steps 2 and 3 on a warehouse of 100,000 people, a million posts and 2 million ties in eight segments.

Then again after one new day of posts, beside the first run. Run it as `python -m bench.mapping [--people N]` from the
root. The whole has no reference: nothing else does the same work.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from bench.graph import arrays
from bench.row import Row, peak_mb, tell
from data.brief.model import Brief, Segment
from data.warehouse.store import connect, migrate
from pipelines.detection.detection import detect
from pipelines.detection.mapping import map_ecosystem

if TYPE_CHECKING:
    from data.warehouse.store import Connection

PEOPLE, POSTS_EACH, TIES_EACH, SEGMENTS = 100_000, 10, 20, 8
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
FILL = (
    """INSERT INTO core.accounts (account_id, source, native_id, handle, display_name, language, consent)
       SELECT 'a' || i, 'net', 'a' || i, 'h' || i, 'h' || i, ['fr', 'en'][1 + i % 2], 'allow'
       FROM range(getvariable('n')) t(i)""",
    "INSERT INTO core.person_accounts SELECT 'person:a' || i, 'a' || i, NULL, NULL FROM range(getvariable('n')) t(i)",
    "INSERT INTO core.brief_accounts SELECT 'bench', 'a' || i, NULL FROM range(getvariable('n')) t(i)",
    """INSERT INTO core.account_observations (account_id, observed_at, followers)
       SELECT 'a' || i, TIMESTAMPTZ '2026-05-31', exp(4 + 1e-4 * (hash(i) % 60000))::INT
       FROM range(getvariable('n')) t(i)""",
    """INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text)
       SELECT 'p' || i, 'a' || (i % getvariable('n')), 'net', 'p' || i, 'post',
              TIMESTAMPTZ '2026-05-31' - to_days((hash(i) % 360)::INT), 'text ' || i
       FROM range(getvariable('posts')) t(i)""",
    """INSERT INTO core.post_observations (post_id, observed_at, likes)
       SELECT 'p' || i, TIMESTAMPTZ '2026-05-31', hash(i) % 40 FROM range(getvariable('posts')) t(i)""",
    "INSERT INTO core.brief_posts SELECT 'bench', post_id, NULL FROM core.posts",
    "INSERT INTO nlp.judged SELECT 'bench', post_id, 0, 'q' FROM core.posts",
    """INSERT INTO detection.hits
       SELECT 'bench', 'r1', 'p' || i, 'segment ' || (i % getvariable('n')) // 500 % getvariable('segments'),
              0.4 + (hash(i) % 60) / 100, true, ['word'], []
       FROM range(getvariable('posts')) t(i) WHERE hash(i) % 2 = 0""",
    """INSERT INTO core.ties
       SELECT 'a' || source, 'a' || target, ['repost', 'mention', 'follow'][1 + source % 3], 1,
              TIMESTAMPTZ '2026-01-01', TIMESTAMPTZ '2026-05-01', NULL FROM given_ties""",
)


def fill(connection: Connection, people: int) -> None:
    """Write the world; a fifth of the time of a run, and not timed."""
    source, target = arrays(people, people * TIES_EACH)
    connection.register("given_ties", pa.table({"source": source, "target": target}))
    for name, value in {"n": people, "posts": people * POSTS_EACH, "segments": SEGMENTS}.items():
        connection.execute(f"SET VARIABLE {name} = {value}")
    for statement in FILL:
        connection.execute(statement)


NEW_DAY = (
    """INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text)
       SELECT 'q' || i, 'a' || (hash(i) % getvariable('n')), 'net', 'q' || i, 'post',
              TIMESTAMPTZ '2026-06-01 12:00:00', 'new text ' || i
       FROM range(getvariable('posts') // 360) t(i)""",
    """INSERT INTO core.post_observations (post_id, observed_at, likes)
       SELECT 'q' || i, TIMESTAMPTZ '2026-06-01 18:00:00', hash(i) % 40 FROM range(getvariable('posts') // 360) t(i)""",
    "INSERT INTO core.brief_posts SELECT 'bench', post_id, NULL FROM core.posts WHERE post_id LIKE 'q%'",
    "INSERT INTO nlp.judged SELECT 'bench', post_id, 0, 'q' FROM core.posts WHERE post_id LIKE 'q%'",
    """INSERT INTO detection.hits
       SELECT 'bench', 'r2', 'q' || i, 'segment ' || (hash(i) % getvariable('n')) // 500 % getvariable('segments'),
              0.4 + (hash(i) % 60) / 100, true, ['word'], []
       FROM range(getvariable('posts') // 360) t(i) WHERE hash(i) % 2 = 0""",
    """UPDATE core.ties SET weight = weight + 1, last_at = TIMESTAMPTZ '2026-06-01 12:00:00'
       WHERE hash(from_account, to_account) % 360 = 0""",
    "UPDATE detection.hits SET run_id = 'r2' WHERE run_id = 'r1'",
)


def run(connection: Connection, brief: Brief, run_id: str, as_of: datetime) -> tuple[float, float]:
    """Map, detect and store one run; return its seconds on the wall and on the processor."""
    connection.execute(
        "INSERT INTO detection.runs VALUES (?, 'bench', ?, NULL, 'running', ?, '1', 'h', NULL)", [run_id, as_of, as_of]
    )
    started, worked = time.perf_counter(), time.process_time()
    for work in (map_ecosystem(connection, brief, run_id, as_of), None):
        tables = work or detect(connection, brief, run_id, as_of, {})
        for name, rows in tables.items():
            connection.register("result_rows", rows)
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM result_rows")
            connection.unregister("result_rows")
    seconds = time.perf_counter() - started, time.process_time() - worked
    connection.execute("UPDATE detection.runs SET state = 'finished', finished_at = as_of WHERE run_id = ?", [run_id])
    return seconds


def main() -> None:
    """Print the row of one mapping and detection, SQL and intervals included, and of the next day's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args().people
    connection = connect()
    migrate(connection)
    fill(connection, people)
    brief = Brief(name="bench", segments=tuple(Segment(f"segment {i}", "word") for i in range(SEGMENTS)))
    whole, whole_cpu = run(connection, brief, "r1", AS_OF)
    size = f"{people:,} people, {people * POSTS_EACH:,} posts, {people * TIES_EACH:,} ties, {SEGMENTS} segments"
    memory = round(peak_mb())
    tell(Row("mapping and detection, intervals included", size, "s", round(whole, 1), memory_mb=memory))
    for statement in NEW_DAY:
        connection.execute(statement)
    again, again_cpu = run(connection, brief, "r2", AS_OF + timedelta(days=1))
    day = f"{people * POSTS_EACH // 360:,} posts more, one day later"
    tell(Row("mapping again", day, "s", round(again, 1), "the whole", round(whole, 1), round(peak_mb())))
    sys.stderr.write(f"processor: {whole_cpu:.1f} s whole, {again_cpu:.1f} s again ({again_cpu / whole_cpu:.0%})\n")
    carried = connection.execute(
        "SELECT part, count(*), max(changed), max(drift) FROM ecosystem.carried GROUP BY ALL"
    ).fetchall()
    sys.stderr.write(f"carried over: {carried}\n")


if __name__ == "__main__":
    main()
