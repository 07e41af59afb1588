"""Figures, shares, amounts and dates are written as each language writes them."""

import re
from datetime import UTC, date, datetime
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.figures import MONTHS, as_time, day, euros, interval, natural, number, percent, signed

THIN, HARD = "\u202f", "\u00a0"
FRENCH = re.compile(rf"-?\d{{1,3}}(?:{THIN}\d{{3}})*(?:,\d+)?")
ENGLISH = re.compile(r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?")


@given(st.floats(-1e15, 1e15), st.integers(0, 4))
def test_a_number_groups_by_three_and_has_the_sign_of_its_language(value, digits):
    french, english = number(value, "fr", digits), number(value, "en", digits)
    assert FRENCH.fullmatch(french)
    assert ENGLISH.fullmatch(english)
    assert french.replace(THIN, "").replace(",", ".") == english.replace(",", "")


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_a_number_can_be_read_back(value, digits):
    back = float(number(value, "fr", digits).replace(THIN, "").replace(",", "."))
    assert abs(back - value) <= 0.5 * 10**-digits + 1e-3


@pytest.mark.parametrize("unknown", [None, nan, inf, -inf])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_is_not_known_is_a_dash(unknown, lang):
    for write in (number, natural, signed, percent):
        assert write(unknown, lang) == "–"
    assert euros(None, lang) == "–"
    assert day(None, lang) == "–"


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [(0, "0", "0"), (3.0, "3", "3"), (0.126, "0,13", "0.13"), (12.34, "12,3", "12.3"), (1869, f"1{THIN}869", "1,869"),
     (1869.25, f"1{THIN}869,2", "1,869.2"), (-0.6, "-0,60", "-0.60")],
)  # fmt: skip
def test_a_number_shows_the_digits_it_carries(value, fr, en):
    assert natural(value, "fr") == fr
    assert natural(value, "en") == en


def test_a_share_is_whole_percents_and_a_small_one_keeps_a_decimal():
    assert percent(0.87, "fr") == f"87{THIN}%"
    assert percent(0.87, "en") == "87%"
    assert percent(0.004, "fr") == f"0,4{THIN}%"
    assert percent(3.57, "en") == "357%"
    assert percent(0.123, "fr", 1) == f"12,3{THIN}%"


@given(st.floats(-1e6, 1e6))
def test_a_signed_number_always_shows_which_side_it_is_on(value):
    text = signed(value, "en")
    assert text[0] == ("+" if value > 0 else "−" if number(value, "en", 2).startswith("-") else text[0])
    assert "-" not in text


def test_an_interval_needs_both_ends():
    assert interval(1.25, 1000, "fr") == f"1,2 – 1{THIN}000,0"
    assert interval(1, 135, "en", 0, "–") == "1–135"
    assert interval(None, 3, "fr") == interval(3, None, "en") == ""


@given(st.integers(-(10**12), 10**12))
def test_an_amount_shows_every_cent(cents):
    french, english = euros(cents, "fr"), euros(cents, "en")
    assert french.endswith(f"{HARD}€")
    assert int(re.sub(r"[^\d-]", "", french)) == int(re.sub(r"[^\d-]", "", english)) == cents


def test_a_day_is_told_in_words_whatever_it_comes_as():
    for given_as in (date(2026, 3, 1), datetime(2026, 3, 1, 23, 59, tzinfo=UTC), "2026-03-01", "2026-03-01T10:00:00Z"):
        assert day(given_as, "fr") == "1er mars 2026"
        assert day(given_as, "en") == "1 March 2026"
    assert as_time("never") is None
    assert {len(names) for names in MONTHS.values()} == {12}
