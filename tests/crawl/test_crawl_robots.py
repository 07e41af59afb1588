"""robots.txt as RFC 9309 reads it, over a generated suite of cases; what it forbids is never asked."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.job import SourceJob
from crawlers.robots import DENY_ALL, LONGEST, crawl_delay, may_fetch, rules_from
from crawlers.run import crawl

AGENT = "vigie"


def may(rules: str, path: str) -> bool:
    return may_fetch(rules, f"https://x.example{path}", AGENT)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /a", "/abc", False),
        ("User-agent: *\nDisallow: /a/", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /\nAllow: /open", "/open/x", True),
        ("User-agent: *\nDisallow: /open/shut\nAllow: /open", "/open/shut/x", False),
        ("User-agent: *\nAllow: /same\nDisallow: /same", "/same", True),
        ("User-agent: *\nDisallow: /*.json$", "/a/b.json", False),
        ("User-agent: *\nDisallow: /*.json$", "/a/b.json?x=1", True),
        ("User-agent: *\nDisallow: /a*c", "/abbbc/d", False),
        ("User-agent: *\nDisallow: /*?q=", "/search?q=x", False),
        ("User-agent: vigie\nDisallow: /\n\nUser-agent: *\nDisallow:", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: vigie\nDisallow: /b", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: VIGIE\nDisallow: /b", "/a", True),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: vigie\nDisallow: /a", "/a", False),
        ("User-agent: vigie\nDisallow: /a\n\nUser-agent: vigie\nDisallow: /b", "/b", False),
        (
            "User-agent: vigie\nDisallow: /a\n\nUser-agent: other\nDisallow: /c\n\nUser-agent: vigie\nDisallow: /b",
            "/a",
            False,
        ),
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("user-AGENT:*\ndisALLOW:/a", "/a", False),
        ("User-agent: * # all\nDisallow: /a # not this", "/a", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("User-agent: *\rDisallow: /a\r", "/a", False),
        ("Disallow: /a", "/a", True),
        ("User-agent: *\nNonsense\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/caf%C3%A9", False),
        ("User-agent: *\nDisallow: /café", "/caf%C3%A9", False),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
        ("User-agent: *\nCrawl-delay: 5\nDisallow: /a", "/a", False),
        ("Sitemap: https://x.example/s.xml\nUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: *\nContent-Signal: search=yes, ai-train=no\nDisallow: /a", "/a", False),
        ("", "/a", True),
        ("<html>not rules</html>", "/a", True),
    ],
)
def test_a_rule_is_read_as_the_standard_says(rules, path, allowed):
    assert may(rules, path) is allowed


paths = st.lists(st.sampled_from(["a", "b", "ab", "c.json", "d"]), min_size=1, max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)


@given(
    rules=st.lists(st.tuples(st.booleans(), paths), min_size=1, max_size=8),
    path=paths,
    others=st.lists(paths, max_size=3),
    bom=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=300, deadline=None)
def test_the_longest_rule_wins_and_a_tie_allows(rules, path, others, bom, end):
    lines = ["User-agent: someone-else", *(f"Disallow: {other}" for other in others), "", "User-agent: *"]
    lines += [f"{'Allow' if allow else 'Disallow'}: {rule}" for allow, rule in rules]
    told = ("\ufeff" if bom else "") + end.join(lines)
    matching = [(len(rule), allow) for allow, rule in rules if path.startswith(rule)]
    assert may(told, path) is (max(matching)[1] if matching else True)


def _matches(pattern: str, path: str) -> bool:
    """Wildcards, the slow and obvious way."""
    if not pattern:
        return True
    if pattern == "$":
        return not path
    if pattern[0] == "*":
        return any(_matches(pattern[1:], path[n:]) for n in range(len(path) + 1))
    return bool(path) and path[0] == pattern[0] and _matches(pattern[1:], path[1:])


@given(
    pattern=st.text(alphabet="ab/*", min_size=0, max_size=6).map(lambda text: "/" + text),
    ends=st.booleans(),
    path=st.text(alphabet="ab/", max_size=8).map(lambda text: "/" + text),
)
@settings(max_examples=300, deadline=None)
def test_stars_and_ends_match_as_a_plain_search_does(pattern, ends, path):
    rule = pattern + ("$" if ends else "")
    assert may(f"User-agent: *\nDisallow: {rule}", path) is not _matches(rule, path)


@given(st.binary(max_size=400), st.text(max_size=40))
@settings(deadline=None)
def test_any_bytes_are_read_without_an_error(body, path):
    rules = rules_from(200, body)
    assert isinstance(may_fetch(rules, f"https://x.example/{path}", AGENT), bool)
    assert (crawl_delay(rules, AGENT) or 0) >= 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 499])
def test_a_missing_file_allows(status):
    assert may(rules_from(status, b"User-agent: *\nDisallow: /"), "/a")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 599])
def test_a_server_that_fails_forbids(status):
    assert rules_from(status, b"User-agent: *\nAllow: /") == DENY_ALL
    assert not may(DENY_ALL, "/a")


def test_at_least_500_kib_are_read():
    body = b"# " + b"x" * (500 * 1024 - 40) + b"\nUser-agent: *\nDisallow: /a\n"
    assert LONGEST >= 500 * 1024
    assert not may(rules_from(200, body), "/a")
    assert may(rules_from(200, b"#" * (2 * LONGEST) + b"\nUser-agent: *\nDisallow: /a\n"), "/a")


@pytest.mark.parametrize(
    ("told", "seconds"), [("2", 2.0), ("0.5", 0.5), ("soon", None), ("-3", None), ("0", None), ("999999", 3600.0)]
)
def test_a_crawl_delay_is_kept_within_reason(told, seconds):
    assert crawl_delay(f"User-agent: *\nCrawl-delay: {told}", AGENT) == seconds


# --- over HTTP ----------------------------------------------------------------------------------------------------


def asked(server):
    return [path.split("?")[0] for path in server.paths() if path != "/robots.txt"]


@pytest.mark.parametrize(
    ("rules", "forbidden"),
    [
        ("User-agent: *\nDisallow: /api/v1/timelines/", "/api/v1/timelines/tag/coffee"),
        ("User-agent: vigie\nDisallow: /*/statuses", "/statuses"),
        ("User-agent: *\nDisallow: /api/v1/accounts/lookup", "/api/v1/accounts/lookup"),
        ("User-agent: *\nDisallow: /", "/"),
    ],
)
def test_what_is_forbidden_is_never_asked(mastodon, server, mastodon_job, rules, forbidden):
    server.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, rules)
    job = mastodon_job(requests=60)
    report = crawl(job)
    assert report.finished
    assert not [path for path in asked(server) if forbidden in path]
    [source] = report.sources
    assert source.errors["robots"] >= 1


def test_the_rules_are_asked_once_a_day_however_often_the_crawl_runs(mastodon, server, mastodon_job):
    job = mastodon_job(requests=20)
    crawl(job)
    crawl(job)
    assert server.paths().count("/robots.txt") == 1
    db = sqlite3.connect(job.path)
    db.execute("UPDATE hosts SET robots_at = robots_at - 86401")
    db.commit()
    db.close()
    crawl(job)
    assert server.paths().count("/robots.txt") == 2


def test_five_redirects_lead_to_the_rules_of_the_host_that_was_asked(mastodon, server, mastodon_job):
    for step in range(5):
        server.routes["/robots.txt" if not step else f"/r{step}"] = (
            302,
            {"Location": f"{server.base}/r{step + 1}"},
            b"",
        )
    server.routes["/r5"] = (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /api/v1/timelines/")
    crawl(mastodon_job(requests=40))
    assert "/api/v2/instance" in asked(server)
    assert not [path for path in asked(server) if "/timelines/" in path]


def test_what_a_server_says_is_fresh_is_not_asked_again_and_not_forgotten(mastodon, server, mastodon_job):
    give = mastodon.give

    def fresh(handler, body, headers):
        status, told, raw = give(handler, body, headers)
        return status, told | {"Cache-Control": "public, max-age=600"}, raw

    mastodon.give = fresh
    job = mastodon_job(requests=300)
    crawl(job)
    recurring = {path for path in server.paths() if "lookup" in path or path.endswith("/statuses?limit=40")}
    assert recurring
    server.log.clear()
    crawl(replace(job))
    assert not recurring & set(server.paths())
    server.log.clear()
    db = sqlite3.connect(job.path)
    db.execute("UPDATE validators SET fresh_until = 0")
    db.commit()
    db.close()
    crawl(replace(job))
    assert recurring <= set(server.paths())


def test_an_objection_and_a_wish_hold_for_every_request(mastodon, server, job):
    import hashlib
    import hmac

    key = b"k" * 32
    barred = (f"ap:{server.base}/users/p1", f"@p1@{server.host}")
    prints = tuple(hmac.new(key, name.lower().encode(), hashlib.sha256).hexdigest() for name in barred)
    source = SourceJob("mastodon", {"instances": [server.base], "hops": 20})
    made = job(source, seed_hashtags=("coffee",), suppression_key=key.hex(), suppression=prints)
    crawl(made)
    for name in ("p1", "shy"):
        assert not [path for path in asked(server) if f"/accounts/{mastodon.people[name]['id']}/" in path]
