"""Podcasts in feeds: lasting ids, who speaks, where it is discussed; hubs; lists of feeds and what they cost."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.connector import Answer, Context
from crawlers.feed_formats import json_feed, xml_feed
from crawlers.podcasts import podcast_of
from crawlers.registry import connector, estimate
from data.brief.model import Brief, Budget, Seeds, Segment, Source
from data.records import FIELDS

AT = datetime(2026, 11, 22, tzinfo=UTC)
URL = "https://pod.example/feed.xml"
GUID = "9b024349-ccf0-5f69-a609-6b82873eab3c"
NAMESPACE = "https://podcastindex.org/namespace/1.0"


def feed(channel="", items="", namespace=NAMESPACE):
    return f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:podcast="{namespace}" xmlns:atom="http://www.w3.org/2005/Atom"
    xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Le test</title><link>https://pod.example/</link><language>fr</language>
    <itunes:author>Léa</itunes:author>{channel}{items}</channel></rss>"""


def item(number, inner=""):
    return f"""<item><guid isPermaLink="false">e{number}</guid><title>Épisode {number}</title><pubDate>Mon, 0{number} Jun 2026 10:00:00 +0200</pubDate>
    <description>Le café</description><enclosure url="https://pod.example/{number}.mp3" type="audio/mpeg" length="1"/>{inner}</item>"""


def answered(body, url=URL, purpose="feed", **headers):
    raw = body if isinstance(body, bytes) else body.encode()
    return Answer(url, purpose, {}, 200, {"content-type": "application/rss+xml"} | headers, raw, 0, AT)


def read(body, **headers):
    batch = connector("feeds").parse(answered(body, **headers), Context(options={"pages": False}))
    assert all(set(row) <= {"type", *FIELDS[row["type"]]} for row in batch.records)
    return tuple([row for row in batch.records if row["type"] == kind] for kind in ("account", "post", "tie"))


SHOW = f"<podcast:guid>{GUID}</podcast:guid>"
HOST = '<podcast:person role="host" href="https://lea.example/">Léa Martin</podcast:person>'
GUEST = '<podcast:person role="guest" href="https://social.example/@nina">Nina Roy</podcast:person>'


def test_a_show_with_a_lasting_id_is_known_by_it():
    accounts, posts, _ = read(feed(SHOW, item(1)))
    assert [(account["account_id"], account["display_name"]) for account in accounts] == [
        (f"podcast:{GUID}", "Le test")
    ]
    assert [(post["post_id"], post["account_id"]) for post in posts] == [(f"podcast:{GUID}/e1", f"podcast:{GUID}")]


def test_a_show_without_one_is_known_by_its_author_within_the_feed():
    accounts, _, _ = read(feed("", item(1)))
    assert accounts[0]["account_id"] == f"feed:{URL}#Léa"


def test_who_speaks_is_told_and_tied_to_the_show():
    accounts, [post], ties = read(feed(SHOW, item(1, HOST + GUEST)))
    assert post["extra"]["persons"] == [
        {"name": "Léa Martin", "role": "host", "url": "https://lea.example/"},
        {"name": "Nina Roy", "role": "guest", "url": "https://social.example/@nina"},
    ]
    assert [(tie["from_account"], tie["to_account"], tie["kind"], tie["extra"]["role"]) for tie in ties] == [
        ("web:https://lea.example/", f"podcast:{GUID}", "appears_in", "host"),
        (f"feed:{URL}#Nina Roy", f"podcast:{GUID}", "appears_in", "guest"),
    ]
    assert {account["account_id"] for account in accounts} == {
        "web:https://lea.example/",
        f"feed:{URL}#Nina Roy",
        f"podcast:{GUID}",
    }


def test_a_profile_on_another_network_is_a_link_and_no_second_account_at_its_address():
    accounts, _, _ = read(feed(SHOW, item(1, GUEST)))
    nina = next(account for account in accounts if account["display_name"] == "Nina Roy")
    assert nina["url"] is None
    assert nina["links"] == ["https://social.example/@nina"]


