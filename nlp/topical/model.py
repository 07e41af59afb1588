"""The model of a brief's segments: taught by the texts at hand, then one weight per word and segment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.tokens import words
from nlp.topical.commonplace import commonplaces
from nlp.topical.explain import Explanation, WordWeight
from nlp.topical.features import learn
from nlp.topical.lexicon import Lexicon
from nlp.topical.sample import choose
from nlp.topical.segment import excluded, without_texts
from nlp.topical.teach import GROWTH, teach, threshold
from nlp.topical.voters import ridge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nlp.topical.segment import TopicalSegment

LANGUAGE_UNSUPPORTED = "language_unsupported"
TOO_FEW_WORDS = "too_few_words"
BATCH = 10_000
SURE = 0.9
"""The score of a middling hit: queries are right about nine times in ten."""
EXCLUDED_FACTOR = 0.05
_MAX_DECISION_TEXTS = 500
_ACCEPTED_TRUST = 0.9
_MIN_LANGUAGE_TEXTS = 20
_UNKNOWN = "unknown"


class TopicalModel:
    """Fit of any text to each segment, in [0, 1]; 0.5 is where the texts at hand stop being mostly on the subject."""

    def __init__(
        self,
        segments: Sequence[TopicalSegment],
        lexicon: Lexicon,
        scale: tuple[NDArray[np.float64], NDArray[np.float64]],
        languages: frozenset[str],
    ) -> None:
        self.segments = tuple(without_texts(segment) for segment in segments)
        self.languages = languages
        self._lexicon = lexicon
        self._base, self._slope = scale

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        languages: Sequence[str],
        segments: Sequence[TopicalSegment],
        *,
        hits: NDArray[np.bool_] | None = None,
    ) -> TopicalModel:
        """Return a model taught by the query hits among the texts, the examples, and the analyst's decisions.

        `languages` are codes of `nlp.language`, one per text. `hits` (texts, segments) saves running the queries again,
        and is needed when they ask for more than the text (`lang:`, `likes:`). `sample.choose` picks what teaches.
        """
        if len(texts) != len(languages) or not segments:
            raise ValueError("one language per text and at least one segment are needed")
        rows, found = choose(texts, segments, hits)
        sample = [texts[i] for i in rows]
        taught, seeds, denied = _lessons(sample, segments, found)
        spoken = Counter(languages[i] for i in rows)
        spoken_rows = [languages[i] for i in rows]
        usual, tongues = commonplaces(spoken_rows, found, segments)
        taught += usual
        seeds, denied = _more(seeds, len(usual)), _more(denied, len(usual), fill=True)
        given = [""] * (len(taught) - len(usual) - len(sample))
        tongues = [*("" if code == _UNKNOWN else code for code in spoken_rows), *given, *tongues]
        lessons = len(taught) - len(sample)
        vocabulary, features = learn(taught, _main_languages(spoken, rows, found, languages), lessons=lessons)
        scores = teach(features, seeds, denied, tongues)
        # Far below the mean all texts are equally off the subject: differences there would only cost accuracy above.
        weights = ridge(features, np.maximum(scores, -0.5), penalty=0.5, steps=25)[0]
        scale = _calibrate((features @ weights).astype(np.float64), len(sample), seeds)
        return cls(segments, Lexicon(vocabulary, weights), scale, _judged_languages(spoken, rows, found, languages))

    def score(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float32]:
        """Return (texts, segments) scores in [0, 1]; NaN where `reasons` says why there is none."""
        answer = np.empty((len(texts), len(self.segments)), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            answer[start : start + BATCH] = self._score_batch(batch, languages[start : start + BATCH])
        return answer

    def reasons(self, texts: Sequence[str], languages: Sequence[str]) -> list[str | None]:
        """Return per text why it has no score: a code, or None when it has one."""
        return [
            LANGUAGE_UNSUPPORTED if not self._judges(language) else None if words(text) else TOO_FEW_WORDS
            for text, language in zip(texts, languages, strict=True)
        ]

    def explain(self, text: str, language: str, segment: str) -> Explanation:
        """Return what each word of a text adds to its log-odds for a segment, heaviest first."""
        column = [s.name for s in self.segments].index(segment)
        reason = self.reasons([text], [language])[0]
        slope = float(self._slope[column])
        base = -slope * float(self._base[column])
        if reason is not None:
            return Explanation(segment, None, base, (), reason)
        shares = self._lexicon.contributions(text, column)
        weighted = [WordWeight(word, slope * share) for word, share in shares]
        weighted.sort(key=lambda item: (-abs(item.weight), item.word))
        score = float(self.score([text], [language])[0, column])
        barred = bool(excluded(self.segments, [text])[0, column])
        return Explanation(segment, score, base, tuple(weighted), "excluded_by_query" if barred else None)

    def top_words(self, segment: str, count: int = 30) -> tuple[WordWeight, ...]:
        """Return the sample's words that speak most for a segment."""
        column = [s.name for s in self.segments].index(segment)
        slope = float(self._slope[column])
        return tuple(WordWeight(word, slope * weight) for word, weight in self._lexicon.heaviest(column, count))

    def _judges(self, language: str) -> bool:
        return language == _UNKNOWN or language in self.languages

    def _score_batch(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float32]:
        sums, sizes = self._lexicon.weigh(texts)
        scores = 1 / (1 + np.exp(-np.clip(self._slope * (sums - self._base), -30, 30)))
        scores[excluded(self.segments, texts)] *= EXCLUDED_FACTOR
        judged = np.fromiter((self._judges(language) for language in languages), dtype=bool, count=len(texts))
        scores[~judged | (sizes == 0)] = np.nan
        return scores.astype(np.float32)


