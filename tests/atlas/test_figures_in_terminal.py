"""Every notice of the command line writes figures as its language does, and shows no code of ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from app import tables, terminal, words
from app.cli import run
from pipelines.evaluate import suites

from .conftest import BRIEF, acc, make
from .test_relationship import CAMPAIGN, record

if TYPE_CHECKING:
    from data.warehouse.store import Connection
    from data.workspace import Workspace

NOTICES = [
    ["rank", BRIEF], ["explain", BRIEF, "@lea@social.example"], ["explain", BRIEF, "@sql@social.example"], ["steps", BRIEF],
    ["history", BRIEF], ["voice", BRIEF], ["overlap", BRIEF], ["funnel", BRIEF, "--target", "5"], ["check", BRIEF],
    ["doctor"],
    ["relate", "proximity", BRIEF], ["relate", "next", BRIEF], ["relate", "compare", BRIEF, "@lea@social.example"],
    ["relate", "portfolio", BRIEF, "--budget", "5000", "--cost", "1250,50"], ["relate", "ledger"], ["relate", "even"],
    ["relate", "timeline", "@lea@social.example"], ["relate", "remind", "--all"], ["relate", "coherence", BRIEF],
    ["relate", "programme"], ["relate", "proximity", BRIEF, "--account", "@lea@social.example"],
    ["campaign", "plan", CAMPAIGN], ["campaign", "forecast", CAMPAIGN, "--check"], ["campaign", "levers", BRIEF],
]  # fmt: skip
ENGLISH_FIGURE = re.compile(r"(?<![\d.:/-])\d{1,3},\d{3}(?!\d)|(?<![\d.])\d+\.\d+(?![\d.])|\d %|\d%")
FRENCH_FIGURE = re.compile(r"\d\u202f\d{3}|(?<![\d,])\d+,\d{1,2}(?!\d)|\d\u202f%")
CODES = re.compile(
    r"\b(magic_middle|too_few_posts|no_audience_figure|touchpoints|selections|payments|shortlist|other_team|maybe_minor|"
    r"in_flight|average_precision|c\d)\b"
)


@pytest.fixture(scope="module")
def related(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a relationship and a person in a named community, which tests only read."""

    def settle(con: Connection) -> None:
        con.execute("UPDATE detection.candidates SET community_id = 'c0'")

    workspace = make(tmp_path_factory.mktemp("figures"), settle)
    record(workspace)
    return workspace


def told(capsys: pytest.CaptureFixture[str], related: Workspace, notice: list[str], lang: str) -> str:
    capsys.readouterr()
    status = run([*notice, "--lang", lang, "--workspace", str(related.root)])
    text = "".join(capsys.readouterr())
    assert status in (0, 2), text
    assert text.strip()
    # addresses, versions, dates and what people wrote themselves are the same in every language
    return re.sub(r"https?://\S+|^vigie .*$|^scrapy .*$|\d{4}-\d{2}-\d{2}|«[^»]*»", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("notice", NOTICES, ids=" ".join)
def test_no_figure_is_written_in_the_other_language_and_no_code_is_shown(
    capsys: pytest.CaptureFixture[str], related: Workspace, notice: list[str]
) -> None:
    french, english = (told(capsys, related, notice, lang) for lang in ("fr", "en"))
    assert not ENGLISH_FIGURE.findall(french)
    assert not FRENCH_FIGURE.findall(english)
    for text in (french, english):
        assert not CODES.findall(text)


def test_the_guard_would_see_a_slip() -> None:
    assert ENGLISH_FIGURE.search("1,869 abonnés")
    assert ENGLISH_FIGURE.search("0.42")
    assert ENGLISH_FIGURE.search("87 %")
    assert FRENCH_FIGURE.search("1\u202f869 followers")
    assert not ENGLISH_FIGURE.search("1\u202f869,25\u00a0€ · 87\u202f% · 2026-03-31")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_community_is_called_by_its_name(capsys: pytest.CaptureFixture[str], related: Workspace, lang: str) -> None:
    assert "presse <b>" in told(capsys, related, ["explain", BRIEF, "@lea@social.example"], lang)


def test_figures_keep_the_spaces_that_hold_them_together() -> None:
    assert terminal.plain("1\u202f869,00\u00a0€\t \n x") == "1\u202f869,00\u00a0€ x"


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [(None, "", ""), (1869, "1\u202f869", "1,869"), (0.5, "0,50", "0.50"), ("0.5", "0.5", "0.5"), (True, True, True)],
)
def test_a_cell_is_written_by_what_it_is(value: object, fr: object, en: object) -> None:
    assert (tables.cell(value, "fr"), tables.cell(value, "en")) == (fr, en)
    assert tables.cell(value, None) == ("" if value is None else value)


def test_every_figure_baseline_and_reason_of_an_evaluation_has_words() -> None:
    from importlib import resources

    code = "".join(
        file.read_text("utf-8") for file in resources.files(suites).iterdir() if file.name.endswith(".py")
    )  # fmt: skip
    baselines = re.findall(r'(?:"name": |name = )"([^"]+)"', code)
    reasons = re.findall(r'missing="([a-z_]+)"', code)
    assert len(baselines) >= 9
    for group, codes in (("baseline", baselines), ("no_figure", reasons)):
        for one in codes:
            assert words.called(group, one, "fr") != one, one


@pytest.mark.parametrize(
    ("why", "fr"),
    [("next page", "page suivante"), ("search: café", "recherche : café"), ("#cafe", "#cafe"), ("", ""),
     ("shares https://a.example/", "partage https://a.example/")],
)  # fmt: skip
def test_why_a_request_was_made_is_told_in_french(why: str, fr: str) -> None:
    assert words.why_asked(why, "fr") == fr
    assert words.why_asked(why, "en") == why


def test_every_word_stands_in_both_languages() -> None:
    for group in words._words().values():
        for pair in group.values():
            assert set(pair) == {"fr", "en"}
            assert all(pair.values())


def test_a_code_that_nobody_knows_is_shown_as_its_own_words() -> None:
    assert words.called("verdict", "not_yet_seen", "fr") == "not yet seen"
    assert words.called("verdict", None, "en") == ""


def test_the_account_of_a_forecast_is_told_by_its_name(capsys: pytest.CaptureFixture[str], related: Workspace) -> None:
    text = told(capsys, related, ["campaign", "forecast", CAMPAIGN, "--check"], "fr")
    assert acc("lea") not in text
    assert "@lea@social.example" in text
