"""The funnel: who passed when, how many, how fast, and what it takes; figures as counted by hand."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.relation.funnel import Passage, funnel, needed_engaged, passage, share
from pipelines.relation.funnel_picture import draw_svg, draw_text
from pipelines.relation.points import FunnelRules

RULES = FunnelRules(("answer", "meeting"), ("publish", "mention"), 90)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def walked(*acts: tuple[str, str], listed: str = "2026-01-01", as_of: str = "2026-06-30") -> Passage:
    return passage([(at(day), action) for day, action in acts], at(listed), RULES, at(as_of))


def hand_made() -> dict[str, Passage]:
    return {
        "a": walked(("2026-01-11", "answer"), ("2026-01-31", "publish")),
        "b": walked(("2026-01-21", "meeting")),
        "c": walked(("2026-02-10", "publish"), ("2026-06-20", "publish"), listed="2026-01-31"),
        "d": walked(listed="2026-04-02"),
        "e": walked(listed="2026-05-02"),
    }


def test_figures_agree_with_a_sheet_counted_by_hand():
    found = funnel(hand_made(), cost_cents=100_001)
    assert found.counts == {"identified": 5, "engaged": 3, "active": 2}
    assert found.conversion["engaged"]["value"] == pytest.approx(3 / 5)
    assert found.conversion["active"]["value"] == pytest.approx(2 / 3)
    # days from identified to engaged: a 10, b 20, c 10; from engaged to active: a 20, c 0
    assert found.median_days == {"engaged": 10, "active": 10}
    assert found.cohorts == [
        {"quarter": "2026-Q1", "identified": 3, "engaged": 3, "active": 2},
        {"quarter": "2026-Q2", "identified": 2, "engaged": 0, "active": 0},
    ]
    assert found.active_now == 1
    assert found.reactivated == 1
    assert found.cost_per_active_cents == 50_000


def test_who_publishes_without_ever_answering_is_engaged_from_that_day():
    found = walked(("2026-02-10", "publish"))
    assert found.engaged == found.active == at("2026-02-10")


def test_someone_who_acts_before_being_listed_was_identified_that_day():
    assert walked(("2025-11-05", "mention")).identified == at("2025-11-05")


def test_an_act_without_meaning_for_the_funnel_moves_nobody():
    assert walked(("2026-02-01", "follow")).engaged is None


def test_how_many_more_engaged_it_takes_follows_the_conversion_seen():
    # 10 of 40 engaged are active: 25 %. For 15 active: 5 more active, so 20 more engaged.
    assert needed_engaged(40, 10, 15)["more_engaged"] == 20
    assert needed_engaged(40, 10, 5)["more_engaged"] == 0
    assert needed_engaged(0, 0, 5) == {"more_engaged": None, "low": None, "high": None}
    assert needed_engaged(8, 0, 5)["more_engaged"] is None


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 600))
def test_what_it_takes_reaches_the_target_and_one_less_does_not(engaged, active, target):
    active = min(active, engaged)
    more = needed_engaged(engaged, active, target)["more_engaged"]
    if more:
        rate = active / engaged
        assert active + more * rate >= target - 1e-6
        assert active + (more - 1) * rate < target + 1e-6


@given(st.integers(1, 1000), st.integers(0, 1000))
def test_an_interval_holds_its_share_and_stays_between_none_and_all(whole, part):
    found = share(min(part, whole), whole)
    assert 0 <= found["low"] <= found["value"] + 1e-12
    assert found["value"] - 1e-12 <= found["high"] <= 1
    assert not math.isnan(found["low"])


def test_an_empty_circle_has_a_funnel_without_figures():
    found = funnel({})
    assert found.counts == {"identified": 0, "engaged": 0, "active": 0}
    assert found.conversion == {"engaged": None, "active": None}
    assert found.cost_per_active_cents is None


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_both_drawings_say_the_counts_in_both_languages(lang):
    found = funnel(hand_made())
    lines = draw_text(found, lang)
    words = ("identifiés", "engagés", "actifs") if lang == "fr" else ("identified", "engaged", "active")
    for line, word, count in zip(lines, words, (5, 3, 2), strict=True):
        assert line.startswith(word)
        assert str(count) in line
    root = ET.fromstring(draw_svg(found, lang))
    said = " ".join(root.itertext())
    assert all(word in said for word in words)
    assert draw_text(funnel({}), lang)
