"""Whose page it is, what an entry answers, what stands under it: microformats and comments, also where they are broken."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.markup import parse
from crawlers.web.comments import comments_of
from crawlers.web.microformats import cards, entry_of, rel_me, representative
from crawlers.web.site_pages import address_of, read_site_page

URL = "https://lea.example/"
HTML = {"content-type": "text/html; charset=utf-8"}


def card(url=URL, name="Léa", uid=False, note=""):
    return f'<div class="h-card"><a class="p-name u-url {"u-uid" if uid else ""}" href="{url}">{name}</a><p class="p-note">{note}</p></div>'


def test_a_card_has_a_name_addresses_and_words():
    [found] = cards(parse(card(note="Torréfactrice")), URL)
    assert (found.name, found.urls, found.note) == ("Léa", (URL,), "Torréfactrice")


def test_a_link_may_be_a_card_by_itself():
    [found] = cards(parse('<a class="h-card" href="/about">Léa Martin</a>'), URL)
    assert (found.name, found.urls) == ("Léa Martin", ("https://lea.example/about",))


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        (card(uid=True) + card("https://tom.example/", "Tom"), "Léa"),
        (
            card("https://social.example/@lea")
            + '<a rel="me" href="https://social.example/@lea">x</a>'
            + card("https://tom.example/", "Tom"),
            "Léa",
        ),
        (card(), "Léa"),
        (card("https://tom.example/", "Tom"), None),
        (card() + card("https://tom.example/", "Tom"), None),
        ("<p>nobody</p>", None),
    ],
)
def test_the_card_that_represents_a_page_is_told_from_others(markup, name):
    found = representative(parse(markup), URL)
    assert (found.name if found else None) == name


def test_claimed_addresses_are_told_once_each():
    markup = '<link rel="me" href="https://a.example/"><a rel="nofollow me" href="https://a.example/">a</a><a rel="me" href="mailto:x@y">m</a><a rel="mea" href="https://b.example/">b</a>'
    assert rel_me(parse(markup), URL) == ["https://a.example/"]


def test_an_answer_may_name_its_target_in_a_citation():
    markup = '<div class="h-entry"><div class="u-in-reply-to h-cite"><a class="u-url" href="https://tom.example/p">Tom</a></div></div>'
    assert entry_of(parse(markup), URL).in_reply_to == "https://tom.example/p"


def test_what_a_comment_answers_is_not_what_the_post_answers():
    markup = '<div class="h-entry"><div class="u-comment h-cite"><a class="u-in-reply-to" href="https://lea.example/p">x</a></div></div>'
    assert entry_of(parse(markup), URL).in_reply_to is None


COMMENT = '<time datetime="2026-06-02T10:00:00Z"></time>'


@pytest.mark.parametrize(
    ("markup", "key", "name", "text"),
    [
        (f'<li class="comment" id="comment-7"><cite class="fn">Nina</cite>{COMMENT}<div class="comment-content"><p>Oui</p></div></li>', "#comment-7", "Nina", "Oui"),
        (f'<div itemprop="comment" itemscope itemtype="https://schema.org/Comment" id="comment9"><span itemprop="author"><b itemprop="name">Nina</b></span>{COMMENT}<p itemprop="text">Oui</p></div>', "#comment9", "Nina", "Oui"),
        ('<div class="u-comment h-cite"><a class="p-author h-card" href="https://nina.example/">Nina</a><a class="u-url" href="https://nina.example/r"><time class="dt-published" datetime="2026-06-02"></time></a><p class="e-content">Oui</p></div>', "https://nina.example/r", "Nina", "Oui"),
    ],
)  # fmt: skip
def test_comments_are_read_in_every_markup(markup, key, name, text):
    [found] = comments_of(parse(markup), URL)
    assert (found.key, found.name, found.text) == (key, name, text)
    assert found.published.startswith("2026-06-02")


@pytest.mark.parametrize(
    "markup",
    [
        f'<li class="comment"><cite class="fn">Nina</cite>{COMMENT}</li>',
        '<li class="comment" id="comment-1"><cite class="fn">Nina</cite></li>',
        f'<li class="comment" id="comment-1">{COMMENT}</li>',
        f'<li class="comment" id="comment-1&quot;><script>"><cite class="fn">Nina</cite>{COMMENT}</li>',
    ],
)
def test_a_comment_without_place_time_or_name_is_left_out(markup):
    assert comments_of(parse(markup), URL) == []


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="/p">', "https://lea.example/p"),
        ('<meta property="og:url" content="https://lea.example/p">', "https://lea.example/p"),
        ('<link rel="canonical" href="https://victim.example/p">', URL),
        ('<link rel="canonical" href="javascript:alert(1)">', URL),
        ("", URL),
    ],
)
def test_a_page_may_name_its_address_on_its_own_host(head, address):
    assert address_of(parse(f"<html><head>{head}</head></html>"), URL) == address


HOSTILE = {
    "nested cards": '<div class="h-card"><a class="u-url" href="/x">a</a>' * 5_000,
    "nested comments": f'<li class="comment" id="comment-1"><cite class="fn">x</cite>{COMMENT}' * 5_000,
    "nested articles": '<article class="h-entry">' * 50_000,
    "claims": '<a rel="me" href="https://a.example/">x</a>' * 10_000,
    "tags": '<a class="p-category" rel="tag" href="/x">' + "x" * 100 + "</a>" * 20_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_pages_of_a_site_cost_seconds_at_most(kind):
    started = time.process_time()
    read_site_page(HOSTILE[kind].encode(), URL, HTML)
    assert time.process_time() - started < 15


@given(
    st.lists(
        st.sampled_from(
            [
                card(),
                COMMENT,
                '<li class="comment" id="comment-2">',
                '<cite class="fn">N</cite>',
                "<article>",
                "</article>",
                '<a rel="me" href="//x">',
                "<h1>",
                "\x00",
            ]
        ),
        max_size=15,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_mixture_is_survived(pieces):
    page = read_site_page("".join(pieces).encode(), URL, HTML)
    assert page.address == URL
    assert len(page.comments) <= 1
