"""A whole crawl over real HTTP, in its own process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawlers.job import CrawlJob, SourceJob
from crawlers.results import handed_over, read_records
from crawlers.run import CrawlProgress, crawl
from data.errors import UserError


def records(job, kind=None):
    rows = [json.loads(collected.line) for collected in read_records(job.path)]
    return [row for row in rows if kind in {None, row["type"]}]


def test_everyone_reachable_is_found_with_all_their_posts_once(mastodon, mastodon_job):
    job = mastodon_job()
    report = crawl(job)
    posts = records(job, "post")
    expected = {f"ap:{post['uri']}" for post in mastodon.posts if post["account"] != "shy"}
    boosts_of_shy = {
        f"ap:{post['uri']}" for post in mastodon.posts if post["reblog"] and post["reblog"]["account"] == "shy"
    }
    assert report.finished
    assert not report.degraded
    assert {post["post_id"] for post in posts} == expected - boosts_of_shy | (
        boosts_of_shy & {p["post_id"] for p in posts}
    )
    assert len(posts) == len({post["post_id"] for post in posts})
    assert {row["handle"] for row in records(job, "account") if row["consent"] == "allow"} == {
        f"@p{number}@{mastodon.server.host}" for number in range(30)
    }


def test_progress_is_told(mastodon_job):
    told: list[CrawlProgress] = []
    crawl(mastodon_job(), told.append)
    assert told[-1].sent > 30
    assert told[-1].records > 300
    assert told[-1].queued == 0


def test_who_asked_not_to_be_indexed_leaves_a_marker_and_no_words(mastodon, mastodon_job):
    job = mastodon_job()
    report = crawl(job)
    [shy] = [row for row in records(job, "account") if row["account_id"].endswith("/users/shy")]
    assert shy["consent"] == "deny"
    assert "display_name" not in shy
    assert "secret" not in Path(job.path).read_bytes().decode("latin-1")
    assert report.sources[0].refused > 0
    assert not any("/accounts/1030/" in path for path in mastodon.server.paths())


def test_a_second_crawl_of_an_unchanged_server_is_conditional_and_finds_nothing_new(mastodon, mastodon_job):
    first = crawl(mastodon_job()).sources[0]
    handed_over(mastodon_job().path)
    second = crawl(mastodon_job()).sources[0]
    assert second.full_answers < first.full_answers / 3
    assert second.new_records == 0
    assert second.not_modified > 20


def test_without_validators_a_second_crawl_is_incremental(mastodon, mastodon_job):
    mastodon.etags = False
    first = crawl(mastodon_job()).sources[0]
    handed_over(mastodon_job().path)
    mastodon.server.log.clear()
    mastodon.post("p4", "something new")
    second = crawl(mastodon_job()).sources[0]
    lists = [path for path in mastodon.server.paths() if "/statuses" in path or "/tag/" in path]
    assert second.new_records == 1
    assert second.requests < first.requests
    assert all("min_id=" in path for path in lists)


def test_a_second_crawl_finds_what_was_posted_between(mastodon, mastodon_job):
    crawl(mastodon_job())
    handed_over(mastodon_job().path)
    for number in range(100):
        mastodon.post("p5", f"burst {number}")
    report = crawl(mastodon_job())
    assert report.new_records == 100
    assert sum(1 for row in records(mastodon_job(), "post") if "burst" in row["text"]) == 100


def test_records_stay_until_they_are_handed_over(mastodon_job):
    job = mastodon_job()
    crawl(job)
    before = len(records(job))
    crawl(job)  # nothing changed: all 304
    assert len(records(job)) == before
    assert handed_over(job.path) == before
    assert records(job) == []


def test_the_request_budget_is_kept(mastodon, mastodon_job):
    report = crawl(mastodon_job(max_requests=10))
    assert report.finished
    assert report.stop == "budget"
    assert len([path for path in mastodon.server.paths() if path != "/robots.txt"]) == 10


def test_the_account_budget_is_kept(mastodon, mastodon_job):
    crawl(mastodon_job(accounts=5))
    asked = {path.split("/")[4] for path in mastodon.server.paths() if "/statuses" in path}
    assert len(asked) == 5


def test_posts_before_the_window_are_left_alone(mastodon, mastodon_job):
    job = mastodon_job(days_since="2026-06-15T00:00:00+00:00")
    crawl(job)
    assert records(job, "post")
    assert all(row["published_at"] >= "2026-06-15" for row in records(job, "post"))


def test_people_curated_out_are_not_asked_about(mastodon, mastodon_job):
    crawl(mastodon_job(curation={f"ap:{mastodon.server.base}/users/p1": "out"}))
    assert not any("/accounts/1001/statuses" in path for path in mastodon.server.paths())


def test_people_who_objected_leave_nothing_at_all(mastodon, mastodon_job):
    import hashlib
    import hmac

    key = b"secret key"
    hashed = hmac.new(key, f"ap:{mastodon.server.base}/users/p1".lower().encode(), hashlib.sha256).hexdigest()
    job = mastodon_job(suppression=(hashed,), suppression_key=key.hex())
    crawl(job)
    told = json.dumps(
        [row for row in records(job) if row["type"] == "account" or row.get("account_id", "").endswith("/p1")]
    )
    assert '/users/p1"' not in told


def test_the_user_agent_is_honest(mastodon, mastodon_job):
    crawl(mastodon_job(contact="mailto:team@brulerie.example"))
    agents = {headers["user-agent"] for _, headers in mastodon.server.log}
    assert len(agents) == 1
    agent = agents.pop()
    assert agent.startswith("vigie/")
    assert "mailto:team@brulerie.example" in agent


def test_a_public_host_needs_a_contact(job):
    with pytest.raises(UserError, match="contact"):
        crawl(job(SourceJob("mastodon", {"instances": ["https://social.example"]}), allow_private_hosts=()))


def test_a_wrong_option_is_the_users_mistake(job):
    with pytest.raises(UserError, match="instances"):
        crawl(job(SourceJob("mastodon", {"instance": ["https://social.example"]}), contact="x"))


def test_a_source_without_anything_to_start_from_is_the_users_mistake(job):
    with pytest.raises(UserError):
        crawl(job(SourceJob("mastodon", {}), contact="mailto:a@b.example"))


def test_modules_in_the_current_folder_are_not_imported(mastodon_job, tmp_path, monkeypatch):
    for name in ("crawlers", "data", "json", "scrapy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a decoy was imported')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert crawl(mastodon_job()).finished


def test_a_job_survives_its_trip_to_the_subprocess(mastodon_job):
    from crawlers.job import job_from_json

    job: CrawlJob = mastodon_job(curation={"a": "in"}, suppression=("00",))
    assert job_from_json(job.to_json()) == job


def test_the_way_somebody_was_found_does_not_depend_on_the_order_of_answers(mastodon_job):
    """A timeline's word stands, whether their own page was read before or after."""
    made = mastodon_job()
    crawl(made)
    ways = {json.loads(record.line)["account_id"].rsplit("/", 1)[1]: record.via for record in read_records(made.path)
            if json.loads(record.line)["type"] == "account"}  # fmt: skip
    assert {name for name, way in ways.items() if way == "timeline: #coffee"} >= {"p0", "p1", "p2"}
    assert ways["p9"] == "crawl"
