"""Blogs and sites crawled as pages: each post once, by whoever signed it, within what the site allows."""

from __future__ import annotations

import gzip
import json

import pytest

from crawlers.consent import Gate
from crawlers.engine.conductor import Conductor
from crawlers.frontier import Frontier
from crawlers.guard import address_guard
from crawlers.job import CrawlJob, SourceJob
from crawlers.registry import connector
from crawlers.results import read_records
from crawlers.run import crawl
from crawlers.web.sitemaps import MOST, named_in, read_sitemap
from crawlers.web.tdm import reserved
from data.brief.model import Brief, Budget, Segment
from data.errors import UserError

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml"}
WORDS = "<p>" + "Quinze grammes de café, deux cent cinquante millilitres d'eau. " * 8 + "</p>"


def post(title="Recette V60", head="", byline="", after="", date="2026-06-01T10:00:00Z"):
    return f"""<!doctype html><html lang="fr"><head><title>{title}</title><meta property="og:site_name" content="Carnet">
<meta property="article:published_time" content="{date}">{head}</head><body><nav><a href="/about.html">About</a></nav>
<article class="h-entry"><h1>{title}</h1>{byline}<div class="e-content">{WORDS}<a href="https://torref.example/v60">torref</a></div></article>{after}</body></html>"""


def listing(*links, head="", body=""):
    teasers = "".join(
        f'<article><h2><a href="{link}">Title {link}</a></h2><time datetime="2026-06-01"></time></article>'
        for link in links
    )
    return f'<html lang="fr"><head><title>Carnet</title>{head}</head><body>{teasers}{body}</body></html>'


def sitemap(*places):
    rows = "".join(f"<url><loc>{url}</loc><lastmod>{changed}</lastmod></url>" for url, changed in places)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


class Sites:
    """Pages by address, answered to the real frontier and gate without a network; `log` holds the paths asked for."""

    def __init__(self, path):
        self.base, self.other = "https://blog.example", "https://social.example"
        self.routes, self.log, self.path, self.now, self.troubles = {}, [], path, 1_790_000_000.0, {}

    def paths(self):
        return [url.removeprefix(self.base) for url in self.log]

    def read(self, folder="", **options):
        """Crawl once; return accounts and posts by id."""
        source = SourceJob("web", {"sites": [f"{self.base}{folder}"]} | options)
        job = CrawlJob(
            path=self.path,
            brief="test",
            sources=(source,),
            days_since="2020-01-01T00:00:00+00:00",
            contact="mailto:us@example.org",
        )
        frontier = Frontier(job.path, job.speed, address_guard(()))
        conductor = Conductor(job, frontier, Gate())
        conductor.begin(self.now)
        idle = 0
        while idle < 3:
            self.now += 3600.0 if idle else 30.0
            picked = conductor.next(self.now)
            idle = 0 if picked else idle + 1
            if picked:
                url = picked.url.replace(":443/", "/")
                self.log.append(url)
                status, headers, body = self.routes.get(
                    url, self.routes.get(url.removeprefix(self.base), (404, HTML, ""))
                )
                told = {name.lower(): value for name, value in headers.items()}
                raw = (
                    body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
                )
                conductor.answer(picked, status, told, raw, self.now)
        conductor.finish(self.now)
        self.troubles = dict(frontier.db.execute("SELECT kind, times FROM troubles").fetchall())
        frontier.db.close()
        self.now += 10 * 86_400
        rows = [json.loads(collected.line) for collected in read_records(self.path)]
        return tuple({row[f"{kind}_id"]: row for row in rows if row["type"] == kind} for kind in ("account", "post"))


@pytest.fixture
def read(blog):
    return blog.read


@pytest.fixture
def blog(tmp_path):
    """A front page that lists three posts, and a sitemap that names them."""
    server = Sites(str(tmp_path / "crawl.sqlite"))
    server.routes["/"] = (200, HTML, listing("/one", "/two", "/three"))
    for name in ("one", "two", "three"):
        server.routes[f"/{name}"] = (
            200,
            HTML,
            post(name, byline='<p class="byline">Par <a href="/author/lea">Léa Martin</a></p>'),
        )
    server.routes["/author/lea"] = (200, HTML, listing("/one"))
    server.routes["/sitemap.xml"] = (
        200,
        XML,
        sitemap(*((f"{server.base}/{name}", "2026-06-01") for name in ("one", "two", "three"))),
    )
    return server


