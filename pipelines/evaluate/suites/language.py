"""How well the language of texts is told, beside py3langid alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import f1_score

from nlp.language import SUPPORTED, UNKNOWN, detect
from pipelines.evaluate.folder import read_table
from pipelines.evaluate.labelled import table_of
from pipelines.evaluate.result import SuiteResult, bootstrap

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pipelines.evaluate.result import Figure

    Codes = NDArray[np.str_]


def evaluate(path: Path) -> SuiteResult:
    """Judge `path/texts.csv` (text, lang); a language that is not supported is told right as `unknown`.

    UserError on a bad folder.
    """
    rows = read_table(table_of(path), ("text", "lang"))
    texts = [row["text"] for row in rows]
    declared = np.array([row["lang"].strip().lower() for row in rows])
    truth = np.where(np.isin(declared, SUPPORTED), declared, UNKNOWN)
    detect(["chauffe"])  # the word lists are read once in a process: loading, not judging
    started = time.perf_counter()
    guess = np.array(detect(texts))
    seconds = time.perf_counter() - started
    return SuiteResult(
        suite="language",
        n=len(rows),
        seconds=seconds,
        figures=_figures(truth, guess),
        groups={code: _group(truth[declared == code], guess[declared == code]) for code in sorted(set(declared))},
        baseline={"name": "py3langid alone", "accuracy": _baseline(texts, truth)},
    )


def _figures(truth: Codes, guess: Codes) -> dict[str, Figure]:
    classes = sorted(set(truth.tolist()))
    return {
        "accuracy": bootstrap(lambda rows: float((truth[rows] == guess[rows]).mean()), len(truth)),
        "macro_f1": bootstrap(lambda rows: _macro_f1(truth[rows], guess[rows], classes), len(truth), draws=100),
        "unknown_share": bootstrap(lambda rows: float((guess[rows] == UNKNOWN).mean()), len(truth)),
    }


def _group(truth: Codes, guess: Codes) -> dict[str, Figure]:
    return {
        "accuracy": bootstrap(lambda rows: float((truth[rows] == guess[rows]).mean()), len(truth)),
        "unknown_share": bootstrap(lambda rows: float((guess[rows] == UNKNOWN).mean()), len(truth)),
    }


def _macro_f1(truth: Codes, guess: Codes, classes: list[str]) -> float:
    return float(f1_score(truth, guess, labels=classes, average="macro", zero_division=0))


def _baseline(texts: list[str], truth: Codes) -> float:
    from py3langid import classify

    plain = np.array([classify(text)[0] for text in texts])
    return float((np.where(np.isin(plain, SUPPORTED), plain, UNKNOWN) == truth).mean())
