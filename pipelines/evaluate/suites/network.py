"""Suite `network`: how well the authority measure finds the nodes that a community itself singled out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from data.errors import UserError
from graph.backend import FastGraph
from graph.measures import authority
from pipelines.evaluate.auc import auc, auc_figure
from pipelines.evaluate.folder import read_columns
from pipelines.evaluate.result import SuiteResult

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TRUE = frozenset({"1", "1.0", "true", "t", "yes", "y", "oui", "vrai"})
FALSE = frozenset({"0", "0.0", "false", "f", "no", "n", "non", "faux"})


def evaluate(path: Path) -> SuiteResult:
    """Return the AUC of authority on `edges.csv` for the labels of `target.csv`; baseline: degree.

    A list in which no tie is returned is read as mutual ties written once.
    """
    edges = read_columns(path / "edges.csv", ["from", "to"])
    target = read_columns(path / "target.csv", ["node", "label"])
    labels = _labels(target["label"])
    names = sorted({*edges["from"], *edges["to"], *target["node"]})
    number = {name: i for i, name in enumerate(names)}
    source, sink = (np.array([number[name] for name in edges[end]], np.int32) for end in ("from", "to"))
    judged = np.array([number[name] for name in target["node"]])
    started = time.perf_counter()
    graph = read_graph(source, sink, len(names))
    score = authority(graph)[judged]
    seconds = time.perf_counter() - started
    degree = np.bincount(source, minlength=len(names)) + np.bincount(sink, minlength=len(names))
    baseline: dict[str, float | str | None] = {"name": "degree", "auc": auc(degree[judged].astype(float), labels)}
    return SuiteResult("network", len(labels), seconds, {"auc": auc_figure(score, labels)}, baseline=baseline)


def read_graph(source: NDArray[np.int32], sink: NDArray[np.int32], n: int) -> FastGraph:
    """Return the graph of an edge list, each tie once, loops left out."""
    apart = source != sink
    pairs = np.unique(source[apart].astype(np.int64) * n + sink[apart])
    source, sink = (pairs // n).astype(np.int32), (pairs % n).astype(np.int32)
    returned = np.isin(sink.astype(np.int64) * n + source, pairs).any()
    return FastGraph.from_arrays(source, sink, n=n, directed=bool(returned))


def _labels(words: list[str]) -> NDArray[np.bool_]:
    plain = [word.strip().lower() for word in words]
    for row, word in enumerate(plain):
        if word not in TRUE and word not in FALSE:
            raise UserError(
                f"target.csv, ligne {row + 2} : label « {word} » : écrivez 0 ou 1",
                f'target.csv, line {row + 2}: label "{word}": write 0 or 1',
            )
    return np.array([word in TRUE for word in plain], bool)
