"""A page that its site's sitemap says was changed is read again, whoever read it first and however seldom it is due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.connector import Answer, Ask, Context
from crawlers.frontier import Frontier
from crawlers.guard import address_guard
from crawlers.job import Speed
from crawlers.web.finding import map_ask, read_map

SITE = "https://carnet.example/"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read(days, notes, **options):
    """Read a sitemap that dates page N on the N-th of `days`; returns the batch."""
    ask = map_ask(f"{SITE}sitemap.xml", SITE, 0, "sitemap", payload={"told": "Carnet"})
    listed = "".join(
        f"<url><loc>{SITE}{n}</loc>{f'<lastmod>2026-11-{day:02d}</lastmod>' if day else ''}</url>"
        for n, day in enumerate(days)
    )
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()
    answer = Answer(ask.url, "sitemap", ask.payload, 200, {"content-type": "application/xml"}, body, 0, NOW)
    return read_map(answer, Context(options={"sites": [SITE]} | options, notes=notes))


def pages(batch):
    return sorted(ask.url.removeprefix(SITE) for ask in batch.asks if ask.purpose == "page")


def test_only_what_was_changed_since_is_asked_for_again():
    first = read([3, 4, None], {})
    assert pages(first) == ["0", "1", "2"]
    assert pages(read([3, 4, None], dict(first.notes))) == []
    assert pages(read([3, 9, None], dict(first.notes))) == ["1"]


def test_a_page_known_before_days_were_noted_is_read_once_more_and_then_known():
    again = read([3], {f"asked {SITE}0": "1"})
    assert pages(again) == ["0"]
    assert pages(read([3], dict(again.notes))) == []


def test_a_correction_takes_nothing_from_the_share_of_new_pages():
    first = read([3, 4], {}, pages=2)
    batch = read([9, 4, 5], dict(first.notes), pages=3)
    assert pages(batch) == ["0", "2"]
    assert batch.notes[f"pages {SITE}"] == "3"


@pytest.fixture
def frontier(tmp_path):
    made = Frontier(tmp_path / "f.sqlite", Speed(), address_guard(("127.0.0.1",)))
    made.begin("test", resume=False, now=0.0, sources=["web"])
    yield made
    made.close()


def queue(frontier, stamp, state=None, error=None):
    """Put a page whose request of this crawl is in `state`; returns what becomes of it."""
    ask = Ask("http://127.0.0.1:1/5", "page", recurring=True, stamp=stamp)
    frontier.put([(ask, 1.0, None)], source="web", now=0.0)
    if state:
        frontier.db.execute("UPDATE requests SET state = ?, error = ?, stamp = 'monday'", (state, error))
    return frontier.db.execute("SELECT state, error, stamp FROM requests").fetchone()


@pytest.mark.parametrize(
    ("state", "error", "stamp", "after"),
    [
        ("fresh", "not_due", "tuesday", ("queued", None, "tuesday")),
        ("fresh", "not_due", "monday", ("fresh", "not_due", "monday")),
        ("fresh", "not_due", None, ("fresh", "not_due", "monday")),
        ("fresh", None, "tuesday", ("fresh", None, "monday")),
        ("done", None, "tuesday", ("done", None, "monday")),
    ],
)
def test_what_was_not_due_is_sent_when_its_list_tells_a_change(frontier, state, error, stamp, after):
    queue(frontier, "monday", state, error)
    assert tuple(queue(frontier, stamp)) == after