def test_each_post_is_found_once_and_asked_once(blog, read):
    accounts, posts = read()
    assert set(posts) == {f"web:{blog.base}/{name}" for name in ("one", "two", "three")}
    assert {found["account_id"] for found in posts.values()} == {f"web:{blog.base}/author/lea"}
    assert accounts[f"web:{blog.base}/author/lea"]["display_name"] == "Léa Martin"
    assert max(blog.paths().count(path) for path in blog.paths()) == 1
    assert blog.troubles == {}


def test_a_post_has_its_words_links_date_and_language(blog, read):
    found = read()[1][f"web:{blog.base}/one"]
    assert "Quinze grammes" in found["text"]
    assert found["links"] == ["https://torref.example/v60"]
    assert (found["published_at"], found["declared_language"], found["kind"]) == (
        "2026-06-01T10:00:00+00:00",
        "fr",
        "post",
    )


def test_without_a_sitemap_the_sites_own_links_are_followed(blog, read):
    del blog.routes["/sitemap.xml"]
    blog.routes["/"] = (
        200,
        HTML,
        listing("/one", body='<a href="/page/2">older</a><a href="https://other.example/x">out</a>'),
    )
    blog.routes["/page/2"] = (200, HTML, listing("/two", "/three"))
    assert len(read()[1]) == 3


def test_a_sitemap_named_by_robots_is_read_even_as_a_zipped_index(blog, read):
    del blog.routes["/sitemap.xml"]
    blog.routes["/"] = (200, HTML, "<html><title>Carnet</title></html>")
    blog.routes["/robots.txt"] = (
        200,
        {"Content-Type": "text/plain"},
        f"User-agent: *\nSitemap: {blog.base}/maps/all.xml\nSitemap: https://other.example/x.xml",
    )
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{blog.base}/maps/posts.xml.gz</loc></sitemap><sitemap><loc>{blog.base}/maps/tags.xml</loc></sitemap></sitemapindex>'
    blog.routes["/maps/all.xml"] = (200, XML, index)
    blog.routes["/maps/posts.xml.gz"] = (
        200,
        {"Content-Type": "application/gzip"},
        gzip.compress(sitemap((f"{blog.base}/one", "2026-06-01")).encode()),
    )
    assert set(read()[1]) == {f"web:{blog.base}/one"}
    assert "/maps/tags.xml" not in blog.paths()


def test_robots_are_obeyed(blog, read):
    blog.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /two")
    _, posts = read()
    assert f"web:{blog.base}/two" not in posts
    assert "/two" not in blog.paths()


def test_what_was_last_changed_before_the_window_is_not_asked(blog, read):
    blog.routes["/"] = (200, HTML, "<html><title>Carnet</title></html>")
    blog.routes["/sitemap.xml"] = (
        200,
        XML,
        sitemap((f"{blog.base}/one", "2026-06-01"), (f"{blog.base}/two", "2009-01-01")),
    )
    read()
    assert "/two" not in blog.paths()


def test_a_post_from_before_the_window_is_not_kept(blog, read):
    blog.routes["/one"] = (200, HTML, post("one", date="2009-01-01"))
    assert f"web:{blog.base}/one" not in read()[1]


def test_pages_of_one_site_have_a_limit(blog, read):
    read(pages=2)
    assert sum(path in {"/one", "/two", "/three"} for path in blog.paths()) == 2


def test_only_what_lies_under_the_site_is_read(blog, read):
    blog.routes["/blog/"] = (200, HTML, listing("/blog/a", "/one"))
    blog.routes["/blog/a"] = (200, HTML, post("a"))
    assert set(read("/blog")[1]) == {f"web:{blog.base}/blog/a"}


def test_two_addresses_of_one_post_are_one_post(blog, read):
    head = f'<link rel="canonical" href="{blog.base}/one">'
    blog.routes["/"] = (200, HTML, listing("/one", "/copy", "/one?utm_source=x"))
    blog.routes["/one"] = blog.routes["/copy"] = (200, HTML, post("one", head))
    blog.routes["/sitemap.xml"] = (404, HTML, "")
    assert set(read()[1]) == {f"web:{blog.base}/one"}


