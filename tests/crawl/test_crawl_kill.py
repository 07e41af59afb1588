"""A kill at any moment loses nothing and repeats nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawlers.results import read_records
from crawlers.run import crawl

pytestmark = pytest.mark.long

KILLS = 20
TIMES = ("observed_at", "first_seen", "last_seen")
PARENT = """
import sys
from crawlers.job import job_from_json
from crawlers.run import crawl
crawl(job_from_json(sys.stdin.buffer.readline()), lambda progress: print(progress.sent, flush=True))
"""


def rows(path):
    found = [json.loads(collected.line) for collected in read_records(path)]
    plain = [{name: value for name, value in row.items() if name not in TIMES} for row in found]
    return sorted(json.dumps(row, sort_keys=True) for row in plain)


def recorded(path):
    """The addresses whose answers are recorded."""
    db = sqlite3.connect(path)
    done = {url for (url,) in db.execute("SELECT url FROM requests WHERE state = 'done'")}
    db.close()
    return done


@pytest.fixture
def slow(mastodon):
    """The small Mastodon, answering at the pace of a network."""
    answer = mastodon.answer

    def slowly(handler):
        time.sleep(0.02)
        return answer(handler)

    mastodon.server.fallback = slowly
    return mastodon


def worker(job):
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "crawlers.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    process.stdin.write(job.to_json() + b"\n")
    process.stdin.flush()
    return process


def stop(process):
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_twenty_kills_at_random_moments_end_in_the_same_records(slow, mastodon_job, tmp_path):
    untouched = mastodon_job(path=str(tmp_path / "untouched.sqlite"))
    crawl(untouched)
    pace = replace(untouched.speed, local_connections=1)
    job = mastodon_job(path=str(tmp_path / "killed.sqlite"), speed=pace)
    rng, server = random.Random(7), slow.server
    for _ in range(KILLS):
        server.log.clear()
        before = recorded(job.path) if Path(job.path).exists() else set()
        process = worker(replace(job, resume=True))
        process.stdout.readline()  # it has begun
        time.sleep(rng.uniform(0.0, 0.1))
        assert process.poll() is None  # there is still something to kill
        stop(process)
        asked = {f"{server.base}{path}" for path in server.paths()}
        assert not asked & before
    before = recorded(job.path)
    server.log.clear()
    report = crawl(replace(job, resume=True))
    assert not {f"{server.base}{path}" for path in server.paths()} & before
    assert report.finished
    assert rows(job.path) == rows(untouched.path)


def test_the_worker_stops_when_its_parent_is_killed(slow, mastodon_job):
    job = mastodon_job()
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    parent.stdin.write(job.to_json() + b"\n")
    parent.stdin.flush()
    parent.stdout.readline()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    time.sleep(0.5)
    quiet = len(slow.server.log)
    time.sleep(0.5)
    assert len(slow.server.log) == quiet
    parent.stdin.close()
    parent.stdout.close()
    assert crawl(replace(job, resume=True)).finished


def test_a_worker_that_dies_is_told_and_can_be_resumed(slow, mastodon_job):
    from data.errors import VigieError

    job = mastodon_job()

    def shoot(progress):
        children = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=True
        )
        for line in children.stdout.splitlines():
            if "crawlers.worker" in line and progress.sent:
                os.kill(int(line.split()[0]), signal.SIGKILL)

    with pytest.raises(VigieError, match="resume"):
        crawl(job, shoot)
    assert crawl(replace(job, resume=True)).finished


def test_a_finished_crawl_is_not_resumed_but_begun_anew(slow, mastodon_job):
    first = crawl(mastodon_job())
    again = crawl(mastodon_job(resume=True))
    assert (first.cycle, again.cycle) == (1, 2)


def test_a_new_crawl_after_a_kill_still_reads_the_lists_left_half_read(slow, mastodon_job, tmp_path):
    job = mastodon_job()
    process = worker(job)
    process.stdout.readline()
    time.sleep(0.15)
    stop(process)
    report = crawl(job)
    untouched = mastodon_job(path=str(tmp_path / "untouched.sqlite"))
    crawl(untouched)
    assert report.cycle == 2
    assert rows(job.path) == rows(untouched.path)
    assert urlsplit(slow.server.base).port
