"""Across departments: what a colleague is told before the next contact, and what stops it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.relation.circle import Touch
from pipelines.relation.coherence import Situation, cautions
from pipelines.relation.points import Points, default_text, read_points_file

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PRESS = {"name": "Presse", "department": "communication", "gap_days": 10, "monthly_cap": 2}


@pytest.fixture(scope="module")
def points(tmp_path_factory) -> Points:
    path = tmp_path_factory.mktemp("points") / "points.toml"
    path.write_text(default_text(), "utf-8")
    return read_points_file(path)


def touched(action: str, days_ago: int, department: str | None = "marketing", origin: str = "hand") -> Touch:
    return Touch("p", "a", action, NOW - timedelta(days=days_ago), department=department, origin=origin)


def codes(points: Points, *touches: Touch, **more: object) -> list[str]:
    return [one.code for one in cautions(Situation(NOW, touches, points, PRESS, **more))]


def test_nothing_known_is_nothing_to_mind(points):
    assert codes(points) == []


def test_another_team_inside_the_gap_is_told_and_beyond_it_is_not(points):
    assert codes(points, touched("contact", 10)) == ["other_team"]
    assert codes(points, touched("contact", 11)) == []


def test_ones_own_team_is_no_other_team(points):
    assert codes(points, touched("contact", 3, "communication")) == []


def test_what_the_crawl_saw_is_no_contact_of_ours(points):
    assert codes(points, touched("mention", 1, None, "crawl"), touched("reply", 1, None, "crawl")) == []


def test_the_monthly_cap_counts_all_teams(points):
    assert "cap" in codes(points, touched("contact", 20), touched("meeting", 25, "communication"))
    assert "cap" not in codes(points, touched("contact", 20), touched("meeting", 31))


def test_a_theme_to_avoid_is_told_whatever_its_case(points):
    rules = [{"theme": "Prix", "stance": "avoid", "wording": None}, {"theme": "goût", "stance": "say", "wording": None}]
    assert codes(points, guidelines=rules, theme="le prix du café") == ["voice"]
    assert codes(points, guidelines=rules, theme="le goût") == []
    assert codes(points, guidelines=rules) == []


def test_the_owner_is_named_to_others_alone(points):
    owner = {"owner": "ana"}
    assert codes(points, owner=owner, who="bob") == ["owner"]
    assert codes(points, owner=owner, who="ana") == []


@pytest.mark.parametrize("flag", ["employee", "journalist", "open_case"])
def test_a_declared_flag_is_told_and_does_not_stop(points, flag):
    found = cautions(Situation(NOW, [], points, flags=[{"flag": flag}]))
    assert [(one.code, one.stop) for one in found] == [(flag, False)]


def test_perhaps_a_minor_or_a_refusal_stops_and_comes_first(points):
    owner = {"owner": "ana"}
    found = cautions(Situation(NOW, [touched("contact", 1)], points, owner=owner, flags=[{"flag": "maybe_minor"}]))
    assert found[0].code == "maybe_minor"
    assert found[0].stop
    assert cautions(Situation(NOW, [touched("refuse", 400)], points))[0].stop


def test_every_caution_is_said_in_both_languages(points):
    situation = Situation(
        NOW, [touched("contact", 1), touched("meeting", 2), touched("refuse", 3)], points, PRESS, owner={"owner": "ana"},
        flags=[{"flag": flag} for flag in ("employee", "journalist", "open_case", "maybe_minor")],
        guidelines=[{"theme": "prix", "stance": "avoid", "wording": "non"}], theme="prix",
    )  # fmt: skip
    found = cautions(situation)
    assert len(found) == 9
    assert all(one.text.fr and one.text.en and one.text.fr != one.text.en for one in found)