def test_a_canonical_address_on_another_host_is_not_believed(blog, read):
    blog.routes["/one"] = (200, HTML, post("one", '<link rel="canonical" href="https://victim.example/post">'))
    assert f"web:{blog.base}/one" in read()[1]


def test_a_page_that_lists_posts_is_none(blog, read):
    blog.routes["/"] = (200, HTML, listing("/one", "/tag/x"))
    blog.routes["/tag/x"] = (200, HTML, listing("/one"))
    assert f"web:{blog.base}/tag/x" not in read()[1]


def test_nobody_signed_means_the_site_did(blog, read):
    blog.routes["/one"] = (200, HTML, post("one"))
    accounts, posts = read()
    assert posts[f"web:{blog.base}/one"]["account_id"] == f"web:{blog.base}/"
    assert accounts[f"web:{blog.base}/"]["display_name"] == "Carnet"


def test_a_name_without_a_page_is_named_within_the_feed_as_feeds_does(blog, read):
    blog.routes["/"] = (
        200,
        HTML,
        listing("/one", head='<link rel="alternate" type="application/rss+xml" href="/feed">'),
    )
    blog.routes["/one"] = (200, HTML, post("one", byline='<p class="byline">Par Léa Martin</p>'))
    assert read()[1][f"web:{blog.base}/one"]["account_id"] == f"feed:{blog.base}/feed#Léa Martin"


def test_several_authors_are_accounts_and_the_first_one_counts(blog, read):
    blog.routes["/one"] = (
        200,
        HTML,
        post(
            "one",
            byline='<p class="byline">Par <a href="/author/lea">Léa Martin</a> et <a href="/author/paul">Paul Durand</a></p>',
        ),
    )
    accounts, posts = read()
    assert posts[f"web:{blog.base}/one"]["extra"]["authors"] == [
        f"web:{blog.base}/author/lea",
        f"web:{blog.base}/author/paul",
    ]
    assert f"web:{blog.base}/author/paul" in accounts


def test_a_claimed_page_that_claims_back_is_proved(blog, read):
    card = f'<a rel="me" href="{blog.other}/@lea">ailleurs</a><a rel="me" href="{blog.other}/@fake">faux</a>'
    blog.routes["/author/lea"] = (200, HTML, f"<html><body>{card}</body></html>")
    blog.routes[f"{blog.other}/@lea"] = (200, HTML, f'<a rel="me nofollow" href="{blog.base}/author/lea">blog</a>')
    blog.routes[f"{blog.other}/@fake"] = (200, HTML, f'<a href="{blog.base}/author/lea">blog</a>')
    account = read()[0][f"web:{blog.base}/author/lea"]
    assert account["verified_links"] == [f"{blog.other}/@lea"]
    assert set(account["links"]) == {f"{blog.other}/@lea", f"{blog.other}/@fake"}


def test_proofs_may_be_left_out(blog, read):
    blog.routes["/author/lea"] = (200, HTML, f'<a rel="me" href="{blog.other}/@lea">x</a>')
    read(verify=False)
    assert not any(url.startswith(blog.other) for url in blog.log)


def test_a_card_tells_whose_site_it_is(blog, read):
    card = f'<div class="h-card"><a class="p-name u-url u-uid" href="{blog.base}/">Léa Martin</a><p class="p-note">Torréfactrice</p></div>'
    blog.routes["/"] = (200, HTML, listing("/one", body=card))
    account = read()[0][f"web:{blog.base}/"]
    assert (account["display_name"], account["summary"]) == ("Léa Martin", "Torréfactrice")


def test_a_wish_in_a_bio_keeps_a_person_out(blog, read):
    bio = f'<div class="h-card"><a class="u-url u-uid p-name" href="{blog.base}/author/lea">Léa</a><p class="p-note">#nobot</p></div>'
    blog.routes["/author/lea"] = (200, HTML, f"<html><body>{bio}</body></html>")
    accounts, posts = read()
    assert accounts[f"web:{blog.base}/author/lea"]["consent"] == "deny"
    assert not any(found.get("text") for found in posts.values())


@pytest.mark.parametrize(
    ("head", "headers"), [('<meta name="robots" content="noindex">', {}), ("", {"X-Robots-Tag": "noarchive"})]
)
def test_a_page_that_wants_no_copy_leaves_no_words(blog, read, head, headers):
    blog.routes["/one"] = (200, HTML | headers, post("one", head))
    found = read()[1][f"web:{blog.base}/one"]
    assert found.get("text") is None
    assert found.get("title") is None
    assert found["extra"]["wishes"]


