"""A whole offline discovery of a synthetic world: 10,000 accounts, 200,000 posts; import, understanding, map, tiers."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.row import Row, peak_mb, tell
from data.sandbox import generate
from pipelines.discovery import STAGES
from pipelines.trial import prepare

ACCOUNTS, POSTS = 10_000, 200_000


def main(accounts: int = ACCOUNTS, posts: int = POSTS) -> None:
    """Print one row per stage that takes a second, and one for the whole."""
    with TemporaryDirectory() as scratch:
        world = Path(scratch) / "world"
        generate(world, accounts=accounts, posts=posts, days=365, seed=1)
        work = f"{accounts:,} accounts, {posts:,} posts"
        begun = started = time.perf_counter()
        discovery = prepare(world, Path(scratch) / "workspace")
        tell(Row("discovery: import", work, "s", time.perf_counter() - started))
        for stage in STAGES:
            started = time.perf_counter()
            stage.do(discovery)
            seconds = time.perf_counter() - started
            if seconds > 1:
                tell(Row(f"discovery: {stage.name.en.lower()}", work, "s", seconds))
        tell(Row("discovery: whole", work, "s", time.perf_counter() - begun, memory_mb=peak_mb()))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
