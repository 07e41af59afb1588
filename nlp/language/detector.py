"""Two witnesses for the language of a text: its common words (wordfreq) and its runs of letters (py3langid)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nlp.language.clean import is_latin, plain, words
from nlp.language.wordlists import COLUMNS, LISTED, RELATIVES, SUPPORTED, word_lists

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

__all__ = ["SUPPORTED", "UNKNOWN", "detect"]

UNKNOWN = "unknown"
LETTERS_WEIGHT = 0.2
"""Weight of py3langid's log-likelihood, which counts each overlapping run of letters as independent."""
HASHTAG_WEIGHT = 0.5
COMMON = 1.2
"""Evidence of a word of a small list, at least."""
USUAL_BONUS = 3.0
"""Log-odds that a person writes in a usual language: about one rare word's worth, so that a sentence outweighs it."""
FAMILIAR_SHARE = 0.9
SHORT_MARGIN = 4.0
UNFAMILIAR_MARGIN = 1.0
"""Leads of the letters that make one or two words foreign, less when a word is not listed: names often are not."""
RELATIVE_PRIOR = -1.0
"""Log-odds of a near relative against a supported language: far fewer people write in it."""
_NO_LETTERS = -1e30
"""py3langid's floor for a text with none of its features."""
_BATCH = 4_096
_SAME = {"sh": "hr", "fil": "tl", "nb": "no"}


@dataclass(frozen=True, slots=True)
class _Letters:
    """py3langid's log-likelihoods: (texts, COLUMNS), the best of all, and whether that one's language is not listed."""

    listed: Floats
    best: Floats
    foreign: NDArray[np.bool_]


def detect(texts: Sequence[str], *, usual: Sequence[Collection[str]] | None = None) -> list[str]:
    """Return one ISO 639-1 code of SUPPORTED per text, or UNKNOWN.

    `usual` gives for each text the languages its author usually writes (may be empty): it decides very short texts.
    A text without words, in another script or in a language that is not supported is UNKNOWN.
    """
    if usual is not None and len(usual) != len(texts):
        raise ValueError("one set of usual languages per text is needed")
    found: list[str] = []
    for start in range(0, len(texts), _BATCH):
        stop = start + _BATCH
        found += _detect_batch(texts[start:stop], usual[start:stop] if usual is not None else None)
    return found


def _detect_batch(texts: Sequence[str], usual: Sequence[Collection[str]] | None) -> list[str]:
    cleaned = [plain(text) for text in texts]
    pairs = [words(text) for text in cleaned]
    both = [said + tags for said, tags in pairs]
    readable = np.array([len(found) > 0 and is_latin(found) for found in both])
    said, listed = word_lists().weigh([pair[0] for pair in pairs])
    tagged, listed_tags = word_lists().weigh([pair[1] for pair in pairs])
    letters = _letters([text if ok else "" for text, ok in zip(cleaned, readable, strict=True)])
    scores = said.toarray() + HASHTAG_WEIGHT * tagged.toarray() + LETTERS_WEIGHT * letters.listed
    scores[:, len(LISTED) :] += RELATIVE_PRIOR
    if usual is not None:
        scores += USUAL_BONUS * np.array([[code in codes for code in COLUMNS] for codes in usual], dtype=np.float32)
    known = listed.toarray() + listed_tags.toarray()
    best = scores.argmax(axis=1)
    sure = readable & (best < len(SUPPORTED)) & ~_is_foreign(best, known, both, letters)
    # Hashtags alone follow fashion: they need a word that some language knows well.
    sure &= np.array([len(pair[0]) > 0 for pair in pairs], dtype=bool) | (tagged.toarray().max(axis=1) > COMMON)
    if usual is None:
        sure &= (known.sum(axis=1) > 0) | (np.array([len(found) for found in both]) > 1)
    return [COLUMNS[code] if ok else UNKNOWN for code, ok in zip(best, sure, strict=True)]


def _is_foreign(best: NDArray[np.intp], known: Floats, both: list[list[str]], letters: _Letters) -> NDArray[np.bool_]:
    """Tell which texts rather are in a language without a word list.

    Their letters say so, and the best listed language does not know their words; two words alone need clearer letters.
    """
    rows = np.arange(len(best))
    counts = np.array([max(len(found), 1) for found in both])
    unfamiliar = known[rows, best] < FAMILIAR_SHARE * counts
    lead = letters.best - letters.listed[rows, best]
    margin = np.where(counts >= 3, 0.0, np.where(unfamiliar, UNFAMILIAR_MARGIN, SHORT_MARGIN))
    return np.asarray(letters.foreign & (lead > margin) & ((counts < 3) | unfamiliar))


def _letters(texts: Sequence[str]) -> _Letters:
    from py3langid import rank

    listed = np.zeros((len(texts), len(COLUMNS)), dtype=np.float32)
    best = np.zeros(len(texts), dtype=np.float32)
    foreign = np.zeros(len(texts), dtype=bool)
    columns, labels, strangers = _labels()
    known = frozenset(labels[: len(LISTED)])
    for row, text in enumerate(texts):
        if not text:
            continue
        ranked = rank(text)
        top, highest = ranked[0]
        if highest < _NO_LETTERS:
            continue
        scores = dict(ranked)
        best[row], foreign[row] = highest, top not in known
        listed[row, columns] = [scores[label] for label in labels]
    for column, parent in strangers:
        listed[:, column] = listed[:, parent]
    return _Letters(listed, best, foreign)


@lru_cache(maxsize=1)
def _labels() -> tuple[list[int], list[str], list[tuple[int, int]]]:
    """Return the columns that py3langid knows with its labels, and the others with the column of their parent."""
    from py3langid import rank

    its_own = {label for label, _ in rank("")}
    labels = {at: _SAME.get(code, code) for at, code in enumerate(COLUMNS)}
    known = [at for at, label in labels.items() if label in its_own]
    strangers = [(at, LISTED.index(RELATIVES[at - len(LISTED)][1])) for at in labels if at not in known]
    return known, [labels[at] for at in known], strangers
