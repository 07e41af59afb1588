"""Other people's formats become records."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile

import pytest

from data.errors import UserError
from data.imports.registry import FORMATS, find

DID = "did:plc:" + "a" * 24
OTHER = "did:plc:" + "b" * 24


def rows(store, sql):
    return store.sql(sql).fetchall()


def status(number=1, **more):
    account = {
        "id": "7",
        "acct": "lea",
        "username": "lea",
        "url": "https://a.example/@lea",
        "uri": "https://a.example/users/lea",
        "display_name": "Léa",
        "note": "<p>café</p>",
        "followers_count": -1,
        "following_count": 5,
        "statuses_count": 2,
    }
    return {
        "id": str(number),
        "uri": f"https://a.example/users/lea/statuses/{number}",
        "visibility": "public",
        "account": account,
        "created_at": "2026-01-02T03:04:05.000Z",
        "content": "<p>un <a class='mention' href='https://b.example/@nina'>@nina</a><br>deux</p>",
        "mentions": [{"acct": "nina@b.example", "url": "https://b.example/@nina"}],
        "tags": [{"name": "Cafe"}],
        "favourites_count": 3,
        "reblogs_count": 0,
        "replies_count": 0,
    } | more


def test_a_mastodon_status_keeps_words_people_and_counts(bring, store):
    bring("mastodon", "s.json", json.dumps([status()]))
    assert rows(store, "SELECT post_id, account_id, text, mentions, hashtags FROM core.posts") == [
        (
            "ap:https://a.example/users/lea/statuses/1",
            "ap:https://a.example/users/lea",
            "un @nina\ndeux",
            ["mastodon:@nina@b.example"],
            ["cafe"],
        )
    ]
    assert rows(
        store,
        "SELECT handle, followers, following FROM core.accounts JOIN core.account_observations USING (account_id)",
    ) == [("lea@a.example", None, 5)]


def test_a_boost_brings_both_and_says_nothing_itself(bring, store):
    bring("mastodon", "s.json", json.dumps(status(2, reblog=status(1), content="<p>un</p>")))
    assert rows(store, "SELECT kind, text IS NULL FROM core.posts ORDER BY post_id") == [
        ("post", False),
        ("repost", True),
    ]


def test_a_reply_finds_its_parent_by_the_servers_own_id(bring, store):
    parent = status(1, uri="https://b.example/notes/1")
    bring("mastodon", "s.json", json.dumps({"ancestors": [], "descendants": [status(2, in_reply_to_id="1"), parent]}))
    assert rows(store, "SELECT in_reply_to FROM core.posts WHERE kind = 'reply'") == [("ap:https://b.example/notes/1",)]


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_what_was_not_public_stays_out(bring, store, visibility):
    bring("mastodon", "s.json", json.dumps([status(visibility=visibility)]))
    assert rows(store, "FROM core.posts") == []


def archive_files():
    public, actor = "https://www.w3.org/ns/activitystreams#Public", "https://a.example/users/lea"
    note = {
        "type": "Note",
        "id": f"{actor}/statuses/1",
        "content": "<p>bonjour</p>",
        "published": "2026-01-02T00:00:00Z",
    }
    create = {
        "type": "Create",
        "id": f"{actor}/1/activity",
        "actor": actor,
        "to": [public],
        "object": note,
        "published": "2026-01-02T00:00:00Z",
    }
    secret = create | {"to": [f"{actor}/followers"], "object": note | {"id": f"{actor}/statuses/2"}}
    boost = {
        "type": "Announce",
        "id": f"{actor}/3",
        "actor": actor,
        "to": [public],
        "object": "https://b.example/9",
        "published": "2026-01-03T00:00:00Z",
    }
    return {
        "actor.json": {"type": "Person", "id": actor, "preferredUsername": "lea", "name": "Léa", "indexable": True},
        "outbox.json": {"type": "OrderedCollection", "orderedItems": [create, secret, boost]},
        "likes.json": {"type": "OrderedCollection", "orderedItems": ["https://b.example/9"]},
    }


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_an_account_archive_gives_its_public_posts(bring, store, kind):
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w") as archive:
            for name, value in archive_files().items():
                archive.writestr(name, json.dumps(value))
    else:
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            for name, value in archive_files().items():
                info = tarfile.TarInfo(name)
                body = json.dumps(value).encode()
                info.size = len(body)
                archive.addfile(info, io.BytesIO(body))
    bring("mastodon", f"archive.{kind}", out.getvalue())
    assert rows(store, "SELECT kind, text, repost_of FROM core.posts ORDER BY kind") == [
        ("post", "bonjour", None),
        ("repost", None, "ap:https://b.example/9"),
    ]


def bluesky_post(**more):
    author = {"did": DID, "handle": "lea.test", "labels": []}
    record = {
        "text": "é @nina",
        "createdAt": "2026-01-05T00:00:00Z",
        "langs": ["fr"],
        "facets": [{"index": {}, "features": [{"did": OTHER}]}],
    }
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/1",
        "author": author,
        "record": record,
        "indexedAt": "2026-01-04T00:00:00Z",
        "likeCount": 2,
    } | more


def test_a_bluesky_feed_gives_posts_and_reposts_at_the_earlier_time(bring, store):
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": {"did": OTHER, "handle": "nina.test"},
        "indexedAt": "2026-01-06T00:00:00Z",
    }
    bring("bluesky", "f.json", json.dumps({"feed": [{"post": bluesky_post(), "reason": reason}]}))
    assert rows(
        store, "SELECT kind, account_id, published_at::DATE::VARCHAR, mentions FROM core.posts ORDER BY kind"
    ) == [
        ("post", f"at:{DID}", "2026-01-04", [f"at:{OTHER}"]),
        ("repost", f"at:{OTHER}", "2026-01-06", None),
    ]


def test_who_asks_for_no_logged_out_viewers_leaves_no_post(bring, store):
    author = {"did": DID, "handle": "lea.test", "labels": [{"val": "!no-unauthenticated"}]}
    bring("bluesky", "p.json", json.dumps({"posts": [bluesky_post(author=author)]}))
    assert rows(store, "SELECT count(*) FROM core.posts") == [(0,)]


def test_jetstream_lines_give_posts_and_follows(bring, store):
    post = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "1", "record": bluesky_post()["record"]}
    follow = {
        "operation": "create",
        "collection": "app.bsky.graph.follow",
        "rkey": "2",
        "record": {"subject": OTHER, "createdAt": "2026-01-01T00:00:00Z"},
    }
    lines = [json.dumps({"did": DID, "kind": "commit", "commit": commit}) for commit in (post, follow)]
    loaded = bring("bluesky", "j.ndjson.gz", gzip.compress("\n".join([*lines, "{broken"]).encode()))
    assert rows(store, "SELECT post_id FROM core.posts") == [(f"at:{DID}/app.bsky.feed.post/1",)]
    assert rows(store, "SELECT from_account, to_account FROM core.stated_ties") == [(f"at:{DID}", f"at:{OTHER}")]
    assert [(r.line, r.reason) for r in loaded.rejects] == [(3, "not JSON")]


def test_a_retweet_of_the_old_api_brings_the_original(bring, store):
    tweet = {
        "id_str": "1",
        "full_text": "caf&amp;é #V60",
        "created_at": "Wed Oct 10 20:19:24 +0000 2018",
        "user": {"id_str": "9", "screen_name": "lea", "followers_count": 4},
        "entities": {"hashtags": [{"text": "V60"}]},
        "favorite_count": 3,
    }
    retweet = tweet | {
        "id_str": "2",
        "full_text": "RT @lea: caf",
        "retweeted_status": tweet,
        "user": {"id_str": "8", "screen_name": "nina"},
    }
    bring("twitter-v1", "t.jsonl", json.dumps(retweet))
    assert rows(store, "SELECT post_id, kind, text, repost_of, hashtags FROM core.posts ORDER BY post_id") == [
        ("twitter:1", "post", "caf&é #V60", None, ["v60"]),
        ("twitter:2", "repost", None, "twitter:1", ["v60"]),
    ]


def test_a_v2_answer_joins_tweets_with_their_authors(bring, store):
    answer = {
        "data": [
            {
                "id": "2",
                "author_id": "9",
                "text": "oui",
                "created_at": "2022-01-01T00:00:00.000Z",
                "referenced_tweets": [{"type": "replied_to", "id": "1"}],
                "public_metrics": {"like_count": 0, "impression_count": 8},
            }
        ],
        "includes": {"users": [{"id": "9", "username": "lea", "public_metrics": {"followers_count": 12}}]},
    }
    bring("twitter-v2", "t.json", json.dumps(answer))
    assert rows(
        store, "SELECT kind, in_reply_to, url, likes, views FROM core.posts JOIN core.post_observations USING (post_id)"
    ) == [("reply", "twitter:1", "https://twitter.com/lea/status/2", 0, 8)]


GRAPHML = """<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="node" attr.name="name" attr.type="string"/>
<key id="d1" for="node" attr.name="edito" attr.type="string"/>
<key id="d2" for="edge" attr.name="weight" attr.type="double"/>
<graph edgedefault="directed">
<node id="a"><data key="d0">Le Monde</data><data key="d1">national</data></node><node id="b"/>
<edge source="a" target="b"><data key="d2">3.0</data></edge></graph></graphml>"""


def test_a_network_gives_accounts_and_weighted_ties(bring, store):
    bring("graphml", "n.graphml", GRAPHML)
    assert rows(store, "SELECT account_id, display_name, extra->>'edito' FROM core.accounts ORDER BY 1") == [
        ("graphml:a", "Le Monde", "national"),
        ("graphml:b", None, None),
    ]
    assert rows(store, "SELECT from_account, to_account, weight FROM core.stated_ties") == [
        ("graphml:a", "graphml:b", 3.0)
    ]


def test_an_undirected_edge_goes_both_ways(bring):
    assert bring("graphml", "n.graphml", GRAPHML.replace('"directed"', '"undirected"')).new["tie"] == 2


@pytest.mark.parametrize("kind", ["graphml", "opml"])
@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        "<a>" * 5000,
        "<x",
        "",
    ],
)
def test_dangerous_or_broken_xml_is_refused_in_one_line(bring, kind, body):
    with pytest.raises(UserError, match="XML refused"):
        bring(kind, "n.xml", body)


def test_a_list_of_feeds_gives_accounts_that_a_crawl_can_follow(bring, store):
    body = '<opml><body><outline text="Café"><outline text="Blog" xmlUrl="https://B.example/feed" htmlUrl="https://b.example"/><outline text="x" xmlUrl="javascript:1"/></outline></body></opml>'
    loaded = bring("opml", "f.opml", body)
    assert rows(store, "SELECT account_id, source, display_name, url, extra->>'$.folders[0]' FROM core.accounts") == [
        ("feed:https://b.example/feed", "feeds", "Blog", "https://b.example", "Café")
    ]
    assert rows(store, "SELECT found_via FROM core.brief_accounts") == [("opml",)]
    assert len(loaded.rejects) == 1


SUITES = {
    "brandwatch": "Report:,x\nBrand:,y\n\nQuery Name,Date,Title,Url,Page Type,Author,Full Name,Full Text,Twitter Author ID,Twitter Followers,Twitter Retweet of\n"
    'q,2026-01-02 10:00:00.0,t,http://twitter.com/lea/status/11,twitter,lea,Léa,bonjour,9,"1,200",\n',
    "meltwater": "Date,Headline,URL,Hit Sentence,Influencer,Language,Twitter Followers\n02-Jan-2026 10:00AM,,https://twitter.com/lea/status/11,bonjour,@lea,French,1200\n",
    "talkwalker": "published;content;url;lang;extra_author_attributes.id;extra_author_attributes.short_name;source_extended_attributes.followers\n"
    "1767348000000;bonjour;https://x.com/lea/status/11;fr;9;lea;1200\n",
    "minet": "id,timestamp_utc,user_screen_name,text,user_id,user_followers,retweeted_id,url\n11,1767348000,lea,bonjour,9,1200,,https://twitter.com/lea/status/11\n",
    "4cat": "id,thread_id,timestamp,body,author,author_id,author_followers,url\n11,11,2026-01-02 10:00:00,bonjour,lea,9,1200,https://x.com/lea/status/11\n",
}


@pytest.mark.parametrize("name", SUITES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_an_export_of_a_tool_gives_the_post_its_author_and_audience(bring, store, name, encoding):
    loaded = bring(name, "e.csv", SUITES[name].encode(encoding))
    assert loaded.rejects == []
    sql = "SELECT post_id, published_at::VARCHAR, text, handle, followers FROM core.posts JOIN core.accounts USING (account_id) JOIN core.account_observations USING (account_id)"
    assert rows(store, sql) == [("twitter:11", "2026-01-02 10:00:00+00", "bonjour", "lea", 1200)]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\0\0", b"PK\x03\x04broken", b"\x1f\x8b\x08broken", b"<html>503</html>", b"[[[[[", b"null"]
)
def test_rubbish_is_refused_or_gives_no_good_row(bring, store, name, body):
    try:
        loaded = bring(name, "rubbish" + FORMATS[name].suffixes[0], body)
    except UserError:
        return
    assert not any(loaded.good.values())


def test_an_unknown_format_is_told_with_the_nearest():
    with pytest.raises(UserError, match='did you mean "mastodon"'):
        find("mastodont")
