from datetime import UTC, datetime

import pytest

from nlp.facts.citations import cited, domain, domains, format_of, formats, spans_of
from nlp.facts.posts import Post, read

BRANDS = {"Brûlerie du Canal": ['"brûlerie du canal"', "@brulerie", "brulerie.example"]}


def _post(post_id: str, text: str, day: int = 1, **more: object) -> Post:
    return Post(post_id, text, datetime(2026, 3, day, tzinfo=UTC), language="fr", **more)  # type: ignore[arg-type]


def test_a_brand_is_cited_with_dates_tone_and_posts() -> None:
    posts = [
        _post("1", "J'adore la Brûlerie du Canal, un régal !", 3),
        _post("2", "La BRULERIE DU CANAL est nulle, quelle honte", 9),
        _post("3", "Un café ailleurs", 5),
    ]
    (brand,) = cited(posts, BRANDS)
    assert (brand.name, brand.posts, brand.post_ids) == ("Brûlerie du Canal", 2, ("1", "2"))
    assert brand.first_at == posts[0].published_at
    assert brand.last_at == posts[1].published_at
    assert brand.tones == {"negative": 1, "positive": 1}
    assert brand.tone is not None


@pytest.mark.parametrize("text", ["merci @brulerie", "#BruleriDuCanal brûlerie du canal", "la brûlerie-du-canal"])
def test_a_brand_is_found_by_any_of_its_terms(text: str) -> None:
    assert len(spans_of([_post("1", text)], BRANDS)) == 1


def test_a_brand_is_found_in_a_link_too_and_then_has_no_span() -> None:
    (found,) = spans_of([_post("1", "voir", links=("https://brulerie.example/x",))], BRANDS)
    assert found.spans == ()


def test_a_word_that_contains_the_brand_is_another_word() -> None:
    assert spans_of([_post("1", "@brulerieparis et la brûlerie du canaliste")], BRANDS) == []


def test_reposts_cite_nothing() -> None:
    assert cited([_post("1", "brûlerie du canal", kind="repost")], BRANDS) == ()


def test_spans_stand_in_the_text_as_written() -> None:
    text = "Été à la Bru\u0302lerie du Canal"
    ((start, end),) = spans_of([_post("1", text)], BRANDS)[0].spans
    assert text[start:end] == "Bru\u0302lerie du Canal"


def test_an_unknown_tone_is_none() -> None:
    (brand,) = cited([Post("1", "Brûlerie du Canal", language="de")], BRANDS)
    assert brand.tone is None
    assert brand.first_at is None


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.lemonde.fr/a", "lemonde.fr"),
        ("https://blog.shop.co.uk/", "shop.co.uk"),
        ("http://a.b.example.org", "example.org"),
        ("nothing", None),
        ("http://[bad", None),
    ],
)
def test_the_site_of_a_link(url: str, site: str | None) -> None:
    assert domain(url) == site


def test_media_are_named_and_count_once_a_post() -> None:
    posts = [
        _post("1", "", links=("https://www.lemonde.fr/a", "https://lemonde.fr/b")),
        _post("2", "", links=("https://x.example",)),
    ]
    rows = domains(posts, {"lemonde.fr": "Le Monde"})
    assert [(row.name, row.kind, row.posts) for row in rows] == [("Le Monde", "media", 1), ("x.example", "link", 1)]


@pytest.mark.parametrize(
    ("post", "form"),
    [
        (_post("1", "x", kind="repost"), "repost"),
        (_post("1", "x", kind="reply"), "reply"),
        (_post("1", "x", links=("https://youtu.be/a",)), "video"),
        (_post("1", "x", media=("image/png",)), "image"),
        (_post("1", "x", links=("https://x.example/a.jpg?w=1",)), "image"),
        (_post("1", "x", title="Un titre"), "article"),
        (_post("1", "x" * 2000), "article"),
        (_post("1", "x", links=("https://x.example",)), "link"),
        (_post("1", "x"), "text"),
    ],
)
def test_the_form_of_a_post(post: Post, form: str) -> None:
    assert format_of(post) == form
    assert formats([post]) == {form: ("1",)}


def test_a_row_of_the_warehouse_becomes_a_post() -> None:
    post = read(
        {
            "post_id": 5,
            "text": "Café #Slow @lea https://x.example/a",
            "published_at": "2026-03-01T10:00:00",
            "kind": None,
        }
    )
    assert (post.post_id, post.hashtags, post.mentions, post.links) == (
        "5",
        ("Slow",),
        ("lea",),
        ("https://x.example/a",),
    )
    assert post.published_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert post.own
    assert post.words == "Café"
    assert read({"post_id": "1", "published_at": "soon"}).published_at is None
