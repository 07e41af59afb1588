"""Language, disclosure, topical fit and tone of a million posts in the warehouse, and the most memory it takes.

Run it as `python -m bench.reading [POSTS]` from the root. The posts are written by a process of their own, so that the
memory shown is that of reading them. It has no reference: nothing else does the same work.
"""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.row import Row, peak_mb, tell

if TYPE_CHECKING:
    from data.warehouse.store import Connection

POSTS = 1_000_000
CHUNK = 100_000
AUTHORS = 20_000
FILL = (
    """INSERT INTO core.accounts (account_id, source, native_id, handle, consent)
       SELECT DISTINCT account_id, 'net', account_id, account_id, 'allow' FROM given_posts
       ON CONFLICT DO NOTHING""",
    """INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text)
       SELECT post_id, account_id, 'net', post_id, 'post', TIMESTAMPTZ '2026-05-31', text FROM given_posts""",
    """INSERT INTO core.post_observations (post_id, observed_at, likes)
       SELECT post_id, TIMESTAMPTZ '2026-05-31', hash(post_id) % 40 FROM given_posts""",
    "INSERT INTO core.brief_posts SELECT 'bench', post_id, NULL FROM given_posts",
)


def fill(connection: Connection, posts: int) -> None:
    """Write texts of 8 to 24 words drawn from a language's frequencies; every text is another, a third are French."""
    import pyarrow as pa

    from bench.topical import make_texts

    for start in range(0, posts, CHUNK):
        count = min(CHUNK, posts - start)
        texts = make_texts(count, seed=start, language="fr" if start // CHUNK % 3 == 1 else "en")
        numbers = range(start, start + count)
        table = pa.table(
            {
                "post_id": [f"p{number * 7919 % posts:07d}" for number in numbers],
                "account_id": [f"a{number % AUTHORS}" for number in numbers],
                "text": texts,
            }
        )
        connection.register("given_posts", table)
        for statement in FILL:
            connection.execute(statement)
        connection.unregister("given_posts")


def read(connection: Connection) -> None:
    """Read every post for a brief of eight segments."""
    from bench.topical import make_queries
    from data.brief.model import Brief, Segment
    from pipelines.detection.enrich import enrich
    from pipelines.detection.study import study

    segments = tuple(Segment(f"s{i}", text) for i, text in enumerate(make_queries()))
    brief = Brief(name="bench", segments=segments, as_of=datetime(2026, 6, 1, tzinfo=UTC))
    enrich(connection, brief, study(brief), "r1")


def main(posts: int = POSTS) -> None:
    """Print the row of a first reading, and that of a second one, which finds nothing new."""
    from data.warehouse.store import open_store

    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "store.duckdb"
        subprocess.run([sys.executable, "-m", "bench.reading", "--fill", str(path), str(posts)], check=True)
        with open_store(path) as connection:
            for work in (f"{posts:,} posts, 8 segments", f"{posts:,} posts, nothing new"):
                started = time.perf_counter()
                read(connection)
                tell(Row("reading texts", work, "s", time.perf_counter() - started, memory_mb=peak_mb()))


def main_fill(path: Path, posts: int) -> None:
    """Make the store that `main` reads."""
    from data.warehouse.store import open_store

    with open_store(path) as connection:
        fill(connection, posts)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill"]:
        main_fill(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else POSTS)
