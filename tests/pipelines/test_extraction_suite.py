"""The suite that measures how pages are read: what counts as right, and the baseline beside it."""

from __future__ import annotations

import csv
import gzip

import pytest

from data.errors import UserError
from pipelines.evaluate.registry import names, run_suite
from pipelines.evaluate.suites.extraction import same_people, token_f1

WORDS = "Fifteen grams of ground coffee and a quarter of a litre of water. " * 8
PAGE = """<html><head><title>Slow coffee</title>{head}</head><body><nav>Home News Sport</nav><article><h1>Slow coffee</h1>{byline}
<p>{words}</p></article><footer>All rights reserved</footer></body></html>"""


def folder(tmp_path, rows, *, zipped=False):
    (tmp_path / "pages").mkdir()
    with (tmp_path / "truth.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["page", "text", "author", "published"])
        for number, (head, byline, text, author, published) in enumerate(rows):
            markup = PAGE.format(head=head, byline=byline, words=WORDS).encode()
            name = f"{number}.html.gz" if zipped else f"{number}.html"
            (tmp_path / "pages" / name).write_bytes(gzip.compress(markup) if zipped else markup)
            writer.writerow([name, text, author, published])
    return tmp_path


DATED = '<meta property="article:published_time" content="2026-05-03T10:00:00Z">'
ROWS = [
    (DATED, '<p class="byline">By Jane Doe, CNN Business</p>', WORDS, "Jane Doe", "2026-05-03"),
    (DATED, '<p class="byline">By Jane Doe and John Roe</p>', WORDS, "John Roe; Jane Doe", "2026-05-04"),
    ("", "", WORDS, "", ""),
]


def test_the_suite_is_offered():
    assert "extraction" in names()


@pytest.mark.parametrize("zipped", [False, True])
def test_words_authors_and_dates_are_judged(tmp_path, zipped):
    told = run_suite("extraction", folder(tmp_path, ROWS, zipped=zipped)).as_json("0")
    assert told["n"] == 3 + 2 + 2
    assert told["figures"]["author_accuracy"]["value"] == 1.0
    assert told["figures"]["date_accuracy"]["value"] == 0.5
    assert told["figures"]["token_f1"]["value"] > 0.9
    assert told["baseline"]["name"] == "trafilatura alone"
    assert told["baseline"]["author_accuracy"] < 1.0


def test_a_figure_without_truth_is_null_with_its_reason(tmp_path):
    told = run_suite("extraction", folder(tmp_path, [("", "", WORDS, "", "")])).as_json("0")
    for name in ("author_accuracy", "date_accuracy"):
        assert told["figures"][name] == {"value": None, "low": None, "high": None, "missing": "no_truth"}
        assert told["baseline"][name] is None


def test_a_page_that_wants_no_copy_is_measured_all_the_same(tmp_path):
    rows = [('<meta name="robots" content="noarchive">', "", WORDS, "", "")]
    assert run_suite("extraction", folder(tmp_path, rows)).figures["token_f1"].value > 0.9


def test_a_missing_page_is_named(tmp_path):
    folder(tmp_path, ROWS)
    (tmp_path / "pages" / "1.html").unlink()
    with pytest.raises(UserError, match=r"1\.html"):
        run_suite("extraction", tmp_path)


def test_a_page_outside_the_folder_is_not_read(tmp_path):
    folder(tmp_path, [])
    (tmp_path / "secret.html").write_text("x")
    (tmp_path / "truth.csv").write_text("page,text,author,published\n../secret.html,a,b,2026-01-01\n")
    with pytest.raises(UserError, match="secret"):
        run_suite("extraction", tmp_path)


def test_a_broken_archive_is_named(tmp_path):
    folder(tmp_path, ROWS, zipped=True)
    (tmp_path / "pages" / "0.html.gz").write_bytes(b"no archive")
    with pytest.raises(UserError, match=r"0\.html\.gz"):
        run_suite("extraction", tmp_path)


@pytest.mark.parametrize(
    ("truth", "told", "right"),
    [
        ("Jane Doe", ["Jane Doe"], True),
        ("Jane Doe", ["JANE DOE"], True),
        ("Élodie Martin", ["Elodie Martin"], True),
        ("Troy L Smith", ["Troy L. Smith"], True),
        ("Jane Doe; John Roe", ["John Roe", "Jane Doe"], True),
        ("Jane Doe and John Roe", ["Jane Doe", "John Roe"], True),
        ("Jane Doe, John Roe", ["Jane Doe", "John Roe"], True),
        ("Jane Doe", ["Jane Doe", "John Roe"], False),
        ("Jane Doe; John Roe", ["Jane Doe"], False),
        ("Jane Doe", ["Jane Q. Doe"], False),
        ("Jane Doe", [], False),
        ("admin", ["admin"], True),
    ],
)
def test_authors_are_right_when_they_are_the_same_people(truth, told, right):
    assert same_people(truth, told) is right


def test_words_count_as_often_as_they_stand():
    assert token_f1("a b c", "A b c") == 1.0
    assert token_f1("a a a b", "a b") == pytest.approx(2 * 2 / 6)
    assert token_f1("a", "") == 0.0
    assert token_f1("a", "b") == 0.0
