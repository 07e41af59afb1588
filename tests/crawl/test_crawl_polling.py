"""What changes is polled as often as it changes, nothing within its cache time, nothing that was not seen long enough."""

from __future__ import annotations

import sqlite3
from email.utils import formatdate
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.connector import Ask
from crawlers.frontier.queue import LONGEST_FRESH, fresh_for
from crawlers.job import SourceJob
from crawlers.polling import DAY, FEW, LEAST_KNOWN, LONGEST, LONGEST_FINDING, Habit, substance
from crawlers.report import read_report

HOUR = 3600.0
NOON = 1_800_000_000.0


def watched(every, pattern, start=NOON):
    """A habit after visits at one interval, a change told by each True."""
    habit, now = Habit(start, start), start
    for changed in pattern:
        now += every
        habit = habit.after(now, changed=changed)
    return habit


# --- the estimator ------------------------------------------------------------------------------------------------


def test_the_rate_is_the_estimator_of_cho_and_garcia_molina():
    """Ten visits, a day apart, three of them changed: -log((10 - 3 + 0.5) / (10 + 0.5)) a day."""
    habit = Habit(0, 10 * DAY, 10, visits=10, changes=3, elapsed=10 * DAY)
    assert habit.rate * DAY == pytest.approx(0.3365, abs=1e-4)


@pytest.mark.parametrize("true_rate", [0.1, 0.5, 1.5])
def test_the_rate_of_changes_by_chance_is_found(true_rate):
    import numpy as np

    rng = np.random.default_rng(3)
    found = [watched(DAY, rng.random(60) < 1 - np.exp(-true_rate)).rate * DAY for _ in range(400)]
    assert np.mean(found) == pytest.approx(true_rate, rel=0.15)


@given(
    every=st.floats(1, 40 * DAY),
    pattern=st.lists(st.booleans(), max_size=40),
    finds=st.booleans(),
)
def test_the_next_visit_lies_within_its_bounds(every, pattern, finds):
    habit = watched(every, pattern)
    wait = habit.due_at(finds=finds) - habit.last_at
    assert 0 <= wait <= (LONGEST_FINDING if finds else LONGEST)
    assert wait <= max(habit.last_at - habit.first_at, 0) / 2 + 1e-6, "silence is trusted for half as long as it lasted"
    if len(pattern) < FEW or habit.last_at - habit.first_at < LEAST_KNOWN:
        assert wait == 0


@given(every=st.floats(HOUR, DAY), ones=st.integers(0, 20), length=st.integers(20, 40))
def test_what_changes_more_is_asked_sooner(every, ones, length):
    def spread(count):
        return [n * count // length != (n + 1) * count // length for n in range(length)]

    rare, often = watched(every, spread(ones)), watched(every, spread(min(ones * 2, length)))
    assert often.due_at(finds=False) <= rare.due_at(finds=False) + 1e-6


def test_what_always_changes_is_asked_every_time():
    habit = watched(DAY, [True] * 12)
    assert habit.due_at(finds=False) < habit.last_at + DAY / 2


def test_a_clock_that_runs_backwards_breaks_nothing():
    habit = Habit(NOON, NOON).after(NOON - 5 * DAY, changed=True).after(NOON - 9 * DAY, changed=False)
    assert habit.elapsed == 0
    assert habit.due_at(finds=False) == NOON


# --- what counts as a change --------------------------------------------------------------------------------------

ROW = {"type": "post", "post_id": "p", "text": "bonjour", "likes": 3, "observed_at": "2026-01-01"}


def test_a_new_like_or_another_hour_is_no_change():
    assert substance([ROW], []) == substance([ROW | {"likes": 900, "observed_at": "2026-02-01"}], [])


@pytest.mark.parametrize("change", [{"text": "bonsoir"}, {"deleted_at": "2026-01-02"}, {"edited_at": "2026-01-02"}])
def test_other_words_a_deletion_an_edit_are_changes(change):
    assert substance([ROW], []) != substance([ROW | change], [])


def test_a_wish_and_a_new_lead_are_changes():
    account = {"type": "account", "account_id": "a", "consent": "allow", "followers": 3}
    assert substance([account], []) == substance([account | {"followers": 4}], [])
    assert substance([account], []) != substance([account | {"consent": "deny"}], [])
    assert substance([], [Ask("http://x/1", "page")]) != substance([], [Ask("http://x/2", "page")])
    assert substance([], [Ask("http://x/1", "page", stamp="1")]) != substance(
        [], [Ask("http://x/1", "page", stamp="2")]
    )


# --- cache time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=60", "age": "100"}, 0),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "max-age=99999999"}, LONGEST_FRESH),
        ({"expires": formatdate(NOON + 900, usegmt=True), "date": formatdate(NOON, usegmt=True)}, 900),
        ({"expires": formatdate(NOON - 900, usegmt=True), "date": formatdate(NOON, usegmt=True)}, 0),
        ({"expires": "0", "date": formatdate(NOON, usegmt=True)}, 0),
        (
            {
                "expires": formatdate(NOON + 900, usegmt=True),
                "date": formatdate(NOON, usegmt=True),
                "cache-control": "max-age=5",
            },
            5,
        ),
        ({}, 0),
    ],
)
def test_how_long_an_answer_is_fresh(headers, seconds):
    assert fresh_for(headers) == seconds


