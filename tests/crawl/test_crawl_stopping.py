"""A source that has nothing more to tell is ended, says why, and the rest of the budget is left; hosts have budgets too."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import run
from crawlers.job import SourceJob
from crawlers.report import read_report
from crawlers.run import CrawlProgress
from crawlers.stopping import Yields
from crawlers.trace import drift, ended
from data.errors import UserError
from pipelines.detection.collect import _progress, _stopped

told = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=60)


@given(told=told, window=st.integers(1, 20), least=st.integers(1, 9), scarce=st.booleans())
def test_a_source_ends_when_its_last_requests_brought_too_little_and_never_before(told, window, least, scarce):
    yields = Yields(window, least)
    for new, relevant in told:
        yields.tell("s", new, min(new, relevant))
    last = told[-window:]
    brought = sum(min(new, relevant) if scarce else new for new, relevant in last)
    stop = yields.verdict("s", scarce=scarce)
    assert (stop is not None) == (len(told) >= window and brought < least)
    if stop is not None:
        assert (stop.brought, stop.window, stop.on_subject) == (brought, window, scarce)
        assert str(window) in stop.sentence.fr
        assert str(window) in stop.sentence.en


@given(told)
def test_switched_off_it_never_ends_one(told):
    yields = Yields(0, 5)
    for new, relevant in told:
        yields.tell("s", new, relevant)
    assert yields.verdict("s", scarce=True) is None


def test_one_source_does_not_end_another():
    yields = Yields(2, 1)
    for _ in range(2):
        yields.tell("dry", 0, 0)
        yields.tell("rich", 4, 4)
    assert yields.verdict("dry", scarce=True)
    assert not yields.verdict("rich", scarce=True)


# --- whole crawls -------------------------------------------------------------------------------------------------

BASE = "http://127.0.0.1:8000"


def entry(number, words):
    return (
        f"<item><guid>{number}</guid><title>{words}</title><link>{BASE}/post/{number}</link>"
        f"<pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate></item>"
    )


def site(world, feeds, posts, words):
    """Feeds of posts; every post has its page."""
    for one in range(feeds):
        items = "".join(entry(one * posts + n, words) for n in range(posts))
        body = f"<rss version='2.0'><channel><title>F{one}</title><link>{BASE}/{one}</link>{items}</channel></rss>"
        world.pages[f"{BASE}/feed{one}"] = (200, {"Content-Type": "application/rss+xml"}, body)
    for number in range(feeds * posts):
        page = f"<article><h1>{words}</h1><p>{words} number {number}, said at some length so that it is kept.</p></article>"
        world.pages[f"{BASE}/post/{number}"] = (200, {"Content-Type": "text/html"}, page)


def about_coffee(texts):
    return [float("coffee" in text) for text in texts]


@pytest.fixture
def feeds(job):
    def make(number, **values):
        source = SourceJob("feeds", {"urls": [f"{BASE}/feed{n}" for n in range(number)]})
        return job(source, **{"stop_after": 12, "stop_below": 2} | values)

    return make


def states(job):
    db = sqlite3.connect(job.path)
    rows = dict(db.execute("SELECT coalesce(error, state), count(*) FROM requests WHERE purpose = 'page' GROUP BY 1"))
    db.close()
    return rows


def test_a_scarce_budget_is_not_spent_on_what_is_off_the_subject(world, feeds):
    site(world, 4, 20, "rain")
    job = feeds(4, requests=60)
    world.crawl(job, about_coffee)
    report = read_report(job.path)
    [source] = report.sources
    assert report.finished
    assert report.stop == "yield"
    assert source.stopped is not None
    assert source.stopped.on_subject
    assert source.stopped.left == states(job)["yield"] > 40
    assert not source.degraded, "to stop in time is no fault"
    assert len(world.asked()) < 40


def test_while_everything_fits_it_is_read_whatever_it_speaks_of(world, feeds):
    site(world, 4, 20, "rain")
    job = feeds(4, requests=500)
    world.crawl(job, about_coffee)
    assert states(job) == {"done": 80}
    assert read_report(job.path).stop is None


def test_a_subject_that_goes_on_goes_on(world, feeds):
    site(world, 4, 20, "coffee")
    job = feeds(4, requests=60)
    world.crawl(job, about_coffee)
    assert read_report(job.path).stop == "budget"
    assert states(job)["done"] == 56


def test_the_switch_in_the_brief_turns_it_off(world, feeds):
    site(world, 4, 20, "rain")
    job = feeds(4, requests=60, stop_after=0)
    world.crawl(job, about_coffee)
    assert read_report(job.path).stop == "budget"


def test_a_resumed_crawl_remembers_what_its_last_requests_brought(world, feeds):
    from dataclasses import replace

    site(world, 4, 20, "rain")
    job = feeds(4, requests=60)
    first = world.crawl(job, about_coffee, most=17)
    first.frontier.db.execute("UPDATE crawls SET state = 'running'")
    first.frontier.db.execute(
        "UPDATE requests SET state = 'queued' WHERE error = 'budget_requests' OR state = 'failed'"
    )
    first.frontier.close()
    asked = len(world.asked())
    world.crawl(replace(job, resume=True), about_coffee)
    assert read_report(job.path).stop == "yield"
    assert len(world.asked()) - asked < 12, "the requests before the stop count"


def test_what_recurs_is_read_again_though_its_source_was_ended(world, feeds):
    site(world, 4, 20, "rain")
    job = feeds(4, requests=60)
    world.crawl(job, about_coffee).frontier.close()
    world.log.clear()
    world.crawl(job, about_coffee)
    assert {f"{BASE}/feed{n}" for n in range(4)} <= set(world.asked())


def test_why_tells_it_with_the_drift(world, feeds, tmp_path, capsys):
    site(world, 4, 20, "rain")
    job = feeds(4, requests=60)
    world.crawl(job, about_coffee).frontier.close()
    [sentence] = ended(job.path)
    assert sentence.en.startswith("feeds: stopped, its last 12 requests brought fewer than 2 new posts on the subject")
    hops = drift(job.path)
    assert sum(row["left"] for row in hops) == states(job)["yield"]
    assert sum(row["posts"] for row in hops) == 0
    assert _stopped(read_report(job.path)) == [sentence]
    root = tmp_path / "ws"
    assert run(["init", str(root)]) == 0
    (root / ".vigie" / "crawls").mkdir(parents=True, exist_ok=True)
    (tmp_path / "crawl.sqlite").rename(root / ".vigie" / "crawls" / "exemple.sqlite")
    capsys.readouterr()
    assert run(["why", "exemple", "--workspace", str(root), "--lang", "en"]) == 0
    assert "feeds: stopped, its last 12 requests" in " ".join(capsys.readouterr().out.split())
    assert run(["why", "exemple", "--workspace", str(root), "--lang", "fr"]) == 0
    assert "arrêtée, ses 12 dernières requêtes" in " ".join(capsys.readouterr().out.split())


def test_progress_tells_which_sources_were_ended():
    shown = _progress(CrawlProgress(10, 100, 20, 4, 90, "https://x.example:443", stopped=("feeds",)))
    assert "nothing new any more: feeds" in shown.detail.en
    assert "plus rien de neuf : feeds" in shown.detail.fr


# --- budgets of hosts ---------------------------------------------------------------------------------------------


def test_each_host_is_asked_no_more_than_its_budget(world, feeds):
    site(world, 2, 20, "coffee")
    other = "http://127.0.0.1:9000"
    for n in range(2):
        world.pages[f"{other}/feed{n}"] = world.pages[f"{BASE}/feed{n}"]
    job = feeds(2, requests_per_host=15)
    source = SourceJob("feeds", {"urls": [f"{place}/feed{n}" for place in (BASE, other) for n in range(2)]})
    from dataclasses import replace

    world.crawl(replace(job, sources=(source,)), about_coffee)
    free = ("/robots.txt", "/tdmrep.json")
    per_host = [
        sum(url.startswith(place) and not url.endswith(free) for url in world.asked()) for place in (BASE, other)
    ]
    assert per_host[0] == 15
    assert per_host[1] <= 15
    assert states(job)["budget_host"] == 40 - (15 - 2)
    assert not read_report(job.path).sources[0].degraded


def test_with_a_budget_per_host_the_best_of_the_host_go_first(world, feeds):
    site(world, 2, 20, "rain")
    items = "".join(entry(n, "coffee" if n >= 30 else "rain") for n in range(40))
    world.pages[f"{BASE}/feed0"] = (
        200,
        {"Content-Type": "application/rss+xml"},
        f"<rss version='2.0'><channel>{items}</channel></rss>",
    )
    job = feeds(1, requests_per_host=8)
    world.crawl(job, about_coffee)
    asked = [int(url.rsplit("/", 1)[1]) for url in world.asked() if "/post/" in url]
    assert len(asked) == 7
    assert all(number >= 30 for number in asked)


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("requests_per_host = 200", True),
        ("stop_after = 0", True),
        ("stop_below = 3", True),
        ("stop_after = -1", False),
        ("requests_per_host = 0", False),
    ],
)
def test_the_brief_says_it(tmp_path, line, right):
    from data.brief.read import read_brief

    path = tmp_path / "b.toml"
    path.write_text(f'[brief]\nname = "b"\n[[segments]]\nname = "s"\nquery = "x"\n[budget]\n{line}\n')
    if right:
        name, value = line.split(" = ")
        assert getattr(read_brief(path).budget, name) == int(value)
    else:
        with pytest.raises(UserError):
            read_brief(path)


# --- the budget of accounts ---------------------------------------------------------------------------------------


def test_once_the_accounts_are_spent_no_profile_is_looked_up_in_vain(mastodon, mastodon_job, server):
    from crawlers.run import crawl

    job = mastodon_job(accounts=5, requests=300)
    crawl(job)
    visits = {path.split("?")[0] for path in server.paths() if path.split("?")[0].endswith("/statuses")}
    looked_up = [path for path in server.paths() if "/lookup" in path]
    assert len(visits) == 5
    assert len(looked_up) <= 5 + 1, "the seed's own, and of those that were visited"
    db = sqlite3.connect(job.path)
    [left] = db.execute(
        "SELECT count(*) FROM requests WHERE error = 'budget_accounts' AND state = 'dropped'"
    ).fetchone()
    db.close()
    assert left > 0
