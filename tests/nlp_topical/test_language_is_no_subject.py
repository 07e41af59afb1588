"""A language is not a subject: where hits are written in another language than the crawl, only the subject counts."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from nlp.query import parse
from nlp.tokens import words
from nlp.topical import TopicalModel, TopicalSegment
from nlp.topical.commonplace import ENOUGH, LENGTH, commonplaces
from nlp.topical.teach import _Levels

TOPICS = tomllib.loads((Path(__file__).parent / "topics.toml").read_text("utf-8"))
ON_TOPIC = 0.3


class World:
    """A crawl in `host` where one subject is spoken of in `guest` alone, with `spare` other texts in `guest`."""

    def __init__(self, host: str, guest: str, subject: int, spare: int) -> None:
        topic, others = TOPICS[guest]["topics"][subject], self.others(host, subject)
        self.about = topic["indirect"]
        self.beside = TOPICS[guest]["chatter"][spare:] + [t for o in self.others(guest, subject) for t in o["indirect"]]
        self.background = TOPICS[host]["chatter"] + [t for o in others for t in o["direct"] + o["indirect"]]
        texts = self.background + topic["direct"] + TOPICS[guest]["chatter"][:spare]
        languages = [host] * len(self.background) + [guest] * (len(texts) - len(self.background))
        self.model = TopicalModel.fit(texts, languages, [TopicalSegment("s", parse(topic["query"]))])
        self.host, self.guest = host, guest

    @staticmethod
    def others(language: str, subject: int) -> list[dict[str, list[str]]]:
        return [topic for at, topic in enumerate(TOPICS[language]["topics"]) if at != subject]

    def fits(self, texts: list[str], language: str) -> np.ndarray:
        return self.model.score(texts, [language] * len(texts))[:, 0]


@pytest.fixture(scope="module", params=[("en", "fr", 0), ("en", "fr", 8), ("fr", "en", 0), ("fr", "en", 8)])
def worlds(request: pytest.FixtureRequest) -> list[World]:
    host, guest, spare = request.param
    return [World(host, guest, subject, spare) for subject in range(4)]


def test_few_texts_on_something_else_pass_for_the_subject_because_of_their_language(worlds: list[World]) -> None:
    beside = np.concatenate([world.fits(world.beside, world.guest) for world in worlds])
    assert (beside > ON_TOPIC).mean() <= 0.22
    assert (beside > 0.5).mean() <= 0.03


def test_texts_on_the_subject_stand_out_within_its_language(worlds: list[World]) -> None:
    about = np.concatenate([world.fits(world.about, world.guest) for world in worlds])
    beside = np.concatenate([world.fits(world.beside, world.guest) for world in worlds])
    truth = np.concatenate([np.ones(len(about)), np.zeros(len(beside))])
    assert roc_auc_score(truth, np.concatenate([about, beside])) >= 0.92
    assert np.median(about) >= 2 * np.median(beside)


def test_the_crawls_own_language_is_not_taken_for_the_subject_either(worlds: list[World]) -> None:
    background = np.concatenate([world.fits(world.background, world.host) for world in worlds])
    assert (background > ON_TOPIC).mean() <= 0.12


def test_a_greeting_in_the_language_of_the_hits_is_not_on_the_subject() -> None:
    hits = [
        "Fußball heute Abend: Bayern spielt gegen Dortmund", "Was für ein Tor, der Fußball lebt",
        "Die Fußball Nationalmannschaft trifft auf Spanien", "Fußball Training mit den Kindern im Stadion",
        "Mein Verein steigt auf, Fußball ist alles", "Der Trainer stellt die Mannschaft um, Fußball total",
    ]  # fmt: skip
    background = TOPICS["en"]["chatter"] + [t for topic in TOPICS["en"]["topics"] for t in topic["direct"]]
    languages = ["en"] * len(background) + ["de"] * len(hits)
    model = TopicalModel.fit(background + hits, languages, [TopicalSegment("fussball", parse("Fußball"))])
    greetings = ["Guten Morgen! Tipps willkommen", "Ich bin heute Abend nicht da", "Was ist denn das für ein Tag"]
    about = ["Der Trainer der Nationalmannschaft", "Das Stadion und die Mannschaft von Dortmund"]
    fits = model.score(greetings + about, ["de"] * 5)[:, 0]
    assert fits[:3].max() < fits[3:].min()
    assert fits[:3].max() < 0.4


def test_commonplaces_are_made_only_for_languages_that_say_little_beside_the_hits() -> None:
    segment = [TopicalSegment("s", parse("fußball OR morgen"))]
    found = np.array([[True], [True], *[[False]] * 60])
    texts, languages = commonplaces(["de", "en", *["en"] * 60], found, segment)
    assert set(languages) == {"de"}
    assert len(texts) == ENOUGH
    assert all(len(text.split()) == LENGTH and "morgen" not in words(text) for text in texts)
    assert commonplaces(["de", "en", *["en"] * 60], found, segment) == (texts, languages)


@pytest.mark.parametrize("spoken", [["fr"] * 9, ["unknown"] * 9])
def test_a_crawl_in_one_language_needs_no_commonplaces(spoken: list[str]) -> None:
    found = np.array([[True]] + [[False]] * 8)
    assert commonplaces(spoken, found, [TopicalSegment("s", parse("thé"))]) == ([], [])


def test_an_unknown_language_gets_none() -> None:
    found = np.array([[True], [False], [False]])
    assert commonplaces(["unknown", "fr", "xx"], found, [TopicalSegment("s", parse("thé"))]) == ([], [])


def test_levels_bring_unmatched_texts_of_each_language_together() -> None:
    seeds = np.zeros((120, 1))
    seeds[:10] = 1
    tongues = ["fr"] * 60 + ["en"] * 60
    scores = np.where(np.array(tongues) == "fr", 2.0, -1.0)[:, None]
    levelled = _Levels(seeds, tongues)(scores)
    assert abs(levelled[30, 0] - levelled[90, 0]) < 0.35
    assert _Levels(seeds, ["fr"] * 120)(scores) is scores
    assert _Levels(seeds, None)(scores) is scores


def test_levels_move_a_language_as_one() -> None:
    scores = np.random.default_rng(1).normal(size=(80, 2))
    seeds = np.zeros((80, 2))
    seeds[:5, 0] = 1
    tongues = ["fr"] * 40 + ["en"] * 30 + [""] * 10
    moved = _Levels(seeds, tongues)(scores) - scores
    np.testing.assert_allclose(moved[:40], np.broadcast_to(moved[0], (40, 2)))
    np.testing.assert_allclose(moved[40:70], np.broadcast_to(moved[40], (30, 2)))
    np.testing.assert_allclose(moved[70:], 0)
