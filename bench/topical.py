"""Topical fit of a brief of eight segments on 100,000 short texts, beside scikit-learn's TfidfVectorizer alone.

Two rows: the vectorizer on words, and on words and pairs of words. Ours includes building the model.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from bench.row import Row, peak_mb, tell

if TYPE_CHECKING:
    from nlp.topical import TopicalSegment

N_TEXTS = 100_000
N_SEGMENTS = 8
WORDS = (8, 25)


def make_texts(count: int, seed: int = 7, language: str = "en") -> list[str]:
    """Return texts of 8 to 24 words drawn from a language's frequencies, a quarter bent towards one segment."""
    from wordfreq import get_frequency_dict

    rng = np.random.default_rng(seed)
    shares_of = get_frequency_dict(language, wordlist="small").items()
    common = [(w, f) for w, f in shares_of if w.isalpha() and len(w) > 1]
    vocabulary = np.array([w for w, _ in common])
    shares = np.array([f for _, f in common])
    sizes = rng.integers(*WORDS, count)
    drawn = rng.choice(len(vocabulary), sizes.sum(), p=shares / shares.sum())
    topics = rng.integers(0, 4 * N_SEGMENTS, count)
    bent = np.repeat(topics, sizes)
    switch = (bent < N_SEGMENTS) & (rng.random(len(bent)) < 0.3)
    drawn[switch] = 2_000 + 100 * bent[switch] + rng.integers(0, 100, switch.sum())
    ends = np.cumsum(sizes)
    chosen = vocabulary[drawn]
    return [" ".join(chosen[end - size : end]) for end, size in zip(ends, sizes, strict=True)]


def make_queries() -> list[str]:
    """Return queries that know ten of the hundred words of each subject."""
    from wordfreq import get_frequency_dict

    ranked = [w for w in get_frequency_dict("en", wordlist="small") if w.isalpha() and len(w) > 1]
    known = [ranked[2_000 + 100 * i : 2_000 + 100 * i + 100 : 10] for i in range(N_SEGMENTS)]
    return [" OR ".join(f'"{w}"' for w in words) for words in known]


def make_segments() -> list[TopicalSegment]:
    """Return the segments of `make_queries`."""
    from nlp.query import parse
    from nlp.topical import TopicalSegment

    return [TopicalSegment(f"s{i}", parse(text)) for i, text in enumerate(make_queries())]


def run(count: int = N_TEXTS) -> list[Row]:
    """Return the benchmark's rows, in seconds; the fit finds the query's hits itself."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    from nlp.topical import TopicalModel

    texts, segments = make_texts(count), make_segments()
    languages = ["en"] * count
    TfidfVectorizer().fit_transform(texts[:100])
    TopicalModel.fit(texts[:50], languages[:50], segments)
    started = time.perf_counter()
    TopicalModel.fit(texts, languages, segments).score(texts, languages)
    ours = time.perf_counter() - started
    memory = peak_mb()
    rows = []
    for name, vectorizer in (
        ("TfidfVectorizer, words", TfidfVectorizer()),
        ("TfidfVectorizer, words and pairs", TfidfVectorizer(ngram_range=(1, 2))),
    ):
        started = time.perf_counter()
        vectorizer.fit_transform(texts)
        work = f"{count} texts, {N_SEGMENTS} segments"
        rows.append(Row("topical fit", work, "s", ours, name, time.perf_counter() - started, memory))
    return rows


if __name__ == "__main__":
    tell(*run())
