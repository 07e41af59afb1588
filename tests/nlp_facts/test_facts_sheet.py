import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.facts import facts, read


def _rows() -> list[dict[str, object]]:
    texts = [
        "Je serai au Festival du Café à Lyon le 12 avril, venez !",
        "J'adore le café filtre de la Brûlerie du Canal, quel régal",
        "Le café filtre de Torréfaction Nord est décevant",
        "Qui connaît une recette V60 ?",
        "Ma chimiothérapie commence",
        "Suite de ma chimiothérapie",
    ]
    return [
        {
            "post_id": f"p{i}",
            "text": text,
            "language": "fr",
            "published_at": f"2026-03-0{i + 1}T08:00:00Z",
            "source": "mastodon",
        }
        for i, text in enumerate(texts)
    ]


def test_a_persons_facts_serialise_and_name_their_posts() -> None:
    found = facts(
        [read(row) for row in _rows()],
        summary="Journaliste chez Le Monde, basée à Lyon",
        location="Lyon",
        brands={"Brûlerie du Canal": []},
        competitors={"Torréfaction Nord": []},
        as_of=datetime(2026, 4, 1, tzinfo=UTC),
    )
    sheet = json.loads(json.dumps(found.as_json()))
    assert sheet["brands"][0]["post_ids"] == ["p1"]
    assert sheet["brands"][0]["tone"] > 0
    assert sheet["competitors"][0]["kind"] == "competitor"
    assert sheet["competitors"][0]["tone"] < 0
    assert sheet["events"][0]["on"] == "2026-04-12"
    assert sheet["engaging"]["questions"] == ["p3"]
    assert [item["text"] for item in sheet["declared"]] == ["Journaliste", "Le Monde", "Lyon", "Lyon"]
    assert sheet["languages"] == {"fr": 6}
    assert sheet["topics"]["withheld"] >= 1


def test_nothing_sensitive_is_named_anywhere_but_in_the_posts() -> None:
    sheet = json.dumps(facts([read(row) for row in _rows()]).as_json(), ensure_ascii=False).lower()
    assert "chimio" not in sheet


def test_a_person_without_posts_has_empty_facts() -> None:
    sheet = facts([]).as_json()
    assert sheet["topics"] == {"topics": [], "withheld": 0}
    assert sheet["rhythm"]["posts"] == 0
    json.dumps(sheet)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=120), max_size=5), st.text(max_size=120))
def test_any_posts_and_any_bio_give_facts(texts: list[str], bio: str) -> None:
    rows = [
        {"post_id": str(i), "text": text, "language": ("fr", "en", "de", None)[i % 4]} for i, text in enumerate(texts)
    ]
    json.dumps(facts([read(row) for row in rows], summary=bio, location=bio, brands={"a": [bio]}).as_json())


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "A" * 1_000_000,
        "A a " * 250_000,
        "Salon " * 160_000,
        "Festival De " * 80_000,
        "É" * 1_000_000,
        "12 mai " * 140_000,
        "chez " * 200_000,
        "\u0301" * 1_000_000,
        "\ud800" * 1_000_000,
        "@a" * 500_000,
        "http://" * 140_000,
        "« " * 500_000,
    ],
)
def test_a_hostile_text_costs_bounded_time(text: str) -> None:
    facts([read({"post_id": "0", "text": "chauffe", "language": "fr"})], brands={"x": []})
    started = time.process_time()
    rows = [
        {"post_id": str(i), "text": text, "title": text, "language": language}
        for i, language in enumerate(("fr", "en"))
    ]
    facts([read(row) for row in rows], summary=text, location=text, brands={"x": ["xx", text[:50]]})
    assert time.process_time() - started < 5
