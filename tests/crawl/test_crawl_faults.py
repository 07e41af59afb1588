"""Whatever a server does, the crawl finishes, names what was wrong and keeps the rest."""

from __future__ import annotations

import gzip
import json
import socket
import time
from itertools import pairwise

import pytest

from crawlers.job import SourceJob
from crawlers.results import read_records
from crawlers.run import crawl

pytestmark = pytest.mark.long

GOOD_FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Good</title><link>{base}/</link>
<item><guid isPermaLink="false">1</guid><title>Good post</title><pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate><description>Fine words</description></item>
</channel></rss>"""


@pytest.fixture
def good(other_server):
    """A feed that works, on another server."""
    body = GOOD_FEED.format(base=other_server.base)
    other_server.routes["/feed.xml"] = (200, {"Content-Type": "application/rss+xml"}, body)
    return f"{other_server.base}/feed.xml"


@pytest.fixture
def run(server, job, good):
    """Crawl a broken Mastodon beside a good feed; the feed's post must be there."""

    def go(**values):
        seeds = {"seed_accounts": (f"@p0@{server.host}",), "seed_hashtags": ("coffee",)}
        made = job(
            SourceJob("mastodon", {"instances": [server.base]}), SourceJob("feeds", {"urls": [good]}), **seeds | values
        )
        started = time.monotonic()
        report = crawl(made)
        assert time.monotonic() - started < 40
        assert report.finished
        rows = [json.loads(collected.line) for collected in read_records(made.path)]
        assert [row["text"] for row in rows if row["type"] == "post" and row["source"] == "feeds"] == ["Fine words"]
        assert not next(source for source in report.sources if source.source == "feeds").degraded
        return report, next(source for source in report.sources if source.source == "mastodon")

    return go


def instance(server):
    return 200, {}, {"domain": server.host, "version": "4.6.0"}


def test_a_server_that_is_down_is_named(server, run):
    server.close()
    report, source = run()
    assert report.degraded
    assert "refused" in source.errors
    assert server.host in source.troubles[0].sentence.en


def test_a_server_that_says_too_many_requests_for_ever_is_left_alone(server, run):
    server.routes["/api/v2/instance"] = instance(server)
    server.fallback = lambda handler: (429, {}, {"error": "Throttled"}) if handler.path != "/robots.txt" else None
    _, source = run()
    assert "rate_limited" in source.errors
    assert server.statuses[429] < 30


def test_internal_errors_are_tried_again_then_told(server, run):
    server.fallback = lambda handler: (500, {}, b"oops") if handler.path != "/robots.txt" else None
    _, source = run()
    assert "http_500" in source.errors


def test_html_instead_of_json_is_told(server, run):
    server.fallback = lambda handler: (200, {"Content-Type": "text/html"}, "<html><title>Welcome</title></html>")
    _, source = run()
    assert "not_json" in source.errors


def test_json_of_another_shape_is_told(server, run):
    server.routes["/api/v2/instance"] = instance(server)
    server.fallback = lambda handler: (200, {}, {"surprise": [1, 2]})
    _, source = run()
    assert "unreadable_answer" in source.errors


def test_pages_that_repeat_are_told_and_left(mastodon, server, run):
    page = [mastodon.shown(post) for post in mastodon.posts[-3:]]

    def again(handler):
        number = len(server.log)
        link = f'<{server.base}/api/v1/timelines/tag/coffee?limit=40&max_id={number}>; rel="next"'
        return 200, {"Link": link}, page

    server.routes["/api/v1/timelines/tag/coffee"] = again
    _, source = run()
    assert "repeating_pages" in source.errors
    assert len([path for path in server.paths() if "/tag/" in path]) < 5


