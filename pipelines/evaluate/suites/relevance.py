"""How well topical fit ranks texts for each segment of each brief, beside BM25 of the query's own terms."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import average_precision_score, ndcg_score, roc_auc_score

from data.brief.read import read_brief
from data.errors import UserError
from nlp.language import detect
from nlp.query import parse
from nlp.topical import TopicalModel, TopicalSegment
from pipelines.evaluate.bm25 import bm25
from pipelines.evaluate.folder import read_table
from pipelines.evaluate.result import Figure, SuiteResult, mean_with_interval

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from data.brief.model import Brief

FIGURES = ("average_precision", "ndcg_10", "auc")


@dataclass(frozen=True, slots=True)
class Family:
    """A brief with the texts it sees; `labels` is (texts, segments): 1 on the subject, 0 not, -1 not judged."""

    brief: Brief
    texts: list[str]
    labels: NDArray[np.int8]


def evaluate(path: Path) -> SuiteResult:
    """Judge `path` (briefs/*.toml, posts.csv, labels.csv); the model never sees a label. UserError on a bad folder."""
    families = load(path)
    started = time.perf_counter()
    ranked = [(family, _scores(family)) for family in families]
    seconds = time.perf_counter() - started
    figures = {family.brief.name: _judge(family, scores) for family, scores in ranked}
    baseline = np.concatenate([_judge(family, _baseline(family))[:, 0] for family in families])
    return SuiteResult(
        suite="relevance",
        n=int(sum((family.labels >= 0).sum() for family in families)),
        seconds=seconds,
        figures=_figures(np.concatenate(list(figures.values()))),
        groups={name: _figures(rows) for name, rows in figures.items()},
        baseline={"name": "BM25 of the query's terms", "average_precision": _mean(baseline)},
    )


def load(path: Path) -> list[Family]:
    """Return the labelled families of a folder: each brief with the posts its labels name."""
    briefs = [read_brief(file) for file in sorted(path.glob("briefs/*.toml"))]
    if not briefs:
        raise UserError(f"{path / 'briefs'} : aucun brief (*.toml)", f"{path / 'briefs'}: no brief (*.toml)")
    posts = {row["id"]: row["text"] for row in read_table(path / "posts.csv", ("id", "text"))}
    labels: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for row in read_table(path / "labels.csv", ("brief", "segment", "id", "relevant")):
        labels[row["brief"]][row["segment"], row["id"]] = row["relevant"]
    families = [_family(brief, posts, labels[brief.name], path) for brief in briefs if brief.name in labels]
    if not families:
        raise UserError(f"{path} : aucun label pour ces briefs", f"{path}: no label for these briefs")
    return families


def _family(brief: Brief, posts: dict[str, str], labels: dict[tuple[str, str], str], path: Path) -> Family:
    columns = {segment.name: column for column, segment in enumerate(brief.segments)}
    file = path / "labels.csv"
    for (segment, post), relevant in labels.items():
        if segment not in columns or post not in posts or relevant not in {"0", "1"}:
            row = f"{brief.name}, {segment}, {post}, {relevant}"
            raise UserError(
                f"{file} : segment, post ou valeur (0 ou 1) inconnus : {row}",
                f"{file}: unknown segment, post or value (0 or 1): {row}",
            )
    ids = sorted({post for _, post in labels})
    at = {post: row for row, post in enumerate(ids)}
    table = np.full((len(ids), len(columns)), -1, dtype=np.int8)
    for (segment, post), relevant in labels.items():
        table[at[post], columns[segment]] = int(relevant)
    return Family(brief, [posts[post] for post in ids], table)


def _scores(family: Family) -> NDArray[np.float32]:
    segments = [TopicalSegment(s.name, parse(s.query), tuple(s.examples)) for s in family.brief.segments]
    languages = detect(family.texts)
    model = TopicalModel.fit(family.texts, languages, segments)
    return np.nan_to_num(model.score(family.texts, languages), nan=0.0)


def _baseline(family: Family) -> NDArray[np.float64]:
    return np.stack([bm25(parse(segment.query), family.texts) for segment in family.brief.segments], axis=1)


def _judge(family: Family, scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return (segments, figures); NaN for a segment whose labels are all alike."""
    rows = []
    for column in range(scores.shape[1]):
        judged = family.labels[:, column] >= 0
        truth, guess = family.labels[judged, column], scores[judged, column]
        if truth.size == 0 or truth.min() == truth.max():
            rows.append([np.nan] * len(FIGURES))
            continue
        gain = ndcg_score(truth[None, :], guess[None, :], k=10)
        rows.append([average_precision_score(truth, guess), gain, roc_auc_score(truth, guess)])
    return np.asarray(rows, dtype=np.float64)


def _mean(values: NDArray[np.float64]) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _figures(rows: NDArray[np.float64]) -> dict[str, Figure]:
    judged = rows[~np.isnan(rows).any(axis=1)]
    if not len(judged):
        return {name: Figure(None, missing="labels_all_alike") for name in FIGURES}
    return {name: mean_with_interval(judged[:, column]) for column, name in enumerate(FIGURES)}
