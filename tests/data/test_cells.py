"""How a cell from outside becomes a value: general rules, for any text."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.warehouse.sql import query
from data.warehouse.store import connect

MANY = settings(max_examples=150, deadline=None)
plain_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = st.sampled_from(["", " ", "-", ".", "1e", "nan", "inf", "-inf", "0x10", "1_000", "1,000", "١٢", "9" * 400])


@pytest.fixture(scope="module")
def value():
    """Return what a macro makes of a cell."""
    connection = connect()
    connection.execute(query("macros"))
    yield lambda macro, cell: connection.execute(f"SELECT {macro}(?::VARCHAR)", [cell]).fetchall()[0][0]
    connection.close()


@MANY
@given(st.integers(0, 9 * 10**15))
def test_a_count_is_read_as_written_or_as_an_integral_float(value, count):
    assert value("whole", str(count)) == count
    assert value("whole", f" {count} ".strip()) == count
    if count < 10**9:
        assert value("whole", f"{count}.0") == count


@MANY
@given(plain_text | numbers | st.floats().map(str) | st.integers().map(str))
def test_a_count_is_a_whole_number_that_is_not_negative_or_unknown(value, cell):
    got = value("whole", cell)
    assert got is None or 0 <= got <= 9 * 10**15
    if got is not None:
        assert float(cell.replace("_", "")) == got
        assert not value("not_whole", cell)


@MANY
@given(st.integers(-(9 * 10**15), -1))
def test_a_hidden_count_is_unknown_and_no_fault_while_a_score_may_be_negative(value, number):
    assert value("whole", str(number)) is None
    assert not value("not_whole", str(number))
    assert value("whole_signed", str(number)) == number


moments = st.timedeltas(timedelta(), timedelta(days=43_000)).map(lambda since: datetime(1980, 1, 2, tzinfo=UTC) + since)
zones = st.integers(-14 * 60, 14 * 60)


@MANY
@given(moments, zones)
def test_a_time_is_the_same_moment_in_any_zone(value, moment, minutes):
    elsewhere = moment.astimezone(timezone(timedelta(minutes=minutes)))
    assert value("moment", elsewhere.isoformat()) == moment
    assert value("moment", moment.replace(tzinfo=None).isoformat()) == moment


@MANY
@given(st.integers(10**8, 4 * 10**9))
def test_seconds_and_milliseconds_since_1970_are_times(value, seconds):
    expected = datetime.fromtimestamp(seconds, UTC)
    assert value("moment", str(seconds)) == expected
    if seconds >= 10**9:
        assert value("moment", str(seconds * 1000)) == expected


@MANY
@given(
    plain_text
    | numbers
    | st.integers(0, 10**14).map(str)
    | st.integers(10**9, 10**10).map(str)
    | st.integers(10**12, 10**13).map(str)
    | st.floats(0).map(str)
    | st.datetimes().map(str)
)
def test_any_cell_is_a_time_of_our_age_or_none(value, cell):
    got = value("moment", cell)
    assert got is None or datetime(1970, 1, 1, tzinfo=UTC) <= got <= datetime(2100, 1, 1, tzinfo=UTC)


@MANY
@given(plain_text | st.sampled_from(["oui", "Non", "TRUE", "0", " 1 ", "vrai", "faux", "nein"]))
def test_a_truth_is_one_of_the_usual_words_in_french_and_english(value, cell):
    got = value("truth", cell)
    word = cell.strip(" ").lower()
    if word in {"true", "yes", "oui", "vrai", "1"}:
        assert got is True
    elif word in {"false", "no", "non", "faux", "0"}:
        assert got is False
    elif not word:
        assert got is None


words = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=8).filter(
    lambda w: not w.startswith("[")
)


@MANY
@given(st.lists(words, min_size=1, max_size=6), st.sampled_from([" ", "  ", "\n", "\t"]))
def test_several_values_are_read_from_words_or_from_json_each_once_in_a_fixed_order(value, given_words, space):
    from_words, from_json = value("several", space.join(given_words)), value("several", json.dumps(given_words))
    assert from_words == from_json
    assert sorted(from_words) == sorted(set(given_words))
    assert from_words == value("several", space.join(reversed(given_words)))


@MANY
@given(plain_text)
def test_any_cell_has_several_values_or_none_and_never_an_empty_one(value, cell):
    got = value("several", cell)
    assert got is None or all(one for one in got)
    assert (got is None) or len(got) == len(set(got))


@MANY
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_clean_text_has_no_control_character_and_stays_clean(value, cell):
    got = value("clean", cell)
    if got is None:
        return
    assert got
    assert not set(got) & {chr(c) for c in (*range(9), 11, 12, *range(14, 32), 127)}
    assert value("clean", got) == got


@pytest.mark.parametrize(
    ("source", "cell", "own", "known"),
    [
        ("hn", "42", False, "hn:42"),
        ("hn", "hn:42", False, "hn:42"),
        ("mastodon", "ap:https://a.example/u/lea", False, "ap:https://a.example/u/lea"),
        ("x", "ap:rticle", False, "x:ap:rticle"),
        ("x", " 42 ", True, "42"),
        ("x", "", False, None),
    ],
)
def test_a_reference_is_an_id_of_the_house_or_gets_its_source_in_front(store, source, cell, own, known):
    store.execute(query("macros"))
    assert store.execute("SELECT ref(?, ?, ?::BOOLEAN)", [source, cell, own]).fetchall() == [(known,)]


@pytest.mark.parametrize("macro", ["given", "clean", "whole", "moment", "truth", "several"])
@pytest.mark.parametrize("blank", ["", " ", "\t", "\r", "\n", " \r\n "])
def test_a_blank_cell_is_unknown(value, macro, blank):
    assert value(macro, blank) is None
