import csv
import os
from pathlib import Path

import numpy as np
import pytest

from data.errors import UserError
from nlp.tone.train import cross_validated, read
from pipelines.evaluate.suites import disclosure, tone

SHARED = Path(os.environ.get("VIGIE_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "evaluate" / "tone"


def _write(folder: Path, rows: list[list[str]]) -> Path:
    with (folder / "texts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return folder


def test_tone_is_judged_per_language_beside_the_commonest_label(tmp_path: Path) -> None:
    rows = [
        ["text", "lang", "label"],
        ["J'adore, bravo, merci !", "fr", "positive"],
        ["Quelle honte, c'est nul", "fr", "negative"],
    ]
    rows += [
        ["I love it, amazing", "en", "positive"],
        ["awful, I hate it", "en", "negative"],
        ["no label yet", "en", ""],
    ]
    answer = tone.evaluate(_write(tmp_path, rows)).as_json("0")
    assert answer["suite"] == "tone"
    assert answer["n"] == 4
    assert answer["figures"]["accuracy"]["value"] == 1.0
    assert set(answer["groups"]) == {"fr", "en"}
    assert answer["baseline"]["accuracy"] == 0.5
    assert answer["baseline"]["macro_f1"] == pytest.approx(1 / 3)


def test_a_text_without_tone_counts_as_wrong(tmp_path: Path) -> None:
    rows = [["text", "lang", "label"], ["Ich liebe es", "de", "positive"], ["Liebe", "de", "neutral"]]
    assert tone.evaluate(_write(tmp_path, rows)).figures["accuracy"].value == 0.0


def test_macro_f1_follows_its_definition() -> None:
    truth, guess = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert tone.macro_f1(truth, guess) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_disclosure_has_one_figure_per_label_beside_keywords(tmp_path: Path) -> None:
    rows = [
        ["text", "lang", "market", "label"],
        ["Contenu sponsorisé", "fr", "FR", "clear"],
        ["Café #collab", "fr", "FR", "improvable"],
    ]
    rows += [
        ["On va au pub", "fr", "FR", "none"],
        ["Loving it #ad", "en", "US", "clear"],
        ["My adventure", "en", "US", "none"],
    ]
    answer = disclosure.evaluate(_write(tmp_path, rows)).as_json("0")
    assert {name: figure["value"] for name, figure in answer["figures"].items()} == {
        "f1_clear": 1.0,
        "f1_improvable": 1.0,
        "f1_none": 1.0,
    }
    assert answer["groups"]["en"]["f1_improvable"] == {"value": None, "low": None, "high": None, "missing": "no_truth"}
    assert answer["baseline"]["f1_none"] < 1.0


@pytest.mark.parametrize(
    "rows",
    [
        [["text", "lang"], ["a", "fr"]],
        [["text", "lang", "label"], ["a", "fr", "joyful"]],
        [["text", "lang", "label"], ["a", "fr", ""]],
    ],
)
def test_a_bad_file_is_told_in_one_line(tmp_path: Path, rows: list[list[str]]) -> None:
    with pytest.raises(UserError):
        tone.evaluate(_write(tmp_path, rows))


def test_a_folder_without_texts_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        disclosure.evaluate(tmp_path)


@pytest.mark.shared
@pytest.mark.parametrize(("language", "floor"), [("fr", 0.66), ("en", 0.64)])
def test_cross_validated_macro_f1_stays_above_its_floor(language: str, floor: float) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"no labelled tweets at {SHARED}")
    assert cross_validated(*read(SHARED)[language], language) >= floor
