"""Two to eight people ticked in the list are laid side by side."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from .conftest import BRIEF, client_of, person, text


def compare(*keys: str) -> str:
    return f"/b/{BRIEF}/compare?" + urlencode([("id", person(key)) for key in keys])


def test_people_ticked_in_the_list_are_laid_side_by_side(reader: TestClient) -> None:
    answer = reader.get(compare("lea", "nina", "arab"))
    assert answer.status_code == 200
    shown = text(answer.text)
    for name in ("Léa Martin", "Nina Dupré", "ليلى أحمد", "Publics en commun"):
        assert name in shown


def test_the_list_offers_a_box_per_row_that_the_comparison_reads(reader: TestClient) -> None:
    page = reader.get(f"/b/{BRIEF}/people?segment=filtre").text
    boxes = re.findall(r'<input type="checkbox" name="id" value="([^"]+)" form="compare" aria-label="[^"]+">', page)
    assert person("lea") in boxes
    assert len(boxes) == len(set(boxes)) > 5
    assert '<form id="compare" class="row" method="get" action="compare">' in page


@pytest.mark.parametrize("keys", [(), ("lea",), ("lea", "lea"), tuple(f"k{at}" for at in range(9))])
def test_too_few_or_too_many_are_refused_with_their_number(reader: TestClient, keys: tuple[str, ...]) -> None:
    answer = reader.get(compare(*keys))
    assert answer.status_code == 400
    assert "2 à 8 personnes" in text(answer.text)


def test_who_is_not_of_the_run_or_refuses_is_not_compared(reader: TestClient) -> None:
    assert reader.get(compare("lea", "nobody")).status_code == 400
    assert reader.get(compare("lea", "gone")).status_code == 400


def test_a_comparison_cannot_run_or_be_framed(reader: TestClient) -> None:
    answer = reader.get(compare("script", "quote", "jinja", "long"))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert "<script" not in answer.text
    assert "<img" not in answer.text


def test_a_comparison_speaks_the_readers_language(published) -> None:
    assert "Shared audiences" in text(client_of(published, "en").get(compare("lea", "nina")).text)