def test_reservations_of_the_site_are_told_with_its_posts(blog, read):
    blog.routes["/.well-known/tdmrep.json"] = (200, {}, [{"location": "/one", "tdm-reservation": 1}])
    posts = read()[1]
    assert posts[f"web:{blog.base}/one"]["extra"]["wishes"] == ["tdm-reservation=1"]
    assert "wishes" not in posts[f"web:{blog.base}/two"]["extra"]


def test_a_page_overrides_the_reservation_of_its_site(blog, read):
    blog.routes["/.well-known/tdmrep.json"] = (200, {}, [{"location": "/*", "tdm-reservation": 1}])
    blog.routes["/one"] = (200, HTML | {"tdm-reservation": "0"}, post("one"))
    assert "wishes" not in read()[1][f"web:{blog.base}/one"]["extra"]


COMMENTS = """<ol class="commentlist"><li class="comment" id="comment-7"><div class="comment-author vcard"><cite class="fn"><a href="https://nina.example/">Nina</a></cite></div>
<time datetime="2026-06-02T10:00:00Z"></time><div class="comment-content"><p>Merci Léa</p></div></li>
<li class="comment" id="comment-8"><div class="comment-author vcard"><cite class="fn">Tom</cite></div><time datetime="2026-06-03T10:00:00Z"></time>
<div class="comment-content"><p>Bof</p></div></li><li class="comment"><p>sans auteur</p></li></ol>"""


def test_comments_are_replies_of_their_own_authors(blog, read):
    blog.routes["/one"] = (200, HTML, post("one", byline='<p class="byline">Par Léa Martin</p>', after=COMMENTS))
    accounts, posts = read()
    reply = posts[f"web:{blog.base}/one#comment-7"]
    assert (reply["kind"], reply["text"], reply["in_reply_to"]) == ("reply", "Merci Léa", f"web:{blog.base}/one")
    assert reply["account_id"] == "web:https://nina.example/"
    assert accounts[f"feed:{blog.base}/#Tom"]["display_name"] == "Tom"
    assert accounts["web:https://nina.example/"]["display_name"] == "Nina"
    assert posts[f"web:{blog.base}/one"]["account_id"].endswith("Léa Martin")


def test_comments_may_be_left_out(blog, read):
    blog.routes["/one"] = (200, HTML, post("one", after=COMMENTS))
    assert len(read(comments=False)[1]) == 3


@pytest.mark.parametrize(
    ("markup", "kind", "field"),
    [
        ('<a class="u-in-reply-to" href="https://nina.example/p">x</a>', "reply", "in_reply_to"),
        ('<a class="u-repost-of" href="https://nina.example/p">x</a>', "repost", "repost_of"),
        ('<a class="u-quotation-of" href="https://nina.example/p">x</a>', "quote", "quote_of"),
    ],
)
def test_microformats_tell_what_a_post_answers(blog, read, markup, kind, field):
    blog.routes["/one"] = (200, HTML, post("one", byline=markup))
    found = read()[1][f"web:{blog.base}/one"]
    assert (found["kind"], found[field]) == (kind, "web:https://nina.example/p")


def test_a_like_is_no_post(blog, read):
    blog.routes["/one"] = (200, HTML, post("one", byline='<a class="u-like-of" href="https://nina.example/p">x</a>'))
    assert f"web:{blog.base}/one" not in read()[1]


def test_copies_elsewhere_and_tags_are_told(blog, read):
    blog.routes["/one"] = (
        200,
        HTML,
        post(
            "one",
            byline='<a class="u-syndication" href="https://social.example/1">x</a><a class="p-category" href="/t">#café</a>',
        ),
    )
    found = read()[1][f"web:{blog.base}/one"]
    assert (found["extra"]["syndication"], found["tags"]) == (["https://social.example/1"], ["café"])


def test_a_post_that_vanished_is_marked_as_gone(blog, read):
    read()
    blog.routes["/two"] = (410, HTML, "gone")
    marker = read()[1][f"web:{blog.base}/two"]
    assert marker["deleted_at"]
    assert marker.get("text") is None


def test_a_site_that_refuses_is_told(blog, read):
    blog.routes["/"] = (403, HTML, "no")
    read()
    assert blog.troubles == {"http_403": 1}


