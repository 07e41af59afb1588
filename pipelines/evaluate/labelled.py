"""Texts that someone labelled: reading texts.csv, and F1 of one label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import UserError
from pipelines.evaluate.folder import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


def table_of(path: Path) -> Path:
    """Return the table of texts that `path` names: itself, or the texts.csv of a folder."""
    return path if path.is_file() else path / "texts.csv"


def read_labelled(
    path: Path, columns: tuple[str, ...], labels: Sequence[str], aliases: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """Return the rows of `path` (a CSV file, or a folder with texts.csv) whose label is filled in.

    `aliases` gives other spellings of labels. UserError on a bad file or an unknown label.
    """
    file = table_of(path)
    rows = [
        row | {"lang": _code(row["lang"]), "label": _label(row["label"], aliases or {})}
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


def _code(language: str) -> str:
    """Return `fr` for `fr`, `FR`, `fr-CA`."""
    return language.strip().lower().replace("_", "-").partition("-")[0]


def _label(written: str, aliases: Mapping[str, str]) -> str:
    plain = written.strip().lower()
    return aliases.get(plain, plain)


def f1(truth: NDArray[np.bool_], guess: NDArray[np.bool_]) -> float:
    """Return F1 of one label: 2·hits / (true + guessed); NaN when neither truth nor guess holds it."""
    total = int(truth.sum() + guess.sum())
    return 2.0 * int((truth & guess).sum()) / total if total else float("nan")
