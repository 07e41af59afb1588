"""A label is found by its code and by its name in either language; where there is none it is said which there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.held_labels import SHOWN, meant, told


@pytest.mark.parametrize(
    ("written", "held", "code"),
    [
        ("emerging", ["emerging"], "emerging"),
        ("émergent", ["bridge", "emerging"], "emerging"),
        (" Community Leader ", ["community_leader"], "community_leader"),
        ("tête de communauté", ["leader"], "leader"),  # two codes are so called: the one that somebody bears
        ("émergent", ["bridge"], "émergent"),  # nobody bears it
        ("relais", ["relais", "relay"], "relais"),  # a label of the team's own comes first
        ("mon jury", ["mon_jury"], "mon_jury"),
        ("", ["emerging"], ""),
    ],
)
def test_what_is_meant_is_a_label_that_somebody_bears(written, held, code):
    assert meant(written, held) == code


@given(st.lists(st.text(max_size=20), max_size=30, unique=True))
def test_every_label_that_is_borne_means_itself(held):
    assert [meant(label, held) for label in held] == held


def test_the_labels_borne_are_named_in_words_and_a_long_list_is_cut():
    assert told(["emerging", "bridge"]).fr == "Étiquettes portées : émergent, passerelle"
    assert told(["emerging"]).en == "Labels borne: emerging"
    assert told([]).en == "Nobody bears a label in this run."
    many = told([f"l{i:02}" for i in range(SHOWN + 5)])
    assert many.en.endswith(" …")
    assert f"l{SHOWN - 1:02}" in many.en
    assert f"l{SHOWN:02}" not in many.en
