"""Suite `tone`: macro F1 and accuracy on labelled texts, per language, beside always answering the commonest label."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.evaluate.labelled import f1, read_labelled
from pipelines.evaluate.result import Figure, SuiteResult, bootstrap

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LABELS: Final = ("negative", "neutral", "positive")
ALIASES: Final = {
    "négatif": "negative", "negatif": "negative", "neg": "negative",
    "neutre": "neutral", "neu": "neutral",
    "positif": "positive", "pos": "positive",
}  # fmt: skip
UNKNOWN: Final = len(LABELS)


def evaluate(path: Path) -> SuiteResult:
    """Judge `path`, a CSV file or a folder with texts.csv (text, lang, label); one without a tone is wrong."""
    from nlp.tone import supported, tone

    rows = read_labelled(path, ("text", "lang", "label"), LABELS, ALIASES)
    truth = np.array([LABELS.index(row["label"]) for row in rows])
    languages = [row["lang"] for row in rows]
    supported()
    started = time.perf_counter()
    labels, _ = tone([row["text"] for row in rows], languages)
    seconds = time.perf_counter() - started
    guess = np.array([UNKNOWN if label is None else LABELS.index(label) for label in labels])
    groups = {
        language: figures(truth[mine], guess[mine])
        for language in sorted(set(languages))
        if (mine := np.array([other == language for other in languages])).any()
    }
    return SuiteResult("tone", len(rows), seconds, figures(truth, guess), groups, _baseline(truth))


def figures(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> dict[str, Figure]:
    """Return macro F1 over the three labels and accuracy, with intervals over resampled texts."""
    return {
        "macro_f1": bootstrap(lambda rows: macro_f1(truth[rows], guess[rows]), len(truth)),
        "accuracy": bootstrap(lambda rows: float((truth[rows] == guess[rows]).mean()), len(truth)),
    }


def macro_f1(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> float:
    """Return the mean F1 of the labels that the truth holds."""
    values = [f1(truth == label, guess == label) for label in range(len(LABELS)) if (truth == label).any()]
    return float(np.mean(values)) if values else float("nan")


def _baseline(truth: NDArray[np.int64]) -> dict[str, float | str | None]:
    common = Counter(truth.tolist()).most_common(1)[0][0]
    guess = np.full(len(truth), common)
    return {
        "name": "the commonest label",
        "macro_f1": macro_f1(truth, guess),
        "accuracy": float((truth == guess).mean()),
    }
