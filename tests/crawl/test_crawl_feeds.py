"""Feeds of every kind, and the pages behind them."""

from __future__ import annotations

import json

import pytest

from crawlers.job import SourceJob
from crawlers.results import read_records
from crawlers.run import crawl

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>Carnet</title><link>{base}/</link><language>fr</language>
<item><title>Recette V60</title><link>{base}/v60?utm_source=rss</link><guid isPermaLink="false">g1</guid><dc:creator>Léa</dc:creator>
<category>café</category><pubDate>Mon, 01 Jun 2026 10:00:00 +0200</pubDate><description>15 g, 250 ml</description><slash:comments>4</slash:comments></item>
<item><title>Vieux</title><link>{base}/old</link><pubDate>Mon, 01 Jun 2015 10:00:00 GMT</pubDate></item></channel></rss>"""
PAGE = """<!doctype html><html lang="fr"><head><title>Recette V60</title>{head}</head><body><nav><a href="/about">About</a></nav>
<article class="h-entry"><a class="p-author h-card" href="{base}/lea">Léa Martin</a><div class="e-content"><p>{words}</p>
<p>Merci à <a href="https://torref.example/v60">la torréfaction</a>.</p></div></article></body></html>"""
WORDS = "Quinze grammes de café moulu, deux cent cinquante millilitres d'eau à quatre-vingt-treize degrés. " * 5


@pytest.fixture
def read(server, job):
    def go(url, **options):
        made = job(SourceJob("feeds", {"urls": [f"{server.base}{url}"]} | options))
        report = crawl(made)
        rows = [json.loads(collected.line) for collected in read_records(made.path)]
        return report, [row for row in rows if row["type"] == "account"], [row for row in rows if row["type"] == "post"]

    return go


@pytest.fixture
def blog(server):
    server.routes["/feed"] = (200, {"Content-Type": "application/rss+xml", "ETag": '"1"'}, RSS.format(base=server.base))
    server.routes["/v60"] = page(server)
    return server


def page(server, head="", **headers):
    body = PAGE.format(base=server.base, words=WORDS, head=head)
    return 200, {"Content-Type": "text/html; charset=utf-8"} | headers, body


def test_an_entry_becomes_a_post_with_the_words_of_its_page(blog, read):
    _, accounts, [post] = read("/feed")
    assert post["post_id"] == f"web:{blog.base}/v60"
    assert "quatre-vingt-treize degrés" in post["text"]
    assert "https://torref.example/v60" in post["links"]
    assert f"{blog.base}/about" not in post["links"]
    assert post["published_at"] == "2026-06-01T08:00:00+00:00"
    assert (post["tags"], post["replies"], post["declared_language"]) == (["café"], 4, "fr")
    assert [account["account_id"] for account in accounts] == [f"web:{blog.base}/lea"]
    assert post["account_id"] == f"web:{blog.base}/lea"


def test_without_pages_the_feed_is_enough(blog, read):
    _, [account], [post] = read("/feed", pages=False)
    assert post["text"] == "15 g, 250 ml"
    assert account["account_id"] == f"feed:{blog.base}/feed#Léa"
    assert not any("/v60" in path for path in blog.paths())


def test_a_page_that_is_gone_leaves_what_the_feed_says(blog, read):
    blog.routes["/v60"] = (404, {}, b"")
    _, _, [post] = read("/feed")
    assert post["text"] == "15 g, 250 ml"


def test_a_page_that_does_not_want_to_be_kept_leaves_no_words(blog, read):
    blog.routes["/v60"] = page(blog, head='<meta name="robots" content="noindex, nofollow">')
    _, _, [post] = read("/feed")
    assert post.get("text") is None
    assert post["extra"]["wishes"] == ["noindex"]


def test_a_header_may_say_so_too(blog, read):
    blog.routes["/v60"] = page(blog, **{"X-Robots-Tag": "noarchive"})
    assert read("/feed")[2][0].get("text") is None


def test_an_unchanged_feed_is_asked_once_and_its_pages_not_at_all(blog, read, server):
    answer = blog.routes["/feed"]
    blog.routes["/feed"] = lambda handler: (304, {}, b"") if handler.headers.get("If-None-Match") == '"1"' else answer
    read("/feed")
    blog.log.clear()
    report, _, _ = read("/feed")
    assert blog.paths() == ["/feed"]
    assert report.sources[0].full_answers == 0


def test_a_feed_without_validators_does_not_ask_for_known_pages_again(blog, read):
    blog.routes["/feed"][1].pop("ETag")
    read("/feed")
    blog.log.clear()
    read("/feed")
    assert blog.paths() == ["/feed"]


def test_an_edited_entry_replaces_the_former_text(blog, read):
    read("/feed", pages=False)
    blog.routes["/feed"] = (
        200,
        {"Content-Type": "application/rss+xml"},
        RSS.format(base=blog.base).replace("250 ml", "300 ml"),
    )
    report, _, [post] = read("/feed", pages=False)
    assert post["text"] == "15 g, 300 ml"
    assert report.new_records == 0


def test_a_site_leads_to_its_feed(blog, read):
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    blog.routes["/"] = (200, {"Content-Type": "text/html"}, f"<html><head>{link}</head></html>")
    assert len(read("/")[2]) == 1


def test_a_site_that_names_no_feed_is_tried_at_the_usual_addresses(blog, read):
    blog.routes["/"] = (200, {"Content-Type": "text/html"}, "<html></html>")
    assert len(read("/")[2]) == 1


def test_a_site_without_any_feed_is_told(server, read):
    server.routes["/"] = (200, {"Content-Type": "text/html"}, "<html></html>")
    report, _, posts = read("/")
    assert posts == []
    assert report.sources[0].errors == {"no_feed": 1}


def test_json_feed_ids_may_be_numbers_and_must_be_there(server, read):
    items = [
        {"id": 12, "content_text": "douze", "date_published": "2026-01-01T10:00:00+01:00"},
        {"content_text": "sans id"},
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "authors": [{"name": "Léa", "url": "https://lea.example/"}],
        "items": items,
    }
    server.routes["/feed.json"] = (200, {"Content-Type": "application/feed+json"}, feed)
    _, [account], [post] = read("/feed.json")
    assert (post["native_id"], post["text"]) == ("12", "douze")
    assert account["account_id"] == "web:https://lea.example/"


def test_json_feed_pages_are_followed_and_end(server, read):
    def answer(handler):
        number = int(handler.path.split("=")[1]) if "=" in handler.path else 0
        items = [{"id": f"i{number}", "content_text": "x", "date_published": "2026-01-01T10:00:00Z"}]
        return (
            200,
            {},
            {
                "version": "https://jsonfeed.org/version/1.1",
                "items": items,
                "next_url": f"{server.base}/f?p={number + 1}",
            },
        )

    server.routes["/f"] = answer
    assert len(read("/f")[2]) == 10


def test_atom_is_read(server, read):
    atom = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><link href="{server.base}/"/>
    <entry><id>tag:a,1</id><title>Un</title><updated>2026-03-01T00:00:00Z</updated><author><name>Nina</name><uri>https://nina.example/</uri></author>
    <content type="html">&lt;p&gt;Mots&lt;/p&gt;</content></entry></feed>"""
    server.routes["/atom"] = (200, {"Content-Type": "application/atom+xml"}, atom)
    _, [account], [post] = read("/atom")
    assert (account["account_id"], post["text"], post["post_id"]) == (
        "web:https://nina.example/",
        "Mots",
        f"feed:{server.base}/atom#tag:a,1",
    )


def test_xml_entities_are_refused(server, read):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>'
    server.routes["/feed"] = (200, {"Content-Type": "application/xml"}, bomb)
    report, _, posts = read("/feed")
    assert posts == []
    assert "unreadable_answer" in report.sources[0].errors


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(blog, read):
    blog.routes["/old-feed"] = (301, {"Location": "/feed"}, b"")
    assert len(read("/old-feed")[2]) == 1


def test_an_opml_list_is_followed(blog, job, tmp_path):
    opml = tmp_path / "blogs.opml"
    opml.write_text(f'<opml version="2.0"><body><outline type="rss" xmlUrl="{blog.base}/feed"/></body></opml>')
    made = job(SourceJob("feeds", {"opml": [str(opml)]}))
    assert crawl(made).new_records == 2


def test_a_podcast_that_blocks_directories_is_kept_out(server, read):
    feed = RSS.format(base=server.base).replace(
        "<rss ", '<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    )
    feed = feed.replace("<language>", "<itunes:block>Yes</itunes:block><language>")
    server.routes["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed)
    _, [account], posts = read("/feed", pages=False)
    assert posts == []
    assert account["consent"] == "deny"