def test_the_persons_of_an_episode_replace_those_of_the_show():
    _, posts, _ = read(feed(SHOW + HOST, item(1) + item(2, GUEST)))
    assert [[person["name"] for person in post["extra"]["persons"]] for post in posts] == [["Léa Martin"], ["Nina Roy"]]


def test_a_person_without_a_role_is_a_host():
    assert (
        podcast_of(feed(SHOW, item(1, "<podcast:person>Tom</podcast:person>")).encode()).speakers(0)[0].role == "host"
    )


def test_the_former_address_of_the_namespace_is_understood():
    old = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
    assert podcast_of(feed(SHOW, item(1, HOST), old).encode()).guid == GUID


def test_where_an_episode_is_discussed_is_told_unless_it_wants_no_comments():
    open_talk = '<podcast:socialInteract protocol="activitypub" uri="https://social.example/@lea/1"/>'
    shut = '<podcast:socialInteract protocol="disabled" uri="https://social.example/@lea/2"/>'
    _, posts, _ = read(feed(SHOW, item(1, open_talk) + item(2, shut)))
    assert posts[0]["extra"]["talk"] == ["https://social.example/@lea/1"]
    assert "talk" not in posts[1]["extra"]


def test_a_show_that_blocks_directories_leaves_nobody():
    accounts, _, ties = read(feed(SHOW + "<itunes:block>Yes</itunes:block>", item(1, HOST)))
    assert [account["consent"] for account in accounts] == ["deny"]
    assert ties == []


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (feed('<atom:link rel="hub" href="https://hub.example/"/>', item(1)), {}),
        (feed("", item(1)), {"link": '<https://hub.example/>; rel="hub", <https://pod.example/feed.xml>; rel="self"'}),
        (json.dumps({"version": "https://jsonfeed.org/version/1.1", "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
                     "items": [{"id": "1", "content_text": "x", "date_published": "2026-01-01T10:00:00Z"}]}), {}),
    ],
)  # fmt: skip
def test_a_hub_is_noted(body, headers):
    assert read(body, **headers)[0][0]["extra"]["hub"] == "https://hub.example/"


def test_a_feed_without_a_hub_has_none():
    assert "hub" not in read(feed("", item(1)))[0][0]["extra"]
    assert any("WebSub" in caveat.fr and "WebSub" in caveat.en for caveat in connector("feeds").caveats)


def test_every_author_of_an_entry_is_told():
    body = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_text": "x", "date_published": "2026-01-01T10:00:00Z", "authors": [{"name": "Léa"}, {"name": "Tom"}]}]}  # fmt: skip
    [account], [post], _ = read(json.dumps(body))
    assert account["display_name"] == "Léa"
    assert post["extra"]["authors"] == ["Léa", "Tom"]


def test_an_entry_signed_by_admin_is_the_sites():
    body = feed("", item(1, "<author>admin</author>")).replace(
        "<itunes:author>Léa</itunes:author>", "<itunes:author>admin</itunes:author>"
    )
    assert read(body)[0][0]["account_id"] == "web:https://pod.example/"


@pytest.mark.parametrize(
    ("author", "byline", "account"),
    [
        ("Léa", "Léa Martin", "web:https://pod.example/lea"),
        ("Léa Martin", "Lea Martin", "web:https://pod.example/lea"),
        ("Tom Roy", "Léa Martin", f"feed:{URL}#Tom Roy"),
        ("admin", "Léa Martin", "web:https://pod.example/lea"),
    ],
)
def test_the_page_of_an_entry_lends_its_author_an_address_only_when_it_is_theirs(author, byline, account):
    body = feed("", item(1, f"<author>{author}</author>")).replace(
        "<enclosure", "<link>https://pod.example/1</link><enclosure"
    )
    [ask] = connector("feeds").parse(answered(body), Context(options={})).asks
    page = f'<html><body><article><h1>Épisode 1</h1><a rel="author" href="/lea">{byline}</a></article></body></html>'
    told = Answer(
        ask.url,
        "page",
        json.loads(json.dumps(ask.payload)),
        200,
        {"content-type": "text/html; charset=utf-8"},
        page.encode(),
        0,
        AT,
    )
    assert connector("feeds").parse(told, Context(options={})).records[0]["account_id"] == account


