"""What a site says of the use of its words is read in every form, and obeyed for every source, purpose by purpose."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.connector import Answer
from crawlers.job import SourceJob
from crawlers.registry import connector
from crawlers.reservations import NO_MODEL, NO_WORDS, Site, header_wishes, obeyed, signals
from crawlers.results import read_records

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://x.example/blog/one"


# --- Content-Signal -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("robots", "told"),
    [
        ("User-agent: *\nContent-Signal: search=yes, ai-train=no", {"search": True, "ai-train": False}),
        ("User-Agent: *\nContent-signal: ai-input=no\nAllow: /", {"ai-input": False}),
        ("Content-Signal: search=no", {"search": False}),
        ("User-agent: other\nContent-Signal: search=no", {}),
        (
            "User-agent: vigie\nContent-Signal: search=no\n\nUser-agent: *\nContent-Signal: search=yes",
            {"search": False},
        ),
        ("User-agent: *\nContent-Signal: search=no\n\nUser-agent: vigie\nAllow: /", {}),
        ("User-agent: other\nUser-agent: VIGIE/1.0\nContent-Signal: search=no", {"search": False}),
        (
            "User-agent: *\nDisallow: /x\nContent-Signal: search=no\nUser-agent: other\nContent-Signal: search=yes",
            {"search": False},
        ),
        ("User-agent: *\nContent-Signal: /blog/ search=no\nContent-Signal: search=yes", {"search": False}),
        ("User-agent: *\nContent-Signal: / search=no\nContent-Signal: /blog/ search=yes", {"search": True}),
        ("User-agent: *\nContent-Signal: /other/ search=no", {}),
        ("User-agent: *\nContent-Signal: /*/one$ search=no", {"search": False}),
        ("User-agent: *\nContent-Signal: search=yes\nContent-Signal: search=no", {"search": False}),
        ("User-agent: *\nContent-Usage: train-ai=n", {"ai-train": False}),
        ("User-agent: *\nContent-Usage: train-ai=y", {}),
        ("User-agent: *\nContent-Usage: /blog/ train-ai=n", {"ai-train": False}),
        ("User-agent: *\nContent-Signal: search = no , ai-train=YES", {"search": False, "ai-train": True}),
        ("User-agent: *\nContent-Signal: search=maybe, other=no", {}),
        ("User-agent: * # all\nContent-Signal: search=no # none", {"search": False}),
        ("# Content-Signal: search=no", {}),
        ("\ufeffUser-agent: *\r\nContent-Signal: search=no\r\n", {"search": False}),
        ("", {}),
    ],
)
def test_content_signals_are_read_by_group_and_path(robots, told):
    assert signals(robots, URL) == told


pairs = st.lists(st.tuples(st.sampled_from(["search", "ai-input", "ai-train"]), st.booleans()), min_size=1, max_size=6)


@given(pairs, st.sampled_from([", ", ",", " , ", " "]), st.booleans())
def test_whatever_the_order_a_refusal_stands(told, comma, upper):
    line = comma.join(f"{name}={'yes' if allowed else 'no'}" for name, allowed in told)
    found = signals(f"User-agent: *\nContent-Signal: {line.upper() if upper else line}", URL)
    assert found == {name: all(allowed for other, allowed in told if other == name) for name, _ in told}


@given(st.text(max_size=300), st.text(max_size=60))
@settings(deadline=None)
def test_no_robots_file_breaks_the_reading(text, path):
    found = signals(f"User-agent: *\nContent-Signal: {text}\n{text}", f"https://x.example/{path}")
    assert set(found) <= {"search", "ai-input", "ai-train"}


# --- headers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "robots"),
    [
        ({"x-robots-tag": "noindex, nofollow"}, {"noindex"}),
        ({"x-robots-tag": "NoArchive"}, {"noarchive"}),
        ({"x-robots-tag": "googlebot: nosnippet, otherbot: none"}, {"nosnippet", "none"}),
        ({"x-robots-tag": "unavailable_after: 25 Jun 2020 15:00:00 GMT"}, {"noindex"}),
        ({"x-robots-tag": "unavailable_after: 2020-06-25"}, {"noindex"}),
        ({"x-robots-tag": "unavailable_after: 2099-06-25"}, set()),
        ({"x-robots-tag": "noai, noimageai"}, {"noai"}),
        ({"x-robots-tag": "all, max-snippet: 5"}, set()),
        ({}, set()),
    ],
)
def test_robots_headers_are_read(headers, robots):
    assert header_wishes(headers, NOW)["robots"] == robots


@given(
    st.dictionaries(
        st.sampled_from(["x-robots-tag", "tdm-reservation", "content-usage", "content-signal"]), st.text(max_size=200)
    )
)
def test_no_header_breaks_the_reading(headers):
    told = header_wishes(headers, NOW)
    assert told["tdm-reservation"] in {None, "0", "1"}
    assert told["usage"] <= NO_MODEL | NO_WORDS


# --- what becomes of a record -------------------------------------------------------------------------------------

POST = {
    "type": "post",
    "post_id": "p",
    "account_id": "a",
    "source": "s",
    "url": URL,
    "title": "T",
    "text": "words",
    "links": ["l"],
    "likes": 3,
}


def answer(headers=None, html=True, url=URL):
    told = {"content-type": "text/html" if html else "application/json"} | (headers or {})
    return Answer(url, "page", {}, 200, told, b"", 0, NOW)


def kept(headers=None, site=None, html=True, wishes=(), **row):
    post = POST | row | ({"extra": {"wishes": list(wishes)}} if wishes else {})
    [found] = obeyed([post], answer(headers, html), site or Site())
    return found, (found.get("extra") or {}).get("wishes", [])


FILE, ONE = json.dumps([{"location": "/blog/*", "tdm-reservation": 1}]), "tdm-reservation=1"


@pytest.mark.parametrize(
    ("tdm", "header", "meta", "reserved"),
    [
        (FILE, None, None, True),
        (FILE, "0", None, False),
        (FILE, None, "0", False),
        (FILE, "0", "1", True),
        ("", "1", "0", False),
        ("", "1", None, True),
        ("", None, "1", True),
        (FILE, "2", None, True),
        (FILE, "yes", None, True),
        ("", "yes", None, False),
        ("not json", None, None, False),
        ('[{"location": "/blog/*", "tdm-reservation": true}]', None, None, False),
        ('[{"location": "/x", "tdm-reservation": 1}]', None, None, False),
        ("", None, None, False),
    ],
)
def test_each_level_of_tdmrep_overrides_the_one_before_and_absence_never_resets(tdm, header, meta, reserved):
    headers = {"tdm-reservation": header} if header else {}
    post, wishes = kept(headers, Site(tdm=tdm), wishes=[f"tdm-reservation={meta}"] if meta else [])
    assert ("text" not in post) is reserved
    assert wishes == ([ONE] if reserved else [])
    assert post["likes"] == 3, "counts are facts"


@pytest.mark.parametrize("wish", sorted(NO_WORDS - {ONE, "search=no"}))
def test_a_page_that_wants_no_index_leaves_no_words(wish):
    assert "text" not in kept({"x-robots-tag": wish})[0]
    assert "title" not in kept(wishes=[wish])[0]


def test_noindex_on_data_is_about_the_data_and_noarchive_is_not():
    assert kept({"x-robots-tag": "noindex, follow"}, html=False) == (POST, [])
    assert "text" not in kept({"x-robots-tag": "noarchive"}, html=False)[0]


def test_search_and_models_are_purposes_apart():
    searched, wishes = kept(site=Site(robots="User-agent: *\nContent-Signal: search=yes, ai-train=no, ai-input=no"))
    assert searched["text"] == "words"
    assert wishes == ["ai-input=no", "ai-train=no"]
    assert not NO_MODEL.isdisjoint(wishes)
    closed, wishes = kept(site=Site(robots="User-agent: *\nContent-Signal: search=no, ai-train=yes"))
    assert "text" not in closed
    assert wishes == ["search=no"]


def test_the_rules_of_a_host_are_those_of_the_post_where_it_serves_it():
    site = Site(tdm=json.dumps([{"location": "/feed", "tdm-reservation": 1}]))
    [own] = obeyed([POST], answer(url="https://x.example/feed"), site)
    assert "text" in own
    [other] = obeyed([POST | {"url": "https://y.example/blog/one"}], answer(url="https://x.example/feed"), site)
    assert "text" not in other, "what this host serves of another's is under this host's rules"


def test_a_marker_of_a_deletion_and_an_account_are_left_as_they_are():
    rows = [
        {"type": "post", "post_id": "p", "deleted_at": "2026-01-01"},
        {"type": "account", "account_id": "a", "summary": "x"},
    ]
    assert obeyed(rows, answer({"x-robots-tag": "none"}), Site(tdm=FILE)) == rows


@given(
    tdm=st.sampled_from(["", FILE]) | st.text(max_size=40),
    robots=st.sampled_from(["", "User-agent: *\nContent-Signal: search=no"]) | st.text(max_size=60),
    headers=st.dictionaries(
        st.sampled_from(["x-robots-tag", "tdm-reservation"]), st.sampled_from(["0", "1", "noindex", "none", "x"])
    ),
    html=st.booleans(),
)
def test_words_stay_exactly_where_nothing_forbids_them(tdm, robots, headers, html):
    post, wishes = kept(headers, Site(robots, tdm), html=html)
    assert ("text" in post) == NO_WORDS.isdisjoint(wishes)
    assert {name: post[name] for name in ("post_id", "url", "likes")} == {
        name: POST[name] for name in ("post_id", "url", "likes")
    }


# --- whole crawls, source by source -------------------------------------------------------------------------------

BASE = "http://127.0.0.1:8000"
XML, HTML, JSON = ({"Content-Type": kind} for kind in ("application/rss+xml", "text/html", "application/json"))
ITEM = f"<item><guid>1</guid><title>Un</title><link>{BASE}/post/1</link><description>des mots</description><pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate></item>"
WP = {
    "id": 1, "date_gmt": "2026-06-01T10:00:00", "modified_gmt": "2026-06-01T10:00:00", "link": f"{BASE}/post/1", "type": "post", "author": 1,
    "guid": {"rendered": f"{BASE}/?p=1"}, "title": {"rendered": "Un"}, "content": {"rendered": "<p>des mots</p>"}, "status": "publish",
}  # fmt: skip
PAGE = '<html><head><title>Un</title>{}</head><body><article><h1>Un</h1><time datetime="2026-06-01T10:00:00Z"></time><p>Des mots, en assez grand nombre pour être gardés par qui lit.</p></article></body></html>'


def feed(world, pages):
    world.pages[f"{BASE}/feed"] = (200, XML, f"<rss version='2.0'><channel><title>x</title>{ITEM}</channel></rss>")
    return SourceJob("feeds", {"urls": [f"{BASE}/feed"], "pages": pages})


def wordpress(world, pages):
    root = {"name": "x", "namespaces": ["wp/v2"], "routes": {}, "url": BASE, "home": BASE}
    world.pages[f"{BASE}/wp-json/"] = (200, JSON, json.dumps(root))
    for purpose in ("posts", "comments", "users"):
        world.pages[purpose] = (200, JSON, json.dumps([WP] if purpose == "posts" else []))
    known = world.answer

    def answer(url):
        if "/wp-json/wp/v2/" in url:
            world.log.append((world.now, url))
            return world.pages[url.split("/wp/v2/")[1].split("?")[0]]
        return known(url)

    world.answer = answer
    return SourceJob("wordpress", {"sites": [BASE], "pages": pages, "comments": False})


def website(world, pages):
    world.pages[f"{BASE}/"] = (200, HTML, f"<html><body><main><a href='{BASE}/post/1'>Un</a></main></body></html>")
    return SourceJob("web", {"sites": [BASE]})


SOURCES = [(feed, True), (feed, False), (wordpress, True), (wordpress, False), (website, True)]


def posts_of(world, job, source):
    world.pages.setdefault(f"{BASE}/post/1", (200, HTML, PAGE.format("")))
    made = job(source)
    world.crawl(made).frontier.close()
    rows = [json.loads(one.line) for one in read_records(made.path)]
    return [row for row in rows if row["type"] == "post"]


@pytest.mark.parametrize(("source", "pages"), SOURCES)
def test_without_a_reservation_the_words_are_kept(world, job, source, pages):
    [post] = posts_of(world, job, source(world, pages))
    assert "mots" in post["text"]


@pytest.mark.parametrize(("source", "pages"), SOURCES)
def test_the_reservations_of_a_site_hold_for_every_source_that_reads_it(world, job, source, pages):
    world.pages[f"{BASE}/.well-known/tdmrep.json"] = (200, JSON, '[{"location": "/post/*", "tdm-reservation": 1}]')
    [post] = posts_of(world, job, source(world, pages))
    assert post.get("text") is None
    assert post.get("title") is None
    assert ONE in post["extra"]["wishes"]


@pytest.mark.parametrize(("source", "pages"), SOURCES)
def test_content_signals_hold_for_every_source(world, job, source, pages):
    world.pages[f"{BASE}/robots.txt"] = (200, {}, "User-agent: *\nContent-Signal: search=yes, ai-train=no\n")
    [post] = posts_of(world, job, source(world, pages))
    assert "mots" in post["text"]
    assert post["extra"]["wishes"] == ["ai-train=no"]


@pytest.mark.parametrize(("source", "pages"), SOURCES)
def test_no_search_leaves_no_words(world, job, source, pages):
    world.pages[f"{BASE}/robots.txt"] = (200, {}, "User-agent: *\nContent-Signal: search=no\n")
    assert [post.get("text") for post in posts_of(world, job, source(world, pages))] == [None]


@pytest.mark.parametrize(("source", "pages"), [one for one in SOURCES if one[1]])
@pytest.mark.parametrize("how", ["header", "meta", "tdm header"])
def test_the_wishes_of_the_page_hold_for_every_source_that_reads_it(world, job, source, pages, how):
    headers = {"header": {"X-Robots-Tag": "noarchive"}, "tdm header": {"tdm-reservation": "1"}}.get(how, {})
    head = '<meta name="robots" content="noindex">' if how == "meta" else ""
    world.pages[f"{BASE}/post/1"] = (200, HTML | headers, PAGE.format(head))
    assert [post.get("text") for post in posts_of(world, job, source(world, pages))] == [None]


def test_the_reservations_are_known_before_any_page_is_read_and_asked_once(world, job):
    source = feed(world, pages=True)
    posts_of(world, job, source)
    assert world.asked()[:2] == [f"{BASE}/robots.txt", f"{BASE}/.well-known/tdmrep.json"]
    world.crawl(job(source)).frontier.close()
    assert world.asked().count(f"{BASE}/.well-known/tdmrep.json") == 1
    world.now += 86_500
    world.crawl(job(source)).frontier.close()
    assert world.asked().count(f"{BASE}/.well-known/tdmrep.json") == 2


def test_they_are_no_part_of_the_budget_and_are_not_asked_where_robots_forbid(world, job):
    source = feed(world, pages=False)
    world.crawl(job(source, requests=1)).frontier.close()
    assert f"{BASE}/feed" in world.asked()
    world.log.clear()
    other = BASE.replace("8000", "8001")
    world.pages[f"{other}/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /.well-known/\n")
    world.pages[f"{other}/feed"] = world.pages[f"{BASE}/feed"]
    world.crawl(job(SourceJob("feeds", {"urls": [f"{other}/feed"]}))).frontier.close()
    assert f"{other}/feed" in world.asked()
    assert f"{other}/.well-known/tdmrep.json" not in world.asked()


def test_what_was_reserved_stays_so_while_the_file_cannot_be_had(world, job):
    place = f"{BASE}/.well-known/tdmrep.json"
    world.pages[place] = (200, JSON, '[{"location": "/*", "tdm-reservation": 1}]')
    source = feed(world, pages=True)
    assert posts_of(world, job, source)[0].get("text") is None
    world.pages[place] = (500, {}, "")
    world.pages[f"{BASE}/feed"] = (
        200,
        XML,
        world.pages[f"{BASE}/feed"][2].replace("<guid>1", "<guid>2").replace("post/1", "post/2"),
    )
    world.pages[f"{BASE}/post/2"] = world.pages[f"{BASE}/post/1"]
    world.now += 90_000
    assert [post.get("text") for post in posts_of(world, job, source)] == [None, None]


@pytest.mark.parametrize(
    "told",
    [
        (404, {}, ""),
        (200, JSON, "[]"),
        (200, HTML, "<html>"),
        (301, {"Location": "/.well-known/tdmrep.json"}, ""),
        (410, {}, ""),
    ],
)
def test_no_file_reserves_nothing(world, job, told):
    world.pages[f"{BASE}/.well-known/tdmrep.json"] = told
    [post] = posts_of(world, job, feed(world, pages=True))
    assert "mots" in post["text"]


def test_sources_that_read_sites_say_so():
    assert {kind for kind in ("web", "feeds", "wordpress", "discourse", "mastodon", "bluesky") if connector(kind).reads_sites} == {
        "web", "feeds", "wordpress", "discourse",
    }  # fmt: skip
