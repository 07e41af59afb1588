"""Self-training: the query's hits teach three voters, whose agreement teaches the next round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nlp.topical.voters import naive_bayes, neighbours, propagate, ridge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from nlp.topical.features import Features

    Floats = NDArray[np.floating]

GROWTH = (1.0, 1.25, 1.5, 2.0)
"""How many texts each round takes to be on the subject, in numbers of hits: queries find half of it or less."""
RIVALRY = 0.2
"""How much a text loses that fits another segment of the brief better."""
PENALTY = 15.0
BAYES_WEIGHT = 1.5
"""Naive Bayes counts for more than the other voters: it is the steadiest when hits are few."""
MIN_NEIGHBOURS = 5
FEW_TEXTS = 5
"""As many unmatched texts of a language tell half of how high it scores by itself."""
FIRST_STEPS = 15
NEXT_STEPS = 5


def teach(features: Features, seeds: Floats, denied: NDArray[np.bool_], tongues: Sequence[str] | None = None) -> Floats:
    """Return (texts, segments) scores in standard deviations from the sample's mean.

    `seeds` in [0, 1] is what is believed at first (1: a hit), `denied` what is known to be off the subject. `tongues`
    names the language of each text ("" for none): what all texts of a language share is not the subject.
    """
    level = _Levels(seeds, tongues)
    graph = neighbours(features.whole()) if features.shape[0] > MIN_NEIGHBOURS else None
    expected = np.maximum(seeds.sum(axis=0), 1.0)
    labels = seeds
    dual: Floats | None = None
    for growth in GROWTH:
        scores, dual = _vote(features, graph, labels, dual, level)
        labels = _believe(scores, seeds, denied, growth * expected)
    return _vote(features, graph, labels, dual, level)[0]


def threshold(scores: Floats, expected: Floats) -> Floats:
    """Return per segment the score that `expected` texts reach."""
    ranked = -np.sort(-scores, axis=0)
    at = np.minimum(expected.astype(int), len(scores) - 1)
    return np.asarray(np.take_along_axis(ranked, at[None, :], axis=0)[0])


def _vote(
    features: Features, graph: csr_matrix | None, labels: Floats, dual: Floats | None, level: _Levels
) -> tuple[Floats, Floats]:
    """Return the voters' sum, and the dual of the ridge regression, from which the next round starts."""
    weights, dual = ridge(features, labels, PENALTY, FIRST_STEPS if dual is None else NEXT_STEPS, dual)
    votes = _standard(features @ weights)
    votes += BAYES_WEIGHT * _standard(features @ naive_bayes(features, labels))
    if graph is not None:
        votes += _standard(propagate(graph, np.where(labels >= 1, labels, np.maximum(labels - 0.2, 0))))
    return _standard(_rival(level(_standard(votes)))), dual


class _Levels:
    """Brings the languages of a sample to one level: that of their texts which the query does not match."""

    def __init__(self, seeds: Floats, tongues: Sequence[str] | None) -> None:
        self.seeds = seeds
        names = np.array(tongues if tongues is not None else [""] * len(seeds))
        self.rows = [np.flatnonzero(names == name) for name in sorted(set(names.tolist()) - {""})]

    def __call__(self, scores: Floats) -> Floats:
        """Return the scores less each language's own level, the less sure the fewer texts tell of it."""
        if len(self.rows) < 2:
            return scores
        levelled = np.array(scores)
        for column in range(scores.shape[1]):
            plain = self.seeds[:, column] == 0
            usual = np.median(scores[plain, column]) if plain.any() else 0.0
            for rows in self.rows:
                telling = scores[rows[plain[rows]], column]
                if len(telling):
                    share = len(telling) / (len(telling) + FEW_TEXTS)
                    levelled[rows, column] -= share * (np.median(telling) - usual)
        return levelled


def _believe(scores: Floats, seeds: Floats, denied: NDArray[np.bool_], expected: Floats) -> Floats:
    """Return soft labels: hits keep some trust whatever the vote, other texts earn at most most of it."""
    logits = np.clip(2 * (scores - threshold(scores, expected)), -30, 30)
    vote = 1 / (1 + np.exp(-logits))
    labels = np.where(seeds > 0, seeds * (0.4 + 0.6 * vote), 0.8 * vote)
    return np.asarray(np.where(denied, 0.0, labels))


def _rival(scores: Floats) -> Floats:
    """Take off a part of the best other segment's score: the segments of a brief are mostly different subjects."""
    if scores.shape[1] < 2:
        return scores
    ranked = np.sort(scores, axis=1)
    best, second = ranked[:, -1:], ranked[:, -2:-1]
    return np.asarray(scores - RIVALRY * np.where(scores == best, second, best))


def _standard(scores: Floats) -> Floats:
    centred = scores - scores.mean(axis=0)
    return np.asarray(centred / (centred.std(axis=0) + 1e-9))