@pytest.mark.parametrize(
    "body",
    [
        feed(SHOW, item(1, HOST))[:-60],
        feed(SHOW, item(1, HOST)).replace("</podcast:person>", ""),
        feed(SHOW, "<item>" * 2000),
        feed("<podcast:person>" * 5000),
        feed(SHOW, item(1, HOST * 500)),
    ],
)
def test_broken_additions_never_raise_and_stay_few(body):
    told = podcast_of(body.encode())
    assert len(told.persons) <= 20
    assert all(len(persons) <= 20 for persons in told.of_items.values())


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_after_the_head_are_survived(tail):
    podcast_of(feed(SHOW, item(1, HOST)).encode()[:500] + tail)


def test_entities_are_refused_with_the_feed():
    body = feed(SHOW, item(1)).replace("<rss", '<!DOCTYPE x [<!ENTITY a "b">]><rss')
    with pytest.raises(ValueError, match="entities"):
        xml_feed(answered(body))


def test_both_kinds_of_feeds_give_the_same_entry():
    _, [rss] = xml_feed(answered(feed("", item(1))))
    told = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "e1", "title": "Épisode 1", "content_text": "Le café", "date_published": "2026-06-01T10:00:00+02:00", "authors": [{"name": "Léa"}]}]}  # fmt: skip
    _, [other] = json_feed(answered(json.dumps(told)))
    assert [(one.guid, one.title, one.html, one.published, one.author) for one in (rss, other)] == [
        ("e1", "Épisode 1", "Le café", "2026-06-01T08:00:00+00:00", "Léa")
    ] * 2


# --- lists ----------------------------------------------------------------------------------------------------------

BRIEF = Brief(name="b", segments=(Segment("s", "q"),), budget=Budget(requests=100_000))


def test_a_list_given_by_its_address_is_counted_as_a_usual_one():
    told = estimate(Source("feeds", {"opml": ["https://lists.example/blogs.opml"], "pages": False}), BRIEF)
    assert told["requests"] == 1 + 30 * 2
    assert any("OPML" in caveat.fr for caveat in told["caveats"])


def test_a_list_in_a_file_is_counted_as_it_is(tmp_path):
    place = tmp_path / "blogs.opml"
    place.write_text(
        "<opml><body>" + "".join(f'<outline xmlUrl="https://b{n}.example/feed"/>' for n in range(7)) + "</body></opml>"
    )
    assert connector("feeds").requests_for({"opml": [str(place)], "pages": False}, BRIEF) == 14


def test_a_site_among_the_seeds_is_counted():
    brief = Brief(
        name="b", segments=(Segment("s", "q"),), seeds=Seeds(accounts=("https://blog.example/", "@lea@social.example"))
    )
    assert connector("feeds").requests_for({"pages": False}, brief) == 2


def test_a_list_given_by_its_address_is_a_host_that_will_be_asked():
    assert connector("feeds").hosts({"opml": ["https://lists.example/blogs.opml", "local.opml"]}, ()) == (
        "https://lists.example/blogs.opml",
    )


def test_a_list_leads_to_its_feeds():
    body = '<opml version="2.0"><body><outline text="a"><outline xmlUrl="https://a.example/feed"/></outline><outline xmlUrl="https://b.example/feed"/></body></opml>'
    asks = connector("feeds").parse(answered(body), Context(options={})).asks
    assert [ask.url for ask in asks] == ["https://a.example/feed", "https://b.example/feed"]
