"""The evaluation gate: topical fit on texts of our own stays above its floors, and above plain keyword search."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from nlp.language import detect
from nlp.query import parse
from nlp.topical import TopicalModel, TopicalSegment
from pipelines.evaluate.bm25 import bm25

HERE = Path(__file__).parent
TOPICS = tomllib.loads((HERE / "topics.toml").read_text(encoding="utf-8"))
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))


def corpus(language: str) -> tuple[list[str], np.ndarray, list[TopicalSegment]]:
    topics = TOPICS[language]["topics"]
    texts, labels = list(TOPICS[language]["chatter"]), [[0] * len(topics) for _ in TOPICS[language]["chatter"]]
    for column, topic in enumerate(topics):
        for text in [*topic["direct"], *topic["indirect"]]:
            texts.append(text)
            labels.append([int(column == other) for other in range(len(topics))])
    return texts, np.array(labels), [TopicalSegment(t["name"], parse(t["query"])) for t in topics]


def mean_average_precision(labels: np.ndarray, scores: np.ndarray) -> float:
    return float(np.mean([average_precision_score(labels[:, j], scores[:, j]) for j in range(labels.shape[1])]))


def judged(language: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, scores and BM25 of every text, from a model that saw only what names the subject, and chatter."""
    texts, labels, segments = corpus(language)
    seen = [text for topic in TOPICS[language]["topics"] for text in topic["direct"]] + TOPICS[language]["chatter"]
    model = TopicalModel.fit(seen, [language] * len(seen), segments)
    plain = np.stack([bm25(segment.query, texts) for segment in segments], axis=1)
    return labels, model.score(texts, [language] * len(texts)), plain


@pytest.mark.parametrize("language", ["fr", "en"])
def test_topical_fit_of_unseen_texts_stays_above_its_floor(language: str) -> None:
    labels, scores, _ = judged(language)
    assert mean_average_precision(labels, scores) >= FLOORS["average_precision"][language]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_floor_itself_is_well_above_keyword_search(language: str) -> None:
    labels, _, plain = judged(language)
    assert FLOORS["average_precision"][language] >= mean_average_precision(labels, plain) + 0.1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_texts_that_name_the_subject_in_other_words_beat_chatter(language: str) -> None:
    texts, _, segments = corpus(language)
    model = TopicalModel.fit(texts, [language] * len(texts), segments)
    chatter = model.score(TOPICS[language]["chatter"], [language] * len(TOPICS[language]["chatter"]))
    for column, topic in enumerate(TOPICS[language]["topics"]):
        indirect = model.score(topic["indirect"], [language] * len(topic["indirect"]))[:, column]
        assert np.median(indirect) > np.max(chatter[:, column])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_language_of_the_texts_is_told_above_its_floor(language: str) -> None:
    texts, _, _ = corpus(language)
    assert np.mean([code == language for code in detect(texts)]) >= FLOORS["language"]["accuracy"]
