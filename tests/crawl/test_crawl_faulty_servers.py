"""Whatever servers do wrong, a crawl of many of them ends, names what was wrong, and keeps what was good."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from pathlib import Path

import pytest

from crawlers.job import SourceJob, Speed
from crawlers.results import read_records
from crawlers.run import crawl

spec = importlib.util.spec_from_file_location("vigie_faulty_servers", Path(__file__).with_name("faulty.py"))
faulty = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = faulty
spec.loader.exec_module(faulty)

MOST_REQUESTS = 220  # a list of a hashtag is read to tag_pages · 40 posts, one post per page at worst
HURRIED = Speed(
    retry=0.05,
    backoff=0.05,
    patience=1.0,
    timeout=2.5,
    max_bytes=1_000_000,
    tries=2,
    host_failures=3,
    local_connections=2,
)
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")


@pytest.fixture
def visit(job):
    """Crawl so many faulty servers at once; returns them, the report, and the ids of the posts that were kept."""
    opened = []

    def go(seed, count, limit):
        street = faulty.Neighbourhood(seed, count)
        opened.append(street)
        source = SourceJob("mastodon", {"instances": [one.base for one in street.hosts.values()], "tag_pages": 5})
        made = job(
            source,
            seed_hashtags=("coffee",),
            allow_private_hosts=("127.0.0.0/8",),
            requests=100_000,
            accounts=50_000,
            speed=HURRIED,
        )
        began = time.monotonic()
        report = crawl(made)
        assert time.monotonic() - began < limit
        kept = {json.loads(row.line).get("post_id") for row in read_records(made.path)}
        return street, report, kept

    yield go
    for street in opened:
        street.close()


def check(street, report, kept):
    assert report.finished
    [source] = report.sources
    told = {}
    for trouble in source.troubles:
        told.setdefault(trouble.host.split("://")[-1], set()).add(trouble.kind)
    wrong = []
    for one in street.hosts.values():
        lost = sorted(uri for uri in one.given if f"ap:{uri}" not in kept)
        kinds = told.get(one.host, set()) | (
            told.get(faulty.PRIVATE, set()) if one.fault == "redirect_to_private" else set()
        )
        if lost:
            wrong.append(f"{one.host} {one.fault} on {one.where}: lost {lost[:2]}")
        if one.shown and one.fault in faulty.LOUD and not kinds & set(faulty.LOUD[one.fault]):
            wrong.append(f"{one.host} {one.fault} on {one.where}: told only {sorted(kinds)}")
        if one.requests > MOST_REQUESTS:
            wrong.append(f"{one.host} {one.fault} on {one.where}: asked {one.requests} times")
        if not one.requests:
            wrong.append(f"{one.host} {one.fault}: never asked")
    assert not wrong, "\n".join(wrong)
    assert all(trouble.sentence.fr and trouble.sentence.en for trouble in source.troubles)


@linux_only
def test_sixty_servers_that_go_wrong_each_in_its_own_way(visit):
    street, report, kept = visit(seed=7, count=60, limit=90)
    assert len({one.fault for one in street.hosts.values()}) > 15
    check(street, report, kept)


@linux_only
@pytest.mark.servers
@pytest.mark.timeout(500)
@pytest.mark.parametrize("seed", range(5))
def test_a_thousand_servers_that_go_wrong_in_all(visit, seed):
    street, report, kept = visit(seed=100 + seed, count=200, limit=240)
    check(street, report, kept)