def test_a_whole_crawl_reads_a_site_over_http(server, job):
    server.routes["/"] = (200, HTML, listing("/one"))
    server.routes["/one"] = (200, HTML, post("one", byline='<p class="byline">Par Léa Martin</p>'))
    made = job(SourceJob("web", {"sites": [server.base]}))
    report = crawl(made)
    rows = [json.loads(collected.line) for collected in read_records(made.path)]
    assert [row["post_id"] for row in rows if row["type"] == "post"] == [f"web:{server.base}/one"]
    assert report.sources[0].errors == {}


def test_a_site_needs_an_address():
    from crawlers.connector import Context

    with pytest.raises(UserError, match="sites"):
        connector("web").seeds(Context(options={}))
    with pytest.raises(UserError, match="not a site"):
        connector("web").seeds(Context(options={"sites": ["not a site"]}))


def test_the_estimate_grows_with_sites_and_pages():
    brief = Brief(name="b", segments=(Segment("s", "q"),), budget=Budget(requests=100_000, posts_per_account=1000))
    one = connector("web").requests_for({"sites": ["https://a.example"], "pages": 50}, brief)
    assert (
        connector("web").requests_for({"sites": ["https://a.example", "https://b.example"], "pages": 50}, brief)
        == 2 * one
    )
    assert connector("web").requests_for({"sites": ["https://a.example"], "pages": 500}, brief) > one


# --- sitemaps and reservations as such ------------------------------------------------------------------------------


def test_robots_may_name_sitemaps_in_any_case():
    robots = (
        "User-agent: *\nSITEMAP: /a.xml\nsitemap : https://b.example/b.xml\nSitemap: javascript:x\n#Sitemap: /c.xml"
    )
    assert named_in(robots, "https://a.example/") == ["https://a.example/a.xml", "https://b.example/b.xml"]


def test_a_sitemap_may_be_a_plain_list():
    told = read_sitemap(b"https://a.example/1\n\nhttps://a.example/2\nhttps://a.example/1\n", "https://a.example/")
    assert [place.url for place in told.pages] == ["https://a.example/1", "https://a.example/2"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<html></html>",
        b"\x1f\x8bbroken",
        b'<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>',
        b"\x00" * 100,
    ],
)
def test_what_is_no_sitemap_is_refused(body):
    with pytest.raises(ValueError, match=r"."):
        read_sitemap(body, "https://a.example/")


def test_a_broken_sitemap_gives_what_was_good():
    told = read_sitemap(
        sitemap(("https://a.example/1", "2026-01-01"), ("ftp://x", "x")).encode()[:-30], "https://a.example/"
    )
    assert [place.url for place in told.pages] == ["https://a.example/1"]


def test_a_zipped_bomb_and_a_long_list_are_bounded():
    bomb = gzip.compress(b"<urlset>" + b" " * 80_000_000)
    assert read_sitemap(bomb, "https://a.example/").pages == ()
    rows = "".join(f"<url><loc>https://a.example/{n}</loc></url>" for n in range(MOST + 500))
    assert len(read_sitemap(f"<urlset>{rows}</urlset>".encode(), "https://a.example/").pages) == MOST


@pytest.mark.parametrize(
    ("rules", "path", "kept"),
    [
        ([{"location": "/a", "tdm-reservation": 1}], "/a/b", True),
        ([{"location": "/a$", "tdm-reservation": 1}], "/a/b", False),
        ([{"location": "/*.html", "tdm-reservation": 1}], "/x/y.html", True),
        ([{"location": "/a", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}], "/a", False),
        ([{"location": "/", "tdm-reservation": 2}], "/", False),
        ([{"location": "/", "tdm-reservation": "1"}], "/", True),
        ({"location": "/", "tdm-reservation": 1}, "/", False),
        ([None, 1, {"location": 3}], "/", False),
    ],
)
def test_the_first_rule_that_fits_decides_what_is_reserved(rules, path, kept):
    assert reserved(json.dumps(rules), f"https://a.example{path}") is kept


def test_a_pattern_of_stars_costs_nothing():
    rules = json.dumps([{"location": "/" + "*a" * 140, "tdm-reservation": 1}])
    assert reserved(rules, "https://a.example/" + "a" * 1900 + "b") in {True, False}
    assert reserved("no json", "https://a.example/") is False
