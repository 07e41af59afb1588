"""Suite `disclosure`: F1 of clear, improvable and none on labelled texts, beside a list of keywords."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.evaluate.labelled import f1, read_labelled
from pipelines.evaluate.result import Figure, SuiteResult, bootstrap

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LABELS: Final = ("clear", "improvable", "none")
_CLEAR = re.compile(r"publicit|sponsor|partenariat|paid|advert|\bad\b|collaboration commerciale", re.IGNORECASE)
_IMPROVABLE = re.compile(r"\bpub\b|collab|ambassad|offert|gifted|affili|merci|thanks|promo|partner", re.IGNORECASE)


def evaluate(path: Path) -> SuiteResult:
    """Judge `path`/texts.csv (text, lang, market, label), each text by the rules of its market."""
    from nlp.disclosure import find
    from nlp.disclosure.lexicon import load

    rows = read_labelled(path, ("text", "lang", "market", "label"), LABELS)
    truth = np.array([LABELS.index(row["label"]) for row in rows])
    load()
    started = time.perf_counter()
    found = [find(row["text"], language=row["lang"] or None, market=row["market"].strip() or None) for row in rows]
    seconds = time.perf_counter() - started
    guess = np.array([LABELS.index(item.status) for item in found])
    languages = np.array([row["lang"] for row in rows])
    groups = {
        str(language): figures(truth[languages == language], guess[languages == language])
        for language in np.unique(languages)
    }
    return SuiteResult("disclosure", len(rows), seconds, figures(truth, guess), groups, _baseline(rows, truth))


def figures(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> dict[str, Figure]:
    """Return F1 per label with intervals over resampled texts; a label without truth has no figure."""
    return {f"f1_{name}": _figure(truth == code, guess == code) for code, name in enumerate(LABELS)}


def _figure(truth: NDArray[np.bool_], guess: NDArray[np.bool_]) -> Figure:
    if not truth.any():
        return Figure(None, missing="no_truth")
    return bootstrap(lambda rows: f1(truth[rows], guess[rows]), len(truth))


def _baseline(rows: list[dict[str, str]], truth: NDArray[np.int64]) -> dict[str, float | str | None]:
    texts = [row["text"] for row in rows]
    guess = np.array([0 if _CLEAR.search(t) else 1 if _IMPROVABLE.search(t) else 2 for t in texts])
    scores = {f"f1_{name}": f1(truth == code, guess == code) for code, name in enumerate(LABELS)}
    return {"name": "a list of keywords", **{k: None if np.isnan(v) else v for k, v in scores.items()}}
