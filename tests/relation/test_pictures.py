"""Drawings of ours: they hold their figures as words, whatever the scores, and stay well-formed."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.relation.papers.pdf import picture_png
from pipelines.relation.trend_picture import HEIGHT, WIDTH, draw_trend

MONTHS = [("04/26", 12.5, "12,5"), ("05/26", 0.0, "0"), ("06/26", -6.0, "-6")]
NS = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_trend_says_every_month_and_score(lang):
    root = ET.fromstring(draw_trend(MONTHS, lang))
    said = " ".join(root.itertext())
    for label, _, score in MONTHS:
        assert label in said
        assert score in said
    assert ("mois par mois" if lang == "fr" else "month by month") in said


def test_higher_scores_stand_higher_and_negative_ones_hang_below():
    boxes = ET.fromstring(draw_trend(MONTHS, "fr")).findall(f"{NS}rect")
    tops = [float(box.get("y")) for box in boxes]
    assert tops[0] < tops[1] == tops[2]
    assert len({box.get("fill") for box in boxes}) == 2


def test_a_month_after_contact_stopped_has_no_bar():
    drawn = draw_trend([*MONTHS, ("07/26", None, "–")], "fr")
    assert drawn.count("<rect") == 3
    assert "07/26" in drawn


def test_a_relationship_without_any_score_is_not_drawn():
    assert draw_trend([("06/26", None, "–")], "fr") == ""
    assert draw_trend([], "fr") == ""


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=24), st.text(max_size=8))
def test_any_scores_and_labels_stay_inside_the_frame(scores, label):
    clean = "".join(char for char in label if char.isprintable())
    drawn = draw_trend([(clean, score, "x") for score in scores], "fr")
    if not drawn:
        assert all(score is None for score in scores)
        return
    for box in ET.fromstring(drawn).findall(f"{NS}rect"):
        x, y, wide, high = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert x + wide <= WIDTH
        assert y >= 0
        assert y + high <= HEIGHT


def test_a_drawing_becomes_a_picture_for_programs_that_take_no_svg():
    assert picture_png(draw_trend(MONTHS, "fr")).startswith(b"\x89PNG")
