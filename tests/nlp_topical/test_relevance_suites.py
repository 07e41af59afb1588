"""`vigie evaluate relevance` and `language` on small folders of our own."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from data.errors import UserError
from nlp.query import parse
from pipelines.evaluate.bm25 import bm25
from pipelines.evaluate.suites import language, relevance

BRIEF = """[brief]
name = "mini"
languages = ["en"]
[[segments]]
name = "coffee"
query = 'espresso'
[[segments]]
name = "bikes"
query = 'bicycle*'
"""
POSTS = {
    "1": "espresso beans and a thick crema", "2": "fresh beans, thick crema", "3": "espresso with a fine grind of beans",
    "4": "bicycle chain and tires", "5": "new tires for the descent", "6": "bicycles on the descent",
    "7": "the train is late again", "8": "who is watching the match",
}  # fmt: skip
RELEVANT = {"coffee": {"1", "2", "3"}, "bikes": {"4", "5", "6"}}


def write(path: Path, columns: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([columns, *rows])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "briefs").mkdir()
    (tmp_path / "briefs" / "mini.toml").write_text(BRIEF, encoding="utf-8")
    write(tmp_path / "posts.csv", ["id", "lang", "text"], [[i, "en", text] for i, text in POSTS.items()])
    labels = [["mini", segment, i, str(int(i in good))] for segment, good in RELEVANT.items() for i in POSTS]
    write(tmp_path / "labels.csv", ["brief", "segment", "id", "relevant"], labels)
    return tmp_path


def test_the_answer_has_the_contracts_figures_groups_and_baseline(folder: Path) -> None:
    answer = relevance.evaluate(folder).as_json("1")
    assert set(answer["figures"]) == {"average_precision", "ndcg_10", "auc"}
    assert list(answer["groups"]) == ["mini"]
    assert answer["baseline"]["name"] == "BM25 of the query's terms"
    assert answer["n"] == 16


def test_the_model_beats_keyword_search_on_texts_that_say_it_in_other_words(folder: Path) -> None:
    answer = relevance.evaluate(folder).as_json("1")
    assert answer["figures"]["average_precision"]["value"] > answer["baseline"]["average_precision"]


def test_only_labelled_texts_are_ranked(folder: Path) -> None:
    write(
        folder / "labels.csv",
        ["brief", "segment", "id", "relevant"],
        [["mini", "coffee", "1", "1"], ["mini", "coffee", "7", "0"]],
    )
    result = relevance.evaluate(folder)
    assert result.n == 2
    assert result.figures["auc"].value == 1.0


def test_labels_that_are_all_alike_give_no_figure_but_a_reason(folder: Path) -> None:
    write(
        folder / "labels.csv",
        ["brief", "segment", "id", "relevant"],
        [["mini", "coffee", "1", "1"], ["mini", "coffee", "2", "1"]],
    )
    figure = relevance.evaluate(folder).figures["auc"]
    assert figure.value is None
    assert figure.missing == "labels_all_alike"


@pytest.mark.parametrize(
    "row", [["mini", "tea", "1", "1"], ["mini", "coffee", "99", "1"], ["mini", "coffee", "1", "yes"]]
)
def test_a_label_that_makes_no_sense_is_the_users_error(folder: Path, row: list[str]) -> None:
    write(folder / "labels.csv", ["brief", "segment", "id", "relevant"], [row])
    with pytest.raises(UserError, match=r"labels\.csv"):
        relevance.evaluate(folder)


@pytest.mark.parametrize("name", ["posts.csv", "labels.csv", "briefs/mini.toml"])
def test_a_missing_file_is_the_users_error(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UserError):
        relevance.evaluate(folder)


def test_a_table_without_its_columns_is_the_users_error(folder: Path) -> None:
    write(folder / "posts.csv", ["id", "body"], [["1", "x"]])
    with pytest.raises(UserError, match="text"):
        relevance.evaluate(folder)


def test_labels_of_another_brief_are_the_users_error(folder: Path) -> None:
    write(folder / "labels.csv", ["brief", "segment", "id", "relevant"], [["other", "coffee", "1", "1"]])
    with pytest.raises(UserError, match="no label"):
        relevance.evaluate(folder)


def test_language_is_judged_with_unsupported_languages_as_unknown(tmp_path: Path) -> None:
    texts = [["On se retrouve demain matin", "fr"], ["See you tomorrow morning", "en"], ["Vi ses i morgon bitti", "sv"]]
    write(tmp_path / "texts.csv", ["text", "lang"], texts)
    answer = language.evaluate(tmp_path).as_json("1")
    assert answer["figures"]["accuracy"]["value"] == 1.0
    assert answer["figures"]["unknown_share"]["value"] == pytest.approx(1 / 3)
    assert set(answer["groups"]) == {"fr", "en", "sv"}


def test_a_language_folder_without_texts_is_the_users_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"texts\.csv"):
        language.evaluate(tmp_path)


def test_bm25_ranks_rarer_terms_and_shorter_texts_first() -> None:
    scores = bm25(
        parse("rare OR common"), ["rare word", "common word", "common words in a far longer text", "common", "none"]
    )
    assert scores[0] > scores[3] > scores[1] > scores[2] > scores[4] == 0


def test_bm25_finds_nothing_where_nothing_matches() -> None:
    assert not np.any(bm25(parse("absent"), ["one", "two"]))
