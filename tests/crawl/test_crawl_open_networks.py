"""What the answers of forums, blogs, news and question sites are taken to mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.connector import Answer, Context
from crawlers.job import SourceJob, Speed
from crawlers.registry import connector, kinds
from crawlers.results import read_records
from crawlers.run import crawl
from crawlers.shapes import number_id, query
from crawlers.sources.hackernews import says
from data.errors import UserError

FIXTURES = Path(__file__).parent / "fixtures"
AT = datetime(2026, 11, 22, tzinfo=UTC)


def parse(kind, name, *, since=None, headers=None, **options):
    told = json.loads((FIXTURES / kind / f"{name}.json").read_text(encoding="utf-8"))
    body = told["body"] if isinstance(told["body"], str) else json.dumps(told["body"])
    answer = Answer(told["url"], told["purpose"], told["payload"], told["status"], told["headers"] | (headers or {}),
                    body.encode(), 0, AT)  # fmt: skip
    return connector(kind).parse(answer, Context(options=options, since=since))


def posts(batch):
    return [record for record in batch.records if record["type"] == "post"]


def accounts(batch):
    return [record for record in batch.records if record["type"] == "account"]


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind not in {"feeds", "mastodon"}])
def test_a_source_with_nothing_to_start_from_says_so(kind):
    with pytest.raises(UserError):
        connector(kind).seeds(Context(options={}))


@given(st.integers(0, 2**62))
def test_a_number_is_the_same_as_a_number_and_as_digits(number):
    assert number_id(number) == number_id(str(number)) == str(number)


@given(st.text(max_size=30), st.integers(0, 99))
def test_a_query_says_what_was_put_into_it(text, page):
    told = parse_qs(
        urlsplit(query("https://a.example/x?y=1", q=text, page=page, none=None)).query, keep_blank_values=True
    )
    assert told == {"y": ["1"], "q": [text], "page": [str(page)]}


# --- WordPress ----------------------------------------------------------------------------------------------------


def test_the_noindex_of_the_api_is_not_the_pages():
    [post] = parse("wordpress", "page").records
    assert post["text"] == "Hello du four"


def test_the_noindex_of_the_page_takes_the_words():
    [post] = parse("wordpress", "page_noindex").records
    assert post["text"] is None
    assert post["title"] is None
    assert post["extra"]["wishes"] == ["noindex"]


def test_plain_permalinks_are_asked_with_a_parameter():
    [ask] = parse("wordpress", "root_plain_permalinks").asks
    assert ask.url == "https://blog.example/?rest_route=%2F"


def test_a_post_with_a_password_has_no_text():
    batch = parse("wordpress", "posts", pages=False)
    assert [post["text"] for post in posts(batch)] == ["Hello du four", None]


def test_times_of_greenwich_are_read_not_the_sites_own():
    assert posts(parse("wordpress", "posts", pages=False))[0]["published_at"] == "2026-03-12T08:00:00+00:00"


def test_a_comment_answers_its_parent_and_the_first_ones_the_post():
    told = posts(parse("wordpress", "comments"))
    assert [post["in_reply_to"] for post in told] == [
        "web:https://blog.example/test-411/",
        "web:https://blog.example/test-411/#comment-51",
    ]


def test_older_pages_than_the_window_are_not_asked():
    since = datetime(2026, 6, 1, tzinfo=UTC)
    assert parse("wordpress", "posts", pages=False, since=since).asks == []


def test_a_page_that_is_gone_leaves_an_empty_dated_marker():
    [marker] = parse("wordpress", "page_gone").records
    assert marker["deleted_at"]
    assert not {"text", "title", "links"} & set(marker)


# --- Hacker News --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "term", "held"),
    [
        ("My Esprésso machine", "espresso", True),
        ("Expresso trains", "espresso", False),
        ("espressos", "espresso", False),
        ("Slow-coffee, again", "slow-coffee", True),
        ("C++ (again)", "C++", True),
    ],
)
def test_a_neighbours_spelling_is_not_the_term(text, term, held):
    assert says(text, term) is held


def test_what_was_taken_back_leaves_no_words():
    for name in ("item_deleted", "item_dead"):
        [marker] = parse("hackernews", name).records
        assert marker["deleted_at"]
        assert "text" not in marker


def test_a_full_slice_is_followed_by_an_older_one():
    more = parse("hackernews", "search_full_slice").asks[-1]
    assert more.purpose == "search"
    assert "created_at_i<" in parse_qs(urlsplit(more.url).query)["numericFilters"][0]


def test_answering_leads_to_what_was_answered_but_not_for_ever():
    assert [ask.purpose for ask in parse("hackernews", "item_comment").asks] == ["user", "item"]
    assert [ask.purpose for ask in parse("hackernews", "item_comment", hops=0).asks] == ["user"]


# --- Stack Exchange -----------------------------------------------------------------------------------------------


def test_escaped_names_and_titles_are_written_plainly():
    batch = parse("stackexchange", "questions")
    assert accounts(batch)[0]["display_name"] == "Léa"
    assert posts(batch)[0]["title"] == "Hello & grind"


def test_a_score_may_be_negative_and_the_licence_is_kept():
    [post] = posts(parse("stackexchange", "questions"))
    assert post["score"] == -3
    assert post["extra"]["content_license"] == "CC BY-SA 4.0"


def test_nothing_more_is_asked_when_the_quota_is_spent():
    assert parse("stackexchange", "quota_spent").asks == []


# --- Discourse ----------------------------------------------------------------------------------------------------


def test_all_the_posts_of_a_long_topic_are_asked_for():
    asks = [ask for ask in parse("discourse", "topic").asks if ask.purpose == "posts"]
    numbers = [one for ask in asks for one in parse_qs(urlsplit(ask.url).query)["post_ids[]"]]
    assert numbers == [str(number) for number in range(903, 951)]


def test_the_search_that_robots_may_not_use_is_never_asked():
    for path in FIXTURES.glob("discourse/*.json"):
        assert not [ask for ask in parse("discourse", path.stem).asks if "/search" in ask.url]


def test_hidden_and_deleted_posts_leave_markers_and_whispers_nothing():
    told = posts(parse("discourse", "topic_hidden_and_whisper"))
    assert [post["post_id"][-3:] for post in told] == ["901", "903"]
    assert all(post["deleted_at"] and "text" not in post for post in told)


def test_only_an_edited_version_has_a_time_of_edit():
    assert [post["edited_at"] for post in posts(parse("discourse", "topic"))] == [None, "2026-03-12T09:10:00+00:00"]


def test_a_hidden_profile_keeps_its_words():
    assert accounts(parse("discourse", "profile_hidden"))[0]["consent"] == "restricted"


# --- Lemmy --------------------------------------------------------------------------------------------------------


def test_both_generations_tell_the_same_post():
    volatile = {"observed_at"}
    old, new = posts(parse("lemmy", "community_v3")), posts(parse("lemmy", "community_v4"))
    assert [{k: v for k, v in post.items() if k not in volatile} for post in old] == [
        {k: v for k, v in post.items() if k not in volatile} for post in new
    ]


def test_the_generation_follows_from_the_version():
    assert "/api/v3/" in parse("lemmy", "nodeinfo_v3", communities=["coffee"]).asks[0].url
    assert "/api/v4/" in parse("lemmy", "nodeinfo_v4", communities=["coffee"]).asks[0].url


def test_who_took_a_post_away_is_told():
    told = posts(parse("lemmy", "deleted_and_removed"))
    assert [post["extra"]["taken_away"] for post in told] == ["deleted", "removed"]


def test_a_comments_path_tells_what_it_answers():
    told = posts(parse("lemmy", "comments"))
    parents = [
        "ap:https://lem.example/post/51",
        "ap:https://lem.example/comment/12",
        "ap:https://lem.example/comment/34",
    ]
    assert [post["in_reply_to"] for post in told] == parents


def test_a_cursor_that_comes_again_is_not_followed():
    assert not [ask for ask in parse("lemmy", "same_cursor", comments=False, hops=0).asks if ask.chain]


# --- Forem, PeerTube, GDELT, Wikidata -----------------------------------------------------------------------------


def test_tags_are_read_from_a_list_and_from_a_line():
    assert posts(parse("forem", "article"))[0]["hashtags"] == ["espresso", "grind"]


def test_a_cross_post_names_the_original():
    assert "https://lea.example/x" in posts(parse("forem", "article"))[0]["links"]


def test_an_article_that_is_gone_leaves_a_marker():
    [marker] = parse("forem", "article_gone").records
    assert marker["deleted_at"]


def test_a_comment_in_a_tree_answers_the_one_above():
    told = {post["native_id"][-3:]: post["in_reply_to"] for post in posts(parse("forem", "comments"))}
    assert told == {"abc": "forem:dev.example/article/1544", "def": "forem:dev.example/comment/abc"}


def test_a_videos_author_is_the_channel_and_its_owner_is_known():
    [post] = posts(parse("peertube", "search"))
    assert post["account_id"] == "ap:https://pt.example/video-channels/velo"
    assert post["extra"]["owner"] == "ap:https://pt.example/accounts/lea"


def test_an_error_in_plain_text_with_status_200_is_told_not_raised():
    assert parse("gdelt", "error_as_text").troubles[0][1].endswith("The specified phrase is too short.")


def test_a_full_answer_is_followed_by_an_older_slice_of_time():
    [more] = parse("gdelt", "articles_full").asks
    assert parse_qs(urlsplit(more.url).query)["enddatetime"] == ["20260312085959"]


def test_ended_and_deprecated_handles_are_left_out():
    [account] = parse("wikidata", "items").records
    assert account["links"] == [
        "https://lea.example/", "https://social.example/@lea", "https://bsky.app/profile/lea.example", "https://x.com/lea",
    ]  # fmt: skip


def test_a_seed_is_looked_up_by_the_address_it_has_on_its_network():
    asks = connector("wikidata").seeds(Context(options={}, seed_accounts=("@lea@social.example", "lea.example"))).asks
    told = [parse_qs(urlsplit(ask.url).query)["srsearch"][0] for ask in asks]
    assert told == ['haswbstatement:"P4033=lea@social.example"', 'haswbstatement:"P12361=lea.example"']


# --- over HTTP ----------------------------------------------------------------------------------------------------


def run(job, kind, options, **values):
    made = job(SourceJob(kind, options), **values)
    report = crawl(made)
    return report, [json.loads(one.line) for one in read_records(made.path)]


def test_a_whole_forum_is_read_and_an_unchanged_topic_is_not_read_again(job, server):
    topic = json.loads((FIXTURES / "discourse" / "topic.json").read_text())["body"]
    topic["post_stream"]["stream"] = [901, 902]
    listed = {"id": 77, "title": "Hello", "bumped_at": "2026-03-13T09:00:00Z"}
    server.routes = {
        "/latest.json": (200, {}, {"topic_list": {"topics": [listed]}}),
        "/t/77.json": (200, {}, topic),
    }
    _, found = run(job, "discourse", {"sites": [server.base], "profiles": False})
    assert len([one for one in found if one["type"] == "post"]) == 2
    server.log.clear()
    run(job, "discourse", {"sites": [server.base], "profiles": False})
    assert "/t/77.json" not in server.paths()
    listed["bumped_at"] = "2026-03-14T09:00:00Z"
    run(job, "discourse", {"sites": [server.base], "profiles": False})
    assert "/t/77.json" in server.paths()


def test_a_site_with_plain_permalinks_is_read_over_http(job, server):
    def answer(handler):
        told = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        route = told.get("rest_route")
        if route == "/":
            return 200, {}, {"namespaces": ["wp/v2"], "home": server.base}
        if route == "/wp/v2/posts":
            body = {"id": 1, "date_gmt": "2026-03-12T08:00:00", "modified_gmt": "2026-03-12T08:00:00", "author": 3,
                    "link": f"{server.base}/?p=1", "title": {"rendered": "Un"}, "content": {"rendered": "<p>Bonjour</p>"}}  # fmt: skip
            return 200, {"X-WP-TotalPages": "1"}, [body]
        return (
            (200, {"Content-Type": "text/html"}, "<html><body>Bonjour</body></html>") if "p" in told else (404, {}, {})
        )

    server.fallback = answer
    report, found = run(job, "wordpress", {"sites": [server.base]})
    assert [one["text"] for one in found if one["type"] == "post"] == ["Bonjour"]
    assert report.degraded  # authors and comments were shut, and that is told


def test_the_pace_an_operator_asks_for_is_kept_on_hosts_of_others(job):
    from crawlers.consent import Gate
    from crawlers.engine.keeping import Keeper
    from crawlers.frontier import Frontier
    from crawlers.guard import address_guard

    made = job(SourceJob("gdelt", {"queries": ["espresso"]}))
    frontier = Frontier(made.path, Speed(), address_guard(()))
    frontier.begin("test", resume=False, now=0.0, sources=["gdelt"])
    with frontier.transaction():
        Keeper(made, frontier, Gate()).store(
            connector("gdelt").seeds(Context(options={"queries": ["x"]})), "gdelt", None, 0.0
        )
    assert frontier.db.execute("SELECT delay FROM hosts").fetchone()[0] == 5.0
    frontier.close()
