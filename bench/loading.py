"""Loading posts from JSON lines into the warehouse, beside DuckDB reading the same file straight into a table."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.row import Row, peak_mb, tell
from data.imports.registry import import_file
from data.warehouse.store import connect, open_store

POSTS = 200_000


def write_posts(path: Path, count: int, people: int = 5_000) -> None:
    """Write `count` posts of `people` as the project's own JSON lines."""
    with path.open("w", encoding="utf-8") as handle:
        for number in range(count):
            post = {
                "type": "post",
                "post_id": f"bench:{number}",
                "account_id": f"bench:u{number % people}",
                "source": "bench",
                "native_id": str(number),
                "published_at": f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}T10:00:00Z",
                "text": f"Recette {number} : un V60, {number % 30} grammes, une eau à {80 + number % 20} degrés #cafe",
                "hashtags": ["cafe"],
                "likes": number % 400,
                "reposts": number % 40,
            }
            handle.write(json.dumps(post, ensure_ascii=False) + "\n")


def main(count: int = POSTS) -> None:
    """Print the row."""
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "posts.jsonl"
        write_posts(path, count)
        connection = connect(Path(scratch) / "straight.duckdb")
        started = time.perf_counter()
        connection.execute(f"CREATE TABLE posts AS SELECT * FROM read_json('{path}', format = 'newline_delimited')")
        connection.execute("CHECKPOINT")
        straight = time.perf_counter() - started
        connection.close()
        started = time.perf_counter()
        with open_store(Path(scratch) / "work.duckdb") as store:
            import_file(store, "jsonl", path, brief="bench")
        ours = time.perf_counter() - started
    name = "DuckDB read_json straight into a table"
    tell(Row("loading", f"{count:,} posts", "rows/s", count / ours, name, count / straight, peak_mb()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else POSTS)