@given(st.dictionaries(st.sampled_from(["cache-control", "expires", "date", "age"]), st.text(max_size=40)))
def test_no_header_makes_it_fresh_for_ever(headers):
    assert 0 <= fresh_for(headers) <= LONGEST_FRESH


# --- monitoring ---------------------------------------------------------------------------------------------------

BASE = "http://127.0.0.1:8000"


class Feed:
    """A feed that grows when told."""

    def __init__(self, world, name):
        self.url, self.items, self.headers = f"{BASE}/{name}", 1, {"Content-Type": "application/rss+xml"}
        world.pages[self.url] = self.give

    def give(self):
        items = "".join(
            f"<item><guid>{self.url}#{n}</guid><title>coffee {n}</title><pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate></item>"
            for n in range(self.items)
        )
        return 200, self.headers, f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"


@pytest.fixture
def monitored(world, job):
    """Two feeds of a list."""
    busy, quiet = Feed(world, "busy"), Feed(world, "quiet")
    outlines = "".join(f'<outline xmlUrl="{feed.url}"/>' for feed in (busy, quiet))
    world.pages[f"{BASE}/list.opml"] = (200, {}, f"<opml><body>{outlines}</body></opml>")
    made = job(SourceJob("feeds", {"opml": [f"{BASE}/list.opml"], "pages": False}))
    return world, made, busy, quiet


def days(monitored, number, each=None):
    """Crawl once a day; return on which days each feed was asked."""
    world, job, busy, quiet = monitored
    asked = {busy.url: [], quiet.url: []}
    start = world.now
    for day in range(number):
        world.now = start + day * DAY
        world.log.clear()
        if each:
            each(day)
        world.crawl(job).frontier.close()
        for url in set(world.asked()) & set(asked):
            assert world.asked().count(url) == 1
            asked[url].append(day)
    return asked[busy.url], asked[quiet.url]


def grow(feed):
    def one_more(day):
        feed.items += 1

    return one_more


def test_the_busy_feed_is_read_daily_and_the_quiet_one_ever_more_rarely(monitored):
    busy, quiet = days(monitored, 14, grow(monitored[2]))
    assert busy == list(range(14))
    assert quiet[:4] == [0, 1, 2, 3], "nothing is concluded from a few visits"
    assert len(quiet) <= 9
    assert max(later - earlier for earlier, later in pairwise(quiet)) <= LONGEST / DAY


def test_a_quiet_feed_that_wakes_up_is_read_often_again(monitored):
    _, quiet = days(monitored, 12)
    gaps_before = [later - earlier for earlier, later in pairwise(quiet)]
    _, awake = days(monitored, 16, grow(monitored[3]))
    assert max(gaps_before) > 1
    assert awake[-6:] == [10, 11, 12, 13, 14, 15]


