"""A generated suite of robots.txt files, each met by a whole crawl: what is allowed is asked, what is forbidden never is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crawlers.job import SourceJob
from crawlers.robots import LONGEST, SLOWEST, crawl_delay, may_fetch, rules_from

BASE = "http://127.0.0.1:8000"
XML = {"Content-Type": "application/rss+xml"}
FEED = "<rss version='2.0'><channel><title>x</title></channel></rss>"
QUIET = settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

parts = st.sampled_from(["a", "b", "ab", "c.xml", "d"])
paths = st.lists(parts, min_size=1, max_size=3).map(lambda several: "/" + "/".join(several))
patterns = st.builds(
    lambda path, star, end: ("/" if star == 0 else "/*" if star == 1 else "/*/") + path.lstrip("/") + ("$" if end else "*" if star == 2 else ""),
    paths, st.integers(0, 2), st.booleans(),
) | paths | st.sampled_from(["/", "", "/*", "/$"])  # fmt: skip
rules = st.lists(st.tuples(st.booleans(), patterns), max_size=5)
agents = st.lists(st.sampled_from(["*", "vigie", "Vigie", "VIGIE", "other", "vig", "vigiebot"]), min_size=1, max_size=3)
groups = st.lists(st.tuples(agents, rules), min_size=1, max_size=5)
noise = st.sampled_from(
    ["", "# a comment", "Sitemap: https://x.example/s.xml", "Content-Signal: ai-train=no", "nonsense", "Host: x", "   "]
)


@st.composite
def files(draw):
    """A file as servers write them: any case, any line end, comments, blanks, unknown lines, a byte order mark or none."""
    told = draw(groups)
    assume(all(group_rules for _, group_rules in told))  # a group without a rule joins the next one: said apart below
    lines = []
    for names, group_rules in told:
        keys, colons = st.sampled_from(["User-agent", "user-agent", "USER-AGENT"]), st.sampled_from([": ", ":", " : "])
        lines += [f"{draw(keys)}{draw(colons)}{name}{draw(st.sampled_from(['', '/1.0', '  # who']))}" for name in names]
        for allow, pattern in group_rules:
            lines += [draw(noise)] if draw(st.booleans()) else []
            word = draw(st.sampled_from(["Allow", "allow"] if allow else ["Disallow", "disallow", "DISALLOW"]))
            lines.append(f"{word}: {pattern}{draw(st.sampled_from(['', '  ', ' # why']))}")
        lines += [""] * draw(st.integers(0, 2))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return ("\ufeff" if draw(st.booleans()) else "") + end.join(lines), told


def matches(pattern: str, path: str) -> bool:
    """RFC 9309, 2.2.3, the slow and obvious way."""
    if not pattern:
        return True
    if pattern == "$":
        return not path
    if pattern[0] == "*":
        return any(matches(pattern[1:], path[n:]) for n in range(len(path) + 1))
    return bool(path) and path[0] == pattern[0] and matches(pattern[1:], path[1:])


def allowed(told, path):
    """The groups of our token together, else those of everybody; of the rules that match the longest, Allow on a tie."""
    ours = [rule for names, listed in told if any(name.lower() == "vigie" for name in names) for rule in listed]
    named = any(name.lower() == "vigie" for names, _ in told for name in names)
    fitting = ours if named else [rule for names, listed in told if "*" in names for rule in listed]
    found = [(len(pattern), allow) for allow, pattern in fitting if pattern and matches(pattern, path)]
    return max(found)[1] if found else True


@given(files(), paths)
@settings(deadline=None, max_examples=200)
def test_any_file_is_read_as_the_standard_says(written, path):
    text, told = written
    assert may_fetch(rules_from(200, text.encode()), BASE + path, "vigie") is allowed(told, path)


@given(written=files(), wanted=st.lists(paths, min_size=1, max_size=8, unique=True))
@QUIET
def test_a_crawl_asks_all_that_is_allowed_and_nothing_else(written, wanted, world, job):
    text, told = written
    world.pages, world.log = {f"{BASE}{path}": (200, XML, FEED) for path in wanted}, []
    world.pages[f"{BASE}/robots.txt"] = (200, {"Content-Type": "text/plain"}, text)
    with TemporaryDirectory() as folder:
        made = job(SourceJob("feeds", {"urls": [BASE + path for path in wanted]}), path=f"{folder}/crawl.sqlite")
        world.crawl(made).frontier.close()
    asked = world.asked()
    assert asked[0] == f"{BASE}/robots.txt"
    expected = {BASE + path for path in wanted if allowed(told, path)}
    free = {f"{BASE}/robots.txt", f"{BASE}/.well-known/tdmrep.json"}
    assert set(asked) - free == expected
    assert len(asked) == len(set(asked)), "nothing is asked twice"
    assert allowed(told, "/.well-known/tdmrep.json") or f"{BASE}/.well-known/tdmrep.json" not in asked


@given(status=st.sampled_from([*range(200, 206), *range(400, 419), 429, 451, 500, 502, 503, 504, 599]), written=files())
@QUIET
def test_the_status_decides_whether_there_are_rules(status, written, world, job):
    text, told = written
    world.pages = {f"{BASE}/a": (200, XML, FEED), f"{BASE}/robots.txt": (status, {}, text)}
    world.log = []
    with TemporaryDirectory() as folder:
        made = job(SourceJob("feeds", {"urls": [f"{BASE}/a"]}), path=f"{folder}/crawl.sqlite")
        world.crawl(made, most=400).frontier.close()
    read = f"{BASE}/a" in world.asked()
    if 200 <= status < 300:
        assert read is allowed(told, "/a")
    else:
        assert read is (status < 500 and status != 429)


@pytest.mark.parametrize("steps", range(8))
def test_five_redirects_are_followed_and_a_maze_forbids(world, job, steps):
    places = ["/robots.txt", *(f"/r{n}" for n in range(1, steps + 1))]
    for here, there in itertools.pairwise(places):
        world.pages[BASE + here] = (302, {"Location": there}, "")
    world.pages[BASE + places[-1]] = (200, {}, "User-agent: *\nDisallow: /shut")
    world.pages |= {f"{BASE}{path}": (200, XML, FEED) for path in ("/open", "/shut")}
    world.crawl(job(SourceJob("feeds", {"urls": [f"{BASE}/open", f"{BASE}/shut"]}))).frontier.close()
    assert f"{BASE}/shut" not in world.asked()
    assert (f"{BASE}/open" in world.asked()) is (steps <= 5)


def test_the_rules_of_another_host_hold_where_a_redirect_led_to_them(world, job):
    other = BASE.replace("8000", "8001")
    world.pages[f"{BASE}/robots.txt"] = (301, {"Location": f"{other}/rules"}, "")
    world.pages[f"{other}/rules"] = (200, {}, "User-agent: vigie\nDisallow: /shut")
    world.pages |= {f"{BASE}{path}": (200, XML, FEED) for path in ("/open", "/shut")}
    world.crawl(job(SourceJob("feeds", {"urls": [f"{BASE}/open", f"{BASE}/shut"]}))).frontier.close()
    assert f"{BASE}/open" in world.asked()
    assert f"{BASE}/shut" not in world.asked()


def test_an_older_copy_holds_while_the_file_is_out_of_reach(world, job):
    world.pages = {f"{BASE}/robots.txt": (200, {}, "User-agent: *\nDisallow: /shut")} | {
        f"{BASE}{path}": (200, XML, FEED) for path in ("/open", "/shut")
    }
    made = job(SourceJob("feeds", {"urls": [f"{BASE}/open", f"{BASE}/shut"]}))
    world.crawl(made).frontier.close()
    world.now += 90_000
    db = world.crawl(replace(made, sources=made.sources)).frontier
    db.close()
    assert world.asked().count(f"{BASE}/robots.txt") == 2
    assert world.asked().count(f"{BASE}/open") == 2
    assert f"{BASE}/shut" not in world.asked()


@given(st.integers(0, 600), st.booleans())
@settings(deadline=None, max_examples=25)
def test_a_rule_counts_wherever_it_stands_in_the_first_500_kib(kib, beyond):
    filler = ("# " + "x" * 1021 + "\n") * kib
    text = filler + "User-agent: *\nDisallow: /shut\n" + ("# more\n" * 100_000 if beyond else "")
    read = not may_fetch(rules_from(200, text.encode()), f"{BASE}/shut", "vigie")
    assert read is (len(filler) + 30 <= LONGEST)
    assert read or kib >= 500 - 1


@given(
    ours=st.none() | st.floats(0.1, 5000, allow_nan=False).map(lambda number: round(number, 2)),
    theirs=st.none() | st.integers(1, 90),
    first=st.booleans(),
)
def test_the_crawl_delay_is_that_of_our_group(ours, theirs, first):
    lines = [
        f"User-agent: vigie\nDisallow: /x\n{f'Crawl-delay: {ours}' if ours else ''}\n",
        f"User-agent: *\nDisallow: /y\n{f'Crawl-delay: {theirs}' if theirs else ''}\n",
    ]
    found = crawl_delay("\n".join(lines if first else lines[::-1]), "vigie")
    assert found == (min(ours, SLOWEST) if ours else None)


@pytest.mark.parametrize("delay", [0.5, 2, 10])
def test_a_crawl_delay_spaces_every_request_of_the_host(world, job, delay):
    world.pages = {f"{BASE}/{n}": (200, XML, FEED) for n in range(6)}
    world.pages[f"{BASE}/robots.txt"] = (200, {}, f"User-agent: *\nCrawl-delay: {delay}")
    world.crawl(job(SourceJob("feeds", {"urls": [f"{BASE}/{n}" for n in range(6)]}))).frontier.close()
    moments = [at for at, _ in world.log]
    assert len(moments) == 8
    assert all(later - earlier >= delay for earlier, later in itertools.pairwise(moments))
