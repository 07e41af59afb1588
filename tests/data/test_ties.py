"""Ties follow from what posts show and sources state, and only where it is clear who is meant."""

from __future__ import annotations

import json

import pytest

from data.warehouse.derive import derive_ties

AT = "2026-01-02T00:00:00+00:00"


def account(number, **more):
    return {"type": "account", "account_id": f"x:{number}", "source": "x", "native_id": str(number)} | more


def post(number, by, **more):
    record = {"post_id": f"x:p{number}", "native_id": f"p{number}", "account_id": f"x:{by}", "source": "x"}
    return {"type": "post", "published_at": AT, "text": "bonjour"} | record | more


@pytest.fixture
def ties(bring, store):
    """Load records and return the derived ties as (from, to, kind, weight)."""

    def run(*records):
        bring("jsonl", "r.jsonl", "\n".join(json.dumps(record) for record in records))
        derive_ties(store)
        return store.sql("SELECT from_account, to_account, kind, weight FROM core.ties ORDER BY ALL").fetchall()

    return run


@pytest.mark.parametrize(("field", "kind"), [("in_reply_to", "reply"), ("repost_of", "repost"), ("quote_of", "quote")])
def test_a_reaction_ties_its_author_to_the_other(ties, store, field, kind):
    assert ties(post(1, 1), post(2, 2, **{field: "x:p1"})) == [("x:2", "x:1", kind, 1.0)]
    evidence = store.sql("SELECT evidence_post, first_at = last_at FROM core.ties").fetchall()
    assert evidence == [("x:p2", True)]


def test_a_reaction_to_a_post_that_is_not_known_ties_nobody(ties):
    assert ties(post(2, 2, in_reply_to="x:p1")) == []


def test_a_reply_to_oneself_is_no_tie(ties):
    assert ties(post(1, 1), post(2, 1, in_reply_to="x:p1"), post(3, 1, mentions=["x:1"])) == []


def test_the_same_tie_again_weighs_more_and_spans_its_dates(ties, store):
    later = "2026-02-02T00:00:00Z"
    assert ties(post(1, 1), post(2, 2, in_reply_to="x:p1"), post(3, 2, in_reply_to="x:p1", published_at=later)) == [
        ("x:2", "x:1", "reply", 2.0)
    ]
    dates = store.sql("SELECT first_at::DATE::VARCHAR, last_at::DATE::VARCHAR, evidence_post FROM core.ties").fetchall()
    assert dates == [("2026-01-02", "2026-02-02", "x:p3")]


@pytest.mark.parametrize("mention", ["x:1", "x:@lea", "x:@LEA"])
@pytest.mark.parametrize("handle", ["lea", "@lea", "Lea"])
def test_a_mention_finds_its_account_by_id_or_handle_with_or_without_at(ties, mention, handle):
    assert ties(account(1, handle=handle), post(1, 2, mentions=[mention])) == [("x:2", "x:1", "mention", 1.0)]


@pytest.mark.parametrize("words", ["merci @lea !", "Merci à @Lea, bravo", "(@lea)", "@lea"])
def test_a_mention_is_read_off_the_words_of_an_import(bring, store, words):
    bring("csv", "a.csv", "source,native_id,handle,summary\nx,1,lea,s\n")
    bring("csv", "p.csv", f'source,native_id,account,published_at,text\nx,9,2,2026-01-02,"{words}"\n')
    derive_ties(store)
    assert store.sql("SELECT from_account, to_account FROM core.ties").fetchall() == [("x:2", "x:1")]


def test_a_handle_that_two_accounts_have_names_neither(ties):
    assert ties(account(1, handle="lea"), account(2, handle="Lea"), post(1, 3, mentions=["x:@lea"])) == []


def test_a_handle_on_another_network_is_another_handle(ties):
    elsewhere = {"type": "account", "account_id": "y:1", "source": "y", "native_id": "1", "handle": "lea"}
    assert ties(elsewhere, post(1, 3, mentions=["x:@lea"])) == []


def test_a_repost_mentions_and_links_to_nobody_by_itself(ties):
    page = "https://lea.example"
    records = account(1, handle="lea", url=page), post(1, 2, repost_of="x:p9", mentions=["x:1"], links=[page])
    assert ties(*records) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://lea.example/blog",
        "http://lea.example/blog",
        "https://www.lea.example/blog",
        "https://lea.example/blog/",
        "https://LEA.example/blog?utm_source=x",
        "https://lea.example/blog#top",
    ],
)
@pytest.mark.parametrize("own", ["https://lea.example/blog", "http://www.lea.example/blog/"])
def test_a_link_to_a_persons_page_is_a_tie_however_the_address_is_written(ties, own, link):
    assert ties(account(1, url=own), post(1, 2, links=[link])) == [("x:2", "x:1", "link", 1.0)]


