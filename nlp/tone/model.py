"""A linear tone model: fitting, compact storage (integers in one npz, never a pickle), and probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from nlp.tone.features import Rows, inverse_frequency, weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LABELS: Final = ("negative", "neutral", "positive")
WEIGHTS: Final = Path(__file__).with_name("weights.npz")
DENSE_SHARE: Final = 0.2
LEAST_TEXTS: Final = {"words": 1, "chars": 2}


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of one language; `coef` has one row per label over words, characters and dense columns."""

    seen_words: NDArray[np.uint16]
    seen_chars: NDArray[np.uint16]
    n: int
    centre: NDArray[np.float32]
    spread: NDArray[np.float32]
    coef: NDArray[np.float32]
    bias: NDArray[np.float32]

    def matrix(self, rows: Rows) -> Any:
        """Return the sparse design matrix of some rows."""
        import scipy.sparse as sp

        words = weigh(rows.words, inverse_frequency(self.seen_words, self.n, LEAST_TEXTS["words"]))
        chars = weigh(rows.chars, inverse_frequency(self.seen_chars, self.n, LEAST_TEXTS["chars"]))
        scaled = ((rows.dense - self.centre) / self.spread).clip(-3, 3) * DENSE_SHARE
        return sp.hstack([words, chars, sp.csr_matrix(scaled)]).tocsr()

    def probabilities(self, texts: Sequence[str], language: str) -> NDArray[np.float64]:
        """Return one row of three probabilities per text, in the order of LABELS."""
        logits = self.matrix(Rows(texts, language)) @ self.coef.T + self.bias
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


def fit(texts: Sequence[str], labels: Sequence[str], language: str, *, c: float = 1.0) -> Model:
    """Return a model fitted by multinomial logistic regression (L2, inverse strength `c`)."""
    from sklearn.linear_model import LogisticRegression

    rows = Rows(texts, language)
    empty = np.zeros((3, 0), dtype=np.float32)
    spread = rows.dense.std(axis=0)
    spread[spread == 0] = 1.0
    base = Model(
        _seen(rows.words),
        _seen(rows.chars),
        len(texts),
        rows.dense.mean(axis=0),
        spread,
        empty,
        np.zeros(3, np.float32),
    )
    learner = LogisticRegression(C=c, max_iter=1000).fit(base.matrix(rows), [LABELS.index(label) for label in labels])
    coef, bias = learner.coef_.astype(np.float32), learner.intercept_.astype(np.float32)
    return Model(base.seen_words, base.seen_chars, base.n, base.centre, spread, coef, bias)


def _seen(counts: Any) -> NDArray[np.uint16]:
    held = np.asarray((counts > 0).sum(axis=0), dtype=np.int64).ravel()
    return np.minimum(held, 65535).astype(np.uint16)


def save(models: dict[str, Model], path: Path, source: str) -> None:
    """Write models as one compressed npz: coefficients as 8-bit integers with one scale per label and block."""
    arrays: dict[str, Any] = {"source": np.array(source), "languages": np.array(sorted(models))}
    for language, model in models.items():
        wide = len(model.seen_words) + len(model.seen_chars)
        scale = np.abs(model.coef[:, :wide]).max(axis=1, keepdims=True) / 127.0
        arrays |= {
            f"{language}_seen_words": model.seen_words,
            f"{language}_seen_chars": model.seen_chars,
            f"{language}_n": np.array(model.n),
            f"{language}_centre": model.centre,
            f"{language}_spread": model.spread,
            f"{language}_scale": scale.astype(np.float32),
            f"{language}_coef": np.round(model.coef[:, :wide] / scale).astype(np.int8),
            f"{language}_dense": model.coef[:, wide:],
            f"{language}_bias": model.bias,
        }
    np.savez_compressed(path, **arrays)


@cache
def load(path: Path = WEIGHTS) -> dict[str, Model]:
    """Return the models stored in `path` by language."""
    with np.load(path, allow_pickle=False) as stored:
        return {str(language): _read(stored, str(language)) for language in stored["languages"]}


def _read(stored: Any, language: str) -> Model:
    wide = stored[f"{language}_coef"].astype(np.float32) * stored[f"{language}_scale"]
    return Model(
        stored[f"{language}_seen_words"],
        stored[f"{language}_seen_chars"],
        int(stored[f"{language}_n"]),
        stored[f"{language}_centre"],
        stored[f"{language}_spread"],
        np.hstack([wide, stored[f"{language}_dense"]]),
        stored[f"{language}_bias"],
    )
