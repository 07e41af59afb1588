"""A crawl says what it asks, of whom, what it yielded, how long is left and why it waits; the log says it in JSON lines."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace

from crawlers import worker
from crawlers.run import CrawlProgress, crawl
from pipelines.detection.collect import _progress


def test_the_log_holds_structured_lines(mastodon, mastodon_job):
    job = mastodon_job()
    crawl(job)
    lines = Path(job.path).with_suffix(".log").read_text().splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{") and '"crawl"' in line]
    assert told
    assert {"at", "crawl", "sent", "budget", "queued", "accounts", "records", "host", "left", "waits"} <= set(told[0])


def test_the_time_left_is_told_once_it_is_known(mastodon, mastodon_job):
    seen = []
    crawl(mastodon_job(), seen.append)
    assert seen[0].left is None
    assert seen[-1].left == 0
    assert all(one.waits >= 0 for one in seen)


def test_what_is_shown_says_why_it_waits_in_both_languages():
    seen = CrawlProgress(
        sent=10, budget=100, queued=20, accounts=4, records=90, host="https://x.example:443", left=130.0, waits=42.0
    )
    shown = _progress(seen)
    assert (shown.done, shown.total) == (10, 100)
    assert "2 min at most" in shown.detail.en
    assert "waits 42 s" in shown.detail.en
    assert "2 min au plus" in shown.detail.fr
    assert "attend 42 s" in shown.detail.fr
    calm = _progress(CrawlProgress(10, 100, 20, 4, 90, "https://x.example:443"))
    assert "wait" not in calm.detail.en
    assert "min" not in calm.detail.en


def teller(told, busy=0.0):
    """A teller of a crawl whose queue takes `busy` seconds of the processor to count."""

    def queued():
        until = time.process_time() + busy
        while time.process_time() < until:
            pass
        return 7

    frontier = SimpleNamespace(queued=queued, wait=lambda: None)
    job = SimpleNamespace(request_budget=10, brief="test")
    shown = {"sent": 0, "accounts": 0, "records": 0, "last_host": "", "stopped": {}}
    conductor = SimpleNamespace(**shown, frontier=frontier, job=job)
    return worker._Teller(conductor, told.append)


def test_progress_is_told_twice_a_second_at_most(capsys):
    told = []
    one = teller(told)
    one.now()
    for _ in range(100):
        one.maybe()
    assert len(told) == 1
    assert told[0]["progress"]["queued"] == 7
    assert one.every == worker.TELL_EVERY
    assert "test" in capsys.readouterr().err


def test_a_queue_that_takes_long_to_count_is_counted_more_seldom():
    told = []
    one = teller(told, busy=0.03)
    one.now()
    assert 1.5 <= one.every <= worker.SELDOM
    one.last -= one.every
    one.maybe()
    assert len(told) == 2
