"""The checklist of answers that every connector must understand, line by line: each names the tests that state it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.connector import Answer, Context
from crawlers.consent import Gate
from crawlers.mastodon_mentions import is_of
from crawlers.registry import connector

HERE = Path(__file__).parents[1]
NOW = datetime(2026, 11, 22, tzinfo=UTC)
M = "https://m.example"

CHECKLIST: dict[str, tuple[str, ...]] = {
    "mastodon: 200 with Link next and prev; last page without next": (
        "test_crawl_whole.py::test_everyone_reachable_is_found_with_all_their_posts_once", "::test_a_page_without_next_is_the_last"),
    "mastodon: 401, closed timeline": ("test_crawl_coverage.py::test_a_closed_timeline_is_said", "::test_a_refused_timeline_is_told_as_closed"),
    "mastodon: 404 and 410": ("::test_who_is_not_there_is_told_once_and_stops_nothing",),
    "mastodon: suspended, moved": ("::test_a_suspended_account_says_so_and_is_asked_nothing_more", "::test_an_account_that_moved_names_its_new_place"),
    "mastodon: boost of a non-indexable author": ("::test_a_boost_does_not_carry_the_words_of_someone_who_keeps_them",),
    "mastodon: followers_count -1, hidden collections": ("::test_a_hidden_count_is_unknown", "::test_hidden_collections_are_no_trouble"),
    "mastodon: 429 with an ISO reset and no Retry-After": ("test_crawl_limits.py::test_too_much_is_understood_in_every_dialect",),
    "bluesky: short page with a cursor; repeated cursor": (
        "test_crawl_bluesky.py::test_every_post_of_every_person_in_reach_is_found_once", "::test_only_a_missing_cursor_ends_a_list"),
    "bluesky: notFoundPost, blockedPost": ("::test_what_a_post_answers_may_be_gone_or_blocked",),
    "bluesky: repost and pin reasons": ("::test_a_repost_is_a_post_of_who_reposted_and_a_pin_is_none",),
    "bluesky: facets after multibyte characters": ("test_crawl_bluesky.py::test_a_link_cut_short_is_written_whole_whatever_stands_around_it",),
    "bluesky: !no-unauthenticated; neg label": (
        "test_crawl_bluesky.py::test_who_asked_to_be_left_out_leaves_no_words", "test_crawl_bluesky.py::test_a_withdrawn_or_expired_label_is_not_in_force"),
    "bluesky: 400 AccountDeactivated; 403 HTML on search": (
        "test_crawl_bluesky.py::test_an_account_that_was_deactivated_is_told_as_such", "::test_a_search_that_is_shut_is_said_and_not_worked_around"),
    "bluesky: Jetstream delete, identity and account events, duplicates, clamped cursor": (
        "test_crawl_jetstream.py::test_a_deletion_leaves_a_marker_of_what_was_known_and_nothing_of_what_was_not",
        "test_crawl_jetstream.py::test_a_new_handle_of_someone_known_is_asked_for",
        "test_crawl_jetstream.py::test_an_account_that_left_is_told_when_it_was_known",
        "test_crawl_jetstream.py::test_delivered_twice_is_asked_for_once", "test_crawl_jetstream.py::test_a_server_that_starts_later_than_asked_is_told"),
    "hackernews: null, deleted, dead, Ask HN without url": (
        "test_crawl_rechecks.py::test_what_is_still_there_stays_and_what_is_not_leaves_a_dated_marker",
        "test_crawl_open_networks.py::test_what_was_taken_back_leaves_no_words", "::test_a_question_without_a_link_is_a_post_of_its_own"),
    "hackernews: typo hit rejected; slicing of 1,000 hits": (
        "test_crawl_open_networks.py::test_a_neighbours_spelling_is_not_the_term", "test_crawl_open_networks.py::test_a_full_slice_is_followed_by_an_older_one"),
    "lemmy: both generations; rate_limit_error; deleted against removed; path depth": (
        "test_crawl_open_networks.py::test_both_generations_tell_the_same_post", "test_crawl_limits.py::test_too_much_is_understood_in_every_dialect",
        "test_crawl_open_networks.py::test_who_took_a_post_away_is_told", "test_crawl_open_networks.py::test_a_comments_path_tells_what_it_answers"),
    "discourse: long topics; hidden post; edited version; robots with an allow list": (
        "test_crawl_open_networks.py::test_all_the_posts_of_a_long_topic_are_asked_for",
        "test_crawl_open_networks.py::test_hidden_and_deleted_posts_leave_markers_and_whispers_nothing",
        "test_crawl_open_networks.py::test_only_an_edited_version_has_a_time_of_edit", "test_crawl_manners.py::test_robots_is_read_as_the_standard_says"),
    "youtube: hidden subscribers; disabled comments; string numbers": (
        "test_youtube_answers.py::test_hidden_subscribers_are_unknown_never_zero", "test_youtube_answers.py::test_closed_comments_are_no_trouble_and_a_spent_quota_is",
        "test_crawl_own_key.py::test_a_channel_is_read_with_numbers_given_as_digits"),
    "wordpress: plain root; closed users; end of pages; noindex on JSON": (
        "test_crawl_open_networks.py::test_plain_permalinks_are_asked_with_a_parameter", "::test_a_closed_list_of_authors_is_told_and_the_posts_are_read",
        "::test_the_end_of_the_pages_is_no_trouble", "test_crawl_open_networks.py::test_the_noindex_of_the_api_is_not_the_pages"),
    "feeds: missing guid; changed body; relative links; wrong charset": (
        "::test_an_entry_without_a_guid_is_known_by_its_link", "test_crawl_feeds.py::test_an_edited_entry_replaces_the_former_text",
        "::test_relative_links_are_whole", "::test_a_wrong_charset_is_told_by_the_feed_itself"),
    "feeds: 301; JSON Feed ids; entity expansion; size cap": (
        "test_crawl_feeds.py::test_a_feed_that_moved_for_good_is_asked_at_its_new_address", "test_crawl_feeds.py::test_json_feed_ids_may_be_numbers_and_must_be_there",
        "test_crawl_feeds.py::test_xml_entities_are_refused", "test_crawl_faults.py::test_a_body_without_a_length_is_cut_at_the_cap"),
    "websub: hubs are noted (nothing subscribes: that needs an address the world can reach)": (
        "test_feeds_podcasts.py::test_a_hub_is_noted", "test_feed_hints.py::test_the_hub_and_the_topic_are_kept_with_the_account"),
    "feeds: ttl, skipHours, update periods; conditional requests; a storm of 404, nobody marked as gone": (
        "test_feed_hints.py::test_a_feed_is_left_alone_as_long_as_it_asks_a_day_at_most", "test_feed_hints.py::test_a_crawl_asks_again_when_the_feed_has_rested",
        "test_feed_hints.py::test_a_feed_is_asked_conditionally", "test_feed_hints.py::test_a_feed_that_fails_is_named_and_nobody_is_told_to_be_gone"),
    "deletions and edits, source by source; a refusal, a failure, silence prove nothing": (
        "test_rechecks_by_source.py::test_what_is_there_stays_and_what_is_not_leaves_a_marker",
        "test_rechecks_by_source.py::test_what_was_edited_is_taken_as_it_is_now_and_its_former_words_are_not_told",
        "test_rechecks_by_source.py::test_a_refusal_or_a_failure_is_no_deletion",
        "test_rechecks_by_source.py::test_every_source_that_keeps_peoples_words_asks_after_them_again"),
    "seeds: address, handle and id, for every source": ("test_seeds.py::test_every_connector_is_in_the_table", "test_seeds.py::test_a_seed_is_asked_for"),
    "tdmrep: file, header and page; robots 5xx; Content-Signal": (
        "test_web_site.py::test_the_first_rule_that_fits_decides_what_is_reserved", "test_web_site.py::test_a_page_overrides_the_reservation_of_its_site",
        "test_crawl_reservations.py::test_each_level_of_tdmrep_overrides_the_one_before_and_absence_never_resets",
        "test_crawl_reservations.py::test_content_signals_hold_for_every_source",
        "test_crawl_faults.py::test_a_robots_file_that_fails_closes_the_host"),
    "nostr: invalid signature; equal times; kind 5 of another key": (
        "test_crawl_nostr.py::test_an_event_with_any_part_altered_is_false", "test_crawl_nostr.py::test_of_two_profiles_as_new_the_lower_id_stands",
        "test_crawl_nostr.py::test_a_note_its_author_took_back_leaves_a_marker_and_anothers_request_means_nothing"),
    "disclosure: both languages, negations, false friends, #ad against #adventure": (
        "nlp_disclosure/test_disclosure_lexicon.py::test_a_french_public_is_told_clearly",
        "nlp_disclosure/test_disclosure_lexicon.py::test_an_english_public_is_told_clearly",
        "nlp_disclosure/test_disclosure_lexicon.py::test_an_english_text_says_nothing_of_being_paid",
        "nlp_disclosure/test_disclosure_find.py::test_a_denial_is_told_and_another_cue_still_counts",
        "nlp_disclosure/test_disclosure_find.py::test_a_longer_hashtag_that_begins_like_a_cue_is_another_word"),
    "identity: one-way rel-me; look-alike domains": (
        "pipelines/test_identity.py::test_a_link_one_way_proves_nothing", "::test_a_domain_that_only_looks_alike_is_another"),
    "identity: reciprocal rel-me; changed handle with the same DID": (
        "test_web_site.py::test_a_claimed_page_that_claims_back_is_proved", "::test_a_changed_handle_with_the_same_did_is_the_same_account"),
}  # fmt: skip


@pytest.mark.parametrize("line", CHECKLIST)
def test_every_line_is_stated_by_tests_that_exist(line):
    for named in CHECKLIST[line]:
        file, _, name = named.partition("::")
        text = (Path(__file__) if not file else HERE / (file if "/" in file else f"crawl/{file}")).read_text("utf-8")
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), named


def told(kind, purpose, body, payload=None, *, status=200, headers=None, options=None, **context):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"content-type": "application/json"} | (headers or {})
    url = (payload or {}).get("url", f"{M}/api/v1/x?limit=40")
    answer = Answer(url, purpose, payload or {}, status, named, raw, 0, NOW)
    return connector(kind).parse(answer, Context(options=options or {}, **context))


# --- Mastodon ------------------------------------------------------------------------------------------------------


def person(name, **more):
    return {"id": f"1{len(name)}", "acct": name, "username": name, "uri": f"{M}/users/{name}", "url": f"{M}/@{name}", "note": "",
            "discoverable": True, "indexable": True, "noindex": False, "followers_count": 5, "following_count": 2, "statuses_count": 1} | more  # fmt: skip


def status(number, who, text="bonjour", **more):
    return {"id": str(number), "uri": f"{who['uri']}/statuses/{number}", "url": f"{who['url']}/{number}", "account": who, "content": f"<p>{text}</p>",
            "created_at": "2026-11-01T10:00:00.000Z", "visibility": "public", "reblog": None, "tags": [], "mentions": []} | more  # fmt: skip


LISTED = {"base": M, "domain": "m.example", "id": "13", "uid": f"ap:{M}/users/lea"}


@pytest.mark.parametrize(
    ("link", "more"), [(f'<{M}/api/v1/x?max_id=1>; rel="next", <{M}/x>; rel="prev"', 1), (f'<{M}/x>; rel="prev"', 0)]
)
def test_a_page_without_next_is_the_last(link, more):
    batch = told(
        "mastodon", "statuses", [status(7, person("lea"))], LISTED, headers={"link": link}, options={"hops": 0}
    )
    assert len([ask for ask in batch.asks if ask.chain]) == more


@pytest.mark.parametrize("code", [401, 403, 422])
def test_a_refused_timeline_is_told_as_closed(code):
    batch = told(
        "mastodon", "tag", {"error": "This method requires an authenticated user"}, {"base": M, "tag": "x"}, status=code
    )
    assert [kind for kind, _ in batch.troubles] == ["closed_timeline"]


@pytest.mark.parametrize("code", [404, 410])
def test_who_is_not_there_is_told_once_and_stops_nothing(code):
    asked = {"base": M, "name": "lea", "domain": "m.example", "away": True}
    assert [kind for kind, _ in told("mastodon", "lookup", {}, asked, status=code).troubles] == ["unknown_account"]
    assert told("mastodon", "statuses", {}, LISTED, status=code).troubles == []


def test_a_suspended_account_says_so_and_is_asked_nothing_more():
    batch = told(
        "mastodon",
        "lookup",
        person("lea", suspended=True, note="", display_name=""),
        {"base": M, "name": "lea", "domain": "m.example"},
    )
    assert [record["status"] for record in batch.records] == ["suspended"]
    assert batch.asks == []


def test_an_account_that_moved_names_its_new_place():
    moved = person("lea", moved=person("lea2", uri="https://b.example/users/lea"))
    [record] = told("mastodon", "lookup", moved, {"base": M, "name": "lea", "domain": "m.example"}).records
    assert record["moved_to"] == "ap:https://b.example/users/lea"


def test_a_boost_does_not_carry_the_words_of_someone_who_keeps_them():
    shy = person("shyer", indexable=False)
    batch = told("mastodon", "statuses", [status(9, person("lea"), "", reblog=status(8, shy, "en confidence"))], LISTED)
    kept, _ = Gate().apply(batch.records)
    assert "en confidence" not in json.dumps(kept)
    assert [row["kind"] for row in kept if row["type"] == "post" and row["account_id"].endswith("/lea")] == ["repost"]


def test_a_hidden_count_is_unknown():
    [record] = told(
        "mastodon", "lookup", person("lea", followers_count=-1), {"base": M, "name": "lea", "domain": "m.example"}
    ).records
    assert record["followers"] is None


def test_hidden_collections_are_no_trouble():
    batch = told("mastodon", "following", [], {"base": M, "domain": "m.example", "uid": "ap:x"})
    assert (batch.records, batch.asks, batch.troubles) == ([], [], [])


# --- Bluesky -------------------------------------------------------------------------------------------------------

API = "https://api.example"
FEED = {"base": API, "actor": "did:plc:lea", "url": f"{API}/xrpc/app.bsky.feed.getAuthorFeed?actor=did%3Aplc%3Alea"}


def view(did, key, text="bonjour", **more):
    return {"uri": f"at://{did}/app.bsky.feed.post/{key}", "author": {"did": did, "handle": "x.example"}, "indexedAt": "2026-11-01T10:00:00Z",
            "record": {"text": text, "createdAt": "2026-11-01T10:00:00Z"}} | more  # fmt: skip


def test_only_a_missing_cursor_ends_a_list():
    empty = told("bluesky", "feed", {"feed": [], "cursor": "a"}, FEED)
    [more] = [ask for ask in empty.asks if ask.chain]
    assert "cursor=a" in more.url
    again = told("bluesky", "feed", {"feed": [], "cursor": "a"}, FEED | {"cursors": ["a"]})
    assert [kind for kind, _ in again.troubles] == ["repeating_pages"]
    assert told("bluesky", "feed", {"feed": []}, FEED).asks == []


@pytest.mark.parametrize("parent", [
    {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://did:plc:a/app.bsky.feed.post/x", "notFound": True},
    {"$type": "app.bsky.feed.defs#blockedPost", "uri": "at://did:plc:a/app.bsky.feed.post/x", "blocked": True, "author": {"did": "did:plc:a"}},
])  # fmt: skip
def test_what_a_post_answers_may_be_gone_or_blocked(parent):
    reply = {
        "text": "oui",
        "createdAt": "2026-11-01T10:00:00Z",
        "reply": {"parent": {"uri": parent["uri"]}, "root": {"uri": parent["uri"]}},
    }
    batch = told(
        "bluesky",
        "feed",
        {"feed": [{"post": view("did:plc:lea", "k", record=reply), "reply": {"parent": parent, "root": parent}}]},
        FEED,
    )
    [post] = [record for record in batch.records if record["type"] == "post"]
    assert (post["kind"], post["in_reply_to"]) == ("reply", "at:did:plc:a/app.bsky.feed.post/x")


def test_a_repost_is_a_post_of_who_reposted_and_a_pin_is_none():
    reposted = {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"did": "did:plc:lea"}, "indexedAt": "2026-11-02T10:00:00Z",
                "uri": "at://did:plc:lea/app.bsky.feed.repost/r"}  # fmt: skip
    pinned = {"$type": "app.bsky.feed.defs#reasonPin"}
    items = [
        {"post": view("did:plc:oto", "k1"), "reason": reposted},
        {"post": view("did:plc:lea", "k2"), "reason": pinned},
    ]
    posts = {
        row["post_id"]: row for row in told("bluesky", "feed", {"feed": items}, FEED).records if row["type"] == "post"
    }
    assert posts["at:did:plc:lea/app.bsky.feed.repost/r"]["repost_of"] == "at:did:plc:oto/app.bsky.feed.post/k1"
    assert len(posts) == 3


def test_a_search_that_is_shut_is_said_and_not_worked_around():
    batch = told(
        "bluesky",
        "search",
        b"<html>403 Forbidden</html>",
        {"base": API, "term": "x"},
        status=403,
        headers={"content-type": "text/html"},
    )
    assert [kind for kind, _ in batch.troubles] == ["login_wanted"]
    assert batch.asks == []


def test_a_changed_handle_with_the_same_did_is_the_same_account():
    profiles = [{"did": "did:plc:lea", "handle": handle} for handle in ("lea.example", "autre.example")]
    ids = {
        told("bluesky", "profile", one, {"base": API, "actor": one["handle"]}).records[0]["account_id"]
        for one in profiles
    }
    assert ids == {"at:did:plc:lea"}


# --- Hacker News, WordPress, feeds ---------------------------------------------------------------------------------


def test_a_question_without_a_link_is_a_post_of_its_own():
    item = {
        "id": 5,
        "type": "story",
        "by": "lea",
        "time": 1795000000,
        "title": "Ask HN: which grinder?",
        "text": "Hello",
    }
    [post] = told("hackernews", "item", item, {}).records
    assert (post["title"], post["text"], post["links"]) == ("Ask HN: which grinder?", "Hello", [])


SITE = {"site": "https://blog.example", "plain": False, "home": "https://blog.example", "page": 3}


def test_a_closed_list_of_authors_is_told_and_the_posts_are_read():
    assert [
        kind for kind, _ in told("wordpress", "users", {"code": "rest_user_cannot_view"}, SITE, status=401).troubles
    ] == ["closed_users"]
    post = {
        "id": 7,
        "link": "https://blog.example/a/",
        "date_gmt": "2026-11-01T10:00:00",
        "title": {"rendered": "A"},
        "content": {"rendered": "b"},
        "author": 3,
    }
    batch = told("wordpress", "posts", [post], SITE, options={"pages": False})
    assert {record["type"] for record in batch.records} == {"account", "post"}


def test_the_end_of_the_pages_is_no_trouble():
    batch = told("wordpress", "posts", {"code": "rest_post_invalid_page_number"}, SITE, status=400)
    assert (batch.asks, batch.troubles) == ([], [])


RSS = """<?xml version="1.0" encoding="{charset}"?><rss version="2.0"><channel><title>Carnet</title><link>https://blog.example/</link>
<item><title>Café</title><link>https://blog.example/a</link><pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate>
<description>&lt;p&gt;Le café &lt;a href="/moulin"&gt;moulin&lt;/a&gt;&lt;/p&gt;</description></item></channel></rss>"""


def posts_of(charset="utf-8", header="application/rss+xml"):
    body = RSS.format(charset=charset).encode(charset)
    seen = {"url": "https://blog.example/feed", "feed": "https://blog.example/feed"}
    batch = told(
        "feeds",
        "feed",
        body,
        seen,
        headers={"content-type": header},
        options={"pages": False, "urls": ["https://blog.example/feed"]},
    )
    return [record for record in batch.records if record["type"] == "post"]


def test_an_entry_without_a_guid_is_known_by_its_link():
    assert [post["post_id"] for post in posts_of()] == ["web:https://blog.example/a"]


def test_relative_links_are_whole():
    assert posts_of()[0]["links"] == ["https://blog.example/moulin"]


def test_a_wrong_charset_is_told_by_the_feed_itself():
    [post] = posts_of("iso-8859-1", "application/rss+xml")
    assert post["title"] == "Café"


@pytest.mark.parametrize("host", ["brulerіe.example", "brulerle.example", "xn--brulere-7fj.example"])
def test_a_domain_that_only_looks_alike_is_another(host):
    assert not is_of(f"https://{host}/", ("brulerie.example",))
