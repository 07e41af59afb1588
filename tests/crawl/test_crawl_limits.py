"""Rate limits in every dialect mean the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.job import SourceJob, Speed
from crawlers.ratelimits import LONGEST, pause, read_limit
from crawlers.run import crawl

NOW = datetime(2026, 11, 22, 15, 38, 0, tzinfo=UTC)
JSON = {"content-type": "application/json"}


def waits(status, headers, body=b""):
    limit = read_limit(status, headers, body, NOW)
    return limit.exceeded, round(pause(limit))


@pytest.mark.parametrize(
    ("status", "headers", "body", "seconds"),
    [
        (429, {"retry-after": "30"}, b"", 30),
        (503, {"retry-after": "30"}, b"", 30),
        (429, {"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, b"", 90),
        (
            429,
            {
                "x-ratelimit-limit": "300",
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "2026-11-22T15:40:00.084448Z",
            },
            b"",
            120,
        ),
        (
            429,
            {
                "ratelimit-remaining": "0",
                "ratelimit-reset": str(int(NOW.timestamp()) + 45),
                "ratelimit-policy": "3000;w=300",
            },
            b"",
            45,
        ),
        (429, {"x-ratelimit-used": "600", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "77"}, b"", 77),
        (400, JSON, b'{"error": "rate_limit_error"}', 60),
        (429, JSON, b'{"extras": {"wait_seconds": 12}}', 12),
        (400, JSON, b'{"error_id": 502, "error_name": "throttle_violation"}', 60),
        (429, JSON, b'{"error": {"code": "RATE_LIMIT_EXCEEDED"}}', 60),
        (403, JSON, b'{"error": {"code": "quotaExceeded"}}', 60),
        (429, {"content-type": "text/html"}, b"<html>Too many</html>", 0),
    ],
)
def test_too_much_is_understood_in_every_dialect(status, headers, body, seconds):
    assert waits(status, headers, body) == (True, seconds)


def test_backoff_in_a_good_answer_is_waited_for():
    assert waits(200, JSON, b'{"items": [], "backoff": 10}') == (False, 10)


def test_half_of_a_published_ceiling_is_used_and_no_more():
    headers = {"x-ratelimit-limit": "300", "x-ratelimit-reset": "2026-11-22T15:40:00Z"}
    assert waits(200, headers | {"x-ratelimit-remaining": "151"}) == (False, 0)
    assert waits(200, headers | {"x-ratelimit-remaining": "150"}) == (False, 120)


def test_a_refusal_of_rights_is_no_rate_limit():
    assert waits(403, JSON, b'{"error": "This action is not allowed"}') == (False, 0)


def test_a_date_in_the_past_means_now():
    assert waits(429, {"retry-after": "Mon, 01 Jan 2001 00:00:00 GMT"}) == (True, 0)


header = st.text(alphabet=st.characters(max_codepoint=255), max_size=40)


@given(
    status=st.integers(100, 599),
    headers=st.dictionaries(
        st.sampled_from(
            [
                "retry-after",
                "x-ratelimit-limit",
                "x-ratelimit-remaining",
                "x-ratelimit-reset",
                "ratelimit-reset",
                "content-type",
            ]
        ),
        header | st.from_regex(r"[0-9T:\-]{1,25}", fullmatch=True) | st.just("application/json"),
    ),
    body=st.binary(max_size=60)
    | st.sampled_from([b'{"backoff": 1e308}', b'{"backoff": "x"}', b"[1]", b'{"extras": []}']),
)
def test_whatever_is_told_the_pause_is_a_sane_number(status, headers, body):
    assert 0 <= pause(read_limit(status, headers, body, NOW)) <= LONGEST


def test_a_server_that_says_in_a_moment_for_ever_is_left_alone_soon(server, job):
    """The patience of fifteen minutes is for servers that name a window, not for one that never lets anybody in."""

    def soon(handler):
        if handler.path == "/robots.txt":
            return 404, {}, b""
        moment = (datetime.now(UTC) + timedelta(seconds=0.05)).isoformat()
        return 429, {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": moment}, b""

    server.fallback = soon
    made = job(
        SourceJob("mastodon", {"instances": [server.base]}), seed_hashtags=("coffee",), speed=Speed(backoff=0.01)
    )
    report = crawl(made)
    assert report.finished
    assert "rate_limited" in {trouble.kind for trouble in report.sources[0].troubles}
    assert len(server.log) < 150