def test_pages_without_end_are_bounded(mastodon, server, run):
    def endless(handler):
        number = 10**9 - len(server.log)
        post = mastodon.shown(mastodon.posts[0]) | {
            "id": str(number),
            "uri": f"{server.base}/users/p0/statuses/{number}",
        }
        link = f'<{server.base}{handler.path.split("?")[0]}?max_id={number}>; rel="next"'
        return 200, {"Link": link}, [post]

    server.routes["/api/v1/timelines/tag/coffee"] = endless
    run(requests=150)
    assert len(server.log) <= 160


def test_a_redirect_to_a_private_address_is_refused(server, run):
    server.routes["/api/v2/instance"] = (302, {"Location": "http://127.0.0.2:9/secret"}, b"")
    _, source = run(allow_private_hosts=(server.host, "127.0.0.1"))
    assert "address_refused" in source.errors


def test_a_redirect_to_a_file_is_refused(server, run):
    server.routes["/api/v2/instance"] = (302, {"Location": "file:///etc/passwd"}, b"")
    _, source = run()
    assert "redirect_refused" in source.errors


def test_a_redirect_loop_ends(server, run):
    server.fallback = lambda handler: (302, {"Location": f"{server.base}/round/{len(server.log)}"}, b"")
    server.routes["/robots.txt"] = (404, {}, b"")
    _, source = run()
    assert "redirect_loop" in source.errors


def test_a_body_of_two_gigabytes_is_not_read(server, run):
    server.routes["/api/v2/instance"] = _huge
    _, source = run()
    assert "too_large" in source.errors


def _huge(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", str(2 * 10**9))
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        handler.close_connection = True
    return "written"


def test_a_body_without_a_length_is_cut_at_the_cap(server, run):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            handler.close_connection = True
        return "written"

    server.routes["/api/v2/instance"] = endless
    _, source = run()
    assert "too_large" in source.errors


def test_a_gzip_bomb_is_not_unpacked(server, run):
    bomb = gzip.compress(b"0" * 50_000_000)
    server.routes["/api/v2/instance"] = (200, {"Content-Encoding": "gzip"}, bomb)
    _, source = run()
    assert "too_large" in source.errors


def test_a_body_that_is_not_what_its_encoding_says_is_told(server, run):
    server.routes["/api/v1/accounts/lookup"] = (200, {"Content-Encoding": "gzip"}, b"\x1f\x8bnot gzip at all")
    server.routes["/api/v2/instance"] = instance(server)
    _, source = run()
    assert source.degraded


def test_invalid_utf8_is_told(mastodon, server, run):
    server.routes["/api/v1/accounts/lookup"] = (200, {}, b'{"id": "1", "acct": "\xff\xfe\xfa"}')
    _, source = run()
    assert "unreadable_answer" in source.errors
    assert source.new_records > 10


def test_a_slow_drip_ends_in_time(server, run):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.2)
        except OSError:
            pass
        handler.close_connection = True
        return "written"

    server.routes["/api/v2/instance"] = drip
    _, source = run()
    assert "timeout" in source.errors


def test_a_cut_body_is_told(server, run):
    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"domain": "')
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
        return "written"

    server.routes["/api/v2/instance"] = cut
    _, source = run()
    assert set(source.errors) & {"cut", "connection"}


def test_an_answer_that_is_not_http_is_told(server, run):
    def garbage(handler):
        handler.wfile.write(b"\x00\x01SSH-2.0-nonsense\r\n\r\n")
        handler.close_connection = True
        return "written"

    server.routes["/api/v2/instance"] = garbage
    _, source = run()
    assert source.degraded


def test_a_host_name_that_does_not_exist_is_told(job, good):
    made = job(
        SourceJob("mastodon", {"instances": ["http://nowhere.invalid"]}),
        SourceJob("feeds", {"urls": [good]}),
        contact="mailto:a@b.example",
    )
    report = crawl(made)
    assert report.finished
    source = next(source for source in report.sources if source.source == "mastodon")
    assert "dns" in source.errors


def test_a_private_address_is_not_asked_unless_it_was_allowed(server, job):
    report = crawl(
        job(SourceJob("feeds", {"urls": [f"{server.base}/feed"]}), allow_private_hosts=(), contact="mailto:a@b.example")
    )
    assert "address_refused" in report.sources[0].errors
    assert "robots" not in report.sources[0].errors
    assert server.log == []


