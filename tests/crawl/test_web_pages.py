"""What a page says: words, date, language, wishes; and what hostile pages may cost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.markup import DEEPEST, LONGEST, MOST_ATTRIBUTES, bounded, parse
from crawlers.pages import read_page
from crawlers.text import html_text
from crawlers.web.dates import edited, published, when

HTML = {"content-type": "text/html; charset=utf-8"}
URL = "https://blog.example/post"
WORDS = "<p>" + "Quinze grammes de café, deux cent cinquante millilitres d'eau. " * 8 + "</p>"


def read(head="", body="", url=URL, headers=HTML, **options):
    markup = f"<html lang='fr'><head><title>Recette</title>{head}</head><body><article><h1>Recette</h1>{body}{WORDS}</article></body></html>"
    return read_page(markup.encode(), url, headers, **options)


@pytest.mark.parametrize(
    ("head", "body", "url"),
    [
        ('<script type="application/ld+json">{"@type":"Article","datePublished":"2026-05-03T10:00:00+02:00"}</script>', "", URL),
        ('<meta property="article:published_time" content="2026-05-03T08:00:00Z">', "", URL),
        ('<meta name="DC.date.issued" content="2026-05-03">', "", URL),
        ('<meta name="pubdate" content="20260503">', "", URL),
        ('<meta name="date" content="Sun, 03 May 2026 10:00:00 +0200">', "", URL),
        ('<meta name="parsely-pub-date" content="2026-05-03 10:00:00 +0200">', "", URL),
        ("", '<time class="dt-published" datetime="2026-05-03T10:00:00+02:00">3 mai</time>', URL),
        ("", '<span itemprop="datePublished" content="2026-05-03"></span>', URL),
        ("", '<time datetime="2026-05-03">3 mai</time>', URL),
        ("", "", "https://blog.example/2026/05/03/recette"),
        ("", "<p>Publié le 3 mai 2026</p>", URL),
    ],
)  # fmt: skip
def test_the_date_is_read_wherever_it_is_told(head, body, url):
    assert (read(head, body, url).published or "").startswith("2026-05-03")


@pytest.mark.parametrize(
    "told", ["", "yesterday", "0001-01-01T00:00:00Z", "99999999", "2026-13-45", None, 12, "x" * 100, "Sun, 99 May 2026"]
)
def test_what_is_no_time_is_none(told):
    assert when(told) is None


@given(st.text(max_size=60) | st.none() | st.integers())
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_time_or_none(told):
    found = when(told)
    assert found is None or 1990 <= found.year <= 2100


def test_the_day_is_that_of_the_pages_own_clock():
    page = read('<meta property="article:published_time" content="2026-05-03T23:30:00-08:00">')
    assert (page.published, page.day) == ("2026-05-04T07:30:00+00:00", "2026-05-03")
    page = read(
        '<meta property="article:published_time" content="2026-05-04T07:30:00Z">',
        url="https://blog.example/2026/05/03/x",
    )
    assert (page.published, page.day) == ("2026-05-04T07:30:00+00:00", "2026-05-03")


def test_a_date_that_agrees_with_the_address_is_believed_before_one_that_does_not():
    head = '<meta name="date" content="2024-01-01"><meta property="article:published_time" content="2025-09-17">'
    body = '<time class="entry-date" datetime="2017-12-06">6 décembre</time>'
    assert read(head, body, "https://blog.example/2017/12/recette").day == "2017-12-06"
    assert read(head, "", "https://blog.example/2017/12/recette").day == "2025-09-17"


def test_an_edit_has_its_own_date():
    page = read(
        '<meta property="article:modified_time" content="2026-06-01T00:00:00Z"><meta property="article:published_time" content="2026-05-03">'
    )
    assert (page.published, page.edited) == ("2026-05-03T00:00:00+00:00", "2026-06-01T00:00:00+00:00")
    assert published(parse("<p>"), {}, URL) is None
    assert edited(parse("<p>"), {}) is None


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Carnet – Recette V60</title>", "<h1>Recette V60</h1>", "Recette V60"),
        ("<title>Recette V60 | Carnet</title>", "<h2>Recette V60</h2>", "Recette V60"),
        ("<title>Recette V60 | Carnet</title>", "<h1>Carnet</h1><h2>Recette V60</h2>", "Recette V60"),
        ("<title>Recette V60 | Carnet</title>", "<h1>Autre chose</h1>", "Recette V60 | Carnet"),
        ("<title>Carnet</title><meta property='og:title' content='Recette V60'>", "<h1>Carnet</h1>", "Recette V60"),
        (
            "<title>Carnet de Léa – Recette V60</title>",
            "<h1>Carnet de Léa</h1><article><h2>Recette V60</h2></article>",
            "Recette V60",
        ),
        (
            "<title>Carnet de Léa – La recette du V60</title>",
            "<h1>Carnet de Léa</h1><h2>La recette du V60</h2>",
            "La recette du V60",
        ),
        ("", "", None),
    ],
)
def test_a_title_goes_without_the_name_of_its_site(head, body, title):
    assert read_page(f"<html><head>{head}</head><body>{body}{WORDS}</body></html>".encode(), URL, HTML).title == title


def test_every_author_is_told_with_their_addresses():
    told = '<script type="application/ld+json">{"@type":"Article","author":[{"@type":"Person","name":"Léa Martin","url":"/lea"},{"name":"Paul Durand"}]}</script>'
    page = read(told)
    assert [(one.name, one.url) for one in page.bylines] == [
        ("Léa Martin", "https://blog.example/lea"),
        ("Paul Durand", None),
    ]
    assert page.byline.name == "Léa Martin"


def test_a_page_nobody_signed_has_an_empty_byline():
    assert (read().byline.name, read().bylines) == (None, ())


def test_a_byline_that_leads_to_the_post_itself_has_no_address():
    assert read(body=f'<a rel="author" href="{URL}">Léa Martin</a>').byline.url is None


@pytest.mark.parametrize("wish", ["noindex", "none", "noarchive", "nosnippet"])
def test_a_wish_leaves_no_words_unless_it_is_not_heeded(wish):
    head = f'<meta name="robots" content="{wish}">'
    assert read(head).text is None
    assert "Quinze grammes" in read(head, heed=False).text


def test_reservations_are_told():
    page = read('<meta name="tdm-reservation" content="1">', headers=HTML | {"x-robots-tag": "noai"})
    assert set(page.wishes) == {"noai", "tdm-reservation=1"}
    assert page.may_keep_text


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<meta charset='iso-8859-1'><p>café".encode("latin-1"), "text/html"),
        ("<p>café".encode("utf-16"), "text/html"),
        (b"\xff\xfe\x00<p>caf\xc3\xa9", "text/html; charset=nonsense"),
        (b"\x00" * 1000, "text/html"),
        (b"", ""),
        (bytes(range(256)) * 20, "text/html; charset=utf-8"),
    ],
)
def test_broken_encodings_never_raise(body, told):
    assert read_page(body, URL, {"content-type": told} if told else {}).wishes == ()


BOMBS = {
    "100 MB": b"<p>coffee " * 10_000_000,
    "nested blocks": b"<div>" * 100_000,
    "self-closed blocks": b"<div/>" * 100_000,
    "formatting": b"<b><p>" * 100_000,
    "attributes": b"<div " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">",
    "attributes with brackets": b"<div " + b" ".join(b'a%d=">"' % n for n in range(200_000)) + b">",
    "slashes": b"<div " + b"/".join(b"a%d" % n for n in range(200_000)) + b">",
    "tables": b"<table><tr><td>" * 50_000,
    "comments": b"<!--" * 500_000,
    "entities": b"&amp;" * 500_000,
    "links": b"<a href='/x'>" * 100_000,
}


@pytest.mark.parametrize("kind", BOMBS)
def test_hostile_pages_are_read_in_seconds(kind):
    started = time.process_time()
    read_page(BOMBS[kind], URL, HTML)
    assert time.process_time() - started < 20


@pytest.mark.parametrize("kind", ["attributes", "slashes", "nested blocks", "self-closed blocks"])
def test_hostile_fragments_are_read_in_a_moment(kind):
    started = time.process_time()
    html_text(BOMBS[kind].decode())
    assert time.process_time() - started < 2


def test_a_page_is_cut_where_it_nests_too_deep():
    assert bounded("<p>kept</p>" + "<div>" * (DEEPEST + 50)).startswith("<p>kept</p><div>")
    assert bounded("<p>kept</p>" + "<div>" * (DEEPEST + 50)).count("<div>") <= DEEPEST
    assert bounded("<p>kept</p><div " + " ".join(f"a{n}" for n in range(MOST_ATTRIBUTES * 2)) + ">") == "<p>kept</p>"


@pytest.mark.parametrize(
    "piece",
    [
        "<div>a</div>",
        "<p>unclosed",
        "<li>unclosed",
        "<p>a</p>",
        "<br>",
        "<img src=x>",
        "<path d='M0'/>",
        "<script>if (a<b) c</script>",
        "<!-- <div> -->",
        '<a title="<div>">x</a>',
        "<P CLASS=a>b</P>",
    ],
)
def test_an_ordinary_page_is_left_whole(piece):
    markup = "<html><body>" + piece * 10_000 + "</body></html>"
    assert bounded(markup) == markup


@given(st.text(alphabet="<>/=\"' adiv!-\n", max_size=400))
@settings(max_examples=200, deadline=None)
def test_what_is_left_is_always_the_beginning(markup):
    long = markup * 60
    assert long.startswith(bounded(long))
    assert len(parse(long).html or "") <= 3 * LONGEST
