"""Reproduce the shipped weights: `python -m nlp.tone.train PATH` (a folder with texts.csv: text, lang, label)."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import Final

import numpy as np

from nlp.tone.model import LABELS, WEIGHTS, fit, save

SOURCE: Final = (
    "Learned from XLM-T (Barbieri, Espinosa Anke, Camacho-Collados 2022), github.com/cardiffnlp/xlm-t, Apache-2.0: "
    "French and English tweets, three balanced labels. No text is kept, only weights of hashed features."
)


def read(path: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Return texts and labels by language from `path`/texts.csv; rows with another label are left out."""
    by_language: dict[str, tuple[list[str], list[str]]] = {}
    with (path / "texts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] in LABELS:
                texts, labels = by_language.setdefault(row["lang"], ([], []))
                texts.append(row["text"])
                labels.append(row["label"])
    return by_language


def cross_validated(texts: list[str], labels: list[str], language: str, *, folds: int = 5, seed: int = 0) -> float:
    """Return macro F1 of predictions made for each fold by a model fitted on the others."""
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedKFold

    guesses = np.empty(len(texts), dtype=object)
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=seed).split(texts, labels):
        model = fit([texts[i] for i in train], [labels[i] for i in train], language)
        found = model.probabilities([texts[i] for i in test], language).argmax(axis=1)
        guesses[test] = [LABELS[i] for i in found]
    return float(f1_score(labels, list(guesses), average="macro"))


def main(arguments: list[str] | None = None) -> int:
    """Fit one model per language of PATH and write the weights; `--check` adds cross-validated figures."""
    parser = argparse.ArgumentParser(prog="python -m nlp.tone.train", description=main.__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--source", default=SOURCE)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    models = {}
    for language, (texts, labels) in sorted(read(options.path).items()):
        if options.check:
            score = cross_validated(texts, labels, language)
            sys.stdout.write(f"{language}: {len(texts)} texts, cross-validated macro F1 {score:.3f}\n")
        models[language] = fit(texts, labels, language)
    save(models, options.out, options.source)
    return 0


if __name__ == "__main__":
    sys.exit(main())