def test_a_link_to_a_persons_article_is_a_tie(ties):
    article = "https://lea.example/2026/v60"
    assert ties(post(1, 1, url=article), post(2, 2, links=[article])) == [("x:2", "x:1", "link", 1.0)]


@pytest.mark.parametrize("link", ["https://lea.example/other", "https://example", "javascript:alert(1)", "", "::", "/"])
def test_a_link_elsewhere_is_no_tie(ties, link):
    assert ties(account(1, url="https://lea.example/blog"), post(1, 2, links=[link])) == []


def test_a_page_that_two_accounts_give_as_theirs_ties_neither(ties):
    shared = "https://agency.example"
    assert ties(account(1, url=shared), account(2, url=shared), post(1, 3, links=[shared])) == []


def test_a_stated_tie_keeps_its_weight_and_dates_add_up(ties):
    tie = {"type": "tie", "from_account": "x:1", "to_account": "x:2", "kind": "Follow"}
    stated = tie | {"weight": 2.5, "at": "2026-01-01"}, tie | {"weight": 1.5, "at": "2026-01-02"}
    assert ties(*stated) == [("x:1", "x:2", "follow", 4.0)]


def test_a_stated_tie_without_a_date_has_none(ties, store):
    ties({"type": "tie", "from_account": "x:1", "to_account": "x:2", "kind": "follow"})
    assert store.sql("SELECT first_at, last_at, evidence_post FROM core.ties").fetchall() == [(None, None, None)]


def test_a_tie_that_was_restated_takes_the_new_weight(ties):
    tie = {"type": "tie", "from_account": "x:1", "to_account": "x:2", "kind": "follow", "at": "2026-01-01"}
    ties(tie | {"weight": 1})
    assert ties(tie | {"weight": 3}) == [("x:1", "x:2", "follow", 3.0)]


def test_kinds_of_one_pair_are_told_apart(ties):
    kinds = [row[2] for row in ties(post(1, 1), post(2, 2, in_reply_to="x:p1", mentions=["x:1"]), account(1))]
    assert kinds == ["mention", "reply"]


def test_deriving_again_gives_the_same_ties(ties, store):
    once = ties(post(1, 1), post(2, 2, in_reply_to="x:p1"))
    derive_ties(store)
    assert store.sql("SELECT from_account, to_account, kind, weight FROM core.ties").fetchall() == once


def test_a_tie_whose_post_was_taken_out_goes_with_it(ties, store):
    ties(post(1, 1), post(2, 2, in_reply_to="x:p1"))
    store.execute("DELETE FROM core.posts WHERE post_id = 'x:p2'")
    derive_ties(store)
    assert store.sql("FROM core.ties").fetchall() == []


PEOPLE = (account(1), account(2), account(3))


@pytest.mark.parametrize("tag", ["FollowFriday", "followfriday", "#FollowFriday"])
def test_who_is_named_on_follow_friday_is_endorsed(ties, tag):
    found = ties(*PEOPLE, post(1, 1, mentions=["x:2"], hashtags=[tag]))
    assert found == [("x:1", "x:2", "endorse", 1.0), ("x:1", "x:2", "mention", 1.0)]


def test_the_short_tag_endorses_when_it_names_several(ties):
    one = post(1, 1, mentions=["x:2"], hashtags=["ff"])
    several = post(2, 1, mentions=["x:2", "x:3"], hashtags=["FF"])
    assert [row[:3] for row in ties(*PEOPLE, one, several) if row[2] == "endorse"] == [
        ("x:1", "x:2", "endorse"), ("x:1", "x:3", "endorse"),
    ]  # fmt: skip


@pytest.mark.parametrize("more", [{"kind": "repost"}, {"kind": "reply"}, {"hashtags": ["friday"]}, {"hashtags": []}])
def test_other_posts_only_name(ties, more):
    found = ties(*PEOPLE, post(1, 1, mentions=["x:2", "x:3"], **({"hashtags": ["ff"]} | more)))
    assert "endorse" not in {row[2] for row in found}


def test_nobody_endorses_themselves(ties):
    found = ties(*PEOPLE, post(1, 1, mentions=["x:1", "x:2"], hashtags=["followfriday"]))
    assert [row[:2] for row in found if row[2] == "endorse"] == [("x:1", "x:2")]
