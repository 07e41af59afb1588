import csv
import random
from pathlib import Path

import numpy as np
import pytest

from nlp.tone import model, train

pytestmark = pytest.mark.long

GOOD = ["superbe", "génial", "délicieux", "bravo", "merci", "parfait"]
BAD = ["nul", "honteux", "affreux", "raté", "horrible", "scandale"]
PLAIN = ["mardi", "table", "rue", "numéro", "dossier", "gare"]


def _write(folder: Path, n: int = 40) -> Path:
    rng = random.Random(0)
    with (folder / "texts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "lang", "label"])
        for label, words in (("positive", GOOD), ("negative", BAD), ("neutral", PLAIN)):
            for _ in range(n):
                writer.writerow([f"le café {rng.choice(words)} de {rng.choice(PLAIN)}", "fr", label])
        writer.writerow(["ignored", "fr", "unclear"])
    return folder


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str]]:
    return train.read(_write(tmp_path_factory.mktemp("tone")))["fr"]


def test_rows_with_another_label_are_left_out(texts: tuple[list[str], list[str]]) -> None:
    assert len(texts[0]) == 120
    assert "ignored" not in texts[0]


def test_what_can_be_learned_is_learned(texts: tuple[list[str], list[str]]) -> None:
    assert train.cross_validated(*texts, "fr", folds=3) > 0.95


def test_stored_weights_judge_like_fresh_ones(texts: tuple[list[str], list[str]], tmp_path: Path) -> None:
    fresh = model.fit(*texts, "fr")
    model.save({"fr": fresh}, tmp_path / "w.npz", "made here")
    stored = model.load(tmp_path / "w.npz")["fr"]
    assert np.abs(fresh.probabilities(texts[0], "fr") - stored.probabilities(texts[0], "fr")).max() < 0.02


def test_training_is_reproducible_from_the_command(tmp_path: Path) -> None:
    folder = _write(tmp_path)
    for name in ("a.npz", "b.npz"):
        assert train.main([str(folder), "--out", str(tmp_path / name), "--source", "made here"]) == 0
    with np.load(tmp_path / "a.npz") as a, np.load(tmp_path / "b.npz") as b:
        assert sorted(a.files) == sorted(b.files)
        assert all(np.array_equal(a[key], b[key]) for key in a.files)


def test_the_shipped_weights_are_small_name_their_source_and_hold_no_pickle() -> None:
    assert model.WEIGHTS.stat().st_size < 3_000_000
    with np.load(model.WEIGHTS, allow_pickle=False) as stored:
        assert "Apache-2.0" in str(stored["source"])
        assert {stored[key].dtype.kind for key in stored.files} <= {"i", "u", "f", "U"}