def _lessons(
    sample: list[str], segments: Sequence[TopicalSegment], found: NDArray[np.bool_]
) -> tuple[list[str], NDArray[np.float64], NDArray[np.bool_]]:
    """Return the sample with what the segments bring, what is believed of each text at first, and what is denied."""
    texts = list(sample)
    seeds = [found.astype(np.float64)]
    denied = [excluded(segments, sample)]
    for column, segment in enumerate(segments):
        lessons = [
            ([segment.as_text(), *segment.examples], 1.0),
            (segment.accepted, _ACCEPTED_TRUST),
            (segment.rejected, 0.0),
        ]
        for extra, trust in lessons:
            kept = [text for text in extra[:_MAX_DECISION_TEXTS] if words(text)]
            belief = np.zeros((len(kept), len(segments)))
            belief[:, column] = trust
            texts += kept
            seeds.append(belief)
            denied.append((np.arange(len(segments)) == column)[None, :] & np.full((len(kept), 1), trust == 0))
    refused = np.concatenate(denied)
    return texts, np.where(refused, 0.0, np.concatenate(seeds)), refused


def _more(rows: NDArray[Any], count: int, *, fill: bool = False) -> NDArray[Any]:
    """Return the rows with `count` more, all `fill`."""
    return np.concatenate([rows, np.full((count, rows.shape[1]), fill, rows.dtype)])


def _calibrate(
    scores: NDArray[np.float64], n_sample: int, seeds: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return per segment the value that means 0.5, and the slope that gives the middling hit the score SURE.

    0.5 lies a third of the way from what the last round believed least to the middling hit, and never near 0, the
    value of a text whose words say nothing. Without hits it is halfway to what the segment's own words and examples
    reach, so that a subject nobody speaks of stays unmatched.
    """
    hit = seeds >= 1
    hits = hit[:n_sample].sum(axis=0)
    base, slope = np.zeros(seeds.shape[1]), np.zeros(seeds.shape[1])
    for column, count in enumerate(hits):
        own, lessons = scores[:n_sample, column], scores[n_sample:, column][hit[n_sample:, column]]
        middling = np.median(own[hit[:n_sample, column]]) if count else lessons.mean() if len(lessons) else np.inf
        cut = threshold(own[:, None], GROWTH[-1] * hits[[column]])[0] if n_sample else 0.0
        base[column] = max(cut + (middling - cut) / 3, middling / 4) if count else max(cut, middling / 2)
        slope[column] = np.clip(np.log(SURE / (1 - SURE)) / max(middling - base[column], 0.2), 1.5, 12.0)
    return base, slope


def _main_languages(
    spoken: Counter[str], rows: NDArray[np.intp], found: NDArray[np.bool_], languages: Sequence[str]
) -> tuple[str, ...]:
    """Return the languages whose background frequencies count: those of one text or one hit in twenty, or more."""
    hit = Counter(languages[i] for i, row in zip(rows, found, strict=True) if row.any())
    main = {code for counted in (spoken, hit) for code, n in counted.items() if n >= 0.05 * counted.total()}
    return tuple(sorted(main - {_UNKNOWN}))


def _judged_languages(
    spoken: Counter[str], rows: NDArray[np.intp], found: NDArray[np.bool_], languages: Sequence[str]
) -> frozenset[str]:
    """Return the languages the model may judge: enough texts of the sample, or a hit among them."""
    enough = min(_MIN_LANGUAGE_TEXTS, max(1, sum(spoken.values()) // 20))
    hit = {languages[i] for i, row in zip(rows, found, strict=True) if row.any()}
    return frozenset(code for code, n in spoken.items() if n >= enough or code in hit) | hit
