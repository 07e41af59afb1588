"""Anything that was fetched says why: the requests that led to it, from the seed on."""

from __future__ import annotations

import json
import sqlite3

import pytest

from app.cli import run
from crawlers.run import crawl
from crawlers.trace import drift, way_to

SCORER = {"scorer": "pipelines.focus:make_scorer", "scorer_config": {"queries": {"s": "coffee"}, "weights": {"s": 1.0}}}


@pytest.fixture
def crawled(mastodon, mastodon_job):
    job = mastodon_job(**SCORER)
    crawl(job)
    return job


def test_a_post_leads_back_to_the_seed(mastodon, crawled):
    post = next(post for post in mastodon.posts if post["account"] == "p9")
    way = way_to(crawled.path, f"ap:{post['uri']}")
    assert way[0]["purpose"] == "instance"
    assert way[-1]["purpose"] == "statuses"
    assert way[-1]["who"] == f"ap:{mastodon.server.base}/users/p9"
    assert [step["hop"] for step in way] == sorted(step["hop"] for step in way)
    assert all(step["why"] for step in way)


def test_a_person_may_be_named_as_mentions_do(mastodon, crawled):
    told = way_to(crawled.path, f"mastodon:@P9@{mastodon.server.host}")
    assert told
    assert told == way_to(crawled.path, f"ap:{mastodon.server.base}/users/p9")


def test_nothing_leads_to_what_was_never_seen(crawled):
    assert way_to(crawled.path, "ap:https://nobody.example/users/x") == []


def test_the_drift_is_told_hop_after_hop(crawled):
    hops = drift(crawled.path)
    assert [row["hop"] for row in hops] == list(range(len(hops)))
    assert sum(row["visits"] for row in hops) >= 29
    assert all(row["relevant"] <= row["visits"] <= row["requests"] for row in hops)


def test_the_command_says_it(mastodon, crawled, tmp_path, capsys):
    root = tmp_path / "ws"
    assert run(["init", str(root)]) == 0
    where = ["--workspace", str(root), "--lang", "en"]
    assert run(["why", "exemple", *where]) == 2
    assert "no crawl yet" in capsys.readouterr().err
    (root / ".vigie" / "crawls").mkdir(parents=True, exist_ok=True)
    (tmp_path / "crawl.sqlite").rename(root / ".vigie" / "crawls" / "exemple.sqlite")
    capsys.readouterr()
    assert run(["why", "exemple", f"ap:{mastodon.server.base}/users/p9", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)[-1]["url"].startswith(mastodon.server.base)
    assert run(["why", "exemple", *where]) == 0
    assert "on the subject" in capsys.readouterr().out
    assert run(["why", "exemple", "nowhere", *where]) == 2


def test_the_file_of_an_earlier_version_is_read_as_well(mastodon, crawled):
    """Only reading it must not end in a missing column: it is brought up to date first."""
    before = drift(crawled.path)
    db = sqlite3.connect(crawled.path)
    db.executescript(
        "DROP VIEW ledger; ALTER TABLE requests DROP COLUMN relevant; ALTER TABLE requests DROP COLUMN gain"
    )
    db.close()
    after = drift(crawled.path)
    assert [row["requests"] for row in after] == [row["requests"] for row in before]
