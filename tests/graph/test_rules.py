"""Conditions read as analysts write them, answer in three values, and run nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import UserError
from graph.roles import COLUMNS, DEFAULT_ROLES, ROLE_COLUMNS, label_condition, labels, role_condition, roles
from graph.rules import parse

KINDS = {"brand_mentions": "number", "brand_tone": "number", "tier": "text", "labels": "list"}


def obj(*values):
    result = np.empty(len(values), object)
    result[:] = values
    return result


COLUMN = {
    "brand_mentions": np.array([5.0, 1.0, np.nan]),
    "brand_tone": np.array([0.5, np.nan, 0.2]),
    "tier": obj("micro", None, "macro"),
    "labels": obj(["emerging"], [], None),
}


def holds(text):
    return parse(text, KINDS).answer(COLUMN, 3).holds.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brand_mentions >= 3 AND brand_tone >= 0", [True, False, False]),
        ("brand_mentions >= 3 OR brand_tone >= 0", [True, False, True]),
        ("NOT brand_mentions >= 3", [False, True, False]),
        ("brand_tone IS NULL", [False, True, False]),
        ("brand_tone IS NOT NULL AND tier = 'micro'", [True, False, False]),
        ("tier in ('micro', 'macro')", [True, False, True]),
        ("tier != 'micro'", [False, False, True]),
        ("labels CONTAINS 'emerging'", [True, False, False]),
        ("(brand_mentions > 1 OR tier = 'macro') and not brand_tone < 0", [True, False, True]),
        ("brand_mentions > brand_tone", [True, False, False]),
        ("brand_mentions = 5e0", [True, False, False]),
    ],
)
def test_a_condition_reads_as_it_is_written(text, expected):
    assert holds(text) == expected


def test_not_null_is_null_and_gives_no_label():
    answer = parse("NOT brand_tone > 0", KINDS).answer(COLUMN, 3)
    assert answer.known.tolist() == [True, False, True]
    assert not answer.holds[1]


def test_one_true_side_decides_or_whatever_is_unknown():
    assert parse("tier = 'macro' OR brand_mentions > 3", KINDS).answer(COLUMN, 3).known.tolist() == [True, False, True]


def test_an_unknown_column_is_named_with_its_nearest_neighbour():
    with pytest.raises(UserError) as error:
        parse("brand_mention >= 3", KINDS)
    assert "brand_mention" in error.value.message.fr
    assert "« brand_mentions »" in error.value.message.fr
    assert 'did you mean "brand_mentions"?' in error.value.message.en


@pytest.mark.parametrize(
    "text",
    [
        "", "brand_mentions >=", "brand_mentions >= 3 AND", "((brand_mentions > 1)", "__import__('os')", "tier = micro'",
        "brand_mentions > 'three'", "tier > 3", "labels = 'emerging'", "brand_mentions IN ('a')", "1; DROP TABLE x",
        "NOT " * 300 + "tier = 'x'", "tier = '" + "x" * 3000 + "'",
    ],
)  # fmt: skip
def test_what_does_not_read_is_the_users_error(text):
    with pytest.raises(UserError):
        parse(text, KINDS)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_no_text_makes_anything_but_a_condition_or_the_users_error(text):
    try:
        parse(text, KINDS)
    except UserError as error:
        french = error.message.fr
    else:
        french = "lue"
    assert french


def test_the_default_roles_all_parse():
    for role in DEFAULT_ROLES:
        assert parse(role.when, ROLE_COLUMNS).columns


def known(rows, **given):
    columns = {
        name: np.full(rows, np.nan) if kind == "number" else obj(*([None] * rows))
        for name, kind in ROLE_COLUMNS.items()
    }
    return {**columns, **given}


def test_the_first_role_that_holds_is_given_with_its_reasons():
    columns = known(
        3,
        kind=obj("brand", None, None),
        reach=np.array([99.0, 99, 50]),
        relevance=np.array([50.0, 1, 60]),
        focus=np.array([0.5, 0.01, 0.6]),
        attention=np.array([9.0, 9, 9]),
    )
    role, reasons = roles(columns, 3)
    assert role.tolist() == ["brand", "celebrity", "expert"]
    assert reasons[0] == ["kind=brand"]
    assert "relevance=60" in reasons[2]


def test_nobody_known_gets_no_role():
    role, reasons = roles(known(2), 2)
    assert role.tolist() == [None, None]
    assert reasons.tolist() == [None, None]


def test_the_briefs_rules_give_labels_once():
    class Rule:
        def __init__(self, label, when):
            self.label, self.when = label, when

    columns = known(2, brand_mentions=np.array([4.0, 0.0]), brand_tone=np.array([0.1, 0.9]))
    given = labels(
        columns,
        2,
        [Rule("ambassador", "brand_mentions >= 3 AND brand_tone >= 0"), Rule("ambassador", "brand_tone < 0.5")],
    )
    assert given == [["ambassador"], []]
    assert "brand_mentions" in COLUMNS


@pytest.mark.parametrize("column", sorted(ROLE_COLUMNS.keys() - COLUMNS.keys()))
def test_a_label_that_reads_what_only_roles_do_is_told_so(column):
    assert role_condition(f"{column} IS NOT NULL").text
    with pytest.raises(UserError) as told:
        label_condition(f"relevance > 10 AND {column} IS NOT NULL")
    assert "[[roles]]" in told.value.message.fr
    assert f'"{column}" at character 20 is read by' in told.value.message.en
