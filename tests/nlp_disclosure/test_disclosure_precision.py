"""Ordinary posts that look like paid content without being so, and their paid neighbours."""

from __future__ import annotations

import time

import pytest

from nlp.disclosure import find

ORDINARY = {
    "fr": [
        "RT @marie: Merci @paul_durand, quelle soirée",
        "Merci @paul_durand de rappeler que chaque voix compte",
        "Merci à @paul_durand d'avoir défendu ce texte",
        "Merci @paul_durand pour ton soutien",
        "Merci à @paul_durand pour ce débat de qualité",
        "Merci @paul_durand pour ces mots justes",
        "Rencontre avec l'ancien ambassadeur aux États-Unis, @paul_durand",
        "Faut-il rappeler nos ambassadeurs ? Rappel des ambassadeurs @elysee",
        "La chanson perd un véritable ambassadeur des Antilles, selon @radio",
    ],
    "en": [
        "Thanks @paul for pointing these out",
        "Thanks to @paul for the heads up",
        "Thank you @paul for your answer, it helps",
        "European ambassadors met @paul in Brussels",
        "A friend of his served as U.S. ambassador, says @paul",
        "India's weeklong summit, hosted by Prime Minister Narendra Modi",
    ],
}
PAID = {
    "fr": [
        "Merci @marque pour ce joli colis",
        "Merci @marque de m'offrir ce coffret",
        "Merci à @marque pour votre confiance",
        "Merci @marque !",
        "Fière d'être ambassadrice de la marque @marque",
        "Ambassadeur @marque depuis deux ans",
    ],
    "en": [
        "Thanks @brand for sending me these shoes",
        "Thank you @brand!",
        "Proud ambassador for @brand",
        "Our weekend in Lisbon, hosted by @hotel",
    ],
}


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in ORDINARY.items() for text in texts])
def test_ordinary_posts_have_no_cue(language: str, text: str) -> None:
    assert find(text, language=language, market="FR" if language == "fr" else "US").status == "none"


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in PAID.items() for text in texts])
def test_their_paid_neighbours_have_one(language: str, text: str) -> None:
    assert find(text, language=language, market="FR" if language == "fr" else "US").status != "none"


@pytest.mark.parametrize("text", ["merci @a " * 20_000, "merci @a de " + "nous " * 20_000, "rt @" * 50_000])
def test_thanks_without_end_cost_bounded_time(text: str) -> None:
    started = time.process_time()
    find(text, language="fr")
    assert time.process_time() - started < 2
