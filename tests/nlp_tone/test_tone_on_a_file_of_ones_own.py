"""`vigie evaluate tone` on what an analyst has: one file, as a spreadsheet saves it."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import UserError
from pipelines.evaluate.registry import run_suite

ROWS = [
    ("Un service parfait, merci !", "fr", "positif"),
    ("Quelle honte, plus jamais ça", "fr", "négatif"),
    ("La réunion a lieu mardi à dix heures", "fr", "neutre"),
    ("J'adore, c'est génial", "fr-FR", "positive"),
    ("Nul, très déçu", "FR", "neg"),
]


def written(path: Path, separator: str = ",", encoding: str = "utf-8", end: str = "\n") -> Path:
    lines = [("text", "lang", "label"), *ROWS]
    quoted = (separator.join(f'"{cell}"' for cell in line) for line in lines)
    path.write_bytes((end.join(quoted) + end).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_however_a_spreadsheet_wrote_it(
    tmp_path: Path, separator: str, encoding: str, end: str
) -> None:
    found = run_suite("tone", written(tmp_path / "sample.csv", separator, encoding, end))
    assert found.n == len(ROWS)
    assert set(found.groups) == {"fr"}
    assert found.figures["accuracy"].value == 1.0


def test_a_folder_with_texts_csv_and_the_file_itself_give_the_same_figures(tmp_path: Path) -> None:
    file = written(tmp_path / "texts.csv")
    assert run_suite("tone", tmp_path).figures == run_suite("tone", file).figures


def test_rows_left_without_a_label_are_not_judged(tmp_path: Path) -> None:
    file = written(tmp_path / "sample.csv", ";")
    file.write_text(file.read_text("utf-8") + '"Pas encore lu";"fr";""\n', "utf-8")
    assert run_suite("tone", file).n == len(ROWS)


@pytest.mark.parametrize("suite", ["language", "disclosure"])
def test_other_judgements_of_texts_take_a_file_too(tmp_path: Path, suite: str) -> None:
    file = tmp_path / "sample.csv"
    file.write_text(
        "text;lang;market;label\n#pub Ma nouvelle montre;fr;fr;improvable\nIl fait beau;fr;fr;none\n", "utf-8"
    )
    assert run_suite(suite, file).n == 2


@pytest.mark.parametrize("suite", ["relevance", "tiers", "influence", "network"])
def test_suites_of_several_tables_ask_for_their_folder(tmp_path: Path, suite: str) -> None:
    with pytest.raises(UserError) as refused:
        run_suite(suite, written(tmp_path / "sample.csv"))
    assert "not a folder" in refused.value.message.en


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "missing column"),
        (b"text,lang\nx,fr\n", "missing column: label"),
        (b"text,lang,label\n", "no rows"),
        (b"text,lang,label\nx,fr,furious\n", "unknown label"),
        (b"text,lang,label\nx,fr,\n", "no labelled text"),
        (b"PK\x03\x04\x81\x8d\x8f" * 50, "cannot be read"),
        (b"text,lang,label\n\x81\x8d,fr,pos\n", "cannot be read"),
    ],
)
def test_a_file_that_does_not_fit_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "sample.csv").write_bytes(content)
    with pytest.raises(UserError) as refused:
        run_suite("tone", tmp_path / "sample.csv")
    assert said in refused.value.message.en


def test_a_header_without_end_costs_bounded_time(tmp_path: Path) -> None:
    (tmp_path / "sample.csv").write_bytes(b"a," * 5_000_000)
    with pytest.raises(UserError, match="missing column"):
        run_suite("tone", tmp_path / "sample.csv")
