"""Who signed a page, as the usual kinds of sites write it; nobody where nobody did."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.markup import parse
from crawlers.pages import read_page
from crawlers.web.authors import authors_of

URL = "https://herald.example/2026/05/03/slow-coffee"
TITLE = "Slow coffee is back"
WORDS = "<p>" + "Fifteen grams of ground coffee and a quarter of a litre of water. " * 6 + "</p>"


def page(head="", byline="", after="", title=TITLE, tail=""):
    return (
        f"<!doctype html><html lang='en'><head><title>{title} – The Herald</title><meta property='og:title' content='{title}'>"
        f"<meta property='og:site_name' content='The Herald'>{head}</head><body><nav><a href='/authors/all'>Authors</a></nav><main><article>"
        f"<h1>{title}</h1>{byline}<div class='content'>{WORDS}</div>{after}</article></main>{tail}</body></html>"
    )


def linked(thing):
    return f"<script type='application/ld+json'>{json.dumps(thing)}</script>"


def names(markup, url=URL):
    return [author.name for author in authors_of(parse(markup), markup, url)]


ARTICLE = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE}
PERSON = {"@type": "Person", "name": "Jane Doe", "url": "/author/jane", "sameAs": ["https://social.example/@jane"]}


@pytest.mark.parametrize(
    "thing",
    [
        ARTICLE | {"author": PERSON},
        ARTICLE | {"author": [PERSON]},
        ARTICLE | {"author": "Jane Doe"},
        ARTICLE | {"author": {"@type": "Person", "name": "By Jane Doe, Staff Writer"}},
        ARTICLE | {"@type": ["Article", "BlogPosting"], "creator": "Jane Doe"},
        [{"@type": "WebSite", "name": "The Herald"}, ARTICLE | {"author": PERSON}],
        {"@graph": [{"@type": "WebPage", "name": TITLE}, ARTICLE | {"author": {"@id": "#jane"}}, PERSON | {"@id": "#jane"}]},
        {"@type": "WebPage", "mainEntity": ARTICLE | {"author": PERSON}},
        ARTICLE | {"author": PERSON, "publisher": {"@type": "Organization", "name": "The Herald"}},
        [ARTICLE | {"headline": "Another one", "author": "John Roe"}, ARTICLE | {"author": PERSON}],
    ],
)  # fmt: skip
def test_json_ld_names_the_author_of_the_article(thing):
    assert names(page(linked(thing))) == ["Jane Doe"]


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"Article","author":{"name":"Jane Doe"},}',
        '<!-- {"@type":"Article","author":{"name":"Jane Doe"}} -->',
        '//<![CDATA[\n{"@type":"Article","author":{"name":"Jane Doe"}}\n//]]>',
        '{"@type":"Article","description":"two\nlines","author":{"name":"Jane Doe"}}',
    ],
)
def test_json_ld_that_is_not_quite_json_is_read(script):
    assert names(page(f"<script type='application/ld+json'>{script}</script>")) == ["Jane Doe"]


def test_addresses_of_an_author_come_along():
    [author] = authors_of(
        parse(page(linked(ARTICLE | {"author": PERSON}))), page(linked(ARTICLE | {"author": PERSON})), URL
    )
    assert author.url == "https://herald.example/author/jane"
    assert author.same_as == ("https://social.example/@jane",)
    assert author.evidence == ("json_ld",)
    assert 0.8 < author.score < 1


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="author" content="Jane Doe">',
        '<meta name="Author" content="by Jane Doe, Herald Staff">',
        '<meta name="byl" content="By JANE DOE">',
        '<meta name="parsely-author" content="Jane Doe">',
        '<meta name="sailthru.author" content="Jane Doe">',
        '<meta name="DC.creator" content="Doe, Jane">',
        '<meta name="citation_author" content="Doe, Jane">',
        '<meta property="article:author" content="Jane Doe">',
        '<meta property="article:author" content="https://herald.example/author/jane-doe">',
        '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Jane Doe">',
        '<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Jane Doe">',
    ],
)
def test_metas_name_the_author(head):
    assert names(page(head)) == ["Jane Doe"]


BYLINES = [
    '<div class="meta">12. Mai 2018 von <a href="/author/jane">Jane Doe</a></div>',
    '<p class="postmetadata">Dieser Beitrag wurde am 12. Mai um 10:00 Uhr veröffentlicht von Jane Doe und wurde unter Allgemein abgelegt.</p>',
    '<span class="submitted">Eingetragen von <span class="username">Jane Doe</span> am 12.05.2010 - 10:00</span>',
    '<div class="field-name-author"><div class="field-label">Autor:&nbsp;</div><div class="field-item">Jane Doe</div></div>',
    '<ul class="creator-names"><li class="creator__name"><a href="/autor/Jane-123">Jane Doe</a></li></ul>',
    '<div class="serendipity_entryFooter">Geschrieben von <a href="/authors/1-Jane">Jane Doe</a> in <a>Linux</a> um 10:00 | Kommentare (3)</div>',
    "<p>Door Jane Doe op 12 mei</p>",
    '<div><a href="/@jane?source=post_page">Jane Doe</a></div>',
    '<p class="byline">By Jane Doe</p>',
    '<p class="byline">By <a href="/authors/jane-doe">Jane Doe</a> in <a href="/food">Food</a></p>',
    '<span class="author vcard"><a class="url fn n" href="/author/jane/" rel="author">Jane Doe</a></span>',
    '<div class="entry-meta">Posted on <a href="/2026"><time>May 3, 2026</time></a><span class="by-author"> by <a href="/author/jane/">Jane Doe</a></span></div>',
    '<span class="post-author vcard">Posted by <span class="fn" itemprop="author"><a class="g-profile"><span itemprop="name">Jane Doe</span></a></span></span>',
    '<div class="submitted">Submitted by Jane Doe on Sun, 05/03/2026 - 10:00</div>',
    '<div class="submitted">Verfasst von Jane Doe am 3. Mai 2026</div>',
    '<dd class="createdby">Geschrieben von <span itemprop="name">Jane Doe</span></dd>',
    '<div itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">Jane Doe</span></div>',
    '<span property="schema:author">Jane Doe</span>',
    '<a rel="author" href="/jane">Jane Doe</a>',
    '<a class="p-author h-card" href="/jane">Jane Doe</a>',
    '<div class="c-article__autor">Von Jane Doe</div>',
    "<p>Par Jane Doe, le 3 mai 2026</p>",
    "<div><b>Von Jane Doe</b></div>",
    "<p><em>by</em> <strong>Jane Doe</strong></p>",
    '<p class="signature">Jane Doe</p>',
    '<div data-testid="authorName">Jane Doe</div>',
    '<footer class="entry-footer"><div class="author-name">Jane Doe</div></footer>',
]


@pytest.mark.parametrize("byline", BYLINES)
def test_what_readers_see_names_the_author(byline):
    assert names(page(byline=byline)) == ["Jane Doe"]


@pytest.mark.parametrize(
    "after",
    [
        "<p>Autor: Jane Doe</p>",
        "<p><em>Text und Fotos: Jane Doe</em></p>",
        "<p>Autor/in: Jane Doe, Redaktion</p>",
        "<p>Text: Jane Doe</p>",
        '<div class="author-box"><h4>Jane Doe</h4><p>Jane writes about coffee.</p></div>',
        '<div class="about-author"><h3>About Jane Doe</h3></div>',
    ],
)
def test_what_follows_the_article_names_the_author(after):
    assert names(page(after=after)) == ["Jane Doe"]


@pytest.mark.parametrize(
    "markup",
    [
        page(linked(ARTICLE | {"author": [{"name": "Jane Doe"}, {"name": "John Roe"}]})),
        page(linked(ARTICLE | {"author": "Jane Doe and John Roe"})),
        page('<meta name="author" content="Jane Doe, John Roe">'),
        page('<meta name="citation_author" content="Doe, Jane"><meta name="citation_author" content="Roe, John">'),
        page(byline='<p class="byline">By <a href="/author/jane">Jane Doe</a> and <a href="/author/john">John Roe</a></p>'),
        page(linked(ARTICLE | {"author": "Jane Doe"}), byline='<p class="byline">By Jane Doe and John Roe</p>'),
    ],
)  # fmt: skip
def test_several_authors_are_all_named(markup):
    assert sorted(names(markup)) == ["Jane Doe", "John Roe"]


@pytest.mark.parametrize(
    "markup",
    [
        page(),
        page('<meta name="author" content="admin">'),
        page('<meta name="author" content="The Herald">'),
        page(linked(ARTICLE | {"author": {"@type": "Organization", "name": "The Herald"}})),
        page(byline='<p class="byline">Staff</p>'),
        page(tail='<div id="comments"><ol class="commentlist"><li><cite class="fn author">Troll King</cite></li></ol></div>'),
        page(tail='<div class="comment"><span class="comment-author vcard"><span class="fn">Troll King</span></span></div>'),
        page(tail='<aside><div class="author">Jane Doe</div></aside>'),
        page(tail='<div class="related"><p class="byline">By Jane Doe</p></div>'),
        page(tail='<section><article><h3>Other</h3><span class="author">John Roe</span></article></section>'),
        page(after="<p>By the time the water boils, grind the beans.</p>"),
        page(after='<blockquote><p class="author">Johann Sebastian Bach</p></blockquote>'),
        page(after='<p>We met <a href="/people/donald-duck">Donald Duck</a> who told us a long story about his uncle, his nephews, the pool of coins and the slow coffee that he makes each day for all of them.</p>'),
    ],
)  # fmt: skip
def test_nobody_is_named_where_nobody_signed(markup):
    assert names(markup) == []


def test_a_person_comes_before_the_agency_that_pays():
    assert names(page(byline='<p class="byline">By Jane Doe, Associated Press</p>')) == ["Jane Doe"]
    assert names(page(byline='<p class="byline">Associated Press</p>')) == ["Associated Press"]


def test_an_agency_of_the_dateline_signs_for_want_of_a_name():
    markup = page().replace("<div class='content'><p>", "<div class='content'><p>LONDON (Reuters) - ")
    told = read_page(markup.encode(), URL, {"content-type": "text/html"})
    assert [(byline.name, byline.group) for byline in told.bylines] == [("Reuters", True)]


def test_the_nearest_byline_counts_where_a_page_lists_other_articles():
    teasers = "".join(
        f'<div class="item"><h3>Other {n}</h3><p class="byline">By John Roe{n}</p></div>' for n in "abcdef"
    )
    assert names(page(byline='<p class="byline">By Jane Doe</p>', tail=f"<section>{teasers}</section>")) == ["Jane Doe"]


def test_a_site_that_bears_a_persons_name_is_that_persons():
    markup = page(tail="<footer>© 2026 Jane Doe</footer>").replace("The Herald", "Jane Doe")
    assert names(markup, "https://www.janedoe.example/slow-coffee") == ["Jane Doe"]


def test_the_fullest_way_to_write_a_name_that_is_told_most_wins():
    markup = page('<meta name="author" content="Jane Doe">', byline='<p class="byline">By Jane Q. Doe</p>')
    assert len(names(markup)) == 1


def test_evidence_that_agrees_is_believed_more():
    alone = authors_of(parse(page('<meta name="author" content="Jane Doe">')), "", URL)[0].score
    markup = page('<meta name="author" content="Jane Doe">', byline=BYLINES[0])
    assert authors_of(parse(markup), markup, URL)[0].score > alone


HOSTILE = {
    "nested elements": "<h1>T</h1>" + "<div class='author meta'>" * 100_000 + "By Jane Doe",
    "many bylines": "<p class='byline'>By Jane Doe</p>" * 60_000,
    "one huge text": "<div class='meta'>" * 500 + "x " * 1_000_000,
    "many headlines": "<title>aaaaaaaaaa</title>" + "<h1>b" * 200_000,
    "open scripts": "<title>aaaaaaaaaa</title><h1>aaaaaaaaaa</h1>" + "<script" * 300_000,
    "brackets": "<h1>aaaaaaaaaa</h1>" + "<" * 2_000_000,
    "deep json": "<script type='application/ld+json'>" + '{"@type":"Person","author":' * 20_000 + "</script>",
    "wide json": "<script type='application/ld+json'>["
    + '{"@type":"Article","author":"a b"},' * 14_000
    + "{}]</script>",
    "open attribute": '<div class="' * 200_000,
    "blanks": "<h1>headline headline</h1><p>By " + " " * 2_000_000 + "x</p>",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_pages_cost_little(kind):
    markup = HOSTILE[kind]
    started = time.process_time()
    authors_of(parse(markup), markup, URL)
    assert time.process_time() - started < 5


@given(
    st.lists(
        st.sampled_from(
            [
                *BYLINES,
                "<div>",
                "</div>",
                "<h1>",
                "</article>",
                "<aside>",
                "\x00",
                "&lt;",
                "<a rel=author>",
                "<script>",
                "<!--",
            ]
        ),
        max_size=12,
    )
)
@settings(max_examples=60, deadline=None)
def test_broken_pages_name_jane_or_nobody(pieces):
    assert set(names(page(byline="".join(pieces)))) <= {"Jane Doe"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=12),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["@type", "@id", "@graph", "author", "name", "url", "sameAs", "publisher", "headline"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=15,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_json_ld_is_survived(thing):
    for author in authors_of(parse(page(linked(thing))), page(linked(thing)), URL):
        assert author.name
        assert 0 <= author.score <= 1