def test_another_port_of_an_allowed_host_is_refused(server, other_server, job):
    source = SourceJob("feeds", {"urls": [f"{server.base}/feed", f"{other_server.base}/feed"]})
    crawl(job(source, allow_private_hosts=(server.host,), contact="mailto:a@b.example"))
    assert server.log
    assert other_server.log == []


def test_robots_is_obeyed(mastodon, server, run):
    server.routes["/robots.txt"] = (
        200,
        {"Content-Type": "text/plain"},
        "User-agent: vigie\nDisallow: /api/v1/timelines\n",
    )
    _, source = run()
    assert not any("/timelines/" in path for path in server.paths())
    assert "robots" in source.errors


def test_a_robots_file_that_fails_closes_the_host(server, run):
    server.fallback = lambda handler: (
        (503, {"Retry-After": "0"}, b"") if handler.path == "/robots.txt" else (200, {}, {})
    )
    _, source = run()
    assert source.degraded
    assert set(server.paths()) == {"/robots.txt"}


def test_a_crawl_delay_is_kept(server, job):
    seen: list[float] = []
    server.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, "User-agent: *\nCrawl-delay: 0.4\n")
    server.fallback = lambda handler: (
        seen.append(time.monotonic()) or (200, {"Content-Type": "application/rss+xml"}, GOOD_FEED)
    )
    crawl(job(SourceJob("feeds", {"urls": [f"{server.base}/{number}.xml" for number in range(4)]})))
    assert len(seen) == 5, "four feeds, and the reservations of their site"
    assert all(later - earlier > 0.35 for earlier, later in pairwise(seen))


def test_retry_after_is_waited_for(server, job):
    seen: list[float] = []

    def once(handler):
        seen.append(time.monotonic())
        return (
            (429, {"Retry-After": "1"}, b"")
            if len(seen) == 1
            else (200, {"Content-Type": "application/rss+xml"}, GOOD_FEED)
        )

    server.routes["/feed"] = once
    report = crawl(job(SourceJob("feeds", {"urls": [f"{server.base}/feed"]}), speed=_patient()))
    assert seen[1] - seen[0] > 0.95
    assert not report.degraded


def test_a_pause_holds_for_every_request_of_the_host(server, job):
    seen: list[tuple[str, float]] = []

    def answer(handler):
        if handler.path in ("/robots.txt", "/.well-known/tdmrep.json"):
            return 404, {}, b""
        seen.append((handler.path, time.monotonic()))
        return (
            (429, {"Retry-After": "1"}, b"")
            if len(seen) == 1
            else (200, {"Content-Type": "application/rss+xml"}, GOOD_FEED)
        )

    server.fallback = answer
    speed = _patient(local_connections=1)
    crawl(job(SourceJob("feeds", {"urls": [f"{server.base}/{number}" for number in range(4)]}), speed=speed))
    assert all(moment - seen[0][1] > 0.95 for _, moment in seen[1:])
    assert len(seen) == 5


def test_a_connection_limit_of_one_holds_without_a_delay(server, job):
    flying, most = [0], [0]

    def answer(handler):
        flying[0] += 1
        most[0] = max(most[0], flying[0])
        time.sleep(0.05)
        flying[0] -= 1
        return 200, {"Content-Type": "application/rss+xml"}, GOOD_FEED

    server.fallback = answer
    speed = _patient(local_connections=1)
    crawl(job(SourceJob("feeds", {"urls": [f"{server.base}/{number}" for number in range(10)]}), speed=speed))
    assert most[0] == 1
    assert len(server.log) == 12, "robots.txt, tdmrep.json, ten feeds"


def _patient(**values):
    from dataclasses import replace

    from crawlers.job import Speed

    return replace(Speed(retry=0.05, patience=5.0, timeout=2.0), **values)