def test_runs_in_quick_succession_ask_every_time(monitored):
    world, job, busy, quiet = monitored
    for turn in range(6):
        world.log.clear()
        world.crawl(job).frontier.close()
        assert {busy.url, quiet.url} <= set(world.asked()), f"what vanished since is seen by run {turn}"


def test_what_was_not_due_is_told_and_counted(monitored):
    world, job, _, quiet = monitored
    days(monitored, 4)
    world.now += DAY / 2
    world.crawl(job).frontier.close()
    db = sqlite3.connect(job.path)
    told = db.execute(
        "SELECT state, error FROM ledger WHERE url = ? ORDER BY cycle DESC LIMIT 1", (quiet.url,)
    ).fetchone()
    db.close()
    assert told == ("fresh", "not_due")
    assert read_report(job.path).sources[0].not_due >= 1


def test_likes_alone_make_no_feed_busy(monitored):
    world, _, _, quiet = monitored
    give = quiet.give
    quiet_count = [0]

    def liked():
        quiet_count[0] += 1
        status, headers, body = give()
        return (
            status,
            headers,
            body.replace("</item>", f"<slash:comments xmlns:slash='x'>{quiet_count[0]}</slash:comments></item>"),
        )

    world.pages[quiet.url] = liked
    _, asked = days(monitored, 14)
    assert len(asked) <= 9


@pytest.mark.parametrize("header", ["max-age", "expires"])
def test_nothing_is_asked_within_its_cache_time_by_whatever_run(monitored, header):
    world, job, busy, _ = monitored
    if header == "max-age":
        busy.headers = busy.headers | {"Cache-Control": "max-age=7200"}
    else:
        busy.headers = busy.headers | {
            "Date": formatdate(world.now, usegmt=True),
            "Expires": formatdate(world.now + 7200, usegmt=True),
        }
    start = world.now
    for minutes in (0, 20, 60, 110, 125):
        world.now = start + 60 * minutes
        world.crawl(job).frontier.close()
    moments = [round((at - start) / 60) for at, url in world.log if url == busy.url]
    assert moments == [0, 125]


def test_a_page_that_does_not_recur_is_not_asked_within_its_cache_time_either(world, job):
    """The list changes and leads to the same page again: its server said that it is fresh."""
    item = f"<item><guid>1</guid><title>one</title><link>{BASE}/one</link><pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate>{{}}</item>"
    turn = [0]

    def feed():
        turn[0] += 1
        return (
            200,
            {},
            f"<rss version='2.0'><channel>{item.format(f'<description>edit {turn[0]}</description>')}</channel></rss>",
        )

    world.pages[f"{BASE}/feed"] = feed
    world.pages[f"{BASE}/one"] = (
        200,
        {"Content-Type": "text/html", "Cache-Control": "max-age=3600"},
        "<article><p>one</p></article>",
    )
    made = job(SourceJob("feeds", {"urls": [f"{BASE}/feed"]}))
    start = world.now
    for minutes in (0, 10, 50, 70):
        world.now = start + 60 * minutes
        world.crawl(made).frontier.close()
    assert [round((at - start) / 60) for at, url in world.log if url == f"{BASE}/one"] == [0, 70]


def test_an_older_crawl_file_is_brought_up_to_date(tmp_path, world, job):
    made = job(SourceJob("feeds", {"urls": [f"{BASE}/feed"]}))
    world.crawl(made).frontier.close()
    db = sqlite3.connect(made.path)
    db.executescript(
        "DROP VIEW ledger; DROP TABLE polls; DROP TABLE stops; ALTER TABLE hosts DROP COLUMN tdm; ALTER TABLE hosts DROP COLUMN sent; ALTER TABLE requests DROP COLUMN relevant"
    )
    db.close()
    world.crawl(made).frontier.close()
    assert read_report(made.path).finished
