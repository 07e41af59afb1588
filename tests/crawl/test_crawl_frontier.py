"""The crawl file as a queue: what is counted, what is nearest, when to look again, what is kept of an answer."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.connector import Ask
from crawlers.frontier import Frontier
from crawlers.guard import address_guard
from crawlers.job import Speed
from crawlers.results import read_records

HOSTS = ("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3")
AT_ONCE = 4
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ASKS = st.lists(
    st.tuples(st.sampled_from(HOSTS), st.integers(0, 4), st.sampled_from(["tag", "statuses", "robots", "tdm"])),
    max_size=25,
)
STEPS = st.lists(st.sampled_from(["put", "send", "back", "done"]), max_size=40)


@pytest.fixture
def frontier(tmp_path):
    made = Frontier(tmp_path / "f.sqlite", Speed(total=AT_ONCE), address_guard(("127.0.0.1",)))
    made.begin("test", resume=False, now=0.0, sources=["mastodon"])
    yield made
    made.close()


def fresh(frontier):
    for table in ("requests", "hosts"):
        frontier.db.execute(f"DELETE FROM {table}")
    frontier._waiting = 1 << 62


def put(frontier, url, purpose="tag", hop=0, priority=1.0, **values):
    frontier.put([(Ask(url, purpose, hop=hop, **values), priority, None)], source="mastodon", now=0.0)


def known(frontier):
    """Every host has told its rules."""
    frontier.db.execute("UPDATE hosts SET robots = '', robots_status = 404, robots_at = 1e12, tdm_at = 1e12")


def sent(frontier, url="http://127.0.0.1:1/one", **values):
    put(frontier, url, **values)
    known(frontier)
    return frontier.send(frontier.candidate(1.0, 100), 1.0)


# --- whether all that waits fits into the budget --------------------------------------------------------------------


@given(steps=STEPS, room=st.integers(0, 12))
@QUICK
def test_whether_all_fits_is_told_as_if_it_had_been_counted(frontier, steps, room):
    fresh(frontier)
    db, number = frontier.db, 0
    for step in steps:
        flying = [row["id"] for row in db.execute("SELECT id FROM requests WHERE state = 'in_flight' ORDER BY id")]
        if step == "put":
            number += 1
            put(frontier, f"{HOSTS[0]}/{number}")
        elif step == "send" and len(flying) < AT_ONCE:
            db.execute(
                "UPDATE requests SET state = 'in_flight'"
                " WHERE id = (SELECT min(id) FROM requests WHERE state = 'queued')"
            )
        elif step in {"back", "done"} and flying:
            db.execute(
                "UPDATE requests SET state = ? WHERE id = ?", ("queued" if step == "back" else "done", flying[0])
            )
        assert frontier.fits(room) == (frontier.queued() <= room)


def test_what_waits_is_counted_only_when_it_may_be_too_much(frontier):
    for number in range(20):
        put(frontier, f"{HOSTS[0]}/{number}")
    assert frontier.fits(100)
    counted = []
    frontier.db.set_trace_callback(counted.append)
    assert frontier.fits(100)
    assert frontier.fits(50)
    assert not counted
    assert not frontier.fits(19)
    assert counted


# --- the nearest hop ------------------------------------------------------------------------------------------------


@given(asks=ASKS, flying=st.sets(st.integers(0, 24)), dead=st.sets(st.sampled_from(HOSTS), max_size=2))
@QUICK
def test_the_nearest_hop_is_that_of_all_that_waits_or_is_under_way_where_it_may_be_asked(frontier, asks, flying, dead):
    fresh(frontier)
    for number, (host, hop, purpose) in enumerate(asks):
        put(frontier, f"{host}/{number}", purpose, hop)
    known(frontier)
    for number, row in enumerate(frontier.db.execute("SELECT id FROM requests ORDER BY id").fetchall()):
        if number in flying:
            frontier.db.execute("UPDATE requests SET state = 'in_flight' WHERE id = ?", (row["id"],))
    frontier.db.executemany("UPDATE hosts SET dead = 'gone' WHERE origin = ?", [(host,) for host in dead])
    frontier._picks = -1  # the next one looks
    frontier.candidate(1.0, 100)
    hops = [hop for host, hop, purpose in asks if host not in dead and purpose not in {"robots", "tdm"}]
    assert frontier._layer == (min(hops) if hops else 1_000_000)


def test_past_the_budget_the_best_comes_first_whatever_its_hop(frontier):
    put(frontier, f"{HOSTS[0]}/near", hop=0, priority=1.0)
    put(frontier, f"{HOSTS[0]}/far", hop=3, priority=9.0)
    known(frontier)
    assert frontier.candidate(1.0, 2)["url"].endswith("near")
    frontier._picks = -1
    assert frontier.candidate(1.0, 1)["url"].endswith("far")


# --- when to look again ---------------------------------------------------------------------------------------------


def test_an_empty_queue_has_nothing_to_wait_for(frontier):
    assert frontier.due(10.0) == (False, None)


def test_a_host_that_may_be_asked_at_once_sets_no_alarm(frontier):
    put(frontier, f"{HOSTS[0]}/one")
    assert frontier.due(10.0) == (True, None)


def test_the_next_pause_to_end_sets_the_alarm_and_a_busy_host_does_not_hide_it(frontier):
    for host in HOSTS:
        put(frontier, f"{host}/one")
    frontier.db.execute("UPDATE hosts SET next_at = 12.0 WHERE origin = ?", (HOSTS[1],))
    frontier.db.execute("UPDATE hosts SET backoff_until = 11.0 WHERE origin = ?", (HOSTS[2],))
    assert frontier.due(10.0) == (True, 11.0)
    assert frontier.due(11.5) == (True, 12.0)
    assert frontier.wait() == 0.0


def test_a_request_put_off_is_waited_for_and_a_dead_host_is_not(frontier):
    put(frontier, f"{HOSTS[0]}/one")
    frontier.db.execute("UPDATE requests SET not_before = 15.0")
    assert frontier.due(10.0) == (True, 15.0)
    frontier.db.execute("UPDATE hosts SET dead = 'gone'")
    assert frontier.due(10.0) == (False, None)


# --- what is kept ---------------------------------------------------------------------------------------------------


def post(number, **values):
    return {"type": "post", "post_id": f"p{number}", "account_id": "a", "text": "café"} | values


def test_a_record_is_new_once_in_the_same_answer_as_in_later_ones(frontier):
    picked = sent(frontier)
    with frontier.transaction():
        assert frontier.keep([(post(1), True), (post(2), True), (post(1), True)], picked, 2.0) == [True, True, False]
        assert frontier.keep([(post(2), True), (post(3), True)], picked, 3.0) == [False, True]
    assert frontier.keep([], picked, 4.0) == []


def test_the_word_of_the_home_server_stands_over_a_copy_whichever_comes_first(frontier, tmp_path):
    picked = sent(frontier)
    copy, home = post(1, text="copy"), post(1, text="home")
    with frontier.transaction():
        frontier.keep([(copy, False), (home, True), (copy, False)], picked, 2.0)
    [kept] = read_records(tmp_path / "f.sqlite")
    assert json.loads(kept.line) == home


def test_ties_are_kept_by_their_ends_and_kind(frontier):
    picked = sent(frontier)
    tie = {"type": "tie", "from_account": "a", "to_account": "b", "kind": "follow"}
    assert frontier.keep([(tie, True), (tie | {"kind": "like"}, True), (dict(tie), True)], picked, 2.0) == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("purpose", "payload", "way"),
    [
        ("tag", {"tag": "cafe"}, "timeline: #cafe"),
        ("search", {"term": "espresso"}, "search: espresso"),
        ("mentions", {"name": "Lavazza"}, "search: Lavazza"),
        ("streamed", {}, "stream"),
        ("statuses", {"tag": "cafe"}, "crawl"),
    ],
)
def test_the_way_a_post_was_found_is_told_by_what_was_asked(frontier, tmp_path, purpose, payload, way):
    picked = sent(frontier, purpose=purpose, payload=payload)
    frontier.keep([(post(1, extra={"seen_as": "x 1"}), True)], picked, 2.0)
    [kept] = read_records(tmp_path / "f.sqlite")
    assert kept.via == way
    assert frontier.db.execute("SELECT uid FROM aliases WHERE alias = 'x 1'").fetchone()[0] == "p1"


def test_of_two_ways_the_first_by_name_is_told(frontier, tmp_path):
    for name, tag in (("one", "zest"), ("two", "arabica"), ("three", "mocha")):
        picked = sent(frontier, f"{HOSTS[0]}/{name}", payload={"tag": tag})
        frontier.keep([(post(1), True)], picked, 2.0)
    [kept] = read_records(tmp_path / "f.sqlite")
    assert kept.via == "timeline: #arabica"
