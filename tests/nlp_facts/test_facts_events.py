from datetime import UTC, date, datetime

import pytest

from nlp.facts.dates import dates
from nlp.facts.events import events, from_markup
from nlp.facts.posts import Post

SAID = datetime(2026, 3, 20, tzinfo=UTC)


def _post(text: str, post_id: str = "1", **more: object) -> Post:
    return Post(post_id, text, SAID, language="fr", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le 12 avril", date(2026, 4, 12)),
        ("le 1er mai 2027", date(2027, 5, 1)),
        ("du 3 au 5 juin", date(2026, 6, 3)),
        ("on april 24", date(2026, 4, 24)),
        ("april 24th, 2025", date(2025, 4, 24)),
        ("24th of april", date(2026, 4, 24)),
        ("le 12/04/2026", date(2026, 4, 12)),
        ("2026-04-12", date(2026, 4, 12)),
        ("le 28 decembre", date(2025, 12, 28)),
    ],
)
def test_dates_are_read_against_the_day_of_the_post(text: str, expected: date) -> None:
    assert [day for day, _, _ in dates(text, SAID)] == [expected]


@pytest.mark.parametrize("text", ["le 31 fevrier", "12/13/2026", "version 1.2.3", "le 99 mai", "mars et jupiter"])
def test_what_is_no_date_is_left_alone(text: str) -> None:
    assert list(dates(text, SAID)) == []


def test_a_day_without_year_and_without_a_dated_post_is_unknown() -> None:
    assert list(dates("le 12 avril", None)) == []


@pytest.mark.parametrize(
    ("text", "name", "role", "on", "place"),
    [
        ("Je serai au Festival du Café à Lyon le 12 avril", "Festival du Café", "attends", date(2026, 4, 12), "Lyon"),
        (
            "Nous organisons l'atelier Latte Art le 3 mai à Bordeaux",
            "atelier Latte Art",
            "organises",
            date(2026, 5, 3),
            "Bordeaux",
        ),
        ("J'interviens à la conférence Café Demain", "conférence Café Demain", "speaks", None, None),
        (
            "Speaking at the London Coffee Festival in London on April 24",
            "London Coffee Festival",
            "speaks",
            date(2026, 4, 24),
            "London",
        ),
        ("I'm going to World Coffee Summit 2026", "World Coffee Summit 2026", "attends", None, None),
        ("We are hosting the Brew Workshop on May 3", "Brew Workshop", "organises", date(2026, 5, 3), None),
        ("Retour en images du Salon Barista", "Salon Barista", "mentions", None, None),
    ],
)
def test_events_are_read_with_role_date_and_place(
    text: str, name: str, role: str, on: date | None, place: str | None
) -> None:
    found = events([_post(text)])
    assert [(e.name, e.role, e.on, e.place) for e in found] == [(name, role, on, place)]


@pytest.mark.parametrize(
    "text", ["le salon est en désordre", "Une rencontre inattendue", "no conference today", "Bonjour Paris", ""]
)
def test_plain_words_are_no_events(text: str) -> None:
    assert events([_post(text)]) == ()


def test_one_event_told_twice_is_one_with_both_posts_and_the_strongest_role() -> None:
    found = events([_post("Le Salon Barista approche", "1"), _post("Je participe au Salon Barista à Nantes", "2")])
    assert [(e.role, e.place, e.post_ids) for e in found] == [("attends", "Nantes", ("1", "2"))]


def test_words_of_others_are_not_read() -> None:
    assert events([_post("Je serai au Festival du Café", kind="repost")]) == ()


def test_markup_gives_name_date_place_and_role() -> None:
    item = {
        "@type": "Event",
        "name": "Salon Barista",
        "startDate": "2026-05-01T10:00:00+02:00",
        "location": {"@type": "Place", "address": {"addressLocality": "Nantes"}},
        "organizer": [{"name": "Léa Martin"}],
    }
    (event,) = from_markup([item], "7", person="Lea Martin")
    assert (event.name, event.on, event.place, event.role, event.source, event.post_ids) == (
        "Salon Barista",
        date(2026, 5, 1),
        "Nantes",
        "organises",
        "markup",
        ("7",),
    )


def test_broken_markup_stops_nothing() -> None:
    items = [
        {},
        {"name": None},
        {"name": "X", "startDate": "soon", "location": []},
        {"name": ["Y"], "dtstart": ["2026-01-02"]},
    ]
    assert [(e.name, e.on) for e in from_markup(items, "1")] == [("X", None), ("Y", date(2026, 1, 2))]
