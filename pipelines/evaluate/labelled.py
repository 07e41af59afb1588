"""Texts that someone labelled: reading texts.csv, and F1 of one label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import UserError
from pipelines.evaluate.folder import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


def read_labelled(path: Path, columns: tuple[str, ...], labels: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of `path`/texts.csv whose label is filled in; UserError on a bad file or an unknown label."""
    file = path / "texts.csv"
    rows = [
        row | {"lang": row["lang"].strip().lower(), "label": row["label"].strip().lower()}
        for row in read_table(file, columns)
    ]
    judged = [row for row in rows if row["label"]]
    unknown = next((row["label"] for row in judged if row["label"] not in labels), None)
    if unknown is not None:
        known = ", ".join(labels)
        raise UserError(
            f"{file} : étiquette inconnue « {unknown} » (attendu : {known})",
            f'{file}: unknown label "{unknown}" (expected: {known})',
        )
    if not judged:
        raise UserError(f"{file} : aucun texte étiqueté", f"{file}: no labelled text")
    return judged


def f1(truth: NDArray[np.bool_], guess: NDArray[np.bool_]) -> float:
    """Return F1 of one label: 2·hits / (true + guessed); NaN when neither truth nor guess holds it."""
    total = int(truth.sum() + guess.sum())
    return 2.0 * int((truth & guess).sum()) / total if total else float("nan")
