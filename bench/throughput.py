"""Pages a second on loopback, politeness off: the crawl, frontier and recording included, beside a bare Scrapy spider.

Both ask the same server for the same pages and parse them with the same connector under the same tuned settings and
use of memory, in turns; each figure is the best of the rounds, starts left out. Processor time is what a page more
costs, user and system: steadier than the clock where others share the machine. Run it as
`python -m bench.throughput [--pages N] [--long N]`; `--long 200000` adds a crawl of so many requests and tells by how
much its memory grew over the second half.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson

from bench.row import Row, tell
from crawlers.job import CrawlJob, SourceJob, Speed
from crawlers.run import crawl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGES, ROUNDS, POSTS = 3000, 2, 20
MODULE = (sys.executable, "-m")


class Serving:
    """The server in a process of its own; `bases` are its two hosts."""

    def __enter__(self) -> list[str]:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.pages_server", str(POSTS)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        return [f"http://127.0.0.1:{port}" for port in orjson.loads(self.process.stdout.readline())]

    def __exit__(self, *_exc: object) -> None:
        self.process.kill()
        self.process.wait()


def bare(base: str, pages: int) -> float:
    """Return the pages a second of the bare spider, its start left out."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare_spider", base, str(pages)], stdout=subprocess.PIPE, check=True, text=True
    )
    seconds, records = done.stdout.split()
    assert int(records) > pages * POSTS
    return pages / float(seconds)


def ours(base: str, pages: int, path: Path) -> float:
    """Return the pages a second of a whole crawl from its first to its last answer."""
    crawl(job_of(base, pages, path))
    db = sqlite3.connect(path)
    first, last, done = db.execute(
        "SELECT min(sent_at), max(done_at), count(*) FROM requests WHERE purpose = 'tag' AND state = 'done'"
    ).fetchone()
    posts = db.execute("SELECT count(*) FROM records WHERE kind = 'post'").fetchone()[0]
    db.close()
    if (done, posts) != (pages, pages * POSTS):
        raise RuntimeError(f"{done} pages with {posts} posts, not {pages} with {pages * POSTS}")
    return float(done / (last - first))


def job_of(base: str, pages: int, path: Path) -> CrawlJob:
    """Return the crawl of all pages of one host, at the speed that is allowed on one's own hosts."""
    return CrawlJob(
        path=str(path),
        brief="bench",
        sources=(SourceJob("mastodon", {"instances": [base], "hops": 0}),),
        seed_hashtags=tuple(f"t{n}" for n in range(pages)),
        requests=10 * pages,
        allow_private_hosts=("127.0.0.1",),
        speed=Speed(local_connections=8, total=64),
    )


def processor() -> float:
    """Return the seconds of processor that ended subprocesses have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def costs(run: Callable[[int], float], pages: int) -> tuple[float, float]:
    """Return the pages a second of a run, and the milliseconds of processor that each page past the first few cost."""
    few, marks = max(pages // 10, 1), [processor()]
    run(few)
    marks.append(processor())
    speed = run(pages)
    marks.append(processor())
    start, whole = marks[1] - marks[0], marks[2] - marks[1]
    return speed, 1000 * (whole - start) / (pages - few)


def side_by_side(base: str, pages: int, rounds: int, scratch: Path) -> tuple[list[float], list[float]]:
    """Return the best pages a second and milliseconds a page: ours, then the bare spider's."""
    number = count()
    runs = (lambda n: ours(base, n, scratch / f"{next(number)}.sqlite"), lambda n: bare(base, n))
    taken = [[costs(run, pages) for run in runs] for _ in range(rounds)]
    columns = list(zip(*taken, strict=True))
    return [max(row[0] for row in told) for told in columns], [min(row[1] for row in told) for told in columns]


def split(bases: list[str], pages: int, scratch: Path) -> float:
    """Return the pages a second of a crawl that two processes share, a host each."""
    began, threads = time.perf_counter(), []
    for number, base in enumerate(bases):
        job = job_of(base, pages, scratch / f"part{number}.sqlite")
        threads.append(threading.Thread(target=crawl, args=(job,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return len(bases) * pages / (time.perf_counter() - began)


def memory(base: str, pages: int, path: Path) -> Iterator[float]:
    """Yield the megabytes of the crawl's process at half of its requests and at their end."""
    import psutil

    sizes: list[tuple[int, float]] = []

    def look(seen: Any) -> None:
        held = [
            child.memory_info().rss for child in psutil.Process().children() if "worker" in " ".join(child.cmdline())
        ]
        if held:
            sizes.append((seen.sent, max(held) / 1e6))

    crawl(job_of(base, pages, path), look)
    last = sizes[-1][0]
    yield max(size for sent, size in sizes if sent <= last / 2)
    yield max(size for _, size in sizes)


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--long", type=int, default=0)
    asked = parser.parse_args()
    with Serving() as bases, TemporaryDirectory() as folder:
        scratch = Path(folder)
        speeds, millis = side_by_side(bases[0], asked.pages, asked.rounds, scratch)
        work, reference = f"{asked.pages:,} pages of {POSTS} posts, one process", "a bare Scrapy spider, same parser"
        tell(Row("crawl throughput", work, "pages/s", speeds[0], reference, speeds[1]))
        tell(Row("crawl processor time", work, "ms/page", millis[0], reference, millis[1]))
        both = split(bases, asked.pages, scratch)
        tell(
            Row(
                "crawl throughput",
                "two hosts over two processes, starts included",
                "pages/s",
                both,
                "one process",
                speeds[0],
            )
        )
        if asked.long:
            half, whole = memory(bases[0], asked.long, scratch / "long.sqlite")
            tell(Row("crawl memory", f"{asked.long:,} requests", "MB", whole, "at half of them", half, memory_mb=whole))


if __name__ == "__main__":
    main()
